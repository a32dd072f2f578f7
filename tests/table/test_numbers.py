"""How a column of numbers is read: by what all of it allows, or not at all."""

# ruff: noqa: E501  columns and what they are read as, a row each

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.errors import QuestionError
from daybook.table.cells import MICRO, State
from daybook.table.numbers import number_form
from daybook.table.spelling import header_unit, parse_unit


def read(*texts: str, **options: object) -> list[str]:
    """Each text's number as plain decimals, or the word for its state."""
    numbers = number_form(texts, **options).read(texts)  # type: ignore[arg-type]
    return [
        f"{(Decimal(int(micros)) / MICRO).normalize():f}" if state == State.VALUE else State(state).name
        for micros, state in zip(numbers.micros, numbers.states, strict=True)
    ]


COLUMNS = [
    # decimal sign, by the column
    (("1.299,00", "12,50", "1.299", "2,500"), ("1299", "12.5", "1299", "2.5")),
    (("1,299.00", "12.50", "1,299", "2.500"), ("1299", "12.5", "1299", "2.5")),
    (("1,29,900.00", "1,299.00", "12,34,56,789"), ("129900", "1299", "123456789")),
    (("1 299,00", "12 000,50", "7"), ("1299", "12000.5", "7")),
    (("1\u00a0299,00", "1\u202f000\u202f000,5"), ("1299", "1000000.5")),
    (("1'299.00", "2’000’000.50"), ("1299", "2000000.5")),
    (("1.299.000", "5.000"), ("1299000", "5000")),
    (("1,299", "2,450"), ("1299", "2450")),
    (("0,5", "1.000"), ("0.5", "1000")),
    (("12.50", "12,50"), ("12.5", "12.5")),
    (("0.396", "1.299"), ("0.396", "1.299")),
    (("R$ 1.299,00", "R$ 5,00"), ("1299", "5")),
    (("Rp 15.000", "Rp 7.000"), ("15000", "7000")),
    ((*("9.99",) * 99, "9,99"), (*("9.99",) * 99, "BAD")),
    # signs
    (("-129.00", "129.00-", "- 5", "−4", "+3", "(1)", "(50.00)"), ("-129", "-129", "-5", "-4", "3", "-1", "-50")),
    (("$ -   ", "($1,234.50)", "-$37.00", "$-5.00"), ("0", "-1234.5", "-37", "-5")),
    (("--5", "5+1", "(5", "10-20", "5)"), ("BAD",) * 5),
    # units, scales and currencies
    (("2件", "3 pcs", "2.5kg", "x3", "3.5 公斤", "2盒"), ("2", "3", "2.5", "3", "3.5", "2")),
    (("1.2万", "3k", "¥1.5万", "$1.2M", "2亿"), ("12000", "3000", "15000", "1200000", "200000000")),
    (("¥1299.00", "US$50.00", "20.00 USD", "Rs. 500", "30元/个", "HK$10.00"), ("1299", "50", "20", "500", "30", "10")),
    (("1,290円", "12,000원", "NT$ 300", "CHF 12", "12.50 zł"), ("1290", "12000", "300", "12", "12.5")),
    (("1299,-", "Rs.500/-", "12.–"), ("1299", "500", "12")),
    (("$5 kg", "1.2M", "US$5 EUR", "3件装", "约5", "50 m/s"), ("BAD",) * 6),
    # digits that are none, and what is no number
    (("129.00¹", "1²", "①", "1½", "３００", "5*"), ("129", "1", "BAD", "BAD", "300", "5")),
    (("#N/A", "#DIV/0!", "-", "nan", "\\N", "", "\u3000"), ("BAD",) * 5 + ("BLANK",) * 2),
    (("2026-10-31", "12:30", "1.2.3", "1,2,3", "abc", "A1001"), ("BAD",) * 6),
    (("6923450657713", "999999999999", "1e3", "1.2E+05", "1e20"), ("BAD", "999999999999", "1000", "120000", "BAD")),
    (("'129", ".5", "5.", "0.0000005", "0.0000015"), ("129", "0.5", "5", "0", "0.000002")),
    (("20%", "5"), ("BAD", "5")),
]


