import datetime as dt
import json
import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daybook.language import Language
from daybook.render.markdown import Addresses, report_markdown
from daybook.render.parts import report_title
from daybook.report import DaySales, SalesReport
from tests.render import reports

ZH, EN = Language.CHINESE, Language.ENGLISH
NO_FIGURE = re.compile(r"\b(?:nan|inf|none|null)\b|∞", re.IGNORECASE)
LIMIT = 18_000
BREAK = "  "


def test_the_usual_day_in_chinese() -> None:
    assert (
        report_markdown(reports.report())
        == f"""### 10月31日 周六 销售额 19.63 万元

**▲ 较前一日增 3.20 万元（+19.5%）**{BREAK}
**▼ 较上周六降 1.80 万元（−8.4%）**

- 销售额 **196,253.27 元**
- 订单数 **200**
- 销量 **403**
- 客单价 **981.27 元**

#### 要点

- 与上周六相比：订单数增 5.3%，客单价降 13.0%（1,127.63 元 → 981.27 元）。
- 销售额最高的商品是“平板电脑”：8.21 万元，占 41.9%，售出 26 件。
- 销售额最高的地区是“华东”：8.22 万元，占 41.9%。
- 前三种商品合计占 71.2%（共 12 种商品）。
- 销售额最高的价格带是 1,000–5,000 元，占 62.4%。

#### 商品前 3 名（共 12 种）

1. **平板电脑** 8.21 万元（41.9%），26 件，均价 3,151 元
2. **笔记本电脑** 3.92 万元（20.0%），26 件，均价 6,562 元
3. **4K显示器** 1.85 万元（9.4%），26 件，均价 2,071 元

#### 地区

- **华东** 8.22 万元（41.9%），80 单
- **华南** 3.67 万元（18.7%），80 单
- **华中** 2.69 万元（13.7%），80 单

#### 价格带

- **0–100 元** 9,848 元（5.0%），24 单
- **1,000–5,000 元** 12.25 万元（62.4%），24 单
- **5,000 元以上** 3.92 万元（20.0%），24 单

> 数据来源：2026-10-01 至 2026-10-31，31 天共 220 行"""
    )


def test_the_usual_day_in_english() -> None:
    lines = report_markdown(reports.report(EN)).splitlines()
    assert lines[:10] == [
        "### Sat 31 Oct: sales 196,253",
        "",
        "**▲ 32,040 more than the day before (+19.5%)**  ",
        "**▼ 17,997 less than the Saturday before (−8.4%)**",
        "",
        "- Sales **196,253.27**",
        "- Orders **200**",
        "- Units **403**",
        "- Average order **981.27**",
        "",
    ]
    assert "1. **平板电脑** 82,145 (41.9%), 26 units, average price 3,151" in lines
    assert lines[-1] == "> Source: 220 rows over 31 days, 2026-10-01 to 2026-10-31"


def test_a_title_of_the_callers_comes_first_and_the_headline_next() -> None:
    lines = report_markdown(reports.report(), "华东 *门店*\n@所有人").splitlines()
    assert lines[0] == "### 华东 ＊门店＊ ＠所有人"
    assert lines[2] == "**10月31日 周六 销售额 19.63 万元**"
    assert lines[4].startswith("**▲")


@pytest.mark.parametrize("title", ["", "  \n", None])
def test_a_blank_title_is_no_title(title: str | None) -> None:
    assert report_markdown(reports.report(), title) == report_markdown(reports.report())


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (ZH, "– 无对比：文件里没有前一日和上周六的数据"),
        (EN, "– no comparison: the file holds neither the day before nor the Saturday before"),
    ],
)
def test_nothing_to_compare_with_is_said(language: Language, line: str) -> None:
    assert line in report_markdown(reports.report(language, previous_day=None, week_before=None)).splitlines()


def test_one_earlier_day_missing_is_said_beside_the_other() -> None:
    text = report_markdown(reports.report(week_before=None))
    assert "**▲ 较前一日增 3.20 万元（+19.5%）**  \n– 较上周六：文件里没有这一天\n" in text


