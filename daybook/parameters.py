"""AnalysisParameters and PushParameters: what may be asked of an analysis and of a push, stated once.

The tool's YAML, the OpenAPI document, the command line and `daybook.pipeline` follow these models: a new parameter is
a field here, with its reader, its default and its description. Values are read leniently (`daybook.values`), because
a workflow may send any of them as text, and an absent one as ``None`` or ``""``.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from daybook.days import LastCompleteOn, Wish, WishedDay
from daybook.errors import ParameterError
from daybook.language import Language, Text, excerpt
from daybook.periods import OTHER_PERIOD, RANGE_NEEDS_DAYS, Kind, Period, kind_of_period
from daybook.report import MAX_LIST
from daybook.values import LanguageChoice, OptionalText, blank_as_none, column_mapping, whole_number

DEFAULT_TOP_N = 5
MAX_TOP_N = MAX_LIST

BAD_TOP_N = Text(
    en="Top N is “{value}”; give a whole number from 1 to {most}, or leave it empty for {default}.",
    zh="“排行条数”的值“{value}”无效，请填写 1 到 {most} 之间的整数，或留空使用默认值 {default}。",
)
BAD_DATE = Text(
    en="The date “{value}” is not a calendar date; write it like 2023-10-27, give latest, last complete or yesterday,"
    " or leave it empty for the latest day in the file.",
    zh="日期“{value}”不是有效日期，请写成 2023-10-27 这样的形式，或填写 latest（最近一天）、last complete"
    "（最近完整日）、yesterday（昨天），或留空以分析文件中最近的一天。",
)
BAD_DECIMAL = Text(
    en="The decimal sign is “{value}”; give . or ,, or leave it empty.",
    zh="小数点符号“{value}”无效，请填写 . 或 ,，或留空。",
)
BAD_DEADLINE = Text(
    en="The deadline “{value}” is not a time of day; write it like 10:00, or leave it empty to wait for nothing.",
    zh="截止时间“{value}”不是有效的时刻，请写成 10:00 这样的形式，或留空表示不等待。",
)
BAD_PERCENT = Text(
    en="The least percentage of rows is “{value}”; give a whole number from 0 to 100, or leave it empty.",
    zh="“最低行数百分比”的值“{value}”无效，请填写 0 到 100 之间的整数，或留空。",
)
BAD_TYPE = Text(
    en="The message type (message_type) is '{value}'; choose markdown, text or action_card.",
    zh="“消息类型”（message_type）的值“{value}”无效，请选择 markdown、text 或 action_card。",
)
BAD_SWITCH = Text(
    en="{name} is '{value}'; give true or false.",
    zh="{name}的值“{value}”无效，请填写 true 或 false。",
)
BAD_PEOPLE = Text(
    en="{name} is not a list of people; give them as text, separated by commas.",
    zh="{name}的格式不正确，请用逗号分隔填写。",
)
LABELS = {
    "at_mobiles": Text(en="Mention by mobile number (at_mobiles)", zh="“按手机号 @”（at_mobiles）"),
    "at_user_ids": Text(en="Mention by user ID (at_user_ids)", zh="“按 userId @”（at_user_ids）"),
    "at_all": Text(en="Mention everyone (at_all)", zh="“@所有人”（at_all）"),
    "charts": Text(en="Charts (charts)", zh="“图表”（charts）"),
    "workbook": Text(en="Workbook (workbook)", zh="“工作簿”（workbook）"),
    "dry_run": Text(en="Dry run (dry_run)", zh="“试运行”（dry_run）"),
}

_TRUE = {"true", "yes", "on", "1", "1.0", "y", "t", "是", "对", "开"}
_FALSE = {"false", "no", "off", "0", "0.0", "n", "f", "none", "null", "undefined", "否", "不", "关"}
_SIGNS = {".": ".", ",": ",", "point": ".", "dot": ".", "comma": ",", "，": ",", "。": "."}
_WISHES = {
    "latest": Wish.LATEST, "最近": Wish.LATEST, "最近一天": Wish.LATEST, "最新": Wish.LATEST,
    "lastcomplete": Wish.LAST_COMPLETE, "complete": Wish.LAST_COMPLETE, "最近完整": Wish.LAST_COMPLETE,
    "最近完整日": Wish.LAST_COMPLETE, "yesterday": Wish.YESTERDAY, "昨天": Wish.YESTERDAY, "昨日": Wish.YESTERDAY,
}  # fmt: skip
_WISH_AND_DAY = re.compile(r"(\D*?)[\s_:：-]*(\d.*)", re.DOTALL)
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})")
_HOURS, _MINUTES, _WHOLE = 24, 60, 100
_BREAK = re.compile(r"[\s,，、;；]+")


class MessageType(StrEnum):
    """How a message looks in the group."""

    MARKDOWN = "markdown"
    TEXT = "text"
    ACTION_CARD = "action_card"
    """Markdown with one large button below it."""


def _top_n(value: object) -> int:
    value = blank_as_none(value)
    number = DEFAULT_TOP_N if value is None else whole_number(value)
    if number is None or not 1 <= number <= MAX_TOP_N:
        raise ParameterError(BAD_TOP_N, value=excerpt(value), most=MAX_TOP_N, default=DEFAULT_TOP_N)
    return number


def _date(value: object) -> WishedDay | Period | None:
    value = blank_as_none(value)
    if value is None or isinstance(value, dt.date | Wish | LastCompleteOn | Period):
        return value
    text = str(value)
    wish = _wish(text) or Period.read(text)
    if wish:
        return wish
    parts = _WISH_AND_DAY.fullmatch(text.strip())
    if parts and _wish(parts[1]) is Wish.LAST_COMPLETE:
        return LastCompleteOn(_day(parts[2], text))
    return _day(text, text)


def _wish(text: str) -> Wish | None:
    return _WISHES.get(re.sub(r"[\s_-]+", "", text).lower())


def _day(text: str, given: str) -> dt.date:
    from daybook.table import cells  # noqa: PLC0415  a date is written here as in a file; the ground floor needs no table

    day = cells.day(text)
    if day.state is not cells.State.VALUE:
        raise ParameterError(BAD_DATE, value=excerpt(given))
    return dt.date(1970, 1, 1) + dt.timedelta(days=day.ordinal)


def _decimal(value: object) -> str | None:
    value = blank_as_none(value)
    sign = None if value is None else _SIGNS.get(str(value).strip().lower(), "")
    if sign == "":
        raise ParameterError(BAD_DECIMAL, value=excerpt(value))
    return sign


def checked_deadline(value: object) -> str:
    """A time of day as ``HH:MM``; empty where there is none.

    Raises:
        ParameterError: it is no time of day.
    """
    value = blank_as_none(value)
    if value is None:
        return ""
    parts = _TIME.fullmatch(str(value).strip())
    if parts is None or int(parts[1]) >= _HOURS or int(parts[2]) >= _MINUTES:
        raise ParameterError(BAD_DEADLINE, value=excerpt(value))
    return f"{int(parts[1]):02}:{parts[2]}"


def checked_percent(value: object) -> int | None:
    """A whole number from 0 to 100; None where there is none.

    Raises:
        ParameterError: it is no such number.
    """
    value = blank_as_none(value)
    number = None if value is None else whole_number(value)
    if value is not None and (number is None or not 0 <= number <= _WHOLE):
        raise ParameterError(BAD_PERCENT, value=excerpt(value))
    return number


def _dimensions(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, (list, tuple)) else (value or "",)
    return tuple(dict.fromkeys(word.lower() for item in items for word in _BREAK.split(str(item)) if word))


def _message_type(value: object) -> object:
    name = re.sub(r"[\s_-]+", "", str(blank_as_none(value) or MessageType.MARKDOWN)).lower()
    for known in MessageType:
        if name == known.value.replace("_", ""):
            return known
    raise ParameterError(BAD_TYPE, value=excerpt(value))


def switch(name: str, *, default: bool = False) -> BeforeValidator:
    """Reads yes or no in any usual spelling; ``default`` where neither is said. ``name`` is one of `LABELS`."""

    def read(value: object) -> bool:
        word = str(value).strip().lower()
        if blank_as_none(value) is None:
            return default
        if word in _FALSE:
            return False
        if word in _TRUE:
            return True
        raise ParameterError(BAD_SWITCH, name=LABELS[name], value=excerpt(word))

    return BeforeValidator(read)


def _people(name: str) -> BeforeValidator:
    def read(value: object) -> tuple[str, ...]:
        items = value if isinstance(value, (list, tuple)) else (value,)
        if any(isinstance(item, (Mapping, list, tuple, bool)) for item in items):
            raise ParameterError(BAD_PEOPLE, name=LABELS[name])
        words = (word for item in items if item is not None for word in _BREAK.split(_written(item)))
        return tuple(dict.fromkeys(word.removeprefix("@") for word in words if word.removeprefix("@")))

    return BeforeValidator(read)


def _written(value: object) -> str:
    if isinstance(value, (Mapping, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _content(value: object) -> str:
    return "" if value is None else str(value)


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


_STRING = WithJsonSchema({"type": "string"})
_SWITCH = WithJsonSchema({"type": "string"})  # of text, because a form sends one
_PERCENT = WithJsonSchema({"type": "string"})
_TOP_N = WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_TOP_N})


class AnalysisParameters(BaseModel):
    """What is asked of a sales file.

    Raises:
        ParameterError: a value is invalid; the sentence names it.
    """

    model_config = ConfigDict(frozen=True)

    date: Annotated[WishedDay | Period | None, BeforeValidator(_date), PlainSerializer(_text_or_none), _STRING] = Field(
        default=None,
        description="The day to report: a date such as 2023-10-27, latest, last complete or yesterday; the latest day"
        " in the file where none is given. Of a week or month a day in it, or its name: 2026-W45, 2026-10; of a range"
        " its days: 2026-10-01..2026-10-15",
    )
    period: Annotated[Kind, BeforeValidator(kind_of_period), _STRING] = Field(
        default=Kind.DAY,
        description="How long what is reported lasts: day, week (Monday to Sunday), month or range; a day where none is"
        " given, or what the date names",
    )
    top_n: Annotated[int, BeforeValidator(_top_n), _TOP_N] = Field(
        default=DEFAULT_TOP_N, description="Products in the ranking"
    )
    columns: Annotated[dict[str, str], BeforeValidator(column_mapping), _STRING] = Field(
        default={},
        description="Names of the file's columns where they are unusual, one a line, such as Date=下单时间;"
        " the fields are date, product, quantity, price, sales, paid, discount, order, status, region and others",
    )
    sheet: Annotated[OptionalText, _STRING] = Field(
        default=None, description="Sheet of a workbook; the one that holds sales where none is given"
    )
    date_format: Annotated[OptionalText, _STRING] = Field(
        default=None,
        description="How the file writes dates, as strptime codes such as %d/%m/%Y; only for unusual dates",
    )
    decimal: Annotated[str | None, BeforeValidator(_decimal), _STRING] = Field(
        default=None, description="The decimal sign of the file's numbers, . or ,; only where the file leaves it open"
    )
    zone: Annotated[OptionalText, _STRING] = Field(
        default=None, description="Time zone of the report's days, such as Asia/Shanghai"
    )
    currency: Annotated[OptionalText, _STRING] = Field(
        default=None, description="The currency to report where the file holds several, such as CNY"
    )
    dimensions: Annotated[tuple[str, ...], BeforeValidator(_dimensions), _STRING] = Field(
        default=(),
        description="What to rank beside products, up to three of region, city, country, store, channel and category",
    )
    book: Annotated[OptionalText, _STRING] = Field(
        default=None,
        description="The business's book, such as shop-east: it keeps the file's days and gives earlier ones to compare"
        " with; nothing is kept where no book is named",
    )
    deadline: Annotated[str, BeforeValidator(checked_deadline), _STRING] = Field(
        default="",
        description="Time of day, such as 10:00, until which a report is held back whose day's data is not there or not"
        " whole; nothing waits where none is given",
    )
    min_rows_percent: Annotated[int | None, BeforeValidator(checked_percent), _PERCENT] = Field(
        default=None,
        description="Percent of the rows that the weekday usually has in the book, below which a day is incomplete,"
        " 0 to 100; 30 where none is given",
    )
    language: Annotated[LanguageChoice, _STRING] = Field(
        default=Language.CHINESE, description="Language of the report's sentences: zh_Hans or en_US"
    )

    @property
    def kind(self) -> Kind:
        """How long what is reported lasts, as the date says or the period."""
        return self.date.kind if isinstance(self.date, Period) else self.period

    @property
    def wished_day(self) -> WishedDay | None:
        """The day that is wished for; none where that is a week, month or range."""
        return self.date if self.kind is Kind.DAY and not isinstance(self.date, Period) else None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if isinstance(self.date, Period) and self.period not in {Kind.DAY, self.date.kind}:
            raise ParameterError(OTHER_PERIOD, date=str(self.date), kind=self.period)
        if self.kind is Kind.RANGE and not isinstance(self.date, Period):
            raise ParameterError(RANGE_NEEDS_DAYS)
        return self

    def as_text(self) -> dict[str, str]:
        """The parameters that were given, as a form or an address carries them."""
        given = self.model_dump(mode="json").items()
        kept = ((name, value) for name, value in given if (name, value) != ("period", Kind.DAY))
        return {name: _written(value) for name, value in kept if value or value == 0}


class PushParameters(BaseModel):
    """What is asked of a push to the DingTalk group.

    Raises:
        ParameterError: a value is invalid; the sentence names it.
    """

    model_config = ConfigDict(frozen=True)

    content: Annotated[str, BeforeValidator(_content)] = Field(default="", description="The text or Markdown to send")
    title: Annotated[OptionalText, _STRING] = Field(
        default=None,
        description="Title of the notification; the first line where none is given",
    )
    message_type: Annotated[MessageType, BeforeValidator(_message_type), _STRING] = Field(
        default=MessageType.MARKDOWN, description="How the message looks: markdown, text or action_card"
    )
    button_title: Annotated[OptionalText, _STRING] = Field(
        default=None,
        description="What the button of an action_card says; “View details” where nothing is given",
    )
    button_url: Annotated[OptionalText, _STRING] = Field(
        default=None, description="The address that the button of an action_card opens"
    )
    at_mobiles: Annotated[tuple[str, ...], _people("at_mobiles"), _STRING] = Field(
        default=(), description="Mobile numbers to mention, with commas between them"
    )
    at_user_ids: Annotated[tuple[str, ...], _people("at_user_ids"), _STRING] = Field(
        default=(), description="DingTalk user IDs to mention, with commas between them"
    )
    at_all: Annotated[bool, switch("at_all"), _SWITCH] = Field(default=False, description="true to mention everyone")
    delivery_key: Annotated[OptionalText, _STRING] = Field(
        default=None, description="Under one key the group gets a message once"
    )
    unless_delivered: Annotated[OptionalText, _STRING] = Field(
        default=None, description="Nothing is sent where the group has a message under this key"
    )
    dry_run: Annotated[bool, switch("dry_run"), _SWITCH] = Field(
        default=False, description="true to send nothing and see in preview what would be sent"
    )
    language: Annotated[LanguageChoice, _STRING] = Field(
        default=Language.CHINESE, description="Language of the answer: zh_Hans or en_US"
    )


def schemas(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """The JSON schema of each field of a model of parameters, by name: type, bounds, default and description.

    A default that stands for "none given" is left out.
    """
    properties: dict[str, dict[str, Any]] = model.model_json_schema()["properties"]
    return {
        name: {key: value for key, value in schema.items() if key != "title" and (key != "default" or value)}
        for name, schema in properties.items()
    }
