"""`ChatClient`: a chat, agent or chatflow app of Dify by its API key."""

from collections.abc import Mapping, Sequence
from typing import Any

from daybook.dify import texts
from daybook.dify.client import AppClient
from daybook.dify.errors import DifyError
from daybook.dify.inputs import check_inputs
from daybook.dify.outcome import ChatAnswer, whole_seconds
from daybook.dify.stream import ChatEventReader

ANSWER_DEADLINE = 300.0
"""Seconds for an answer."""


class ChatClient(AppClient):
    """A chat, agent or chatflow app, by its API key."""

    def ask(
        self,
        question: str,
        *,
        user: str,
        inputs: Mapping[str, Any] | None = None,
        conversation_id: str = "",
        files: Sequence[Mapping[str, str]] = (),
        deadline: float = ANSWER_DEADLINE,
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
            NotFoundError: Dify does not know the conversation.
            DifyError: an input does not fit, or the app failed; or, where ``ambiguous`` is set, may have answered all
                the same.
        """
        check_inputs(self.form(), inputs or {})
        if conversation_id:
            self._messages(conversation_id, user)
        began = self.clock.now()
        ends = began + deadline
        body = {
            "query": question,
            "inputs": dict(inputs or {}),
            "user": user,
            "conversation_id": conversation_id,
            "files": [dict(file) for file in files],
            "response_mode": "streaming",
            "auto_generate_name": False,
        }
        reader = ChatEventReader(self._transport.safe)
        silent = self._transport.stream("/chat-messages", body, reader.take, ends)
        if reader.answer:
            return reader.answer
        if not reader.message_id and silent:
            raise DifyError(texts.SILENT, ambiguous=True, seconds=whole_seconds(self.clock.now() - began))
        if not reader.message_id:
            raise DifyError(texts.ANSWER_LOST, ambiguous=True)
        return self._late_answer(reader, user, ends, deadline)

    def ask_once(
        self,
        question: str,
        *,
        user: str,
        inputs: Mapping[str, Any] | None = None,
        conversation_id: str = "",
        files: Sequence[Mapping[str, str]] = (),
        deadline: float = ANSWER_DEADLINE,
    ) -> ChatAnswer:
        """Asks, unless this user asked the same before: then the answer is the one that was given, or is on its way.

        Args:
            question: what to ask.
            user: the job's name for Dify: the same on every try of the job, and of no other job.
            inputs: the app's variables.
            conversation_id: the conversation to go on with; a new one where empty.
            files: files to look at, see `UploadedFile.as_input`.
            deadline: seconds for the whole answer.

        Raises:
            DifyError: as in `ask`.
        """
        found = self.find_answer(question, user=user, conversation_id=conversation_id, deadline=deadline)
        if found:
            return found
        try:
            return self.ask(
                question, user=user, inputs=inputs, conversation_id=conversation_id, files=files, deadline=deadline
            )
        except DifyError as error:
            if not error.ambiguous or error.code == texts.ANSWER_LATE.code:
                raise
            found = self.find_answer(question, user=user, conversation_id=conversation_id, deadline=deadline)
            if found:
                return found
            raise

    def find_answer(
        self, question: str, *, user: str, conversation_id: str = "", deadline: float = ANSWER_DEADLINE
    ) -> ChatAnswer | None:
        """The answer to a question that this user asked before; ``None`` where it was not asked.

        Raises:
            DifyError: Dify could not be asked, or does not finish the answer in time.
        """
        for conversation in [conversation_id] if conversation_id else self._conversations(user):
            for message in self._messages(conversation, user):
                if message.get("query") == question:
                    asked = ChatEventReader()
                    asked.conversation_id, asked.message_id = conversation, str(message.get("id"))
                    return self._late_answer(asked, user, self.clock.now() + deadline, deadline)
        return None

    def _conversations(self, user: str) -> list[str]:
        answer = self._transport.json("GET", "/conversations", params={"user": user, "limit": 20})
        return [str(conversation.get("id")) for conversation in answer.get("data") or ()]

    def _messages(self, conversation_id: str, user: str) -> list[dict[str, Any]]:
        params = {"conversation_id": conversation_id, "user": user, "limit": 20}
        messages: list[dict[str, Any]] = self._transport.json("GET", "/messages", params=params).get("data") or []
        return messages

    def _late_answer(self, asked: ChatEventReader, user: str, ends: float, deadline: float) -> ChatAnswer:
        """The answer to a question that was asked, from the conversation's messages, as soon as it is there."""
        for _ in self._moments(ends):
            try:
                messages = self._messages(asked.conversation_id, user)
            except DifyError as error:
                if not error.retryable:
                    raise
                continue
            for message in messages:
                if message.get("id") != asked.message_id:
                    continue
                if message.get("error"):
                    raise DifyError(texts.MODEL_FAILED, detail=self._transport.safe(message["error"]))
                if message.get("answer"):
                    return ChatAnswer(message["answer"], asked.conversation_id, asked.message_id, asked.task_id)
        raise DifyError(texts.ANSWER_LATE, ambiguous=True, seconds=whole_seconds(deadline))
