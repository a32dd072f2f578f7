"""`expected`: what each of many daily series should have been on its last days, and how sure that is.

All is done in logarithms, on a matrix of days and series, so that two hundred products cost little more than one. Each
candidate forecasts every day from the days before it alone: the forecasts of the past are the rolling backtest by which
one of them is chosen, and how far it was off is how sure the next forecast is. Days that are no ordinary ones, and days
that are not known, are not learned from; a forecast of several days is one over days that are not known yet.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from daybook.expect.calendar import Kind, kinds_of

type Floats = npt.NDArray[np.float64]

WEEK = 7
LEAST_DAYS = 21
"""With fewer known days there is no forecast."""
JUDGED_DAYS = 112
"""The latest days by which a candidate is chosen, and its error measured."""
ERROR_DAYS = 28
"""The days whose error is shown beside a forecast."""
WIDTH = 2.3
"""Half the interval in standard deviations: about one ordinary day in a hundred lies below it, and one above.
Tuned by ``python -m bench.expect --tune``."""
TAIL, TAIL_WIDTH, TAIL_MOST = 0.06, 1.555, 2.5
"""Where a series strays further to one side than its middle tells, as a shop in the rain does, the interval is wider
there: by the deviation that so many of its days are beyond, and not more than so many times that of its middle."""
FRESH_WIDTH = 8.0
"""What a measured deviation is widened by, over the number of days that it was measured on."""
UNSEEN_SPREAD = 0.35
"""Standard deviation, in logarithms, of what a day may be of whose kind the series has seen none: 42 percent up."""
GROUP_LEAST = 3
"""Days of a group (holidays, festivals) that say what another day of it is like."""
_FLOOR = 0.02
"""Of its median a series' smallest value: logarithms have no zero."""
_LEAST_DEVIATION = 0.02
_CLIP, _RUN, _RUN_LENGTH, _JUMP = 2.5, 1.5, 3, 0.7
_SEASON_WEEKS, _NAIVE_WEEKS = 8, 4
_PREFERRED = 0.98


class Smoothing(NamedTuple):
    """How quickly a level, and its trend, follow what is new."""

    level: float
    trend: float = 0.0


SMOOTHINGS = {
    "smoothing, slow": Smoothing(0.1),
    "smoothing": Smoothing(0.25),
    "smoothing, quick": Smoothing(0.5),
    "smoothing, damped trend": Smoothing(0.25, 0.03),
}
_DAMPED = 0.9
CANDIDATES = ("the same weekday a week before", "median of four same weekdays", *SMOOTHINGS, "mean of two")
"""`forecasts` gives them in this order."""
_MEAN_OF = (1, 3)
NAIVE = 0
OTHER_DAYS = 28
"""The latest days by which a method from elsewhere is held against those here."""


class Other(Protocol):
    """A forecaster from elsewhere, which competes with the candidates here."""

    @property
    def name(self) -> str:
        """What it is called."""

    def ahead(self, logs: Floats, first: dt.date, days: int) -> Floats:
        """The days after a series, which begins on `first`; NaN in it where a day is not known."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What was expected of each series on each of the days asked for; NaN where there is nothing to go by."""

    value: Floats
    """Days x series."""
    low: Floats
    high: Floats
    method: list[str]
    """The candidate chosen, a series."""
    scaled_error: Floats
    """Mean absolute error of one day ahead, over that of the same weekday a week before (MASE); NaN if unknown."""
    error: Floats
    """Mean absolute error of one day ahead in the last four weeks, over sales; NaN if unknown."""
    known: npt.NDArray[np.int64]
    """Days that each series was learned from."""
    unseen: list[Kind | None]
    """The kind of each day asked for, where no day of that kind has been seen."""


type Others = Sequence[Other]