@pytest.mark.parametrize(("texts", "expected"), COLUMNS, ids=[" ".join(texts)[:30] for texts, _ in COLUMNS])
def test_a_column_is_read(texts: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert read(*texts) == list(expected)


@pytest.mark.parametrize(
    "texts",
    [("1.299", "2.450"), ("1.299",), ("1.299", "2,500"), ("€ 1.299",), ("$1.299",), ("12.50", "12,50", "1.299")],
)
def test_what_fits_two_readings_is_asked(texts: tuple[str, ...]) -> None:
    with pytest.raises(QuestionError) as asked:
        number_form(texts)
    assert asked.value.parameter == "decimal"
    assert [choice.value for choice in asked.value.choices] == [".", ","]


def test_the_answer_is_taken() -> None:
    assert read("1.299", decimal=",") == ["1299"]
    assert read("1.299", decimal=".") == ["1.299"]
    assert read("1.299", "2,500", hint=",") == ["1299", "2.5"]
    assert read("9.99", "1.299", hint=",") == ["9.99", "1.299"], "what the column says itself counts for more"


@pytest.mark.parametrize(
    ("header", "text", "expected"),
    [
        ("单价（分）", "12900", "129"), ("unit_price_cents", "12900", "129"), ("金额(万元)", "1.25", "12500"), ("Sales (k€)", "3", "3000"),
        ("金额（元）", "3", "3"), ("Revenue ($ thousands)", "1.5", "1500"), ("売上（千円）", "12", "12000"), ("매출(천원)", "12", "12000"),
        ("销量(kg)", "2.5", "2.5"), ("金额(万元)", "1.2万", "12000"), ("Umsatz in Tsd. €", "5", "5000"), ("单价（元/kg）", "3", "3"),
        ("Price in cents", "250", "2.5"), ("paid_in_cents", "250", "2.5"), ("Total (in_thousands)", "7", "7000"), ("Amount (USD)", "7", "7"), ("price_usd", "7", "7"), ("销售额/万元", "2", "20000"),
    ],
)  # fmt: skip
def test_the_unit_of_a_header_counts(header: str, text: str, expected: str) -> None:
    assert read(text, unit=header_unit(header)) == [expected]


@pytest.mark.parametrize(
    ("header", "currency"),
    [
        ("Price (USD)", "USD"),
        ("金额(元)", "元"),
        ("Preis [€]", "EUR"),
        ("price_gbp", "GBP"),
        ("Price (INR)", "INR"),
        ("Price", ""),
    ],
)
def test_the_currency_of_a_header(header: str, currency: str) -> None:
    assert header_unit(header).currency == currency


def test_rates() -> None:
    assert read("20%", "0.2", "8折", "8.5折", "95折", rates=True) == ["0.2", "0.2", "0.2", "0.15", "0.05"]
    assert read("20", unit=parse_unit("%"), rates=True) == ["0.2"]
    assert read("8", unit=parse_unit("折"), rates=True) == ["0.2"]


def test_what_a_column_names_is_told() -> None:
    form = number_form(["¥1", "$2", "3 kg", "#N/A", "5%"], [1, 1, 1, 7, 2])
    assert (form.currencies, form.measures, form.errors, form.percents) == (("¥", "$"), ("kg",), 7, 2)
    assert form.read(["¥1", "2"]).currencies == ("¥", "")


def _spelled(value: Decimal, group: str, decimal: str, places: int) -> str:
    text = f"{value:,.{places}f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", group)


_LOCALES = [(",", "."), (".", ","), (" ", ","), ("'", "."), ("", "."), ("", ","), ("\u202f", ","), (" ", ".")]


@given(
    values=st.lists(st.decimals("-99999999", "99999999", places=2), min_size=1, max_size=12),
    places=st.sampled_from([0, 1, 2]),
    locale=st.sampled_from(_LOCALES),
    signs=st.sampled_from(["{}", "€ {}", "{} kg", "USD {}"]),
)
def test_what_a_locale_writes_is_read_back_or_asked_about(
    values: list[Decimal], places: int, locale: tuple[str, str], signs: str
) -> None:
    rounded = [value.quantize(Decimal(1).scaleb(-places)) for value in values]
    texts = [signs.format(_spelled(value, *locale, places)) for value in rounded]
    try:
        form = number_form(texts)
    except QuestionError:
        return
    got = [Decimal(int(micros)) / MICRO for micros in form.read(texts).micros]
    assert got == rounded


@given(st.lists(st.text(alphabet="0123456789.,-()%¥$€ 万kgE'", max_size=9), min_size=1, max_size=6))
def test_any_text_has_a_state(texts: list[str]) -> None:
    try:
        numbers = number_form(texts).read(texts)
    except QuestionError:
        return
    assert all(
        (state == State.VALUE) or micros == 0 for micros, state in zip(numbers.micros, numbers.states, strict=True)
    )
