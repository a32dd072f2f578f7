import re
import string

import pytest

from daybook.insights import sentences
from daybook.language import Text
from daybook.render import figures, wording

TEXTS = [
    pytest.param(text, id=f"{module.__name__}.{name}")
    for module in (wording, sentences)
    for name, text in vars(module).items()
    if isinstance(text, Text)
]
UNITS = [unit for unit in vars(figures).values() if isinstance(unit, figures.Unit)]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ASCII_MARK = re.compile(r"(?<=[\u4e00-\u9fff])[,.:;?!()]")


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("text", TEXTS)
def test_both_languages_say_the_same_figures(text: Text) -> None:
    assert text.en.strip()
    assert text.zh.strip()
    assert fields(text.en) == fields(text.zh)


@pytest.mark.parametrize("text", TEXTS)
def test_each_language_is_itself(text: Text) -> None:
    assert not CHINESE.search(text.en)
    assert not re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", text.zh))
    assert text.en.isascii() or set(text.en) - set(string.printable) <= set("▲▼–→“”")


@pytest.mark.parametrize("text", TEXTS)
def test_chinese_sentences_have_chinese_punctuation(text: Text) -> None:
    assert not ASCII_MARK.search(text.zh.replace("(元)", ""))


def test_every_unit_has_its_words() -> None:
    assert UNITS
    assert all(unit.one and unit.many and CHINESE.search(unit.zh) for unit in UNITS)
