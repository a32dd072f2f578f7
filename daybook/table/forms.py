"""number_forms: how a file's numbers are spelled; the columns that say their decimal sign speak for the others."""

from collections.abc import Mapping, Sequence

from daybook.errors import QuestionError
from daybook.table.cells import State
from daybook.table.fields import FIELD_NAMES, Fields
from daybook.table.names import header_hint
from daybook.table.numbers import NumberForm, number_form
from daybook.table.spelling import NO_UNIT, Unit

type ColumnTexts = tuple[Sequence[str], Sequence[int] | None]
"""The distinct texts of a whole column, and how often each stands there; once where that is None."""


def number_forms(
    columns: Mapping[str, ColumnTexts],
    fields: Fields,
    *,
    decimal: str | None = None,
    units: Mapping[str, Unit] | None = None,
) -> dict[str, NumberForm]:
    """How the numbers of each column of a file are spelled.

    A column that can be read in two ways is read as the columns that cannot; where there are none, as the language
    of the header has it (Chinese, Japanese and Korean write decimal points; German, French and Portuguese commas).

    Args:
        columns: the number columns by field.
        fields: the file's columns.
        decimal: the decimal sign, where the caller knows it.
        units: units of fields that are known better than from the header.

    Raises:
        QuestionError: a column can be read in two ways, and nothing says in which (parameter ``decimal``).
    """

    def form(field: str, hint: str) -> NumberForm:
        texts, counts = columns[field]
        own = fields[field].unit if field in fields else NO_UNIT
        return number_form(
            texts,
            counts,
            unit=(units or {}).get(field, own),
            decimal=decimal,
            hint=hint,
            title=FIELD_NAMES[field],
            rates=field == "discount",
        )

    forms: dict[str, NumberForm] = {}
    for field in columns:
        try:
            forms[field] = form(field, "")
        except QuestionError:
            continue
    said = {found.decimal for found in forms.values() if found.clear}
    hint = said.pop() if len(said) == 1 else "" if said else header_hint(fields.header)
    return {
        field: forms[field] if field in forms and (forms[field].clear or not hint) else form(field, hint)
        for field in columns
    }


def sample_rows(
    fields: Fields, sample: Sequence[Sequence[str]], forms: Mapping[str, NumberForm]
) -> dict[str, list[int | None]]:
    """The numbers of a sample's rows by field, in millionths; None where a cell is no number."""
    found: dict[str, list[int | None]] = {}
    for field, form in forms.items():
        place = fields[field].index
        numbers = form.read([row[place] if place < len(row) else "" for row in sample])
        found[field] = [
            int(micros) if state == State.VALUE else None
            for micros, state in zip(numbers.micros, numbers.states, strict=True)
        ]
    return found
