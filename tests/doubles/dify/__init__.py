"""A double of Dify's service API on loopback, as Dify 1.13 behaves: strict in what it takes, faithful in what it says.

    with DifyDouble(workflow=lambda inputs, files: {"answer": "ok"}) as dify:
        client = DifyClient(dify.base_url, dify.api_key)

A run is a thread of its own: it goes on when the caller hangs up, as Dify's does. What shall go wrong is put into
`DifyDouble.faults`; each fault is used up by one call.
"""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

from tests.doubles.dify.api import ApiHandler
from tests.doubles.dify.parts import SALES_FORM, WORKFLOW_ID, Fault, Json, NodeError, Run, Upload, Variable
from tests.doubles.dify.wire import Server

MIB = 1024 * 1024

type Workflow = Callable[[Json, dict[str, bytes]], Json]
"""What a run does: inputs and the bytes of the files in them, by input name, to outputs. May raise `NodeError`."""


@dataclass
class DifyDouble:
    """One app of a Dify instance. Use it as a context."""

    workflow: Workflow = lambda _inputs, _files: {"answer": "ok"}
    form: tuple[Variable, ...] = SALES_FORM
    mode: str = "workflow"
    chat: Callable[[str], str] = lambda question: f"You asked: {question}"
    api_key: str = "app-double0123456789abcdef"
    dms_key: str = ""
    """What the header ``DifyApiKey`` must hold; not looked at where empty, as Dify itself does."""
    file_limit: int = 15 * MIB
    uploads_belong_to_user: bool = True
    """As since Dify 1.14; before, any user's file may be used."""
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
    """Seconds between pings; Dify's are 10."""
    stop_leaves_running: bool = False
    """After a stop the stream says ``stopped`` but the run's detail ``running``, as seen on 1.13.2."""

    def __post_init__(self) -> None:
        self.faults: list[Fault] = []
        self.uploads: dict[str, Upload] = {}
        self.runs: dict[str, Run] = {}
        self.asked: list[Json] = []
        self.messages: list[Json] = []
        self.calls: list[tuple[str, str]] = []
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
        return (run for run in runs if run.logged and (run.user == user or not self.logs_filter_user))

    def _execute(self, run: Run) -> None:
        self._tell(run, "workflow_started", {"id": run.id, "workflow_id": WORKFLOW_ID, "inputs": run.inputs})
        node = {"id": str(uuid.uuid4()), "node_id": "1700000000001", "node_type": "tool", "title": "分析销售数据"}
        self._tell(run, "node_started", {**node, "index": 1})
        failed = None
        try:
            files = {
                name: self.uploads[value["upload_file_id"]].content
                for name, value in run.inputs.items()
                if isinstance(value, dict) and value.get("upload_file_id") in self.uploads
            }
            outputs = self.workflow(run.inputs, files)
        except NodeError as error:
            failed, outputs = error, error.outputs
        while self.never_finish and not run.stop.is_set():
            run.stop.wait(0.02)
        node_status = "succeeded" if not failed else "exception" if failed.handled else "failed"
        node_end = {**node, "index": 1, "inputs": {}, "outputs": {}, "status": node_status}
        self._tell(run, "node_finished", {**node_end, "error": str(failed) if failed else None})
        status = "succeeded" if not failed else "partial-succeeded" if failed.handled else "failed"
        status = "stopped" if run.stop.is_set() else status
        with self.lock:
            run.outputs = {} if status in ("failed", "stopped") else outputs
            run.error = str(failed) if failed and not failed.handled else None
            run.finished_at = int(time.time())
            run.logged = True
            if not (status == "stopped" and self.stop_leaves_running):
                run.status = status
        self._tell(run, "workflow_finished", {**self.result(run), "status": status, "files": []})
        run.ended.set()
        run.events.put(None)

    def _tell(self, run: Run, name: str, data: Json) -> None:
        run.events.put({"event": name, "workflow_run_id": run.id, "task_id": run.task_id, "data": data})

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
            "total_steps": 3,
            "created_at": run.created_at,
            "finished_at": run.finished_at,
            "exceptions_count": int(run.status == "partial-succeeded"),
        }
