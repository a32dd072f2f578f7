"""`KitError`: an error of the kit whose text is made for the person at the terminal.

KitError
├── ArgumentError    a parameter of a call does not fit the tool
└── RunnerError      the plugin could not be run, or not as Dify would accept it (`difykit.runner.errors`)
"""

from typing import Any

from difykit.language import Language, Text


class KitError(Exception):
    """One sentence that says what is wrong and what to do, in either language."""

    def __init__(self, text: Text, **values: Any) -> None:
        super().__init__(text, values)
        self.text = text
        self.values = values

    def sentence(self, language: str) -> str:
        """The sentence in ``language``."""
        return self.text.to(language, **self.values)

    def __str__(self) -> str:
        return self.sentence(Language.ENGLISH)


class ArgumentError(KitError):
    """A parameter of a call does not fit the tool."""
