"""The errors a person sees: each one sentence that says what is wrong and what to do.

DaybookError
├── ParameterError      a parameter of the call is invalid: a date, a count, a mapping
├── FileError           the file is not available: no link, not reachable, empty
│   └── SourceError     a named source cannot be read
│       ├── SourceDownError    it may be asked again in a while
│       └── SourceEmptyError   it has no row for the day, perhaps not yet
├── TableError          the file is no sales table that can be read: columns, dates, encoding
│   └── QuestionError   the file can be read in more than one way: the caller is asked which
├── LimitError          the file is larger than this mode may hold
├── SettingsError       a credential or setting is wrong or missing
├── DeliveryError       DingTalk did not take the message
├── ServiceError        the analysis service did not answer as it should
├── FunctionError       a function of the user's own cannot be offered, refused a call, or failed
└── WorkflowError       Dify did not run the workflow as it should

A sentence never holds a traceback, path, URL, token, secret or signature.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from daybook.language import Language, Text, literal

if TYPE_CHECKING:
    from daybook.readiness import Readiness
    from daybook.report import Understanding


class DaybookError(Exception):
    """An error whose text is safe to show, in either language.

    ``str(error)`` gives the sentence in ``error.language``, English until `to` sets another.
    The values are kept, so that the error can be moved between processes and languages.
    """

    kind: ClassVar[str] = "error"
    """The code of every error of the class whose sentence has none of its own."""
    readiness: "Readiness | None" = None
    """Where somebody waits for the data: that it is not in yet, and what is to be done."""

    def __init__(self, text: Text, **values: Any) -> None:
        super().__init__(text, values)
        self.text = text
        self.values = values
        self.language = Language.ENGLISH

    @property
    def code(self) -> str:
        """A stable word for programs to steer by; rewording the sentence does not change it."""
        return self.text.code or self.kind

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
    """A parameter of the call is invalid."""

    kind = "parameter"


class FileError(DaybookError):
    """The file is not available."""

    kind = "file"


class SourceError(FileError):
    """A named source cannot be read, and asking again mends nothing."""

    kind = "source"


class SourceDownError(SourceError):
    """A named source cannot be read now; it may be asked again after ``retry_after`` seconds."""

    kind = "source_down"
    retry_after = 30


class SourceEmptyError(SourceError):
    """A named source has no row for the day; it may be late."""

    kind = "source_empty"
    retry_after = 600


class TableError(DaybookError):
    """The file is no sales table that can be read."""

    kind = "table"


class Choice(NamedTuple):
    """One answer to a question: the value that the parameter takes, and what it means."""

    value: str
    meaning: Text


class QuestionError(TableError):
    """The file can be read in more than one way; the caller is asked which.

    The call is made again with ``parameter`` set to the value of one of the ``choices``. What was found before the
    question came up stands in ``found``.
    """

    kind = "question"
    found: "Understanding | None" = None

    def __init__(self, text: Text, *, parameter: str, choices: Sequence[Choice], **values: Any) -> None:
        super().__init__(text, **values)
        self.parameter = parameter
        self.choices = tuple(choices)


class LimitError(DaybookError):
    """The file is larger than this mode may hold."""

    kind = "too_large"


class SettingsError(DaybookError):
    """A credential or setting is wrong or missing."""

    kind = "settings"


class DeliveryError(DaybookError):
    """DingTalk did not take the message."""

    kind = "delivery"


class ServiceError(DaybookError):
    """The analysis service did not answer as it should."""

    kind = "service"


class FunctionError(DaybookError):
    """A function of the user's own cannot be offered, refused a call, or failed."""

    kind = "function"


class WorkflowError(DaybookError):
    """Dify did not run the workflow as it should."""

    kind = "workflow"


def of_file[E: DaybookError](error: E, number: int) -> E:
    """The error, which says which of several files it is about: the first is number 1. A name would be content."""
    english, chinese = (literal(error.sentence(language)) for language in (Language.ENGLISH, Language.CHINESE))
    error.text = Text(f"File {number}: {english}", f"第 {number} 个文件：{chinese}", error.code)
    error.values = {}
    return error


def _rebuild(kind: type[DaybookError], text: Text, values: dict[str, Any], state: dict[str, Any]) -> DaybookError:
    error = kind.__new__(kind)  # past a constructor of its own: the state holds what it would set
    DaybookError.__init__(error, text, **values)
    error.__dict__.update(state)
    return error
