"""find_fields: which column of a file holds what: its date, product, quantity, money and the rest.

A column is found by its name (`daybook.table.names`), held against what its cells look like
(`daybook.table.content`); the caller's own mapping wins over both. Of several columns for one field the one stands
first that `daybook.table.vocabulary` ranks first: the order's date before the payment's, that before the shipment's.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from daybook.errors import Choice, ParameterError, QuestionError, TableError
from daybook.language import Language, Text, excerpt, literal
from daybook.table import texts as say
from daybook.table.content import Content, content_of
from daybook.table.meaning_choice import Candidate, candidates_of, contradicted
from daybook.table.names import fold, full_name, known_name, meanings, normal_name
from daybook.table.spelling import NO_UNIT, Unit, header_unit, parse_unit
from daybook.transport import Redactor

FIELD_NAMES: Mapping[str, Text] = {
    "date": Text(en="date", zh="日期（date）"),
    "time": Text(en="time", zh="时间（time）"),
    "product": Text(en="product", zh="产品（product）"),
    "quantity": Text(en="quantity", zh="数量（quantity）"),
    "price": Text(en="price", zh="单价（price）"),
    "sales": Text(en="sales", zh="销售额（sales）"),
    "total": Text(en="total", zh="总额（total）"),
    "gross": Text(en="gross", zh="折前金额（gross）"),
    "paid": Text(en="paid", zh="实付金额（paid）"),
    "discount": Text(en="discount", zh="优惠（discount）"),
    "tax": Text(en="tax", zh="税额（tax）"),
    "shipping": Text(en="shipping", zh="运费（shipping）"),
    "refund": Text(en="refund", zh="退款金额（refund）"),
    "list_price": Text(en="list_price", zh="原价（list_price）"),
    "order": Text(en="order", zh="订单编号（order）"),
    "line": Text(en="line", zh="明细编号（line）"),
    "status": Text(en="status", zh="状态（status）"),
    "kind": Text(en="kind", zh="单据类型（kind）"),
    "region": Text(en="region", zh="地区（region）"),
    "city": Text(en="city", zh="城市（city）"),
    "country": Text(en="country", zh="国家（country）"),
    "category": Text(en="category", zh="类别（category）"),
    "channel": Text(en="channel", zh="渠道（channel）"),
    "store": Text(en="store", zh="店铺（store）"),
    "customer": Text(en="customer", zh="客户（customer）"),
    "currency": Text(en="currency", zh="币种（currency）"),
    "cost": Text(en="cost", zh="成本（cost）"),
    "profit": Text(en="profit", zh="利润（profit）"),
    "unit": Text(en="unit", zh="计量单位（unit）"),
}
"""The fields of a sales table by what they are called to a person, the order they are shown in."""

MONEY = ("paid", "sales", "total", "gross")
"""Fields that hold a row's money as it stands, the one that says most of the sale first."""

DOCUMENTED = ("date", "product", "price", "quantity", "region")
"""The fields that a person is told of where a file has none."""

_OLD_NAMES = {"amount": "quantity"}
"""Names that fields had in the mapping, which mean something else as names of columns."""

_SHOWN = 12
_REDACTED = Redactor()


def field_of_key(key: str) -> str | None:
    """The field that a key of a mapping names: its own name, an old one, or a usual name of such a column."""
    word = fold(key)
    own = {fold(field): field for field in FIELD_NAMES}
    if word in own:
        return own[word]
    if word in _OLD_NAMES:
        return _OLD_NAMES[word]
    return next((meaning.role for meaning in meanings(key) if meaning.role in FIELD_NAMES), None)


def named(fields: Iterable[str]) -> Text:
    """Fields as a person reads them in a sentence."""
    names = [FIELD_NAMES[field] for field in fields]
    return Text(en=", ".join(name.en for name in names), zh="、".join(name.zh for name in names))


def quoted(names: Sequence[str]) -> Text:
    """Names as a person reads them in a sentence: clipped in length and number, and none that looks like a secret."""
    marked = [literal(f"“{excerpt(_REDACTED.line(name))}”") for name in names[:_SHOWN]]
    more = " …" if len(names) > _SHOWN else ""
    return Text(en=", ".join(marked) + more, zh="、".join(marked) + more)


NOT_THERE = "-"
"""In a mapping: no column of the file holds the field."""

_SAMPLE_ROWS = 500


class Sureness(StrEnum):
    """How sure it is that a column holds a field."""

    NAMED = "named"
    """The caller named it."""
    NAME = "name"
    """Its name says so."""
    CONTENT = "name+content"
    """Its name allows it, and its cells decide."""
    GUESS = "guess"
    """Its cells alone say so."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the file that holds a field.

    Attributes:
        field: the field, one of `FIELD_NAMES`.
        index: where it stands in the header, from 0.
        name: its name as it stands.
        unit: what the name says that it is counted in.
        sureness: how sure that is.
        why: a sentence for whoever asks why this column.
        passed_over: names of the other columns that might hold the field.
    """

    field: str
    index: int
    name: str
    unit: Unit
    sureness: Sureness
    why: Text
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fields:
    """The columns of a file by field; a field that no column holds is not among them."""

    header: tuple[str, ...]
    columns: Mapping[str, Field]

    def __contains__(self, field: object) -> bool:
        return field in self.columns

    def __getitem__(self, field: str) -> Field:
        return self.columns[field]

    def get(self, field: str) -> Field | None:
        """The column of a field, if the file has one."""
        return self.columns.get(field)


