"""header_hint, is_english, is_east_asian: what the language of a file's header says of its numbers and dates."""

import re
from collections.abc import Sequence

from daybook.table.names import fold

_EAST_ASIAN = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_COMMA_WORDS = re.compile(
    r"menge|anzahl|preis|betrag|umsatz|datum|artikel|bestell|stuckzahl|quantite|prix|montant|designation|commande"
    r"|quantidade|qtde|preco|produto|pedidodo|valorunit|venda"
)
"""Parts of German, French and Portuguese names: those languages write decimal commas. Spanish has both."""


def header_hint(header: Sequence[str]) -> str:
    """The decimal sign of the language that the names of a file's columns are in; empty where it has both."""
    if is_east_asian(header):
        return "."
    return "," if sum(bool(_COMMA_WORDS.search(fold(name))) for name in header) > 1 else ""


def is_east_asian(header: Sequence[str]) -> bool:
    """Whether a name of the file's columns is Chinese, Japanese or Korean."""
    return any(_EAST_ASIAN.search(name) for name in header)


def is_english(header: Sequence[str]) -> bool:
    """Whether the names of a file's columns are English, as far as their letters and words tell."""
    plain = all(name.isascii() for name in header)
    return plain and not header_hint(header) and not any(_SPANISH.search(fold(name)) for name in header)


_SPANISH = re.compile(r"fecha|cantidad|precio|producto|pedido|venta|quantidade|data(?:da|do)|ciudad|cidade|importe")
