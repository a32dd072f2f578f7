"""Every sentence of the insights and warnings, in both languages."""

from daybook.language import Text

# The headline
SALES = Text(en="Sales were {amount}", zh="销售额 {amount}")
UP = Text(en="up {by} on {base}", zh="较{base}增 {by}")
DOWN = Text(en="down {by} on {base}", zh="较{base}降 {by}")
LEVEL = Text(en="level with {base}", zh="与{base}基本持平")
ONE_CHANGE = Text(en="{sales}, {first}.", zh="{sales}，{first}。")
TWO_CHANGES = Text(en="{sales}, {first} and {second}.", zh="{sales}，{first}，{second}。")
OPPOSITE_CHANGES = Text(en="{sales}, {first} but {second}.", zh="{sales}，{first}，但{second}。")
NO_CHANGE_KNOWN = Text(
    en="{sales} from {orders}; the file holds no earlier day to compare with.",
    zh="{sales}，共 {orders}；文件里没有可比较的前一日或上周同日。",
)
NO_CHANGE_KNOWN_TO_BOOK = Text(
    en="{sales} from {orders}; neither the file nor the book holds an earlier day to compare with.",
    zh="{sales}，共 {orders}；文件和账本里都没有可比较的前一日或上周同日。",
)
NO_PERIOD_TO_COMPARE = Text(
    en="{sales} from {orders}; too little is known of {before} and {year} to compare.",
    zh="{sales}，共 {orders}；{before}和{year}的数据不足，无法对比。",
)
NO_ROWS = Text(en="The file holds no orders, so there are no figures.", zh="文件里没有订单，因此没有可报告的数字。")

# What moved
ORDERS_AND_VALUE = Text(
    en="Against {base}: orders {orders}, average order {value} ({before} → {now}).",
    zh="与{base}相比：订单数{orders}，客单价{value}（{before} → {now}）。",
)
MOVED_UP = Text(en="up {by}", zh="增 {by}")
MOVED_DOWN = Text(en="down {by}", zh="降 {by}")
NOT_MOVED = Text(en="level", zh="基本持平")

# Where the sales come from
BEST_PRODUCT = Text(
    en="Best product: “{name}” with {amount}, {share} of sales ({units}).",
    zh="销售额最高的商品是“{name}”：{amount}，占 {share}，售出 {units}。",
)
BEST_PRODUCT_NO_SHARE = Text(
    en="Best product: “{name}” with {amount} ({units}).",
    zh="销售额最高的商品是“{name}”：{amount}，售出 {units}。",
)
BEST_REGION = Text(
    en="Best {one}: “{name}” with {amount}, {share} of sales.",
    zh="销售额最高的{one}是“{name}”：{amount}，占 {share}。",
)
BEST_REGION_NO_SHARE = Text(
    en="Best {one}: “{name}” with {amount}.",
    zh="销售额最高的{one}是“{name}”：{amount}。",
)
FEW_PRODUCTS = Text(
    en="Three of {all} products bring in {share} of sales.",
    zh="前三种商品合计占 {share}（共 {all} 种商品）。",
)
STRONGEST_BAND = Text(
    en="Best price band: {band}, {share} of sales.",
    zh="销售额最高的价格带是 {band}，占 {share}。",
)
HIGH_ORDER_VALUE = Text(
    en="The average order is high: {amount} (above {threshold}).",
    zh="客单价较高，为 {amount}（高于 {threshold}）。",
)
ALL_REFUNDS = Text(en="Every order of {span} is a refund ({orders}).", zh="{span}订单全部是退款（{orders}）。")
REFUNDS = Text(
    en="Refunds took {amount} back over {orders}, {share} of sales before refunds.",
    zh="退款 {orders}，共 {amount}，占退款前销售额的 {share}。",
)

# What was wrong with the data
BLANK_OR_BAD = Text(en="{blank} blank, {bad} not readable", zh="{blank} 处空白，{bad} 处无法识别")
ALL_BLANK = Text(en="blank", zh="单元格为空")
ALL_BAD = Text(en="not readable", zh="内容无法识别")
NO_DATE = Text(
    en="No readable date in {count} of {all} ({detail}): they belong to no day and are left out.",
    zh="全部 {all}中有 {count}没有可读的日期（{detail}）：不属于任何一天，未计入。",
)
NO_PRICE = Text(
    en="No readable price in {count} ({detail}): counted as orders, left out of sales and price figures.",
    zh="{count}没有可读的单价（{detail}）：计入订单数，未计入销售额和价格统计。",
)
NO_QUANTITY = Text(
    en="No readable quantity in {count} ({detail}): counted as orders, left out of sales and units.",
    zh="{count}没有可读的数量（{detail}）：计入订单数，未计入销售额和销量。",
)
NO_PRODUCT = Text(
    en="No product name in {count}: in {span}'s totals, in no product's figures.",
    zh="{count}没有写明商品：计入{span}合计，不计入任何商品。",
)
NO_REGION = Text(
    en="No {one} in {count}: in {span}'s totals, in no {one}'s figures.",
    zh="{count}没有写明{one}：计入{span}合计，不计入任何{one}。",
)
PROFIT = Text(en="profit", zh="利润")
COST = Text(en="cost", zh="成本")
MARGIN = Text(en="margin", zh="毛利")
NO_COST = Text(
    en="No readable {column} in {count} of the file: the {margin} of those days is not exact.",
    zh="全文件中有 {count}没有可读的{column}：所在日期的{margin}并不准确。",
)
SALES_INCOMPLETE = Text(
    en="At least {share} of {span}'s orders have no price or no quantity, so read sales as incomplete.",
    zh="{span}至少 {share} 的订单缺少单价或数量，销售额并不完整。",
)
NO_SALES = Text(
    en="No readable amount in {count} ({detail}): counted as orders, left out of sales.",
    zh="{count}没有可读的金额（{detail}）：计入订单数，未计入销售额。",
)

