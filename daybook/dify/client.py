"""`DifyClient`: a workflow app of Dify by its API key. `AppClient` is what all apps have in common."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import requests

from daybook.dify import texts
from daybook.dify.errors import DifyError, NotFoundError
from daybook.dify.inputs import InputForm, MultipartFile, UploadedFile, check_inputs, input_form, with_trace
from daybook.dify.outcome import (
    AppInfo,
    LoggedRun,
    NodeFailure,
    RunHandle,
    RunOutcome,
    RunStatus,
    json_object,
    whole_seconds,
)
from daybook.dify.stream import RunEventReader
from daybook.dify.transport import Timeouts, Transport
from daybook.transport import Clock

FORWARD = Clock(time.monotonic)
"""A clock that is never set back: deadlines are measured with it."""

DEADLINE = 1200.0
"""Seconds for a run: what Dify itself allows a workflow (``WORKFLOW_MAX_EXECUTION_TIME``)."""

LOG_PAGE = 100
"""Lines of the log in one answer: the most that Dify gives."""

LOG_PAGES = 50
"""Pages of the log to look through for an earlier run."""

UNSEEN = 30.0
"""Seconds after its start in which a run may be missing from Dify's answers."""


class AppClient:
    """What every app of Dify has: an address, a key, an info page, uploads.

    ``user`` is the same for upload, run, search and stop: Dify ties files and runs to it.

    Args:
        base_url: the API's address, such as ``https://dify.example.com/v1``.
        api_key: the app's key (``app-...``).
        extra_headers: more headers for every call; Dify on DMS needs ``DifyApiKey``.
        session: a ``requests`` session to use, for proxies or own certificates.
        timeouts: how long to wait for connections and answers.
        clock: seconds that only go forward, and waiting for them.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        extra_headers: Mapping[str, str] | None = None,
        session: requests.Session | None = None,
        timeouts: Timeouts | None = None,
        *,
        clock: Clock = FORWARD,
    ) -> None:
        self._transport = Transport(base_url, api_key, extra_headers, session, timeouts or Timeouts(), clock)
        self.clock = clock

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._transport.base_url!r})"

    def info(self) -> AppInfo:
        """The app that the key belongs to; the cheapest call that shows whether address and key are right."""
        answer = self._transport.json("GET", "/info")
        return AppInfo(
            name=str(answer.get("name") or ""),
            mode=str(answer.get("mode") or ""),
            description=str(answer.get("description") or ""),
            tags=tuple(str(tag) for tag in answer.get("tags") or ()),
        )

    def parameters(self) -> dict[str, Any]:
        """The app's settings; ``user_input_form`` lists its inputs."""
        return self._transport.json("GET", "/parameters")

    def form(self) -> InputForm | None:
        """The app's inputs, against which those of a call are held; ``None`` where Dify does not tell them.

        Raises:
            DifyError: Dify could not be asked, or the app is not published.
        """
        try:
            return input_form(self.parameters())
        except DifyError as error:
            if error.code == texts.APP_UNAVAILABLE.code:  # so Dify calls an app that was never published
                raise DifyError(texts.NOT_PUBLISHED, status=error.status) from None
            if error.status == HTTPStatus.NOT_FOUND:  # an old Dify, or a gateway that does not let the call through
                return None
            raise

    def upload(self, file: Path | BinaryIO, *, user: str, filename: str = "") -> UploadedFile:
        """Gives Dify a file, streamed from where it is.

        Args:
            file: a path, or an open file that can be sought.
            user: the user of the run that will read it.
            filename: the name for Dify, which tells the type by its extension; the file's own where empty.

        Raises:
            DifyError: Dify did not take it; trying again at worst leaves a file that nothing uses.
        """
        if isinstance(file, Path):
            with file.open("rb") as content:
                return self.upload(content, user=user, filename=filename or file.name)
        name = filename or Path(str(getattr(file, "name", "file"))).name
        body = MultipartFile({"user": user}, name, file)
        try:
            answer = self._transport.json(
                "POST",
                "/files/upload",
                may_start=True,
                timeout=self._transport.timeouts.upload,
                data=body,
                headers={"Content-Type": body.content_type},
            )
        except DifyError as error:
            error.ambiguous = False
            if error.code == texts.NO_ANSWER.code:
                error.text, error.values = texts.UPLOAD_BROKEN, {"megabytes": round(body.file_bytes / 1e6, 1)}
            raise
        return UploadedFile.of(answer)

    def _moments(self, ends: float) -> Iterator[bool]:
        """Moments to look again, further and further apart; ``True`` for the last one, at ``ends``."""
        pause = 0.5
        while self.clock.now() < ends:
            yield False
            pause = min(pause * 2, 10.0)
            self.clock.sleep(max(min(pause, ends - self.clock.now()), 0.0))
        yield True


