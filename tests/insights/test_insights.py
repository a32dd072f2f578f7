import re

import pytest

from daybook.insights import headline, insights, warnings
from daybook.insights.rules import MAX_INSIGHTS
from daybook.language import Language
from daybook.report import DataInfo, SalesReport
from tests.render import reports

ZH, EN = Language.CHINESE, Language.ENGLISH


def test_the_usual_day() -> None:
    assert insights(reports.report(EN)) == [
        "Sales were 196,253, up 19.5% on the day before but down 8.4% on the Saturday before.",
        "Against the Saturday before: orders up 5.3%, average order down 13.0% (1,127.63 → 981.27).",
        "Best product: “平板电脑” with 82,145, 41.9% of sales (26 units).",
        "Best region: “华东” with 82,153, 41.9% of sales.",
        "Three of 12 products bring in 71.2% of sales.",
        "Best price band: 1,000–5,000, 62.4% of sales.",
    ]


@pytest.mark.parametrize(
    ("day", "week", "sentence"),
    [
        (164213.55, 214250.0, "销售额 19.63 万元，较前一日增 19.5%，但较上周六降 8.4%。"),
        (164213.55, 150000.0, "销售额 19.63 万元，较前一日增 19.5%，较上周六增 30.8%。"),
        (196000.0, 150000.0, "销售额 19.63 万元，与前一日基本持平，较上周六增 30.8%。"),
        (196253.27, None, "销售额 19.63 万元，与前一日基本持平。"),
        (0.0, None, "销售额 19.63 万元，较前一日增 19.63 万元。"),
        (None, 214250.0, "销售额 19.63 万元，较上周六降 8.4%。"),
        (None, None, "销售额 19.63 万元，共 200 单；文件里没有可比较的前一日或上周同日。"),
    ],
)
def test_the_headline_says_how_sales_changed(day: float | None, week: float | None, sentence: str) -> None:
    report = reports.report(
        previous_day=None if day is None else reports.against(1, day, 180),
        week_before=None if week is None else reports.against(7, week, 180),
    )
    assert headline(report) == sentence
    assert insights(report)[0] == sentence


@pytest.mark.parametrize(
    ("report", "lines"),
    [
        (reports.zero(), ["销售额 0 元，较前一日降 100.0%，与上周六基本持平。"]),
        (
            reports.zero(EN),
            ["Sales were 0, down 100.0% on the day before and level with the Saturday before."],
        ),
        (reports.refunds_only(), ["销售额 −3,897 元，较前一日降 3,797 元。", "当日订单全部是退款（3 单）。"]),
        (
            reports.refunds_only(EN),
            ["Sales were −3,897, down 3,797 on the day before.", "Every order of the day is a refund (3 orders)."],
        ),
        (reports.no_data(), ["文件里没有订单，因此没有可报告的数字。"]),
        (reports.no_data(EN), ["The file holds no orders, so there are no figures."]),
    ],
)
def test_an_odd_day_claims_no_best(report: SalesReport, lines: list[str]) -> None:
    assert insights(report) == lines


@pytest.mark.parametrize(
    ("orders", "sales", "words"),
    [
        (180, 150000.0, "订单数增 11.1%，客单价增 17.8%（833.33 元 → 981.27 元）"),
        (180, 190000.0, "订单数增 11.1%，客单价降 7.0%"),
        (240, 190000.0, "订单数降 16.7%，客单价增 23.9%"),
        (240, 260000.0, "订单数降 16.7%，客单价降 9.4%"),
        (250, 245316.59, "订单数降 20.0%，客单价基本持平"),
        (200, 150000.0, "订单数基本持平，客单价增 30.8%"),
    ],
)
def test_orders_and_order_value_are_told_apart(orders: int, sales: float, words: str) -> None:
    assert any(words in line for line in insights(reports.report(week_before=reports.against(7, sales, orders))))


def test_small_moves_are_not_news() -> None:
    report = reports.report(week_before=reports.against(7, 195000.0, 198))
    assert not any("客单价" in line for line in insights(report))


