"""`DifyDouble`: Dify's service API on loopback, as unhelpful as the real one.

    with DifyDouble(workflow=lambda inputs, files: {"answer": "ok"}) as dify:
        client = DifyClient(dify.base_url, dify.api_key)

A run is a thread of its own: it goes on when the caller hangs up, as Dify's does. What shall go wrong is put into
`DifyDouble.faults`; each fault is used up by one call. What it answers was seen on a real Dify 1.13.2; `version` says
which one it plays.
"""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from tests.doubles.dify.api import ApiHandler
from tests.doubles.dify.events import RunEvents
from tests.doubles.dify.parts import OUTPUTS, SALES_FORM, WORKFLOW_ID, Fault, Json, NodeError, Run, Upload, Variable
from tests.doubles.dify.wire import Server

MIB = 1024 * 1024

type Workflow = Callable[[Json, dict[str, bytes]], Json]
"""What a run does: inputs and the bytes of the files in them, by input name, to outputs. May raise `NodeError`."""


@dataclass
class DifyDouble:
    """One app of a Dify instance. Use it as a context."""

    workflow: Workflow = lambda _inputs, _files: {"answer": "ok"}
    form: tuple[Variable, ...] = SALES_FORM
    outputs: tuple[str, ...] = OUTPUTS
    mode: str = "workflow"
    chat: Callable[[str], str] = lambda question: f"You asked: {question}"
    version: str = "1.13.2"
    """Which Dify it plays: from 1.14 on a file belongs to the user who uploaded it."""
    api_key: str = "app-double0123456789abcdef"
    dms_key: str = ""
    """What the header ``DifyApiKey`` must hold; not looked at where empty, as Dify itself does."""
    file_limit: int = 15 * MIB
    logs_at: str = "start"
    """``start`` as new versions, ``finish`` as old ones."""
    logs_filter_user: bool = True
    """Old versions give everybody's runs."""
    unknown_run_is_null: bool = False
    """Old versions answer a detail of nulls with 200 for a run that they do not know."""
    max_active: int = 0
    chunked: bool = True
    published: bool = True
    on_call: Callable[[str, str, int], None] = lambda _method, _path, _port: None
    """Told of every call before it is looked at: method, path, and the caller's port."""
    ping: float = 0.05
    """Seconds between the pings of a run that is going on; Dify's are 10."""
    idle: float = 300.0
    """Seconds after which Dify ends a stream on which nothing happened."""
    stop_is_written_down: bool = False
    """Whether a stopped run's detail says so. On 1.13.2 it says ``running`` for ever."""

    def __post_init__(self) -> None:
        self.faults: list[Fault] = []
        self.uploads: dict[str, Upload] = {}
        self.runs: dict[str, Run] = {}
        self.asked: list[Json] = []
        self.messages: list[Json] = []
        self.calls: list[tuple[str, str]] = []
        self.traces: list[tuple[str, str]] = []
        """The path and the ``traceparent`` of each call that has one."""
        self.never_finish = False
        self.lock = threading.RLock()
        self.closing = threading.Event()
        self._server = Server(("127.0.0.1", 0), ApiHandler)
        self._server.dify = self  # type: ignore[attr-defined]  # the handler's way to its double

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        for run in self.runs.values():
            run.stop.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        """The API's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def files_belong_to_user(self) -> bool:
        """Whether a run may only use the files of its own user."""
        return tuple(map(int, self.version.split(".")[:2])) >= (1, 14)

    def accepted(self) -> Counter[tuple[str, str]]:
        """How many runs were accepted, by user and the input ``run_key``."""
        with self.lock:
            return Counter((run.user, str(run.inputs.get("run_key", ""))) for run in self.runs.values())

    def fault(self, method: str, path: str) -> Fault | None:
        """The fault that the next such call meets, used up by asking."""
        with self.lock:
            for fault in self.faults:
                if fault.method == method and path.endswith(fault.path):
                    self.faults.remove(fault)
                    return fault
        return None

    def accept(self, inputs: Json, user: str, *, queued: bool = False) -> Run:
        """Takes a run, and starts it unless it is queued."""
        with self.lock:
            run = Run(str(uuid.uuid4()), str(uuid.uuid4()), user, inputs, len(self.runs) + 1)
            self.runs[run.id] = run
        if not queued:
            self.start(run)
        return run

    def work(self) -> None:
        """Starts what was queued, as a worker that comes back would."""
        for run in list(self.runs.values()):
            if not run.started:
                self.start(run)

    def start(self, run: Run) -> None:
        """Lets a run go."""
        run.started = True
        run.created_at = int(time.time())
        run.logged = self.logs_at == "start"
        threading.Thread(target=self._execute, args=(run,), daemon=True).start()

    def active(self) -> int:
        """Runs that are going on."""
        return sum(run.status == "running" for run in self.runs.values())

    def expire(self, run_id: str) -> None:
        """Forgets a run, as Dify's log retention does."""
        with self.lock:
            del self.runs[run_id]

    def logged(self, user: str) -> Iterator[Run]:
        """The lines of the log that a search for ``user`` shows, newest first."""
        with self.lock:
            runs = sorted(self.runs.values(), key=lambda run: -run.number)
        return (run for run in runs if run.logged and (user in ("", run.user) or not self.logs_filter_user))

    def inputs_of(self, run: Run) -> Json:
        """The inputs as Dify keeps them: a file with all that is known of it."""
        return {name: self._kept(value) for name, value in run.inputs.items()}

    def _kept(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._kept(item) for item in value]
        upload = self.uploads.get(str(value.get("upload_file_id"))) if isinstance(value, dict) else None
        return upload.as_object(value["type"]) if upload else value

    def _execute(self, run: Run) -> None:
        events = RunEvents(run, self.inputs_of(run))
        for event in (events.started(), *events.before()):
            run.events.put(event)
        failed = None
        try:
            files = {
                name: self.uploads[value["upload_file_id"]].content
                for name, value in run.inputs.items()
                if isinstance(value, dict) and value.get("upload_file_id") in self.uploads
            }
            outputs = self.workflow(run.inputs, files)
        except NodeError as error:
            failed = error
            outputs = {**dict.fromkeys(self.outputs), **error.outputs} if error.handled else {}
        while self.never_finish and not run.stop.is_set():
            run.stop.wait(0.02)
        stopped = run.stop.is_set()
        if not stopped:
            for event in events.after(failed, outputs):
                run.events.put(event)
        status = "succeeded" if not failed else "partial-succeeded" if failed.handled else "failed"
        status = "stopped" if stopped else status
        with self.lock:
            run.outputs = {} if status in ("failed", "stopped") else outputs
            run.error = str(failed) if status == "failed" else None
            run.exceptions = int(status == "partial-succeeded")
            run.logged = True
            if not stopped or self.stop_is_written_down:
                run.finished_at = int(time.time())
                run.status = status
        end = {"status": status, "exceptions_count": run.exceptions, "files": []}
        who = {"created_by": {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, run.user)), "user": run.user}}
        run.events.put(events.event("workflow_finished", {**self.result(run), **who, **end}))
        run.ended.set()
        run.events.put(None)

    def result(self, run: Run) -> Json:
        """The fields that a finished event, a blocking answer and a run's detail share."""
        return {
            "id": run.id,
            "workflow_id": WORKFLOW_ID,
            "status": run.status,
            "outputs": run.outputs,
            "error": run.error,
            "elapsed_time": 0.25,
            "total_tokens": 0,
            "total_steps": 5,
            "created_at": run.created_at,
            "finished_at": run.finished_at,
        }
