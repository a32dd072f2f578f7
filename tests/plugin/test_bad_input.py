from typing import Any

import pytest

from difykit.runner import Faults, FileServer, PluginProcess
from tests.plugin.bad_files import BAD_FILES, GOOD, Bad
from tests.plugin.conftest import Call
from tests.plugin.sentences import check_failure

LANGUAGES = ("en_US", "zh_Hans")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bad", BAD_FILES, ids=lambda bad: bad.name)
def test_a_bad_file_gets_one_sentence_with_the_remedy(analyze: Call, bad: Bad, language: str) -> None:
    result = analyze(bad.make(), bad.filename, language=language, **bad.parameters)
    check_failure(result, bad.kind, language, *(bad.en if language == "en_US" else bad.zh))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", [None, "", [], "sales.csv", {"name": "sales.csv"}, 7])
def test_what_is_no_file_says_what_to_connect(plugin: PluginProcess, file: Any, language: str) -> None:
    result = plugin.call("analyze_sales", {"file": file, "language": language})
    check_failure(result, "ParameterError", language, "file variable" if language == "en_US" else "文件变量")


def test_no_file_at_all_says_so(plugin: PluginProcess) -> None:
    check_failure(plugin.call("analyze_sales", {}), "ParameterError", "zh_Hans", "没有收到文件")


@pytest.mark.parametrize(("language", "says"), [("en_US", "2 files"), ("zh_Hans", "2 个文件")])
def test_two_files_are_one_too_many(plugin: PluginProcess, files: FileServer, language: str, says: str) -> None:
    both = [files.add(GOOD, "a.csv"), files.add(GOOD, "b.csv")]
    check_failure(plugin.call("analyze_sales", {"file": both, "language": language}), "ParameterError", language, says)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("served", "says"),
    [
        pytest.param({"relative": True}, "FILES_URL", id="no host"),
        pytest.param({"age": 301}, "300", id="expired"),
        pytest.param({"faults": Faults(status=500)}, "500", id="server error"),
        pytest.param({"faults": Faults(location="file:///etc/passwd")}, "http", id="redirected elsewhere"),
        pytest.param({"faults": Faults(redirects=50)}, "5", id="redirected for ever"),
        pytest.param({"faults": Faults(content_length=10**6)}, "", id="cut off"),
    ],
)
def test_a_file_that_cannot_be_had_says_why(
    plugin: PluginProcess, files: FileServer, language: str, served: dict[str, Any], says: str
) -> None:
    file = files.add(GOOD, "sales.csv", **served)
    check_failure(plugin.call("analyze_sales", {"file": file, "language": language}), "FileError", language, says)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_on_localhost_names_the_internal_address(plugin: PluginProcess, language: str) -> None:
    with FileServer() as gone:
        file = gone.add(GOOD, "sales.csv")
    result = plugin.call("analyze_sales", {"file": file, "language": language})
    check_failure(result, "FileError", language, "INTERNAL_FILES_URL")


def test_a_file_announced_too_large_is_not_even_fetched(plugin: PluginProcess, files: FileServer) -> None:
    file = {**files.add(GOOD, "sales.csv"), "size": 20_000_001}
    before = len(files.requests)
    check_failure(plugin.call("analyze_sales", {"file": file}), "LimitError", "zh_Hans", "分析服务")
    assert len(files.requests) == before


def test_the_good_file_beside_them_is_good(analyze: Call) -> None:
    assert analyze(GOOD).check().variables["total_sales"] == 200


def test_every_mistake_is_made_in_its_own_way() -> None:
    assert len({bad.name for bad in BAD_FILES}) == len(BAD_FILES)
