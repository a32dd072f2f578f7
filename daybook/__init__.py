"""Daybook: a day's sales in, a report out, delivered once.

import daybook
report = daybook.analyze(Path("sales.csv"))    # -> daybook.SalesReport
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daybook.expect.forecast import forecast
    from daybook.functions import File, function, progress
    from daybook.language import Language
    from daybook.pipeline import analyze
    from daybook.report import SalesReport

__all__ = ["File", "Language", "SalesReport", "__version__", "analyze", "forecast", "function", "progress"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # loaded when it is first asked for: `import daybook` stays light
    if name in {"File", "function", "progress"}:
        from daybook import functions  # noqa: PLC0415

        return getattr(functions, name)
    if name == "analyze":
        from daybook.pipeline import analyze  # noqa: PLC0415

        return analyze
    if name == "Language":
        from daybook.language import Language  # noqa: PLC0415

        return Language
    if name == "forecast":
        from daybook.expect.forecast import forecast  # noqa: PLC0415

        return forecast
    if name == "SalesReport":
        from daybook.report import SalesReport  # noqa: PLC0415

        return SalesReport
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
