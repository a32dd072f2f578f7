"""`run_once`: a workflow runs once: whoever repeats the call, a run that Dify accepted is not started again.

Dify has no idempotency key, a run goes on when its caller dies, and an answer may be lost after the run was
accepted. So before anything is started, what is known is looked at, in this order:

1. the memory: the id of a run that an earlier call of this job started;
2. Dify's log: a run of the same user (and key), started by anybody;
3. the memory again: a mark that a start was sent off. Without a trace of it in the log nobody knows whether Dify
   took it, and no second one is started: a person decides.

Looking also shows whether Dify is there at all, so that a Dify which restarts is met before anything is sent.

A run whose workflow says that the same may succeed later (its output `again`) makes way for a new one.

Dify calls a run that was stopped running for ever. So a stop is remembered too (`stop_run`), and a run that Dify calls
running longer than one can last is taken for lost.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Protocol

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

from daybook import tracing
from daybook.dify import texts
from daybook.dify.client import DEADLINE, UNSEEN, DifyClient
from daybook.dify.errors import DifyError, NotFoundError, StartUnknownError
from daybook.dify.inputs import InputForm
from daybook.dify.outcome import LoggedRun, RunHandle, RunOutcome, RunStatus
from daybook.language import Text


@dataclass(frozen=True, slots=True)
class StartRecord:
    """What a job remembers of its start."""

    run_id: str = ""
    """Empty from the moment the start is sent off until Dify names the run."""
    task_id: str = ""
    over: tuple[str, ...] = ()
    """Runs that count no more, whatever Dify says of them: they were stopped, or a person asked for another."""
    refused: bool = False
    """Whether the start was refused, so that nothing is under way."""

    @property
    def open(self) -> bool:
        """Whether a start was sent off whose end is not known."""
        return not self.run_id and not self.refused

    def dumps(self) -> str:
        """The record as text, for a memory that keeps text."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, text: str | None) -> "StartRecord | None":
        """The record in ``text``; ``None`` where there is none."""
        if not text:
            return None
        known = {field.name for field in fields(cls)}
        kept = {name: value for name, value in json.loads(text).items() if name in known}
        return cls(**{**kept, "over": tuple(kept.get("over") or ())})


class RunMemory(Protocol):
    """Where a job's start is remembered when the process dies."""

    def load(self) -> StartRecord | None:
        """What was remembered last."""

    def save(self, record: StartRecord | None) -> None:
        """Remembers ``record``; ``None`` forgets."""


class NoMemory:
    """Remembers nothing: what was started is then found in Dify's log alone."""

    def load(self) -> StartRecord | None:
        """Nothing."""
        return None

    def save(self, record: StartRecord | None) -> None:
        """Nothing."""


log = logging.getLogger(__name__)

SETTLE = 60.0
"""Seconds to look for a run in Dify's log after a start whose answer was lost."""

_CONVENTIONS = {"gen_ai.operation.name": "invoke_workflow", "gen_ai.provider.name": "dify"}
_LOOK_EVERY = 3.0
_SILENT = (texts.SILENT.code, texts.NOT_STARTED.code)


@dataclass(frozen=True, kw_only=True, slots=True)
class OnceOptions:
    """How `run_once` goes about it."""

    key: str | None = None
    """Compared with the input ``key_input`` of earlier runs; any run of the user counts where ``None``."""
    key_input: str = "run_key"
    since: datetime | None = None
    """Look no further back in Dify's log."""
    workflow_id: str = ""
    """A published version to run instead of the latest."""
    deadline: float = DEADLINE
    """Seconds for everything."""
    settle: float = SETTLE
    """Seconds to look for a run whose start was not answered."""
    attempts: int = 4
    """Calls at most while Dify is busy or cannot be reached."""
    partial: bool = False
    """Whether a run that went on after a failed node counts as successful."""
    asked_again: bool = False
    """Whether a person asked for this (a first call, a cleared task) and not a retry: then an earlier run that
    failed, was stopped or is no longer known makes way for a new one."""
    stop_late: bool = False
    """Whether a run that is not at its end at the deadline is stopped."""
    follow: bool = True
    """Whether the run is followed to its end; else it is reported as it stands once it is known, and `follow_run`
    takes it up later, in this process or another."""


