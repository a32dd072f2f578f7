"""A PNG's pixels, without a library for pictures."""

import struct
import zlib

import numpy as np
import numpy.typing as npt

type Pixels = npt.NDArray[np.uint8]


def pixels(data: bytes) -> Pixels:
    """The rows, columns and channels of a PNG of 8 bits."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    width = height = channels = 0
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 8
            channels = {2: 3, 6: 4}[colour]
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    raw = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, width * channels + 1)
    return _unfiltered(raw, channels).reshape(height, width, channels)


def _unfiltered(raw: Pixels, channels: int) -> Pixels:
    rows = np.zeros((len(raw), raw.shape[1] - 1), np.uint8)
    above = np.zeros(raw.shape[1] - 1, np.uint8)
    for place, (kind, line) in enumerate(zip(raw[:, 0].tolist(), raw[:, 1:], strict=True)):
        if kind in {0, 2}:
            above = line + above if kind else line
        else:
            above = np.array(_of_neighbours(kind, line.tolist(), above.tolist(), channels), np.uint8)
        rows[place] = above
    return rows


def _of_neighbours(kind: int, line: list[int], above: list[int], channels: int) -> list[int]:
    made = [0] * channels
    for place, value in enumerate(line):
        left, up = made[place], above[place]
        corner = above[place - channels] if place >= channels else 0
        guess = left + up - corner
        near = min((left, up, corner), key=lambda each: abs(guess - each))
        made.append((value + {1: left, 3: (left + up) // 2, 4: near}[kind]) % 256)
    return made[channels:]
