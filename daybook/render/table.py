"""A small table for a terminal, aligned by display width; it drops columns where the screen is narrow."""

from dataclasses import dataclass

from daybook.render.width import pad, shorten, width

_GAP = "  "
_NARROWEST_NAME = 6
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, its cells, and how readily it is given up."""

    head: str
    cells: list[str]
    right: bool = False
    drop: int = 0
    """Columns with the highest number go first where room is short; 0 stays."""

    @property
    def width(self) -> int:
        """Columns of the screen that the widest cell takes."""
        return max(map(width, (self.head, *self.cells)))


def table(columns: list[Column], room: int) -> list[str]:
    """The head and the rows, at most ``room`` wide; the first column is shortened where that is not enough."""
    kept = [column for column in columns if any(column.cells)]
    while _total(kept) > room and max(column.drop for column in kept):
        kept.remove(max(kept, key=lambda column: column.drop))
    names, *others = kept
    left = max(_NARROWEST_NAME, room - (_total(kept) - names.width))
    names = Column(shorten(names.head, left), [shorten(cell, left) for cell in names.cells])
    kept = [names, *others]
    rows = zip(*([column.head, *column.cells] for column in kept), strict=True)
    return [
        _GAP.join(pad(cell, column.width, right=column.right) for cell, column in zip(row, kept, strict=True)).rstrip()
        for row in rows
    ]


def bars(values: list[float | None], columns: int) -> list[str]:
    """A bar for each value, the largest ``columns`` wide; nothing for a value that is missing or not above zero."""
    most = max((value for value in values if value), default=0.0)
    return [_bar(value / most * columns) if value and value > 0 else "" for value in values]


def _bar(length: float) -> str:
    whole, eighths = divmod(max(1, round(length * 8)), 8)
    return "█" * whole + _EIGHTHS[eighths].strip()


def _total(columns: list[Column]) -> int:
    return sum(column.width for column in columns) + len(_GAP) * (len(columns) - 1)
