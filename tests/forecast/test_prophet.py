"""Prophet as a candidate: it competes on the book itself, in the service and in the terminal."""

import datetime as dt
import io

import numpy as np
import pytest

from daybook.expect.forecast import forecast
from daybook.expect.others import named_others
from daybook.language import Language
from tests.forecast.test_forecast import service  # noqa: F401 (a fixture)
from tests.service.harness import ServiceProcess

FIRST = dt.date(2025, 6, 30)
WEEK = np.array([1.0, 1.1, 0.9, 1.0, 1.3, 1.8, 1.6])


def growing(days: int) -> dict[dt.date, float]:
    """Four percent more each day: a level that follows what is new always comes late."""
    level = 1000 * 1.04 ** np.arange(days) * np.resize(WEEK, days)
    return {FIRST + dt.timedelta(days=number): float(value) for number, value in enumerate(level)}


def test_is_taken_where_it_does_better_on_the_book_itself() -> None:
    sales = growing(87)
    known = {day: value for day, value in sales.items() if day < FIRST + dt.timedelta(days=80)}
    with_it = forecast(known, 7, Language.ENGLISH, others=named_others(["prophet"]))
    without = forecast(known, 7, Language.ENGLISH)
    assert with_it.method == "Prophet"
    assert with_it.error_percent is not None
    assert without.error_percent is not None
    assert with_it.error_percent < 3 < without.error_percent
    came = [sales[day.date] for day in with_it.days]
    assert [day.expected_sales for day in with_it.days] == pytest.approx(came, rel=0.03)


def test_competes_in_the_service(service: ServiceProcess) -> None:  # noqa: F811
    lines = ["Date,Sales", *(f"{day},{value:.2f}" for day, value in growing(60).items())]
    file = ("sales.csv", io.BytesIO("\n".join(lines).encode()), "text/csv")
    service.client.post("/v1/reports", files={"file": file}, data={"book": "shop"}).raise_for_status()
    answer = service.client.get("/v1/books/shop/forecast", params={"candidates": "prophet", "language": "en_US"}).json()
    assert answer["method"] == "Prophet"
    assert len(answer["days"]) == 7
    wrong = service.client.get("/v1/books/shop/forecast", params={"candidates": "arima", "language": "en_US"})
    assert wrong.status_code == 422
    assert "no forecaster called arima" in wrong.json()["detail"]
