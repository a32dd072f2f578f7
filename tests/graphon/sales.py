"""Sales files for the workflows: a normal day, an alarming one, an empty file, one that lacks a column."""

from pathlib import Path

HEADER = "日期,商品名称,单价,数量,地区\n"
SAMPLE = Path(__file__).resolve().parents[2] / "examples" / "sales_month.csv"


def rows(day: str, price: float, orders: int = 10) -> str:
    """Orders of one day, each of one unit."""
    return "".join(f"{day},台灯,{price:.2f},1,{'华东' if order % 2 else '华南'}\n" for order in range(orders))


def named(text: str, name: str = "sales.csv") -> tuple[str, bytes]:
    """A file as a person uploads it."""
    return name, text.encode()


NORMAL = named(HEADER + rows("2026-10-30", 100) + rows("2026-10-31", 104))
ALARMING = named(HEADER + rows("2026-10-30", 100) + rows("2026-10-31", 40))
GOOD = named(HEADER + rows("2026-10-30", 100) + rows("2026-10-31", 150))
ALONE = named(HEADER + rows("2026-10-31", 100))
EMPTY = named(HEADER)
NO_PRICE = named("日期,商品名称,数量,地区\n2026-10-31,台灯,1,华东\n")
