"""Every function is a tool of Dify's import: called as Dify calls it, with the values that a workflow has."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from tests.doubles.openapi_import import ImportedTool, ToolFailedError, import_document
from tests.service.harness import KEY, ServiceProcess

FIXED = {
    "daily_sale_analysis",
    "create_report",
    "create_report_from_book",
    "create_report_from_source",
    "get_report",
    "inspect_file",
}
SENT = ("导出.csv", "商品,数量\n拿铁,2\n".encode(), "text/csv")


class Called(NamedTuple):
    """What a workflow gives a tool, and what comes of it."""

    values: dict[str, Any]
    result: Any = None
    """As JSON; a part of it where it is a mapping."""
    failure: str = ""
    """What the node's error says."""


CALLS = {
    # a workflow has text for an object, and may have text for a number; a day is text
    "kinds": Called(
        {
            "text": "7",
            "whole": 2,
            "number": "1.5",
            "yes": True,
            "day": "2023-10-27",
            "items": [1, 2],
            "mapping": '{"a": 1}',
            "customer": '{"name": "Li"}',
        },
        {"day": "2023-10-27", "customer": {"name": "Li", "age": 0}, "mode": "fast", "maybe": None, "sum": 3},
    ),
    "greet": Called({}, "HELLO YOU!"),
    "plain_values": Called({}, {"money": "1.10", "numpy": 3}),
    "frame": Called({"rows": 3}, {"row_count": 3, "file": "frame.csv"}),
    "several": Called({"upload": SENT}, {"copy": {"file": "导出.csv"}, "other": None}),
    "later": Called({"number": 4}, 5),
    "wait": Called({"path": "."}, "done"),
    "strange": Called({}, failure="422 and .+gave back a _Printer, which cannot be sent"),
    "nowhere": Called({}, failure=r"422 and .+path of a file table\.csv that cannot be read"),
    "too_much": Called({}, failure="422 and .+more than 16 MB"),
    "refuse": Called({"how": "value"}, failure="422 and .+That is not for sale; choose another"),
    "begun": Called({"path": "notes", "how": "die"}, failure="422 and .+part of its work may be done"),
}


@pytest.fixture(scope="module")
def tools(hosting: ServiceProcess) -> dict[str, ImportedTool]:
    imported = import_document(hosting.client.get("/openapi.json").text)
    return {name: tool for name, tool in imported.items() if name not in FIXED}


@pytest.fixture(scope="module")
def dify() -> Iterator[httpx.Client]:
    """Dify's client, with the provider's credential as it sends it."""
    with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, trust_env=False) as client:
        yield client


def test_every_function_is_imported(hosting: ServiceProcess, tools: dict[str, ImportedTool]) -> None:
    assert set(tools) == {each["name"] for each in hosting.client.get("/functions").json()["functions"]} == set(CALLS)


def test_both_documents_stay_valid_with_functions_in_them(hosting: ServiceProcess) -> None:
    OpenAPIV30SpecValidator(hosting.client.get("/openapi.json").json()).validate()
    OpenAPIV30SpecValidator(hosting.client.get("/docs/openapi.json").json()).validate()


@pytest.mark.parametrize("name", [name for name, called in CALLS.items() if not called.failure])
def test_a_tool_works_as_dify_calls_it(tools: dict[str, ImportedTool], dify: httpx.Client, name: str) -> None:
    called = CALLS[name]
    got = tools[name].call(dify, called.values)
    assert got.json is not None
    assert (got.json["function"], got.json["state"], got.json["error"]) == (name, "done", None)
    assert json.loads(got.text) == got.json
    result = got.json["result"]
    if isinstance(called.result, dict):
        result = {key: result[key] for key in called.result}
    assert result == called.result


@pytest.mark.parametrize("name", [name for name, called in CALLS.items() if called.failure])
def test_a_tool_that_fails_says_why(tools: dict[str, ImportedTool], dify: httpx.Client, name: str) -> None:
    with pytest.raises(ToolFailedError, match=CALLS[name].failure):
        tools[name].call(dify, CALLS[name].values)


def test_a_file_goes_in_and_a_file_comes_out_under_a_link(tools: dict[str, ImportedTool], dify: httpx.Client) -> None:
    parameters = {one.name: (one.type, one.required) for one in tools["several"].parameters}
    assert parameters == {"upload": ("file", True), "other": ("file", False)}
    got = tools["several"].call(dify, {"upload": SENT, "other": ("b.csv", b"1", "text/csv")}).json
    assert got is not None
    assert got["result"]["other"] == "b.csv"
    assert httpx.get(got["files"][0]["url"], trust_env=False).content == SENT[1]


def test_what_a_workflow_leaves_empty_is_left_out(tools: dict[str, ImportedTool], dify: httpx.Client) -> None:
    got = tools["kinds"].call(dify, CALLS["kinds"].values | {"mode": ""}).json
    assert got is not None
    assert got["result"]["mode"] == "fast"
    with pytest.raises(ToolFailedError, match="needs the argument day, a date"):
        tools["kinds"].call(dify, CALLS["kinds"].values | {"day": " "})


def test_a_missing_argument_never_reaches_the_service(
    hosting: ServiceProcess, tools: dict[str, ImportedTool], dify: httpx.Client
) -> None:
    before = hosting.client.get("/v1/runs").json()
    with pytest.raises(ToolFailedError, match="Missing required parameter upload"):
        tools["several"].call(dify, {})
    assert hosting.client.get("/v1/runs").json() == before


def test_a_model_is_told_what_each_argument_means(tmp_path: Path) -> None:
    examples = Path(__file__).resolve().parents[3] / "examples" / "functions"
    with ServiceProcess(tmp_path, workers=1, functions="orders,prices", functions_folder=examples) as service:
        tools = import_document(service.client.get("/openapi.json").text)
    for name in ("clean_orders", "what_if_price"):
        assert len(tools[name].description) > 60
        assert all(parameter.description for parameter in tools[name].parameters)
