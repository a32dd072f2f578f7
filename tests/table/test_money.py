"""How the money of a row is had: by the columns' names, and by what the arithmetic over the rows says."""

# ruff: noqa: E501  files and what is made of them, a row each

import pytest

from daybook.errors import QuestionError
from daybook.table.discounts import Discount
from daybook.table.fields import find_fields
from daybook.table.forms import number_forms, sample_rows
from daybook.table.money import Money, Way, choose_money

_NUMBERS = ["paid", "sales", "total", "gross", "price", "quantity", "discount", "tax", "shipping", "list_price"]


def money(text: str, **columns: str) -> Money:
    """How the money of a small file is had; its rows are separated by ``|``."""
    header, *rows = [line.split(",") for line in text.split("|")]
    fields = find_fields(header, rows, columns)
    texts = {name: [row[fields[name].index] for row in rows] for name in _NUMBERS if name in fields}
    forms = number_forms({name: (cells, None) for name, cells in texts.items()}, fields)
    orders = [row[fields["order"].index] for row in rows] if "order" in fields else []
    products = [row[fields["product"].index] for row in rows] if "product" in fields else []
    return choose_money(fields, sample_rows(fields, rows, forms), orders, products, forms)


FILES = [
    # what was paid, then sales, then a total, then price times quantity
    ("日期,商品,单价,数量,优惠金额,实付金额|2026-10-31,灯,129,3,37,350", "paid", Way.COLUMN, Discount.NONE),
    ("Date,Product,Units,Revenue|2026-10-31,Lamp,3,387", "sales", Way.COLUMN, Discount.NONE),
    ("Date,Product,Price,Quantity|2026-10-31,Lamp,129,3", "price", Way.PRODUCT, Discount.NONE),
    ("Date,Product,Price|2026-10-31,Lamp,129", "price", Way.PRICE, Discount.NONE),
    ("Date,Item,Qty,Gross Sales,Discounts,Net Sales|2026-10-31,Lamp,3,$387.00,-$37.00,$350.00", "sales", Way.COLUMN, Discount.NONE),
    ("Date,Item,Qty,Gross Sales,Discount Amount|2026-10-31,Lamp,3,387.00,37.00", "gross", Way.COLUMN, Discount.LINE),
    ("Date,Product,Quantity,Total|2026-10-31,Lamp,3,387", "total", Way.COLUMN, Discount.NONE),
    ("日期,商品,数量,吊牌价|2026-10-31,灯,3,129", "price", Way.PRODUCT, Discount.NONE),
    ("Order Date,Sales,Quantity,Discount,Profit|11/18/2016,731.94,3,0.2,219.582", "sales", Way.COLUMN, Discount.NONE),
    # arithmetic: totals with more in them, prices that are totals
    ("Date,Unit price,Quantity,Tax 5%,Total|2019-01-05,74.69,7,26.1415,548.9715", "price", Way.PRODUCT, Discount.NONE),
    ("Date,Price,Quantity,Shipping,Total|2026-10-31,100,2,10,210|2026-10-31,50,1,5,55", "price", Way.PRODUCT, Discount.NONE),
    ("Date,Price,Quantity,Discount,Total|2026-10-31,100,2,10,190|2026-10-31,50,1,5,45", "total", Way.COLUMN, Discount.NONE),
    # orders' amounts on each of their lines
    ("Order ID,Date,Item,Price,Quantity,Order Total|1,2026-10-31,A,100,2,250|1,2026-10-31,B,50,1,250|2,2026-10-31,A,100,1,100", "price", Way.PRODUCT, Discount.NONE),
    ("Order ID,Date,Item,Price,Quantity,Amount Paid|1,2026-10-31,A,100,2,250|1,2026-10-31,B,50,1,|2,2026-10-31,A,100,1,100", "price", Way.PRODUCT, Discount.NONE),
    ("Order ID,Date,Item,Price,Quantity,Total|1,2026-10-31,A,100,2,250|1,2026-10-31,B,50,1,|2,2026-10-31,A,100,1,120|2,2026-10-31,P,20,1,|2,2026-10-31,All,,,370", "price", Way.PRODUCT, Discount.NONE),
    ("Date,Price,Quantity,Discount,Total|2026-10-31,3.95,3,0.36,11.49|2026-10-31,3.95,-3,0.36,-11.49", "total", Way.COLUMN, Discount.NONE),
    # discounts: amounts a line or a unit, and rates
    ("Date,Price,Quantity,Discount %|2026-10-31,100,2,10|2026-10-31,50,1,20", "price", Way.PRODUCT, Discount.RATE),
    ("Date,Price,Quantity,Discount|2026-10-31,100,2,0.1|2026-10-31,50,1,0", "price", Way.PRODUCT, Discount.RATE),
    ("Date,Price,Quantity,Discount|2026-10-31,100,2,10%|2026-10-31,50,1,5%", "price", Way.PRODUCT, Discount.RATE),
    ("日期,单价,数量,折扣|2026-10-31,100,2,8折|2026-10-31,50,1,9.5折", "price", Way.PRODUCT, Discount.RATE),
    ("日期,单价,数量,折扣|2026-10-31,100,2,0.8|2026-10-31,50,1,1", "price", Way.PRODUCT, Discount.RATE),
    ("日期,单价,数量,折扣率|2026-10-31,100,2,0.85|2026-10-31,50,1,1", "price", Way.PRODUCT, Discount.RATE),
    ("Date,List Price,Discount,Price,Quantity|2026-10-31,100,20,80,3|2026-10-31,50,0,50,1", "price", Way.PRODUCT, Discount.NONE),
    ("日期,吊牌价,折扣,单价,数量|2026-10-31,100,0.8,80,3|2026-10-31,50,0.9,45,1", "price", Way.PRODUCT, Discount.NONE),
    ("日期,单价,数量,优惠金额|2026-10-31,100,2,10|2026-10-31,50,1,0", "price", Way.PRODUCT, Discount.LINE),
    ("Date,Price,Quantity,Discount|2026-10-31,100,2,12.50|2026-10-31,50,1,7.25", "price", Way.PRODUCT, Discount.LINE),
    ("Date;Prix;Qté;Remise|2026-10-31;129;12;30,96|2026-10-31;12,5;3;1,5|2026-10-31;34,95;3;0|2026-10-31;34,95;1;0".replace(",", ".").replace(";", ","), "price", Way.PRODUCT, Discount.LINE),
    ("Date,Price,Quantity,Unit discount|2026-10-31,100,2,10|2026-10-31,50,1,5", "price", Way.PRODUCT, Discount.UNIT),
    ("Date,Price,Quantity,Discount|2026-10-31,100,2,0|2026-10-31,50,1,0", "price", Way.PRODUCT, Discount.NONE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "field", "way", "discount"), FILES)
