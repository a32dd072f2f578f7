"""What a model or a workflow left in a content: five that reached real groups, and their kinds."""

import time as clock
from contextlib import suppress
from pathlib import Path

import pytest

from daybook.dingtalk import Message, MessageType, Plan, plan_message
from daybook.dingtalk.message import MOST_CHARACTERS
from daybook.errors import ParameterError
from daybook.language import Language

CONTENTS = Path(__file__).parent / "contents"


def plan(content: str, **more: object) -> Plan:
    return plan_message(Message(content, **more))  # type: ignore[arg-type]


def text(content: str) -> str:
    [part] = plan(content).parts
    return part.text


def warnings(content: str) -> list[str]:
    return [warning.to(Language.ENGLISH) for warning in plan(content).warnings]


def content(name: str) -> str:
    return (CONTENTS / f"{name}.md").read_text(encoding="utf-8")


def test_a_models_thinking_is_not_pushed() -> None:
    assert text(content("think-block")) == "### Report\n- Sales 387"
    assert warnings(content("think-block")) == ["A model's thinking was taken out of the content."]


def test_a_report_wholly_in_a_fence_is_unwrapped() -> None:
    [part] = plan(content("whole-in-fence")).parts
    assert part.title == "Report"
    assert part.text.startswith("### Report\n\n- Sales **387**\n\n- **Lamp** · Sales 387")


def test_single_line_breaks_are_shown() -> None:
    lines = content("single-newlines").strip().split("\n")
    assert text(content("single-newlines")) == "  \n".join(lines)


def test_literal_line_breaks_become_real_ones() -> None:
    [part] = plan(content("literal-backslash-n")).parts
    assert (part.title, part.text) == ("Report", "### Report\n\n- Sales 387\n- Orders 1")
    assert warnings(content("literal-backslash-n")) == [
        "The content held line breaks written as \\n; they became real ones."
    ]


def test_an_unfilled_variable_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"did not fill \(\{\{#1718000000000\.report_markdown#\}\}\)"):
        plan(content("unfilled-variable"))
    with pytest.raises(ParameterError, match="did not fill"):
        plan("Sales 387", title="{{#sys.query#}}")


@pytest.mark.parametrize(
    "thinking",
    [
        "<think>a\n\nb</think>\n\n{}",
        "<THINK >a</THINK>{}",
        "<thinking>a</thinking>\n{}",
        "<reasoning>a <b>c</b></reasoning>\n{}",
        "the opening tag is in the template</think>\n\n{}",
        "{}\n<think>cut off in the middle of",
        '<details style="color:gray" open> <summary> Thinking... </summary>\na\n</details>\n\n{}',
        "<think>one</think>{}<think>two</think>",
    ],
)
def test_every_form_of_thinking(thinking: str) -> None:
    assert text(thinking.format("### Report")) == "### Report"


@pytest.mark.parametrize("thinking", ["<think>all of it</think>", "<think>never closed", "and </think>\n \n"])
def test_nothing_but_thinking_is_refused(thinking: str) -> None:
    with pytest.raises(ParameterError, match="nothing to push but a model's thinking"):
        plan(thinking)


@pytest.mark.parametrize(
    "kept",
    [
        "I think <b>so</b>",
        "<details><summary>More</summary>\n\nrows\n\n</details>",
        "saved under C:\\new\\report",
        "```python\nprint('a\\nb')\n```\n\nabove: the code",
        "{{ not Dify's }}",
        "```python\nx = 1\n```",
    ],
)
def test_what_is_meant_stays(kept: str) -> None:
    assert text(kept) == kept
    assert warnings(kept) == []


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\nb", "a  \nb"),
        ("a  \nb", "a  \nb"),
        ("a<br>\nb", "a<br>\nb"),
        ("a\n\nb", "a\n\nb"),
        ("# a\nb", "# a\nb"),
        ("a\n# b", "a\n# b"),
        ("a\n- b\n- c\nd", "a\n- b\n- c  \nd"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("> a\n> b", "> a  \n> b"),
        ("a\n---\nb", "a\n---  \nb"),
        ("```\na\nb\n```\n\nc", "```\na\nb\n```\n\nc"),
    ],
)
def test_line_breaks_of_markdown(written: str, shown: str) -> None:
    assert text(written) == shown


def test_plain_text_keeps_its_breaks_and_fences() -> None:
    [part] = plan("```\na\nb\n```", type=MessageType.TEXT).parts
    assert part.text == "```\na\nb\n```"


@pytest.mark.parametrize(
    "hostile",
    [
        "`" * MOST_CHARACTERS,
        "<think>" * (MOST_CHARACTERS // 7),
        "</think>" * (MOST_CHARACTERS // 8),
        "<details><summary>Thinking" * (MOST_CHARACTERS // 26),
        "{{#" * (MOST_CHARACTERS // 3),
        "[" * 180_000,
        "![](" * 45_000,
        "|-" * 90_000,
        "**" * 90_000,
        "\\n" * 90_000,
        "~~~\n" * 40_000,
        "x\n" * 80_000,
    ],
    ids=lambda text: text[:8],
)
def test_no_content_takes_long(hostile: str) -> None:
    """Not a measurement: what was quadratic took minutes at this size."""
    began = clock.process_time()
    with suppress(ParameterError):
        plan(hostile)
    assert clock.process_time() - began < 10


def test_what_is_far_too_long_is_not_even_looked_at() -> None:
    with pytest.raises(ParameterError, match="1,000,000 characters"):
        Message("x" * (MOST_CHARACTERS + 1))