class DifyClient(AppClient):
    """A workflow app, by its API key: run, follow, stop, find again."""

    def run(
        self,
        inputs: Mapping[str, Any],
        *,
        user: str,
        deadline: float = DEADLINE,
        workflow_id: str = "",
        on_start: Callable[[RunHandle], None] | None = None,
        form: InputForm | None = None,
        follow: bool = True,
    ) -> RunOutcome:
        """Runs the published workflow and follows it to its end.

        A stream that breaks is no end: the run goes on at Dify, and is asked for by its id.

        Args:
            inputs: the values of the start node; see `UploadedFile.as_input` for files.
            user: who runs it.
            deadline: seconds until the outcome is given as it then is, which may be ``running``.
            workflow_id: a published version to run instead of the latest.
            on_start: told the run's ids the moment they are known.
            form: the app's inputs as `form` tells them; asked for where they are not given.
            follow: whether to follow the run; else the outcome is given as soon as Dify names it.

        Raises:
            DifyError: an input does not fit, or the run was refused; or, where ``ambiguous`` is set, may have been
                started all the same.
        """
        form = self.form() if form is None else form
        inputs = with_trace(form, inputs)
        check_inputs(form, inputs)
        began = self.clock.now()
        ends = began + deadline
        path = f"/workflows/{quote(workflow_id, safe='')}/run" if workflow_id else "/workflows/run"
        body = {"inputs": dict(inputs), "user": user, "response_mode": "streaming"}
        reader = RunEventReader(on_start, self._transport.safe)
        enough = reader.take if follow else lambda event: reader.take(event) or reader.handle is not None
        silent = self._transport.stream(path, body, enough, ends)
        if reader.outcome:
            return reader.outcome
        if reader.handle:
            if not follow:
                return RunOutcome(RunStatus.RUNNING, reader.handle.run_id, reader.handle.task_id)
            left = ends - self.clock.now()
            return self.wait(reader.handle, deadline=left, failures=reader.failures, unseen=UNSEEN)
        waited = whole_seconds(self.clock.now() - began)
        if self.clock.now() >= ends:
            raise DifyError(texts.NOT_STARTED, ambiguous=True, seconds=waited)
        if silent:
            raise DifyError(texts.SILENT, ambiguous=True, seconds=waited)
        raise DifyError(texts.NO_ANSWER, retryable=True, ambiguous=True)

    def detail(self, run: RunHandle | str) -> RunOutcome:
        """How a run stands now.

        Raises:
            NotFoundError: Dify does not know it.
            DifyError: Dify could not be asked.
        """
        handle = RunHandle(run) if isinstance(run, str) else run
        return self._outcome(handle)

    def inputs_of(self, run_id: str) -> dict[str, Any]:
        """The inputs that a run was started with."""
        return json_object(self._detail(run_id).get("inputs"))

    def _outcome(self, handle: RunHandle, failures: tuple[NodeFailure, ...] = ()) -> RunOutcome:
        outcome = RunOutcome.of(self._detail(handle.run_id), handle, failures, safe=self._transport.safe)
        status, over_in = self._standing(outcome.status, outcome.created_at)
        return replace(outcome, status=status, over_in=over_in)

    def _standing(self, status: RunStatus, created_at: int | None) -> tuple[RunStatus, float | None]:
        """What a status means at a run's age by Dify's clock, and the seconds until a running one counts as over."""
        if status is not RunStatus.RUNNING or not created_at:
            return status, None
        over_in = created_at + self._transport.timeouts.longest_run - (self._transport.date or time.time())
        return (RunStatus.LOST if over_in <= 0 else status), over_in

    def _detail(self, run_id: str) -> dict[str, Any]:
        detail = self._transport.json("GET", f"/workflows/run/{quote(run_id, safe='')}")
        if not detail.get("id"):  # how old versions answer for a run that they do not know
            raise NotFoundError(texts.RUN_NOT_FOUND)
        return detail

    def wait(
        self,
        run: RunHandle | str,
        *,
        deadline: float = DEADLINE,
        failures: tuple[NodeFailure, ...] = (),
        unseen: float = 0.0,
    ) -> RunOutcome:
        """Asks for a run until it is at its end or the deadline is past, whatever the network does meanwhile.

        Args:
            run: the run, by its handle or id.
            deadline: seconds until the outcome is given as it then is; a run that was stopped may say
                ``running`` for ever.
            failures: the failed nodes that are known already.
            unseen: seconds for which Dify may not know the run yet: it writes a new one down in the background.

        Raises:
            NotFoundError: Dify does not know the run.
            DifyError: Dify refuses to be asked, or was not to be reached until the deadline.
        """
        handle = RunHandle(run) if isinstance(run, str) else run
        now = self.clock.now()
        for last in self._moments(now + deadline):
            try:
                outcome = self._outcome(handle, failures)
            except NotFoundError:
                if last or self.clock.now() >= now + unseen:
                    raise
            except DifyError as error:
                if last or not error.retryable:
                    raise
            else:
                if last or outcome.finished:
                    return outcome
        raise AssertionError  # the last moment returns or raises

    def stop(self, task_id: str, *, user: str) -> None:
        """Asks Dify to stop a run. Dify always agrees, also for runs that it does not know."""
        self._transport.json("POST", f"/workflows/tasks/{quote(task_id, safe='')}/stop", json={"user": user})

    def runs_of(self, user: str, *, since: datetime | None = None) -> Iterator[LoggedRun]:
        """The runs of a user in the app's log, newest first.

        Old versions of Dify ignore the filter and give everybody's runs, so the user of each line is compared here.

        Raises:
            DifyError: Dify could not be asked, or its log goes on past `LOG_PAGES`.
        """
        params: dict[str, Any] = {"created_by_end_user_session_id": user, "limit": LOG_PAGE}
        if since:
            params["created_at__after"] = since.isoformat()
        for page in range(1, LOG_PAGES + 1):
            answer = self._transport.json("GET", "/workflows/logs", params={**params, "page": page})
            for line in answer.get("data") or ():
                run, end_user = json_object(line.get("workflow_run")), json_object(line.get("created_by_end_user"))
                if end_user.get("session_id") == user and run.get("id"):
                    created_at = run.get("created_at") or line.get("created_at")
                    status, _ = self._standing(RunStatus.of(run.get("status")), created_at)
                    yield LoggedRun(str(run["id"]), status, user, created_at)
            if not answer.get("has_more"):
                return
        raise DifyError(texts.SEARCH_TOO_LONG)

    def find_run(
        self,
        user: str,
        *,
        key: str | None = None,
        key_input: str = "run_key",
        since: datetime | None = None,
        accept: Callable[[LoggedRun], bool] = lambda _: True,
    ) -> LoggedRun | None:
        """The newest run of a user, or of a user and key.

        Args:
            user: the user that the run was started for.
            key: the value that the run's input ``key_input`` has; any where ``None``.
            key_input: the name of that input.
            since: look no further back.
            accept: which runs count.

        Raises:
            DifyError: as in `runs_of`; then it is not known whether there is one.
        """
        for run in self.runs_of(user, since=since):
            if accept(run) and (key is None or self.inputs_of(run.run_id).get(key_input) == key):
                return run
        return None