def known(cells: Sequence[str]) -> int:
    """How many cells of a row are names that columns of sales files have; a row with several is a header."""
    return sum(1 for cell in cells if cell.strip() and known_name(cell))


def find_fields(
    header: Sequence[str], sample: Sequence[Sequence[str]] = (), columns: Mapping[str, str] | None = None
) -> Fields:
    """The columns of a file by field.

    Args:
        header: the names of the columns as they stand.
        sample: some rows of the file, unread; without any the names alone decide.
        columns: the caller's own mapping of fields to columns, which wins. The old names of fields are taken too
            (Date, Product, Price, Amount, Region); a unit in brackets behind a column's name is taken for the
            column's own (``Price (cents)``), and `NOT_THERE` says that no column holds the field.

    Raises:
        ParameterError: ``columns`` names a field that is none, or a column that is not there.
        QuestionError: two columns may hold a field, and nothing says which.
        TableError: there is no date, or no money.
    """
    named_fields, absent = _mapped(header, columns or {})
    looks = [content_of(sample[:_SAMPLE_ROWS], index) for index in range(len(header))]
    _refuse_shifted(header, looks)
    taken = {field.index for field in named_fields.values()}
    candidates = candidates_of(header, looks, frozenset(taken), frozenset(named_fields))
    found = dict(named_fields)
    for role, ranked in candidates.items():
        if role not in found and role not in absent:
            chosen = _choose(header, role, ranked, looks)
            if chosen:
                found[role] = chosen
    _ask_of_twins({role: field for role, field in found.items() if role not in named_fields}, looks)
    _need(header, looks, found)
    return Fields(tuple(header), {role: found[role] for role in FIELD_NAMES if role in found})


def _ask_of_twins(found: Mapping[str, Field], looks: Sequence[Content]) -> None:
    """Ask where columns of one name were taken for different figures, and there is no price to tell them apart by."""
    of_name: dict[str, Field] = {}
    for role in () if "price" in found else (*MONEY, "quantity"):
        field = found.get(role)
        twin = field and of_name.setdefault(normal_name(field.name), field)
        if field and twin and looks[twin.index].texts != looks[field.index].texts:
            raise _which(role, [twin.name.strip(), twin.name.strip()])


def _refuse_shifted(header: Sequence[str], looks: Sequence[Content]) -> None:
    """Refuse a file whose header has a name more than its rows have cells, so that names stand above wrong cells."""
    ends_blank = len(looks) > 1 and bool(looks[-1].texts) and not looks[-1].filled and bool(header[-1].strip())
    wrong = contradicted(header, looks) if ends_blank else []
    if len(wrong) > 1 or any(meanings(header[index])[0].role in _FIGURES for index in wrong):
        raise TableError(say.SHIFTED_HEADER, names=quoted([header[index] for index in wrong]))


def _choose(header: Sequence[str], role: str, ranked: Sequence[Candidate], looks: Sequence[Content]) -> Field | None:
    best = min(candidate.rank for candidate in ranked)
    firsts = [candidate for candidate in ranked if candidate.rank == best]
    if len(firsts) > 1 and role in _ASKED:
        firsts = _distinct(firsts, looks)
        if len(firsts) > 1:
            raise _which(role, [header[candidate.index] for candidate in firsts])
    first = min(firsts, key=lambda candidate: bool(_IDENTIFIER.search(normal_name(header[candidate.index]))))
    others = tuple(header[candidate.index] for candidate in ranked if candidate.index != first.index)
    name = header[first.index]
    why = say.BY_CELLS if first.by_content else say.BY_NAME_AMONG if others else say.BY_NAME
    return Field(
        role,
        first.index,
        name,
        header_unit(name),
        Sureness.CONTENT if first.by_content else Sureness.NAME,
        _said(why, role, name, others),
        others,
    )


_ASKED = frozenset(("date", "quantity", "price", *MONEY))
"""Fields whose figure depends on which of two columns is taken. Of other fields the first column is taken."""


_IDENTIFIER = re.compile(r"(?:id|code|key|no|nr|number|nbr|email|编号|编码|代码|コード|코드)$")
"""Of two columns of one kind the one with words goes before the one with numbers."""


def _distinct(candidates: list[Candidate], looks: Sequence[Content]) -> list[Candidate]:
    """The candidates whose cells differ from those before them; of columns that are blank, none."""
    filled = [candidate for candidate in candidates if looks[candidate.index].filled] or candidates[:1]
    rows = len(looks[candidates[0].index].texts)
    seen: dict[tuple[str, ...], Candidate] = {}
    for candidate in filled:
        seen.setdefault(looks[candidate.index].texts if rows else (str(candidate.index),), candidate)
    return list(seen.values())


