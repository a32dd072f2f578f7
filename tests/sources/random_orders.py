"""Orders of all the kinds that a database may hold, and their cube by either way of reading them."""

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from daybook.cube import KEYS, MEASURES, Cube
from daybook.judge import Judge
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.reduce.counted import CountedTable, read_counted
from daybook.sources import ConfiguredSource, load_sources
from daybook.sources.base import Window

LAST = dt.date(2026, 11, 28)
WINDOW = Window(LAST - dt.timedelta(days=7), LAST)
FINEST = {"sales": 18, "price": 6, "quantity": 6, "profit": 18}
GOODS = [
    "tea",
    "Tea",
    "TEA",
    "tea ",
    " tea",
    "téa",
    "茶",
    "ｔｅａ",
    "'; DROP TABLE x; --",
    '"quoted"',
    "100",
    "a\tb",
    "",
    None,
]
AREAS = ["East", "east", "华东", "", None]
PRICES = ["12.5", "12.50", "0.1", "1.299", "1299", "0.0001", "-3.5", "99999999.9999", "0", None]
PRICE_TEXTS = ["¥1,299.00", "12.5", "12.50", " 12.5", "free", "１２．５", "", None, "0.10", "1e2"]


class Order(NamedTuple):
    """A row."""

    sold_at: dt.datetime
    sold_on: dt.date
    goods: str | None
    price: Decimal | None
    price_text: str | None
    units: int | None
    weight: float | None
    area: str | None


def random_orders(seed: int, count: int = 400) -> list[Order]:
    """Orders, many of which are alike, or nearly."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    orders = []
    for _ in range(count):
        day = LAST - dt.timedelta(days=chance.choice([0, 0, 0, 1, 1, 7, 8, 30]))
        moment = dt.datetime.combine(day, chance.choice([dt.time(0), dt.time(9, 30), dt.time(23, 59, 59)]))
        price = chance.choice(PRICES)
        orders.append(
            Order(
                moment,
                day,
                chance.choice(GOODS),
                None if price is None else Decimal(price),
                chance.choice(PRICE_TEXTS),
                chance.choice([1, 1, 2, -1, 0, None]),
                chance.choice([0.1, 0.2, 1e-7, 3.0, None]),
                chance.choice(AREAS),
            )
        )
    return orders


TYPES = {
    "postgresql": ("TIMESTAMP", "DATE", "TEXT", "NUMERIC(14,4)", "VARCHAR(40)", "INTEGER", "DOUBLE PRECISION", "TEXT"),
    "mariadb": ("DATETIME", "DATE", "VARCHAR(60)", "DECIMAL(14,4)", "VARCHAR(40)", "INT", "DOUBLE", "VARCHAR(40)"),
    "sqlite": ("TIMESTAMP", "DATE", "TEXT", "DECIMAL(14,4)", "TEXT", "INTEGER", "REAL", "TEXT COLLATE NOCASE"),
}


def fill(url: str, orders: list[Order], table: str = "orders") -> None:
    """A table of these orders in a database."""
    from sqlalchemy import create_engine, text  # noqa: PLC0415 - the orders alone need no database

    kind = url.partition(":")[0]
    drivers = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql", "sqlite": "sqlite"}
    engine = create_engine(url.replace(kind, drivers[kind], 1), **login(url))
    columns = ", ".join(f"{name} {type_}" for name, type_ in zip(Order._fields, TYPES[kind], strict=True))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {table} ({columns})"))
        values = ", ".join(f":{name}" for name in Order._fields)
        connection.execute(
            text(f"INSERT INTO {table} VALUES ({values})"),  # noqa: S608 - the test's own names
            [_for(kind, order) for order in orders],
        )
    engine.dispose()


def login(url: str) -> dict[str, Any]:
    """What a driver needs beside the address: that of MariaDB takes a password in Latin-1, or as bytes."""
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415

    if not url.startswith("mariadb"):
        return {}
    return {"connect_args": {"password": unquote(urlsplit(url).password or "").encode(), "charset": "utf8mb4"}}


def _for(kind: str, order: Order) -> dict[str, Any]:
    values = order._asdict()
    if kind == "sqlite":
        values |= {"sold_at": str(order.sold_at), "sold_on": str(order.sold_on)}
        values["price"] = None if order.price is None else str(order.price)
    return values


def source_of(folder: Path, url: str, columns: str, more: str = "", table: str = "orders") -> ConfiguredSource:
    """The table as a source."""
    path = folder / "sources.toml"
    named = "" if "query" in more else f"table = '{table}'\n"
    settings = f"[sources.shop]\nkind = 'sql'\nurl = '${{SHOP}}'\n{named}columns = {{ {columns} }}\n{more}"
    path.write_text(settings, encoding="utf-8")
    return load_sources(path, {"SHOP": url}).get("shop")


def cube_of(source: ConfiguredSource, folder: Path, window: Window = WINDOW) -> tuple[Cube, int]:
    """The cube of a source's days, and how many rows came over the line for it."""
    came = 0
    with source.opened(window, folder, Limits()) as parts:
        table = next(parts).table
        assert isinstance(table, CountedTable)
        read = read_counted(table, Judge(table, source.asked(AnalysisParameters())))
        came = sum(chunk.rows for chunk, _ in table.counted(range(len(table.header))))
    return read.cube, came


def rows(cube: Cube) -> list[tuple[object, ...]]:
    """The cube as rows that compare, whatever units it counts in."""
    keys = [map(str, cube.columns[key].tolist()) for key in KEYS]
    return sorted(zip(*keys, *(map(int, cube.measure(name, FINEST)) for name in MEASURES), strict=True))
