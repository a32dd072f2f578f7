"""Which pictures a day earns, what they say, and that nothing in them can act."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from daybook.charts import charts_of, echarts
from daybook.judgement import Driver, Movement
from daybook.language import Language
from daybook.report import SalesReport
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


def test_the_day_is_the_last_column() -> None:
    [chart] = [one for one in charts_of(report(), language=Language.ENGLISH) if one.key == "sales_by_day"]
    titles = re.findall(r"<title>([^<]*)</title>", chart.svg)
    assert titles[-1].startswith(f"Sat {SATURDAY.day} Oct")
