"""`understanding_of` a table, once it was read: what was taken for what, left out and noticed."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np

from daybook.cube import Cube
from daybook.days import EPOCH, ChosenDay, FileFacts
from daybook.insights.quality import note_sentence, refunds_sentence, shared_orders
from daybook.judge import KINDS, Reading
from daybook.language import Language, Text, excerpt
from daybook.reduce.pandas import Read
from daybook.report import MOST_DAYS, ColumnUse, DatesUse, LeftOut, MoneyUse, Overlap, Understanding
from daybook.table import Table
from daybook.table.cells import State
from daybook.table.discounts import Discount
from daybook.table.fields import Field, Fields
from daybook.table.layout import Code, Note
from daybook.table.money import Way
from daybook.table.statuses import Reason, reason, reason_of_flag

_LOOKED_AT_DATES = 1_000
_BESIDE = {"order", "status", *KINDS, "currency", "time"}


def understanding_of(
    table: Table,
    read: Read,
    cube: Cube,
    day: ChosenDay,
    language: Language,
    refunds: Mapping[str, int],
    overlaps: Sequence[Overlap] = (),
) -> Understanding:
    """What a table was taken for.

    Args:
        table: the file.
        read: what reading it gave.
        cube: all that counts, with tables of refunds below the first.
        day: the day that is reported.
        language: of its sentences.
        refunds: rows of the tables of refunds that were taken off, by their titles.
        overlaps: rows that stand in more than one file.
    """
    reading, notes, shared = read.reading, table.layout.notes, read.rows.shared
    used = {name: reading.fields[name] for name in reading.used}
    return Understanding(
        **_lies(table, used, language),
        money=_money(reading, language),
        orders_by=reading.fields["order"].name if "order" in reading.used else None,
        dates=_dates(read, day, language),
        dimensions={name: reading.fields[name].name for name in reading.dimensions},
        left_out=_left_out(cube, day, read),
        engine=read.engine,
        engine_why=read.engine_why.to(language) if read.engine_why else "",
        repeated_lines=read.rows.repeated,
        without_cost=_without_cost(read),
        overlaps=list(overlaps),
        notes=[*_notes(notes, refunds, language), *shared_orders(len(shared.same), len(shared.apart), language)],
    )


def facts_of(
    source: str,
    day: ChosenDay,
    language: Language,
    reading: Reading | None,
    understanding: Understanding | None,
    unfinished: dt.date | None,
) -> FileFacts:
    """What a book and a report want to know of what was read, beside its cube; without a reading there were no rows."""
    return FileFacts(
        day=day,
        unfinished=unfinished,
        currency=reading.currency or "/".join(sorted(reading.currencies)) if reading else "",
        money=understanding.money.how if understanding and understanding.money else "",
        dimensions=tuple(reading.dimensions) if reading else (),
        source=source,
        language=language,
    )


def understood_so_far(table: Table, fields: Fields | None, language: Language) -> Understanding:
    """What is known of a table when a question comes up: how it lies, and its columns where they are told apart."""
    return Understanding(**_lies(table, dict(fields.columns) if fields else {}, language))


def _lies(table: Table, used: Mapping[str, Field], language: Language) -> dict[str, Any]:
    """How a table lies, and what its columns were taken for."""
    layout = table.layout
    places = {field.index for field in used.values()}
    names = [name.strip() for name in table.header]
    return {
        "kind": layout.kind,
        "encoding": layout.encoding,
        "separator": layout.separator,
        "sheets": list(layout.sheets),
        "sheets_passed_over": list(layout.sheets_passed_over),
        "header_row": layout.header_row,
        "header_digest": hashlib.sha256("\0".join(names).encode()).hexdigest()[:32],
        "columns": [
            ColumnUse(field=name, name=field.name, sureness=str(field.sureness), why=field.why.to(language))
            for name, field in used.items()
        ],
        "unused": [name for index, name in enumerate(table.header) if index not in places and name.strip()],
    }


def _notes(notes: Sequence[Note], refunds: Mapping[str, int], language: Language) -> Iterator[str]:
    for title, rows in refunds.items():
        yield refunds_sentence(title, rows, language)
    for note in notes:
        if note.code is not Code.SECOND_TABLE or not refunds:
            yield note_sentence(note, language)


def _without_cost(read: Read) -> int:
    name = next((name for name in ("profit", "cost") if name in read.reading.used), "")
    if not name:
        return 0
    cells, counts = read.texts.of(name)
    states = read.reading.numbers[name].read(cells).states
    return sum(count for count, state in zip(counts, states, strict=True) if state != State.VALUE)


def _money(reading: Reading, language: Language) -> MoneyUse:
    money, fields = reading.money, reading.fields
    how = fields[money.field].name
    if money.way is Way.PRODUCT:
        how = f"{how} × {fields['quantity'].name}"
    if money.discount is not Discount.NONE:
        how = f"{how} − {fields['discount'].name}"
    forms = [reading.numbers[name] for name in reading.used if name in reading.numbers]
    codes = [name for name in reading.currencies if name.isascii() and name.isalpha()]
    return MoneyUse(
        how=how,
        why=_joined([*money.why, *(form.why for form in forms if form.why)], language),
        currency=reading.currency or ", ".join(sorted(codes or reading.currencies)),
        decimal="," if any(form.decimal == "," for form in forms) else ".",
    )


def _dates(read: Read, day: ChosenDay, language: Language) -> DatesUse:
    number = (day.day - EPOCH).days if day.day else -1
    beside = read.rows.beside[number] if day.day == (day.dates[-1] if day.dates else None) else 0
    return DatesUse(
        form=_form(read, number),
        day=day.day,
        first=day.dates[0] if day.dates else None,
        last=day.dates[-1] if day.dates else None,
        count=len(day.dates),
        days=list(day.dates[-MOST_DAYS:]),
        why=_joined(read.reading.dates.why, language),
        unfinished=day.unfinished,
        ends_at=day.ends_at.strftime("%H:%M") if day.ends_at else None,
        passed_over=day.passed_over,
        awaited=day.awaited,
        strays={str(stray): rows for stray, rows in day.strays.items()},
        unreadable_beside=beside,
        filled_down=read.rows.filled,
    )


def _form(read: Read, day: int) -> str:
    """A date as the file writes it, one of the reported day where one is at hand."""
    texts = list(islice(read.texts.counts.get("date", ()), _LOOKED_AT_DATES))
    found = read.reading.dates.read(texts)
    readable = [place for place, state in enumerate(found.states) if state == State.VALUE]
    place = next((place for place in readable if found.days[place] == day), readable[0] if readable else None)
    if place is None:
        return ""
    text, date = excerpt(texts[place]), (EPOCH + dt.timedelta(days=int(found.days[place]))).isoformat()
    return text if text.startswith(date) else f"{text} = {date}"


def _joined(texts: "list[Text] | tuple[Text, ...]", language: Language) -> str:
    return (" " if language is Language.ENGLISH else "").join(dict.fromkeys(text.to(language) for text in texts))


def _left_out(cube: Cube, day: ChosenDay, read: Read) -> list[LeftOut]:
    reasons = set(np.unique(cube.columns["left_out"]).tolist()) - {Reason.SOLD}
    of_day = cube.on(day.day) if day.day and reasons else Cube.empty()
    found = []
    for why in (each for each in Reason if each in reasons):
        whole, part = (kept.at(np.flatnonzero(kept.columns["left_out"] == why)) for kept in (cube, of_day))
        found.append(
            LeftOut(
                reason=why.name.lower(),
                rows=part.total("lines"),
                amount=_amount(part),
                rows_in_file=whole.total("lines"),
                amount_in_file=_amount(whole),
                example=next(_examples(why, read), ""),
            )
        )
    return found


def _amount(cube: Cube) -> float:
    return float(round(Fraction(cube.total("sales"), 10 ** cube.decimals["sales"]), 2)) + 0.0


def _examples(why: Reason, read: Read) -> Iterator[str]:
    """Statuses of the file that say why lines are left out."""
    for name, judged in (("status", reason), *((name, reason_of_flag) for name in sorted(read.reading.flags))):
        for text in read.texts.counts.get(name, ()):
            if judged(text) is why:
                yield excerpt(text)
