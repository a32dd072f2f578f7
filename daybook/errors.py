"""The errors a person sees: each one sentence that says what is wrong and what to do.

DaybookError
├── ParameterError      a parameter of the call has no sense: a date, a count, a mapping
├── FileError           the file cannot be had: no link, not reachable, empty
├── TableError          the file is no sales table that can be read: columns, dates, encoding
├── LimitError          the file is larger than this mode may hold
├── SettingsError       a credential or setting is wrong or missing
├── DeliveryError       DingTalk did not take the message
├── ServiceError        the analysis service did not answer as it should
├── FunctionError       a function of the user's own cannot be offered, refused a call, or failed
└── WorkflowError       Dify did not run the workflow as it should

A sentence never holds a traceback, path, URL, token, secret or signature.
"""

from typing import Any

from daybook.language import Language, Text


class DaybookError(Exception):
    """An error whose text is safe to show, in either language.

    ``str(error)`` gives the sentence in ``error.language``, English until `to` sets another.
    The values are kept, so that the error can be moved between processes and languages.
    """

    def __init__(self, text: Text, **values: Any) -> None:
        super().__init__(text, values)
        self.text = text
        self.values = values
        self.language = Language.ENGLISH

    def to(self, language: Language) -> "DaybookError":
        """This error, speaking ``language``."""
        self.language = language
        return self

    def sentence(self, language: Language) -> str:
        """The sentence in ``language``."""
        return self.text.to(language, **self.values)

    def __str__(self) -> str:
        return self.sentence(self.language)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.text, self.values, self.__dict__)


class ParameterError(DaybookError):
    """A parameter of the call has no sense."""


class FileError(DaybookError):
    """The file cannot be had."""


class TableError(DaybookError):
    """The file is no sales table that can be read."""


class LimitError(DaybookError):
    """The file is larger than this mode may hold."""


class SettingsError(DaybookError):
    """A credential or setting is wrong or missing."""


class DeliveryError(DaybookError):
    """DingTalk did not take the message."""


class ServiceError(DaybookError):
    """The analysis service did not answer as it should."""


class FunctionError(DaybookError):
    """A function of the user's own cannot be offered, refused a call, or failed."""


class WorkflowError(DaybookError):
    """Dify did not run the workflow as it should."""


def _rebuild(kind: type[DaybookError], text: Text, values: dict[str, Any], state: dict[str, Any]) -> DaybookError:
    error = kind.__new__(kind)
    DaybookError.__init__(error, text, **values)
    error.__dict__.update(state)
    return error