def ask_column(text: Text, field: str, columns: Sequence[Field], meanings: Sequence[str] = ()) -> QuestionError:
    """A question that is answered by naming a column for a field, in one of several meanings where some are given."""
    answers = [f"{column.name} ({meaning})" for column, meaning in zip(columns, meanings, strict=bool(meanings))]
    answers = answers or [column.name for column in columns]
    choices = [
        Choice(f"{field if meanings else column.field}={answer}", _said(say.TAKE_COLUMN, column.field, answer))
        for column, answer in zip(columns, answers, strict=True)
    ]
    return QuestionError(
        text, parameter="columns", choices=choices, field=FIELD_NAMES[field], candidates=quoted(answers)
    )


def sentence(text: Text, column: Field, other: Field | None = None, **values: object) -> Text:
    """A sentence of `texts` on one or two columns."""
    return _said(text, column.field, column.name, [other.name] if other else (), **values)


def _which(role: str, names: list[str]) -> QuestionError:
    if len({name.strip() for name in names}) == 1:
        return QuestionError(
            say.SAME_NAME,
            count=len(names),
            name=quoted(names[:1]),
            field=FIELD_NAMES[role],
            parameter="columns",
            choices=(),
        )
    choices = [Choice(f"{role}={name}", _said(say.TAKE_COLUMN, role, name)) for name in names]
    return QuestionError(
        say.DOUBLED_COLUMN, field=FIELD_NAMES[role], candidates=quoted(names), parameter="columns", choices=choices
    )


def _need(header: Sequence[str], looks: Sequence[Content], found: dict[str, Field]) -> None:
    """Look for a date by content where no name gives one; refuse a file without a date, or without money."""
    if "date" not in found:
        taken = {field.index for field in found.values()}
        unknown = (i for i, name in enumerate(header) if i not in taken and not meanings(name))
        dated = [i for i in unknown if looks[i].share(looks[i].dates) >= _MOSTLY]
        if len(dated) == 1:
            name = header[dated[0]]
            found["date"] = Field("date", dated[0], name, NO_UNIT, Sureness.GUESS, _said(say.BY_CONTENT, "date", name))
        elif dated:
            raise _which("date", [header[index] for index in dated])
    missing = [] if "date" in found else ["date"]
    if not any(field in found for field in (*MONEY, "price")):
        missing.append("sales")
    if missing:
        names = [name for name in header if name.strip()]
        raise TableError(say.MISSING_COLUMNS, missing=named(missing), found=quoted(names))


_MOSTLY = 0.6
_FIGURES = frozenset(("quantity", "price", *MONEY))


def _mapped(header: Sequence[str], mapping: Mapping[str, str]) -> tuple[dict[str, Field], frozenset[str]]:
    chosen: dict[str, Field] = {}
    absent: set[str] = set()
    for key, name in mapping.items():
        role = field_of_key(key)
        if role is None:
            raise ParameterError(say.UNKNOWN_FIELD, field=quoted([key]), columns=named(FIELD_NAMES))
        if name.strip() == NOT_THERE:
            absent.add(role)
            continue
        index, unit = _column_named(header, role, name)
        for other in chosen.values():
            if other.index == index and other.field != role:
                raise ParameterError(
                    say.MAPPED_TWICE, name=quoted([name]), first=FIELD_NAMES[other.field], second=FIELD_NAMES[role]
                )
        chosen[role] = Field(
            role, index, header[index], unit, Sureness.NAMED, _said(say.BY_MAPPING, role, header[index])
        )
    return chosen, frozenset(absent)


def _column_named(header: Sequence[str], role: str, name: str) -> tuple[int, Unit]:
    for form in (str.strip, full_name, normal_name, _without_unit):
        indices = [index for index, column in enumerate(header) if column.strip() and form(column) == form(name)]
        if len(indices) > 1:
            raise _which(role, [header[index] for index in indices])
        if indices:
            return indices[0], replace(header_unit(name) or header_unit(header[indices[0]]))
    found = quoted([column for column in header if column.strip()])
    raise ParameterError(say.MAPPED_AWAY, field=FIELD_NAMES[role], name=quoted([name]), found=found)


def _without_unit(name: str) -> str:
    head, _, behind = name.strip().rpartition("(")
    return fold(head) if head and parse_unit(behind.rstrip(") ")) else fold(name)


def _said(text: Text, role: str, name: str, others: Sequence[str] = (), **more: object) -> Text:
    """A sentence of `texts` on one column, its values put in."""
    values = {"field": FIELD_NAMES[role], "name": quoted([name]), "others": quoted(others), **more}
    spoken = (text.to(language, **values) for language in (Language.ENGLISH, Language.CHINESE))
    return Text(*map(literal, spoken))
