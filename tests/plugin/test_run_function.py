"""`run_function` in the real plugin process, against the real analysis service with the shipped examples."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from difykit.runner import CallResult, FileServer, PluginProcess
from difykit.runner.errors import RunnerError
from tests.plugin.conftest import ROOT
from tests.service.harness import KEY, ServiceProcess

SCHEMA = yaml.safe_load((ROOT / "tools" / "run_function.yaml").read_text("utf-8"))["output_schema"]["properties"]
EXPORT = (
    "订单号,下单时间,商品,单价,数量,地区,状态\n"
    'A1,2023/10/27 08:00,拿铁,"¥1,028.00",2,华东,已完成\n'
    "A2,2023-10-27,美式,22,1,华北,已取消\n"
)
NOWHERE = "http://127.0.0.1:9"

type Run = Callable[..., CallResult]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("service")
    examples = ROOT / "examples" / "functions"
    with ServiceProcess(folder, workers=1, functions="prices,orders", functions_folder=examples) as running:
        yield running


@pytest.fixture
def entered(service: ServiceProcess) -> dict[str, str]:
    return {"service_url": service.url + "/", "service_key": KEY}


@pytest.fixture
def run(plugin: PluginProcess, entered: dict[str, str]) -> Run:
    def call(credentials: dict[str, str] | None = None, **parameters: Any) -> CallResult:
        return plugin.call("run_function", parameters, entered if credentials is None else credentials)

    return call


def sentence(result: CallResult) -> str:
    assert result.error is not None
    assert "http" not in result.error.message
    assert KEY not in result.error.message + result.error.traceback
    return result.error.message


def test_the_functions_of_the_service_can_be_chosen(plugin: PluginProcess, entered: dict[str, str]) -> None:
    options = plugin.options("run_function", "function", entered)
    assert [option.value for option in options] == ["clean_orders", "what_if_price"]
    assert options[1].label["zh_Hans"].startswith("what_if_price: Estimates what a change of price does")


def test_a_list_that_cannot_be_had_is_an_answer_in_both_languages(plugin: PluginProcess) -> None:
    with pytest.raises(RunnerError, match=r"cannot be reached.+ / 无法连接分析服务"):
        plugin.options("run_function", "function", {"service_url": NOWHERE})
    with pytest.raises(RunnerError, match=r"none is set.+ / .+尚未配置服务"):
        plugin.options("run_function", "function", {})


def test_a_result_arrives_as_text_json_and_variables(run: Run) -> None:
    arguments = {"price": 10, "quantity": 5, "change_percent": -10}
    result = run(function="what_if_price", arguments=json.dumps(arguments)).check()
    assert result.json[0]["result"]["sales_after"] == 51.06
    assert set(result.variables) == set(SCHEMA)
    assert json.loads(result.variables["result_json"]) == result.json[0]["result"]
    assert result.variables["run_id"] == result.json[0]["run_id"]
    assert '"new_price": 9.0' in result.text
    assert result.files == []


def test_a_name_that_is_written_wins_over_the_list_and_values_may_be_text(run: Run) -> None:
    arguments = '{"price": "10", "quantity": "5", "change_percent": "", "elasticity": ""}'
    assert "change_percent" in sentence(
        run(function="clean_orders", function_name="what_if_price", arguments=arguments)
    )


def test_a_file_goes_in_and_a_file_comes_out(run: Run, files: FileServer) -> None:
    result = run(function="clean_orders", file=files.add(EXPORT.encode(), "导出.csv"), arguments="").check()
    assert result.variables["printed"] == "2 rows read, 1 kept\n"
    assert result.variables["file_count"] == 1
    [file] = result.files
    assert (file.name, file.mime_type) == ("clean_orders.csv", "text/csv")
    assert file.data.decode("utf-8-sig").splitlines()[1] == "A1,2023-10-27,拿铁,1028.0,2,华东"
    assert result.json[0]["result"]["rows"][0]["Price"] == 1028.0
    assert "| A1 | 2023-10-27 | 拿铁 |" in result.text


def test_arguments_travel_beside_a_file(run: Run, files: FileServer) -> None:
    asked = {"file": files.add(EXPORT.encode(), "export.csv"), "arguments": {"keep_cancelled": True}}
    assert run(function="clean_orders", **asked).check().json[0]["result"]["row_count"] == 2


def test_what_the_function_says_to_its_caller_is_the_error(run: Run, files: FileServer) -> None:
    refused = run(function="clean_orders", file=files.add(b"a,b\n1,2\n", "x.csv"), language="en_US")
    assert sentence(refused).startswith("The export has no column for Order")


@pytest.mark.parametrize(
    ("parameters", "english", "chinese"),
    [
        ({}, "No function is chosen", "没有选择函数"),
        ({"function": "forecast"}, "it offers clean_orders, what_if_price", "可用的函数：clean_orders"),
        ({"function": "what_if_price", "arguments": "[1]"}, "no JSON object", "不是 JSON 对象"),
        ({"function": "what_if_price", "arguments": "{"}, "no JSON object", "不是 JSON 对象"),
        (
            {"function": "what_if_price", "arguments": '{"price": "x"}'},
            "needs the argument quantity",
            "缺少参数 quantity",
        ),
    ],
)
def test_an_error_is_one_sentence_in_the_language_asked_for(
    run: Run, parameters: dict[str, str], english: str, chinese: str
) -> None:
    assert english in sentence(run(**parameters, language="en_US"))
    assert chinese in sentence(run(**parameters))


def test_a_service_that_is_not_set_not_there_or_not_willing_is_named(run: Run, entered: dict[str, str]) -> None:
    assert "请在插件凭据中填写“分析服务地址”" in sentence(run({}, function="what_if_price"))
    assert "无法连接分析服务" in sentence(run({"service_url": NOWHERE}, function="what_if_price"))
    wrong = entered | {"service_key": "no-key-of-this-service"}
    assert "分析服务密钥" in sentence(run(wrong, function="what_if_price"))


def test_another_web_server_is_not_taken_for_the_service(run: Run, files: FileServer) -> None:
    link = files.add(b"hello", "x.txt")["url"]
    other = {"service_url": link.rpartition("/")[0]}
    assert "不是来自 Daybook 分析服务" in sentence(run(other, function="what_if_price"))
