"""The plugin's two modes give the same outputs, bit for bit, in the real plugin process against the real service."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from difykit.runner import CallResult, FileServer, PluginProcess
from tests.service.harness import GOLDEN, KEY, ROOT, ServiceProcess

CASES = [
    *((path, {}) for path in sorted(GOLDEN.glob("*.csv"))),
    *((path, {}) for path in sorted((ROOT / "examples").glob("*.csv"))),
    *((path, {}) for path in sorted((ROOT / "tests" / "plugin" / "workbooks").glob("*.xls*"))),
    (GOLDEN / "two_weeks.csv", {"date": "2023-10-20", "top_n": 30, "language": "en_US"}),
    (GOLDEN / "two_weeks.csv", {"date": "2023/10/20", "top_n": "2", "columns": "Date=Date\nRegion=Region"}),
    (GOLDEN / "two_weeks.csv", {"date": "2001-01-01", "language": "zh_Hans"}),
    (GOLDEN / "two_weeks.csv", {"columns": "Date={When}", "language": "en_US"}),
    (GOLDEN / "two_weeks.csv", {"sheet": "January"}),
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
