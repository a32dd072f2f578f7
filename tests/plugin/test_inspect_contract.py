"""`inspect_sales`: what a file is taken for, and a question that a workflow can branch on."""

import io
from collections.abc import Callable

import openpyxl
import pytest
import yaml

from difykit.runner import FileServer, PluginProcess
from tests.plugin.conftest import ROOT, Call
from tests.plugin.sentences import check_failure
from tests.plugin.test_analyze_contract import SCHEMA as ANALYSIS
from tests.plugin.test_analyze_contract import check_plain, check_variables

SCHEMA = yaml.safe_load((ROOT / "tools" / "inspect_sales.yaml").read_text("utf-8"))["output_schema"]["properties"]
ASKING = "Date,Product,Price,Amount,Region\n03/04/2026,tea,1.5,1,north\n05/06/2026,rice,2.5,2,north\n"


def as_csv(text: str) -> bytes:
    return text.encode()


def as_workbook(text: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Sales", 0)
    for line in text.splitlines():
        sheet.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("written", [as_csv, as_workbook])
def test_a_question_is_an_output_with_what_was_found_before_it_and_its_answer_settles_it(
    plugin: PluginProcess, files: FileServer, written: Callable[[str], bytes]
) -> None:
    file = files.add(written(ASKING), "sales.csv" if written is as_csv else "sales.xlsx")
    result = plugin.call("inspect_sales", {"file": file, "language": "en_US"}).check()
    check_variables(result.variables, SCHEMA, set())
    check_plain(result.json)
    asked = result.variables
    assert asked["needs_answer"] is True
    assert (asked["question_parameter"], asked["analysis_date"]) == ("date_format", "")
    assert result.json[0]["header_row"] == 1
    assert [column["name"] for column in result.json[0]["columns"]][:1] == ["Date"]
    assert asked["question"] in result.text
    days = set()
    for choice in asked["question_choices"]:
        told = {"file": file, asked["question_parameter"]: choice}
        answered = plugin.call("inspect_sales", told).check().variables
        assert answered["needs_answer"] is False
        assert answered["question_choices"] == []
        assert plugin.call("analyze_sales", told).check().variables["analysis_date"] == answered["analysis_date"]
        days.add(answered["analysis_date"])
    assert days == {"2026-06-05", "2026-05-06"}


def test_it_says_which_columns_are_meant_and_no_name_of_a_customer(plugin: PluginProcess, files: FileServer) -> None:
    data = (
        "订单编号,买家姓名,付款时间,商品名称,实付金额,订单状态\n"
        "A1,欧阳小明,2026-10-30 10:00:00,茶,10.00,交易成功\n"
        "A2,欧阳小明,2026-10-31 10:00:00,茶,12.00,交易成功\n"
        "A3,欧阳小明,2026-10-31 11:00:00,米,99.00,交易关闭\n"
    ).encode()
    result = plugin.call("inspect_sales", {"file": files.add(data, "sales.csv")}).check()
    check_variables(result.variables, SCHEMA, set())
    found = result.variables
    assert (found["sales_column"], found["order_column"]) == ("实付金额", "订单编号")
    assert (found["analysis_date"], found["days"]) == ("2026-10-31", ["2026-10-30", "2026-10-31"])
    assert found["needs_answer"] is False
    [left] = result.json[0]["left_out"]
    assert (left["rows"], left["amount"], left["rows_in_file"], left["amount_in_file"]) == (1, 99.0, 1, 99.0)
    assert "欧阳" not in result.text + str(result.json) + str(found)


EXPECTED = {"expected_sales", "expected_low", "expected_high"}
FIGURES = {
    "total_sales",
    "total_orders",
    "total_quantity",
    "average_order_value",
    "sales_change",
    "sales_change_week",
    "sales_change_year",
}


def test_a_question_fails_the_analysis_unless_the_workflow_branches_on_it(analyze: Call) -> None:
    data = ASKING.encode()
    refused = analyze(data, language="en_US")
    assert refused.error is not None
    assert "%d/%m/%Y" in refused.error.message
    result = analyze(data, language="en_US", on_question="output").check()
    check_variables(result.variables, ANALYSIS, FIGURES | EXPECTED)
    assert all(result.variables[name] is None for name in FIGURES | EXPECTED)
    assert (result.variables["has_data"], result.variables["report_markdown"]) == (False, "")
    assert result.variables["question_choices"] == list(result.json[0]["question"]["choices"])
    answered = analyze(data, on_question="output", date_format=result.variables["question_choices"][0]).check()
    assert (answered.variables["question_code"], answered.variables["total_sales"]) == ("", 5)


@pytest.mark.parametrize("language", ["en_US", "zh_Hans"])
def test_another_word_for_what_to_do_with_a_question_is_refused(analyze: Call, language: str) -> None:
    refused = analyze(ASKING.encode(), on_question="guess", language=language)
    check_failure(refused, "ParameterError", language, "guess")