def test_an_unchanged_day() -> None:
    same = reports.against(1, reports.summary().total_sales, 200)
    assert "**= 与前一日持平**" in report_markdown(reports.report(previous_day=same))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            ZH,
            [
                "### 10月31日 周六 销售额 0 元",
                "**▼ 较前一日降 5,000 元（−100.0%）**",
                "**= 与上周六持平**",
                "- 占比 –（总销售额不大于 0，不计占比）",
                "1. **帆布袋（赠品）** 0 元，26 件，均价 0 元",
                "–（没有一单的单价大于 0）",
            ],
        ),
        (
            EN,
            [
                "### Sat 31 Oct: sales 0",
                "**▼ 5,000 less than the day before (−100.0%)**",
                "**= the same as the Saturday before**",
                "- Share – (total sales are not above zero)",
                "– (no order has a price above 0)",
            ],
        ),
    ],
)
def test_a_day_without_sales(language: Language, words: list[str]) -> None:
    lines = [line.rstrip() for line in report_markdown(reports.zero(language)).splitlines()]
    assert [word for word in words if word not in lines] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            ZH,
            [
                "### 10月31日 周六 销售额 −3,897 元",
                "**▼ 较前一日降 3,797 元（当时销售额为负，不计百分比）**",
                "– 较上周六：文件里没有这一天",
                "- 退款 **3 单，−3,897.00 元**",
                "- 当日订单全部是退款（3 单）。",
                "1. **智能手表** −3,897 元，26 件，均价 1,299 元",
            ],
        ),
        (
            EN,
            [
                "### Sat 31 Oct: sales −3,897",
                "**▼ 3,797 less than the day before (no percentage: sales were negative then)**",
                "– against the Saturday before: not in the file",
                "- Refunds **3 orders, −3,897.00**",
            ],
        ),
    ],
)
def test_a_day_of_refunds(language: Language, words: list[str]) -> None:
    lines = [line.rstrip() for line in report_markdown(reports.refunds_only(language)).splitlines()]
    assert [word for word in words if word not in lines] == []


def test_no_data() -> None:
    assert report_markdown(reports.no_data()) == (
        "### 销售日报：没有数据\n\n文件里有表头，但没有一行数据，因此没有可报告的数字。请检查导出的日期范围。"
    )
    assert report_markdown(reports.no_data(EN), "Shop").splitlines()[:3] == [
        "### Shop",
        "",
        "**Daily sales report: no data**",
    ]


def test_a_product_without_any_readable_price() -> None:
    text = report_markdown(reports.report(top_products=[reports.product("神秘盒", 0.0, 0.0, None)]))
    assert "1. **神秘盒** 0 元（0%），26 件，均价 –（无可读单价）" in text


def test_nobody_named_product_or_region() -> None:
    text = report_markdown(reports.report(top_products=[], regions=[]))
    assert "#### 商品\n\n–（没有一单写明商品）" in text
    assert "#### 地区\n\n–（没有一单写明地区）" in text


def test_a_share_that_nobody_would_understand_is_left_out() -> None:
    text = report_markdown(
        reports.report(
            price_bands=[reports.band("100-500", 250000, 127.4), reports.band("5000+", -53746.73, -27.4)],
        )
    )
    assert "- **100–500 元** 25.00 万元，24 单" in text
    assert "- **5,000 元以上** −5.37 万元，24 单" in text


def test_names_cannot_act() -> None:
    evil = "**@所有人** [点](http://e.cn)\n# <b>|`y"
    text = report_markdown(reports.report(top_products=[reports.product(evil)], regions=[reports.region(evil)]))
    shown = "＊＊＠所有人＊＊ ［点］(http：//e.cn) ＃ ＜b＞｜｀y"
    assert text.count(f"**{shown}**") == 2
    assert f"“{shown}”" in text
    assert "@" not in text
    assert "](" not in text
    assert "<" not in text


def test_sentences_of_others_cannot_act() -> None:
    sentences = ["销售额 19.63 万元。", "1. 看[这里](x)\n\n# 大"]
    text = report_markdown(reports.report(insights=sentences, warnings=["> 引用 @13800000000"]))
    assert "- 1． 看［这里］(x) ＃ 大" in text
    assert "- ＞ 引用 ＠13800000000" in text


@pytest.mark.parametrize("language", reports.LANGUAGES)
@pytest.mark.parametrize(
    "name",
    [
        "超长的商品名称" * 20,
        "👩\u200d👩\u200d👧\u200d👦" * 20,
        "é" * 200,
        "e" + "\u0301" * 300,
        '"\\' * 100,
        "ساعة" * 50,
    ],
)
def test_thirty_products_and_regions_fit_one_message(language: Language, name: str) -> None:
    report = reports.report(
        language,
        top_products=[reports.product(f"{number}{name}", -123456789.12, 3.33, 1234.56) for number in range(30)],
        regions=[reports.region(f"{number}{name}", 123456789.12, 3.33) for number in range(30)],
        quality=reports.quality(
            rows_read=1_000_000, blank_dates=5, bad_dates=5, blank_prices=9, bad_prices=99, blank_regions=1
        ),
    )
    body = json.dumps({"text": report_markdown(report, name)}, ensure_ascii=False)
    assert len(body.encode()) < LIMIT


