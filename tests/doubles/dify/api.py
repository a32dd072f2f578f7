"""The HTTP side of the Dify double: what it checks, in Dify's order, and the bodies that it answers with."""

import json
import queue
import re
import time
import uuid
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.doubles.dify.checks import Call, Refusal, Uploads, check_input
from tests.doubles.dify.parts import Fault, Json, Kind, Run, Upload
from tests.doubles.dify.wire import HangUp, Wire, multipart

if TYPE_CHECKING:
    from tests.doubles.dify import DifyDouble

PING = b"event: ping\n\n"


class ApiHandler(Wire):
    """One connection."""

    @property
    def dify(self) -> "DifyDouble":
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
        self.chunked = self.dify.chunked
        self.dify.on_call(method, target.path, self.client_address[1])
        fault = self.dify.fault(method, target.path)
        try:
            if fault and fault.kind is Kind.DROP:
                self.hang_up(reset=True)
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
        raise Refusal(404, "not_found", "The requested URL was not found on the server.")

    def _check_key(self) -> None:
        scheme, _, key = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise Refusal(401, "unauthorized", "Authorization header must be provided and start with 'Bearer'")
        if key != self.dify.api_key or (self.dify.dms_key and self.headers.get("DifyApiKey") != self.dify.dms_key):
            raise Refusal(401, "unauthorized", "Access token is invalid")

    def _upload(self, call: Call) -> None:
        parts = multipart(call.content_type, call.body)
        files = [part for part in parts if part.name == "file" and part.filename is not None]
        if not files:
            raise Refusal(400, "no_file_uploaded", "Please upload your file.")
        if len(files) > 1:
            raise Refusal(400, "too_many_files", "Only one file is allowed.")
        file, name = files[0], files[0].filename or ""
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
                "file_key": f"upload_files/{upload.id}.{upload.extension}",
            },
        )

    def _run(self, call: Call, _version: str | None = None) -> None:
        dify, payload = self.dify, call.payload()
        if dify.mode != "workflow":
            raise Refusal(400, "not_workflow_app", "Please check if your app mode matches the right API route.")
        if not isinstance(payload.get("inputs"), dict):
            raise Refusal(400, "invalid_param", "1 validation error for WorkflowRunPayload\ninputs\n  Field required")
        mode = payload.get("response_mode", "blocking")
        if mode not in ("blocking", "streaming"):
            raise Refusal(400, "invalid_param", "Input should be 'blocking' or 'streaming'")
        if not dify.published:
            raise Refusal(400, "invalid_param", "Workflow not published")
        uploads = Uploads(dify.uploads, dify.uploads_belong_to_user)
        for variable in dify.form:
            check_input(uploads, variable, payload["inputs"].get(variable.name), payload["user"])
        with dify.lock:
            if dify.max_active and dify.active() >= dify.max_active:
                raise Refusal(400, "invalid_param", "Too many requests. Please try again later...")
            run = dify.accept(payload["inputs"], payload["user"], queued=call.meets(Kind.QUEUED))
        if mode == "streaming" and not (call.meets(Kind.DROP_AFTER) or call.meets(Kind.ANSWER_AFTER)):
            self._stream(run, call.fault)
            return
        if mode == "blocking":
            run.ended.wait()
        self._finish(call, 200, {"task_id": run.task_id, "workflow_run_id": run.id, "data": dify.result(run)})

    def _stream(self, run: Run, fault: Fault | None) -> None:
        self.open_stream()
        self.write(PING)
        sent = 0
        stalled = fault is not None and fault.kind is Kind.QUEUED
        while not self.dify.closing.is_set():
            if fault and fault.events == sent:
                stalled = stalled or fault.kind is Kind.STALL
                if self._ends_here(fault, {"task_id": run.task_id}):
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

    def _ends_here(self, fault: Fault, ids: Json) -> bool:
        if fault.kind is Kind.CUT:
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
        run = self.dify.runs.get(run_id)
        if run is None or not run.started:
            if self.dify.unknown_run_is_null:
                self.answer(200, dict.fromkeys(("id", "workflow_id", "status", "inputs", "outputs", "error")))
                return
            raise Refusal(404, "not_found", "Workflow run not found.")
        result = self.dify.result(run)
        self.answer(200, {**result, "inputs": json.dumps(run.inputs), "outputs": result["outputs"] or None})

    def _logs(self, call: Call) -> None:
        page, limit = int(call.asked("page", "1")), int(call.asked("limit", "20"))
        if not 1 <= limit <= 100:
            raise Refusal(400, "invalid_param", "limit must be between 1 and 100")
        runs = list(self.dify.logged(call.asked("created_by_end_user_session_id", "")))
        part = runs[(page - 1) * limit : page * limit]
        data = [
            {
                "id": str(uuid.uuid4()),
                "workflow_run": {"version": "2026-11-22 08:00:00", **self.dify.result(run), "outputs": None},
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
            for run in part
        ]
        more = page * limit < len(runs)
        self.answer(200, {"page": page, "limit": limit, "total": len(runs), "has_more": more, "data": data})

    def _stop(self, call: Call, task_id: str) -> None:
        call.payload()
        for run in self.dify.runs.values():
            if run.task_id == task_id:
                run.stop.set()
        self.answer(200, {"result": "success"})

    def _chat(self, call: Call) -> None:
        dify, payload = self.dify, call.payload()
        if dify.mode not in ("chat", "agent-chat", "advanced-chat"):
            raise Refusal(400, "not_chat_app", "Please check if your app mode matches the right API route.")
        if payload.get("response_mode") != "streaming" and dify.mode == "agent-chat":
            raise Refusal(400, "invalid_param", "Agent Chat App does not support blocking mode")
        conversation = payload.get("conversation_id") or str(uuid.uuid4())
        if payload.get("conversation_id") and conversation not in {line["conversation_id"] for line in dify.messages}:
            raise Refusal(404, "not_found", "Conversation Not Exists.")
        dify.asked.append(payload)
        answer = dify.chat(str(payload.get("query", "")))
        ids = {"conversation_id": conversation, "message_id": str(uuid.uuid4()), "task_id": str(uuid.uuid4())}
        dify.messages.append(
            {"id": ids["message_id"], **ids, "user": payload["user"], "query": payload.get("query"), "answer": answer}
        )
        if call.meets(Kind.DROP_AFTER):
            raise HangUp
        self.open_stream()
        self.write(PING)
        for number, event in enumerate(self._chat_events(answer, ids)):
            if call.fault and call.fault.events == number and self._ends_here(call.fault, ids):
                break
            self.event(event)
        self.close_stream()

    def _chat_events(self, answer: str, ids: Json) -> list[Json]:
        agent = self.dify.mode == "agent-chat"
        thought = [{"event": "agent_thought", **ids, "position": 1, "thought": "", "tool": ""}] if agent else []
        name = "agent_message" if agent else "message"
        pieces = [answer[start : start + 4] for start in range(0, len(answer), 4)]
        usage = {"usage": {"total_tokens": len(answer)}, "retriever_resources": []}
        return [
            *thought,
            *({"event": name, **ids, "answer": piece} for piece in pieces),
            {"event": "message_end", **ids, "metadata": usage},
        ]

    def _stop_answer(self, call: Call, _task_id: str) -> None:
        call.payload()
        self.answer(200, {"result": "success"})

    def _messages(self, call: Call) -> None:
        wanted = call.asked("conversation_id", "")
        found = [message for message in self.dify.messages if message["conversation_id"] == wanted]
        if not found:
            raise Refusal(404, "not_found", "Conversation Not Exists.")
        self.answer(200, {"limit": 20, "has_more": False, "data": found})

    def _conversations(self, call: Call) -> None:
        user = call.asked("user", "")
        found = {line["conversation_id"]: line for line in self.dify.messages if line["user"] == user}
        data = [{"id": conversation, "name": line["query"], "status": "normal"} for conversation, line in found.items()]
        self.answer(200, {"limit": 20, "has_more": False, "data": data})

    def _info(self, _call: Call) -> None:
        names = {"name": "每日销售报告", "description": "", "author_name": "daybook"}
        self.answer(200, {**names, "tags": ["sales"], "mode": self.dify.mode})

    def _parameters(self, _call: Call) -> None:
        form = [
            {line.type: {"variable": line.name, "label": line.name, "required": line.required}}
            for line in self.dify.form
        ]
        self.answer(200, {"opening_statement": "", "user_input_form": form})

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
        (r"POST /chat-messages", _chat),
        (r"POST /chat-messages/([^/]+)/stop", _stop_answer),
        (r"GET /messages", _messages),
        (r"GET /conversations", _conversations),
        (r"GET /info", _info),
        (r"GET /parameters", _parameters),
    )
