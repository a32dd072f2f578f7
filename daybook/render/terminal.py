"""A `SalesReport` for a terminal: aligned columns, bars for shares, wrapped to the screen's width."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from daybook.language import Language, Text
from daybook.render import parts
from daybook.report import PriceBandFigures, ProductFigures, RegionFigures, SalesReport
from daybook.words import texts
from daybook.words.figures import DASH, band, cents, first_dimension, number, percent, share_or_none
from daybook.words.names import pad, plain, readable, shorten, width, wrap

_GAP = "  "
_NARROWEST_NAME = 6
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_INDENT = "  "
_BULLET = "• "
_BAR = 16
_BOLD, _DIM, _RED, _GREEN = "1", "2", "31", "32"


@dataclass(frozen=True, slots=True)
class TableColumn:
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


def report_terminal(report: SalesReport, width: int = 80, *, color: bool = False) -> str:
    """The report as a person reads it in a terminal, in the report's language.

    Args:
        report: what to show.
        width: columns of the screen; below 30 is taken as 30, above 100 as 100.
        color: whether the terminal shows ANSI colours. They only underline what arrows and words say; a rise is red
            in Chinese and green in English, as markets there show it.

    Returns:
        Lines ending in a newline.
    """
    return "\n".join(_Page(report, readable(width), color=color).lines()) + "\n"


class _Page:
    def __init__(self, report: SalesReport, columns: int, *, color: bool) -> None:
        self.report = report
        self.language = report.language
        self.columns = columns
        self.color = color

    def lines(self) -> list[str]:
        report = self.report
        top = [self._styled(line, _BOLD) for line in wrap(parts.report_title(report), self.columns)]
        rule = self._styled("─" * self.columns, _DIM)
        if report.analysis_date is None or not report.has_data:
            return [*top, rule, *wrap(texts.NO_DATA.to(self.language), self.columns), *self._notes()]
        return [
            *top,
            rule,
            *(
                self._styled(line, _BOLD)
                for doubt in (*report.doubts, *parts.corrections(report))
                for line in wrap(plain(doubt, 400, 400), self.columns)
            ),
            *(wrap(said, self.columns) if (said := parts.verdict(report)) else ()),
            *self._changes(),
            "",
            *self._figures(),
            *self._bullets(texts.INSIGHTS, parts.news(report)),
            *((*self._head(parts.products_title(report)), *self._products()) if parts.names_products(report) else ()),
            *((*self._head(parts.regions_title(report)), *self._regions()) if parts.names_places(report) else ()),
            *(
                line
                for title, name, values in parts.further_rankings(report)
                for line in (*self._head(title), *self._ranked(name, values))
            ),
            *self._head(texts.PRICE_BANDS.to(self.language)),
            *self._bands(),
            *self._notes(),
            "",
            *(
                self._styled(line, _DIM)
                for said in (parts.source(report), *parts.from_book(report), *parts.reading_lines(report))
                for line in wrap(said, self.columns)
            ),
        ]

    def _changes(self) -> list[str]:
        rise, fall = (_RED, _GREEN) if self.language is Language.CHINESE else (_GREEN, _RED)
        style = {"▲": rise, "▼": fall}
        return [
            self._styled(line, style.get(change[0], _DIM))
            for change in parts.changes(self.report)
            for line in wrap(change, self.columns)
        ]

    def _figures(self) -> list[str]:
        rows = parts.figures(self.report)
        widest = max(width(name) for name, _ in rows)
        lines: list[str] = []
        for name, value in rows:
            first, *rest = wrap(value, self.columns - widest - 2 * len(_INDENT))
            lines.append(f"{_INDENT}{pad(name, widest)}{_INDENT}{self._styled(first, _BOLD)}")
            lines += [" " * (widest + 2 * len(_INDENT)) + line for line in rest]
        return lines

    def _products(self) -> list[str]:
        ranking = self.report.top_products
        if not ranking:
            return self._missing(texts.NO_PRODUCTS)
        places = len(str(len(ranking)))
        names = [f"{place:>{places}} {plain(figures.product)}" for place, figures in enumerate(ranking, 1)]
        prices = [DASH if figures.average_price is None else cents(figures.average_price) for figures in ranking]
        average = TableColumn(texts.AVERAGE_COLUMN.to(self.language), prices, right=True, drop=2)
        return self._table(TableColumn(texts.PRODUCT.to(self.language), names), ranking, average)

    def _regions(self) -> list[str]:
        name = parts.one_of(self.report, first_dimension(self.report))
        regions = self.report.regions
        return self._ranked(name, regions) if regions else self._missing(texts.NO_VALUES, one=name)

    def _ranked(self, name: str, values: Sequence[RegionFigures]) -> list[str]:
        head = name[0].upper() + name[1:]
        return self._table(TableColumn(head, [plain(figures.region) for figures in values]), values)

    def _bands(self) -> list[str]:
        bands = self.report.price_bands
        names = TableColumn(
            texts.BAND.to(self.language), [plain(band(figures.band, self.language)) for figures in bands]
        )
        return self._table(names, bands) if bands else self._missing(texts.NO_BANDS)

    def _table(
        self,
        names: TableColumn,
        rows: Sequence[ProductFigures | RegionFigures | PriceBandFigures],
        *more: TableColumn,
    ) -> list[str]:
        shares = [share_or_none(figures.share, self.report) for figures in rows]
        known = any(share is not None for share in shares)
        columns = [
            names,
            self._numbers(texts.SALES_COLUMN, (cents(figures.sales) for figures in rows)),
            self._numbers(texts.SHARE, (_share(share) if known else "" for share in shares), drop=1),
            self._numbers(texts.ORDERS, (number(figures.orders) for figures in rows), drop=3),
            self._numbers(texts.QUANTITY, (number(figures.quantity) for figures in rows), drop=4),
            *more,
            TableColumn("", bars(shares, _BAR), drop=5),
        ]
        head, *lines = table(columns, self.columns - len(_INDENT))
        return [_INDENT + self._styled(head, _DIM), *(_INDENT + line for line in lines)]

    def _numbers(self, head: Text, cells: Iterable[str], drop: int = 0) -> TableColumn:
        return TableColumn(head.to(self.language), list(cells), right=True, drop=drop)

    def _bullets(self, head: Text, sentences: Sequence[str]) -> list[str]:
        if not sentences:
            return []
        lines = self._head(head.to(self.language))
        for sentence in sentences:
            first, *rest = wrap(plain(sentence, 400, 400), self.columns - len(_INDENT + _BULLET))
            lines += [_INDENT + _BULLET + first, *(_INDENT + " " * len(_BULLET) + line for line in rest)]
        return lines

    def _notes(self) -> list[str]:
        return self._bullets(texts.DATA_NOTES, self.report.warnings)

    def _missing(self, reason: Text, **values: str) -> list[str]:
        return [_INDENT + line for line in wrap(reason.to(self.language, **values), self.columns - len(_INDENT))]

    def _head(self, title: str) -> list[str]:
        return ["", self._styled(title, _BOLD)]

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.color else text


def _share(share: float | None) -> str:
    return DASH if share is None else percent(share)


def table(columns: list[TableColumn], room: int) -> list[str]:
    """The head and the rows, at most ``room`` wide; the first column is shortened where that is not enough."""
    kept = [column for column in columns if any(column.cells)]
    while _total(kept) > room and max(column.drop for column in kept):
        kept.remove(max(kept, key=lambda column: column.drop))
    names, *others = kept
    left = max(_NARROWEST_NAME, room - (_total(kept) - names.width))
    names = TableColumn(shorten(names.head, left), [shorten(cell, left) for cell in names.cells])
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


def _total(columns: list[TableColumn]) -> int:
    return sum(column.width for column in columns) + len(_GAP) * (len(columns) - 1)


def color_wanted(environ: Mapping[str, str]) -> bool:
    """Whether the environment leaves room for colours; that the output is a terminal at all is another question.

    ``NO_COLOR`` with any value forbids them (https://no-color.org), and ``TERM=dumb`` cannot show them.
    """
    return not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
