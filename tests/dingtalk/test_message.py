import json

import pytest

from daybook.dingtalk import Button, Mentions, Message, MessageType, Part, plan_message
from daybook.dingtalk.markdown import is_private, tables_as_lists
from daybook.errors import ParameterError
from daybook.language import Language

BUTTON = Button("Open", "https://example.com/report")


def only_part(message: Message, *keywords: str) -> Part:
    (part,) = plan_message(message, keywords).parts
    return part


def test_a_markdown_body() -> None:
    part = only_part(Message("# 销售日报\n\n好", mentions=Mentions(("13800000000",), ("user123",))))
    assert part.body == {
        "msgtype": "markdown",
        "markdown": {"title": "销售日报", "text": "# 销售日报\n\n好\n\n@13800000000 @user123"},
        "at": {"atMobiles": ["13800000000"], "atUserIds": ["user123"], "isAtAll": False},
    }


def test_a_text_body() -> None:
    part = only_part(Message("今日售罄", type=MessageType.TEXT, mentions=Mentions(everyone=True)))
    assert part.body == {
        "msgtype": "text",
        "text": {"content": "今日售罄\n@所有人"},
        "at": {"atMobiles": [], "atUserIds": [], "isAtAll": True},
    }


def test_a_card_body() -> None:
    part = only_part(Message("# Report\n\nGood.", type=MessageType.ACTION_CARD, button=BUTTON))
    assert part.body == {
        "msgtype": "actionCard",
        "actionCard": {
            "title": "Report",
            "text": "# Report\n\nGood.",
            "singleTitle": "Open",
            "singleURL": "https://example.com/report",
        },
    }


def test_chinese_is_sent_as_utf8_and_not_as_escapes() -> None:
    payload = only_part(Message("销售" * 100)).payload("0" * 32)
    assert "销售" * 100 in payload.decode()
    assert b"\\u" not in payload
    assert json.loads(payload)["msgUuid"] == "0" * 32


@pytest.mark.parametrize(
    ("content", "added"),
    [
        ("@13800000000 look", ""),
        ("look @13800000000请", ""),
        ("@138000000001 look", "\n\n@13800000000"),
        ("13800000000 look", "\n\n@13800000000"),
    ],
)
def test_a_mention_is_put_into_the_text_once(content: str, added: str) -> None:
    assert only_part(Message(content, mentions=Mentions(("13800000000", "13800000000")))).text == content + added


def test_a_card_mentions_nobody_and_says_so() -> None:
    plan = plan_message(Message("hi", type=MessageType.ACTION_CARD, button=BUTTON, mentions=Mentions(everyone=True)))
    assert "at" not in plan.parts[0].body
    assert "@" not in plan.parts[0].text
    assert "action card" in plan.warnings[0].en


@pytest.mark.parametrize("mobile", ["138-0000-0000", "+86-13800000000", "+1-2025550100", "13800000000"])
def test_mobiles_of_any_country(mobile: str) -> None:
    assert Mentions((mobile,)).mobiles == (mobile,)


@pytest.mark.parametrize("mobile", ["Li Lei", "1", "138 0000", "<b>", "13800000000,13900000000"])
def test_what_is_no_mobile(mobile: str) -> None:
    with pytest.raises(ParameterError, match="at_mobiles"):
        Mentions((mobile,))


def test_what_is_no_user_id() -> None:
    with pytest.raises(ParameterError, match="at_user_ids"):
        Mentions(user_ids=("李雷",))


def test_too_many_people() -> None:
    with pytest.raises(ParameterError, match="at_all"):
        Mentions(tuple(f"138{n:08}" for n in range(51)))


@pytest.mark.parametrize("content", ["", "  \n\t ", "\x00\x01"])
def test_empty_content(content: str) -> None:
    with pytest.raises(ParameterError, match="nothing to push"):
        Message(content)


def test_characters_that_break_transport_are_taken_out() -> None:
    part = only_part(Message("a\r\nb\rc\x00\x1bd\ud800e", title="t\nu\x07"))
    assert part.text.endswith("a  \nb  \ncd\ufffde")
    assert part.title == "t u"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://example.com",
        "javascript:alert(1)",
        "https://",
        "example.com",
        "https://a b.example",
        "https://[",
        "https://example.com/" + "x" * 2000,
    ],
)
def test_a_button_that_a_phone_cannot_open(url: str) -> None:
    with pytest.raises(ParameterError, match="button"):
        Button("Open", url)


