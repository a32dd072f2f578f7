"""The words that only pages have: buttons, heads and notes around a report's own."""

from daybook.language import Text

NAME = Text(en="Daybook", zh="销售日报")
DAY_TITLE = Text(en="{day} {year}", zh="{year}年{day}")
TO_CONTENT = Text(en="Skip to the figures", zh="跳到数据")
MORE_DAYS = Text(en="Other days", zh="其他日期")

# The ways to other days
PREVIOUS_DAY = Text(en="‹ {day}", zh="‹ {day}")
NEXT_DAY = Text(en="{day} ›", zh="{day} ›")
WEEK_BEFORE = Text(en="Last week, {day}", zh="上周同日 {day}")
THE_WEEK = Text(en="The week", zh="本周")
THE_BOOK = Text(en="All days of {book}", zh="账本 {book} 的全部日期")
NEWER = Text(
    en="This day has changed since this report (revision {revision}).",
    zh="该报告生成之后，当日数据又有变更（第 {revision} 版）。",
)
OPEN_NEWER = Text(en="Open it as it is now", zh="查看最新数据")
THIS_LANGUAGE = Text(en="English", zh="中文")

# The day
FIGURES = Text(en="The figures of {span}", zh="{span}数据")
EXPECTED = Text(en="Expected: {low} to {high}", zh="预期范围：{low} 至 {high}")
EXPECTED_UNTIL = Text(en="Expected up to {until}: {low} to {high}", zh="截至 {until} 的预期范围：{low} 至 {high}")
WHAT_WAS_EXPECTED = Text(en="What was expected", zh="预期依据")
NOT_LEARNED_FROM = Text(en="Left out, because they were explained: {days}", zh="已说明原因、不计入预期的日子：{days}")
AGAINST = Text(en="{change} vs {base}", zh="较{base} {change}")
LEVEL = Text(en="the same", zh="持平")
CHARTS = Text(en="Charts", zh="图表")
CHART_AS_WORDS = Text(en="In words", zh="文字说明")
RANKINGS = Text(en="Rankings", zh="排行")
CHANGE = Text(en="Change", zh="变化")
CHANGE_TO = Text(en="against {base}", zh="较{base}")
NEW_HERE = Text(en="new", zh="新增")
FILTER = Text(en="Filter {title}", zh="筛选{title}")
FILTER_HINT = Text(en="Filter by name", zh="按名称筛选")
FOUND = Text(en="{found} of {all}", zh="{found} / {all}")
SHOW_ALL = Text(en="Show all {count}", zh="显示全部 {count} 项")
SHOW_FEWER = Text(en="Show fewer", zh="收起")
NOTHING_FOUND = Text(en="Nothing has this name.", zh="没有匹配的名称。")
LARGEST = Text(en="The {shown} largest of {all}", zh="最大的 {shown} 项（共 {all} 项）")
ROW_FIGURES = Text(en="{orders} · {units}", zh="{orders} · {units}")

# Data quality
QUALITY = Text(en="About the data", zh="数据说明")
NOTES = Text(en="{count} notes", zh="{count} 条说明")
ONE_NOTE = Text(en="1 note", zh="1 条说明")
NO_NOTES = Text(en="nothing to note", zh="没有异常")
READING = Text(en="What the file was taken for", zh="文件的读取方式")
LEFT_OUT = Text(en="Rows that are no sales", zh="不计入销售的行")
REASON = Text(en="Why", zh="原因")
ROWS_OF_DAY = Text(en="Rows of {span}", zh="{span}行数")
AMOUNT = Text(en="Amount", zh="金额")
ROWS_OF_FILE = Text(en="Rows of the file", zh="文件行数")
FILES = Text(en="As a file", zh="下载")

