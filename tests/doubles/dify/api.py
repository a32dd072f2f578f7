"""`ApiHandler`: the HTTP side of the Dify double: what it checks, in Dify's order, and the bodies it answers with."""

import datetime as dt
import json
import queue
import re
import time
import uuid
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.doubles.dify.chat import ChatRoutes
from tests.doubles.dify.checks import Call, Crash, Page, Refusal, Uploads, check_inputs, one_of, required
from tests.doubles.dify.events import inputs_as_json
from tests.doubles.dify.parts import BUSY, WORKFLOW_ID, Fault, Json, Kind, Run, Upload
from tests.doubles.dify.wire import PING, HangUp, multipart

if TYPE_CHECKING:
    from tests.doubles.dify.app import DifyDouble

MODEL = "WorkflowRunPayload"


class ApiHandler(ChatRoutes):
    """One connection."""

    @property
    def dify(self) -> "DifyDouble":  # type: ignore[override]  # what the routes of a chat name only
        """The double."""
        double: DifyDouble = self.server.dify  # type: ignore[attr-defined]
        return double

    def do_GET(self) -> None:  # noqa: N802 (http.server names it)
        """Answers a GET."""
        self._handle("GET")

    def do_POST(self) -> None:  # noqa: N802 (http.server names it)
        """Answers a POST."""
        self._handle("POST")

    def _handle(self, method: str) -> None:
        target = urlsplit(self.path)
        with self.dify.lock:
            self.dify.calls.append((method, target.path))
            if trace := self.headers.get("traceparent"):
                self.dify.traces.append((target.path, trace))
        self.chunked = self.dify.chunked
        self.dify.on_call(method, target.path, self.client_address[1])
        fault = self.dify.fault(method, target.path)
        try:
            if fault and fault.kind is Kind.DROP:
                self.hang_up(reset=True)
            elif fault and fault.kind is Kind.GZIP:
                self.drain()
                self.answer_gzip()
            elif fault and fault.kind is Kind.TRICKLE and method == "GET":
                self.open_stream()
                self.trickle(self.dify.closing)
            elif fault and fault.kind is Kind.ANSWER:
                self.drain()
                self.answer(fault.status, fault.body, dict(fault.headers))
            else:
                body = self.rfile.read(self.content_length)
                self._check_key()
                route = f"{method} {target.path.removeprefix('/v1')}"
                self._route(route, Call(body, parse_qs(target.query), fault, self.headers.get("Content-Type", "")))
        except Refusal as refusal:
            self.answer(refusal.status, refusal.body)
        except HangUp as end:
            self.hang_up(reset=end.reset)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _route(self, route: str, call: Call) -> None:
        for pattern, action in self._routes:
            if found := re.fullmatch(pattern, route):
                action(self, call, *found.groups())
                return
        path = route.partition(" ")[2]
        if any(re.fullmatch(pattern.partition(" ")[2], path) for pattern, _ in self._routes):
            raise Refusal(405, "method_not_allowed", "The method is not allowed for the requested URL.")
        raise Page

    def _check_key(self) -> None:
        scheme, _, key = self.headers.get("Authorization", "").partition(" ")
        if not scheme or not key:
            raise Refusal(401, "unauthorized", "Authorization header must be provided and start with 'Bearer'")
        if scheme.lower() != "bearer":
            raise Refusal(401, "unauthorized", "Authorization scheme must be 'Bearer'")
        if key != self.dify.api_key or (self.dify.dms_key and self.headers.get("DifyApiKey") != self.dify.dms_key):
            raise Refusal(401, "unauthorized", "Access token is invalid")

    def _upload(self, call: Call) -> None:
        parts = multipart(call.content_type, call.body)
        files = [part for part in parts if part.name == "file" and part.filename is not None]
        if not files:
            raise Refusal(400, "no_file_uploaded", "Please upload your file.")
        file, name = files[0], files[0].filename or ""
        if not name:
            raise Refusal(400, "filename_not_exists_error", "The specified filename does not exist.")
        if not file.content_type:
            raise Refusal(415, "unsupported_file_type", "File type not allowed.")
        if "/" in name or "\\" in name:
            raise Refusal(400, "invalid_param", "Filename contains invalid characters")
        if len(file.content) > self.dify.file_limit:
            raise Refusal(413, "file_too_large", "File size exceeded. {message}")
        user = next((part.content.decode() for part in parts if part.name == "user"), "DEFAULT-USER")
        upload = Upload(str(uuid.uuid4()), name, file.content_type, file.content, user)
        self.dify.uploads[upload.id] = upload
        link = f"http://127.0.0.1/files/{upload.id}/file-preview?timestamp=1&nonce=2&sign=c2VjcmV0"
        self._finish(
            call,
            201,
            {
                "id": upload.id,
                "name": upload.name,
                "size": len(upload.content),
                "extension": upload.extension,
                "mime_type": upload.mime_type,
                "created_by": str(uuid.uuid5(uuid.NAMESPACE_URL, user)),
                "created_at": int(time.time()),
                "preview_url": None,
                "source_url": link,
                "original_url": None,
                "user_id": None,
                "tenant_id": str(uuid.uuid5(uuid.NAMESPACE_URL, "tenant")),
                "conversation_id": None,
                "file_key": None,
            },
        )

    def _run(self, call: Call, version: str | None = None) -> None:
        dify, payload = self.dify, call.payload()
        if dify.mode != "workflow":
            raise Refusal(400, "not_workflow_app", "Please check if your app mode matches the right API route.")
        required(payload, MODEL, inputs=dict)
        one_of(payload, MODEL, "response_mode", "blocking", "streaming")
        self._check_version(version)
        if not dify.published:
            raise Refusal(400, "invalid_param", "Workflow not published")
        if dify.max_active and dify.active() >= dify.max_active:
            raise Refusal(400, "invalid_param", BUSY)
        streaming = payload.get("response_mode") == "streaming"
        try:
            uploads = Uploads(dify.uploads, dify.files_belong_to_user)
            check_inputs(uploads, dify.form, payload["inputs"], payload["user"])
        except Refusal:
            if not streaming:
                raise
            self.fall_silent(dify.idle, dify.closing)  # the worker has the reason, and keeps it to itself
            return
        run = dify.accept(payload["inputs"], payload["user"], queued=call.meets(Kind.QUEUED))
        if streaming and call.meets(Kind.QUEUED):
            self.fall_silent(dify.idle, dify.closing)
        elif streaming and not (call.meets(Kind.DROP_AFTER) or call.meets(Kind.ANSWER_AFTER)):
            self._stream(run, call.fault)
        else:
            if not streaming:
                run.ended.wait()
            self._finish(call, 200, {"task_id": run.task_id, "workflow_run_id": run.id, "data": dify.result(run)})

    @staticmethod
    def _check_version(version: str | None) -> None:
        if version is None:
            return
        try:
            uuid.UUID(version)
        except ValueError:
            raise Refusal(400, "invalid_param", f"Invalid workflow_id format: '{version}'. ") from None
        if version != WORKFLOW_ID:
            raise Refusal(404, "not_found", f"Workflow not found with id: {version}")

    def _stream(self, run: Run, fault: Fault | None) -> None:
        self.open_stream()
        self.write(PING)
        sent, stalled = 0, False
        while not self.dify.closing.is_set():
            if fault and fault.events == sent:
                stalled = stalled or fault.kind is Kind.STALL
                if self.ends_here(fault, {"task_id": run.task_id}):
                    break
            event = self._next(run, stalled=stalled)
            if event is None:
                break
            if event:
                self.event(event)
                sent += 1
            else:
                self.write(PING)
        self.close_stream()

    def ends_here(self, fault: Fault, ids: Json) -> bool:
        """Whether a fault ends the stream here."""
        if fault.kind is Kind.CUT:
            raise HangUp(reset=False)
        if fault.kind is Kind.FLOOD:
            self.flood()
            raise HangUp(reset=False)
        if fault.kind is Kind.TRICKLE:
            self.trickle(self.dify.closing)
            raise HangUp(reset=False)
        if fault.kind is Kind.EVENT:
            self.event({**json.loads(fault.body), **ids})
        return fault.kind is Kind.EVENT

    def _next(self, run: Run, *, stalled: bool) -> Json | None:
        """The run's next event; empty when it is time for a ping, ``None`` at the end."""
        if stalled:
            self.dify.closing.wait(self.dify.ping)
            return {}
        try:
            return run.events.get(timeout=self.dify.ping)
        except queue.Empty:
            return {}

    def _detail(self, _call: Call, run_id: str) -> None:
        try:
            uuid.UUID(run_id)
        except ValueError:
            raise Crash from None  # the database refuses it
        run = self.dify.runs.get(run_id)
        if run is None or not run.started:
            if self.dify.unknown_run_is_null:
                self.answer(200, dict.fromkeys(("id", "workflow_id", "status", "inputs", "outputs", "error")))
                return
            raise Refusal(404, "not_found", "Workflow run not found.")
        result = self.dify.result(run)
        inputs = inputs_as_json(self.dify.inputs_of(run))
        self.answer(200, {**result, "inputs": inputs, "outputs": result["outputs"] or None})

    def _logs(self, call: Call) -> None:
        page, limit = int(call.asked("page", "1")), int(call.asked("limit", "20"))
        if not 1 <= limit <= 100:
            raise Refusal(400, "invalid_param", "limit must be between 1 and 100")
        try:
            after = dt.datetime.fromisoformat(call.asked("created_at__after", "1970-01-01T00:00:00+00:00"))
        except ValueError as error:
            raise Refusal(400, "invalid_param", str(error)) from None
        user = call.asked("created_by_end_user_session_id", "")
        runs = [run for run in self.dify.logged(user) if run.created_at >= after.timestamp()]
        data = [self._log_line(run) for run in runs[(page - 1) * limit : page * limit]]
        more = page * limit < len(runs)
        self.answer(200, {"page": page, "limit": limit, "total": len(runs), "has_more": more, "data": data})

    def _log_line(self, run: Run) -> Json:
        result = self.dify.result(run)
        del result["outputs"], result["workflow_id"]
        counts = {"exceptions_count": run.exceptions, "triggered_from": "app-run", "version": "2026-11-22 08:00:00"}
        return {
            "id": str(uuid.uuid4()),
            "workflow_run": {**result, **counts},
            "details": None,
            "created_from": "service-api",
            "created_by_role": "end_user",
            "created_by_account": None,
            "created_by_end_user": {
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, run.user)),
                "type": "service_api",
                "is_anonymous": False,
                "session_id": run.user,
            },
            "created_at": run.created_at,
        }

    def _stop(self, call: Call, task_id: str) -> None:
        call.payload()
        for run in self.dify.runs.values():
            if run.task_id == task_id:
                run.stop.set()
        self.answer(200, {"result": "success"})

    def _info(self, _call: Call) -> None:
        names = {"name": "每日销售报告", "description": "", "author_name": "daybook"}
        self.answer(200, {**names, "tags": ["sales"], "mode": self.dify.mode})

    def _parameters(self, _call: Call) -> None:
        if not self.dify.published:
            raise Refusal(400, "app_unavailable", "App unavailable, please check your app configurations.")
        off: Json = {"enabled": False}
        names = ("suggested_questions_after_answer", "speech_to_text", "text_to_speech", "retriever_resource")
        told: Json = {
            "opening_statement": "",
            "suggested_questions": [],
            **dict.fromkeys((*names, "annotation_reply", "more_like_this"), off),
            "user_input_form": [line.as_form() for line in self.dify.form],
            "sensitive_word_avoidance": {**off, "type": "", "configs": []},
            "file_upload": {"image": {**off, "number_limits": 3, "transfer_methods": ["local_file", "remote_url"]}},
            "system_parameters": {"file_size_limit": 15, "image_file_size_limit": 10, "workflow_file_upload_limit": 10},
        }
        self.answer(200, told)

    def _finish(self, call: Call, status: int, body: Json) -> None:
        if call.meets(Kind.DROP_AFTER):
            raise HangUp
        if call.fault and call.meets(Kind.ANSWER_AFTER):
            self.answer(call.fault.status, call.fault.body)
        else:
            self.answer(status, body)

    _routes: ClassVar[tuple[tuple[str, Any], ...]] = (
        (r"POST /files/upload", _upload),
        (r"POST /workflows/run", _run),
        (r"POST /workflows/([^/]+)/run", _run),
        (r"GET /workflows/run/([^/]+)", _detail),
        (r"GET /workflows/logs", _logs),
        (r"POST /workflows/tasks/([^/]+)/stop", _stop),
        (r"POST /chat-messages", ChatRoutes.chat),
        (r"POST /chat-messages/([^/]+)/stop", ChatRoutes.stop_answer),
        (r"GET /messages", ChatRoutes.messages),
        (r"GET /conversations", ChatRoutes.conversations),
        (r"GET /info", _info),
        (r"GET /parameters", _parameters),
    )
