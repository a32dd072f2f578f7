"""Every sentence of the package that people read: both languages say the same, each as its own."""

import ast
import re
import string
from typing import NamedTuple

import pytest

from daybook.words import figures
from tests.project_files import ROOT, python_files

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ASCII_MARK = re.compile(r"(?<=[\u4e00-\u9fff])[,.:;?!()](?![\w/])")
QUOTED = re.compile(r"\{\w*\}|“[^”]*”|`[^`]*`|\([^)]*\)|（[^）]*）")
LONGEST = 420
"""Characters of a sentence: what a phone shows without scrolling."""
CODE_NAMES = frozenset({"en", "zh-Hans"})
"""Texts that are no words of a language: what a page says its language is."""
UNITS = [unit for unit in vars(figures).values() if isinstance(unit, figures.CountedNoun)]


class Found(NamedTuple):
    """A `Text` as it stands in the source; what an f-string puts in is an empty field."""

    place: str
    en: str
    zh: str
    code: str


def literal(node: ast.expr | None) -> str | None:
    match node:
        case None:
            return ""
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = literal(left), literal(right)
            return None if first is None or second is None else first + second
    return None


def texts() -> list[Found]:
    found = []
    for path in python_files():
        if not path.startswith(("daybook/", "difykit/", "tools/", "provider/", "dags/")):
            continue
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Text":
                given = {word.arg: word.value for word in node.keywords}
                en, zh, code = (literal(given.get(name)) for name in ("en", "zh", "code"))
                if en is not None and zh is not None:
                    found.append(Found(f"{path}:{node.lineno}", en, zh, code or ""))
    return found


ALL = texts()
each_text = pytest.mark.parametrize("text", [pytest.param(text, id=text.place) for text in ALL])


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_all_are_found() -> None:
    assert len(ALL) > 400


@each_text
def test_both_languages_say_the_same_figures(text: Found) -> None:
    assert bool(text.en.strip()) == bool(text.zh.strip())
    assert fields(text.en) == fields(text.zh)


@each_text
def test_each_language_is_itself(text: Found) -> None:
    assert not CHINESE.search(QUOTED.sub("", text.en))
    words = re.search(r"[A-Za-z]{4}", QUOTED.sub("", text.zh))
    assert CHINESE.search(text.zh) or not words or text.en in CODE_NAMES


@each_text
def test_chinese_sentences_have_chinese_punctuation(text: Found) -> None:
    assert not ASCII_MARK.search(text.zh.replace("(元)", ""))


@each_text
def test_a_sentence_ends_alike_in_both_languages_and_fits(text: Found) -> None:
    if text.en.endswith("."):
        assert text.zh.endswith(("。", "）", "}"))
    assert len(text.en) <= LONGEST
    assert len(text.zh) <= LONGEST


def test_every_unit_has_its_words() -> None:
    assert UNITS
    assert all(unit.one and unit.many and CHINESE.search(unit.zh) for unit in UNITS)


def test_a_code_belongs_to_one_module() -> None:
    """Two sentences may say the same of two calls; two modules that share a code would not know of each other."""
    places: dict[str, set[str]] = {}
    for text in ALL:
        if text.code:
            places.setdefault(text.code, set()).add(text.place.partition(":")[0])
    assert {code: where for code, where in places.items() if len(where) > 1} == {}
