"""`load_mornings`: which books are due when, from the TOML file that DAYBOOK_MORNINGS names."""

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator

from daybook.errors import ParameterError, SettingsError
from daybook.gate import GateRules
from daybook.language import Language, literal
from daybook.mornings import texts

VARIABLE = "DAYBOOK_MORNINGS"
"""The environment variable that names the file."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


def _time(value: object) -> object:
    if isinstance(value, str):
        if not _CLOCK.fullmatch(value.strip()):
            raise ValueError("a time such as 08:00 is wanted")
        hour, _, minute = value.strip().partition(":")
        return dt.time(int(hour), int(minute))
    return value


def _zone(value: object) -> object:
    if isinstance(value, str):
        try:
            return ZoneInfo(value)
        except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
            raise ValueError("a time zone such as Asia/Shanghai is wanted") from None
    return value


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)


class BookMorning(_Strict):
    """When the report of a book is due. The book need not be kept: its name is that of the job."""

    due: Annotated[dt.time, BeforeValidator(_time)]
    """The time of day at which the group is to have the report, in ``zone``."""
    zone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("Asia/Shanghai")
    grace_minutes: int = Field(default=30, ge=0, le=1_439)
    """Minutes after ``due`` before somebody is told."""
    days: Literal["all", "workdays"] | tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = "all"
    """On which mornings: ``workdays`` are those of China's calendar, with its holidays and make-up days."""
    day_offset: int = Field(default=-1, ge=-31, le=0)
    """Days from the morning to the day that is reported: -1 is yesterday."""
    robot: str = ""
    """The service's robot that delivers it; a delivery through another one does not count. Empty: any."""

    gate: GateRules = GateRules()
    """How long its reports wait for their data; a request that says something of it itself counts before this."""

    @property
    def grace(self) -> dt.timedelta:
        """How long after it is due somebody is told."""
        return dt.timedelta(minutes=self.grace_minutes)


class AlertSettings(_Strict):
    """Who is told."""

    robot: str = ""
    """The service's robot of the group for alerts; empty where it has only one."""
    language: Annotated[Language | None, BeforeValidator(lambda value: Language.of(value) if value else None)] = None
    """Of the alerts; that of the service where none is given."""
    look_seconds: float = Field(default=30, gt=0, le=600)
    """Between two looks."""
    heartbeat_url: SecretStr = SecretStr("")
    """A dead man's switch, asked each minute while the watch goes well."""

    @field_validator("heartbeat_url")
    @classmethod
    def _address(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.match(r"https?://[^/\s]+", value.get_secret_value()):
            raise ValueError("an address that begins with https:// is wanted")
        return value


class LinkSettings(_Strict):
    """Where the other systems show a run: addresses with ``{dag}``, ``{run}`` or ``{trace}`` in them."""

    airflow: str = ""
    dify: str = ""
    trace: str = ""

    @field_validator("airflow", "dify", "trace")
    @classmethod
    def _template(cls, value: str) -> str:
        if value and (not re.match(r"https?://[^/\s]+", value) or re.search(r"\{(?!(dag|run|trace)\})", value)):
            raise ValueError("an address with {dag}, {run} or {trace} in it is wanted")
        return value


class Mornings(_Strict):
    """All that the file says."""

    alert: AlertSettings = AlertSettings()
    links: LinkSettings = LinkSettings()
    books: dict[str, BookMorning] = {}

    @field_validator("books", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        from daybook.book.changes import book_name  # noqa: PLC0415 - pandas, which a terminal without a file needs not

        if not isinstance(value, dict):
            return value
        try:
            return {book_name(str(name)): book for name, book in value.items()}
        except ParameterError as error:
            raise ValueError(error.sentence(Language.ENGLISH)) from None


def load_mornings(path: Path | None) -> Mornings:
    """What the file of ``DAYBOOK_MORNINGS`` says; no books where no file is named.

    Raises:
        SettingsError: it cannot be read, or something in it is wrong; the sentence never quotes a value.
    """
    if path is None:
        return Mornings()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise SettingsError(texts.NO_FILE) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        raise SettingsError(texts.NO_TOML, line=line[1] if line else "?") from None
    try:
        return Mornings.model_validate(found)
    except ParameterError as error:
        raise SettingsError(texts.WRONG, field="gate", reason=literal(error.sentence(Language.ENGLISH))) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, first["loc"]))[:80]
        raise SettingsError(texts.WRONG, field=literal(field), reason=literal(first["msg"])) from None