# Why a day was as it was
EXPLAIN = Text(en="Was this expected?", zh="这在意料之中吗？")
EXPECTED_BECAUSE = Text(en="This was expected because of", zh="这在意料之中，原因是")
NOTE = Text(en="In a few words (needed for another reason)", zh="简要说明（选择“其他原因”时必填）")
SAY_SO = Text(en="Keep this answer", zh="保存说明")
TAKE_BACK = Text(en="Take it back", zh="撤回说明")
TAKEN_BACK = Text(en="taken back", zh="已撤回")
SAID = Text(en="{because}", zh="{because}")
SAID_WITH_NOTE = Text(en="{because}, “{note}”", zh="{because}，“{note}”")
HELD = Text(en="Explained: {what} (said on {said}).", zh="已说明原因：{what}（{said}）。")
EXPLAINED_SINCE = Text(
    en="Explained since this report: {what} (said on {said}).", zh="该报告生成之后已说明原因：{what}（{said}）。"
)
TAKEN_BACK_SINCE = Text(
    en="The explanation of this day was taken back since this report.", zh="该报告生成之后，当日的说明已撤回。"
)
WHAT_IT_DOES = Text(
    en="The answer is kept in the book with its time: the day is not alarmed again, and what is expected of other days"
    " is not learned from it.",
    zh="说明及其时间会保存在账本中：当日不再告警，也不用于推算其他日期的预期。",
)
LINK_UNTIL = Text(
    en="Whoever has this page's link can answer, until {until}.", zh="持有本页链接的人均可填写，有效期至 {until}。"
)
SAID_BEFORE = Text(en="What was said", zh="说明记录")

# The book
BOOK_TITLE = Text(en="The book {book}", zh="账本 {book}")
BOOK_FIGURES = Text(en="The book in figures", zh="账本概况")
CALENDAR = Text(en="Calendar", zh="日历")
CALENDAR_HINT = Text(
    en="Each day opens its page, each week number its week. The darker a day, the higher its sales.",
    zh="点击日期查看当日，点击周数查看当周。颜色越深，销售额越高。",
)
LATEST_DAY = Text(en="Latest day", zh="最近一天")
LAST_DAYS = Text(en="Last {days} days", zh="近 {days} 天")
DAYS_BEFORE = Text(en="the {days} before", zh="之前 {days} 天")
DAYS_HELD = Text(en="Days in the book", zh="账本天数")
SPAN = Text(en="{first} to {last}", zh="{first} 至 {last}")
MISSING_DAYS = Text(en="{days} missing in between", zh="期间缺 {days}")
NONE_MISSING = Text(en="none missing", zh="中间没有缺漏")
OF_DAYS = Text(en="{held} of {days} days held", zh="{days} 天中有 {held} 天数据")
TREND = Text(en="Sales by day, and the mean of seven days", zh="每日销售额与七日均值")
TREND_MORE = Text(
    en="Sales of the last four weeks: {amount}, {percent} more than the four before",
    zh="近四周销售 {amount}，较之前四周增 {percent}",
)
TREND_LESS = Text(
    en="Sales of the last four weeks: {amount}, {percent} less than the four before",
    zh="近四周销售 {amount}，较之前四周降 {percent}",
)
TREND_PLAIN = Text(en="Sales from {first} to {last}", zh="{first} 至 {last} 的销售额")
TREND_WORDS = Text(
    en="Highest {high} on {high_day}, lowest {low} on {low_day}.",
    zh="最高 {high}（{high_day}），最低 {low}（{low_day}）。",
)
AHEAD = Text(en="The days ahead", zh="未来几天")
EXPECTED_SALES = Text(en="Expected", zh="预期")
LOWEST = Text(en="Low", zh="下限")
HIGHEST = Text(en="High", zh="上限")
WEEK = Text(en="W{week}", zh="{week} 周")
WEEK_LONG = Text(en="Week {week}, {first} to {last}", zh="第 {week} 周，{first} 至 {last}")
WEEK_HEAD = Text(en="Week", zh="周")
MONTH = Text(en="{month} {year}", zh="{year}年{month}月")
EARLIER = Text(en="Earlier months", zh="更早的月份")
LATER = Text(en="Latest months", zh="最近的月份")
LESS = Text(en="less", zh="低")
MORE = Text(en="more", zh="高")
NO_DAY = Text(en="no data", zh="无数据")
REVISED = Text(en="changed, revision {revision}", zh="有变更，第 {revision} 版")
UNFINISHED = Text(en="not over when its file was made", zh="导出文件时当日尚未结束")
MARK_REVISED = Text(en="changed since it came in", zh="录入后有变更")
MARK_UNFINISHED = Text(en="not over", zh="当日未结束")
MARK_MISSING = Text(en="no data", zh="无数据")
REVISIONS = Text(en="What changed", zh="变更记录")
NO_REVISIONS = Text(en="No day was changed after it came in.", zh="各日数据录入后没有变更。")
WHEN = Text(en="When (UTC)", zh="时间（UTC）")
DAY = Text(en="Day", zh="日期")
WHAT = Text(en="What", zh="变更内容")
SOURCE = Text(en="File", zh="文件")
TAKEN = {
    "new": Text(en="new", zh="新增"),
    "same": Text(en="the same again", zh="重复提交"),
    "addition": Text(en="other orders", zh="补充订单"),
    "part": Text(en="a part of the day", zh="部分数据"),
    "completion": Text(en="the rest of the day", zh="补齐当日"),
    "correction": Text(en="correction", zh="更正"),
}
OTHER_CURRENCY = Text(
    en="{days} in another currency ({currencies}) are shown, but not added up, charted or coloured.",
    zh="另有 {days}使用其他币种（{currencies}），仅列出，不计入合计、图表和颜色。",
)
OLDER_REVISIONS = Text(en="{count} older changes are not shown.", zh="另有 {count} 条更早的变更未显示。")
EMPTY_BOOK = Text(
    en="The book has no day yet: the first report that names it brings one.",
    zh="账本中还没有数据：第一份指定该账本的报告会写入数据。",
)

