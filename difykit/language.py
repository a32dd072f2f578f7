"""`Text`, a sentence in the two languages that the kit speaks, and `Language`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Self

_TERMINAL = ("DIFYKIT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


class Language(StrEnum):
    """A language, under the code that Dify uses for it."""

    ENGLISH = "en_US"
    CHINESE = "zh_Hans"

    @classmethod
    def of_terminal(cls, environ: Mapping[str, str]) -> Self:
        """The language to speak in a terminal: DIFYKIT_LANGUAGE, else the locale's, else English."""
        named = next(filter(None, map(environ.get, _TERMINAL)), "")
        return cls(cls.CHINESE if named.lower().startswith("zh") else cls.ENGLISH)


class Text(NamedTuple):
    """One sentence in both languages, with ``str.format`` fields in braces."""

    en: str
    zh: str

    def to(self, language: str, **values: Any) -> str:
        """The sentence in ``language``; a value that is itself a `Text` is put into that language too."""
        template = self.zh if language == Language.CHINESE else self.en
        return template.format(
            **{name: value.to(language) if isinstance(value, Text) else value for name, value in values.items()}
        )
