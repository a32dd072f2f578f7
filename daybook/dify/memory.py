"""`StartRecord`: what a job remembers of its start when its process dies, and `RunMemory`: where."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StartRecord:
    """What a job remembers of its start."""

    run_id: str = ""
    """Empty from the moment the start is sent off until Dify names the run."""
    task_id: str = ""
    over: tuple[str, ...] = ()
    """Runs that count no more, whatever Dify says of them: they were stopped, or a person asked for another."""
    refused: bool = False
    """Whether the start was refused, so that nothing is under way."""

    @property
    def open(self) -> bool:
        """Whether a start was sent off that nobody knows the end of."""
        return not self.run_id and not self.refused

    def dumps(self) -> str:
        """The record as text, for a memory that keeps text."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, text: str | None) -> "StartRecord | None":
        """The record in ``text``; ``None`` where there is none."""
        if not text:
            return None
        known = {field.name for field in fields(cls)}
        kept = {name: value for name, value in json.loads(text).items() if name in known}
        return cls(**{**kept, "over": tuple(kept.get("over") or ())})


class RunMemory(Protocol):
    """Where a job's start is remembered when the process dies."""

    def load(self) -> StartRecord | None:
        """What was remembered last."""

    def save(self, record: StartRecord | None) -> None:
        """Remembers ``record``; ``None`` forgets."""


class NoMemory:
    """Remembers nothing: what was started is then found in Dify's log alone."""

    def load(self) -> StartRecord | None:
        """Nothing."""
        return None

    def save(self, record: StartRecord | None) -> None:
        """Nothing."""
