"""Reports on named sources: asked for by name alone, and nothing told of where they lead."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from difykit.runner import PluginProcess
from difykit.runner.errors import RunnerError
from tests.service.harness import KEY, ROOT, ServiceProcess, problem

PASSWORD = "the-password-of-the-database"
SETTINGS = """
[sources.orders]
kind = "sql"
title = "Orders of all shops"
url = "sqlite:///{folder}/shop.db"
table = "orders"
columns = {{ date = "sold_at", product = "goods", price = "unit_price", quantity = "units", region = "area" }}

[sources.exports]
kind = "folder"
folder = "exports"
pattern = "sales_{{day:%Y%m%d}}.csv"

[sources.gone]
kind = "sql"
url = "postgresql://reader:${{SHOP_PASSWORD}}@127.0.0.1:9/shop"
table = "orders"
columns = {{ date = "sold_at" }}
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("named")
    (folder / "sources.toml").write_text(SETTINGS.format(folder=folder), encoding="utf-8")
    (folder / "exports").mkdir()
    header = "Date,Product,Price,Amount,Region\n"
    (folder / "exports" / "sales_20261128.csv").write_text(header + "2026-11-28,tea,5,2,East\n", encoding="utf-8")
    with sqlite3.connect(folder / "shop.db") as database:
        database.execute("CREATE TABLE orders (sold_at DATE, goods TEXT, unit_price REAL, units INT, area TEXT)")
        database.execute("INSERT INTO orders VALUES ('2026-11-28', 'tea', 2.5, 4, 'East')")
    running = ServiceProcess(folder, sources=folder / "sources.toml", source_folder=folder / "exports")
    running.environment["SHOP_PASSWORD"] = PASSWORD
    with running:
        yield running


def test_the_list_has_names_and_nothing_of_where_they_lead(service: ServiceProcess) -> None:
    answer = service.client.get("/v1/sources")
    assert answer.json() == {
        "sources": [
            {"name": "exports", "kind": "folder", "title": ""},
            {"name": "gone", "kind": "sql", "title": ""},
            {"name": "orders", "kind": "sql", "title": "Orders of all shops"},
        ]
    }
    assert service.client.get("/v1/sources", headers={"Authorization": "Bearer wrong"}).status_code == 401


