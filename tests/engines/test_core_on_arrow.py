"""The core's own tests once more, where pyarrow is installed: pandas then holds text otherwise."""

import pandas as pd

from tests.core.test_cube import *  # noqa: F403
from tests.core.test_report_is_exact import *  # type: ignore[assignment]  # noqa: F403  helpers of the same name
from tests.core.test_table import *  # type: ignore[assignment]  # noqa: F403  each keeps its own


def test_pandas_holds_text_in_arrow_here() -> None:
    assert pd.Series(["a"]).dtype.storage == "pyarrow"  # type: ignore[union-attr]
