"""The example that forecasts, hosted."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.harness import ServiceProcess

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "functions"
FIRST = dt.date(2026, 8, 3)
WEEK = (100.0, 110.0, 120.0, 130.0, 180.0, 260.0, 240.0)


def sales(days: int) -> bytes:
    """A week that repeats, each day in two rows."""
    lines = ["Date,Sales"]
    for number in range(days):
        day = FIRST + dt.timedelta(days=number)
        lines += [f"{day},{WEEK[number % 7] / 2}"] * 2
    return "\n".join(lines).encode()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("forecast")
    settings = {"workers": 1, "functions": "forecast", "functions_folder": EXAMPLES, "language": "en_US"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))  # Daybook is not installed here
        with ServiceProcess(folder, **settings) as running:
            yield running


def test_a_week_that_repeats_is_forecast_to_repeat(service: ServiceProcess) -> None:
    sent = {"sales": ("sales.csv", sales(56))}
    run = service.client.post("/functions/forecast_sales", files=sent, data={"days": "7"}).json()
    rows = run["result"]["rows"]
    assert [row["Date"] for row in rows] == [str(FIRST + dt.timedelta(days=56 + number)) for number in range(7)]
    assert [row["Sales"] for row in rows] == pytest.approx(WEEK, rel=0.05)
    assert run["files"][0]["name"] == "forecast_sales.csv"


def test_too_few_days_are_refused_in_a_sentence(service: ServiceProcess) -> None:
    answer = service.client.post("/functions/forecast_sales", files={"sales": ("sales.csv", sales(14))})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "No forecast yet: 14 days of sales are known, and 21 are needed."
