"""A client of Dify's service API: upload a file, run a workflow, ask a chat or agent app."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import requests

from daybook.dify import sentences as say
from daybook.dify.errors import DifyError, NotFoundError
from daybook.dify.files import MultipartFile, UploadedFile
from daybook.dify.follow import ChatFollower, RunFollower
from daybook.dify.outcome import (
    AppInfo,
    ChatAnswer,
    LoggedRun,
    NodeFailure,
    RunHandle,
    RunOutcome,
    RunStatus,
    json_object,
)
from daybook.dify.transport import Timeouts, Transport

DEADLINE = 1200.0
"""Seconds for a run: what Dify itself allows a workflow (``WORKFLOW_MAX_EXECUTION_TIME``)."""

LOG_PAGE = 100
"""Lines of the log in one answer: the most that Dify gives."""

LOG_PAGES = 50
"""Pages of the log to look through for an earlier run."""

UNSEEN = 30.0
"""Seconds after its start in which a run may be missing from Dify's answers."""


class DifyClient:
    """One app of a Dify instance, by its API key.

    ``user`` is the same for upload, run, search and stop: Dify ties files and runs to it.

    Args:
        base_url: the API's address, such as ``https://dify.example.com/v1``.
        api_key: the app's key (``app-...``).
        extra_headers: more headers for every call; Dify on DMS needs ``DifyApiKey``.
        session: a ``requests`` session to use, for proxies or own certificates.
        timeouts: how long to wait for connections and answers.
        clock: seconds that only go forward.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        extra_headers: Mapping[str, str] | None = None,
        session: requests.Session | None = None,
        timeouts: Timeouts | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(base_url, api_key, extra_headers, session, timeouts or Timeouts())
        self.clock = clock
        self.sleep = sleep

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
                effects=True,
                timeout=self._transport.timeouts.upload,
                data=body,
                headers={"Content-Type": body.content_type},
            )
        except DifyError as error:
            error.ambiguous = False
            if error.text is say.NO_ANSWER:
                error.text, error.values = say.UPLOAD_BROKEN, {"megabytes": round(body.file_bytes / 1e6, 1)}
            raise
        return UploadedFile.of(answer)

    def run(
        self,
        inputs: Mapping[str, Any],
        *,
        user: str,
        deadline: float = DEADLINE,
        workflow_id: str = "",
        on_start: Callable[[RunHandle], None] | None = None,
    ) -> RunOutcome:
        """Runs the published workflow and follows it to its end.

        A stream that breaks is no end: the run goes on at Dify, and is asked for by its id.

        Args:
            inputs: the values of the start node; see `UploadedFile.as_input` for files.
            user: who runs it.
            deadline: seconds until the outcome is given as it then is, which may be ``running``.
            workflow_id: a published version to run instead of the latest.
            on_start: told the run's ids the moment they are known.

        Raises:
            DifyError: the run was refused; or, where ``ambiguous`` is set, may have been started all the same.
        """
        ends = self.clock() + deadline
        path = f"/workflows/{quote(workflow_id, safe='')}/run" if workflow_id else "/workflows/run"
        body = {"inputs": dict(inputs), "user": user, "response_mode": "streaming"}
        follower = RunFollower(on_start, self._transport.safe)
        self._transport.stream(path, body, follower.take, ends, self.clock)
        if follower.outcome:
            return follower.outcome
        if follower.handle:
            left = ends - self.clock()
            return self.wait(follower.handle, deadline=left, failures=follower.failures, unseen=UNSEEN)
        if self.clock() < ends:
            raise DifyError(say.NO_ANSWER, retryable=True, ambiguous=True)
        raise DifyError(say.NOT_STARTED, ambiguous=True, seconds=f"{deadline:g}")

    def run_blocking(self, inputs: Mapping[str, Any], *, user: str, deadline: float = 60.0) -> RunOutcome:
        """Runs the workflow in one answer; for short workflows only, since proxies cut such calls near 60 s.

        Raises:
            DifyError: as in `run`.
        """
        body = {"inputs": dict(inputs), "user": user, "response_mode": "blocking"}
        answer = self._transport.json("POST", "/workflows/run", effects=True, timeout=deadline, json=body)
        data = json_object(answer.get("data"))
        handle = RunHandle(str(answer.get("workflow_run_id") or data.get("id") or ""), str(answer.get("task_id") or ""))
        if not data or not handle.run_id:
            raise DifyError(say.NOT_DIFY, ambiguous=True)
        return RunOutcome.of(data, handle, safe=self._transport.safe)

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
        return RunOutcome.of(self._detail(handle.run_id), handle, failures, safe=self._transport.safe)

    def _detail(self, run_id: str) -> dict[str, Any]:
        detail = self._transport.json("GET", f"/workflows/run/{quote(run_id, safe='')}")
        if not detail.get("id"):  # how old versions answer for a run that they do not know
            raise NotFoundError(say.RUN_NOT_FOUND)
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
        now = self.clock()
        for last in self._moments(now + deadline):
            try:
                outcome = self._outcome(handle, failures)
            except NotFoundError:
                if last or self.clock() >= now + unseen:
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
                    yield LoggedRun(str(run["id"]), RunStatus.of(run.get("status")), user, line.get("created_at"))
            if not answer.get("has_more"):
                return
        raise DifyError(say.SEARCH_TOO_LONG)

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

    def ask(
        self,
        question: str,
        *,
        user: str,
        inputs: Mapping[str, Any] | None = None,
        conversation_id: str = "",
        files: Sequence[Mapping[str, str]] = (),
        deadline: float = 300.0,
    ) -> ChatAnswer:
        """Asks a chat, agent or chatflow app, and puts its streamed answer together.

        Args:
            question: what to ask.
            user: who asks.
            inputs: the app's variables.
            conversation_id: the conversation to go on with; a new one where empty.
            files: files to look at, see `UploadedFile.as_input`.
            deadline: seconds for the whole answer.

        Raises:
            DifyError: the app failed; or, where ``ambiguous`` is set, may have answered all the same.
        """
        ends = self.clock() + deadline
        body = {
            "query": question,
            "inputs": dict(inputs or {}),
            "user": user,
            "conversation_id": conversation_id,
            "files": [dict(file) for file in files],
            "response_mode": "streaming",
            "auto_generate_name": False,
        }
        follower = ChatFollower(self._transport.safe)
        self._transport.stream("/chat-messages", body, follower.take, ends, self.clock)
        if follower.answer:
            return follower.answer
        if not follower.message_id:
            raise DifyError(say.ANSWER_LOST, ambiguous=True)
        return self._late_answer(follower, user, ends, deadline)

    def _late_answer(self, asked: ChatFollower, user: str, ends: float, deadline: float) -> ChatAnswer:
        """The answer to a question whose stream broke, from the conversation's messages."""
        params = {"conversation_id": asked.conversation_id, "user": user, "limit": 20}
        for _ in self._moments(ends):
            try:
                messages = self._transport.json("GET", "/messages", params=params).get("data") or ()
            except DifyError as error:
                if not error.retryable:
                    raise
                continue
            for message in messages:
                if message.get("id") == asked.message_id and message.get("answer"):
                    return ChatAnswer(message["answer"], asked.conversation_id, asked.message_id, asked.task_id)
        raise DifyError(say.ANSWER_LATE, ambiguous=True, seconds=f"{deadline:g}")

    def stop_answer(self, task_id: str, *, user: str) -> None:
        """Asks Dify to stop the answer of a chat, agent or chatflow app."""
        self._transport.json("POST", f"/chat-messages/{quote(task_id, safe='')}/stop", json={"user": user})

    def _moments(self, ends: float) -> Iterator[bool]:
        """Moments to look again, further and further apart; ``True`` for the last one, at ``ends``."""
        pause = 0.5
        while self.clock() < ends:
            yield False
            pause = min(pause * 2, 10.0)
            self.sleep(max(min(pause, ends - self.clock()), 0.0))
        yield True
