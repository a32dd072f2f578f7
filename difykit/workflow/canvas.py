"""`Box`, `rows` and `curve`: where Dify's canvas draws a workflow's nodes, their rows, and the edges between them.

Dify sizes a node by what it shows, whatever size stands in the file. The measures are those of its web application
(``web/app/components/workflow``: ``nodes/_base/node.tsx``, each type's ``node.tsx``, ``custom-edge.tsx``,
``note-node``), in points; where a row's height depends on its content, the larger is taken.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import ceil
from typing import Any, NamedTuple

from rich.cells import cell_len

from difykit.workflow.document import Edge, Node, Workflow

WIDTH = 244
TITLE_CELLS = 18
"""Columns of a title that a node has room for, a Chinese character taking two; the rest is cut off."""
ROW, ROW_GAP, PADDING = 24, 2, 12
ENTRY_LABEL = 20
"""Points above a node with which a workflow begins, where the canvas writes what it is."""
_HEADER, _BOTTOM = 44, 8
_HANDLE = 24
"""Points from a node's top to the handle by which edges come in, and to the one by which they leave."""
_CONDITION, _ADDRESS, _NEXT_RUN = 50, 76, 58
_LETTER, _DESCRIPTION_LINE, _DESCRIPTION_ROOM = 6.4, 16, 216
_NOTE_LINE, _NOTE_FRAME, _NOTE_SIDES = 18, 34, 26
_STEPS = 48
"""Points of a curve that are looked at."""

type _Line = tuple[tuple[float, float], tuple[float, float]]


class Row(NamedTuple):
    """A line within a node: a variable, a case, what follows a failure."""

    top: float
    """Points below the node's top."""
    text: str
    handle: str = ""
    """The handle at its right end; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the canvas."""

    left: float
    top: float
    width: float
    height: float

    def holds(self, x: float, y: float, margin: float = 0) -> bool:
        """Whether a point lies within, or within ``margin`` points of it."""
        across = self.left - margin < x < self.left + self.width + margin
        return across and self.top - margin < y < self.top + self.height + margin

    def touches(self, other: "Box", margin: float) -> bool:
        """Whether the two overlap, or come nearer than ``margin`` points."""
        across = self.left - margin < other.left + other.width and other.left - margin < self.left + self.width
        return across and self.top - margin < other.top + other.height and other.top - margin < self.top + self.height


def box(node: Node) -> Box:
    """Where a node, or a note, lies."""
    position = node.frame.get("position") or {}
    left, top = float(position.get("x", 0)), float(position.get("y", 0))
    if node.is_note:
        return Box(left, top, float(node.frame.get("width", 0)), float(node.frame.get("height", 0)))
    return Box(left, top, WIDTH, _end_of_rows(node) + _description_height(node) + _BOTTOM)


def rows(node: Node) -> Iterator[Row]:
    """The lines of a node from top to bottom."""
    top: float = _start(node) + _HEADER
    for number, case in enumerate(node.data.get("cases") or () if node.type == "if-else" else ()):
        conditions = case.get("conditions") or ()
        yield Row(top, "ELIF" if number else "IF", str(case.get("case_id")))
        for place, condition in enumerate(conditions):
            yield Row(top + ROW + _CONDITION * place, _condition(condition))
        top += ROW + _CONDITION * len(conditions)
    if node.type == "if-else":
        yield Row(top, "ELSE", "false")
    for number, text in enumerate(_contents(node)):
        yield Row(top + PADDING / 2 + number * (ROW + ROW_GAP), text)
    if node.data.get("error_strategy") == "fail-branch":
        yield Row(_end_of_body(node) + 4, "ON FAILURE", "fail-branch")


def handle(node: Node, name: str) -> tuple[float, float]:
    """The point at which an edge leaves a node by a handle."""
    place = box(node)
    found = next((row.top + ROW / 2 for row in rows(node) if row.handle == name), _start(node) + _HANDLE)
    return place.left + place.width, place.top + found


def curve(source: Node, name: str, target: Node) -> Iterator[tuple[float, float]]:
    """Points along an edge: a cubic curve that leaves and arrives level, its bends half-way across."""
    (x, y), place = handle(source, name), box(target)
    end_x, end_y = place.left, place.top + _start(target) + _HANDLE
    for step in range(_STEPS + 1):
        t = step / _STEPS
        yield x + (end_x - x) * (1.5 * t * (1 - t) + t**3), y + (end_y - y) * (3 * t**2 - 2 * t**3)


