"""The plugin's two modes give the same outputs, bit for bit, in the real plugin process against the real service."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from difykit.runner import CallResult, FileServer, PluginProcess
from difykit.runner.files import Faults
from tests.service.harness import GOLDEN, KEY, ROOT, ServiceProcess, until

CASES = [
    *((path, {}) for path in sorted(GOLDEN.glob("*.csv"))),
    *((path, {}) for path in sorted((ROOT / "examples").glob("*.csv"))),
    *((path, {}) for path in sorted((ROOT / "tests" / "plugin" / "workbooks").glob("*.xls*"))),
    (GOLDEN / "two_weeks.csv", {"date": "2023-10-20", "top_n": 30, "language": "en_US"}),
    (GOLDEN / "two_weeks.csv", {"date": "2023/10/20", "top_n": "2", "columns": "Date=Date\nRegion=Region"}),
    (GOLDEN / "two_weeks.csv", {"date": "2001-01-01", "language": "zh_Hans"}),
    (GOLDEN / "two_weeks.csv", {"columns": "Date={When}", "language": "en_US"}),
    (GOLDEN / "two_weeks.csv", {"sheet": "January"}),
    (ROOT / "examples" / "sales_month.csv", {"period": "week", "language": "en_US"}),
    (ROOT / "examples" / "sales_month.csv", {"date": "2026-10"}),
    (ROOT / "pyproject.toml", {"language": "en_US"}),
    (ROOT / "_assets" / "icon.svg", {}),
]
ASKING = b"Date,Product,Price,Amount,Region\n03/04/2026,tea,1.5,1,north\n05/06/2026,rice,2.5,1,north\n"
"""A file of which nobody can say whether the day or the month stands first."""


@pytest.fixture(scope="module")
def plugin() -> Iterator[PluginProcess]:
    with PluginProcess(ROOT) as process:
        yield process


@pytest.fixture(scope="module")
def files() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server


def outputs(result: CallResult) -> dict[str, Any]:
    """Everything that the node hands on, as JSON has it."""
    if result.error is not None:
        return {"error": result.error.message, "kind": result.error.kind}
    handed_on = {"text": result.text, "json": result.json, "variables": result.variables}
    loaded: dict[str, Any] = json.loads(json.dumps(handed_on, allow_nan=False))
    return loaded


def test_a_week_without_a_file_is_made_of_the_book_by_the_service_alone(
    plugin: PluginProcess, files: FileServer, service: ServiceProcess
) -> None:
    rows = "".join(f"2026-11-{day:02},tea,5,{day},north\n" for day in range(2, 16))
    file = files.add(b"Date,Product,Price,Amount,Region\n" + rows.encode(), "days.csv")
    credentials = {"service_url": service.url, "service_key": KEY}
    week = {"book": "weeks-of-plugin", "period": "week", "language": "en_US"}
    of_file = outputs(plugin.call("analyze_sales", {"file": file, **week}, credentials))
    found = outputs(plugin.call("analyze_sales", {**week, "date": "2026-W46"}, credentials))
    kept = {"echarts", "report_url"}
    assert found["variables"].keys() == of_file["variables"].keys()
    assert {name: value for name, value in found["variables"].items() if name not in kept} == {
        name: value for name, value in of_file["variables"].items() if name not in kept
    }
    variables = found["variables"]
    assert (variables["period"], variables["period_name"], variables["total_sales"]) == ("week", "2026-W46", 420.0)
    assert (variables["sales_change"], variables["sales_change_year"], variables["verdict"]) == (140.0, None, "")
    assert variables["drivers"]
    assert "Analysis service URL" in outputs(plugin.call("analyze_sales", week, {}))["error"]
    service.client.delete("/v1/books/weeks-of-plugin")


@pytest.mark.parametrize(("path", "parameters"), CASES, ids=lambda value: value.name if isinstance(value, Path) else "")
def test_both_modes_give_the_same(
    plugin: PluginProcess, files: FileServer, service: ServiceProcess, path: Path, parameters: dict[str, Any]
) -> None:
    asked = {"file": files.add(path), **parameters}
    embedded = outputs(plugin.call("analyze_sales", asked, {}))
    by_service = outputs(plugin.call("analyze_sales", asked, {"service_url": service.url, "service_key": KEY}))
    assert json.dumps(by_service, ensure_ascii=False) == json.dumps(embedded, ensure_ascii=False)


@pytest.mark.parametrize("data", [ASKING, GOLDEN / "two_weeks.csv", ROOT / "_assets" / "icon.svg"], ids=str)
@pytest.mark.parametrize("tool", ["inspect_sales", "analyze_sales"])
def test_both_modes_understand_and_ask_the_same(
    plugin: PluginProcess, files: FileServer, service: ServiceProcess, data: bytes | Path, tool: str
) -> None:
    asked = {"file": files.add(data, "sales.csv"), "language": "en_US"}
    embedded = outputs(plugin.call(tool, asked, {}))
    assert outputs(plugin.call(tool, asked, {"service_url": service.url, "service_key": KEY})) == embedded


HEADER = b"Date,Product,Price,Amount,Region\n"
ONE = HEADER + b"2026-10-30,tea,10,1,north\n2026-10-31,tea,10,2,north\n"
OTHER = b"Region,Amount,Price,Product,Date\nsouth,3,10,tea,2026-10-31\n"


def workbook() -> bytes:
    """A workbook with the columns of `ONE`."""
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in (HEADER.decode().strip().split(","), ["2026-10-31", "coffee", 5, 4, "west"]):
        book.worksheets[0].append(row)
    book.save(content)
    return content.getvalue()


SEVERAL = {
    "one table": [ONE, OTHER],
    "the same twice": [ONE, OTHER, ONE],
    "a row in both": [ONE, HEADER + b"2026-10-31,tea,10,2,north\n"],
    "with a workbook": [ONE, workbook()],
    "other columns": [ONE, b"Date,Product,Sales\n2026-10-31,tea,10\n"],
    "no table": [ONE, b"%PDF-1.7 "],
    "one": [ONE],
}


def without_engine(result: CallResult) -> dict[str, Any]:
    """All that the node hands on but what added the rows up, which each place chooses for itself."""
    found = outputs(result)
    for report in found.get("json", ()):
        report["understanding"] = {key: item for key, item in report["understanding"].items() if "engine" not in key}
    return found


@pytest.mark.parametrize("sources", SEVERAL.values(), ids=SEVERAL)
def test_both_modes_read_several_files_as_one_table(
    plugin: PluginProcess, files: FileServer, service: ServiceProcess, sources: list[bytes]
) -> None:
    links = [files.add(source, "a name.csv") for source in sources]
    ways: list[dict[str, Any]] = [{"files": links}, {"file": links[0], "files": links[1:]}]
    modes: list[dict[str, str]] = [{}, {"service_url": service.url, "service_key": KEY}]
    found = [
        without_engine(plugin.call("analyze_sales", {**asked, "language": "en_US"}, credentials))
        for credentials in modes
        for asked in ways
    ]
    assert all(each == found[0] for each in found)
    told = json.dumps(found[0])
    assert "a name" not in told
    assert ("error" in found[0]) == (told.count("File 2") == 1 and len(sources) == 2)


def test_the_sum_of_the_files_is_what_a_mode_may_hold(files: FileServer, service: ServiceProcess) -> None:
    links = [files.add(ONE), files.add(OTHER)]
    with PluginProcess(ROOT, environ={"DAYBOOK_MAX_ROWS": "2"}) as plugin:
        asked = {"files": links, "language": "en_US"}
        refused = plugin.call("analyze_sales", asked, {})
        taken = plugin.call("analyze_sales", asked, {"service_url": service.url, "service_key": KEY})
    assert refused.error is not None
    assert "more than the 2 rows" in refused.error.message
    assert taken.check().variables["total_sales"] == 50


def test_a_file_that_is_gone_is_named_by_its_number(
    plugin: PluginProcess, files: FileServer, service: ServiceProcess
) -> None:
    gone = files.add(ONE, faults=Faults(status=404))
    for credentials in ({}, {"service_url": service.url, "service_key": KEY}):
        result = plugin.call("analyze_sales", {"files": [files.add(OTHER), gone], "language": "en_US"}, credentials)
        assert result.error is not None
        assert result.error.message.startswith("File 2: "), result.error.message


def test_no_file_and_no_list_of_files_is_one_sentence(plugin: PluginProcess) -> None:
    result = plugin.call("analyze_sales", {"file": None, "files": [], "language": "en_US"}, {})
    assert result.error is not None
    assert result.error.message.startswith("No file was given")


def test_the_service_takes_what_is_too_large_for_the_plugin(files: FileServer, service: ServiceProcess) -> None:
    file = files.add(GOLDEN / "two_weeks.csv")
    with PluginProcess(ROOT, environ={"DAYBOOK_MAX_ROWS": "100"}) as plugin:
        refused = plugin.call("analyze_sales", {"file": file, "language": "en_US"}, {})
        assert refused.error is not None
        assert "100 rows" in refused.error.message
        done = plugin.call("analyze_sales", {"file": file}, {"service_url": service.url, "service_key": KEY})
        assert done.error is None
        assert done.variables["has_data"] is True


def test_what_is_too_large_for_the_service_is_said(
    plugin: PluginProcess, files: FileServer, service: ServiceProcess
) -> None:
    file = files.add((GOLDEN / "two_weeks.csv").read_bytes() * 120, "large.csv")
    refused = plugin.call(
        "analyze_sales", {"file": file, "language": "en_US"}, {"service_url": service.url, "service_key": KEY}
    )
    assert refused.error is not None
    assert "larger than the 5 MB that this service takes" in refused.error.message
    assert not service.temp_files()


def test_a_wrong_key_is_said(plugin: PluginProcess, files: FileServer, service: ServiceProcess) -> None:
    file = files.add(GOLDEN / "one_day.csv")
    refused = plugin.call("analyze_sales", {"file": file}, {"service_url": service.url, "service_key": "wrong"})
    assert refused.error is not None
    assert "分析服务密钥" in refused.error.message


@pytest.mark.parametrize("dates", ["03/04/2026", "2026-04-03"])
def test_both_modes_look_at_a_file_alike_and_the_service_keeps_nothing(
    plugin: PluginProcess, files: FileServer, service: ServiceProcess, dates: str
) -> None:
    asked = {"file": files.add(f"Date,Product,Price,Amount,Region\n{dates},tea,1.5,2,north\n".encode(), "a.csv")}
    before = len(service.log())
    embedded = plugin.call("inspect_sales", asked, {}).check()
    by_service = plugin.call("inspect_sales", asked, {"service_url": service.url, "service_key": KEY}).check()
    for used in (embedded.json[0], by_service.json[0]):
        used.pop("engine_why"), used.pop("engine")
    assert outputs(by_service) == outputs(embedded)
    assert embedded.json[0]["columns"]
    assert embedded.variables["needs_answer"] is ("/" in dates)
    endpoints = until(lambda: [line["endpoint"] for line in service.log()[before:] if "endpoint" in line])
    assert set(endpoints) == {"/v1/inspect"}
