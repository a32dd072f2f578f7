"""Imports an OpenAPI document as Dify does for a custom tool, and calls the tools as Dify does.

Written from the rules that Dify 1.13 follows, with its limits: one level of references, ``anyOf`` taken for text, no
retries, a boolean by Python's ``bool``, the first kind of body for the call.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

METHODS = ("get", "head", "post", "put", "delete", "patch")
OPERATION_ID = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")
CONNECT_SECONDS, READ_SECONDS = 10, 60


class ImportRefusedError(Exception):
    """Dify would not import the document."""


class ToolFailedError(Exception):
    """The tool's node fails: what a person sees of it."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of an imported tool, as the workflow builder sees it."""

    name: str
    type: str
    """string, number, boolean, array, file or files."""
    required: bool
    description: str
    default: Any = None


@dataclass(frozen=True)
class ToolResult:
    """What the node hands on."""

    text: str
    json: dict[str, Any] | None


@dataclass
class ImportedTool:
    """One tool of the imported provider."""

    name: str
    description: str
    url: str
    method: str
    parameters: list[Parameter]
    places: dict[str, str]
    """Where each parameter goes: path, query, header, cookie or body."""
    content_type: str | None
    body_schema: Mapping[str, Any] = field(default_factory=dict)

    def call(self, client: httpx.Client, values: Mapping[str, Any]) -> ToolResult:
        """Call the tool with ``values``; a file is ``(name, bytes, type)``."""
        missing = [one.name for one in self.parameters if one.required and one.name not in values]
        if missing:
            raise ToolFailedError(f"Missing required parameter {missing[0]} in operation {self.name}")
        placed: dict[str, dict[str, Any]] = {
            "path": {},
            "query": {},
            "header": {},
            "cookie": {},
            "body": {},
            "file": {},
        }
        types = {parameter.name: parameter.type for parameter in self.parameters}
        for name, value in values.items():
            place = self.places[name]
            if place == "body":
                place, value = ("file", value) if types[name] == "file" else ("body", self._converted(name, value))  # noqa: PLW2901
            placed[place][name] = value
        response = client.request(
            self.method,
            self.url.format(**placed["path"]),
            params=placed["query"],
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=True,
            **self._content(placed["header"], placed["body"], placed["file"]),
        )
        if response.status_code >= 400:
            raise ToolFailedError(f"Request failed with status code {response.status_code} and {response.text}")
        return _result(response)

    def _content(self, headers: dict[str, Any], body: dict[str, Any], files: dict[str, Any]) -> dict[str, Any]:
        named = headers | ({"Content-Type": self.content_type} if self.content_type else {})
        match self.content_type:
            case "application/json":
                return {"headers": named, "content": json.dumps(body)}
            case "multipart/form-data" if files:
                return {"headers": headers, "data": body, "files": files}
            case None:
                return {"headers": headers}
            case _:  # a form without a file has a header without a boundary: nobody can read it
                return {"headers": named, "data": body}

    def _converted(self, name: str, value: Any) -> Any:
        kind = self.body_schema.get("properties", {}).get(name, {}).get("type")
        if kind in {"integer", "number"}:
            return float(value) if "." in str(value) else int(value)
        if kind == "boolean":
            return bool(value)
        if kind in {"array", "object"} and isinstance(value, str):
            return json.loads(value)
        return value


def import_document(text: str) -> dict[str, ImportedTool]:
    """The tools that Dify makes of a document, by name."""
    document = json.loads(text)
    if not document.get("servers"):
        raise ImportRefusedError("No server found in the openapi yaml.")
    if "info" not in document:
        raise ImportRefusedError("No info")
    document["info"].get("description")
    server = document["servers"][0]["url"]
    tools = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                tool = _tool(document, server, path, method, operations[method])
                if tool.name in tools:
                    raise ImportRefusedError(f"two tools are called {tool.name}")
                tools[tool.name] = tool
    if not tools:
        raise ImportRefusedError("no tools")
    return tools


def _tool(
    document: Mapping[str, Any], server: str, path: str, method: str, operation: Mapping[str, Any]
) -> ImportedTool:
    parameters: list[Parameter] = []
    places: dict[str, str] = {}
    for given in operation.get("parameters", []):
        one = _resolved(document, given)
        schema = one.get("schema", {})
        parameters.append(
            Parameter(
                one["name"], _type(schema), one.get("required", False), one.get("description", ""), _default(schema)
            )
        )
        places[one["name"]] = one["in"]
    content = operation.get("requestBody", {}).get("content", {})
    body_schema: Mapping[str, Any] = {}
    for number, media in enumerate(content.values()):
        schema = _resolved(document, media["schema"])
        body_schema = body_schema if number else schema
        for name, given in schema.get("properties", {}).items():
            merged = _merged(given)
            parameters.append(
                Parameter(
                    name,
                    _type(merged),
                    name in schema.get("required", []),
                    merged.get("description", ""),
                    _default(merged),
                )
            )
            places[name] = "body"
    names = [parameter.name for parameter in parameters]
    if len(set(names)) < len(names):
        raise ImportRefusedError(f"a parameter of {path} is there twice")
    name = operation.get("operationId") or re.sub(r"[^a-zA-Z0-9_-]", "", path.strip("/")) + f"_{method}"
    description = operation.get("description") or operation.get("summary") or ""
    return ImportedTool(
        name, description, server + path, method, parameters, places, next(iter(content), None), body_schema
    )


def _resolved(document: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """One level of references, as Dify follows them; deeper ones stay."""
    if "$ref" not in part:
        return part
    found: Any = document
    for key in part["$ref"].lstrip("#/").split("/"):
        found = found[key]
    return found  # type: ignore[no-any-return]


def _merged(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    merged = dict(schema)
    for part in schema.get("allOf", []):
        merged |= part
    return merged


def _type(schema: Mapping[str, Any]) -> str:
    kind, shape = schema.get("type"), schema.get("format")
    if kind == "array":
        items = schema.get("items", {})
        return "files" if items.get("format") == "binary" else "array"
    if shape == "binary":
        return "file"
    return {"integer": "number", "number": "number", "boolean": "boolean"}.get(str(kind), "string")


def _default(schema: Mapping[str, Any]) -> Any:
    default = schema.get("default")
    return None if isinstance(default, list | dict) else default


def _result(response: httpx.Response) -> ToolResult:
    if not response.content:
        return ToolResult("Empty response from the tool, please check your parameters and try again.", None)
    if "application/json" in response.headers.get("content-type", ""):
        value = response.json()
        if isinstance(value, dict):
            return ToolResult(json.dumps(value, ensure_ascii=False), value)
    return ToolResult(response.text, None)
