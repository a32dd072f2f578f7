"""Which pictures a day earns, what they say, and that nothing in them can act."""

import datetime as dt
import json
import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from daybook.charts import charts_of, echarts
from daybook.days import DayTotals
from daybook.judgement import Driver, Judgement, JudgementWords, Movement, Verdict
from daybook.language import Language
from daybook.pipeline import analyze
from daybook.report import DatesUse, HourFigures, SalesReport, Understanding
from tests.render.reports import SATURDAY, report

HOSTILE = "</text><script>alert(1)</script>\"'&lt; ]]>```\x00\ufffe\u202e<image href='file:///etc/passwd'/>"
ELEMENTS = {"svg", "rect", "text", "line", "title"}


def keys(made: SalesReport, language: Language = Language.CHINESE) -> list[str]:
    return [chart.key for chart in charts_of(made, language=language)]


def test_each_language_says_the_finding() -> None:
    english = {chart.key: chart.title for chart in charts_of(report(), language=Language.ENGLISH)}
    chinese = {chart.key: chart.title for chart in charts_of(report(), language=Language.CHINESE)}
    assert english["sales_by_day"] == "Sales 8.4% below the Saturday before"
    assert chinese["sales_by_day"] == "销售额比上周六低 8.4%"
    assert english["products"] == "平板电脑 leads with 41.9% of sales"
    assert list(english) == list(chinese)


def test_one_day_without_another_is_no_line_of_days() -> None:
    assert "sales_by_day" not in keys(report(previous_day=None, week_before=None))


def test_no_picture_of_one_bar() -> None:
    made = report()
    one = made.model_copy(update={"top_products": made.top_products[:1], "regions": [], "price_bands": []})
    assert not {"products", "regions", "price_bands"} & set(keys(one))


def test_the_steps_add_up_to_the_change() -> None:
    made = report()
    change = made.week_before.sales_change  # type: ignore[union-attr]
    parts = [Driver(view="product", name="a", change=-69.9), Driver(view="product", name="b", change=12.0)]
    moved = Movement(date=made.week_before.date, parts=parts, others=change + 57.9)  # type: ignore[union-attr]
    [chart] = [
        one
        for one in charts_of(made.model_copy(update={"moved": moved}), language=Language.ENGLISH)
        if one.key == "changes"
    ]
    said = [
        float(each.replace("\u2212", "-").replace(",", "")) for each in re.findall(r": ([+\u2212][\d,.]+)", chart.text)
    ]
    assert round(sum(said[:-1]), 0) == round(said[-1], 0)
    assert chart.title == "a cost most: \u221269.90"


@pytest.mark.parametrize("language", list(Language))
def test_names_of_others_do_nothing(language: Language) -> None:
    made = report()
    products = [
        each.model_copy(update={"product": HOSTILE + str(place)}) for place, each in enumerate(made.top_products)
    ]
    regions = [each.model_copy(update={"region": HOSTILE}) for each in made.regions]
    moved = Movement(
        date=made.week_before.date,  # type: ignore[union-attr]
        parts=[Driver(view="product", name=name, change=2.0) for name in (HOSTILE, "b")],
        others=0.0,
    )
    hostile = made.model_copy(update={"top_products": products, "regions": regions, "moved": moved})
    charts = charts_of(hostile, language=language)
    assert len(charts) == 5
    for chart in charts:
        root = ET.fromstring(chart.svg)  # noqa: S314 - our own
        assert {element.tag.partition("}")[2] for element in root.iter()} <= ELEMENTS
        attributes = {name for element in root.iter() for name in element.attrib}
        assert not {name for name in attributes if "href" in name or name.startswith("on") or name in {"style", "id"}}


def test_the_block_for_the_chat_is_json_that_ends_where_it_should() -> None:
    made = report(previous_day=None, week_before=None)
    products = [
        each.model_copy(update={"product": HOSTILE + str(place)}) for place, each in enumerate(made.top_products)
    ]
    for one in (report(), made.model_copy(update={"top_products": products})):
        block = echarts(one, language=Language.CHINESE)
        head, body, foot = block.split("\n")
        assert (head, foot) == ("```echarts", "```")
        assert not set(body) & set("<>`&")
        assert json.loads(body)["series"][0]["type"] == "bar"


def test_a_day_without_figures_is_a_gap_in_the_chat_too() -> None:
    option = json.loads(echarts(report(), language=Language.ENGLISH).split("\n")[1])
    values = [bar["value"] for bar in option["series"][0]["data"]]
    assert len(values) == len(option["xAxis"]["data"]) == 8
    assert [value is None for value in values] == [False, True, True, True, True, True, False, False]


def test_the_day_is_the_last_column() -> None:
    [chart] = [one for one in charts_of(report(), language=Language.ENGLISH) if one.key == "sales_by_day"]
    titles = re.findall(r"<title>([^<]*)</title>", chart.svg)
    assert titles[-1].startswith(f"Sat {SATURDAY.day} Oct")


def test_a_day_that_is_not_over_is_not_taken_apart() -> None:
    made = report()
    understanding = Understanding(dates=DatesUse(unfinished=True))
    products = [each.model_copy(update={"before": 1.0}) for each in made.top_products]
    moved = Movement(date=made.week_before.date, parts=[], others=1.0)  # type: ignore[union-attr]
    unfinished = made.model_copy(update={"understanding": understanding, "top_products": products, "moved": moved})
    charts = {chart.key: chart for chart in charts_of(unfinished, language=Language.ENGLISH)}
    assert charts["sales_by_day"].title == "196,253 so far: the day is not over"
    assert 'fill="none"' in charts["sales_by_day"].svg  # hollow
    assert "changes" not in charts
    assert "▲" not in charts["products"].svg


