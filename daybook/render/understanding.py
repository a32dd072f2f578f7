"""`understanding_text`: an `Understanding` as lines of text, for a terminal and for a workflow's text output."""

from collections.abc import Iterable, Iterator

from daybook.language import Language, Text, excerpt
from daybook.render import texts
from daybook.report import ColumnUse, DatesUse, LeftOut, Question, Understanding


def understanding_text(understanding: Understanding, language: Language) -> str:
    """What a file was taken for, one matter a line; the questions first, because nothing is known before their answers.

    Args:
        understanding: what to show; its own sentences are in the language that the analysis was asked in.
        language: of the labels.
    """
    return "\n".join(_Sentences(language).of(understanding))


class _Sentences:
    def __init__(self, language: Language) -> None:
        self._language = language
        self._colon = "：" if language is Language.CHINESE else ": "
        self._comma = "，" if language is Language.CHINESE else ", "

    def of(self, what: Understanding) -> Iterator[str]:
        yield from self._list(texts.QUESTIONS, (line for each in what.questions for line in self._question(each)))
        separator = what.separator and self._known(texts.SEPARATORS, what.separator)
        yield from self._line(texts.FILE, what.kind, what.encoding, separator)
        yield from self._line(texts.SHEETS, *what.sheets)
        yield from self._line(texts.PASSED_OVER, *what.sheets_passed_over)
        if what.header_row:
            yield from self._line(texts.HEADER, self._say(texts.HEADER_ROW, row=what.header_row))
        yield from self._list(texts.COLUMNS, map(self._column, what.columns))
        yield from self._line(texts.UNUSED, *what.unused)
        if what.money:
            yield from self._line(texts.MONEY, what.money.how, what.money.why)
            yield from self._line(texts.CURRENCY, what.money.currency)
            yield from self._line(texts.DECIMAL, what.money.decimal)
        if what.columns:
            by = what.orders_by
            counted = self._say(texts.LINES) if by is None else self._say(texts.ORDERS_BY, name=by)
            yield from self._line(texts.ORDERS, counted)
        yield from self._line(texts.DATES, *self._dates(what.dates))
        ranked = (f"{self._known(texts.FIELDS, field)} = {name}" for field, name in what.dimensions.items())
        yield from self._line(texts.RANKED, *ranked)
        yield from self._list(texts.LEFT_OUT, map(self._left_out, what.left_out))
        yield from self._list(texts.NOTES, what.notes)
        if not what.questions:
            yield self._say(texts.NOTHING_ASKED)

    def _question(self, question: Question) -> Iterator[str]:
        yield question.sentence
        for value, meaning in question.choices.items():
            yield self._say(texts.ANSWER, parameter=question.parameter, value=value, meaning=meaning)

    def _column(self, column: ColumnUse) -> str:
        how = self._known(texts.SURENESS, column.sureness)
        why = f"{self._comma}{column.why}" if column.why else ""
        return f"{self._known(texts.FIELDS, column.field)} = {excerpt(column.name)} ({how}{why})"

    def _dates(self, dates: DatesUse) -> Iterator[str]:
        yield dates.form
        yield dates.why
        if dates.count:
            yield self._say(texts.DAYS_OF_FILE, count=dates.count, first=dates.first, last=dates.last)
        if dates.day:
            yield self._say(texts.REPORTED_DAY, day=dates.day)
        if dates.unfinished:
            yield self._say(texts.UNFINISHED)
        if dates.filled_down:
            yield self._say(texts.FILLED_DOWN, count=dates.filled_down)
        if dates.strays:
            yield self._say(texts.STRAYS, days=self._comma.join(dates.strays))

    def _left_out(self, left: LeftOut) -> str:
        rows = self._say(
            texts.ROWS,
            rows=left.rows,
            amount=f"{left.amount:,.2f}",
            all=left.rows_in_file,
            all_amount=f"{left.amount_in_file:,.2f}",
        )
        example = self._say(texts.SUCH_AS, example=left.example) if left.example else ""
        return f"{self._known(texts.REASONS, left.reason)}{self._colon}{rows}{example}"

    def _line(self, label: Text, *values: str) -> Iterator[str]:
        said = [value for value in values if value]
        if said:
            yield f"{self._say(label)}{self._colon}{self._comma.join(said)}"

    def _list(self, label: Text, items: Iterable[str]) -> Iterator[str]:
        lines = [f"- {item}" for item in items]
        if lines:
            yield f"{self._say(label)}{self._colon}".rstrip()
            yield from lines

    def _known(self, words: dict[str, Text], name: str) -> str:
        return self._say(words[name]) if name in words else name

    def _say(self, text: Text, **values: object) -> str:
        return text.to(self._language, **values)
