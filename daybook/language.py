"""The two languages a person reads Daybook in, and a text that exists in both."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Self

_TERMINAL = ("DAYBOOK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_EXCERPT = 40


class Language(StrEnum):
    """A language of the product, under the code Dify uses for it."""

    ENGLISH = "en_US"
    CHINESE = "zh_Hans"

    @classmethod
    def of(cls, value: object, default: "Language | None" = None) -> Self:
        """The language a caller named, in any usual spelling (`zh`, `zh-CN`, `en_US` ...).

        An empty or unknown value gives ``default`` (Chinese where none is given): a wish for a
        language is never a reason to fail.
        """
        code = str(value or "").strip().lower().replace("-", "_")
        if code.startswith(("zh", "中", "cn")):
            return cls(cls.CHINESE)
        if code.startswith(("en", "英")):
            return cls(cls.ENGLISH)
        return cls(default or cls.CHINESE)

    @classmethod
    def of_terminal(cls, environ: Mapping[str, str]) -> Self:
        """The language to speak in a terminal: DAYBOOK_LANGUAGE, else the locale's, else English."""
        return cls.of(next(filter(None, map(environ.get, _TERMINAL)), ""), cls.ENGLISH)


class Text(NamedTuple):
    """One sentence in both languages, with ``str.format`` fields in braces.

    An error's sentence may have a ``code``, a stable word that programs steer by: the words may change, the code not.
    """

    en: str
    zh: str
    code: str = ""

    def to(self, language: Language, **values: Any) -> str:
        """The sentence in ``language``; a value that is itself a `Text` is put into that language too."""
        template = self.zh if language is Language.CHINESE else self.en
        return template.format(
            **{name: value.to(language) if isinstance(value, Text) else value for name, value in values.items()}
        )


def literal(text: str) -> str:
    """``text`` as part of a `Text`, whatever braces are in it."""
    return text.replace("{", "{{").replace("}", "}}")


def excerpt(value: object) -> str:
    """What a person gave, to be quoted in a sentence: on one line, and no more than 40 characters of it."""
    text = " ".join(str(value).split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"
