"""The report's figures by decimal arithmetic, cell by cell: written apart from the product's code, slow and plain."""

import csv
import datetime as dt
import io
import itertools
import unicodedata
from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, localcontext
from typing import Any

BANDS = (("0-100", 0, 100), ("100-500", 100, 500), ("500-1000", 500, 1000), ("1000-5000", 1000, 5000))
TOTALS = {"合计", "小计", "Grand Total", "All regions"}
BLANKS = " \t\r\n\u3000\u00a0\ufeff\u200b"


def read_number(cell: str) -> Decimal | str:
    """The number in a cell, or "blank" or "bad"."""
    text = unicodedata.normalize("NFKC", cell).strip(BLANKS).replace("−", "-")
    if not text:
        return "blank"
    lowered = text.lower()
    for sign in ("rmb", "cny", "元"):
        lowered = lowered.removeprefix(sign).removesuffix(sign).strip()
    plain = "".join(character for character in lowered if unicodedata.category(character) != "Sc").strip()
    whole = plain.lstrip("+-").split(".")[0].split("e")[0]
    groups = whole.split(",")
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])):
        return "bad"
    if "_" in plain or not plain or not plain.isascii() or "," in plain.partition(".")[2]:
        return "bad"
    try:
        value = Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return "bad"
    if not value.is_finite() or abs(value) >= 10**12:
        return "bad"
    return value.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)


def read_date(cell: str) -> dt.date | str:
    """The date in a cell, or "blank" or "bad"."""
    text = unicodedata.normalize("NFKC", cell).strip(BLANKS)
    if not text:
        return "blank"
    day, _, clock = text.replace("T", " ").partition(" ")
    if clock:
        try:
            dt.time.fromisoformat(clock.strip().zfill(5))
        except ValueError:
            return "bad"
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"):
        try:
            return dt.datetime.strptime(day, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return "bad"


def cents(value: Decimal) -> float:
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_EVEN)) + 0.0


def percent(part: Decimal, whole: Decimal) -> float | None:
    return cents(part * 100 / whole) if whole else None


def figures(text: str) -> dict[str, Any]:
    """What the report must say of the latest day in a CSV text with the plain header."""
    with localcontext(prec=120):
        return _figures([row for row in csv.DictReader(io.StringIO(text, newline="")) if any_text(row)])


def any_text(row: dict[str, Any]) -> bool:
    return any((cell or "").strip(BLANKS) for cell in row.values() if isinstance(cell, str))