def expected(values: Floats, first: dt.date, ahead: int, *, width: float = WIDTH, others: Others = ()) -> Expected:
    """What the days after the known ones should be.

    Args:
        values: days x series, from `first` on without a gap; NaN where a day is not known.
        first: the first day.
        ahead: how many days after them are asked for.
        width: half the interval in standard deviations.
        others: forecasters from elsewhere, held against the candidates on the latest four weeks. They are fitted once
            a week and forecast all of it, which is harder than the one day ahead of the candidates here.
    """
    days, series = values.shape
    dates = [first + dt.timedelta(days=number) for number in range(days + ahead)]
    kinds = kinds_of(dates)
    whole = np.vstack([values, np.full((ahead, series), np.nan)])
    logs, ordinary = _logarithms(whole, np.array([kind is None for kind in kinds]))
    judged = slice(max(0, days - JUDGED_DAYS), days)
    every = forecasts(ordinary)
    error = np.abs(ordinary[None] - every)[:, judged]
    chosen = _chosen(error)
    columns = np.arange(series)
    made, method = every[chosen, :, columns].T, [CANDIDATES[place] for place in chosen]
    off = ordinary - made
    for other in others:
        theirs = _elsewhere(other, ordinary, first, days)
        is_better = _does_better(np.abs(ordinary - theirs), np.abs(off))
        off = np.where(is_better, ordinary - theirs, off)
        made = np.where(is_better & np.isfinite(theirs), theirs, made)
        method = [other.name if better else own for better, own in zip(is_better, method, strict=True)]
    signed = off[judged]
    count = np.isfinite(signed).sum(axis=0)
    deviation = np.maximum(1.4826 * _median(np.abs(signed)), _LEAST_DEVIATION)
    fresh = 1 + FRESH_WIDTH / np.maximum(count, 1)
    below, above = (fresh * _tail(side, deviation) for side in (-signed, signed))
    known = np.isfinite(values).sum(axis=0)
    deviation[(known < LEAST_DAYS) | (count < WEEK)] = np.nan
    shift, spread, unseen = _special(logs[:days] - made[:days], kinds, ahead)
    steps = np.sqrt(np.arange(ahead) / WEEK)[:, None]  # a level drifts while nobody looks
    drift = 1 + 0.25 * steps**2
    down, up = (width * np.sqrt(side**2 * drift + spread**2) for side in (below, above))
    middle = made[days:] + shift
    middle[:, ~np.isfinite(deviation)] = np.nan
    return Expected(
        value=np.exp(middle),
        low=np.exp(middle - down),
        high=np.exp(middle + up),
        method=method,
        scaled_error=_scaled(np.exp(made[judged]), np.exp(every[NAIVE, judged]), whole[judged]),
        error=_relative(np.exp(made[:days])[-ERROR_DAYS:], whole[:days][-ERROR_DAYS:]),
        known=known,
        unseen=unseen,
    )


def naive_ahead(values: Floats, ahead: int) -> Floats:
    """The days after the known ones as their last week was: what a forecast has to beat."""
    whole = np.vstack([values, np.full((ahead, values.shape[1]), np.nan)])
    return _repeated(_shifted(whole, WEEK))[len(values) :]


def forecasts(logs: Floats) -> Floats:
    """One day ahead by each candidate, for each day from those before it: candidates x days x series."""
    naive = np.stack([_shifted(logs, WEEK * week) for week in range(1, _NAIVE_WEEKS + 1)])
    last = naive[-1]
    for place in range(len(naive) - 2, -1, -1):
        last = np.where(np.isfinite(naive[place]), naive[place], last)
    median, last = _repeated(_median(naive)), _repeated(last)
    season = _season(logs)
    smoothed = _smoothed(logs, season)
    found = [last, median, *smoothed]
    both = np.stack([found[place] for place in _MEAN_OF])
    return np.stack([*found, both.mean(axis=0)])


def _elsewhere(other: Other, logs: Floats, first: dt.date, days: int) -> Floats:
    """A week ahead in each of the latest known weeks, and all days that are still to come."""
    made = np.full_like(logs, np.nan)
    origins = [origin for origin in range(days - OTHER_DAYS, days, WEEK) if origin >= LEAST_DAYS]
    for column in range(logs.shape[1]):
        for origin, end in [*((origin, origin + WEEK) for origin in origins), (days, len(logs))]:
            made[origin:end, column] = other.ahead(logs[:origin, column], first, end - origin)
    return made


