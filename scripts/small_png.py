"""`small`: a PNG with a palette: pictures of pages have few colours, and are a third as large so."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
_CHANNELS = {2: 3, 6: 4}
_BLOCK = 50_000

type Bytes = npt.NDArray[np.uint8]


def small(data: bytes) -> bytes:
    """The same picture in its 256 most frequent colours, without transparency.

    Args:
        data: a PNG of 8 bits a channel that is not interlaced, as resvg and Chromium write it.
    """
    picture = _pixels(data)
    height, width = picture.shape[:2]
    values, places, counts = np.unique(picture.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    kept = values[np.argsort(-counts)[:COLOURS]]
    nearest = np.concatenate(
        [
            np.abs(values[at : at + _BLOCK, None].astype(np.int16) - kept).sum(axis=2).argmin(axis=1)
            for at in range(0, len(values), _BLOCK)
        ]
    ).astype(np.uint8)
    rows = np.hstack([np.zeros((height, 1), np.uint8), nearest[places.ravel()].reshape(height, width)])
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"PLTE", kept.tobytes()), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        yield kind, data[at + 8 : at + 8 + length]
        at += 12 + length


def _pixels(data: bytes) -> Bytes:
    """Rows, columns and three colours.

    Source: Portable Network Graphics, third edition, section 9: https://www.w3.org/TR/png-3/#9Filters.
    """
    parts = list(_chunks(data))
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    if depth != 8 or interlaced or colour not in _CHANNELS:  # noqa: PLR2004
        raise ValueError("neither resvg nor Chromium wrote this picture")
    size = _CHANNELS[colour]
    packed = zlib.decompress(b"".join(body for kind, body in parts if kind == b"IDAT"))
    lines = np.frombuffer(packed, np.uint8).reshape(height, width * size + 1)
    above = np.zeros((width, size), np.uint8)
    rows = np.empty((height, width, size), np.uint8)
    for place, line in enumerate(lines):
        rows[place] = above = _unfiltered(int(line[0]), line[1:].reshape(width, size), above)
    return rows[..., :3]


def _unfiltered(kind: int, line: Bytes, above: Bytes) -> Bytes:
    if kind == 0:
        return line
    if kind == 1:
        return np.add.accumulate(line, axis=0, dtype=np.uint8)
    if kind == 2:  # noqa: PLR2004
        return line + above
    made = np.zeros(line.shape, np.uint8)
    left = corner = [0] * line.shape[1]
    for column, (values, over) in enumerate(zip(line.tolist(), above.tolist(), strict=True)):
        if kind == 3:  # noqa: PLR2004
            guessed = [(one + other) // 2 for one, other in zip(left, over, strict=True)]
        else:
            guessed = [_near(*each) for each in zip(left, over, corner, strict=True)]
        left = [(value + guess) % 256 for value, guess in zip(values, guessed, strict=True)]
        made[column], corner = left, over
    return made


def _near(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))
