"""What the workflows' own code answers where a step failed, run as Dify's sandbox runs it: by its main function."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from difykit.workflow.document import Workflow
from tests.project_files import ROOT

NOBODY_SAVED = "Failed to get tool runtime: no default provider for daybook/sales_analyst/sales_analyst"
"""What Dify 1.13.2 says of a plugin whose authorization was never saved."""
RAISED = "An error occurred in the x, please contact the author of x, error type: TableError, error details: 缺少列"


def main_of(workflow: str, node: str) -> Callable[..., dict[str, Any]]:
    """The function of a code node; an argument that is not given is None, as Dify gives what did not run."""
    code = Workflow.load(ROOT / "workflows" / workflow).nodes[node].data["code"]
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own workflow's code
    main = names["main"]
    arguments = main.__code__.co_varnames[: main.__code__.co_argcount]
    return lambda **given: main(**(dict.fromkeys(arguments) | given))


@pytest.mark.parametrize(
    ("workflow", "node", "argument"),
    [
        ("daily_sales_report.yml", "outcome", "analysis_error"),
        ("daily_sales_report.yml", "outcome", "push_error"),
        ("period_sales_report.yml", "outcome", "analysis_error"),
        ("period_sales_report.yml", "outcome", "push_error"),
        ("sales_agent.yml", "feedback", "look_error"),
        ("sales_agent.yml", "feedback", "alert_error"),
        ("sales_agent.yml", "feedback", "report_error"),
        ("custom_function.yml", "outcome", "error"),
    ],
)
def test_a_plugin_that_was_never_authorized_is_named_as_such(workflow: str, node: str, argument: str) -> None:
    outcome = main_of(workflow, node)
    told = outcome(**{argument: NOBODY_SAVED})
    assert told["problem"] == "插件还没有保存授权：请打开插件页面，点击授权并保存，可以全部留空。"
    assert told["problem"] in told["answer"]
    assert "no default provider" not in told["answer"]
    assert outcome(**{argument: RAISED})["problem"] == "缺少列"


@pytest.mark.parametrize(
    ("given", "failed"),
    [
        ({"report": "r", "analyze_status": 200, "push_status": 200, "push_body": '{"delivered": true}'}, False),
        ({"problem": "文件中没有数据。", "analyze_status": 200}, False),
        ({"service_error": "Reached maximum retries"}, True),
        ({"problem": "缺少列", "analyze_status": 422}, True),
        ({"report": "r", "analyze_status": 200, "push_status": 200, "push_body": '{"delivered": false}'}, True),
        ({"report": "r", "analyze_status": 200, "push_status": 502, "push_body": "<html>"}, True),
    ],
)
@pytest.mark.parametrize("workflow", ["daily_sales_report_http.yml", "scheduled_sales_report.yml"])
def test_a_run_without_the_plugin_says_whether_a_step_failed(
    workflow: str, given: dict[str, Any], failed: bool
) -> None:
    tells = "problem" in given and workflow == "scheduled_sales_report.yml"  # the group, that there is no report
    told = main_of(workflow, "outcome")(**given | ({"tell_status": 200} if tells else {}))
    assert told["failed"] is failed
    confirm = main_of(workflow, "confirm")
    if failed:
        with pytest.raises(RuntimeError, match=re.escape(told["problem"])):
            confirm(failed=told["failed"], problem=told["problem"])
    else:
        assert confirm(failed=told["failed"], problem=told["problem"]) == {"confirmed": True}


def test_a_scheduled_run_that_could_not_even_tell_the_group_failed() -> None:
    outcome = main_of("scheduled_sales_report.yml", "outcome")
    assert outcome(problem="文件中没有数据。", analyze_status=200, tell_status=502)["failed"] is True


@pytest.mark.parametrize(
    ("kind", "again"), [("SourceDownError", True), ("SourceEmptyError", True), ("SourceError", False), ("X", False)]
)
def test_a_source_that_may_answer_later_is_said_to_be_one(kind: str, again: bool) -> None:
    told = main_of("daily_sales_report.yml", "outcome")(analysis_error=RAISED.replace("TableError", kind))
    assert told["again"] is again
    assert told["delivered"] is False


def test_a_correction_that_did_not_arrive_is_no_delivery() -> None:
    outcome = main_of("daily_sales_report.yml", "outcome")
    given = {"report": "r", "delivered": True, "correction": "更正", "correction_text": "钉钉没有应答。\n- x"}
    assert outcome(**given)["problem"] == "钉钉没有应答。"
    assert outcome(**given)["delivered"] is False
    assert outcome(**given | {"correction_delivered": True})["delivered"] is True
    http = main_of("scheduled_sales_report.yml", "outcome")
    sent = {"analyze_status": 201, "push_status": 200, "push_body": '{"delivered": true}', "correction_status": 200}
    assert http(**sent, correction_body='{"delivered": true}')["failed"] is False
    told = http(**sent, correction_body='{"delivered": false, "text": "钉钉没有应答。"}')
    assert (told["failed"], told["delivered"], told["problem"]) == (True, False, "钉钉没有应答。")
