"""Where Dify's canvas draws things: handles, curves, and how high a text is."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from difykit.workflow import canvas
from difykit.workflow.document import Node, Workflow
from tests.project_files import ROOT

FILES = sorted((ROOT / "workflows").glob("*.yml"))


def node(kind: str, x: float = 0, y: float = 0, **data: Any) -> Node:
    return Node(kind, {"type": "custom", "position": {"x": x, "y": y}, "data": {"type": kind, "title": kind, **data}})


def note(width: int, *paragraphs: str) -> Node:
    children = [{"children": [{"text": text}]} for text in paragraphs]
    data = {"text": json.dumps({"root": {"type": "root", "children": children}})}
    return Node("note", {"type": "custom-note", "width": width, "height": 100, "data": data})


CASES = [{"case_id": "a", "conditions": [{}]}, {"case_id": "b", "conditions": [{}, {}]}]


@pytest.mark.parametrize("kind", ["tool", "http-request", "code"])
def test_the_way_out_is_at_the_top_and_that_of_a_failure_below_the_rows(kind: str) -> None:
    one = node(kind, 100, 50, error_strategy="fail-branch", tool_configurations={"top_n": {}, "language": {}})
    (x, y), (fail_x, fail_y) = canvas.handle(one, "source"), canvas.handle(one, "fail-branch")
    assert (x, y) == (344, 74)
    assert fail_x == x
    assert all(row.top + canvas.ROW < fail_y - 50 for row in canvas.rows(one) if not row.handle)
    assert fail_y < canvas.box(one).top + canvas.box(one).height


def test_the_cases_of_a_question_leave_one_below_the_other() -> None:
    one = node("if-else", cases=CASES)
    heights = [canvas.handle(one, name)[1] for name in ("a", "b", "false")]
    assert [later - earlier for earlier, later in pairwise(heights)] == [74, 124]


def test_a_curve_begins_and_ends_at_the_handles_and_leads_to_the_right() -> None:
    source, target = node("code", 0, 0), node("start", 640, -200)
    points = list(canvas.curve(source, "source", target))
    assert points[0] == canvas.handle(source, "source")
    assert points[-1] == pytest.approx((640, -200 + canvas.ENTRY_LABEL + 24))
    assert all(earlier[0] < later[0] for earlier, later in pairwise(points))
    middle = points[len(points) // 2]
    assert middle == pytest.approx(((244 + 640) / 2, (24 - 156) / 2))


def test_a_note_is_as_high_as_a_browser_draws_it() -> None:
    """Line counts as Chromium 150 draws them, at 12 points of Inter and of a Chinese font, 18 a line."""
    chinese = "安装插件并在插件的授权中填写钉钉机器人的地址以及加签密钥或关键词" * 3
    english = "Install the plugin and enter the robot's webhook, and its secret or keyword, in the authorization. " * 3
    drawn = {chinese: 3, english.strip(): 4, "1. 好": 1}
    for text, lines in drawn.items():
        assert lines <= (canvas.note_height(note(560, text)) - 34) / 18 <= lines + 1
    assert canvas.note_height(note(560, *drawn)) >= 34 + 18 * sum(drawn.values())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_of_a_shipped_workflow_is_hidden(path: Path) -> None:
    workflow = Workflow.load(path)
    assert list(canvas.crossings(workflow)) == []
    assert list(canvas.tangles(workflow)) == []
    for one in workflow.all_nodes:
        assert not one.is_note or canvas.note_height(one) <= canvas.box(one).height
