"""What `run_function` makes of results that are too large for Dify, and of functions that take too much."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from difykit.runner import CallResult, PluginProcess
from tests.plugin.conftest import ROOT
from tests.service.harness import KEY, ServiceProcess

MIB = 1 << 20
LIMIT = 28 * MIB

type Run = Callable[..., CallResult]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    settings = {
        "functions": "sizes",
        "functions_folder": ROOT / "tests" / "service" / "functions" / "modules",
        "time_limit": 5,
    }
    with ServiceProcess(tmp_path_factory.mktemp("service"), workers=1, **settings) as running:
        yield running


@pytest.fixture
def run(plugin: PluginProcess, service: ServiceProcess) -> Run:
    entered = {"service_url": service.url, "service_key": KEY}

    def call(function: str, language: str = "en_US", **arguments: Any) -> CallResult:
        asked = {"function": function, "arguments": json.dumps(arguments), "language": language}
        return plugin.call("run_function", asked, entered)

    return call


def test_a_result_of_a_megabyte_is_still_a_variable(run: Run) -> None:
    result = run("values", size=MIB - 100).check()
    assert len(result.variables["result_json"].encode()) == pytest.approx(MIB, abs=100)
    assert result.json[0]["result"] == json.loads(result.variables["result_json"])
    assert [file.name for file in result.files] == ["result.json"]
    assert result.files[0].data == b"mine"


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("en_US", "The result (3.0 MB) is too large for a variable; it is the file result-2.json."),
        ("zh_Hans", "结果（3.0 MB）超过变量的大小限制，已改为文件 result-2.json。"),
    ],
)
def test_a_larger_one_is_a_file_beside_those_of_the_function(run: Run, language: str, note: str) -> None:
    result = run("values", language, size=3_000_000).check()
    own, whole = result.files
    assert (own.name, own.data) == ("result.json", b"mine")
    assert (whole.name, whole.mime_type) == ("result-2.json", "application/json")
    assert json.loads(whole.data)["text"] == "价" * 1_000_000
    assert (result.variables["result_json"], result.json[0]["result"]) == ("", None)
    assert result.variables["file_count"] == 2
    assert result.text.endswith(note)
    assert result.variables["result_text"] == result.text


def test_a_result_that_no_answer_may_have_is_one_sentence(run: Run) -> None:
    result = run("values", size=20 * MIB)
    assert result.error is not None
    assert result.error.message.startswith("The function values gave back more than 16 MB of values; have it")


def test_a_file_that_dify_would_refuse_stays_with_the_service_under_a_link(run: Run) -> None:
    result = run("files", sizes=[LIMIT, LIMIT + 1, 3]).check()
    assert [(file.name, len(file.data)) for file in result.files] == [("0.bin", LIMIT), ("2.bin", 3)]
    assert result.variables["file_count"] == 2
    [left] = result.json[0]["files_left"]
    assert (left["name"], left["size"]) == ("1.bin", LIMIT + 1)
    told = f"The file 1.bin (29 MB) is too large for Dify; it lies with the service for a while: {left['url']}"
    assert result.text.endswith(told)
    fetched = httpx.get(left["url"], trust_env=False)
    assert (fetched.status_code, len(fetched.content)) == (200, LIMIT + 1)
    assert KEY not in left["url"]


def test_more_files_than_a_workflow_takes_are_named(run: Run) -> None:
    result = run("files", sizes=[1] * 22).check()
    assert len(result.files) == 20
    assert [left["name"] for left in result.json[0]["files_left"]] == ["20.bin", "21.bin"]
    assert result.text.endswith(
        "The function gave 22 files; 20 are here, and the addresses of the others are in the JSON output."
    )


def test_the_plugin_holds_a_hundred_megabytes_of_files_and_no_more(run: Run) -> None:
    result = run("files", sizes=[LIMIT] * 4).check()
    assert [file.name for file in result.files] == ["0.bin", "1.bin", "2.bin"]
    assert [left["name"] for left in result.json[0]["files_left"]] == ["3.bin"]
    assert "The function gave 4 files; 3 are here" in result.text


def test_a_function_that_takes_too_long_is_an_error_that_names_limit_and_setting(
    run: Run, service: ServiceProcess
) -> None:
    result = run("endless", "zh_Hans")
    assert result.error is not None
    assert result.error.kind == "LimitError"
    assert result.error.message.startswith("函数 endless 的运行时间超过服务允许的 5 秒（DAYBOOK_TIME_LIMIT），已被停止")
    runs = service.client.get("/v1/runs").json()
    assert [each["state"] for each in runs if each["function"] == "endless"] == ["failed"]
    assert run("files", sizes=[1]).check().variables["file_count"] == 1