# The week
WEEK_TITLE = Text(en="Week {week} of {year}", zh="{year}年第 {week} 周")
WEEK_FIGURES = Text(en="The week in figures", zh="当周数据")
DAYS = Text(en="Days of the week", zh="当周每日")
WEEK_EARLIER = Text(en="The week before", zh="上一周")
WEEK_LATER = Text(en="The week after", zh="下一周")
LAST_WEEK = Text(en="the week before", zh="上一周")
SAME_DAYS = Text(
    en="Compared by the {held} of 7 weekdays that the book has of both weeks.",
    zh="仅比较两周都有数据的日子：7 天中有 {held} 天。",
)
FROM_BOOK = Text(
    en="From the book {book}, revision {revision} of the day, file {source}",
    zh="取自账本 {book}，当日第 {revision} 版，文件 {source}",
)

FROM_BOOK_WEEK = Text(
    en="From the book {book}, {held} of the week's 7 days", zh="取自账本 {book}，当周 7 天中的 {held} 天"
)

# Errors, where a browser asked
PAGE_ERROR = Text(en="This page cannot be shown", zh="无法显示此页面")
REQUEST_ID = Text(en="Request {id}", zh="请求编号 {id}")

# Mornings
MORNINGS_TITLE = Text(en="Mornings", zh="每日送达")
MORNING_OF = Text(en="{book}, {day}", zh="{book} {day}")
ALL_MORNINGS = Text(en="All mornings", zh="全部账本")
NO_BOOKS_WATCHED = Text(en="No book is watched.", zh="没有监控任何账本。")
ALL_CAME = Text(en="Nothing is missing.", zh="没有缺失的日报。")
MISSING_NOW = Text(en="Missing", zh="未送达")
DUE_AT = Text(en="due {due} ({zone}), {grace} min of grace", zh="应送达 {due}（{zone}），宽限 {grace} 分钟")
MORNING_DUE = Text(en="Due", zh="应送达")
MORNING_DELIVERED = Text(en="Delivered", zh="已送达")
MORNING_LATE_BY = Text(en="{at}, {late} late", zh="{at}，晚 {late}")
MORNING_WHY = Text(en="Why not", zh="原因")
MORNING_DO = Text(en="What to do", zh="处理")
STEPS_TITLE = Text(en="Step by step", zh="每一步")
NO_STEPS = Text(en="Nobody has told a step of this day.", zh="当天没有收到任何步骤。")
TRIES = Text(en="{count} tries", zh="共 {count} 次")
TOOK = Text(en="took {time}", zh="用时 {time}")
TOLD_BY = Text(en="told by {who}", zh="来自 {who}")
THE_REPORT = Text(en="The report", zh="报告")
THE_TRACE = Text(en="The trace", zh="链路追踪")
