"""Makes the sample files beside it: a month of a shop's orders, and its last day.

    python examples/generate.py

The same seed gives the same bytes on every machine, so the files can be checked against this script. It uses Python's
standard library alone.
"""

import csv
import datetime as dt
import io
import random
from dataclasses import dataclass, replace
from pathlib import Path

SEED = 23
FIRST_DAY = dt.date(2026, 10, 1)
LAST_DAY = dt.date(2026, 10, 31)
BAD_DAY = dt.date(2026, 10, 14)
"""The shop's till was down for most of this day."""

MONTH_HEADER = ("日期", "商品名称", "单价", "数量", "地区")
DAY_HEADER = ("Date", "Product", "Price", "Amount", "Region")
"""The day's file has the plain column names, the month's the Chinese ones of an order export."""


@dataclass(frozen=True, slots=True)
class Product:
    """What the shop sells: list price in cents, and how often it is asked for."""

    name: str
    price: int
    weight: int
    most: int = 1
    """Units that one order may hold."""


@dataclass(frozen=True, slots=True)
class Order:
    """One row, every cell as the file spells it."""

    date: str
    product: str
    price: str
    amount: str
    region: str


PRODUCTS = (
    Product("数据线", 1990, 60, 3),
    Product("手机壳", 3790, 55, 3),
    Product("帆布袋（赠品）", 0, 8),
    Product("保温杯", 8900, 40, 2),
    Product("无线鼠标", 9900, 34, 2),
    Product("台灯", 12900, 24, 2),
    Product("充电宝", 14900, 42, 2),
    Product("体脂秤", 15900, 14),
    Product("加湿器", 19900, 18),
    Product("电动牙刷", 24900, 26, 2),
    Product("吹风机", 29900, 18),
    Product("无线耳机", 39900, 36),
    Product("蓝牙音箱", 45900, 16),
    Product("机械键盘", 49900, 18),
    Product("移动硬盘", 52900, 12),
    Product("空气炸锅", 59900, 16),
    Product("咖啡机", 89900, 9),
    Product("智能手表", 129900, 14),
    Product("4K显示器", 219900, 6),
    Product("扫地机器人", 259900, 6),
    Product("平板电脑", 329900, 5),
    Product("投影仪", 369900, 2),
    Product("笔记本电脑", 699900, 2),
)
REGIONS = {"华东": 34, "华南": 22, "华北": 15, "华中": 12, "西南": 9, "西北": 4, "东北": 4}
DISCOUNTS = {100: 12, 95: 4, 90: 3, 85: 1}
"""Percent of the list price that is paid, and how often."""
WEEKDAYS = (0.84, 0.82, 0.88, 0.93, 1.06, 1.36, 1.28)
"""Orders against an average day, Monday first."""
ORDERS = 236
"""Orders of an average day."""
BIG_TICKETS = 200_000
"""Cents from which a product is out of stock on most of the last day."""
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def main() -> None:
    """Write both files beside this script."""
    folder = Path(__file__).parent
    (folder / "sales_month.csv").write_bytes(month_file())
    (folder / f"sales_{LAST_DAY}.csv").write_bytes(day_file())


def month_file() -> bytes:
    """The month: 31 days of orders, with the cells that real exports have."""
    return _csv(MONTH_HEADER, _month())


def day_file() -> bytes:
    """The month's last day, the same rows."""
    last = {LAST_DAY.isoformat(), _slashed(LAST_DAY)}
    return _csv(DAY_HEADER, [order for order in _month() if order.date in last])


def _month() -> list[Order]:
    chance = random.Random(SEED)  # noqa: S311 (sample data)
    orders: list[Order] = []
    for number in range((LAST_DAY - FIRST_DAY).days + 1):
        orders += _day(FIRST_DAY + dt.timedelta(days=number), chance)
    # Two rows that belong to no day: one date left blank, one still to be confirmed.
    for date in ("", "待确认"):
        place = chance.randrange(len(orders))
        orders.insert(place, replace(orders[place], date=date))
    return orders


def _day(date: dt.date, chance: random.Random) -> list[Order]:
    count = round(ORDERS * WEEKDAYS[date.weekday()] * chance.uniform(0.96, 1.05))
    if date == BAD_DAY:
        count = 61
    if date == LAST_DAY:
        count = 347
    orders = [_order(date, chance) for _ in range(count)]
    if date != LAST_DAY:
        return orders
    # A company sends back what it bought, and some cells were never filled in.
    orders[210] = Order(date.isoformat(), "笔记本电脑", "6999.00", "-2", "华北")
    for place, price in zip((37, 122, 301), ("", "N/A", "待定"), strict=True):
        orders[place] = replace(orders[place], price=price)
    orders[58] = replace(orders[58], product="")
    orders[176] = replace(orders[176], region="")
    return orders


def _order(date: dt.date, chance: random.Random) -> Order:
    scarce = date == LAST_DAY
    weights = [product.weight * (0.45 if scarce and product.price >= BIG_TICKETS else 1) for product in PRODUCTS]
    product = chance.choices(PRODUCTS, weights)[0]
    region = chance.choices(list(REGIONS), list(REGIONS.values()))[0]
    discount = chance.choices(list(DISCOUNTS), list(DISCOUNTS.values()))[0]
    amount = chance.randint(1, product.most)
    if chance.random() < 0.012:  # noqa: PLR2004 (refunds)
        amount = -1
    return Order(
        date=_slashed(date) if chance.random() < 0.08 else date.isoformat(),  # noqa: PLR2004 (a second till)
        product=product.name,
        price=_price(product.price * discount // 100, chance),
        amount=str(amount).translate(FULL_WIDTH) if chance.random() < 0.004 else str(amount),  # noqa: PLR2004
        region=region,
    )


def _price(cents: int, chance: random.Random) -> str:
    """A price as one of the tills, or a person, writes it."""
    plain = f"{cents // 100}.{cents % 100:02}"
    spelling = chance.random()
    if spelling < 0.004:  # noqa: PLR2004
        return chance.choice(("", "N/A", "待定"))
    if spelling < 0.03:  # noqa: PLR2004
        return f"￥{cents // 100:,}.{cents % 100:02}"
    if spelling < 0.036:  # noqa: PLR2004
        return plain.translate(FULL_WIDTH)
    return plain


def _slashed(date: dt.date) -> str:
    return f"{date.year}/{date.month}/{date.day}"


def _csv(header: tuple[str, ...], orders: list[Order]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows((order.date, order.product, order.price, order.amount, order.region) for order in orders)
    return text.getvalue().encode("utf-8-sig")


if __name__ == "__main__":
    main()
