"""A hosted function in the middle of a workflow."""

from tests.graphon.conftest import NOWHERE, RunWorkflow
from tests.graphon.sales import NORMAL
from tests.service.harness import KEY, ServiceProcess

FILE = "custom_function.yml"


def credentials(service: ServiceProcess) -> dict[str, str]:
    return {"service_url": service.url, "service_key": KEY}


def test_the_result_of_a_function_goes_on(workflow_run: RunWorkflow, service: ServiceProcess) -> None:
    inputs = {"function": "double_it", "arguments": '{"number": 21}'}
    run = workflow_run(FILE, inputs, credentials(service))
    assert run.status == "succeeded"
    assert run.ran == ["start", "function", "outcome", "end"]
    assert run.outputs["result"] == {"twice": 42}
    assert (run.outputs["succeeded"], run.outputs["problem"]) == (True, "")
    assert "42" in run.outputs["answer"]
    assert run.outputs["run_id"]


def test_a_file_goes_in_and_a_blob_comes_out(workflow_run: RunWorkflow, service: ServiceProcess) -> None:
    run = workflow_run(FILE, {"function": "count_lines", "data": NORMAL}, credentials(service))
    assert run.outputs["result"]["lines"] == 21
    assert [file.filename for file in run.outputs["files"]] == ["lines.txt"]


def test_what_went_wrong_is_answered(workflow_run: RunWorkflow, service: ServiceProcess) -> None:
    for inputs, word in (
        ({"function": "nothing_of_the_kind"}, "nothing_of_the_kind"),
        ({"function": "double_it", "arguments": "{"}, "JSON"),
        ({"function": "double_it", "arguments": "{}"}, "number"),
    ):
        run = workflow_run(FILE, inputs, credentials(service))
        assert run.status == "partial-succeeded"
        assert run.outputs["succeeded"] is False
        assert word in run.outputs["problem"]
        assert run.outputs["answer"] == "函数没有运行成功：" + run.outputs["problem"]


def test_the_service_down_or_not_entered(workflow_run: RunWorkflow) -> None:
    for entered in ({"service_url": NOWHERE}, {}):
        run = workflow_run(FILE, {"function": "double_it"}, entered)
        assert run.status == "partial-succeeded"
        assert run.outputs["problem"]
        assert NOWHERE not in run.outputs["answer"]
