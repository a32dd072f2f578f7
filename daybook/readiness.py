"""`Readiness`: whether a day's data was there and whole, and what is to be done; a part of the report's contract."""

import datetime as dt
from enum import StrEnum

from pydantic import Field

from daybook.values import Model


class Gate(StrEnum):
    """What becomes of a report."""

    SEND = "send"
    """It goes out: it is ready, or nobody asked to wait."""
    WAIT = "wait"
    """Nothing goes out: look again later."""
    TELL = "tell"
    """The deadline has passed: the group is told, once, that the data is not in; then look again."""


class Readiness(Model):
    """Whether a day's data is there and whole."""

    ready: bool
    code: str = Field(
        default="",
        description="Why it is not: missing, stale, empty, unfinished, unsettled, rows, half, missing_region or"
        " source_down; empty where it is ready",
    )
    reason: str = Field(default="", description="The same in a sentence, in the report's language")
    unchecked: str = Field(default="", description="What could not be checked, in a sentence; empty where all was")
    day: dt.date | None = Field(default=None, description="The day that is wanted; else the one that is reported")
    deadline: dt.datetime | None = Field(default=None, description="When the group is told; null where nobody waits")
    gate: Gate = Field(default=Gate.SEND, description="send, wait (look again), or tell that the data is not in")
    message: str = Field(default="", description="With tell: what the group is told, as Markdown")
