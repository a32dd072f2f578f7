"""The core's own tests once more, where pyarrow is installed: pandas then holds text otherwise."""

import pandas as pd

from tests.reduce.test_report_is_exact import *  # noqa: F403
from tests.table.test_table import *  # type: ignore[assignment]  # noqa: F403  each keeps its own
from tests.test_cube import *  # type: ignore[assignment]  # noqa: F403  helpers of the same name: each keeps its own


def test_pandas_holds_text_in_arrow_here() -> None:
    assert pd.Series(["a"]).dtype.storage == "pyarrow"  # type: ignore[union-attr]
