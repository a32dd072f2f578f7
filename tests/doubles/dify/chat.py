"""`ChatRoutes`: the calls of a chat, agent or chatflow app, as the Dify double answers them."""

import time
import uuid
from typing import TYPE_CHECKING

from tests.doubles.dify.checks import Call, Refusal, one_of, required
from tests.doubles.dify.events import chat_events
from tests.doubles.dify.parts import Fault, Json, Kind
from tests.doubles.dify.wire import PING, HangUp, Wire

if TYPE_CHECKING:
    from tests.doubles.dify.app import DifyDouble

MODEL = "ChatRequestPayload"


class ChatRoutes(Wire):
    """The part of a connection that knows of chats."""

    dify: "DifyDouble"

    def ends_here(self, fault: Fault, ids: Json) -> bool:
        """Whether a fault ends the stream here."""
        raise NotImplementedError

    def chat(self, call: Call) -> None:
        """Answers a question."""
        dify, payload = self.dify, call.payload()
        if dify.mode not in ("chat", "agent-chat", "advanced-chat"):
            raise Refusal(400, "not_chat_app", "Please check if your app mode matches the right API route.")
        required(payload, MODEL, inputs=dict, query=str)
        one_of(payload, MODEL, "response_mode", "blocking", "streaming")
        streaming = payload.get("response_mode") == "streaming"
        if not streaming and dify.mode == "agent-chat":
            raise Refusal(400, "invalid_param", "Agent Chat App does not support blocking mode")
        conversation = payload.get("conversation_id") or str(uuid.uuid4())
        known = {line["conversation_id"] for line in dify.messages}
        if payload.get("conversation_id") and conversation not in known:
            if streaming:
                self.fall_silent(dify.idle, dify.closing)
                return
            raise Refusal(404, "not_found", "Conversation Not Exists.")
        dify.asked.append(payload)
        answer = dify.chat(str(payload["query"]))
        ids = {"conversation_id": conversation, "message_id": str(uuid.uuid4()), "task_id": str(uuid.uuid4())}
        line = {"id": ids["message_id"], **ids, "user": payload["user"], "query": payload["query"], "answer": answer}
        dify.messages.append(line)
        if call.meets(Kind.DROP_AFTER):
            raise HangUp
        if not streaming:
            told = {"event": "message", "id": ids["message_id"], "mode": dify.mode, "answer": answer}
            self.answer(200, {**told, **ids, "metadata": {}, "created_at": int(time.time())})
            return
        self.open_stream()
        self.write(PING)
        for number, event in enumerate(chat_events(dify.mode, answer, ids)):
            if call.fault and call.fault.events == number and self.ends_here(call.fault, ids):
                break
            self.event(event)
        self.close_stream()

    def stop_answer(self, call: Call, _task_id: str) -> None:
        """Agrees, as Dify does."""
        call.payload()
        self.answer(200, {"result": "success"})

    def messages(self, call: Call) -> None:
        """The messages of a user's conversation."""
        user, wanted = call.asked("user", ""), call.asked("conversation_id", "")
        found = [line for line in self.dify.messages if line["conversation_id"] == wanted and line["user"] == user]
        if not found:
            raise Refusal(404, "not_found", "Conversation Not Exists.")
        self.answer(200, {"limit": 20, "has_more": False, "data": found})

    def conversations(self, call: Call) -> None:
        """The conversations of a user."""
        user = call.asked("user", "")
        found = {line["conversation_id"]: line for line in self.dify.messages if line["user"] == user}
        data = [{"id": conversation, "name": line["query"], "status": "normal"} for conversation, line in found.items()]
        self.answer(200, {"limit": 20, "has_more": False, "data": data})