def test_refunds_come_first_when_they_matter() -> None:
    some = reports.report(quality=reports.quality(refunds=6, refund_sales=-12000.0))
    assert insights(some)[1] == "退款 6 单，共 1.20 万元，占退款前销售额的 5.8%。"
    few = reports.report(quality=reports.quality(refunds=1, refund_sales=-200.0))
    assert not any("退款" in line for line in insights(few))


def test_a_tie_has_no_best() -> None:
    report = reports.report(regions=[reports.region("华东", 900.0), reports.region("华南", 900.0)])
    assert not any("地区" in line for line in insights(report))


def test_the_only_region_is_not_called_the_best() -> None:
    info = reports.report().data_info.model_copy(update={"unique_regions": 2})
    report = reports.report(
        regions=[reports.region("华东", 900.0, 100.0)], data_info=info, quality=reports.quality(blank_regions=1)
    )
    assert not any("地区" in line for line in insights(report))


def test_a_share_above_the_whole_is_left_out() -> None:
    report = reports.report(top_products=[reports.product("平板电脑", 250000.0, 127.4), reports.product("耳机", -5, 0)])
    assert "销售额最高的商品是“平板电脑”：25.00 万元，售出 26 件。" in insights(report)


def test_a_high_order_value() -> None:
    high = reports.report(summary=reports.summary(196253.27, 150), previous_day=None, week_before=None)
    assert "客单价较高，为 1,308.36 元（高于 1,000 元）。" in insights(high)
    assert not any("客单价较高" in line for line in insights(reports.report()))


def test_never_more_than_six() -> None:
    report = reports.report(
        summary=reports.summary(196253.27, 150), quality=reports.quality(refunds=6, refund_sales=-30000.0)
    )
    assert len(insights(report)) == MAX_INSIGHTS


def test_a_name_stays_on_its_line() -> None:
    name = "平板\n\n" + "长" * 500
    assert all(
        "\n" not in line and len(line) < 120 for line in insights(reports.report(top_products=[reports.product(name)]))
    )


@pytest.mark.parametrize("language", reports.LANGUAGES)
def test_clean_data_has_no_warning(language: Language) -> None:
    assert warnings(reports.report(language)) == []
    assert warnings(reports.no_data(language)) == []


def test_every_fault_is_counted_and_its_effect_said() -> None:
    quality = reports.quality(
        rows_read=7500,
        rows_left_out=2,
        blank_dates=1,
        bad_dates=1,
        blank_prices=1,
        bad_prices=2,
        blank_quantities=1,
        blank_products=1,
        blank_regions=2,
    )
    assert warnings(reports.report(EN, quality=quality)) == [
        (
            "No readable price in 3 orders (1 blank, 2 not readable): counted as orders, "
            "left out of sales and price figures."
        ),
        "No readable quantity in 1 order (blank): counted as orders, left out of sales and units.",
        "No readable date in 2 of 7,500 rows (1 blank, 1 not readable): they belong to no day and are left out.",
        "No product name in 1 order: in the day's totals, in no product's figures.",
        "No region in 2 orders: in the day's totals, in no region's figures.",
    ]
    assert warnings(reports.report(ZH, quality=quality)) == [
        "3 单没有可读的单价（1 处空白，2 处无法识别）：计入订单数，未计入销售额和价格统计。",
        "1 单没有可读的数量（单元格为空）：计入订单数，未计入销售额和销量。",
        "全部 7,500 行中有 2 行没有可读的日期（1 处空白，1 处无法识别）：不属于任何一天，未计入。",
        "1 单没有写明商品：计入当日合计，不计入任何商品。",
        "2 单没有写明地区：计入当日合计，不计入任何地区。",
    ]


def test_many_missing_prices_make_sales_incomplete() -> None:
    report = reports.report(quality=reports.quality(bad_prices=30))
    assert warnings(report)[0] == "当日至少 15.0% 的订单缺少单价或数量，销售额并不完整。"


def test_a_file_of_one_day_says_so() -> None:
    info = DataInfo(
        first_date=reports.SATURDAY,
        last_date=reports.SATURDAY,
        days=1,
        records=200,
        unique_products=12,
        unique_regions=3,
    )
    assert re.search("没有可比较", insights(reports.report(data_info=info, previous_day=None, week_before=None))[0])