@pytest.mark.parametrize("path", ["/v1/reports", "/v1/reports/from-source"])
@pytest.mark.parametrize("name", ["orders", "exports"])
def test_a_report_on_a_named_source(service: ServiceProcess, path: str, name: str) -> None:
    answer = service.client.post(path, json={"source": name, "date": "2026-11-28"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["summary"]["total_sales"] == 10
    assert service.client.get(f"/v1/reports/{answer.json()['id']}").status_code == 200


def test_a_path_below_the_source_folder_still_is_one(service: ServiceProcess) -> None:
    answer = service.client.post("/v1/reports", json={"source": "sales_20261128.csv"})
    assert answer.json()["summary"]["total_sales"] == 10


@pytest.mark.parametrize(
    ("wanted", "code", "said"),
    [
        ({"source": "oders"}, "parameter", "There is no source “oders”; the known ones are exports, gone, orders."),
        ({"source": "orders", "columns": "Product=phone"}, "parameter", "leave the column mapping empty"),
        ({"source": "exports", "date": "2026-11-30"}, "source_empty", "has no row for 2026-11-30"),
        ({"source": "gone", "date": "2026-11-28"}, "source_down", "The source gone does not answer"),
    ],
)
def test_what_is_wrong_is_one_sentence(service: ServiceProcess, wanted: dict[str, str], code: str, said: str) -> None:
    answer = service.client.post("/v1/reports", json=wanted | {"language": "en_US"})
    assert said in problem(answer, 422, code)
    assert ("Retry-After" in answer.headers) == code.startswith("source_")
    assert PASSWORD not in answer.text


def test_no_secret_is_left_in_the_environment(service: ServiceProcess) -> None:
    environ = Path(f"/proc/{service.process.pid}/environ")
    if environ.exists():
        assert PASSWORD.encode() not in environ.read_bytes()
    assert PASSWORD not in "\n".join(service.lines)


@pytest.fixture(scope="module")
def plugin() -> Iterator[PluginProcess]:
    with PluginProcess(ROOT) as process:
        yield process


@pytest.fixture
def credentials(service: ServiceProcess) -> dict[str, str]:
    return {"service_url": service.url, "service_key": KEY}


def test_the_node_reads_a_named_source(plugin: PluginProcess, credentials: dict[str, str]) -> None:
    chosen = plugin.call("analyze_sales", {"source": "orders", "date": "2026-11-28"}, credentials)
    assert chosen.variables["total_sales"] == 10
    written = plugin.call(
        "analyze_sales", {"source": "gone", "source_name": "exports", "date": "2026-11-28", "file": None}, credentials
    )
    assert written.variables["total_sales"] == 10


def test_the_node_lists_the_sources(plugin: PluginProcess, credentials: dict[str, str]) -> None:
    options = plugin.options("analyze_sales", "source", credentials)
    assert [option.value for option in options] == ["exports", "gone", "orders"]
    assert [option.label["zh_Hans"] for option in options] == ["exports", "gone", "orders: Orders of all shops"]
    with pytest.raises(RunnerError, match="Sources are read by an analysis service"):
        plugin.options("analyze_sales", "source", {})


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"source_name": "oders"}, "There is no source “oders”; the known ones are exports, gone, orders."),
        ({"source": "orders", "file": {"url": "http://x/y"}}, "Both a file and a source are given"),
        ({}, "No file was given"),
    ],
)
def test_the_node_says_what_is_wrong(
    plugin: PluginProcess, credentials: dict[str, str], parameters: dict[str, Any], said: str
) -> None:
    result = plugin.call("analyze_sales", {**parameters, "language": "en_US"}, credentials)
    assert result.error is not None
    assert said in result.error.message


def test_without_a_service_there_are_no_sources(plugin: PluginProcess) -> None:
    result = plugin.call("analyze_sales", {"source_name": "orders"}, {})
    assert result.error is not None
    assert "数据源由分析服务读取" in result.error.message


@pytest.mark.parametrize("source", ["exports", "missing.csv"])
def test_a_day_that_is_not_in_yet_says_what_to_do_where_somebody_waits(service: ServiceProcess, source: str) -> None:
    wanted = {"source": source, "date": "2099-01-01", "deadline": "10:00", "zone": "Asia/Shanghai"}
    answer = service.client.post("/v1/reports", json=wanted)
    assert answer.status_code == 422
    readiness = answer.json()["readiness"]
    assert (readiness["ready"], readiness["code"], readiness["gate"]) == (False, "missing", "wait")
    assert readiness["deadline"] == "2099-01-02T10:00:00+08:00"
    assert readiness["reason"] == answer.json()["detail"]


@pytest.mark.parametrize(("date", "gate"), [("2099-01-01", "wait"), ("2020-01-01", "tell")])
def test_the_node_waits_until_the_deadline_and_then_has_the_group_told(
    plugin: PluginProcess, credentials: dict[str, str], date: str, gate: str
) -> None:
    asked = {"source_name": "exports", "date": date, "deadline": "10:00", "language": "en_US"}
    found = plugin.call("analyze_sales", asked, credentials).check().variables
    assert (found["ready"], found["gate"], found["awaited_day"]) == (False, gate, date)
    assert f"has no row for {date}" in found["ready_reason"]
    assert (found["has_data"], found["total_sales"], found["report_markdown"]) == (False, None, "")
    assert bool(found["not_in_message"]) == (gate == "tell")
    asked["deadline"] = ""
    assert plugin.call("analyze_sales", asked, credentials).error is not None
