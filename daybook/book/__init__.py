"""The book: what was seen is kept, a day a file, so that a file of one day can be compared with the days before it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daybook.book.shelf import Book, Shelf, ShelfPlace
    from daybook.book.steps import Added

__all__ = ["Added", "Book", "Shelf", "ShelfPlace"]


def __getattr__(name: str) -> Any:
    # loaded when it is first asked for: the plugin uses the rules, and has no database
    if name in __all__:
        from daybook.book import shelf  # noqa: PLC0415

        return getattr(shelf, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
