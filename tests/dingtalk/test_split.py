"""Splitting: every part fits, nothing is lost, nothing is cut that must stay whole."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.dingtalk import BODY_BUDGET, MAX_PARTS, Button, Mentions, Message, MessageType, plan_message
from daybook.dingtalk.markdown import bounded, fences
from daybook.dingtalk.message import UnbreakableError, escaped_bytes, split
from daybook.errors import ParameterError

UUID = "f" * 32

words = st.text(st.sampled_from('abc \\"销售额日报🍵é\u200d\t.,。，!'), min_size=1, max_size=120)
urls = st.from_regex(r"https://[a-z]{3,12}\.example/[a-z0-9/?=&%_]{0,60}", fullmatch=True)
links = st.builds("[{}]({})".format, st.text("ab 销售", min_size=1, max_size=20), urls)
images = st.builds("![{}]({})".format, st.text("ab销", max_size=8), urls)
linked_images = st.builds("[![{0}]({1})]({1})".format, st.text("ab", max_size=5), urls)
headings = st.builds("{} {}".format, st.sampled_from(["#", "##", "####"]), st.text("ab 销售", min_size=1, max_size=20))
fenced = st.builds(
    "{0}python\n{1}\n{0}".format,
    st.sampled_from(["```", "~~~~"]),
    st.lists(st.text("xy=# 销|", max_size=40), max_size=6).map("\n".join),
)
lines = st.one_of(words, links, images, linked_images, headings, urls, st.builds("- {} {}".format, words, links))
blocks = st.one_of(lines, fenced)
texts = st.lists(st.tuples(blocks, st.sampled_from(["\n", "\n\n", "\n\n\n"])), min_size=1, max_size=30).map(
    lambda pairs: "".join(block + end for block, end in pairs)
)


@given(texts, st.integers(400, 3000))
def test_pieces_fit_and_join_to_the_text(text: str, budget: int) -> None:
    whole = bounded(text, budget, escaped_bytes)
    pieces = split(text, budget)
    assert "".join(pieces) == whole
    assert all(escaped_bytes(piece) <= budget for piece in pieces)
    assert all(piece for piece in pieces)


@given(st.lists(st.one_of(links, images, linked_images, urls), min_size=3, max_size=20), st.integers(300, 900))
def test_no_link_or_image_is_cut(items: list[str], budget: int) -> None:
    pieces = split("".join(f"{item} 销售 " for item in items), budget)
    found = [item for piece in pieces for item in re.findall(r"\S+?\]\(\S+\)|!?\[[^]]*\]\([^)]*\)|https:\S+", piece)]
    for item in items:
        assert sum(item in piece for piece in pieces) >= 1
    assert found


@given(texts, st.integers(600, 3000))
def test_fences_are_whole_in_every_piece(text: str, budget: int) -> None:
    before = fences(bounded(text, budget, escaped_bytes))
    after = [fence for piece in split(text, budget) for fence in fences(piece)]
    assert all(fence.closed for fence in after)
    assert len(after) == len(before)


@given(st.lists(st.text("abc 销", max_size=80), min_size=30, max_size=200), st.integers(300, 1500))
def test_a_fence_that_is_too_long_is_closed_and_opened_again(code: list[str], budget: int) -> None:
    pieces = split("before\n```python\n" + "\n".join(code) + "\n```\nafter", budget)
    assert all(escaped_bytes(piece) <= budget for piece in pieces)
    inner = [line for piece in pieces for line in piece.split("\n") if not line.startswith("```")]
    assert [line for line in inner if line] == ["before", *(line for line in code if line), "after"]
    for piece in pieces:
        assert piece.count("```") % 2 == 0


@given(st.text(min_size=1, max_size=3000), st.integers(300, 900), st.booleans())
def test_any_text_at_all(text: str, budget: int, markdown: bool) -> None:
    text = text.encode(errors="replace").decode()
    try:
        pieces = split(text, budget, markdown=markdown)
    except UnbreakableError:
        return
    assert all(escaped_bytes(piece) <= budget for piece in pieces)
    if not markdown:
        assert "".join(pieces) == text


def test_cuts_are_made_where_a_reader_would() -> None:
    section = "## Region {}\n\n- **North** 12\n- **South** 13\n\nA note on it.\n\n"
    text = "".join(section.format(n) for n in range(20))
    pieces = split(text, 300)
    assert len(pieces) > 2
    assert all(piece.startswith("## Region") for piece in pieces)
    assert all(piece.endswith("\n\n") for piece in pieces)


def test_a_heading_does_not_stay_behind_alone() -> None:
    text = "intro " * 20 + "\n\n# Title\n\n" + "words and words " * 10 + "\n"
    for budget in range(125, 200):
        assert not re.search(r"# Title\s*\Z", split(text, budget)[0])


def test_an_overlong_line_is_cut_at_sentences_then_words_then_characters() -> None:
    assert [piece[-1] for piece in split("今天卖得很好。" * 40, 300)[:-1]] == ["。"] * 2
    assert all(piece.endswith(" ") for piece in split("word " * 200, 300)[:-1])
    assert split("销" * 200, 300) == ["销" * 100, "销" * 100]


def test_characters_that_show_as_one_stay_together() -> None:
    family = "👨\u200d👩\u200d👧"
    assert all(len(piece) % len(family) == 0 for piece in split(family * 60, 101))
    assert all(piece.count("e") * 2 == len(piece) for piece in split("e\u0301" * 100, 100))


def test_numbers_and_bold_words_stay_whole_in_an_overlong_line() -> None:
    for budget in range(90, 130):
        pieces = split("销" * 20 + "1,234,567.89" + "销" * 20 + "**很重要**" + "销" * 20, budget)
        assert sum("1,234,567.89" in piece for piece in pieces) == 1
        assert sum("**很重要**" in piece for piece in pieces) == 1


def test_a_link_longer_than_a_message_is_refused() -> None:
    with pytest.raises(ParameterError, match="longer than a whole message"):
        plan_message(Message(f"[report](https://example.com/{'x' * 20_000})"))


contents = st.lists(st.one_of(texts, st.integers(1, 4000).map("长话".__mul__)), min_size=1, max_size=6).map("\n".join)
mentions = st.sampled_from([Mentions(), Mentions(("13800000000",)), Mentions((), ("li", "han"), everyone=True)])


@given(contents, mentions, st.sampled_from(list(MessageType)), st.sampled_from([(), ("关键词",), ("x-key", "长")]))
def test_every_part_of_a_push(content: str, who: Mentions, kind: MessageType, keywords: tuple[str, ...]) -> None:
    button = Button("Open", "https://example.com") if kind is MessageType.ACTION_CARD else None
    try:
        message = Message(content, type=kind, mentions=who, button=button)
    except ParameterError:
        assert not content.strip()
        return
    plan = plan_message(message, keywords)
    total = len(plan.parts)
    assert 1 <= total <= MAX_PARTS
    for part in plan.parts:
        assert len(part.payload(UUID)) <= BODY_BUDGET
        assert not keywords or any(keyword in part.text for keyword in keywords)
        if total > 1:
            assert f"({part.number}/{total})" in part.text
            assert part.title.endswith(f"({part.number}/{total})")
    alerting = [part for part in plan.parts if "at" in part.body]
    cards = [part for part in plan.parts if part.body["msgtype"] == "actionCard"]
    assert cards == ([plan.parts[-1]] if kind is MessageType.ACTION_CARD else [])
    assert len(alerting) == (1 if who and len(plan.parts) > len(cards) else 0)
    for part in alerting:
        assert not who.missing(part.text)
    shown = "\n".join(part.text for part in plan.parts)
    for line in content.split("\n"):
        if line.strip() and len(line) < 200 and kind is MessageType.TEXT:
            assert line.strip() in shown


def test_the_first_part_carries_the_number_in_its_heading() -> None:
    plan = plan_message(Message("# 日报\n\n" + "长" * 12_000))
    assert plan.parts[0].text.startswith("# 日报 (1/3)\n\n")
    assert plan.parts[1].text.startswith("#### 日报 (2/3)\n\n")
    assert [part.title for part in plan.parts] == ["日报 (1/3)", "日报 (2/3)", "日报 (3/3)"]


def test_the_mention_goes_where_the_text_has_it() -> None:
    plan = plan_message(Message("长" * 9000 + "\n\n@13800000000 看", mentions=Mentions(("13800000000",))))
    assert ["at" in part.body for part in plan.parts] == [False, True]
    assert plan.parts[1].text.count("@13800000000") == 1


def test_more_than_ten_parts_are_refused_before_anything_is_sent() -> None:
    with pytest.raises(ParameterError, match="more than 10 messages"):
        plan_message(Message("长" * 60_000))


@pytest.mark.timeout(30)
def test_a_large_content_is_planned_or_refused_quickly_whatever_it_holds() -> None:
    for nasty in (
        "[" * 150_000,
        "![](" * 40_000,
        "[a](" * 40_000,
        "[![a]" * 30_000,
        "`" * 150_000,
        "` " * 75_000,
        "**" * 70_000,
        "<font " * 25_000,
        "x" + "\n" * 80_000 + "x",
        "@" * 150_000,
        "# a\n" * 30_000,
        "a|\n" + " " * 80_000 + "x|\n",
        "|-" * 70_000 + "\n" + "|-" * 500,
        "x\n" * 55_000,
        "```\n" * 30_000,
        "1." * 80_000,
    ):
        try:
            plan_message(Message(nasty))
        except ParameterError as error:
            assert "more than 10" in str(error) or "longer than" in str(error)  # noqa: PT017  either is right
