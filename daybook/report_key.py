"""`key_of`: the key of a report, the same for the same figures, whatever the language or the ranking's length."""

import hashlib
from collections.abc import Iterable, Iterator

from daybook.cube import DIMENSIONS, MEASURES, Cube

DIGEST_CHARACTERS = 12
_FINEST = {"sales": 18, "price": 6, "quantity": 6, "profit": 18}
"""More decimals than the figures of any file have."""


def key_of(name: str, part: Cube, told: Iterable[str]) -> str:
    """A report's key: what it is of, and a digest of all that its figures are made of."""
    digest = hashlib.sha256()
    for line in sorted(_lines(part)):
        digest.update(line.encode())
    for text in told:
        digest.update(text.encode())
    return f"{name}-{digest.hexdigest()[:DIGEST_CHARACTERS]}"


def _lines(cube: Cube) -> Iterator[str]:
    """The rows of a cube as text that is the same whatever units the cube counts in."""
    keys = [cube.columns[key].tolist() for key in ("product", *DIMENSIONS, "band")]
    measures = [cube.measure(name, _FINEST).tolist() for name in MEASURES]
    for row in zip(*keys, *measures, strict=True):
        yield "\x1f".join(map(str, row)) + "\x1e"
