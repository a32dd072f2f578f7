"""Why a run did not succeed is said in the words of the one who knows, whichever way the run was followed."""

from collections.abc import Callable

import pytest

from daybook.dify import DifyClient, RunUnsuccessfulError, texts
from daybook.dify.outcome import failure_text, whole_seconds
from daybook.language import Language
from tests.dify.conftest import USER
from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import Fault, Json, Kind, NodeError

FRAME = "An error occurred in the daybook/sales_analyst/sales_analyst, please contact the author of it for help, "
FRAMED = f"{FRAME}error type: TableError, error details: 缺少列: Price"
SHIPPED = {"problem": "缺少列: Price", "answer": "没有生成日报：缺少列: Price", "delivered": False}
"""What the shipped workflow's fail branch makes of it."""

type Fails = Callable[..., None]


@pytest.fixture(params=["followed", "polled"])
def fails(request: pytest.FixtureRequest, dify: DifyDouble, client: DifyClient) -> Fails:
    """Runs a workflow that fails, and holds the sentence."""
    dify.form = ()

    def fails(said: str, text: str = FRAMED, *, handled: bool = True, outputs: Json | None = None) -> None:
        def workflow(*_: object) -> Json:
            raise NodeError(text, handled=handled, outputs=outputs)

        dify.workflow = workflow
        if request.param == "polled":
            dify.faults.append(Fault(Kind.CUT, events=1))
        with pytest.raises(RunUnsuccessfulError) as caught:
            client.run({}, user=USER).require_success()
        assert f"：{said}。" in caught.value.sentence(Language.CHINESE)
        assert "Unknown error" not in str(caught.value)

    return fails


def test_the_workflow_s_own_sentence(fails: Fails) -> None:
    fails("缺少列: Price", outputs=SHIPPED)


def test_an_answer_where_the_workflow_names_no_problem(fails: Fails, request: pytest.FixtureRequest) -> None:
    node = "分析销售数据 Analyse sales: 缺少列: Price"
    polled = "polled" in request.node.name
    fails("没有生成日报" if polled else node, outputs={"answer": "没有生成日报"})


def test_a_failure_that_nobody_caught(fails: Fails, request: pytest.FixtureRequest) -> None:
    polled = "polled" in request.node.name
    fails("缺少列: Price" if polled else "分析销售数据 Analyse sales: 缺少列: Price", handled=False)


def test_a_credential_that_was_never_saved(dify: DifyDouble, client: DifyClient) -> None:
    def workflow(*_: object) -> Json:
        raise NodeError("no default provider for daybook/sales_analyst/sales_analyst")

    dify.form, dify.workflow = (), workflow
    with pytest.raises(RunUnsuccessfulError) as caught:
        client.run({}, user=USER).require_success()
    assert texts.NO_CREDENTIAL.en in str(caught.value)
    assert texts.NO_CREDENTIAL.zh in caught.value.sentence(Language.CHINESE)


@pytest.mark.parametrize(
    ("error", "outputs", "said"),
    [
        ("Unknown error", {"error_message": FRAMED}, "缺少列: Price"),
        ("Unknown error", {}, "Unknown error"),
        (None, {"error_message": "x"}, "x"),
        (None, {}, ""),
        (FRAMED, {"error_message": "other"}, "缺少列: Price"),
        ("nothing after error details: ", {}, "nothing after error details: "),
    ],
)
def test_the_words_of_a_node(error: object, outputs: Json, said: str) -> None:
    assert failure_text(error, outputs) == said


@pytest.mark.parametrize(("seconds", "said"), [(29.8798, "30"), (1200.0, "1200"), (1.0, "1"), (0.25, "0.2"), (0, "0")])
def test_seconds_in_a_sentence(seconds: float, said: str) -> None:
    assert whole_seconds(seconds) == said
