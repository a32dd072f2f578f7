"""Edges: ends and handles exist; all point right on the canvas, behind no node, across no other; every path ends."""

from collections import Counter
from collections.abc import Iterator

from difykit.workflow import canvas
from difykit.workflow.checks.findings import Context, Finding
from difykit.workflow.document import Edge, Node

LAST = frozenset({"end", "answer"})


def check(context: Context) -> Iterator[Finding]:
    """What is wrong with the edges."""
    nodes = context.workflow.nodes
    for edge_id, count in Counter(edge.id for edge in context.workflow.edges).items():
        if count > 1 or not edge_id:
            yield context.of_file(f"{count} edges have the id {edge_id or '(none)'}")
    for edge in context.workflow.edges:
        if edge.source not in nodes or edge.target not in nodes:
            missing = edge.target if edge.source in nodes else edge.source
            yield context.of_file(f"the edge {edge.id} ends at {missing}, which is no node")
            continue
        yield from _edge(context, edge)
    for node in nodes.values():
        yield from _exits(context, node)
    yield from _reach(context)
    for edge, node in canvas.crossings(context.workflow):
        yield context.of_node(
            nodes[edge.source], f"the edge from its handle {edge.handle} to {edge.target} runs behind {node.id}"
        )
    for edge, other in canvas.tangles(context.workflow):
        yield context.of_node(
            nodes[edge.source],
            f"the edge from its handle {edge.handle} to {edge.target} crosses that to {other.target}",
        )


def handles(node: Node) -> frozenset[str]:
    """The handles from which an edge may leave a node."""
    if node.type in LAST:
        return frozenset()
    if node.type == "if-else":
        return frozenset({*(str(case.get("case_id")) for case in node.data.get("cases") or ()), "false"})
    # on the canvas the success handle of a node with a fail-branch is called source like any other
    return frozenset({"source", *(["fail-branch"] if node.data.get("error_strategy") == "fail-branch" else [])})


def _edge(context: Context, edge: Edge) -> Iterator[Finding]:
    source, target = context.workflow.nodes[edge.source], context.workflow.nodes[edge.target]
    if edge.handle not in handles(source):
        known = ", ".join(sorted(handles(source))) or "none"
        yield context.of_node(
            source, f"an edge leaves by the handle {edge.handle}, which it does not have; it has: {known}"
        )
    if (edge.data.get("sourceType"), edge.data.get("targetType")) != (source.type, target.type):
        yield context.of_node(source, f"the edge to {target.id} names other types of node")
    if target.is_root:
        yield context.of_node(source, f"an edge leads back to {target.id}")
    if _x(target) <= _x(source):
        yield context.of_node(source, f"the edge to {target.id} leads to the left on the canvas")


def _exits(context: Context, node: Node) -> Iterator[Finding]:
    used = {edge.handle for edge in context.workflow.edges if edge.source == node.id}
    for handle in sorted(handles(node) - used):
        yield context.of_node(node, f"nothing follows its handle {handle}")
    strategy = node.data.get("error_strategy")
    if strategy not in {None, "fail-branch", "default-value"}:
        yield context.of_node(node, f"there is no error strategy {strategy}")


def _reach(context: Context) -> Iterator[Finding]:
    roots = {node.id for node in context.workflow.nodes.values() if node.is_root}
    for node in context.workflow.nodes.values():
        if not node.is_root and not roots & context.before[node.id]:
            yield context.of_node(node, "no way leads to it from the start")
        if node.id in context.before[node.id]:
            yield context.of_node(node, "it comes before itself")


def _x(node: Node) -> float:
    return float((node.frame.get("position") or {}).get("x") or 0)
