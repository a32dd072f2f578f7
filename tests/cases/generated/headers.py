"""`make_header`: a plan's columns as one file names them, with units, in the letters of its program."""

import re
from decimal import Decimal
from random import Random

from tests.cases.generated.columns import Plan

_MONEY = {
    "price", "list_price", "price_as_total", "total", "gross", "discount", "discount_negative", "paid", "order_total",
    "unnamed_order_total",
    "cost", "profit",
}  # fmt: skip
_CENTS = {"zh": ("（分）", "(分)"), "en": (" (cents)", " in cents", "_cents")}
_UNITS = {"zh": "（元）", "en": " (USD)", "de": " (€)", "fr": " (€)", "pt": " (R$)", "ja": "（円）", "ko": "(원)"}


def make_header(random: Random, plan: Plan) -> tuple[list[str], Decimal]:
    """The names of the columns, and what the file's money is multiplied by."""
    unit, factor = _unit(random, plan)
    names = [name + unit if field in _MONEY else name for field, name in plan.columns]
    return _dressed(random, plan, names), factor


def _unit(random: Random, plan: Plan) -> tuple[str, Decimal]:
    """What is behind the names of money, and the factor that it means."""
    code = plan.language.code
    bare = not any(field in _MONEY and re.search(r"[(（_]", name) for field, name in plan.columns)
    composed = plan.name == "composed"
    draw = random.random()
    if bare and composed and code in _CENTS and draw < 0.05:
        return random.choice(_CENTS[code]), Decimal(100)
    if bare and composed and code == "zh" and plan.fields & _MONEY == {"total"} and draw < 0.2:
        return "（万元）", Decimal("0.0001")
    if bare and draw < 0.3:
        return _UNITS.get(code, ""), Decimal(1)
    return "", Decimal(1)


def _dressed(random: Random, plan: Plan, names: list[str]) -> list[str]:
    draw = random.random()
    english = plan.name == "composed" and plan.language.code == "en"
    if english and draw < 0.15:
        return [name.upper() for name in names]
    if english and draw < 0.3:
        return [re.sub(r"\W+", "_", name).strip("_").lower() or name for name in names]
    if draw < 0.33:
        return [f"{name}*" for name in names]
    if draw < 0.36:
        return [f" {name} " for name in names]
    return names
