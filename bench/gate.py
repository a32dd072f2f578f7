"""What the gate holds back: ordinary days wrongly, and files that are not whole; on the books of `bench.expect`.

    python -m bench.gate             the table of docs/gate.md

Some days from the 240th on are looked at, by the days before it alone, as it is and cut to a part of its rows, all
products and regions alike. "Short books" hold the last two to three weeks alone, of which too little is expected.
"""

import datetime as dt
from collections import Counter
from dataclasses import replace

import numpy as np

from bench.expect import JUDGED_FROM, generated
from daybook.expect.calendar import kind_of
from daybook.expect.judge import Facts, judged
from daybook.expect.parts import NOTHING, DayParts, Part
from daybook.gate import _lack_of_rows
from daybook.language import Language
from daybook.parameters import AnalysisParameters
from daybook.report import SalesReport

SEEDS = range(1, 4)
KEPT = (0.7, 0.5, 0.3, 0.2)
EVERY = 11
"""Each such day is looked at: a judgement takes a quarter of a second."""
SHORT_DAYS = 20
FACTS, ASKED = Facts(Language.ENGLISH), AnalysisParameters()


def held(day: DayParts, known: list[DayParts]) -> str:
    """Why a report on the day would wait; empty where it would go out."""
    report = SalesReport.model_construct(
        language=Language.ENGLISH, analysis_date=day.date, lines=day.lines, judgement=judged(day, known, FACTS)
    )
    lack = _lack_of_rows(report, day.date, ASKED)
    return lack.code if lack else ""


def cut(day: DayParts, kept: float, random: np.random.Generator) -> DayParts:
    """The day of a file that lacks rows at random."""

    def less(part: Part) -> Part:
        orders = int(random.binomial(part.orders, kept))
        share = orders / part.orders if part.orders else 0.0
        return Part(round(part.sales * share), orders, round(part.quantity * share))

    products = {name: less(part) for name, part in (day.products or {}).items()}
    regions = {name: less(part) for name, part in (day.regions or {}).items()}
    sums = [sum(part[place] for part in products.values()) for place in range(3)] or list(NOTHING)
    return replace(day, products=products, regions=regions, total=Part(*sums), lines=sums[1])


def main() -> None:
    """Print the table."""
    found: Counter[tuple[str, str]] = Counter()
    random = np.random.default_rng(7)
    for seed in SEEDS:
        book = generated(seed)
        for number in range(JUDGED_FROM, len(book.days), EVERY):
            day, event = book.days[number], book.events.get(number, "")
            kind = event or ("holiday or festival" if kind_of(day.date) else "ordinary")
            found[kind, held(day, book.days[:number])] += 1
            if kind != "ordinary":
                continue
            short = book.days[number - SHORT_DAYS : number]
            found["ordinary, short book", held(day, short)] += 1
            for kept in KEPT:
                found[f"{kept:.0%} of the rows", held(cut(day, kept, random), book.days[:number])] += 1
                found[f"{kept:.0%} of the rows, short book", held(cut(day, kept, random), short)] += 1
    for kind in sorted({kind for kind, _ in found}):
        codes = {code: count for (of, code), count in found.items() if of == kind}
        every, waits = sum(codes.values()), sum(count for code, count in codes.items() if code)
        print(f"  {kind:34} {waits:4} of {every:4} held back  {codes}")


if __name__ == "__main__":
    start = dt.datetime.now(dt.UTC)
    main()
    print(f"  {(dt.datetime.now(dt.UTC) - start).seconds} s")