def run_once(
    client: DifyClient,
    inputs: Callable[[], Mapping[str, Any]],
    *,
    user: str,
    memory: RunMemory | None = None,
    options: OnceOptions | None = None,
    on_start: Callable[[RunHandle], None] | None = None,
) -> RunOutcome:
    """Runs the workflow unless it was run for this user (and key) before; then follows or reports that run.

    Args:
        client: the workflow app.
        inputs: makes the inputs when a run is really started, so that a file is uploaded only then.
        user: the job's name for Dify: the same on every try of the job, and of no other job.
        memory: where the start is remembered when this process dies; without one, Dify's log has to do.
        options: the key, the deadlines, and what counts.
        on_start: told the run's ids when they are known, also for a run that was started before.

    Returns:
        How the run went; it may have failed, or still be running at the deadline.

    Raises:
        StartUnknownError: a start was sent off, and nobody can say whether Dify took it.
        DifyError: nothing was started; ``retryable`` says whether a later call may succeed.
    """
    job = _Job(client, inputs, user, memory or NoMemory(), options or OnceOptions(), on_start or (lambda _: None))
    retrying = Retrying(
        retry=retry_if_exception(job.may_try_again),
        wait=_pause,
        stop=stop_after_attempt(job.options.attempts),
        sleep=client.clock.sleep,
        reraise=True,
    )
    with tracing.span("invoke_workflow", _CONVENTIONS, tracing.Kind.CLIENT) as span:
        outcome = retrying(job.attempt)
        span.note({"daybook.dify.run_id": outcome.run_id, "daybook.outcome": str(outcome.status)})
        if not outcome.succeeded:
            span.fail(str(outcome.status))
        return outcome


def follow_run(
    client: DifyClient, handle: RunHandle, *, user: str, memory: RunMemory | None = None, options: OnceOptions
) -> RunOutcome:
    """Follows a run that `run_once` started or found; ``options`` say until when, and whether it is stopped then.

    Raises:
        DifyError: Dify does not know the run, or could not be asked until the deadline.
    """
    return _Job(client, dict, user, memory or NoMemory(), options, lambda _: None).resume(handle)


def stop_run(client: DifyClient, handle: RunHandle, *, user: str, memory: RunMemory) -> bool:
    """Asks Dify to stop a run, and remembers that it counts no more.

    Returns:
        Whether the memory knows of it.

    Raises:
        DifyError: Dify could not be asked.
    """
    client.stop(handle.task_id, user=user)
    record = memory.load() or StartRecord(handle.run_id, handle.task_id)
    memory.save(replace(record, over=_with(record.over, handle.run_id)))
    kept = memory.load()
    return kept is not None and handle.run_id in kept.over


def _with(runs: Iterable[str], *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*runs, *more)))