def filled_down(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Dates and regions of merged cells: where no date repeats the one above it, and three rows of ten have none."""
    blank = [not (row["Date"] or "").strip(BLANKS) for row in rows]
    standing = [row["Date"] for row, missing in zip(rows, blank, strict=True) if not missing]
    repeats = any(above == below for above, below in itertools.pairwise(standing))
    if not rows or blank[0] or repeats or sum(blank) < 0.3 * len(rows):
        return rows
    filled: list[dict[str, Any]] = []
    for row, missing in zip(rows, blank, strict=True):
        above = filled[-1] if filled else {}
        region = row["Region"] if (row["Region"] or "").strip(BLANKS) or not missing else above["Region"]
        filled.append({**row, "Date": above["Date"] if missing else row["Date"], "Region": region})
    return filled


def without_totals(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without rows that say that they are totals, and those without a product that add up the rows above."""
    left = [row for row in rows if not any((row[name] or "").strip() in TOTALS for name in ("Product", "Region"))]
    sums: dict[Any, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    kept = []
    for row in left:
        worth, day = _worth(row), read_date(row["Date"] or "")
        if (row["Product"] or "").strip(BLANKS):
            for key in ("all", "since", day):
                add = [Decimal(1), *(part or Decimal(0) for part in worth)]
                sums[key] = [old + new for old, new in zip(sums[key], add, strict=True)]
            kept.append(row)
        elif any(worth) and any(
            sums[key][0] > 1
            and all(part is None or part == total for part, total in zip(worth, sums[key][1:], strict=True))
            for key in ("all", "since", day)
        ):
            del sums["since"]
        else:
            kept.append(row)
    return kept


def _worth(row: dict[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    price, cell = read_number(row["Price"] or ""), read_number(row["Amount"] or "")
    units = cell if isinstance(cell, Decimal) else None
    if not isinstance(price, Decimal):
        return None, units
    return _sales(price, units or Decimal(0)), units


def _sales(price: Decimal, units: Decimal) -> Decimal:
    """Price times quantity; taken back where both are negative."""
    return -(price * units) if price < 0 and units < 0 else price * units


def _figures(rows: list[dict[str, Any]]) -> dict[str, Any]:
    rows = without_totals(filled_down(rows))
    read = []
    wrong = {"blank_dates": 0, "bad_dates": 0}
    for row in rows:
        date = read_date(row["Date"] or "")
        if isinstance(date, str):
            wrong[f"{date}_dates"] += 1
        else:
            product, region = ((row[name] or "").strip(BLANKS) for name in ("Product", "Region"))
            read.append((date, product, region, read_number(row["Price"] or ""), read_number(row["Amount"] or "")))
    dates = sorted({row[0] for row in read})
    last = dates[-1]
    day = [row for row in read if row[0] == last]
    total = _sum(day)
    result = {
        "analysis_date": last,
        "days": len(dates),
        "first_date": dates[0],
        "rows_read": len(rows),
        **wrong,
        "total_sales": cents(total["sales"]),
        "total_orders": total["orders"],
        "total_quantity": float(total["quantity"]),
        "average_order_value": cents(total["sales"] / total["orders"]),
        "refunds": total["refunds"],
        "refund_sales": cents(total["refund_sales"]),
        "products": _ranking(day, 1, total["sales"]),
        "regions": _ranking(day, 2, total["sales"]),
        "bands": _bands(day, total["sales"]),
        "unique_products": len({row[1] for row in day}),
        "unique_regions": len({row[2] for row in day}),
        "previous_day": _compare(read, last - dt.timedelta(days=1), total["sales"]),
        "week_before": _compare(read, last - dt.timedelta(days=7), total["sales"]),
    }
    for place, name in ((3, "prices"), (4, "quantities")):
        for state in ("blank", "bad"):
            result[f"{state}_{name}"] = sum(row[place] == state for row in day)
    return result


def _sum(rows: list[Any]) -> dict[str, Any]:
    sums: dict[str, Any] = defaultdict(lambda: Decimal(0))
    sums["orders"] = len(rows)
    sums["refunds"] = 0
    for _, _, _, price, amount in rows:
        if isinstance(amount, Decimal):
            sums["quantity"] += amount
        if isinstance(price, Decimal):
            sums["price_sum"] += price
            sums["price_count"] += 1
        if isinstance(price, Decimal) and isinstance(amount, Decimal):
            sums["sales"] += _sales(price, amount)
            if _sales(price, amount) < 0:
                sums["refunds"] += 1
                sums["refund_sales"] += _sales(price, amount)
    return sums


def _ranking(rows: list[Any], place: int, total: Decimal) -> list[Any]:
    groups = defaultdict(list)
    for row in rows:
        if row[place]:
            groups[row[place]].append(row)
    ranking = []
    for name, members in groups.items():
        sums = _sum(members)
        mean = cents(sums["price_sum"] / sums["price_count"]) if sums["price_count"] else None
        ranking.append((name, cents(sums["sales"]), sums["orders"], float(sums["quantity"]), mean,
                        percent(sums["sales"], total)))  # fmt: skip
    return sorted(ranking, key=lambda item: (-item[1], item[0]))


def _bands(rows: list[Any], total: Decimal) -> list[Any]:
    found = []
    for name, low, high in (*BANDS, ("5000+", 5000, None)):
        members = [
            row for row in rows if isinstance(row[3], Decimal) and row[3] > low and (high is None or row[3] <= high)
        ]
        if members:
            sums = _sum(members)
            found.append((name, cents(sums["sales"]), len(members), float(sums["quantity"]),
                          percent(sums["sales"], total)))  # fmt: skip
    return found


def _compare(rows: list[Any], date: dt.date, sales: Decimal) -> Any:
    members = [row for row in rows if row[0] == date]
    if not members:
        return None
    before = _sum(members)["sales"]
    return (date, cents(before), len(members), cents(sales - before), percent(sales - before, max(before, Decimal(0))))