def test_a_day_without_figures_is_no_zero() -> None:
    [chart] = [one for one in charts_of(report(), language=Language.ENGLISH) if one.key == "sales_by_day"]
    titles = re.findall(r"<title>([^<]*)</title>", chart.svg)
    assert [title.partition(":")[0] for title in titles] == ["Sat 24 Oct", "Fri 30 Oct", "Sat 31 Oct"]
    assert "no figures" in chart.svg


def test_what_was_expected_is_drawn_and_said() -> None:
    judgement = Judgement(
        verdict=Verdict.NORMAL,
        reason="",
        expected_low=150000.0,
        expected_high=250000.0,
        language=Language.CHINESE,
        in_other_language=JudgementWords(reason=""),
    )
    made = report().model_copy(update={"judgement": judgement})
    [chart] = [one for one in charts_of(made, language=Language.CHINESE) if one.key == "sales_by_day"]
    assert chart.text.endswith("预期：15.00 万元 至 25.00 万元。")
    assert "预期范围" in chart.svg


def test_a_range_far_above_what_came_leaves_room_for_the_days() -> None:
    words = JudgementWords(reason="")
    judgement = Judgement(
        verdict=Verdict.NORMAL,
        reason="",
        expected_low=150000.0,
        expected_high=9e7,
        language=Language.ENGLISH,
        in_other_language=words,
    )
    made = report().model_copy(update={"judgement": judgement})
    [chart] = [one for one in charts_of(made, language=Language.ENGLISH) if one.key == "sales_by_day"]
    assert "M</text>" not in chart.svg
    assert chart.text.endswith("Expected: 150,000 to 90,000,000.")


def test_a_book_gives_further_days() -> None:
    history = [
        DayTotals(date=SATURDAY - dt.timedelta(days=days), sales=Decimal(1000), orders=1, quantity=Decimal(1), lines=1)
        for days in range(1, 60)
    ]
    [chart] = [one for one in charts_of(report(), history, language=Language.ENGLISH) if one.key == "sales_by_day"]
    assert chart.svg.count("<title>") == 30
    assert chart.text.startswith("Columns of 30 days.")


def test_what_moved_sales_comes_from_the_file() -> None:
    rows = ["2026-10-24,tea,5,4", "2026-10-24,cake,3,1", "2026-10-31,tea,5,3", "2026-10-31,milk,2,1"]
    found = analyze(("date,product,price,quantity\n" + "\n".join(rows) + "\n").encode())
    assert found.moved is not None
    assert [(part.name, part.change, part.status) for part in found.moved.parts] == [
        ("tea", -5.0, ""), ("cake", -3.0, "vanished"), ("milk", 2.0, "new"),
    ]  # fmt: skip
    assert [(str(day.date), day.sales) for day in found.days] == [("2026-10-24", 23.0), ("2026-10-31", 17.0)]
    assert "changes" in keys(found)


@pytest.mark.parametrize("change", [0.0, 500.0])
def test_nothing_but_zeros_is_not_drawn(change: float) -> None:
    rows = [f"2026-10-{day},{name},0,1" for day in range(24, 32) for name in ("tea", "cake")]
    rows += [f"2026-10-31,{name},{change},1" for name in ("tea", "cake")]
    found = analyze(("date,product,price,quantity\n" + "\n".join(rows) + "\n").encode())
    assert ("sales_by_day" in keys(found), "products" in keys(found)) == (bool(change), bool(change))


def by_the_hour(sales: list[float], usual: float | None = None, ends_at: str | None = None) -> SalesReport:
    """A day from 8:00 on, ten rows an hour where anything was sold."""
    hours = [
        HourFigures(hour=hour, sales=each, lines=10 if each else 0, usual=usual) for hour, each in enumerate(sales, 8)
    ]
    dates = DatesUse(unfinished=ends_at is not None, ends_at=ends_at)
    return report(hours=hours, understanding=Understanding(dates=dates))


@pytest.mark.parametrize(
    ("made", "english", "chinese"),
    [
        (
            by_the_hour([1, 1, 0, 1, 1, 5, 4, 1], 2.0),
            "64.3% of sales from 13:00 to 15:00", "13:00 至 15:00 的销售额占全天 64.3%",
        ),
        (by_the_hour([2, 2, 3, 2, 2]), "Busiest 10:00 to 11:00: 27.3% of sales", "10:00 至 11:00 最忙，占销售额 27.3%"),
        (by_the_hour([2, 2, 2, 9], 1.0, "11:20"), "100.0% above the usual up to 11:00", "截至 11:00，比往常高 100.0%"),
        (by_the_hour([2, 2, 2, 9], 5.0, "11:50"), "25.0% below the usual up to 12:00", "截至 12:00，比往常低 25.0%"),
        (by_the_hour([2, 2, 2], 2.0, "11:00"), "As usual up to 11:00", "截至 11:00，与往常基本持平"),
        (
            by_the_hour([2, 9, 2], None, "11:00"),
            "Busiest so far 9:00 to 10:00: 9.00", "目前 9:00 至 10:00 最忙：9.00 元",
        ),
    ],
)  # fmt: skip
def test_the_hours_are_called_by_what_they_show(made: SalesReport, english: str, chinese: str) -> None:
    for language, title in ((Language.ENGLISH, english), (Language.CHINESE, chinese)):
        [chart] = [each for each in charts_of(made, language=language) if each.key == "hours"]
        assert chart.title == title


@pytest.mark.parametrize("sales", [[], [5.0], [5.0, 4.0], [-1.0, -1.0, -1.0], [1.0, -2.0, 1.0]])
def test_few_hours_are_no_picture(sales: list[float]) -> None:
    assert "hours" not in keys(by_the_hour(sales))
