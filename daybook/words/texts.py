"""The words around the figures of a rendered report, in both languages, each once."""

from daybook.language import Text

# The head of the report
HEADLINE = Text(en="{day}: sales {amount}", zh="{day} 销售额 {amount}")
NO_DATA_HEADLINE = Text(en="Daily sales report: no data", zh="销售日报：没有数据")
NO_DATA = Text(
    en="The file has its columns but not one row, so there is nothing to report. Check the export's date range.",
    zh="文件里有表头，但没有一行数据，因此没有可报告的数字。请检查导出的日期范围。",
)

# A change, in words as well as by its arrow
DAY_BEFORE = Text(en="the day before", zh="前一日")
WEEK_BEFORE = Text(en="the {weekday} before", zh="上{weekday}")
MORE = Text(en="▲ {amount} more than {base}", zh="▲ 较{base}增 {amount}")
LESS = Text(en="▼ {amount} less than {base}", zh="▼ 较{base}降 {amount}")
SAME = Text(en="= the same as {base}", zh="= 与{base}持平")
CHANGE_PERCENT = Text(en="{change} ({percent})", zh="{change}（{percent}）")
BASE_WAS_ZERO = Text(en="no percentage: no sales then", zh="当时销售额为 0，不计百分比")
BASE_WAS_NEGATIVE = Text(en="no percentage: sales were negative then", zh="当时销售额为负，不计百分比")
NOT_IN_FILE = Text(en="– against {base}: not in the file", zh="– 较{base}：文件里没有这一天")
NOT_IN_BOOK = Text(
    en="– against {base}: neither in the file nor in the book", zh="– 较{base}：文件和账本里都没有这一天"
)
NOTHING_IN_BOOK = Text(
    en="– no comparison: neither the file nor the book holds {day} or {week}",
    zh="– 无对比：文件和账本里都没有{day}和{week}的数据",
)
NOTHING_TO_COMPARE = Text(
    en="– no comparison: the file holds neither {day} nor {week}",
    zh="– 无对比：文件里没有{day}和{week}的数据",
)

# Weeks, months and ranges of days
SPANS = {
    "day": Text(en="the day", zh="当日"),
    "week": Text(en="the week", zh="本周"),
    "month": Text(en="the month", zh="本月"),
    "range": Text(en="the period", zh="本期"),
}
"""What is reported, inside a sentence."""
BEFORE = {
    "week": Text(en="the week before", zh="上周"),
    "month": Text(en="the month before", zh="上月"),
    "range": Text(en="the {days} days before", zh="前 {days} 天"),
}
A_YEAR_BEFORE = {
    "week": Text(en="the same week a year before", zh="去年同期"),
    "month": Text(en="the same month a year before", zh="去年同月"),
    "range": Text(en="the same days a year before", zh="去年同期"),
}
SAME_DAYS = Text(en="the same {days} of {base}", zh="{base}的相同 {days}")
"""Where only some days are compared."""
WEEK_NAME = Text(en="Week {week}, {days}", zh="{days}（第 {week} 周）")
MONTH_NAME = Text(en="{month} {year}", zh="{year}年{month}月")
DAYS_TO = Text(en="{first} to {last}", zh="{first}至{last}")
TOO_FEW_TO_COMPARE = Text(
    en="– against {base}: no comparison, too few of its days are known ({held} of {due})",
    zh="– 较{base}：无对比，已有数据的天数不足（{due} 天中有 {held} 天）",
)
NO_DATA_THEN = Text(en="– against {base}: no data", zh="– 较{base}：没有数据")
PER_DAY = Text(en="{change}; per day {percent}", zh="{change}；日均 {percent}")
SALES_PER_DAY = Text(en="Sales per day", zh="日均销售额")
OF_DAYS = Text(en="{held} of {due} days", zh="{due} 天中的 {held} 天")
FROM_BOOK = Text(en="From the book {book}", zh="数据取自账本 {book}")

