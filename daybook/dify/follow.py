"""What the events of a stream tell, put together: of a workflow run, and of a chat's answer."""

from collections.abc import Callable

from daybook.dify.errors import DifyError, api_error
from daybook.dify.outcome import ChatAnswer, NodeFailure, RunHandle, RunOutcome, RunStatus, json_object
from daybook.dify.redact import Safe, safe_text
from daybook.dify.stream import Event

_NODE_FAILED = ("failed", "exception")
"""States of a node that failed; ``exception`` where the workflow went on by its branch or default value."""


class RunFollower:
    """Follows a workflow run."""

    def __init__(self, on_start: Callable[[RunHandle], None] | None = None, safe: Safe = safe_text) -> None:
        self.handle: RunHandle | None = None
        self.failures: tuple[NodeFailure, ...] = ()
        self.outcome: RunOutcome | None = None
        self._on_start = on_start
        self._safe = safe

    def take(self, event: Event) -> bool:
        """Takes one event; whether it was the last one that counts.

        Raises:
            DifyError: Dify gave up before it started the run.
        """
        run_id = str(event.get("workflow_run_id") or "")
        if run_id and self.handle is None:
            self.handle = RunHandle(run_id, str(event.get("task_id") or ""))
            if self._on_start:
                self._on_start(self.handle)
        data = json_object(event.get("data"))
        match event.get("event"):
            case "node_finished" if data.get("status") in _NODE_FAILED:
                self._note_failure(data.get("node_id"), data.get("title"), data.get("error"))
            case "workflow_finished" if self.handle:
                self.outcome = RunOutcome.of(data, self.handle, self.failures, safe=self._safe)
            case "error":
                self.outcome = self._given_up(event)
        return self.outcome is not None

    def _note_failure(self, node_id: object, title: object, error: object) -> None:
        failure = NodeFailure(str(node_id or ""), self._safe(title), self._safe(error))
        self.failures = (*self.failures, failure)

    def _given_up(self, event: Event) -> RunOutcome:
        error = _event_error(event, self._safe, effects=True)
        if self.handle is None:
            raise error
        return RunOutcome(
            RunStatus.FAILED,
            self.handle.run_id,
            self.handle.task_id,
            error=self._safe(event.get("message")) or str(error),
            failures=self.failures,
        )


class ChatFollower:
    """Follows the answer of a chat, agent or chatflow app."""

    def __init__(self, safe: Safe = safe_text) -> None:
        self._safe = safe
        self.conversation_id = ""
        self.message_id = ""
        self.task_id = ""
        self.answer: ChatAnswer | None = None
        self._pieces: list[str] = []

    def take(self, event: Event) -> bool:
        """Takes one event; whether the answer is complete.

        Raises:
            DifyError: the app failed.
        """
        self.conversation_id = str(event.get("conversation_id") or self.conversation_id)
        self.message_id = str(event.get("message_id") or self.message_id)
        self.task_id = str(event.get("task_id") or self.task_id)
        match event.get("event"):
            case "message" | "agent_message":
                self._pieces.append(str(event.get("answer") or ""))
            case "message_replace":  # moderation withdrew what was said so far
                self._pieces = [str(event.get("answer") or "")]
            case "message_end":
                self.answer = ChatAnswer(
                    "".join(self._pieces),
                    self.conversation_id,
                    self.message_id,
                    self.task_id,
                    json_object(event.get("metadata")),
                )
            case "error":
                raise _event_error(event, self._safe, effects=False)
        return self.answer is not None


def _event_error(event: Event, safe: Safe, *, effects: bool) -> DifyError:
    status = event.get("status")
    return api_error(status if isinstance(status, int) else 500, event, effects=effects, safe=safe)
