"""`named_others`: forecasters of other packages, which compete on a book where they are installed and asked for."""

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec

import numpy as np

from daybook.errors import ParameterError
from daybook.expect import texts
from daybook.expect.series import WEEK, Floats, Other
from daybook.language import excerpt

OTHERS = ("prophet",)
"""The names by which they are asked for. statsforecast is none: it needs a pandas before 3, Daybook one from 3.1 on."""


def named_others(names: Iterable[str]) -> tuple[Other, ...]:
    """The forecasters of these names.

    Raises:
        ParameterError: there is none of a name, or its package is not installed here.
    """
    wanted = dict.fromkeys(name.strip().lower() for name in names if name.strip())
    for name in wanted:
        if name not in OTHERS:
            raise ParameterError(texts.NO_SUCH_CANDIDATE, name=excerpt(name), known=", ".join(OTHERS))
        if find_spec(name) is None:
            raise ParameterError(texts.CANDIDATE_NOT_INSTALLED, name=name)
    return tuple(Prophet() for _ in wanted)


@dataclass(frozen=True, slots=True)
class Prophet:
    """Prophet with its weekday and yearly rhythm; Daybook leaves holidays out of what it is given."""

    name: str = "Prophet"

    def ahead(self, logs: Floats, first: dt.date, days: int) -> Floats:
        """Part of `Other`: the days after a series."""
        return _by_prophet(np.ascontiguousarray(logs).tobytes(), first, max(days, WEEK))[:days]


@lru_cache(maxsize=256)
def _by_prophet(logs: bytes, first: dt.date, days: int) -> Floats:
    """Kept, because the error of past forecasts asks for many of the same once more."""
    import pandas as pd  # noqa: PLC0415 - with Prophet alone
    from prophet import Prophet as Model  # noqa: PLC0415 - the same

    for name in ("cmdstanpy", "prophet"):
        logging.getLogger(name).setLevel(logging.WARNING)
    known = np.frombuffer(logs)
    dates = pd.date_range(first, periods=len(known) + days)
    model = Model(daily_seasonality=False, uncertainty_samples=0)
    model.fit(pd.DataFrame({"ds": dates[: len(known)], "y": known}).dropna())
    made: Floats = model.predict(pd.DataFrame({"ds": dates[len(known) :]}))["yhat"].to_numpy()
    return made
