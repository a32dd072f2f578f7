"""What it changes that somebody explains the days of a promotion, or of a stock-out: `python -m bench.explained`.

The last four weeks of the books of `bench.expect` are expected day by day, each from those before it. Before them lie
days of more, or less, than usual: not explained, explained, and as they would have been without.
"""

import statistics
from dataclasses import replace

from bench.expect import SEEDS, Book, generated
from daybook.expect.calendar import kind_of
from daybook.expect.history import History
from daybook.expect.parts import DayParts, Part
from daybook.explanation import Because

AFTER = 28
"""Days after what was explained, each expected from those before it."""


def main() -> None:
    """Print how well the four weeks after a promotion or a stock-out are expected, with its explanation and without."""
    books = [generated(seed) for seed in SEEDS]
    print("  error of the next 7 | 28 days, in percent of sales; ordinary days of them outside their range")
    for name, count, times in (
        ("one day of twice the sales", 1, 2.0),
        ("a week of 1.6 times", 7, 1.6),
        ("two weeks of 1.6 times", 14, 1.6),
        ("two weeks of 0.6 times", 14, 0.6),
    ):
        said = []
        for told in (False, True, None):  # None: had it not been
            found = [_after(book, count, 1.0 if told is None else times, told=bool(told)) for book in books]
            week, weeks = (statistics.fmean(each[place] for each in found) for place in (0, 1))
            outside = sum(each[2] for each in found)
            said.append(f"{100 * week:.1f} | {100 * weeks:.1f}, {outside:3.0f}")
        print(f"  {name:27} unsaid {said[0]}; explained {said[1]}; had it not been {said[2]}")


def _after(book: Book, count: int, times: float, *, told: bool) -> tuple[float, float, float]:
    """The error of the first week after a run of days, of four weeks, and ordinary days outside their range."""
    start = len(book.days) - AFTER
    days = list(book.days)
    for place in range(start - count, start):
        days[place] = replace(_times(days[place], times), explained=Because.PROMOTION if told else None)
    off, came, outside = [], [], 0
    for place in range(start, len(days)):
        history = History.before(days[place].date, days[:place])
        if place in book.events or kind_of(days[place].date) or history is None:
            continue
        made = history.expected(history.totals(lambda day: float(day.sales())))
        now = float(days[place].sales())
        off.append((place, abs(float(made.value[0, 0]) - now)))
        came.append((place, now))
        outside += not float(made.low[0, 0]) <= now <= float(made.high[0, 0])

    def error(until: int) -> float:
        return sum(value for place, value in off if place < until) / sum(
            value for place, value in came if place < until
        )

    return error(start + 7), error(len(days)), outside


def _times(day: DayParts, times: float) -> DayParts:
    """A day of so many times the sales."""
    return replace(day, total=Part(*(round(value * times) for value in day.total)))


if __name__ == "__main__":
    main()
