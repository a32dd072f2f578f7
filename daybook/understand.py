"""`reading_of` a table: how it is to be read; and `understanding_of` it, once it was."""

from fractions import Fraction

import numpy as np

from daybook.cube import Cube
from daybook.days import EPOCH, ChosenDay
from daybook.parameters import AnalysisParameters
from daybook.reading import PlainDates, PlainNumbers, Reading
from daybook.reduce.ordered import InOrder
from daybook.table import Table
from daybook.table.columns import find_columns
from daybook.table.statuses import Reason
from daybook.understanding import ColumnUse, DatesUse, LeftOut, MoneyUse, Understanding

_FIELDS = {"Date": "date", "Product": "product", "Price": "price", "Amount": "quantity", "Region": "region"}


def reading_of(table: Table, parameters: AnalysisParameters) -> Reading:
    """How a table is to be read."""
    places = {_FIELDS[name]: index for name, index in find_columns(table.header, parameters.columns).items()}
    numbers = {name: PlainNumbers() for name in places if name in {"price", "quantity"}}
    dimensions = ("region",) if "region" in places else ()
    return Reading(places, PlainDates(parameters.date_format), numbers, "price", dimensions)


def understanding_of(table: Table, reading: Reading, cube: Cube, rows: InOrder, day: ChosenDay) -> Understanding:
    """What a table was taken for."""
    columns = [
        ColumnUse(field=field, name=table.header[index], sureness="name") for field, index in reading.places.items()
    ]
    used = set(reading.places.values())
    names = {column.field: column.name for column in columns}
    end = day.ends_at.strftime("%H:%M") if day.ends_at else None
    number = (day.day - EPOCH).days if day.day else -1
    return Understanding(
        columns=columns,
        unused=[name for index, name in enumerate(table.header) if index not in used and name.strip()],
        money=MoneyUse(
            how=names.get(reading.money, "") if reading.money != "price" else f"{names['price']} × {names['quantity']}"
        ),
        orders_by=names.get("order"),
        dates=DatesUse(
            unfinished=day.unfinished,
            ends_at=end,
            passed_over=day.passed_over,
            strays=dict(day.strays),
            unreadable_beside=rows.beside[number],
            filled_down=rows.filled,
        ),
        dimensions={name: names[name] for name in reading.dimensions},
        left_out=_left_out(cube, day, rows),
    )


def _left_out(cube: Cube, day: ChosenDay, rows: InOrder) -> list[LeftOut]:
    found = []
    of_day = cube.on(day.day) if day.day else Cube.empty()
    for reason in Reason:
        whole, part = (kept.at(np.flatnonzero(kept.columns["left_out"] == reason)) for kept in (cube, of_day))
        if reason is Reason.SOLD or not len(whole):
            continue
        amount = Fraction(part.total("sales"), 10 ** part.decimals["sales"])
        found.append(
            LeftOut(
                reason=reason.name.lower(),
                rows=part.total("lines"),
                amount=float(round(amount, 2)) + 0.0,
                rows_in_file=whole.total("lines"),
                example=rows.examples.get(reason, ""),
            )
        )
    return found
