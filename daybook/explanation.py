"""`Explanation`: why a day was no ordinary one, as somebody said who knows; a part of the report's contract."""

import datetime as dt
from enum import StrEnum

from pydantic import Field

from daybook.errors import ParameterError
from daybook.language import Text, excerpt
from daybook.values import Model
from daybook.words.names import one_line

NOTE_CHARACTERS = 120

BAD_REASON = Text(
    en="“{value}” is no reason; choose promotion, holiday, stock_out or other.",
    zh="原因“{value}”无效；请选择 promotion、holiday、stock_out 或 other。",
    code="bad_reason",
)
NOTE_TOO_LONG = Text(
    en="The note has {given} characters; {most} are the most.",
    zh="说明共 {given} 个字符，最多 {most} 个。",
    code="note_too_long",
)
NOTE_MISSING = Text(
    en="For another reason a note is needed that says which; write it in a few words.",
    zh="选择“其他”时，请用几个字写明原因。",
    code="note_missing",
)


class Because(StrEnum):
    """Why a day was as it was."""

    PROMOTION = "promotion"
    HOLIDAY = "holiday"
    STOCK_OUT = "stock_out"
    OTHER = "other"


NAMES = {
    Because.PROMOTION: Text(en="a promotion", zh="促销活动"),
    Because.HOLIDAY: Text(en="a holiday", zh="节假日"),
    Because.STOCK_OUT: Text(en="a stock-out", zh="缺货"),
    Because.OTHER: Text(en="another reason", zh="其他原因"),
}


class Explanation(Model):
    """What was said of a day, and when."""

    because: Because = Field(description="promotion, holiday, stock_out or other")
    note: str = Field(default="", description="A few words on it, as they were written")
    said_at: dt.datetime = Field(description="When, in UTC")

    @property
    def said(self) -> str:
        """The moment, as it is shown."""
        return f"{self.said_at:%Y-%m-%d %H:%M} UTC"


def reason_of(value: object) -> Because:
    """The reason of that name.

    Raises:
        ParameterError: there is none.
    """
    try:
        return Because(str(value or "").strip().lower().replace("-", "_"))
    except ValueError:
        raise ParameterError(BAD_REASON, value=excerpt(value)) from None


def note_of(value: object, because: Because) -> str:
    """A note as it is kept: on one line, without control characters.

    Raises:
        ParameterError: it is too long, or missing where a reason says nothing without it.
    """
    note = one_line(str(value or ""))
    if len(note) > NOTE_CHARACTERS:
        raise ParameterError(NOTE_TOO_LONG, given=len(note), most=NOTE_CHARACTERS)
    if because is Because.OTHER and not note:
        raise ParameterError(NOTE_MISSING)
    return note