def test_the_money_of_a_file(text: str, field: str, way: Way, discount: Discount) -> None:
    found = money(text)
    assert (found.field, found.way, found.discount) == (field, way, discount)


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("Date,Price,Quantity,Discount|2026-10-31,100,2,10|2026-10-31,50,1,20", "discount=Discount (%)"),
        ("日期,单价,数量,折扣|2026-10-31,100,2,0.8|2026-10-31,50,1,0.9", "discount=折扣 (折)"),
        ("日期,单价,数量,折扣率|2026-10-31,100,2,85|2026-10-31,50,1,90", "discount=折扣率 (折)"),
        ("Date,Price,Quantity,Total|2026-10-31,100,2,300|2026-10-31,50,1,77", "total=Total"),
        ("Date,Price,Quantity,Amount|2026-10-31,100,2,300.00|2026-10-31,50,1,77.00", "sales=Amount"),
    ],
)
def test_what_the_rows_leave_open_is_asked(text: str, parameter: str) -> None:
    with pytest.raises(QuestionError) as asked:
        money(text)
    assert asked.value.parameter == "columns"
    assert asked.value.choices[0].value == parameter
    answer = dict([parameter.split("=")])
    assert money(text, **answer)


def test_a_price_column_of_line_totals_is_told() -> None:
    found = money("Date,Product,Price,Quantity,Total|2026-10-31,Lamp,387,3,387|2026-10-31,Fan,50,1,50")
    assert found.price_is_total
    assert found.field == "total"


def test_an_orders_amount_without_prices_counts_once() -> None:
    text = "Order ID,Date,Item,Quantity,Amount Paid|1,2026-10-31,A,2,250|1,2026-10-31,B,1,250|2,2026-10-31,A,1,100"
    assert money(text).per_order


def test_rows_that_disagree_are_counted() -> None:
    found = money("Date,Price,Quantity,Sales|2026-10-31,100,2,200|2026-10-31,100,3,295")
    assert (found.field, found.disagreeing) == ("sales", 1)


