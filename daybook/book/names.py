"""`book_name`: a name that a book may have, as it is kept."""

import re
import unicodedata

from daybook.book import texts
from daybook.errors import ParameterError
from daybook.language import excerpt

_NAME = re.compile(r"\w[\w.-]{0,63}")


def book_name(name: str) -> str:
    """A book's name as it is kept: in small letters, half-width.

    Raises:
        ParameterError: no book can be called that.
    """
    kept = unicodedata.normalize("NFKC", name.strip()).casefold()
    if not _NAME.fullmatch(kept):
        raise ParameterError(texts.BAD_NAME, name=excerpt(name))
    return kept