# How much is known of a week or month
NOT_OVER = Text(
    en="Not all of {span} is over: the figures are those of {held} of its {due} days.",
    zh="{span}尚未结束：以下是 {due} 天中 {held} 天的数字。",
)
DAYS_MISSING = Text(
    en="There is no data of {days}: the figures are those of {held} of {due} days, and only days that both have are"
    " compared.",
    zh="缺少 {days} 的数据：以下是 {due} 天中 {held} 天的数字，对比时只取双方都有数据的日子。",
)
DAYS_UNFINISHED = Text(
    en="When their files were made, these days were not over: {days}. They are added up, and not compared.",
    zh="导出文件时这些日期尚未结束：{days}。已计入合计，但不参与对比。",
)
DAYS_CLOSED = Text(
    en="There is no data of {days}, and there was none on that weekday in the weeks before: taken for days without"
    " sales.",
    zh="{days} 没有数据，此前数周的同一星期几也没有：按没有销售的日子处理。",
)
DAYS_FOREIGN = Text(
    en="Days in another currency are in no figure: {days}.", zh="以下日期使用其他币种，未计入任何数字：{days}。"
)
ORDERS_BY_DAY = Text(
    en="Order numbers begin anew each day: orders are counted day by day, and added up.",
    zh="订单编号每天重新开始：订单数按天统计后相加。",
)
MORE_DAYS = Text(en="{days} and {count} more", zh="{days}等 {count} 天")
FESTIVALS_DIFFER = Text(en="Holidays and sales do not fall alike: {parts}.", zh="节假日与促销分布不同：{parts}。")
FESTIVALS_OF = Text(en="{span}: {names}", zh="{span}：{names}")
FESTIVAL = Text(en="{name} ({days})", zh="{name}（{days}）")
NO_FESTIVAL = Text(en="none", zh="无")
SEMICOLON = Text(en="; ", zh="；")

# What may put the day in doubt
DAY_ENDS_EARLY = Text(
    en="{day} looks unfinished: its last order is at {time}, hours before the day usually ends.",
    zh="{day} 可能尚未结束：当天最后一单在 {time}，比往日早了几个小时。",
)
DAY_NOT_OVER = Text(
    en="{day} is not over yet: the figures are those of an unfinished day.",
    zh="{day} 尚未结束：以下是未完整一天的数字。",
)
OVERLAP = Text(
    en="{rows} of file {file} stand in file {other} as well, and are counted in both: if they are the same sales, the"
    " total is too high.",
    zh="第 {file} 个文件中有 {rows}与第 {other} 个文件完全相同，已分别计入：如为同一批销售，合计会偏高。",
)
AWAITED = Text(
    en="The file holds nothing of {day}, the day before this run: {reported} is the last complete day in it.",
    zh="文件中没有 {day}（运行前一天）的数据：报告的是其中最近一个完整的日期 {reported}。",
)
UNREADABLE_BESIDE = Text(
    en="{rows} without a readable date stand beside those of {day}: they may belong to it, or to a later day.",
    zh="{day} 的数据旁有 {rows}的日期无法识别：可能属于当天，也可能属于更晚的日期。",
)

