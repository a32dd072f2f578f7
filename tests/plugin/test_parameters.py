import datetime as dt
from typing import Any

import pytest

from daybook.errors import LimitError, ParameterError
from daybook.language import Language
from daybook.parameters import AnalysisParameters
from daybook.plugin.analyze_sales import analyze_sales
from daybook.plugin.outputs import FileLink
from daybook.values import column_mapping, whole_number
from difykit.runner import FileServer
from tests.plugin.bad_files import GOOD


@pytest.mark.parametrize(
    ("value", "mapping"),
    [
        (None, {}),
        ("", {}),
        ("  \n ", {}),
        ({}, {}),
        ("{}", {}),
        ("Date=下单时间", {"Date": "下单时间"}),
        (" Date = 下单时间 \r\n\n Price＝单价 ", {"Date": "下单时间", "Price": "单价"}),
        ("日期：下单时间；单价: Price (CNY)", {"日期": "下单时间", "单价": "Price (CNY)"}),
        ("Date=Ordered, paid; Price=a=b", {"Date": "Ordered, paid", "Price": "a=b"}),
        ("Date=下单时间，Price=单价", {"Date": "下单时间", "Price": "单价"}),
        ("Date=", {}),
        ('{"Date": "下单时间", "Price": null, "Region": 2023}', {"Date": "下单时间", "Region": "2023"}),
        ({" Date ": " 下单时间 ", "Price": ""}, {"Date": "下单时间"}),
    ],
)
def test_a_column_mapping_is_read_from_whatever_people_write(value: object, mapping: dict[str, str]) -> None:
    assert column_mapping(value) == mapping


@pytest.mark.parametrize(
    "value", ["Date", "=下单时间", '{"Date"', "[1]", '["Date"]', {"Date": ["a"]}, {"Date": {"a": 1}}, 7, "[" * 100_000]
)
def test_what_is_no_column_mapping_is_refused(value: object) -> None:
    with pytest.raises(ParameterError):
        column_mapping(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5), (5.0, 5), ("5", 5), (" 5.0 ", 5), ("1e1", 10), (-1, -1),
        (2.5, None), ("five", None), (True, None), ("nan", None), ("inf", None), (None, None), ([5], None),
    ],
)  # fmt: skip
def test_a_whole_number_is_read_in_any_dress(value: object, number: int | None) -> None:
    assert whole_number(value) == number


@pytest.mark.parametrize("size", [12, "12", 12.0])
def test_a_file_s_size_is_known_where_dify_says_it(size: object) -> None:
    assert FileLink.read({"url": "http://host/a", "size": size}).size == 12


@pytest.mark.parametrize("size", [None, "", -1, "unknown"])
def test_a_file_s_size_is_unknown_where_dify_does_not(size: object) -> None:
    assert FileLink.read({"url": "http://host/a", "size": size}).size is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, AnalysisParameters()),
        ({"language": "English"}, AnalysisParameters(language=Language.ENGLISH)),
        ({"language": "klingon", "date": "2023/10/7"}, AnalysisParameters(date=dt.date(2023, 10, 7))),
        ({"sheet": " 销售 ", "date_format": " "}, AnalysisParameters(sheet="销售")),
        ({"sheet": 2023, "something": "else"}, AnalysisParameters(sheet="2023")),
    ],
)
def test_parameters_are_read_leniently(given: dict[str, Any], expected: AnalysisParameters) -> None:
    assert AnalysisParameters.model_validate(given) == expected


def test_the_environment_sets_the_limits(files: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"file": files.add(GOOD, "sales.csv")}
    assert analyze_sales(asked, {}).variables["total_orders"] == 1
    monkeypatch.setenv("DAYBOOK_MAX_ROWS", "1")
    with pytest.raises(LimitError):
        analyze_sales(asked, {})
