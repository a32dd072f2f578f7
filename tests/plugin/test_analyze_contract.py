import io
import json
import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from python_calamine import CalamineWorkbook

from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.plugin.analyze_sales import analyze_sales
from daybook.plugin.outputs import ToolResult
from difykit.runner import FileServer, PluginProcess
from tests.plugin.bad_files import GOOD, HEADER, WORKBOOKS
from tests.plugin.conftest import ROOT, Altered, Call

GOLDEN = sorted((ROOT / "tests" / "golden").glob("*.json"))
SCHEMA = yaml.safe_load((ROOT / "tools" / "analyze_sales.yaml").read_text("utf-8"))["output_schema"]["properties"]
MAY_BE_ABSENT = {
    "sales_change", "sales_change_week", "sales_change_year", "expected_sales", "expected_low", "expected_high",
}  # fmt: skip
TYPES = {"string": str, "number": (int, float), "boolean": bool, "array": list}


def check_variables(variables: dict[str, Any], schema: dict[str, Any], may_be_absent: set[str]) -> None:
    """Every declared variable was sent, no other, each of its type."""
    assert set(variables) == set(schema)
    for name, value in variables.items():
        if value is None:
            assert name in may_be_absent
            continue
        kind = schema[name]["type"]
        assert isinstance(value, TYPES[kind]), name  # type: ignore[arg-type]
        assert (kind == "boolean") == isinstance(value, bool), name
        if kind == "array":
            assert all(isinstance(item, str) for item in value)


def check_plain(value: object) -> None:
    """What JSON has and nothing else: no numpy scalar, no NaN, no infinity."""
    match value:
        case dict():
            assert all(type(key) is str for key in value)
            for item in value.values():
                check_plain(item)
        case list():
            for item in value:
                check_plain(item)
        case float():
            assert type(value) is float
            assert math.isfinite(value)
        case _:
            assert type(value) in {str, int, bool, type(None)}


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_file_gives_its_figures(analyze: Call, golden: Path) -> None:
    expected = json.loads(golden.read_text("utf-8"))
    result = analyze(golden.with_suffix(".csv")).check()
    check_variables(result.variables, SCHEMA, MAY_BE_ABSENT)
    variables, report = result.variables, result.json[0]
    assert variables["analysis_date"] == report["analysis_date"] == expected["analysis_date"]
    assert report["summary"] == expected["summary"]
    assert {name: variables[name] for name in expected["summary"]} == expected["summary"]
    assert variables["top_product"] == expected["top_products"][0]["product"]
    assert variables["top_region"] == expected["region_analysis"][0]["region"]
    tops = [(top["product"], top["sales"], top["average_price"]) for top in report["top_products"]]
    assert tops == [(top["product"], top["sales"], top["avg_price"]) for top in expected["top_products"]]
    assert result.text == variables["report_markdown"]
    assert variables["has_data"] is True


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.stem)
def test_the_plugin_s_report_is_the_library_s(analyze: Call, golden: Path) -> None:
    file = golden.with_suffix(".csv")
    assert analyze(file).check().json == [analyze_here(file)]


def analyze_here(file: Path) -> dict[str, Any]:
    # the plugin's environment has no other engine, the tests' own has
    return analyze(file, AnalysisParameters(), engine="pandas").model_dump(mode="json")


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["zh_Hans", "en_US"])
def test_the_node_hands_on_nothing_but_plain_values(files: FileServer, golden: Path, language: str) -> None:
    outputs: ToolResult = analyze_sales({"file": files.add(golden.with_suffix(".csv")), "language": language}, {})
    check_variables(outputs.variables, SCHEMA, MAY_BE_ABSENT)
    check_plain(outputs.variables)
    check_plain(outputs.json)


def test_the_changes_are_in_percent_and_absent_where_there_is_nothing_to_compare_with(analyze: Call) -> None:
    weeks = ROOT / "tests" / "golden" / "two_weeks.csv"
    report = analyze(weeks).check()
    assert report.variables["sales_change"] == report.json[0]["previous_day"]["sales_change_percent"]
    assert report.variables["sales_change_week"] == report.json[0]["week_before"]["sales_change_percent"]
    assert isinstance(report.variables["sales_change"], float)
    alone = analyze(HEADER.encode() + b"2023-10-27,a,1,1,b\n").check()
    assert alone.variables["sales_change"] is None
    assert alone.variables["sales_change_week"] is None


def test_a_header_without_rows_is_no_failure_but_no_data(analyze: Call) -> None:
    result = analyze(HEADER.encode()).check()
    check_variables(result.variables, SCHEMA, MAY_BE_ABSENT)
    assert result.variables["has_data"] is False
    assert result.variables["analysis_date"] == result.variables["top_product"] == result.variables["top_region"] == ""
    assert result.variables["total_sales"] == result.variables["total_orders"] == 0
    assert result.text


def test_the_same_file_has_the_same_key_and_a_corrected_one_another(analyze: Call) -> None:
    key = analyze(GOOD).check().variables["report_key"]
    assert key.startswith("2023-10-27-")
    assert analyze(GOOD, "again.csv").check().variables["report_key"] == key
    assert analyze(GOOD.replace(b"100.00", b"100.01")).check().variables["report_key"] != key


@pytest.mark.parametrize("date", ["2023-10-26", "2023/10/26", " 2023年10月26日 ", "2023-10-26T08:00:00"])
def test_a_day_is_asked_for_in_any_usual_form(analyze: Call, date: str) -> None:
    variables = analyze(GOOD, date=date).check().variables
    assert (variables["analysis_date"], variables["top_product"]) == ("2023-10-26", "鼠标")


