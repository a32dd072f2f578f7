"""Further rankings and the margin: there where the file has them, under their own names, in both languages."""

import pytest

from daybook.language import Language
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.render.markdown import report_markdown
from daybook.render.terminal import report_terminal
from daybook.report import SalesReport

RICH = """订单编号,下单时间,商品名称,单价,数量,实付金额,成本,城市,渠道,门店
A1,2026-10-30 10:00,龙井茶,100,2,200,60,杭州,天猫,一店
A2,2026-10-31 10:00,龙井茶,100,2,200,60,杭州,天猫,一店
A3,2026-10-31 11:00,普洱茶,50,4,200,20,上海,京东,二店
A5,2026-10-31 13:00,龙井茶,100,1,100,60,杭州,抖音,一店
A6,2026-10-31 14:00,乌龙茶,80,1,80,{cost},,抖音,三店
"""
PLAIN = "Date,Product,Price,Amount,Region\n2026-10-31,tea,10,1,north\n2026-10-31,tea,10,2,south\n"


def rich(language: Language, cost: str = "30", **asked: str) -> SalesReport:
    return analyze(RICH.format(cost=cost).encode(), AnalysisParameters.model_validate({"language": language, **asked}))


@pytest.mark.parametrize(
    ("language", "heads", "best", "missing", "margin"),
    [
        (Language.ENGLISH, ["Cities", "Stores", "Channels"], "Best city: “杭州”", "No city in 1 order", "Margin"),
        (Language.CHINESE, ["城市", "门店", "渠道"], "销售额最高的城市是“杭州”", "1 单没有写明城市", "毛利"),
    ],
)
def test_each_dimension_stands_under_its_own_name(
    language: Language, heads: list[str], best: str, missing: str, margin: str
) -> None:
    report = rich(language)
    for text in (report_markdown(report), report_terminal(report)):
        places = [text.index(f"{head}\n") for head in heads]
        assert places == sorted(places)
        assert best in text
        assert missing in text
        assert margin in text
        assert "地区" not in text
        assert "egion" not in text


def test_the_margin_is_what_the_goods_brought_over_their_cost() -> None:
    report = rich(Language.ENGLISH)
    assert report.margin is not None
    assert report.margin.profit == 580 - 120 - 80 - 60 - 30
    assert "Margin **290.00 (50.0% of sales)**" in report_markdown(report)


def test_a_cost_that_is_missing_is_said_beside_the_margin() -> None:
    assert any("No readable cost in 1 row" in warning for warning in rich(Language.ENGLISH, "").warnings)
    assert not any("cost" in warning for warning in rich(Language.ENGLISH).warnings)


def test_what_is_ranked_can_be_named() -> None:
    text = report_markdown(rich(Language.ENGLISH, dimensions="store"))
    assert "#### Stores" in text
    assert "Best store: “一店”" in text
    assert "Channels" not in text


def test_a_plain_file_has_neither() -> None:
    text = report_markdown(analyze(PLAIN.encode(), AnalysisParameters(language=Language.ENGLISH)))
    assert [line for line in text.splitlines() if line.startswith("####")] == [
        "#### What stands out",
        "#### Products",
        "#### Regions",
        "#### Price bands",
    ]
    assert "Margin" not in text
