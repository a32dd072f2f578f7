"""Pictures of the guides with a palette: they look the same, and are smaller."""

import struct
import zlib

import numpy as np

from daybook.charts import charts_of, png
from daybook.language import Language
from scripts.small_png import small
from tests.charts.pixels import pixels
from tests.render.reports import report


def test_a_picture_with_a_palette_looks_the_same_and_is_smaller() -> None:
    data = png(charts_of(report(), language=Language.CHINESE)[0], scale=1)
    made, before = small(data), pixels(data)[..., :3].astype(int)
    assert len(made) < 0.7 * len(data)
    at, parts = 8, dict[bytes, bytes]()
    while at < len(made):
        length, kind = struct.unpack(">I4s", made[at : at + 8])
        parts[kind] = made[at + 8 : at + 8 + length]
        at += 12 + length
    height, width = before.shape[:2]
    assert struct.unpack(">IIBB", parts[b"IHDR"][:10]) == (width, height, 8, 3)
    rows = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(height, width + 1)
    after = np.frombuffer(parts[b"PLTE"], np.uint8).reshape(-1, 3)[rows[:, 1:]].astype(int)
    off = np.abs(after - before).max(axis=2)
    assert (off == 0).mean() > 0.98
    assert off.max() < 40
