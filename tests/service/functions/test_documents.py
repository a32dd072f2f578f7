"""Each function is a page in the documentation and a tool that Dify imports."""

from typing import Any

import pytest

from tests.service.harness import ServiceProcess


def operation(service: ServiceProcess, name: str, path: str = "/openapi.json") -> dict[str, Any]:
    found: dict[str, Any] = service.client.get(path).json()["paths"][f"/functions/{name}"]["post"]
    return found


def schema(service: ServiceProcess, name: str, kind: str) -> dict[str, Any]:
    content = operation(service, name)["requestBody"]["content"]
    assert list(content) == [kind]
    found: dict[str, Any] = content[kind]["schema"]
    return found


def test_a_function_is_a_tool_of_its_name_with_its_description(hosting: ServiceProcess) -> None:
    greet = operation(hosting, "greet")
    assert (greet["operationId"], greet["description"]) == ("greet", "Greets somebody, loudly.")
    assert operation(hosting, "greet", "/docs/openapi.json")["summary"] == "Greets somebody, loudly"


@pytest.mark.parametrize("path", ["/openapi.json", "/docs/openapi.json"])
def test_it_asks_for_its_arguments_and_nothing_else(hosting: ServiceProcess, path: str) -> None:
    assert not operation(hosting, "plain_values", path).get("parameters")
    assert "requestBody" not in operation(hosting, "plain_values", path)
    assert not operation(hosting, "several", path).get("parameters")


def test_its_arguments_are_typed_as_the_import_reads_them(hosting: ServiceProcess) -> None:
    body = schema(hosting, "kinds", "application/json")
    kinds = {name: each.get("type") for name, each in body["properties"].items()}
    assert kinds == {
        "text": "string",
        "whole": "integer",
        "number": "number",
        "yes": "boolean",
        "day": "string",
        "items": "array",
        "mapping": "object",
        "customer": "object",
        "mode": "string",
        "maybe": "integer",
    }
    assert body["properties"]["text"]["description"] == "Any text."
    assert body["properties"]["maybe"]["nullable"] is True
    assert body["properties"]["mode"]["default"] == "fast"
    assert body["required"] == ["text", "whole", "number", "yes", "day", "items", "mapping", "customer"]
    assert "$ref" not in str(body)
    assert "anyOf" not in str(body)


def test_a_file_is_a_binary_field_of_a_form(hosting: ServiceProcess) -> None:
    body = schema(hosting, "several", "multipart/form-data")
    assert {name: each["format"] for name, each in body["properties"].items()} == {
        "upload": "binary",
        "other": "binary",
    }
    assert body["required"] == ["upload"]


def test_looking_after_functions_is_no_tool(hosting: ServiceProcess) -> None:
    tools = hosting.client.get("/openapi.json").json()["paths"]
    assert not {"/functions", "/functions/reload", "/v1/runs", "/v1/runs/{run_id}"} & set(tools)
    assert {"/functions", "/functions/reload", "/v1/runs"} <= set(
        hosting.client.get("/docs/openapi.json").json()["paths"]
    )


def test_the_list_says_what_a_caller_needs(hosting: ServiceProcess) -> None:
    listed = {each["name"]: each for each in hosting.client.get("/functions").json()["functions"]}
    assert listed["frame"]["path"] == "/functions/frame"
    assert listed["frame"]["parameters"] == [
        {"name": "rows", "required": False, "schema": {"type": "integer", "default": 2}}
    ]