@pytest.mark.parametrize("absent", [None, "", " "])
def test_absent_settings_have_their_defaults(analyze: Call, absent: str | None) -> None:
    names = ("date", "top_n", "columns", "sheet", "date_format", "language")
    month = ROOT / "examples" / "sales_month.csv"
    report = analyze(month, **dict.fromkeys(names, absent)).check().json[0]
    assert report["analysis_date"] == "2026-10-31"
    assert len(report["top_products"]) == 5
    assert report["language"] == "zh_Hans"


@pytest.mark.parametrize("top_n", [3, 3.0, "3", " 3.0 "])
def test_a_number_may_come_in_any_dress(analyze: Call, top_n: object) -> None:
    month = ROOT / "examples" / "sales_month.csv"
    assert len(analyze(month, top_n=top_n).check().json[0]["top_products"]) == 3


@pytest.mark.parametrize(
    "columns",
    [
        "Date=何时\n产品=何物",
        "Date：何时；Product：何物",
        "日期=何时, 商品=何物",
        '{"Date": "何时", "Product": "何物"}',
        {"Date": "何时", "Product": "何物", "Region": ""},
    ],
)
def test_columns_are_mapped_in_any_usual_form(analyze: Call, columns: object) -> None:
    data = "何时,何物,Price,Amount,Region\n2023-10-27,键盘,100,2,华东\n".encode()
    assert analyze(data, columns=columns).check().variables["total_sales"] == 200


def test_a_sheet_is_chosen_by_name(analyze: Call) -> None:
    variables = analyze(WORKBOOKS / "two_sheets.xlsx", sheet="销售").check().variables
    assert (variables["total_sales"], variables["sales_change"]) == (250.5, 150.5)


def test_dates_in_another_form_are_read_where_it_is_named(analyze: Call) -> None:
    data = HEADER.encode() + b"27.10.2023,a,1,2,b\n"
    assert analyze(data, date_format="%d.%m.%Y").check().variables["analysis_date"] == "2023-10-27"


def test_english_is_spoken_where_it_is_asked_for(analyze: Call) -> None:
    chinese, english = analyze(GOOD).check(), analyze(GOOD, language="en_US").check()
    assert "销售额" in chinese.text
    assert "Sales" in english.text
    assert "销售额" not in english.text
    assert chinese.variables["report_key"] == english.variables["report_key"]


def test_a_link_without_a_host_is_looked_for_under_the_credential(plugin: PluginProcess, files: FileServer) -> None:
    file = files.add(GOOD, "sales.csv", relative=True)
    result = plugin.call("analyze_sales", {"file": file}, {"dify_base_url": files.base_url + "/"}).check()
    assert result.variables["total_sales"] == 200


def test_a_list_of_one_file_is_that_file(plugin: PluginProcess, files: FileServer) -> None:
    result = plugin.call("analyze_sales", {"file": [files.add(GOOD, "sales.csv")]}).check()
    assert result.variables["total_sales"] == 200


def test_the_pictures_are_files_and_the_main_one_a_block_that_a_chat_draws(analyze: Call) -> None:
    result = analyze(ROOT / "examples" / "sales_month.csv").check()
    names = [file.name for file in result.files]
    assert names[0] == "2026-10-31_sales_by_day.png"
    assert {file.mime_type for file in result.files} == {"image/png"}
    assert all(file.data.startswith(b"\x89PNG\r\n\x1a\n") and len(file.data) > 10_000 for file in result.files)
    block = result.variables["echarts"]
    option = json.loads(block.removeprefix("```echarts\n").removesuffix("\n```"))
    assert option["series"][0]["data"][-1]["value"] == result.variables["total_sales"]


@pytest.mark.parametrize("off", [False, "false", "否"])
def test_pictures_can_be_turned_off(analyze: Call, off: object) -> None:
    result = analyze(ROOT / "examples" / "sales_month.csv", charts=off).check()
    check_variables(result.variables, SCHEMA, MAY_BE_ABSENT)
    assert result.files == []


def test_a_workbook_comes_where_it_is_asked_for(analyze: Call) -> None:
    result = analyze(ROOT / "examples" / "sales_month.csv", charts=False, workbook=True, language="en_US").check()
    (file,) = result.files
    assert file.name == "sales_2026-10-31.xlsx"
    sheet = CalamineWorkbook.from_object(io.BytesIO(file.data)).get_sheet_by_name("Products")
    assert sheet.to_python()[1][:2] == [result.variables["top_product"], result.json[0]["top_products"][0]["sales"]]


def test_a_picture_that_cannot_be_drawn_is_no_failure(altered: Altered, files: FileServer) -> None:
    broken = altered("charts/picture.py", "\ndef png(*_, **__):\n    raise MemoryError('secret')\n")
    with PluginProcess(broken) as plugin:
        file = files.add(ROOT / "examples" / "sales_month.csv")
        result = plugin.call("analyze_sales", {"file": file, "language": "en_US"}).check()
    check_variables(result.variables, SCHEMA, MAY_BE_ABSENT)
    assert result.files == []
    assert "could not be drawn" in result.variables["warnings"][-1]
    assert "secret" not in str(result)


def test_no_data_and_a_question_have_no_files(analyze: Call) -> None:
    result = analyze(HEADER.encode(), workbook=True).check()
    assert [file.name for file in result.files] == ["sales_report.xlsx"]
    assert result.variables["echarts"] == ""
