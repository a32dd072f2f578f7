"""`text_file`: rows of text as a CSV in one of the many ways in which programs write it."""

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.cases.generated.words import Language

ENCODINGS = {
    "en": ("cp1252",),
    "zh": ("gb18030", "gb18030", "gb18030"),
    "zht": ("big5",),
    "de": ("cp1252",),
    "fr": ("cp1252",),
    "es": ("latin-1",),
    "pt": ("latin-1",),
    "ja": ("shift_jis",),
    "ko": ("euc-kr",),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A file, and what is remarkable about it."""

    content: bytes
    features: tuple[str, ...]
    spoilt: bool = False
    """Whether the text is broken, so that a refusal is as good as the right answer."""
    garbled: bool = False
    """Whether a name may be damaged."""


def text_file(random: Random, language: Language, rows: list[list[str]], header_at: int, *, comma: bool) -> Written:
    """The rows as a text file; ``comma`` says that numbers have a decimal comma."""
    separator = random.choice((";", ";", ";", "\t", ",") if comma else (",", ",", ",", ",", ",", ";", "\t", "|"))
    features = [f"separator {separator!r}"] if separator != "," else []
    decorate = random.choices([*_DECORATIONS], weights=(88, 3, 3, 3, 3))[0]
    if decorate != "plain":
        features.append(decorate)
    marked = [[_DECORATIONS[decorate](cell) for cell in row] for row in rows]
    quoting = csv.QUOTE_ALL if random.random() < 0.12 else csv.QUOTE_MINIMAL
    text = _joined(marked, separator, quoting, random.choice(("\n", "\n", "\r\n", "\r\n", "\r")))
    if random.random() < 0.03 and header_at == 0:
        text = f"sep={separator}\n" + text
        features.append("sep= line")
    text, spoilt = _spoilt(random, text, separator) if random.random() < 0.02 else (text, "")
    if random.random() < 0.01 and "\n" in text and not header_at:
        text = "".join('"' + line.replace('"', '""') + '"\n' for line in text.splitlines())
        features.append("lines wholly in quotes")
    content, encoding = _encoded(random, language, text)
    broken = encoding == "" and random.random() < 0.02 and _break(content, language)
    if broken:
        content = broken
        features.append("a broken character")
    features += [name for name in (spoilt, encoding) if name]
    garbled = bool(broken) or spoilt == "a separator too many"
    return Written(*_packed(random, content, features), spoilt=bool(spoilt or broken), garbled=garbled)


def _break(content: bytes, language: Language) -> bytes:
    """The bytes with the last character of several bytes cut short; empty where there is none.

    Words of states and types are spared: a damaged one may be any.
    """
    words = [*language.states.values(), *language.kind.values(), language.names["returned"]]
    spared = {word.encode() for group in words for word in group}
    for cell in reversed(list(re.finditer(rb"[^,;|\t\r\n\"]+", content))):
        broken = re.fullmatch(rb"(.*[\xe3-\xe9][\x80-\xbf])[\x80-\xbf]([\w\xe3-\xe9].*)", cell[0], re.DOTALL)
        if broken and cell[0].strip() not in spared:
            return content[: cell.start()] + broken[1] + broken[2] + content[cell.end() :]
    return b""


def _joined(rows: list[list[str]], separator: str, quoting: int, end: str) -> str:
    into = io.StringIO()
    csv.writer(into, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    return into.getvalue()


_DECORATIONS: dict[str, Callable[[str], str]] = {
    "plain": lambda cell: cell,
    "tab behind each cell": lambda cell: f"{cell}\t",
    "text formulas": lambda cell: '="{}"'.format(cell.replace('"', '""')) if cell else cell,
    "backtick before numbers": lambda cell: f"`{cell}" if cell.isdigit() and len(cell) > 6 else cell,
    "padded": lambda cell: f"{cell:14} ",
}


def _spoilt(random: Random, text: str, separator: str) -> tuple[str, str]:
    """The text with a fault as hand-made exports have it."""
    lines = text.splitlines(keepends=True)
    place = random.randint(1, len(lines) - 1)
    cells = lines[place].split(separator)
    if len(cells) < 3 or '"' in text:
        return text, ""
    if random.random() < 0.5:
        cells[1] = f'"{cells[1]}'
        lines[place] = separator.join(cells)
        return "".join(lines), "open quote"
    cells[1] = f"{cells[1]}{separator} new"
    lines[place] = separator.join(cells)
    return "".join(lines), "a separator too many"


def _encoded(random: Random, language: Language, text: str) -> tuple[bytes, str]:
    draw = random.random()
    if draw < 0.5:
        return text.encode(), ""
    if draw < 0.7:
        return text.encode("utf-8-sig"), ""
    if draw < 0.74:
        return text.encode("utf-16"), "utf-16"
    encoding = random.choice(ENCODINGS[language.code])
    try:
        return text.encode(encoding), encoding
    except UnicodeEncodeError:
        return text.encode(), ""


def _packed(random: Random, content: bytes, features: list[str]) -> tuple[bytes, tuple[str, ...]]:
    draw = random.random()
    if draw < 0.02:
        into = io.BytesIO()
        with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("orders.csv", content)
        return into.getvalue(), (*features, "zip")
    if draw < 0.04:
        return gzip.compress(content, mtime=0), (*features, "gzip")
    return content, tuple(features)
