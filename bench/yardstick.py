"""Where the reference analysis is, and sales files of any size to measure with."""

import csv
import importlib.util
import io
import os
import random
import sys
from pathlib import Path
from types import ModuleType

REFERENCE = Path(__file__).resolve().parents[2] / "shared" / "reference" / "reference.py"
PRODUCTS = {
    "手机壳": 39.9, "数据线": 19.9, "移动电源": 99, "智能手表": 1299, "平板电脑": 3299, "笔记本电脑": 6999,
    "台灯": 129, "咖啡机": 899, "4K显示器": 2199, "扫地机器人": 2599, "无线耳机": 299, "机械键盘": 459,
}  # fmt: skip
REGIONS = ("华东", "华南", "华中", "华北", "西南", "西北", "东北")


def reference() -> ModuleType:
    """The reference analysis, reading its file through BytesIO; ends the run in one sentence where it is missing."""
    if not REFERENCE.exists():
        sys.exit("The reference to measure against is missing: it belongs at ../shared/reference/reference.py.")
    os.environ["BYTES_IO"] = "1"
    spec = importlib.util.spec_from_file_location("reference", REFERENCE)
    if spec is None or spec.loader is None:
        sys.exit("The reference cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sales_csv(rows: int, days: int = 14, seed: int = 1) -> bytes:
    """A clean sales file: the same bytes for the same arguments."""
    chance = random.Random(seed)  # noqa: S311  no secret
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["Date", "Product", "Price", "Amount", "Region"])
    products = list(PRODUCTS.items())
    for _ in range(rows):
        product, price = chance.choice(products)
        discounted = price * chance.choice([1, 0.95, 0.9, 0.85])
        day = f"2023-10-{chance.randint(28 - days, 27):02d}"
        amount = chance.choice([1, 1, 1, 2, 3, 5, 10])
        writer.writerow([day, product, f"{discounted:.2f}", amount, chance.choice(REGIONS)])
    return out.getvalue().encode()
