"""Chat and agent apps: the streamed answer is put together."""

import pytest

from daybook.dify import ChatClient, DifyError, NotFoundError, texts
from daybook.dify.stream import ChatEventReader
from tests.dify.conftest import USER
from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import Fault, Kind

CHAT = "/chat-messages"


@pytest.fixture(autouse=True, params=["chat", "agent-chat", "advanced-chat"])
def _app(dify: DifyDouble, request: pytest.FixtureRequest) -> None:
    dify.mode, dify.form = request.param, ()
    dify.chat = lambda question: f"{question}：本周销售额 12,345.60 元，环比增长 8.5%。"


def test_the_answer_is_whole(dify: DifyDouble, chat: ChatClient) -> None:
    answer = chat.ask("本周", user=USER, inputs={"region": "华东"})
    assert answer.answer == "本周：本周销售额 12,345.60 元，环比增长 8.5%。"
    assert answer.metadata["usage"] == {"total_tokens": len(answer.answer)}
    assert dify.asked[0]["inputs"] == {"region": "华东"}
    assert chat.ask("上周", user=USER, conversation_id=answer.conversation_id).conversation_id == (
        answer.conversation_id
    )


def test_a_broken_stream_is_made_up_from_the_conversation(dify: DifyDouble, chat: ChatClient) -> None:
    dify.faults.append(Fault(Kind.CUT, CHAT, events=2))
    dify.faults.append(Fault(Kind.ANSWER, "/messages", 502, method="GET"))
    assert chat.ask("本周", user=USER).answer == "本周：本周销售额 12,345.60 元，环比增长 8.5%。"
    assert len(dify.asked) == 1


def test_an_answer_that_never_comes(dify: DifyDouble, chat: ChatClient) -> None:
    dify.chat = lambda _: ""
    dify.faults.append(Fault(Kind.EVENT, CHAT, events=0, body='{"event": "message", "answer": ""}'))
    with pytest.raises(DifyError) as caught:
        chat.ask("本周", user=USER, deadline=30)
    assert caught.value.text is texts.ANSWER_LATE
    dify.faults.append(Fault(Kind.CUT, CHAT, events=0))
    with pytest.raises(DifyError) as caught:
        chat.ask("本周", user=USER)
    assert caught.value.text is texts.ANSWER_LOST
    assert caught.value.ambiguous


def test_an_app_that_fails_in_the_middle(dify: DifyDouble, chat: ChatClient) -> None:
    body = '{"event": "error", "status": 400, "code": "completion_request_error", "message": "model overloaded"}'
    dify.faults.append(Fault(Kind.EVENT, CHAT, events=1, body=body))
    with pytest.raises(DifyError, match="model overloaded"):
        chat.ask("本周", user=USER)


def test_refusals(dify: DifyDouble, chat: ChatClient) -> None:
    with pytest.raises(NotFoundError):
        chat.ask("本周", user=USER, conversation_id="5f2b6c1e-0000-4000-8000-000000000009")
    dify.mode = "workflow"
    with pytest.raises(DifyError) as caught:
        chat.ask("本周", user=USER)
    assert caught.value.text is texts.NOT_CHAT


def test_moderation_takes_back_what_was_said() -> None:
    reader = ChatEventReader()
    ids = {"conversation_id": "c", "message_id": "m", "task_id": "t"}
    assert not reader.take({"event": "message", **ids, "answer": "秘密"})
    assert not reader.take({"event": "message_replace", **ids, "answer": "无法回答"})
    assert not reader.take({"event": "node_finished", "data": None})
    assert reader.take({"event": "message_end", **ids})
    assert reader.answer is not None
    assert reader.answer.answer == "无法回答"


def test_the_same_question_of_the_same_job_is_asked_once(dify: DifyDouble, chat: ChatClient) -> None:
    first = chat.ask_once("本周", user=USER)
    assert chat.ask_once("本周", user=USER).answer == first.answer
    assert chat.ask_once("上周", user=USER).answer != first.answer
    assert chat.ask_once("本周", user="another").answer == first.answer
    assert len(dify.asked) == 3


def test_a_lost_answer_is_looked_up(dify: DifyDouble, chat: ChatClient) -> None:
    dify.faults.append(Fault(Kind.DROP_AFTER, CHAT))
    assert chat.ask_once("本周", user=USER).answer.startswith("本周：")
    assert len(dify.asked) == 1


def test_a_question_that_never_arrived_is_an_error(dify: DifyDouble, chat: ChatClient) -> None:
    dify.faults.append(Fault(Kind.DROP, CHAT))
    with pytest.raises(DifyError) as caught:
        chat.ask_once("本周", user=USER)
    assert caught.value.ambiguous
    assert not dify.asked


def test_an_answer_that_ended_in_an_error(dify: DifyDouble, chat: ChatClient) -> None:
    chat.ask("本周", user=USER)
    dify.messages[0]["error"] = "model overloaded, key app-12345678"
    with pytest.raises(DifyError, match=r"model overloaded, key \*\*\*"):
        chat.ask_once("本周", user=USER)
