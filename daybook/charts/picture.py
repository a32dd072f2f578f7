"""`png`: a chart as PNG, by resvg, with the font that lies beside this and no other.

What the font lacks is shown by 〓, the printers' sign for a character that is missing, and a line below says so.
"""

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

from daybook.charts import texts
from daybook.charts.draw import MARGIN, SMALL, Chart
from daybook.language import Language
from daybook.words.names import width

FAMILY = "Noto Sans SC"
FONT = Path(__file__).parent / "fonts" / "NotoSansSC-GB2312.otf"
MISSING = "〓"
"""U+3013, the geta mark."""
_SVG = "http://www.w3.org/2000/svg"
_NO_ROOM, _SYMBOLS = frozenset({"Cf", "Mn", "Me", "Cc"}), frozenset({"So", "Sk"})
_NARROW = "\ue000"
"""Stands for a character of half the width: two of them are as wide as the sign."""
_NARROW_PAIR = re.compile(f"{_NARROW}{{1,2}}")
_SEGMENTS, _GROUPS = 4, 12
_BOLD = re.compile(r'font-weight="600"[^>]*? fill="(?P<fill>#[0-9a-f]{6})"')


def png(chart: Chart, *, scale: float = 2.0) -> bytes:
    """The picture as PNG; some 40 ms of native code, so not on an event loop.

    Args:
        chart: what to draw.
        scale: pixels of the PNG for one of the chart.
    """
    import resvg_py  # noqa: PLC0415  native code that nothing needs before the first picture

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawable(chart.svg),
            zoom=scale,
            skip_system_fonts=True,
            font_files=[str(FONT)],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    )


def drawable(svg: str) -> str:
    """A chart's SVG with nothing in it that the font cannot draw.

    Marks that take no room are dropped, as are pictographs beside which a text remains; any other character is shown
    as `MISSING`, and a line below the picture says what that means.
    """
    known = glyphs()
    if all(ord(character) in known for character in svg):
        return _emboldened(svg)
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing, which knows no entities
    is_missing = False
    for element in root.iter(f"{{{_SVG}}}text"):
        element.text = _shown(element.text or "", known)
        is_missing |= MISSING in element.text
    root.set("aria-label", "")
    for element in root.iter(f"{{{_SVG}}}title"):
        element.text = ""
    if is_missing:
        _explain(root)
    ET.register_namespace("", _SVG)
    return _emboldened(ET.tostring(root, encoding="unicode"))


def _shown(text: str, known: frozenset[int]) -> str:
    if all(ord(character) in known for character in text):
        return text
    text = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if ord(character) in known or unicodedata.category(character) not in _NO_ROOM
    )
    without = "".join(
        character for character in text if ord(character) in known or unicodedata.category(character) not in _SYMBOLS
    )
    text = without if without.strip() else text
    return _NARROW_PAIR.sub(MISSING, "".join(map(_sign_for, text, (ord(character) in known for character in text))))


def _sign_for(character: str, is_known: bool) -> str:
    return character if is_known else MISSING if width(character) > 1 else _NARROW


def _explain(root: ET.Element) -> None:
    """Put a line below the picture that says what the sign for missing characters means."""
    language = Language.of(root.get("lang"))
    height = float(root.get("height", "0"))
    taller = f"{height + SMALL + 12:g}"
    paper = root[0]
    soft = next((each.get("fill", "") for each in root if each.get("class") == "chart-soft"), "#808080")
    ET.SubElement(
        root,
        f"{{{_SVG}}}text",
        {
            "x": f"{MARGIN:g}",
            "y": f"{height + 4:g}",
            "font-size": f"{SMALL:g}",
            "fill": soft,
        },
    ).text = texts.MISSING.to(language, sign=MISSING)
    root.set("viewBox", f"0 0 {root.get('width')} {taller}")
    for element in (root, paper):
        element.set("height", taller)


def _emboldened(svg: str) -> str:
    """Bold type is drawn with a thin line about it: the font has one weight."""
    return _BOLD.sub(r'\g<0> stroke="\g<fill>" stroke-width="0.5"', svg)


@cache
def glyphs() -> frozenset[int]:
    """The characters that the font has, read from its ``cmap`` (format 4 or 12).

    Source: OpenType, https://learn.microsoft.com/typography/opentype/spec/cmap.
    """
    data = FONT.read_bytes()
    tables = struct.unpack_from(">H", data, 4)[0]
    places = {data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0] for at in range(12, 12 + 16 * tables, 16)}
    cmap = places[b"cmap"]
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        at = cmap + struct.unpack_from(">I", data, cmap + 4 + 8 * number + 4)[0]
        kind = struct.unpack_from(">H", data, at)[0]
        if kind == _SEGMENTS:
            double = struct.unpack_from(">H", data, at + 6)[0]
            ends = struct.unpack_from(f">{double // 2}H", data, at + 14)
            starts = struct.unpack_from(f">{double // 2}H", data, at + 16 + double)
            for start, end in zip(starts, ends, strict=True):
                found.update(range(start, end + 1))
        elif kind == _GROUPS:
            for group in range(struct.unpack_from(">I", data, at + 12)[0]):
                start, end = struct.unpack_from(">II", data, at + 16 + 12 * group)
                found.update(range(start, end + 1))
    return frozenset(found | set(b"\t\n\r")) - {0xFFFF}
