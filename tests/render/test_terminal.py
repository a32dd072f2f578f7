import re

import pytest

from daybook.language import Language
from daybook.render.terminal import TableColumn, bars, report_terminal, table
from daybook.words.names import width
from tests.render import reports

ZH, EN = Language.CHINESE, Language.ENGLISH
COLOURS = re.compile(r"\x1b\[\d+m")


def test_the_usual_day() -> None:
    text = report_terminal(reports.report(), 80)
    assert text.startswith("10月31日 周六 销售额 19.63 万元\n" + "─" * 80 + "\n▲ 较前一日增 3.20 万元（+19.5%）\n")
    assert "  销售额  196,253.27 元\n" in text
    assert (
        "  商品          销售额(元)   占比  订单数  销量  均价(元)\n"
        "  1 平板电脑     82,145.10  41.9%      12    26  3,150.54  ████████████████\n"
        "  2 笔记本电脑   39,194.40  20.0%      12    26  6,561.56  ███████▋\n"
    ) in text
    assert text.endswith("31 天共 220 行\n")


@pytest.mark.parametrize("language", reports.LANGUAGES)
@pytest.mark.parametrize("columns", [1, 30, 44, 60, 80, 100, 1000])
@pytest.mark.parametrize("make", [reports.report, reports.zero, reports.refunds_only, reports.no_data])
def test_every_line_fits_the_screen(language: Language, columns: int, make: object) -> None:
    assert callable(make)
    lines = report_terminal(make(language), columns).splitlines()
    assert max(map(width, lines)) <= max(30, min(columns, 100))


@pytest.mark.parametrize("columns", [30, 52, 80])
def test_figures_stand_under_each_other(columns: int) -> None:
    names = ["平板", "USB cable", "👍 键盘", "非常非常非常长的商品名称非常非常长", "ساعة"]
    lines = report_terminal(
        reports.report(top_products=[reports.product(name, 1234.56) for name in names], regions=[]), columns
    ).splitlines()
    rows = [line for line in lines if "1,234.56" in line]
    assert len(rows) == len(names)
    assert len({width(row[: row.index("1,234.56")]) for row in rows}) == 1


def test_colour_is_asked_for_and_changes_no_word() -> None:
    plain = report_terminal(reports.report())
    coloured = report_terminal(reports.report(), color=True)
    assert "\x1b" not in plain
    assert COLOURS.sub("", coloured) == plain


def test_a_rise_has_the_colour_its_readers_know() -> None:
    assert "\x1b[31m▲" in report_terminal(reports.report(ZH), color=True)
    assert "\x1b[32m▲" in report_terminal(reports.report(EN), color=True)


def test_control_characters_of_a_name_reach_no_terminal() -> None:
    text = report_terminal(reports.report(top_products=[reports.product("\x1b[2J平板\r\x07")]))
    assert "\x1b" not in text
    assert "1 [2J平板 " in text


def test_a_share_that_does_not_exist_is_a_dash() -> None:
    text = report_terminal(reports.report(regions=[reports.region("华东"), reports.region("华南", -5, -0.1)]))
    assert re.search(r"华南 +−5\.00 +– ", text)


def test_no_column_of_shares_without_sales() -> None:
    text = report_terminal(reports.zero())
    assert "占比    –（总销售额不大于 0，不计占比）" in text
    assert "商品              销售额(元)  订单数" in text


def test_bars_are_in_proportion() -> None:
    assert bars([50.0, 25.0, 0.1, 0.0, None, -3.0], 4) == ["████", "██", "▏", "", "", ""]
    assert bars([], 4) == []


def test_a_narrow_table_gives_up_columns_before_names() -> None:
    columns = [
        TableColumn("Name", ["a long name", "b"]),
        TableColumn("Sales", ["1.00", "2.00"], right=True),
        TableColumn("Bar", ["███", "█"], drop=1),
    ]
    assert table(columns, 30) == ["Name         Sales  Bar", "a long name   1.00  ███", "b             2.00  █"]
    assert table(columns, 18) == ["Name         Sales", "a long name   1.00", "b             2.00"]
    assert table(columns, 14) == ["Name     Sales", "a long…   1.00", "b         2.00"]
