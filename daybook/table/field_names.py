"""FIELD_NAMES: the fields of a sales table, and what each is called to a person."""

from collections.abc import Iterable, Mapping, Sequence

from daybook.language import Text, excerpt, literal
from daybook.table.names import fold, meanings
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
