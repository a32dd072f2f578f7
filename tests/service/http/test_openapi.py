"""The OpenAPI document: Dify imports it as it is, and every tool it makes of it works."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from tests.doubles.openapi_import import OPERATION_ID, ImportedTool, ToolFailedError, import_document
from tests.service.harness import KEY, ServiceProcess, golden


@pytest.fixture
def document(service: ServiceProcess) -> dict[str, Any]:
    found: dict[str, Any] = service.client.get("/openapi.json").json()
    return found


@pytest.fixture
def tools(service: ServiceProcess) -> dict[str, ImportedTool]:
    return import_document(service.client.get("/openapi.json").text)


@pytest.fixture
def dify() -> Iterator[httpx.Client]:
    """Dify's client, with the provider's credential as it sends it."""
    with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, trust_env=False) as client:
        yield client


def test_only_what_makes_sense_as_a_tool_becomes_one(tools: dict[str, ImportedTool]) -> None:
    assert set(tools) == {
        "daily_sale_analysis",
        "create_report",
        "create_report_from_book",
        "create_report_from_source",
        "get_report",
        "inspect_file",
    }


def test_both_documents_are_valid(service: ServiceProcess, document: dict[str, Any]) -> None:
    OpenAPIV30SpecValidator(document).validate()
    OpenAPIV30SpecValidator(service.client.get("/docs/openapi.json").json()).validate()


def test_the_document_keeps_to_what_the_importer_understands(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    for word in ("$ref", "anyOf", "oneOf", "contentMediaType", '"null"', "const"):
        assert word not in text
    assert document["info"]["description"]
    for operations in document["paths"].values():
        for operation in operations.values():
            assert OPERATION_ID.match(operation["operationId"])
            assert len(operation.get("requestBody", {}).get("content", {"none": None})) == 1


def test_a_model_can_choose_by_the_descriptions(tools: dict[str, ImportedTool]) -> None:
    for tool in tools.values():
        assert len(tool.description) > 60
        assert not re.search(r"\S\n\S", tool.description)
        for parameter in tool.parameters:
            assert parameter.description or parameter.name == "report_id", (tool.name, parameter)


def test_parameters_have_their_types(tools: dict[str, ImportedTool]) -> None:
    types = {parameter.name: parameter.type for parameter in tools["create_report"].parameters}
    assert types == {
        "file": "file",
        "date": "string",
        "period": "string",
        "top_n": "number",
        "columns": "string",
        "sheet": "string",
        "date_format": "string",
        "decimal": "string",
        "zone": "string",
        "currency": "string",
        "dimensions": "string",
        "book": "string",
        "deadline": "string",
        "min_rows_percent": "string",
        "language": "string",
    }
    assert [one.name for one in tools["create_report"].parameters if one.required] == ["file"]
    assert {one.name: one.default for one in tools["create_report"].parameters if one.default is not None} == {
        "period": "day",
        "top_n": 5,
        "language": "zh_Hans",
    }


def test_every_tool_works_as_dify_calls_it(
    tools: dict[str, ImportedTool], dify: httpx.Client, source_folder: Path
) -> None:
    file = ("销售.csv", golden("two_weeks.csv"), "text/csv")
    (source_folder / "tool.csv").write_bytes(file[1])
    reference = tools["daily_sale_analysis"].call(dify, {"file": file})
    assert reference.json == json.loads(golden("two_weeks.json"))
    asked = {"date": "2023-10-24", "top_n": 3, "language": "en_US"}
    made = tools["create_report"].call(dify, {"file": file} | asked).json
    assert made is not None
    assert made["analysis_date"] == "2023-10-24"
    assert len(made["top_products"]) == 3
    again = tools["get_report"].call(dify, {"report_id": made["id"]}).json
    assert again is not None
    assert again["report_key"] == made["report_key"]
    from_source = tools["create_report_from_source"].call(dify, {"source": "tool.csv"} | asked).json
    assert from_source is not None
    assert from_source["summary"] == made["summary"]


def test_a_failed_tool_says_why(tools: dict[str, ImportedTool], dify: httpx.Client) -> None:
    file = ("a.csv", b"Date,Product,Price,Amount,Region\nx,a,1,1,b\n", "text/csv")
    with pytest.raises(ToolFailedError, match="No row has a readable date"):
        tools["create_report"].call(dify, {"file": file, "language": "en_US"})
    with pytest.raises(ToolFailedError, match="401"), httpx.Client(trust_env=False) as nobody:
        tools["daily_sale_analysis"].call(nobody, {"file": ("a.csv", b"x", "text/csv")})


def test_the_server_is_the_public_address(tmp_path: Path) -> None:
    with ServiceProcess(tmp_path, workers=1, public_url="https://daybook.example.com/base/") as service:
        document = service.client.get("/openapi.json").json()
        assert document["servers"] == [{"url": "https://daybook.example.com/base"}]
        assert service.client.get("/").json()["openapi"] == "https://daybook.example.com/base/openapi.json"
