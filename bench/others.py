"""What Prophet adds as a candidate: `python -m bench.others`, where it is installed.

Of each book of `bench.expect` a week is forecast from the days before it, at eight moments, with Prophet among the
candidates and without, and by Prophet alone.
"""

import math
import time

import numpy as np

from bench.expect import SEEDS, generated
from daybook.expect.history import History
from daybook.expect.others import named_others
from daybook.expect.series import WEEK, expected

WEEKS = 8


def main() -> None:
    """Print the error of a week ahead, how often Prophet was taken, and the time that a forecast takes."""
    others = named_others(["prophet"])
    off, came, taken, seconds = {"without": 0.0, "with": 0.0, "alone": 0.0}, 0.0, 0, {"without": 0.0, "with": 0.0}
    for seed in SEEDS:
        book = generated(seed)
        for back in range(WEEKS, 0, -1):
            start = len(book.days) - back * WEEK
            history = History.before(book.days[start].date, book.days[:start])
            if history is None:
                continue
            values = history.totals(lambda day: float(day.sales()))
            ahead = [float(day.sales()) for day in book.days[start : start + WEEK]]
            made = {}
            for name, used in (("without", ()), ("with", others)):
                began = time.process_time()
                made[name] = expected(values, history.first, WEEK, others=used)
                seconds[name] += time.process_time() - began
            logs = np.log(np.where(values > 0, values, math.nan))[:, 0]
            alone = np.exp(others[0].ahead(logs, history.first, WEEK))
            off["alone"] += float(np.abs(alone - ahead).sum())
            for name, each in made.items():
                off[name] += float(np.nansum(np.abs(each.value[:, 0] - ahead)))
            came += sum(ahead)
            taken += made["with"].method == [others[0].name]
    runs = len(SEEDS) * WEEKS
    print(f"  {runs} weeks of {len(SEEDS)} books; error in percent of sales:")
    for name, value in off.items():
        print(f"  {name:8} {100 * value / came:5.1f}")
    print(f"  Prophet taken {taken} times of {runs}; seconds of this process a forecast:", end=" ")
    print(", ".join(f"{name} {value / runs:.2f}" for name, value in seconds.items()))


if __name__ == "__main__":
    main()