class _Job:
    def __init__(
        self,
        client: DifyClient,
        inputs: Callable[[], Mapping[str, Any]],
        user: str,
        memory: RunMemory,
        options: OnceOptions,
        on_start: Callable[[RunHandle], None],
    ) -> None:
        self.client = client
        self.inputs = inputs
        self.user = user
        self.memory = memory
        self.options = options
        self.on_start = on_start
        self.handle: RunHandle | None = None
        self.ends = client.clock.now() + options.deadline
        self.form: InputForm | None = None
        self.passed_over: tuple[str, ...] = ()

    def may_try_again(self, error: BaseException) -> bool:
        """Whether nothing was started, and a later attempt may succeed."""
        return (
            isinstance(error, DifyError)
            and error.retryable
            and self.handle is None
            and self.client.clock.now() < self.ends
        )

    def attempt(self) -> RunOutcome:
        """Finds the run, or starts it."""
        record = self.memory.load()
        if record:  # of those that count no more, only the job's own last run is still reported
            self.passed_over = _with(self.passed_over, *(run for run in record.over if run != record.run_id))
        outcome = self._remembered(record) or self._logged()
        while outcome and outcome.may_be_repeated:
            self._pass_over(outcome.run_id)
            self.handle = None
            outcome = self._logged()
        if outcome:
            return self._stopped_late(outcome)
        if record and record.open and not self.options.asked_again:
            return self._settled()
        return self._stopped_late(self._start())

    def resume(self, handle: RunHandle) -> RunOutcome:
        """Follows a run that is known."""
        self.passed_over = (self.memory.load() or StartRecord()).over
        return self._stopped_late(self._follow(handle))

    def _remembered(self, record: StartRecord | None) -> RunOutcome | None:
        if not record or not record.run_id:
            return None
        handle = RunHandle(record.run_id, record.task_id)
        over = record.run_id in record.over
        if over or self.options.asked_again:
            try:
                standing = self.client.detail(handle)
            except NotFoundError:
                if self.options.asked_again:
                    return None
                raise
            if over and not standing.finished:  # Dify calls a stopped run running for ever
                standing = replace(standing, status=RunStatus.STOPPED)
            if self.options.asked_again and self._unsuccessful(standing.status):
                self._pass_over(handle.run_id)
                return None
            if over:
                self.on_start(handle)
                return standing
        return self._follow(handle)

    def _logged(self) -> RunOutcome | None:
        def accept(run: LoggedRun) -> bool:
            if self.options.asked_again and self._unsuccessful(run.status):
                self._pass_over(run.run_id)
            return run.run_id not in self.passed_over

        run = self._find(accept)
        return self._follow(RunHandle(run.run_id)) if run else None

    def _pass_over(self, run_id: str) -> None:
        self.passed_over = _with(self.passed_over, run_id)

    def _start(self) -> RunOutcome:
        self.form = self.form or self.client.form()
        inputs = self.inputs()
        if outcome := self._logged():  # while a file was uploaded, another process may have been faster
            return outcome
        self.memory.save(StartRecord(over=self.passed_over))
        try:
            return self.client.run(
                inputs,
                user=self.user,
                deadline=self._left(),
                workflow_id=self.options.workflow_id,
                on_start=self._started,
                form=self.form,
                follow=self.options.follow,
            )
        except DifyError as error:
            if self.handle:
                raise
            if error.ambiguous:
                log.warning("It is not known whether Dify took the run (%s); looking for it in its log", error)
                return self._settled(texts.NOT_BEGUN if error.code in _SILENT else texts.START_UNKNOWN)
            self.memory.save(StartRecord(over=self.passed_over, refused=True) if self.passed_over else None)
            raise

    def _stopped_late(self, outcome: RunOutcome) -> RunOutcome:
        late = self.options.follow and self.options.stop_late
        if outcome.status is not RunStatus.RUNNING or not late or not outcome.task_id:
            return outcome
        try:
            kept = stop_run(self.client, RunHandle(outcome.run_id, outcome.task_id), user=self.user, memory=self.memory)
        except DifyError as error:
            log.warning("The run %s could not be stopped: %s", outcome.run_id, error)
            return outcome
        return replace(outcome, stop_asked=True, stop_remembered=kept)

    def _settled(self, unknown: Text = texts.START_UNKNOWN) -> RunOutcome:
        """Polls Dify's log for the run of a start that was sent off and got no answer."""
        ends = self.client.clock.now() + self.options.settle
        while True:
            last = self.client.clock.now() >= ends
            try:
                run = self._find(lambda run: run.run_id not in self.passed_over)
            except DifyError as error:
                run, last = None, last or not error.retryable
            if run:
                return self._follow(RunHandle(run.run_id))
            if last:
                raise StartUnknownError(unknown, ambiguous=True)
            self.client.clock.sleep(max(min(_LOOK_EVERY, ends - self.client.clock.now()), 0.0))

    def _follow(self, handle: RunHandle) -> RunOutcome:
        self._started(handle)
        if self.options.follow:
            return self.client.wait(handle, deadline=self._left(), unseen=UNSEEN)
        try:
            return self.client.detail(handle)
        except NotFoundError:  # Dify writes a new run down in the background
            return RunOutcome(RunStatus.RUNNING, handle.run_id, handle.task_id)

    def _started(self, handle: RunHandle) -> None:
        self.handle = handle
        try:
            self.memory.save(StartRecord(handle.run_id, handle.task_id, self.passed_over))
        except Exception:  # the run goes on whatever the memory does, and the log still shows it
            log.exception("The run %s could not be remembered", handle.run_id)
        self.on_start(handle)

    def _find(self, accept: Callable[[LoggedRun], bool]) -> LoggedRun | None:
        options = self.options
        return self.client.find_run(
            self.user, key=options.key, key_input=options.key_input, since=options.since, accept=accept
        )

    def _unsuccessful(self, status: RunStatus) -> bool:
        good = (RunStatus.SUCCEEDED, RunStatus.PARTIAL) if self.options.partial else (RunStatus.SUCCEEDED,)
        return status.finished and status not in good

    def _left(self) -> float:
        return max(self.ends - self.client.clock.now(), 0.0)


_exponential = wait_exponential(multiplier=2, max=60) + wait_random(0, 1)


def _pause(state: RetryCallState) -> float:
    """Longer and longer pauses, and never shorter than Dify asks for."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, DifyError) else None
    return max(_exponential(state), asked or 0.0)
