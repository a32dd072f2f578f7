import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.words.names import (
    MAX_CHARACTERS,
    MAX_COLUMNS,
    UNNAMED,
    markdown_name,
    markdown_text,
    plain,
    shorten,
    width,
    wrap,
)

ACTED_ON = set("*_[]<>#@`|~\\$\n\r")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("**特价**_平板_", "＊＊特价＊＊＿平板＿"),
        ("[点我](http://evil.example/x)", "［点我］(http：//evil.example/x)"),
        ("www.evil.example", "www．evil.example"),
        ("@所有人 打折", "＠所有人 打折"),
        ("<img src=x>", "＜img src=x＞"),
        ("&lt;b&gt; A&B", "＆lt;b＆gt; A&B"),
        ("第一行\n# 第二行\r\n\u2028第三行", "第一行 ＃ 第二行 第三行"),
        ("- 列表", "－ 列表"),
        ("1. 列表", "1． 列表"),
        ("a|b|c", "a｜b｜c"),
        ("\u202e翻转\u200b", "翻转"),
        (" \t\u200b ", UNNAMED),
        ("001", "001"),
        ("nan", "nan"),
        ("USB-C 线 2.0", "USB-C 线 2.0"),
        ("👩\u200d💻 键盘", "👩\u200d💻 键盘"),
    ],
)
def test_a_name_is_shown_and_does_nothing(name: str, shown: str) -> None:
    assert markdown_name(name) == shown


def test_a_right_to_left_name_is_isolated() -> None:
    assert plain("ساعة ذكية") == "\u2068ساعة ذكية\u2069"
    assert plain("智能手表") == "智能手表"


def test_a_long_name_is_cut_where_a_reader_sees_it() -> None:
    shown = plain("超长商品名称" * 50)
    assert shown.endswith("…")
    assert width(shown) <= MAX_COLUMNS
    assert len(plain("e" + "\u0301" * 5000)) <= MAX_CHARACTERS


@given(st.text())
def test_no_name_reaches_the_layout(name: str) -> None:
    shown = markdown_name(name)
    assert shown
    assert not ACTED_ON & set(shown)
    assert "://" not in shown
    assert shown == shown.strip()
    assert len(shown.splitlines()) == 1
    assert len(shown) <= MAX_CHARACTERS + 2
    assert shown.encode()


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_text_made_quiet_stays_quiet(text: str) -> None:
    assert markdown_text(markdown_text(text)) == markdown_text(text)


@given(st.text(alphabet="平板 ab，。（1\u0301"), st.integers(min_value=4, max_value=30))
def test_wrapped_lines_fit_and_lose_nothing(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= columns for line in lines)


def test_no_line_starts_with_a_closing_mark() -> None:
    assert wrap("销售额高高高，好", 6) == ["销售额", "高高", "高，好"]
    assert wrap("a word, another", 7) == ["a word,", "another"]


def test_shortened_by_columns() -> None:
    assert shorten("平板电脑", 8) == "平板电脑"
    assert shorten("平板电脑", 7) == "平板电…"
    assert shorten("平板电脑", 6) == "平板…"
