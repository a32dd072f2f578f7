"""Variables: each that a node reads is declared by a node before it, and has a type that fits."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from difykit.workflow.checks.findings import ANY, Context, Finding
from difykit.workflow.document import Node, Selector, selectors_in, texts

OPERATORS = {
    "string": {
        "contains",
        "not contains",
        "start with",
        "end with",
        "is",
        "is not",
        "empty",
        "not empty",
        "in",
        "not in",
    },
    "number": {"=", "≠", ">", "<", "≥", "≤", "empty", "not empty"},
    "boolean": {"is", "is not"},
    "object": {"empty", "not empty"},
    "file": {"exists", "not exists"},
}
ARRAY_OPERATORS = {"contains", "not contains", "empty", "not empty"}


class Use(NamedTuple):
    """A variable that a node reads."""

    selector: Selector
    where: str
    kind: str = ANY
    """The type that the reader says it has."""


def check(context: Context) -> Iterator[Finding]:
    """What is wrong with the variables."""
    used: set[Selector] = set()
    for node in context.workflow.nodes.values():
        for use in uses(node):
            used.add(use.selector[:2])
            yield from _use(context, node, use)
        if node.type == "if-else":
            yield from _conditions(context, node)
        if node.type == "end" and not node.data.get("outputs"):
            yield context.of_node(node, "it gives no outputs")
    for variable in context.workflow.environment:
        if ("env", variable.get("name")) not in used:
            yield context.of_file(f"nothing uses the environment variable {variable.get('name')}")
    for node in context.workflow.nodes.values():
        for variable in node.data.get("variables") or () if node.type == "start" else ():
            if (node.id, variable.get("variable")) not in used:
                yield context.of_node(node, f"nothing uses its variable {variable.get('variable')}")


def uses(node: Node) -> Iterator[Use]:
    """The variables that a node reads, in whatever way."""
    data = node.data
    if node.type in {"code", "template-transform"}:
        yield from _listed(data.get("variables"), "its variable")
    if node.type == "end":
        yield from _listed(data.get("outputs"), "its output")
    for case in data.get("cases") or ():
        for condition in case.get("conditions") or ():
            kind = str(condition.get("varType") or ANY)
            yield Use(_selector(condition.get("variable_selector")), f"its case {case.get('case_id')}", kind)
    for name, value in [*(data.get("tool_parameters") or {}).items(), *(data.get("tool_configurations") or {}).items()]:
        if isinstance(value, Mapping) and value.get("type") == "variable":
            yield Use(_selector(value.get("value")), f"its parameter {name}")
    for item in (data.get("body") or {}).get("data") or ():
        if item.get("type") == "file":
            yield Use(_selector(item.get("file")), f"the field {item.get('key')} of its body", "file")
    for text in texts(data):
        yield from (Use(selector, "its text") for selector in selectors_in(text))


def _listed(items: Any, what: str) -> Iterator[Use]:
    for item in items or ():
        kind = str(item.get("value_type") or ANY)
        yield Use(_selector(item.get("value_selector")), f"{what} {item.get('variable')}", kind)


def _use(context: Context, node: Node, use: Use) -> Iterator[Finding]:
    name = ".".join(use.selector) or "nothing"
    kind = context.type_of(use.selector)
    if kind is None:
        yield context.of_node(node, f"{use.where} reads {name}, which nothing declares")
        return
    owner = use.selector[0]
    if owner in context.workflow.nodes and owner not in context.before[node.id]:
        yield context.of_node(node, f"{use.where} reads {name}, which does not run before it")
    if ANY not in {kind, use.kind} and kind != use.kind:
        yield context.of_node(node, f"{use.where} takes {name} for {use.kind}; it is {kind}")


def _conditions(context: Context, node: Node) -> Iterator[Finding]:
    for case in node.data.get("cases") or ():
        if not case.get("conditions"):
            yield context.of_node(node, f"its case {case.get('case_id')} has no condition")
        for condition in case.get("conditions") or ():
            kind, operator = str(condition.get("varType")), condition.get("comparison_operator")
            known = ARRAY_OPERATORS if kind.startswith("array") else OPERATORS.get(kind, set())
            if operator not in known:
                yield context.of_node(node, f"a {kind} cannot be compared with {operator!r}")
            if kind == "boolean" and not isinstance(condition.get("value"), bool):
                yield context.of_node(node, "a boolean is compared with true or false, not with a text")


def _selector(value: Any) -> Selector:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()
