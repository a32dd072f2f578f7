"""Tool nodes: the tool is one of the plugin's, its parameters are those that it declares, and a push is sent once."""

from collections.abc import Iterator, Mapping
from typing import Any

from difykit.runner.declaration import Parameter, Tool
from difykit.workflow.checks.findings import ANY, Context, Finding
from difykit.workflow.document import Node

FITTING = {
    "string": {"string", "number", "boolean", ANY},
    "select": {"string", ANY},
    "dynamic-select": {"string", ANY},
    "number": {"number", ANY},
    "boolean": {"boolean", ANY},
    "file": {"file", ANY},
    "files": {"array[file]", "file", ANY},
}
"""Types of variable that a parameter of each type takes."""
PUSHING = frozenset({"push_dingtalk"})


def check(context: Context) -> Iterator[Finding]:
    """What is wrong with the tool nodes."""
    tools = {tool.name: tool for tool in context.declaration.tools}
    for node in context.workflow.nodes.values():
        if node.type != "tool":
            continue
        yield from _frame(context, node)
        name = str(node.data.get("tool_name"))
        if name not in tools:
            yield context.of_node(node, f"the plugin has no tool {name}; it has: {', '.join(sorted(tools))}")
            continue
        yield from _parameters(context, node, tools[name])


def _frame(context: Context, node: Node) -> Iterator[Finding]:
    data = node.data
    for field in ("provider_id", "provider_name"):
        if data.get(field) != context.provider_id:
            yield context.of_node(node, f"its {field} is {data.get(field)!r}, not {context.provider_id}")
    if data.get("provider_type") != "builtin":
        yield context.of_node(node, "its provider_type must be builtin: Dify knows a plugin's tools by it")
    if data.get("tool_node_version") != "2":
        yield context.of_node(node, 'its tool_node_version must be "2": without it Dify passes no variables')
    if data.get("plugin_unique_identifier"):
        yield context.of_node(node, "it asks for one build of the plugin; the release fills that in")
    if data.get("error_strategy") != "fail-branch":
        yield context.of_node(node, "it has no fail-branch, so that what went wrong is not told")
    if data.get("tool_name") in PUSHING and (data.get("retry_config") or {}).get("retry_enabled"):
        yield context.of_node(node, "a push must not be retried by Dify")


def _parameters(context: Context, node: Node, tool: Tool) -> Iterator[Finding]:
    known = {parameter.name: parameter for parameter in tool.parameters}
    given: set[str] = set()
    for group, form in (("tool_parameters", "llm"), ("tool_configurations", "form")):
        for name, value in (node.data.get(group) or {}).items():
            parameter = known.get(name)
            if parameter is None:
                yield context.of_node(node, f"the tool {tool.name} has no parameter {name}; it has: {', '.join(known)}")
                continue
            given.add(name)
            if parameter.form != form:
                belongs = "tool_configurations" if form == "llm" else "tool_parameters"
                yield context.of_node(node, f"the parameter {name} belongs into {belongs}")
            yield from (context.of_node(node, problem) for problem in _value(context, parameter, value))
    for name, parameter in known.items():
        if parameter.required and name not in given:
            yield context.of_node(node, f"the required parameter {name} is missing")


def _value(context: Context, parameter: Parameter, value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping) or set(value) != {"type", "value"}:
        yield f"the parameter {parameter.name} must have a type and a value"
        return
    name, content = parameter.name, value["value"]
    match value["type"]:
        case "variable":
            kind = context.type_of(tuple(content)) if isinstance(content, list) else None
            if kind and kind not in FITTING.get(parameter.type, {ANY, kind}):
                yield f"the parameter {name} takes a {parameter.type}, not a {kind}"
        case "mixed":
            if not isinstance(content, str) or parameter.type not in {"string", "select", "dynamic-select"}:
                yield f"the parameter {name} takes a {parameter.type}, which no text can be"
        case "constant":
            yield from _constant(parameter, content)
        case other:
            yield f"the parameter {name} is of no kind that Dify knows: {other}"


def _constant(parameter: Parameter, content: Any) -> Iterator[str]:
    fits = {
        "number": isinstance(content, int | float) and not isinstance(content, bool),
        "boolean": isinstance(content, bool),
        "select": str(content) in parameter.options,
        "string": isinstance(content, str),
    }.get(parameter.type, False)
    if not fits:
        among = f" (one of {', '.join(parameter.options)})" if parameter.options else ""
        yield f"the parameter {parameter.name} takes a {parameter.type}{among}, not {content!r}"
