"""Which column of a file is the date, product, price, amount and region."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from daybook.errors import ParameterError, TableError
from daybook.language import Text, excerpt, literal
from daybook.redact import Redactor
from daybook.table import texts

FIELDS = ("Date", "Product", "Price", "Amount", "Region")
"""The columns of a sales table. Amount is the number of units, not money."""

_NEEDED = ("Date", "Price", "Amount")

FIELD_NAMES: Mapping[str, Text] = {
    "Date": Text(en="Date", zh="日期（Date）"),
    "Product": Text(en="Product", zh="产品（Product）"),
    "Price": Text(en="Price", zh="单价（Price）"),
    "Amount": Text(en="Amount", zh="数量（Amount）"),
    "Region": Text(en="Region", zh="地区（Region）"),
}
"""What a field is called to a person."""

ALIASES: Mapping[str, tuple[str, ...]] = {
    "Date": (
        "date", "order date", "order time", "order datetime", "sale date", "sales date", "sold at", "transaction date",
        "日期", "订单日期", "订单时间", "下单日期", "下单时间", "销售日期", "销售时间", "交易日期", "业务日期",
        "单据日期",
    ),
    "Product": (
        "product", "product name", "item", "item name", "goods", "goods name",
        "产品", "产品名称", "产品名", "商品", "商品名称", "商品名", "货品", "货品名称", "品名",
    ),
    "Price": (
        "price", "unit price", "sale price", "sales price", "selling price",
        "价格", "单价", "销售单价", "商品单价", "产品单价", "销售价", "销售价格", "售价", "成交价", "成交单价",
    ),
    "Amount": (
        "amount", "quantity", "qty", "units", "units sold", "quantity sold",
        "数量", "销量", "销售数量", "销售量", "购买数量", "订购数量", "商品数量", "产品数量", "件数",
    ),
    "Region": (
        "region", "area", "province", "sales region", "sales area",
        "地区", "区域", "省份", "省", "大区", "销售地区", "销售区域", "所属地区", "所属区域", "所在地区", "收货省份",
    ),
}  # fmt: skip
"""The usual names of each column, compared by `normal_name`."""

_UNIT = re.compile(r"[(\[【].*?[)\]】]$")
_FILLER = re.compile(r"[\s_\-./:\ufeff\u200b]+")
_SHOWN = 12
_REDACTED = Redactor()


def normal_name(name: str) -> str:
    """A header cell without case, blanks, width and a unit in brackets: ``单价（元）`` is ``单价``."""
    plain = unicodedata.normalize("NFKC", name).strip()
    return _FILLER.sub("", _UNIT.sub("", plain)).casefold()


_FIELD_OF_ALIAS = {normal_name(alias): field for field, aliases in ALIASES.items() for alias in aliases}


def quoted(names: Sequence[str]) -> Text:
    """Names as a person reads them in a sentence: clipped in length and number, and none that looks like a secret."""
    marked = [literal(f"“{excerpt(_REDACTED.line(name))}”") for name in names[:_SHOWN]]
    more = " …" if len(names) > _SHOWN else ""
    return Text(en=", ".join(marked) + more, zh="、".join(marked) + more)


def named(fields: Iterable[str]) -> Text:
    """Fields as a person reads them in a sentence."""
    names = [FIELD_NAMES[field] for field in fields]
    return Text(en=", ".join(name.en for name in names), zh="、".join(name.zh for name in names))


def find_columns(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """The position in ``header`` of each field of `FIELDS` that the file has; date, price and amount it must have.

    A name in ``mapping`` (field to column name) wins over the usual names.

    Raises:
        ParameterError: ``mapping`` names a field that is none, or a column that is not there.
        TableError: a needed field has no column, or a field more than one.
    """
    chosen = _mapped(header, mapping)
    taken = set(chosen.values())
    candidates: dict[str, list[int]] = {field: [] for field in FIELDS}
    for index, name in enumerate(header):
        field = _FIELD_OF_ALIAS.get(normal_name(name))
        if field and field not in chosen and index not in taken:
            candidates[field].append(index)
    for field, indices in candidates.items():
        if len(indices) > 1:
            _refuse_candidates(field, [header[index] for index in indices])
        if indices:
            chosen[field] = indices[0]
    missing = [field for field in _NEEDED if field not in chosen]
    if missing:
        found = [name for name in header if name.strip()]
        raise TableError(texts.MISSING_COLUMNS, missing=named(missing), found=quoted(found))
    return {field: chosen[field] for field in FIELDS if field in chosen}


def _mapped(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    chosen: dict[str, int] = {}
    for key, name in mapping.items():
        field = next((field for field in FIELDS if normal_name(field) == normal_name(key)), None)
        field = field or _FIELD_OF_ALIAS.get(normal_name(key))
        if field is None:
            raise ParameterError(texts.UNKNOWN_FIELD, field=quoted([key]), columns=named(FIELDS))
        indices = [index for index, column in enumerate(header) if column.strip() == name.strip()]
        indices = indices or [i for i, column in enumerate(header) if normal_name(column) == normal_name(name)]
        if not indices:
            found = quoted([column for column in header if column.strip()])
            raise ParameterError(texts.MAPPED_AWAY, field=FIELD_NAMES[field], name=quoted([name]), found=found)
        if len(indices) > 1:
            _refuse_candidates(field, [header[index] for index in indices])
        for other, index in chosen.items():
            if index == indices[0] and other != field:
                raise ParameterError(
                    texts.MAPPED_TWICE, name=quoted([name]), first=FIELD_NAMES[other], second=FIELD_NAMES[field]
                )
        chosen[field] = indices[0]
    return chosen


def _refuse_candidates(field: str, names: list[str]) -> None:
    if len({name.strip() for name in names}) == 1:
        raise TableError(texts.SAME_NAME, count=len(names), name=quoted(names[:1]), field=FIELD_NAMES[field])
    raise TableError(texts.DOUBLED_COLUMN, field=FIELD_NAMES[field], candidates=quoted(names))