def test_an_answer_says_what_a_discount_is() -> None:
    text = "Date,Price,Quantity,Discount|2026-10-31,100,2,10|2026-10-31,50,1,20"
    assert money(text, discount="Discount (%)").units["discount"].percent
    assert money(text, discount="Discount (amount)").discount is Discount.LINE
    assert money(text, discount="-").discount is Discount.NONE


def test_a_rate_paid_is_told_from_a_rate_off() -> None:
    assert money("日期,单价,数量,折扣率|2026-10-31,100,2,0.85|2026-10-31,50,1,1").units["discount"].paid_of == 1
    assert "discount" not in money("日期,单价,数量,折扣率|2026-10-31,100,2,0.15|2026-10-31,50,1,0").units


ORDERS_AMOUNTS = [
    # different products with the same amount, which changes from order to order
    ("Order,Date,Product,Quantity,Order Total|1,2026-10-31,Lamp,1,387|1,2026-10-31,Chair,1,387|2,2026-10-31,Desk,1,525|3,2026-10-31,Lamp,1,1170|3,2026-10-31,Sofa,1,1170", "total", True),
    ("Order,Date,Product,Amount|1,2026-10-31,A,30.00|1,2026-10-31,B,30.00|2,2026-10-31,C,47.00|2,2026-10-31,D,47.00|3,2026-10-31,E,50.00|3,2026-10-31,F,50.00", "sales", True),
    # the same product costs more in a larger basket
    ("Order,Date,Product,Amount|1,2026-10-31,A,30.00|1,2026-10-31,B,30.00|2,2026-10-31,A,10.00|3,2026-10-31,A,50.00|3,2026-10-31,C,50.00", "sales", True),
    # and as much in each: a shop where all costs the same, a product that is scanned twice
    ("Order,Date,Product,Amount|1,2026-10-31,A,9.90|1,2026-10-31,B,9.90|2,2026-10-31,A,9.90|3,2026-10-31,B,9.90", "sales", False),
    ("Order,Date,Product,Amount|1,2026-10-31,Cola,3.00|1,2026-10-31,Cola,3.00|2,2026-10-31,Cola,3.00|3,2026-10-31,Bread,5.00", "sales", False),
    # lines of one order that differ have their own amounts
    ("Order,Date,Product,Order Total|1,2026-10-31,A,30|1,2026-10-31,B,40|2,2026-10-31,C,47", "total", False),
    # the name says it where nothing speaks against it, and so does a unit in brackets
    ("订单编号,日期,订单金额|1,2026-10-31,30|1,2026-10-31,30|2,2026-10-31,47", "total", True),
    ("Order,Date,Amount (per order)|1,2026-10-31,30.00|1,2026-10-31,30.00|2,2026-10-31,47.00", "sales", True),
    ("Order,Date,Amount (per line)|1,2026-10-31,30.00|1,2026-10-31,30.00|2,2026-10-31,47.00", "sales", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "field", "per_order"), ORDERS_AMOUNTS)
def test_whose_amount_each_line_has(text: str, field: str, per_order: bool) -> None:
    found = money(text)
    assert (found.field, found.per_order) == (field, per_order)


@pytest.mark.parametrize(
    "text",
    [
        "Order,Date,Product,Amount|1,2026-10-31,A,30.00|1,2026-10-31,B,30.00|2,2026-10-31,C,47.00",
        "Order,Date,Amount|1,2026-10-31,30.00|1,2026-10-31,30.00|2,2026-10-31,47.00",
        "Order,Date,Product,Order Total|1,2026-10-31,A,9.90|1,2026-10-31,B,9.90|2,2026-10-31,A,9.90|3,2026-10-31,B,9.90",
    ],
)
def test_whose_amount_it_is_is_asked_and_answered(text: str) -> None:
    with pytest.raises(QuestionError) as asked:
        money(text)
    assert asked.value.code == "order_amount"
    answers = dict(choice.value.split("=") for choice in asked.value.choices[:1])
    per_order = money(text, **answers)
    assert per_order.per_order
    per_line = money(text, **dict(choice.value.split("=") for choice in asked.value.choices[1:]))
    assert not per_line.per_order


def test_a_column_that_is_named_still_counts_once_an_order() -> None:
    text = "Order,Date,Product,Quantity,Wert|1,2026-10-31,Lamp,1,387|1,2026-10-31,Chair,2,387|2,2026-10-31,Desk,1,525"
    assert money(text, sales="Wert").per_order
