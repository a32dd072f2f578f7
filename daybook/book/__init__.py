"""The book: what was seen is kept, a day a file, so that a file of one day can be compared with the days before it."""

from daybook.book.shelf import Added, Book, Shelf

__all__ = ["Added", "Book", "Shelf"]
