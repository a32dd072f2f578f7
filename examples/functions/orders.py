"""Clean an export of orders: one row an order, no cancelled ones, columns that Daybook reads."""

import pandas as pd

import daybook

COLUMNS = {
    "下单时间": "Date",
    "商品": "Product",
    "单价": "Price",
    "数量": "Amount",
    "地区": "Region",
    "订单号": "Order",
    "状态": "Status",
}
"""What the shop's export calls its columns, and what Daybook does."""
WANTED = ["Order", "Date", "Product", "Price", "Amount", "Region"]
CANCELLED = {"已取消", "已退款", "cancelled", "refunded"}


@daybook.function
def clean_orders(export: daybook.File, keep_cancelled: bool = False) -> pd.DataFrame:
    """Cleans a shop's export of orders so that it can be analysed.

    Drops cancelled and repeated orders, reads prices with currency signs, and names the columns as Daybook does. Use it
    before an analysis when somebody sends the raw export (导出订单) of a shop.

    Args:
        export: The export, CSV with Chinese column names.
        keep_cancelled: Keep orders that were cancelled or refunded.
    """
    daybook.progress(0.1, "reading")
    orders = pd.read_csv(export.path, dtype=str, encoding="utf-8-sig").rename(columns=COLUMNS)
    missing = [name for name in WANTED if name not in orders]
    if missing:
        raise ValueError(f"The export has no column for {', '.join(missing)}; export it again with all columns.")
    read = len(orders)

    daybook.progress(0.5, "cleaning")
    if not keep_cancelled and "Status" in orders:
        orders = orders[~orders["Status"].str.strip().str.lower().isin(CANCELLED)]
    orders = orders.drop_duplicates("Order", keep="last")
    for name in ("Price", "Amount"):
        orders[name] = pd.to_numeric(orders[name].str.replace(r"[¥,\s]", "", regex=True), errors="coerce")
    orders["Date"] = pd.to_datetime(orders["Date"], format="mixed", errors="coerce").dt.strftime("%Y-%m-%d")
    orders = orders.dropna(subset=["Date", "Price", "Amount"])

    print(f"{read} rows read, {len(orders)} kept")  # noqa: T201 - kept with the run
    return orders[WANTED].sort_values(["Date", "Order"], ignore_index=True)
