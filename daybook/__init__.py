"""Daybook: a day's sales in, a report out, delivered once."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daybook.functions import File, function, progress

__all__ = ["File", "__version__", "function", "progress"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # what a module with functions of its own needs, loaded when it asks: `import daybook` stays light
    if name in {"File", "function", "progress"}:
        from daybook import functions  # noqa: PLC0415

        return getattr(functions, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