def test_the_same_report_gives_the_same_text() -> None:
    assert report_markdown(reports.report()) == report_markdown(
        SalesReport.model_validate_json(reports.report().model_dump_json())
    )


money = st.floats(min_value=-1e17, max_value=1e17).map(lambda value: round(value, 2))
share = st.none() | st.floats(min_value=-1e6, max_value=1e6)
names = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60).filter(
    lambda name: not NO_FIGURE.search(name)
)


@st.composite
def any_report(draw: st.DrawFn) -> SalesReport:
    now = reports.summary(draw(money), draw(st.integers(1, 10**9)), draw(st.floats(-1e9, 1e9)))
    earlier = st.none() | st.builds(
        reports.against, st.sampled_from([1, 7]), money, st.integers(0, 10**6), st.just(now)
    )
    return reports.report(
        draw(st.sampled_from(reports.LANGUAGES)),
        summary=now,
        previous_day=draw(earlier),
        week_before=draw(earlier),
        top_products=draw(st.lists(st.builds(reports.product, names, money, share, st.none() | money), max_size=30)),
        regions=draw(st.lists(st.builds(reports.region, names, money, share), max_size=30)),
        price_bands=draw(
            st.lists(st.builds(reports.band, st.sampled_from(["0-100", "5000+"]), money, share), max_size=5)
        ),
        quality=reports.quality(
            blank_prices=draw(st.integers(0, 9)),
            bad_dates=draw(st.integers(0, 9)),
            refunds=draw(st.integers(0, now.total_orders)),
            refund_sales=draw(st.floats(-1e12, 0)),
        ),
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(any_report())
def test_any_report_reads_well(report: SalesReport) -> None:
    text = report_markdown(report)
    lines = text.splitlines()
    assert lines[0] == f"### {report_title(report)}"
    assert lines[2].lstrip("*")[0] in "▲▼=–"
    assert not NO_FIGURE.search(text)
    assert not any("|" in line for line in lines)
    assert "@" not in text
    assert all(line.startswith(("#", "- ", "> ", "**", "–")) or re.match(r"\d+\. \*\*", line) for line in lines if line)
    assert not any(line.endswith("  ") and not following for line, following in pairwise(lines))
    assert len(text.encode()) < LIMIT


def days(*sales: float | None) -> list[DaySales]:
    """The days up to Saturday; None is a day without figures."""
    first = reports.SATURDAY - dt.timedelta(days=len(sales) - 1)
    dated = ((first + dt.timedelta(days=number), value) for number, value in enumerate(sales))
    return [DaySales(date=date, sales=value) for date, value in dated if value is not None]


@pytest.mark.parametrize(
    ("known", "line"),
    [
        (days(0, 50, None, -5, 100, 12), "▁▄·▁█▁ 10月26日 周一 至 10月31日 周六 每日销售额"),
        (days(*range(1, 31)), "▄▅▅▅▅▆▆▆▆▇▇▇▇██ 10月17日 周六 至 10月31日 周六 每日销售额"),
        (days(1, 2, 3, 4), ""),
        (days(0, 0, 0, 0, 0), ""),
    ],
)
def test_earlier_days_are_small_bars_from_0_where_there_is_no_picture(known: list[DaySales], line: str) -> None:
    report = reports.report(ZH, days=known)
    lines = report_markdown(report).splitlines()
    assert [each for each in lines if "每日销售额" in each] == ([line] if line else [])
    pictured = report_markdown(report, addresses=Addresses("https://a.example/p.png", "https://a.example/r.html"))
    assert "每日销售额" not in pictured
    assert "![10月31日 周六 销售额 19.63 万元](https://a.example/p.png)" in pictured
    assert pictured.count("](") == 2
    assert "[查看完整日报](https://a.example/r.html)" in pictured


def test_who_is_alarmed_may_answer_where_there_is_a_way() -> None:
    found = report_markdown(reports.report(ZH), addresses=Addresses(explain="https://a.example/e.html"))
    assert "[在意料之中？点此说明原因](https://a.example/e.html)" in found
