import datetime as dt

import pytest

from daybook.language import Language
from daybook.words import figures

ZH, EN = Language.CHINESE, Language.ENGLISH


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "0 元", "0"),
        (-0.001, "0.00 元", "0.00"),
        (985.5, "985.50 元", "985.50"),
        (999.999, "1,000.00 元", "1,000.00"),
        (8855.15, "8,855 元", "8,855"),
        (9999.4, "9,999 元", "9,999"),
        (9999.6, "1.00 万元", "10,000"),
        (196253.27, "19.63 万元", "196,253"),
        (-14478.75, "−1.45 万元", "−14,479"),
        (99_999_999, "1.00 亿元", "99,999,999"),
        (123_456_789_012.3, "1,234.57 亿元", "123,456,789,012"),
        (1.5e300, "1.50e+300 元", "1.50e+300"),
    ],
)
def test_money_as_it_is_said(value: float, zh: str, en: str) -> None:
    assert figures.short_amount(value, ZH) == zh
    assert figures.short_amount(value, EN) == en


def test_money_to_the_cent() -> None:
    assert figures.amount(196253.27, ZH) == "196,253.27 元"
    assert figures.amount(-1299, EN) == "−1,299.00"


@pytest.mark.parametrize(
    ("value", "text"),
    [(403, "403"), (1024.5, "1,024.5"), (0.000001, "0.000001"), (-0.0, "0"), (-3, "−3"), (1e18, "1.00e+18")],
)
def test_quantities_keep_what_says_something(value: float, text: str) -> None:
    assert figures.number(value) == text


@pytest.mark.parametrize(
    ("value", "text", "signed"),
    [
        (41.86, "41.9%", "+41.9%"),
        (-8.4, "−8.4%", "−8.4%"),
        (0, "0%", "0%"),
        (0.04, "0.04%", "+0.04%"),
        (-0.04, "−0.04%", "−0.04%"),
        (0.001, "0%", "0%"),
        (12345.6, "12,345.6%", "+12,345.6%"),
        (99.99, "100.0%", "+100.0%"),
    ],
)
def test_percent(value: float, text: str, signed: str) -> None:
    assert figures.percent(value) == text
    assert figures.signed_percent(value) == signed


def test_counts_agree_with_what_they_count() -> None:
    assert figures.counted(1, figures.ORDERS, EN) == "1 order"
    assert figures.counted(1200, figures.ORDERS, EN) == "1,200 orders"
    assert figures.counted(1200, figures.ORDERS, ZH) == "1,200 单"


@pytest.mark.parametrize(
    ("label", "zh", "en"),
    [
        ("0-100", "0–100 元", "0–100"),
        ("1000-5000", "1,000–5,000 元", "1,000–5,000"),
        ("5000+", "5,000 元以上", "over 5,000"),
        ("others", "others", "others"),
    ],
)
def test_price_bands(label: str, zh: str, en: str) -> None:
    assert figures.band(label, ZH) == zh
    assert figures.band(label, EN) == en


def test_days_have_their_weekday() -> None:
    saturday = dt.date(2026, 10, 31)
    assert figures.day(saturday, ZH) == "10月31日 周六"
    assert figures.day(saturday, EN) == "Sat 31 Oct"
    assert figures.weekday(saturday, ZH) == "周六"
    assert figures.weekday(saturday, EN) == "Saturday"
