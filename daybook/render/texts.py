"""The words in which an `Understanding` is shown."""

from daybook.language import Text

FILE = Text(en="File", zh="文件")
HEADER = Text(en="Header", zh="表头")
HEADER_ROW = Text(en="row {row}", zh="第 {row} 行")
SHEETS = Text(en="Sheets", zh="工作表")
PASSED_OVER = Text(en="Sheets passed over", zh="未读取的工作表")
COLUMNS = Text(en="Columns", zh="列")
UNUSED = Text(en="Not used", zh="未使用的列")
MONEY = Text(en="Sales", zh="销售额")
CURRENCY = Text(en="Currency", zh="币种")
DECIMAL = Text(en="Decimal sign", zh="小数点")
ORDERS = Text(en="Orders", zh="订单数")
ORDERS_BY = Text(en="counted by “{name}”", zh="按“{name}”统计")
LINES = Text(en="each row counts as one", zh="每行计为一单")
DATES = Text(en="Dates", zh="日期")
UNFINISHED = Text(en="the reported day is not over", zh="报告日尚未结束")
FILLED_DOWN = Text(en="rows that took their date from the row above: {count}", zh="沿用上一行日期的行数：{count}")
STRAYS = Text(en="days that are not plausible: {days}", zh="不合理的日期：{days}")
RANKED = Text(en="Ranked beside products", zh="商品以外的排行")
LEFT_OUT = Text(en="Left out", zh="未计入")
DAYS_OF_FILE = Text(en="{count} days from {first} to {last}", zh="共 {count} 天，{first} 至 {last}")
REPORTED_DAY = Text(en="{day} is reported", zh="报告 {day}")
ROWS = Text(
    en="{rows} rows of the day, which come to {amount}; {all} rows of the file, {all_amount}",
    zh="当日 {rows} 行，合计 {amount}；全文件 {all} 行，合计 {all_amount}",
)
SUCH_AS = Text(en=", such as “{example}”", zh="，例如“{example}”")
NOTES = Text(en="Noticed", zh="说明")
QUESTIONS = Text(en="To be answered first", zh="需要先确认")
ANSWER = Text(en="{parameter}={value}: {meaning}", zh="{parameter}={value}：{meaning}")
NOTHING_ASKED = Text(en="Nothing is left to ask.", zh="没有需要确认的问题。")

SEPARATORS = {
    "\t": Text(en="tab", zh="制表符"),
    ",": Text(en="comma", zh="逗号"),
    ";": Text(en="semicolon", zh="分号"),
    "|": Text(en="vertical bar", zh="竖线"),
}
SURENESS = {
    "named": Text(en="as you named it", zh="由您指定"),
    "name": Text(en="by its name", zh="按列名"),
    "name+content": Text(en="by its name and cells", zh="按列名和内容"),
    "guess": Text(en="a guess from its cells", zh="按内容推测"),
}
REASONS = {
    "cancelled": Text(en="cancelled or closed", zh="已取消或关闭"),
    "unpaid": Text(en="not paid", zh="未付款"),
    "refunded": Text(en="refunded", zh="已退款"),
    "returned": Text(en="returned", zh="已退货"),
    "total": Text(en="totals", zh="合计行"),
    "currency": Text(en="another currency", zh="其他币种"),
}
FIELDS = {
    "date": Text(en="date", zh="日期"),
    "time": Text(en="time", zh="时间"),
    "product": Text(en="product", zh="商品"),
    "quantity": Text(en="quantity", zh="数量"),
    "price": Text(en="unit price", zh="单价"),
    "sales": Text(en="sales", zh="销售额"),
    "paid": Text(en="paid", zh="实付金额"),
    "total": Text(en="order total", zh="订单总额"),
    "gross": Text(en="gross sales", zh="折前金额"),
    "discount": Text(en="discount", zh="优惠"),
    "order": Text(en="order number", zh="订单编号"),
    "status": Text(en="status", zh="状态"),
    "kind": Text(en="type", zh="类型"),
    "region": Text(en="region", zh="地区"),
    "city": Text(en="city", zh="城市"),
    "country": Text(en="country", zh="国家"),
    "category": Text(en="category", zh="品类"),
    "channel": Text(en="channel", zh="渠道"),
    "store": Text(en="store", zh="门店"),
    "customer": Text(en="customer", zh="客户"),
    "currency": Text(en="currency", zh="币种"),
    "cost": Text(en="cost", zh="成本"),
    "profit": Text(en="profit", zh="利润"),
    "tax": Text(en="tax", zh="税额"),
    "shipping": Text(en="shipping", zh="运费"),
}
