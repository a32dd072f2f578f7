"""`Step`: one thing that happened to the report of a day, as it is told and kept."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum


class StepName(StrEnum):
    """What is done for a report, in its usual order."""

    WATCHED = "watched"
    """Since then the book's days are watched."""
    DUE = "due"
    """The watch saw that the report is due; ``seconds`` is how late it saw that."""
    WAITED = "waited"
    """For the day's file."""
    WORKFLOW = "workflow"
    GATED = "gated"
    """Looked at whether the data is there and whole."""
    ANALYSED = "analysed"
    PUSHED = "pushed"
    ALERTED = "alerted"
    """The group for alerts was told; ``cause`` is of what."""
    MENDED = "mended"
    """It was told that the report came after all."""


TOLD = (StepName.WAITED, StepName.WORKFLOW, StepName.GATED, StepName.ANALYSED, StepName.PUSHED)
"""Steps of whoever makes a report; the others are the watch's own."""


class StepOutcome(StrEnum):
    """What became of a step."""

    GOING = "going"
    GOOD = "good"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It was done, and nobody knows with what result."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a book's day."""

    book: str
    day: dt.date
    name: StepName
    at: dt.datetime
    last_at: dt.datetime
    seconds: float | None = None
    attempt: int = 1
    outcome: StepOutcome = StepOutcome.GOOD
    cause: str = ""
    report_id: str = ""
    airflow_dag: str = ""
    airflow_run: str = ""
    dify_run: str = ""
    trace_id: str = ""
    told_by: str = ""

    @property
    def took(self) -> float | None:
        """Seconds that it took: as somebody said, or between its first word and its last."""
        if self.seconds is not None:
            return self.seconds
        lasted = (self.last_at - self.at).total_seconds()
        return lasted or None

    def id(self, what: str = "") -> str:
        """Under what it is kept: told again of the same ``what``, it is the same step."""
        return hashlib.sha256(json.dumps([self.book, str(self.day), self.name, what]).encode()).hexdigest()[:32]