def test_a_card_needs_a_button() -> None:
    with pytest.raises(ParameterError, match="button_url"):
        Message("hi", type=MessageType.ACTION_CARD)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("# 销售日报\n\n好", "销售日报"),
        ("intro\n\n## **Sales** [today](https://example.com) ##\n", "Sales today"),
        ("```\n# code\n```\n\nAfter", "code"),
        ("```\n# code\n```\n\n# After", "After"),
        ("> quoted **line**\nmore", "quoted line"),
        ("---\n\n- first", "first"),
        ("![](https://example.com/a.png)\n\nwords", "words"),
        ("# \n\nwords", "words"),
        ("| Product | Sales |\n|---|---|\n| Tea | 1 |", "Tea · Sales 1"),
        ("x" * 500, "x" * 59 + "…"),
    ],
)
def test_the_title_is_the_first_heading_or_line(content: str, title: str) -> None:
    assert only_part(Message(content)).title == title


@pytest.mark.parametrize(
    ("content", "title", "text"),
    [
        ("# Own heading\n\nx", "Sales", "# Own heading\n\nx"),
        ("Sales of today", "Sales", "Sales of today"),
        ("1,200 today", "Sales", "#### Sales\n\n1,200 today"),
    ],
)
def test_a_title_is_repeated_in_the_text_where_the_text_lacks_it(content: str, title: str, text: str) -> None:
    part = only_part(Message(content, title))
    assert (part.title, part.text) == (title, text)


def test_a_keyword_is_added_where_none_occurs() -> None:
    assert only_part(Message("Sales 12"), "日报", "销售").text == "Sales 12\n\n日报"
    assert only_part(Message("销售 12"), "日报", "销售").text == "销售 12"
    assert only_part(Message("12", type=MessageType.TEXT), "日报").text == "12\n日报"


def test_tables_become_list_rows() -> None:
    table = (
        "Intro\n| 产品 | 销售额 | 订单 |\n|:---|---:|:-:|\n| 绿茶 | 1,200.00 | 3 |\n"
        "| [红茶](https://example.com) | | 2 |\n| a\\|b | 1\nAfter"
    )
    text, count = tables_as_lists(table)
    assert count == 1
    assert text == (
        "Intro\n\n- **绿茶** · 销售额 1,200.00 · 订单 3\n- [红茶](https://example.com) · 订单 2\n"
        "- **a|b** · 销售额 1\n\nAfter"
    )


def test_a_table_of_names_and_values_needs_no_heads() -> None:
    assert tables_as_lists("| 指标 | 值 |\n|--|--|\n| 销售额 | 12 |").text == "- **销售额** · 12"


@pytest.mark.parametrize(
    "text",
    [
        "a | b\nc | d",
        "| a | b |",
        "```\n| a | b |\n|---|---|\n| 1 | 2 |\n```",
        "a\n---\nb | c",
        "| a | b |\n|---|\n| 1 | 2 |",
    ],
)
def test_what_is_no_table_stays(text: str) -> None:
    assert tables_as_lists(text) == (text, 0)


def test_tables_may_be_kept_and_stay_in_plain_text() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    assert plan_message(Message(table), keep_tables=True).parts[0].text == table
    assert only_part(Message(table, type=MessageType.TEXT)).text == table


def warned(content: str) -> list[str]:
    return [warning.to(Language.ENGLISH) for warning in plan_message(Message(content)).warnings]


def test_images_that_a_phone_would_not_show() -> None:
    assert warned("![](https://example.com/a.png)") == []
    assert "does not begin with https" in warned("![](http://example.com/a.png)")[0]
    assert "cannot reach" in warned("![](https://10.0.0.3/a.png)")[0]
    assert "cannot reach" in warned("![chart](/files/tools/0f2c-aa.png?timestamp=1&sign=x)")[0]
    assert warned("![](data:image/png;base64,AAAA)")
    assert "21 images" in warned("![](https://example.com/a.png)\n" * 21)[0]


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://example.com/a.png", False),
        ("https://8.8.8.8/a.png", False),
        ("https://[2001:4860:4860::8888]/a.png", False),
        ("https://127.0.0.1/a.png", True),
        ("https://192.168.1.2/a.png", True),
        ("https://169.254.1.1/a.png", True),
        ("https://[::1]/a.png", True),
        ("http://api:5001/a.png", True),
        ("https://nas.local/a.png", True),
        ("https://dify.example.com/files/0f2c33aa-1111/image-preview?timestamp=1&sign=abc", True),
        ("https://[", True),
    ],
)
def test_private_hosts(url: str, private: bool) -> None:
    assert is_private(url) is private