def _logarithms(values: Floats, is_ordinary: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """All days, and the ordinary ones alone."""
    positive = np.where(values > 0, values, np.nan)
    floor = _FLOOR * _median(positive)
    with np.errstate(invalid="ignore"):
        logs = np.log(np.where(np.isnan(values), np.nan, np.fmax(values, floor)))
    return logs, np.where(is_ordinary[:, None], logs, np.nan)


def _chosen(error: Floats) -> npt.NDArray[np.intp]:
    """The candidate of least error, a series; the mean of two unless another is plainly better."""
    middle = _median(error.reshape(-1, error.shape[2]))
    capped = np.fmin(error, 6 * middle)  # a shock says nothing of a method
    both = np.isfinite(error).all(axis=0)
    count = both.sum(axis=0)
    score = np.where(both[None], capped, 0).sum(axis=1) / np.maximum(count, 1)
    score[-1] *= _PREFERRED
    return np.where(count > 0, score.argmin(axis=0), len(score) - 1)


def _does_better(theirs: Floats, ours: Floats) -> npt.NDArray[np.bool_]:
    """Whether their error is plainly less than ours on the days of which both are known, a series."""
    most = 6 * _median(ours)  # a shock says nothing of a method
    both = np.isfinite(theirs) & np.isfinite(ours)
    sums = (np.where(both, np.fmin(each, most), 0).sum(axis=0) for each in (theirs, ours))
    less: npt.NDArray[np.bool_] = next(sums) < _PREFERRED * next(sums)
    return less


def _tail(off: Floats, deviation: Floats) -> Floats:
    """The deviation to one side: that of the middle, or of the tail where it says more."""
    count = np.isfinite(off).sum(axis=0)
    ordered = np.sort(np.where(np.isfinite(off), off, -np.inf), axis=0)
    place = np.clip(len(off) - np.ceil(TAIL * count).astype(np.intp), 0, len(off) - 1)
    beyond = np.take_along_axis(ordered, place[None], axis=0)[0] / TAIL_WIDTH
    wider: Floats = np.clip(beyond, deviation, TAIL_MOST * deviation)
    return wider


def _scaled(made: Floats, naive: Floats, values: Floats) -> Floats:
    """Mean absolute error over that of the naive forecast, on the days of which both are known."""
    ours, theirs = np.abs(made - values), np.abs(naive - values)
    both = np.isfinite(ours) & np.isfinite(theirs)
    least = np.where(both, theirs, 0).sum(axis=0)
    return np.where(least > 0, np.where(both, ours, 0).sum(axis=0) / np.where(least > 0, least, 1), np.nan)


def _relative(made: Floats, values: Floats) -> Floats:
    """Mean absolute error over the mean of what came."""
    off = np.abs(made - values)
    both = np.isfinite(off)
    whole = np.where(both, np.abs(values), 0).sum(axis=0)
    return np.where(whole > 0, np.where(both, off, 0).sum(axis=0) / np.where(whole > 0, whole, 1), np.nan)


def _season(logs: Floats) -> Floats:
    """How far each weekday lies from its week, by the weeks before each day."""
    padded = np.pad(logs, ((3, 3), (0, 0)), constant_values=np.nan)
    around = np.lib.stride_tricks.sliding_window_view(padded, WEEK, axis=0)
    valid = np.isfinite(around).sum(axis=2)
    level = np.where(valid >= WEEK - 2, np.nansum(around, axis=2) / np.maximum(valid, 1), np.nan)
    beside = logs - level
    lags = np.stack([_shifted(beside, WEEK * week) for week in range(1, _SEASON_WEEKS + 1)])
    return _repeated(_median(lags))


def _smoothed(logs: Floats, season: Floats) -> list[Floats]:
    """The level of each smoothing, with the weekday on it; a run of days on one side moves the level at once."""
    days, series = logs.shape
    rates = np.array([each.level for each in SMOOTHINGS.values()])[:, None]
    trends = np.array([each.trend for each in SMOOTHINGS.values()])[:, None]
    weekday = np.where(np.isfinite(season), season, 0.0)
    made = np.full((len(SMOOTHINGS), days, series), np.nan)
    started = np.full(series, 0)
    level = np.full((len(SMOOTHINGS), series), np.nan)
    trend, spread, run = np.zeros_like(level), np.full_like(level, 0.15), np.zeros_like(level)
    is_valid = np.isfinite(logs)
    for day in range(days):
        now, valid = logs[day] - weekday[day], is_valid[day]
        trend = _DAMPED * trend
        level = level + trend
        made[:, day] = np.where(started >= 2 * WEEK, level + season[day], np.nan)
        off = np.where(valid, now - level, 0.0)
        fresh = np.isnan(level) & valid
        off = np.where(np.isnan(off), 0.0, off)
        step = np.clip(off, -_CLIP * spread, _CLIP * spread)
        beyond = np.abs(off) > _RUN * spread
        run = np.where(valid, np.where(beyond, np.where(run * off > 0, run + np.sign(off), np.sign(off)), 0.0), run)
        jumps = np.abs(run) >= _RUN_LENGTH
        level = np.where(fresh, now, level + np.where(jumps, _JUMP * off, rates * step))
        trend = trend + np.where(jumps, 0.0, trends * step)
        run = np.where(jumps, 0.0, run)
        spread = np.where(valid, 0.94 * spread + 0.06 * 1.25 * np.minimum(np.abs(off), 3 * spread), spread)
        spread = np.maximum(spread, _LEAST_DEVIATION)
        started = started + valid
    return list(made)


def _special(off: Floats, kinds: Sequence[Kind | None], ahead: int) -> tuple[Floats, Floats, list[Kind | None]]:
    """How much higher the days asked for are for what they are, how sure that is, and which kinds are not known.

    Args:
        off: how far each known day was from what an ordinary one would have been.
        kinds: of those days, and of the days asked for.
        ahead: how many those are.
    """
    days, series = off.shape
    shift, spread = np.zeros((ahead, series)), np.zeros((ahead, series))
    unseen: list[Kind | None] = []
    for place, kind in enumerate(kinds[days:]):
        unseen.append(None)
        if kind is None:
            continue
        same = [row for row in range(days) if (other := kinds[row]) is not None and other.key == kind.key]
        like = [row for row in range(days) if (other := kinds[row]) is not None and other.group == kind.group]
        own, group = off[same], off[like]
        seen, many = np.isfinite(own).any(axis=0), np.isfinite(group).sum(axis=0) >= GROUP_LEAST
        middle = _median(group) if like else np.full(series, np.nan)
        around = 1.4826 * _median(np.abs(group - middle)) if like else np.full(series, np.nan)
        own_middle = _median(own) if same else np.full(series, np.nan)
        shift[place] = np.where(seen, own_middle, np.where(many, middle, 0.0))
        doubt = np.where(many, np.minimum(around, UNSEEN_SPREAD), UNSEEN_SPREAD)
        spread[place] = np.where(seen, 0.5 * doubt, doubt)
        if not (seen | many).any():
            unseen[-1] = kind
    return shift, spread, unseen


def _shifted(values: Floats, days: int) -> Floats:
    """Each row's value so many rows earlier."""
    earlier = np.full_like(values, np.nan)
    earlier[days:] = values[:-days]
    return earlier


def _repeated(values: Floats) -> Floats:
    """Where a row knows nothing, what was known a week before; weeks that are still to come repeat the last one."""
    values = values.copy()
    for day in range(WEEK, len(values)):
        values[day] = np.where(np.isfinite(values[day]), values[day], values[day - WEEK])
    return values


def _median(values: Floats) -> Floats:
    """The median over the first axis of what is known; NaN where nothing is. Far quicker than ``np.nanmedian``."""
    count = np.isfinite(values).sum(axis=0)
    if not len(values):
        return np.full(values.shape[1:], np.nan)
    ordered = np.sort(values, axis=0)
    below, above = np.maximum(count - 1, 0) // 2, np.maximum(count, 1) // 2
    above = np.where(count > 0, above, 0)
    low = np.take_along_axis(ordered, below[None], axis=0)[0]
    high = np.take_along_axis(ordered, above[None], axis=0)[0]
    return np.where(count > 0, (low + high) / 2, np.nan)