# How the file was read
PASSED_OVER = Text(
    en="{day} is in the file too but not complete yet, so the last complete day is reported.",
    zh="文件中还有 {day} 的数据，但当天尚不完整，因此报告的是最近一个完整的日期。",
)
STRAY_DAYS = Text(
    en="{rows} lie far outside the other days or in the future ({days}): left out as typing errors or placeholders.",
    zh="有 {rows}的日期远离其他日期或在未来（{days}）：视为录入错误或占位日期，未计入。",
)
FILLED_DOWN = Text(
    en="{rows} without a date took that of the row above, to whose order they belong.",
    zh="有 {rows}没有日期，按所属订单沿用上一行的日期。",
)
LEFT_OUT = {
    "cancelled": Text(
        en="Left out as cancelled or closed: {rows}, {amount}{example}.",
        zh="已取消或关闭，未计入：{rows}，{amount}{example}。",
    ),
    "unpaid": Text(
        en="Left out as not paid: {rows}, {amount}{example}.", zh="未付款，未计入：{rows}，{amount}{example}。"
    ),
    "refunded": Text(
        en="Left out as refunded: {rows}, {amount}{example}.", zh="已退款，未计入：{rows}，{amount}{example}。"
    ),
    "returned": Text(
        en="Left out as returned: {rows}, {amount}{example}.", zh="已退货，未计入：{rows}，{amount}{example}。"
    ),
    "total": Text(
        en="Left out as totals of other rows: {rows}{example}.", zh="小计或合计行，未计入：{rows}{example}。"
    ),
    "currency": Text(en="Left out as of another currency: {rows}{example}.", zh="其他币种，未计入：{rows}{example}。"),
}
EXAMPLE = Text(en=" (such as “{example}”)", zh="（如“{example}”）")
REPEATED = Text(
    en="{rows} stand more than once with the same order number and contents: they are counted each time; check whether"
    " the export was put together twice.",
    zh="有 {rows}的订单编号和内容与其他行完全相同：已逐行计入，请确认是否重复导出。",
)
SAME_ORDERS = Text(
    en="Order numbers in more than one file or sheet with the same date and place: {count}, each taken for one order.",
    zh="有 {count} 个订单编号在多个文件或工作表中出现，且日期和地点相同：各按一单计。",
)
OTHER_ORDERS = Text(
    en="Order numbers in more than one file or sheet with other dates, places or amounts: {count}, taken for different"
    " orders.",
    zh="有 {count} 个订单编号在多个文件或工作表中出现，但日期、地点或金额不同：按不同订单计。",
)
COMMA = Text(en=", ", zh="、")

# What was noticed in the file's layout, by `daybook.table.layout.Code`
NOTES = {
    "lines_above": Text(
        en="Lines above the header were passed over: {count}.",
        zh="表头上方的 {count} 行说明未计入。",
    ),
    "repeated_header": Text(
        en="The header stands again among the rows: {rows} left out.", zh="表头重复出现：{rows}未计入。"
    ),
    "second_table": Text(
        en="A second table begins at row {row} ({values}): its rows are not in the figures.",
        zh="第 {row} 行起是另一张表（{values}）：其中的数据未计入。",
    ),
    "footnote": Text(
        en="Lines below the last row were passed over: {count}.",
        zh="表格下方的 {count} 行说明未计入。",
    ),
    "broken_character": Text(
        en="A character is broken at row {row} ({count} in all): it is shown as �.",
        zh="第 {row} 行有损坏的字符（共 {count} 处），显示为 �。",
    ),
    "open_quote": Text(
        en="A double quote at row {row} is never closed ({count} in all): it was read as a plain character.",
        zh="第 {row} 行有未成对的英文双引号（共 {count} 处）：已按普通字符读取。",
    ),
    "unquoted_separator": Text(
        en="At row {row} a cell holds the separator without quotes ({rows} in all): read the only way that fits.",
        zh="第 {row} 行有单元格包含未加引号的分隔符（共 {rows}）：已按唯一可行的方式读取。",
    ),
    "hidden_sheets": Text(en="Hidden sheets were passed over: {values}.", zh="隐藏的工作表未读取：{values}。"),
    "other_sheets": Text(
        en="Sheets that hold no such table were passed over: {values}.", zh="没有同类表格的工作表未读取：{values}。"
    ),
    "several_sheets": Text(en="Read together as one table: {values}.", zh="以下内容合并为一张表读取：{values}。"),
    "several_files": Text(en="{count} files were read as one table.", zh="{count} 个文件已合并为一张表读取。"),
    "same_file": Text(en="the same as file {count}, counted once.", zh="与第 {count} 个文件相同，只计一次。"),
    "formulas": Text(
        en="Formulas without a stored value at row {row} ({count} in all): read as blank; open the file in Excel or WPS"
        " and save it.",
        zh="第 {row} 行起有公式没有保存结果（共 {count} 处），按空白处理；请用 Excel 或 WPS 打开并保存。",
    ),
    "error_cells": Text(
        en="Cells hold error values such as {values} at row {row} ({count} in all): they are no figures.",
        zh="第 {row} 行起有错误值（如 {values}，共 {count} 处）：未计入。",
    ),
    "merged_cells": Text(
        en="Merged cells were taken for each of their rows: {rows}.", zh="合并单元格的内容已用于其下的每一行：{rows}。"
    ),
    "crosstab": Text(
        en="Days stand in columns: each product and day was read as a row ({rows}).",
        zh="日期按列排列：已按每个商品、每天一行读取（{rows}）。",
    ),
}
IN_FILE = Text(en="File {file}: {sentence}", zh="第 {file} 个文件：{sentence}")
SECOND_TABLE_OF_REFUNDS = Text(
    en="A second table of refunds ({values}) was taken off: {rows}.", zh="第二张退款表（{values}）已扣减：{rows}。"
)