def crossings(workflow: Workflow, margin: float = 8) -> Iterator[tuple[Edge, Node]]:
    """Each edge that runs behind a node, or within ``margin`` points of one, that is not one of its ends."""
    boxes = {node.id: box(node) for node in workflow.all_nodes}
    for edge in workflow.edges:
        if not {edge.source, edge.target} <= workflow.nodes.keys():
            continue
        points = list(curve(workflow.nodes[edge.source], edge.handle, workflow.nodes[edge.target]))
        for node in workflow.all_nodes:
            ends = node.id in {edge.source, edge.target}
            if not ends and any(boxes[node.id].holds(x, y, margin) for x, y in points):
                yield edge, node


def tangles(workflow: Workflow) -> Iterator[tuple[Edge, Edge]]:
    """Each two edges that cross on their way."""
    nodes = workflow.nodes
    drawn = [
        (edge, list(curve(nodes[edge.source], edge.handle, nodes[edge.target])))
        for edge in workflow.edges
        if {edge.source, edge.target} <= nodes.keys()
    ]
    for (edge, points), (other, its_points) in combinations(drawn, 2):
        if any(_cross(one, its) for one in pairwise(points) for its in pairwise(its_points)):
            yield edge, other


def note_height(node: Node) -> int:
    """Points that a note's text takes at its width; what is more than the note's height is cut off."""
    room = float(node.frame.get("width", 0)) - _NOTE_SIDES
    lines = sum(_lines(text, room) for text in note_paragraphs(node))
    return _NOTE_FRAME + lines * _NOTE_LINE


def note_paragraphs(node: Node) -> list[str]:
    """The text of a note, paragraph by paragraph; none where it is not what the canvas reads."""
    try:
        root = json.loads(str(node.data.get("text") or ""))["root"]
        return ["".join(part.get("text", "") for part in one.get("children", ())) for one in root["children"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _cross(one: _Line, other: _Line) -> bool:
    """Whether two lines cross; those that only touch, as at a handle that they share, do not."""
    pairs = ((one, other), (other, one))
    return all(_side(line, ends[0]) * _side(line, ends[1]) < 0 for line, ends in pairs)


def _side(line: _Line, point: tuple[float, float]) -> float:
    """Above or below 0, depending on the side of a line on which a point lies."""
    (x, y), (end_x, end_y) = line
    return (end_x - x) * (point[1] - y) - (end_y - y) * (point[0] - x)


def _start(node: Node) -> int:
    return ENTRY_LABEL if node.is_root else 0


def _condition(condition: Mapping[str, Any]) -> str:
    selector = ".".join(map(str, condition.get("variable_selector") or ()))
    return f"{selector} {condition.get('comparison_operator')} {condition.get('value')}".rstrip()


def _contents(node: Node) -> list[str]:
    """What a node shows of what it holds, a row each."""
    match node.type:
        case "start":
            return [str(one.get("variable")) for one in node.data.get("variables") or ()]
        case "end":
            return [str(one.get("variable")) for one in node.data.get("outputs") or ()]
        case "tool":
            return [str(name) for name in node.data.get("tool_configurations") or ()]
        case "http-request":
            address = re.sub(r"\{\{#(?:\w+\.)*(\w+)#\}\}", r"{\1}", str(node.data.get("url")))
            return [f"{str(node.data.get('method')).upper()} {address}"]
        case "trigger-schedule":
            return [str(node.data.get("cron_expression"))]
        case _:
            return []


def _end_of_body(node: Node) -> float:
    top = _start(node) + _HEADER
    match node.type:
        case "if-else":
            conditions = sum(len(case.get("conditions") or ()) for case in node.data.get("cases") or ())
            return top + ROW * (1 + len(node.data.get("cases") or ())) + _CONDITION * conditions
        case "http-request":
            return top + _ADDRESS
        case "trigger-schedule":
            return top + _NEXT_RUN
        case _:
            count = len(_contents(node))
            return top + (PADDING - ROW_GAP + count * (ROW + ROW_GAP) if count else 0)


def _end_of_rows(node: Node) -> float:
    return _end_of_body(node) + (ROW + PADDING if node.data.get("error_strategy") == "fail-branch" else 0)


def _description_height(node: Node) -> float:
    text = str(node.data.get("desc") or "")
    lines = sum(_lines(line, _DESCRIPTION_ROOM) for line in text.splitlines())
    return lines * _DESCRIPTION_LINE + PADDING if text else 0


def _lines(text: str, room: float) -> int:
    return max(1, ceil(cell_len(text) * _LETTER / room * 1.04))  # words do not fill their line
