"""The words of the charts, in both languages."""

from daybook.language import Text

COLON = Text(en="{name}: {value}", zh="{name}：{value}")
COMMA = Text(en=", ", zh="，")
JOIN = Text(en="; ", zh="；")

# Sales by day
DAYS_ABOVE = Text(en="Sales {by} above {base}", zh="销售额比{base}高 {by}")
DAYS_BELOW = Text(en="Sales {by} below {base}", zh="销售额比{base}低 {by}")
DAYS_MORE = Text(en="Sales {by} more than {base}", zh="销售额比{base}多 {by}")
DAYS_LESS = Text(en="Sales {by} less than {base}", zh="销售额比{base}少 {by}")
DAYS_LEVEL = Text(en="Sales level with {base}", zh="销售额与{base}基本持平")
DAYS_HIGHEST = Text(en="The highest of {days}: {amount}", zh="{days}中最高的一天：{amount}")
DAYS_LOWEST = Text(en="The lowest of {days}: {amount}", zh="{days}中最低的一天：{amount}")
DAYS_RANK = Text(en="{amount}: number {place} of {days}", zh="{amount}，在 {days}中排第 {place}")
DAYS_SO_FAR = Text(en="{amount} so far: the day is not over", zh="目前 {amount}：当天尚未结束")
PERIOD_TOTAL = Text(en="{amount} in all, {average} a day", zh="合计 {amount}，日均 {average}")
DAYS_BEFORE = Text(en="days before", zh="此前各日")
DAYS_SHOWN = Text(en="Sales by day, {first} to {last}", zh="每日销售额，{first} 至 {last}")
SAME_WEEKDAYS = Text(en="{weekday}s", zh="{weekday}")
OTHER_DAYS = Text(en="other days", zh="其他日期")
NO_FIGURES_THEN = Text(en="no figures", zh="无数据")
EXPECTED = Text(en="expected", zh="预期范围")
EXPECTED_RANGE = Text(en=" Expected: {low} to {high}.", zh="预期：{low} 至 {high}。")
UNFINISHED_DAY = Text(en="{day} (not over)", zh="{day}（尚未结束）")
DAYS_TEXT = Text(
    en="Columns of {days}. {day}: {amount}. Highest: {high}. Lowest: {low}.",
    zh="{days}的柱形图。{day}：{amount}。最高：{high}。最低：{low}。",
)

# The days ahead
AHEAD_SHOWN = Text(
    en="Sales by day to {last}, then what is expected to {end}; 98 of 100 ordinary days lie in the range",
    zh="截至 {last} 的每日销售额，以及至 {end} 的预期；普通日期中约 98% 落在范围内",
)
AHEAD_RANGE = Text(en="expected, with its range", zh="预期及其范围")
AHEAD_HIGHER = Text(en="expected; its range goes on above", zh="预期及其范围（上方未完全显示）")
AHEAD_TEXT = Text(en="{days}. {error}", zh="{days}。{error}")
KNOWN_DAYS = Text(en="known days", zh="已有数据")
AHEAD_DAY = Text(en="{day}: about {amount} ({low} to {high})", zh="{day}：预计 {amount}（{low} 至 {high}）")
NO_SALES_THEN = Text(en="usually no sales", zh="通常没有销售")
SPECIAL_ON = Text(en="{name} ({first})", zh="{name}（{first}）")
SPECIAL_FROM = Text(en="{name} ({first} to {last})", zh="{name}（{first} 至 {last}）")

# Rankings
LEADS = Text(en="{name} leads with {share} of sales", zh="{name}居首，占销售额 {share}")
LEADS_AMOUNT = Text(en="{name} leads with {amount}", zh="{name}居首：{amount}")
AS_MUCH = Text(en="{name} and {other} share the lead", zh="{name}与{other}并列第一")
PRODUCTS_SHOWN = Text(en="Products by sales{base}", zh="商品销售额{base}")
VALUES_SHOWN = Text(en="{many} by sales{base}", zh="{many}销售额{base}")
TOP_SHOWN = Text(en="Top {shown} of {all} {many} by sales{base}", zh="{many}销售额前 {shown} 名（共 {all}）{base}")
AGAINST = Text(en="; mark and change: {base}", zh="；竖线、增减：与{base}相比")
REFUNDS_LEAD = Text(en="Refunds outweigh sales in all of them", zh="各项的退款都超过销售")
OTHERS = Text(en="All others ({count})", zh="其余（{count}）")
OTHERS_UNCOUNTED = Text(en="All others", zh="其余")
NEW = Text(en="new", zh="新增")
RANKED_TEXT = Text(en="Bars: {rows}.", zh="条形图：{rows}。")

# Price bands
BAND_LEADS = Text(en="{share} of sales at prices of {band}", zh="单价 {band}的商品占销售额 {share}")
BAND_LEADS_AMOUNT = Text(en="Most sales at prices of {band}", zh="销售额主要来自单价 {band}的商品")
BANDS_SHOWN = Text(en="Sales by unit price", zh="按单价区间的销售额")

# Hours of the day
HOURS_BETWEEN = Text(en="{share} of sales from {first} to {last}", zh="{first} 至 {last} 的销售额占全天 {share}")
HOURS_BUSIEST = Text(en="Busiest {first} to {last}: {share} of sales", zh="{first} 至 {last} 最忙，占销售额 {share}")
HOURS_SO_FAR = Text(en="Busiest so far {first} to {last}: {amount}", zh="目前 {first} 至 {last} 最忙：{amount}")
HOURS_ABOVE = Text(en="{by} above the usual up to {until}", zh="截至 {until}，比往常高 {by}")
HOURS_BELOW = Text(en="{by} below the usual up to {until}", zh="截至 {until}，比往常低 {by}")
HOURS_LEVEL = Text(en="As usual up to {until}", zh="截至 {until}，与往常基本持平")
HOURS_SHOWN = Text(en="Sales by hour of the day, {day}", zh="{day}各时段销售额")
HOURS_USUAL = Text(en="usual at that hour", zh="往常同时段")
HOURS_MOST = Text(en="most of the sales", zh="主要时段")
HOURS_BEST = Text(en="busiest hour", zh="最忙时段")
HOURS_TEXT = Text(
    en="Columns of the hours from {first} to {last}. Busiest: {best}, {amount}.",
    zh="{first} 至 {last} 各时段的柱形图。最忙：{best}，{amount}。",
)

# What moved sales
MOVED_UP = Text(en="{name} added most: {amount}", zh="{name}拉动最大：{amount}")
MOVED_DOWN = Text(en="{name} cost most: {amount}", zh="{name}拖累最大：{amount}")
ORDERS_DID = Text(en="Orders moved sales most: {amount}", zh="订单数影响最大：{amount}")
VALUE_DID = Text(en="The average order moved sales most: {amount}", zh="客单价影响最大：{amount}")
MOVED_SHOWN = Text(
    en="What moved sales from {before} ({base}) to {now}", zh="销售额由{base}的 {before}变为 {now}的原因"
)
ORDERS = Text(en="Number of orders", zh="订单数变化")
VALUE = Text(en="Average order", zh="客单价变化")
OTHER_CHANGES = Text(en="All others", zh="其余合计")
IN_ALL = Text(en="In all", zh="合计")
MOVED_TEXT = Text(en="Waterfall: {rows}.", zh="瀑布图：{rows}。")

# Characters that the font lacks
MISSING = Text(en="{sign} stands for a character that cannot be drawn here", zh="{sign} 表示此处无法显示的字符")
