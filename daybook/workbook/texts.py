"""The words of the workbook, in both languages."""

from daybook.language import Text

# Names of sheets: at most 31 characters, none of []:*?/\
SHEETS = {
    "day": Text(en="Day", zh="日报"),
    "week": Text(en="Week", zh="周报"),
    "month": Text(en="Month", zh="月报"),
    "range": Text(en="Period", zh="报告"),
}
"""The first sheet, by what is reported."""
DAYS_SHEET = Text(en="Days", zh="每日")
HOURS_SHEET = Text(en="Hours", zh="时段")
QUALITY_SHEET = Text(en="Data quality", zh="数据质量")
READING_SHEET = Text(en="How it was read", zh="读取方式")

# The day
FIGURE = Text(en="Figure", zh="指标")
CHANGE = Text(en="Change", zh="增减")

# Heads of columns; money is in the file's currency, in Chinese taken for yuan as in the report
SALES = Text(en="Sales", zh="销售额(元)")
DIFFERENCE = Text(en="Difference", zh="差额(元)")
SHARE = Text(en="Share", zh="占比")
AVERAGE_PRICE = Text(en="Average price", zh="均价(元)")
DATE = Text(en="Date", zh="日期")
HOUR = Text(en="Hour", zh="时段")
ROWS = Text(en="Rows", zh="行数")
USUAL = Text(en="Usual sales", zh="往常销售额(元)")
WEEKDAY = Text(en="Weekday", zh="星期")
AMOUNT = Text(en="Amount", zh="金额(元)")
WHAT = Text(en="What", zh="项目")
WHERE = Text(en="Where", zh="范围")
COUNT = Text(en="Count", zh="数量")
OF_FILE = Text(en="the file", zh="全文件")
FIELD = Text(en="Field", zh="字段")
COLUMN = Text(en="Column", zh="列名")
WHY = Text(en="Why", zh="依据")
LEFT_OUT = Text(en="Left out: {reason}", zh="未计入：{reason}")

# Charts
SALES_BY_DAY = Text(en="Sales by day", zh="每日销售额")

QUALITY = {
    "rows_read": Text(en="Rows read", zh="读取行数"),
    "rows_left_out": Text(en="Rows that belong to no day", zh="不属于任何一天的行"),
    "blank_dates": Text(en="Blank dates", zh="空白日期"),
    "bad_dates": Text(en="Unreadable dates", zh="无法识别的日期"),
    "blank_prices": Text(en="Blank prices", zh="空白单价"),
    "bad_prices": Text(en="Unreadable prices", zh="无法识别的单价"),
    "blank_quantities": Text(en="Blank quantities", zh="空白数量"),
    "bad_quantities": Text(en="Unreadable quantities", zh="无法识别的数量"),
    "blank_sales": Text(en="Blank amounts", zh="空白金额"),
    "bad_sales": Text(en="Unreadable amounts", zh="无法识别的金额"),
    "blank_products": Text(en="Blank products", zh="空白商品"),
    "blank_regions": Text(en="Blank values of the first ranking", zh="首个排行维度的空白值"),
    "refunds": Text(en="Orders with negative sales", zh="销售额为负的订单"),
}
"""What `daybook.report.DataQuality` counts."""