# The day's figures
SALES = Text(en="Sales", zh="销售额")
ORDERS = Text(en="Orders", zh="订单数")
QUANTITY = Text(en="Units", zh="销量")
AVERAGE_ORDER = Text(en="Average order", zh="客单价")
REFUNDS = Text(en="Refunds", zh="退款")
MARGIN = Text(en="Margin", zh="毛利")
PROFIT = Text(en="Profit", zh="利润")
MARGIN_FIGURES = Text(en="{amount} ({percent} of sales)", zh="{amount}（占销售额 {percent}）")
REFUND_FIGURES = Text(en="{orders}, {amount}", zh="{orders}，{amount}")

# Sections
INSIGHTS = Text(en="What stands out", zh="要点")
PRODUCTS = Text(en="Products", zh="商品")
TOP_PRODUCTS = Text(en="Top {shown} of {all} products", zh="商品前 {shown} 名（共 {all} 种）")
DIMENSIONS = {
    "region": Text(en="regions", zh="地区"),
    "city": Text(en="cities", zh="城市"),
    "country": Text(en="countries", zh="国家"),
    "store": Text(en="stores", zh="门店"),
    "channel": Text(en="channels", zh="渠道"),
    "category": Text(en="categories", zh="品类"),
}
"""What may be ranked beside products."""
ONE_OF_DIMENSION = {
    "region": Text(en="region", zh="地区"),
    "city": Text(en="city", zh="城市"),
    "country": Text(en="country", zh="国家"),
    "store": Text(en="store", zh="门店"),
    "channel": Text(en="channel", zh="渠道"),
    "category": Text(en="category", zh="品类"),
}
TOP_VALUES = Text(en="Top {shown} of {all} {many}", zh="{many}前 {shown} 名（共 {all} 个）")
PRICE_BANDS = Text(en="Price bands", zh="价格带")
DATA_NOTES = Text(en="About the data", zh="数据说明")

# Rows of a section
SHARE = Text(en="Share", zh="占比")
SALES_AND_SHARE = Text(en="{sales} ({share})", zh="{sales}（{share}）")
COMMA = Text(en=", ", zh="，")
AVERAGE_PRICE = Text(en="average price {amount}", zh="均价 {amount}")
NO_AVERAGE_PRICE = Text(en="average price – (no readable price)", zh="均价 –（无可读单价）")
NO_SHARES = Text(en="– (total sales are not above zero)", zh="–（总销售额不大于 0，不计占比）")
NO_PRODUCTS = Text(en="– (no order names a product)", zh="–（没有一单写明商品）")
NO_VALUES = Text(en="– (no order names a {one})", zh="–（没有一单写明{one}）")
NO_BANDS = Text(en="– (no order has a price above 0)", zh="–（没有一单的单价大于 0）")

# Heads of columns in a terminal
PRODUCT = Text(en="Product", zh="商品")
BAND = Text(en="Price", zh="单价")
SALES_COLUMN = Text(en="Sales", zh="销售额(元)")
AVERAGE_COLUMN = Text(en="Avg price", zh="均价(元)")

# The source of the figures
SOURCE_ONE_DAY = Text(en="Source: {rows} of {first}", zh="数据来源：{first}，{rows}")
SOURCE_DAYS = Text(
    en="Source: {rows} over {days}, {first} to {last}",
    zh="数据来源：{first} 至 {last}，{days}共 {rows}",
)
COMPARED_WITH_BOOK = Text(en="Compared with {days} from the book {book}", zh="对比数据取自账本 {book}：{days}")
READ_AS = Text(en="Read as: sales = {money}; {orders}", zh="读取方式：销售额 = {money}；{orders}")
ORDERS_BY = Text(en="orders by {name}", zh="订单数按“{name}”统计")
ORDERS_ARE_ROWS = Text(en="each row is one order (no order number)", zh="每行计为一单（无订单编号）")

# Pictures and ways out of a message
LAST_DAYS = Text(en="{bars} sales from {first} to {last}", zh="{bars} {first} 至 {last} 每日销售额")
WHOLE_REPORT = {
    "day": Text(en="Open the whole report", zh="查看完整日报"),
    "week": Text(en="Open the whole report", zh="查看完整周报"),
    "month": Text(en="Open the whole report", zh="查看完整月报"),
    "range": Text(en="Open the whole report", zh="查看完整报告"),
}
EXPLAIN = Text(en="Was it expected? Say why", zh="在意料之中？点此说明原因")
