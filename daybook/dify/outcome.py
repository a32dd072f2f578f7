"""Results: `RunOutcome`, `ChatAnswer` and their parts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from daybook.dify import texts
from daybook.dify.errors import DifyError, Safe, safe_text
from daybook.language import Text

NO_PROVIDER = "no default provider for"
"""How Dify begins a node's error where the plugin's credentials were never saved."""
_UNKNOWN = ("", "Unknown error")
"""What Dify says of a failure that a fail branch caught; the text is then in the node's outputs."""
_FRAME = "error details: "
"""What Dify puts before a plugin's own sentence, after words of its own."""


AGAIN = "again"
"""The output by which a workflow says that the same run may succeed later: that a source does not answer, say."""


class RunStatus(StrEnum):
    """The state of a run, in Dify's words and one of ours. Every one of Dify's comes with HTTP 200."""

    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial-succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    LOST = "lost"
    """Dify calls it running, but longer than a run can last: a stopped run is called running for ever."""

    @classmethod
    def of(cls, value: object) -> Self:
        """The status that Dify names; a word not known here counts as running, so that nothing passes for an end."""
        try:
            return cls(str(value))
        except ValueError:
            return cls(cls.RUNNING)

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (RunStatus.RUNNING, RunStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class RunHandle:
    """What is known of a run from its first event on."""

    run_id: str
    task_id: str = ""
    """Needed to stop the run; empty where the run was found again by other means."""


@dataclass(frozen=True, slots=True)
class NodeFailure:
    """A node that failed, whether or not the workflow went on."""

    node_id: str
    title: str
    error: str


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a run went. Only ``status == "succeeded"`` is success: look at `succeeded`, or call `require_success`."""

    status: RunStatus
    run_id: str
    task_id: str = ""
    workflow_id: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    """Dify's error text for the run, made fit to show."""
    failures: tuple[NodeFailure, ...] = ()
    """The nodes that failed, where the run was followed by its events."""
    reason: str = ""
    """Why the run did not succeed, made fit to show: the workflow's own output ``problem``, else the failed nodes with
    their errors, else the error of the run, else the output ``answer``."""
    elapsed_time: float = 0.0
    """Seconds, by Dify's clock."""
    total_steps: int = 0
    total_tokens: int = 0
    created_at: int | None = None
    """Seconds since 1970."""
    over_in: float | None = None
    """Seconds from which on the run counts as over whatever Dify says; ``None`` where that is not known."""
    stop_asked: bool = False
    """Whether Dify was asked to stop it. Dify may call it running for ever."""
    stop_remembered: bool = False
    """Whether the job's memory knows of the stop, so that the next call need not wait."""

    @property
    def succeeded(self) -> bool:
        """Whether every node did what it should."""
        return self.status is RunStatus.SUCCEEDED

    @property
    def finished(self) -> bool:
        """Whether the run is at its end."""
        return self.status.finished

    @property
    def may_be_repeated(self) -> bool:
        """Whether the workflow says, by its output ``again``, that what it needs was not there, and may be later."""
        return self.finished and is_true(self.outputs.get(AGAIN))

    def require_success(self, *, partial: bool = False, waited: float = 0) -> Mapping[str, Any]:
        """The outputs of a run that succeeded.

        Args:
            partial: take a run for good in which a node failed and the workflow went on by a branch or default value.
            waited: seconds that were waited, for the sentence about a run that is not at its end.

        Raises:
            RunUnsuccessfulError: the run did anything else than succeed; retryable only where the workflow itself says
                so, since it was started.
        """
        detail = texts.NO_CREDENTIAL if NO_PROVIDER in self.reason else self.reason.rstrip(".。") or texts.NO_DETAIL
        if self.may_be_repeated:
            raise RunUnsuccessfulError(texts.RUN_LATER, outcome=self, retryable=True, detail=detail)
        if self.succeeded or (partial and self.status is RunStatus.PARTIAL):
            return self.outputs
        raise RunUnsuccessfulError(
            self._late() if self.status is RunStatus.RUNNING else _SENTENCES[self.status],
            outcome=self,
            detail=detail,
            seconds=whole_seconds(waited),
            minutes=max(round((self.over_in or 0) / 60 + 0.5), 1),
        )

    def _late(self) -> Text:
        if self.stop_remembered or (self.stop_asked and self.over_in is None):
            return texts.RUN_LATE_STOPPED
        if self.over_in is None:
            return texts.RUN_LATE
        return texts.RUN_LATE_STOPPED_WAIT if self.stop_asked else texts.RUN_LATE_WAIT

    @classmethod
    def of(
        cls,
        data: Mapping[str, Any],
        handle: RunHandle,
        failures: tuple[NodeFailure, ...] = (),
        *,
        safe: Safe = safe_text,
    ) -> Self:
        """The outcome in the ``data`` of a finished event, of a blocking answer or of a run's detail."""
        outputs = json_object(data.get("outputs"))
        error = safe(failure_text(data.get("error"), {}))
        nodes = "; ".join(f"{node.title or node.node_id}: {node.error}" for node in failures)
        return cls(
            status=RunStatus.of(data.get("status")),
            run_id=str(data.get("id") or handle.run_id),
            task_id=handle.task_id,
            workflow_id=str(data.get("workflow_id") or ""),
            outputs=outputs,
            error=error,
            failures=failures,
            reason=safe(outputs.get("problem")) or nodes or error or safe(outputs.get("answer")),
            elapsed_time=float(data.get("elapsed_time") or 0),
            total_steps=int(data.get("total_steps") or 0),
            total_tokens=int(data.get("total_tokens") or 0),
            created_at=data.get("created_at"),
        )


class RunUnsuccessfulError(DifyError):
    """The run ended, or was left, in another state than succeeded."""

    def __init__(self, text: Text, *, outcome: RunOutcome, **values: Any) -> None:
        super().__init__(text, **values)
        self.outcome = outcome


def is_true(value: object) -> bool:
    """Whether an output says yes; Dify may give it as a boolean, a number or a text."""
    return str(value).strip().lower() in {"true", "1", "yes", "是"}


def failure_text(error: object, outputs: Mapping[str, Any]) -> str:
    """What a failed node or run says of itself, without the words that Dify puts around it.

    Args:
        error: the field ``error``.
        outputs: the node's outputs: of a failure that was caught, the text is there.
    """
    text = str(error or "")
    if text in _UNKNOWN:
        text = str(outputs.get("error_message") or text)
    return text.rpartition(_FRAME)[2].strip() or text


def whole_seconds(seconds: float) -> str:
    """Seconds as a sentence says them: a whole number, unless there is less than one."""
    return str(round(seconds)) if seconds >= 1 else f"{seconds:.1g}"


def json_object(value: object) -> dict[str, Any]:
    """``value`` as an object, also where Dify sends it as JSON in a string; empty where it is none."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


_SENTENCES: Mapping[RunStatus, Text] = {
    RunStatus.FAILED: texts.RUN_FAILED,
    RunStatus.PARTIAL: texts.RUN_PARTIAL,
    RunStatus.STOPPED: texts.RUN_STOPPED,
    RunStatus.PAUSED: texts.RUN_PAUSED,
    RunStatus.LOST: texts.RUN_LOST,
}


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """A line of the app's log."""

    run_id: str
    status: RunStatus
    user: str
    created_at: int | None = None
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """The whole answer of a chat or agent app."""

    answer: str
    conversation_id: str
    message_id: str
    task_id: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Token usage and the sources that were retrieved, as Dify sends them."""


@dataclass(frozen=True, slots=True)
class AppInfo:
    """The app that a key belongs to."""

    name: str
    mode: str
    """workflow, advanced-chat, chat, agent-chat or completion; empty where an old Dify does not say."""
    description: str = ""
    tags: tuple[str, ...] = ()
