"""`Context` and `Finding`: what a check looks at, and what it says of which node."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from difykit.runner.declaration import Declaration
from difykit.workflow.document import Node, Selector, Workflow

ANY = "any"
"""The type of an output of which no type is declared."""
ERROR_OUTPUTS = {"error_message": "string", "error_type": "string"}
"""What a node gives on its fail-branch."""
FILE_PARTS = {"name", "size", "type", "extension", "mime_type", "transfer_method", "url", "related_id"}
START_TYPES = {
    "text-input": "string",
    "paragraph": "string",
    "select": "string",
    "number": "number",
    "checkbox": "boolean",
    "file": "file",
    "file-list": "array[file]",
    "json_object": "object",
}
"""Types of a start node's variables, as the nodes after it see them."""
FIXED_OUTPUTS = {
    "http-request": {"status_code": "number", "body": "string", "headers": "object", "files": "array[file]"},
    "template-transform": {"output": "string"},
    "variable-aggregator": {"output": ANY},
}
SYSTEM = {
    "timestamp": "number",
    "user_id": "string",
    "app_id": "string",
    "workflow_id": "string",
    "workflow_run_id": "string",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    file: str
    node: str
    """The node's id and title; empty where it concerns the file."""
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.node + ': ' if self.node else ''}{self.message}"


@dataclass(frozen=True)
class Context:
    """A file, with what the plugin declares."""

    workflow: Workflow
    declaration: Declaration

    def of_file(self, message: str) -> Finding:
        """Something about the file."""
        return Finding(self.workflow.name, "", message)

    def of_node(self, node: Node, message: str) -> Finding:
        """Something about a node."""
        return Finding(self.workflow.name, f"node {node.id or '?'} ({node.title})", message)

    @property
    def provider_id(self) -> str:
        """The plugin's tool provider, as a tool node names it."""
        manifest = self.declaration.manifest
        return f"{manifest['author']}/{manifest['name']}/{self.declaration.provider}"

    @cached_property
    def before(self) -> dict[str, frozenset[str]]:
        """For each node the nodes that may have run before it."""
        found: dict[str, frozenset[str]] = dict.fromkeys(self.workflow.nodes, frozenset())
        while True:
            grown = {
                node: found[node].union(
                    *(
                        {edge.source} | found.get(edge.source, frozenset())
                        for edge in self.workflow.edges
                        if edge.target == node
                    )
                )
                for node in found
            }
            if grown == found:
                return found
            found = grown

    def outputs(self, node: Node) -> dict[str, str]:
        """The outputs that a node declares, each with its type."""
        found = dict(FIXED_OUTPUTS.get(node.type, {}))
        match node.type:
            case "start":
                found = {
                    str(one.get("variable")): START_TYPES.get(str(one.get("type")), ANY)
                    for one in node.data.get("variables") or ()
                }
            case "code":
                found = {str(name): str(one.get("type")) for name, one in (node.data.get("outputs") or {}).items()}
            case "tool":
                found = {"text": "string", "files": "array[file]", "json": "array[object]"} | self._declared(node)
        return found | (ERROR_OUTPUTS if node.data.get("error_strategy") == "fail-branch" else {})

    def type_of(self, selector: Selector) -> str | None:
        """The type of a variable; None where nothing declares it."""
        if len(selector) < 2:  # noqa: PLR2004 - a node and an output
            return None
        owner, name, *rest = selector
        if owner == "env":
            variables: dict[str, Any] = {str(one.get("name")): one for one in self.workflow.environment}
            kind = str(variables[name].get("value_type")) if name in variables else None
            return {"secret": "string"}.get(kind or "", kind)
        if owner == "sys":
            return SYSTEM.get(name)
        node = self.workflow.nodes.get(owner)
        kind = self.outputs(node).get(name) if node else None
        if not rest or kind is None:
            return kind
        if kind == "file":
            return "string" if rest[0] in FILE_PARTS else None
        return ANY if kind in {"object", ANY} else None

    def _declared(self, node: Node) -> dict[str, str]:
        tools = {tool.name: tool for tool in self.declaration.tools}
        tool = tools.get(str(node.data.get("tool_name")))
        return {name: _json_type(schema) for name, schema in tool.outputs.items()} if tool else {}


def _json_type(schema: Mapping[str, Any]) -> str:
    kind = str(schema.get("type") or ANY)
    if kind == "integer":
        return "number"
    return f"array[{(schema.get('items') or {}).get('type', 'object')}]" if kind == "array" else kind
