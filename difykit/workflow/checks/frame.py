"""The file as a whole, and each node's place on the canvas: what Dify's import wants, and what a reader wants."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.cells import cell_len

from difykit.workflow import canvas
from difykit.workflow.checks.findings import Context, Finding
from difykit.workflow.document import Node

NEWEST_DSL = (0, 5, 0)
"""The format of Dify 1.10: a newer one would wait for a confirmation there."""
TYPES = frozenset(
    {
        "start",
        "trigger-schedule",
        "end",
        "answer",
        "if-else",
        "tool",
        "code",
        "http-request",
        "template-transform",
        "variable-aggregator",
    }
)
"""Types of node that are used here, and of which a run was seen."""
NODE_ID = re.compile(r"[a-zA-Z0-9_]{1,50}")
CHINESE, ENGLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2}")
CRON_FIELDS = 5
GAP = 30
"""Points between two nodes below which they are too near."""


def check(context: Context) -> Iterator[Finding]:
    """What is wrong with the file's frame."""
    yield from _file(context)
    yield from _nodes(context)
    yield from _environment(context)


def _file(context: Context) -> Iterator[Finding]:
    data = context.workflow.data
    app = data.get("app") or {}
    version = data.get("version")
    if data.get("kind") != "app" or app.get("mode") != "workflow":
        yield context.of_file("it is no workflow app: kind must be app, app.mode workflow")
    if not isinstance(version, str) or not re.fullmatch(r"\d+\.\d+\.\d+", version):
        yield context.of_file('version must be quoted, such as "0.5.0": Dify refuses a number')
    elif tuple(map(int, version.split("."))) > NEWEST_DSL:
        yield context.of_file(f"version {version} is newer than Dify 1.10 reads without a confirmation")
    if data.get("dependencies") != []:
        yield context.of_file("dependencies must be [] here; the release fills them in from the built package")
    for name in ("name", "description"):
        if not _bilingual(str(app.get(name) or "")):
            yield context.of_file(f"app.{name} must be in Chinese with English beside it")
    roots = [node for node in context.workflow.nodes.values() if node.is_root]
    if len(roots) != 1:
        yield context.of_file(f"it must begin with one node, start or a trigger; it has {len(roots)}")
    if not any(node.type in {"end", "answer"} for node in context.workflow.nodes.values()):
        yield context.of_file("it has no End node")


def _nodes(context: Context) -> Iterator[Finding]:
    nodes = context.workflow.all_nodes
    notes = [node for node in nodes if node.is_note]
    if not nodes or not nodes[0].is_note:
        yield context.of_file("it must begin with a note on what to fill in")
    for node in notes:
        if not canvas.note_paragraphs(node):
            yield context.of_node(node, "the note's text is not what the canvas reads")
        sizes = {(place.get("width"), place.get("height")) for place in (node.frame, node.data)}
        if len(sizes) > 1:
            yield context.of_node(node, "the note's width and height must be the same beside its text and around it")
        if canvas.box(node).height < (least := canvas.note_height(node)):
            yield context.of_node(node, f"the note's last lines are cut off: its height must be {least} at this width")
    for node_id, count in Counter(node.id for node in nodes).items():
        if count > 1:
            yield context.of_file(f"{count} nodes have the id {node_id}")
    for node in context.workflow.nodes.values():
        yield from _node(context, node)
    yield from _overlaps(context)


def _node(context: Context, node: Node) -> Iterator[Finding]:
    if not NODE_ID.fullmatch(node.id):
        yield context.of_node(
            node, "the id must be letters, digits and underscores, at most 50: templates find no other"
        )
    if node.frame.get("type") != "custom" or node.type not in TYPES:
        yield context.of_node(node, f"its type {node.type or '-'} is none that is used here")
    if not node.title or _bilingual(node.title) or cell_len(node.title) > canvas.TITLE_CELLS:
        yield context.of_node(
            node,
            f"its title must be in one language and fit: at most {canvas.TITLE_CELLS} letters,"
            f" or {canvas.TITLE_CELLS // 2} Chinese characters",
        )
    if not _bilingual(str(node.data.get("desc") or "")):
        yield context.of_node(node, "its desc must be in Chinese with English beside it")
    position = node.frame.get("position") or {}
    if not all(isinstance(position.get(axis), int | float) for axis in "xy"):
        yield context.of_node(node, "it has no position")
    if node.type == "trigger-schedule":
        yield from _schedule(context, node)


def _schedule(context: Context, node: Node) -> Iterator[Finding]:
    if node.data.get("mode") != "cron" or len(str(node.data.get("cron_expression") or "").split()) != CRON_FIELDS:
        yield context.of_node(node, "the schedule must be a cron expression of five fields")
    try:
        ZoneInfo(str(node.data.get("timezone") or ""))
    except (ZoneInfoNotFoundError, ValueError):
        yield context.of_node(node, f"there is no time zone {node.data.get('timezone')!r}")


def _overlaps(context: Context) -> Iterator[Finding]:
    for node, other in combinations(context.workflow.all_nodes, 2):
        if canvas.box(node).touches(canvas.box(other), GAP):
            yield context.of_node(node, f"it lies over {other.id} on the canvas, or too near")


def _environment(context: Context) -> Iterator[Finding]:
    for variable in context.workflow.environment:
        name = variable.get("name")
        if variable.get("selector") != ["env", name] or variable.get("value_type") not in {
            "string",
            "secret",
            "number",
        }:
            yield context.of_file(f"the environment variable {name} has no selector or type that Dify reads")
        if variable.get("value_type") == "secret" and variable.get("value") != "":
            yield context.of_file(f"the secret {name} must be empty")
        if not _bilingual(str(variable.get("description") or "")):
            yield context.of_file(f"the environment variable {name} must say in Chinese and English what it is")


def _bilingual(text: str) -> bool:
    return bool(CHINESE.search(text) and ENGLISH.search(text))
