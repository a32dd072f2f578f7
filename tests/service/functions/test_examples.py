"""The shipped examples, hosted as they are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.harness import ServiceProcess

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples" / "functions"
DOCS = ROOT / "docs"
EXPORT = (
    "订单号,下单时间,商品,单价,数量,地区,状态\n"
    'A1,2026/10/30 08:00,台灯,"¥1,129.00",2,华东,已完成\n'
    'A1,2026/10/30 08:00,台灯,"¥1,129.00",2,华东,已完成\n'
    "A2,2026-10-31,充电宝,99,1,华北,已取消\n"
    "A3,2026-10-31 21:10:00,台灯,129,3,华东,已完成\n"
    "A4,2026-10-31,台灯,无,3,华东,已完成\n"
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("examples")
    with ServiceProcess(folder, workers=1, functions="orders,prices", functions_folder=EXAMPLES) as running:
        yield running


def test_cleaning_an_export_gives_a_file_that_can_be_analysed(service: ServiceProcess) -> None:
    run = service.client.post("/functions/clean_orders", files={"export": ("导出.csv", EXPORT.encode())}).json()
    assert [row["Order"] for row in run["result"]["rows"]] == ["A1", "A3"]
    assert run["printed"] == "5 rows read, 2 kept\n"
    cleaned = service.client.get(f"/v1/runs/{run['run_id']}/files/clean_orders.csv").content
    report = service.post_file("/v1/reports", cleaned).json()
    assert (report["analysis_date"], report["summary"]["total_sales"]) == ("2026-10-31", 387.0)
    assert report["previous_day"]["total_sales"] == 2258.0


def test_cancelled_orders_can_be_kept(service: ServiceProcess) -> None:
    sent = {"export": ("x.csv", EXPORT.encode())}
    run = service.client.post("/functions/clean_orders", files=sent, data={"keep_cancelled": "true"}).json()
    assert [row["Order"] for row in run["result"]["rows"]] == ["A1", "A2", "A3"]


def test_a_what_if_follows_the_elasticity(service: ServiceProcess) -> None:
    asked = {"price": 100, "quantity": 10, "change_percent": -20, "elasticity": -1}
    result = service.client.post("/functions/what_if_price", json=asked).json()["result"]
    assert result == {
        "new_price": 80.0,
        "new_quantity": 12.5,
        "sales_before": 1000.0,
        "sales_after": 1000.0,
        "sales_change_percent": 0.0,
    }


@pytest.mark.parametrize("page", ["functions.md", "functions_zh_Hans.md"])
def test_the_function_of_the_documentation_works(tmp_path: Path, page: str) -> None:
    [shown] = re.findall(r"```python\n# shop\.py\n(.+?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    (tmp_path / "shop.py").write_text(shown, encoding="utf-8")
    sent = {"orders": ("orders.csv", b"Product,Sales\nlamp,2\nbank,5\nlamp,4\n")}
    with ServiceProcess(tmp_path, workers=1, functions="shop", functions_folder=tmp_path) as service:
        run = service.client.post("/functions/best_sellers", files=sent, data={"top": "1"}).json()
        refused = service.client.post("/functions/best_sellers", files={"orders": ("x.csv", b"a\n1\n")})
    assert run["result"]["rows"] == [{"Product": "lamp", "Sales": 6}]
    assert refused.json()["code"] == "function_refused"
