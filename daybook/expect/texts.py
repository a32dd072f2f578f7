"""Every sentence of the judgement, in both languages."""

from daybook.language import Text

# The verdict
AS_EXPECTED = Text(
    en="As expected: {sales}, usually {low} to {high}.",
    zh="符合预期：销售额 {sales}，预期 {low} 至 {high}。",
)
BELOW = Text(
    en="Below what was expected: {sales} instead of {expected} ({low} at the least).",
    zh="低于预期：销售额 {sales}，预期 {expected}（至少 {low}）。",
)
ABOVE = Text(
    en="Above what was expected: {sales} instead of {expected} ({high} at the most).",
    zh="高于预期：销售额 {sales}，预期 {expected}（至多 {high}）。",
)
TOO_FEW_DAYS = Text(
    en="Too early to say what to expect: the book holds {days} before this one, and {least} are needed.",
    zh="暂时无法判断是否符合预期：账本中此前只有 {days}数据，至少需要 {least} 天。",
)
NOT_THIS_DAY = Text(
    en="Nothing is expected of this day: on {weekday} there are usually no sales in the book.",
    zh="无法给出预期：账本中{weekday}通常没有销售。",
)
SPECIAL_DAY = Text(en="{sentence} The day is {name}.", zh="{sentence}当天为{name}。")
SPECIAL_DAY_UNSEEN = Text(
    en="{sentence} The day is {name}, and the book has seen none: the range is a wide one.",
    zh="{sentence}当天为{name}，账本中尚无同类日期，因此预期范围较宽。",
)
NO_CALENDAR = Text(
    en="{sentence} The public holidays of {year} are not known to this version: the day was judged as an ordinary one.",
    zh="{sentence}当前版本没有 {year} 年的法定节假日安排，当天按普通日期判断。",
)
METHOD_WITHOUT_CALENDAR = Text(
    en="{method}; the public holidays of {year} are not known to this version",
    zh="{method}；当前版本没有 {year} 年的法定节假日安排",
)
PART_FELL = Text(
    en="The {one} “{name}” is far below what was expected: {sales} instead of {expected}.",
    zh="{one}“{name}”远低于预期：{sales}，预期 {expected}。",
)

EXPLAINED = Text(
    en="Explained by {because} (said on {said}). {sentence}", zh="已说明原因：{because}（{said}）。{sentence}"
)
EXPLAINED_WITH_NOTE = Text(
    en="Explained by {because}, “{note}” (said on {said}). {sentence}",
    zh="已说明原因：{because}，“{note}”（{said}）。{sentence}",
)

# The data is at fault
UNFINISHED = Text(
    en="The day is not over in this file, so it is not judged; expected for the whole day: {low} to {high}.",
    zh="文件中当天尚未结束，因此不作判断；全天预期 {low} 至 {high}。",
)
UNFINISHED_ONLY = Text(
    en="The day is not over in this file, so it is not judged.", zh="文件中当天尚未结束，因此不作判断。"
)
SO_FAR_AS_EXPECTED = Text(
    en="As expected up to {until}: {sales}, usually {low} to {high} by then; the day is not over in this file.",
    zh="截至 {until} 符合预期：销售额 {sales}，同时段预期 {low} 至 {high}；文件中当天尚未结束。",
)
SO_FAR_BELOW = Text(
    en="Up to {until} below what was expected: {sales} instead of {expected} ({low} at the least); the day is not over"
    " in this file.",
    zh="截至 {until} 低于预期：销售额 {sales}，同时段预期 {expected}（至少 {low}）；文件中当天尚未结束。",
)
SO_FAR_ABOVE = Text(
    en="Up to {until} above what was expected: {sales} instead of {expected} ({high} at the most); the day is not over"
    " in this file.",
    zh="截至 {until} 高于预期：销售额 {sales}，同时段预期 {expected}（至多 {high}）；文件中当天尚未结束。",
)
DOUBLED = Text(
    en="The day's rows seem to be in the file twice ({rows} rows); check the export before the figures are used.",
    zh="当天的数据行似乎重复了一遍（共 {rows} 行）；请先检查导出文件，再使用这些数字。",
)
HALF = Text(
    en="The file has {rows} rows of the day where {usual} are usual, and all products and regions are short alike: it"
    " may be incomplete.",
    zh="文件中当天只有 {rows} 行，通常约 {usual} 行，且各商品、各地区同比例减少：文件可能不完整。",
)
HALF_ROWS = Text(
    en="The file has {rows} rows of the day where {usual} are usual, and all products are short alike: it may be"
    " incomplete.",
    zh="文件中当天只有 {rows} 行，通常约 {usual} 行，且各商品同比例减少：文件可能不完整。",
)
MISSING_REGION = Text(
    en="The file has no row of the {one} “{name}”, which usually sells {usual} a day: its data is probably missing.",
    zh="文件中没有{one}“{name}”的数据，该{one}通常每天销售 {usual}：数据可能缺失。",
)
PRICE_SLIP = Text(
    en="“{name}” was sold at {price} on average where {usual} is usual: a decimal point may have slipped.",
    zh="“{name}”的均价为 {price}，通常为 {usual}：小数点可能错位。",
)
REFUND_WAVE = Text(
    en="Refunds came to {amount} ({rows}) where {usual} is usual.",
    zh="退款达 {amount}（{rows}），通常约为 {usual}。",
)

# What moved it
PART_MOVED = Text(
    en="{sign}{amount} from “{name}” against {day}{share}.",
    zh="较{day}，“{name}”{sign}{amount}{share}。",
)
NEW_PART = Text(
    en="New: “{name}” with {amount}, not sold on {day}{share}.",
    zh="新增“{name}”：{amount}，{day}没有销售{share}。",
)
VANISHED_PART = Text(
    en="“{name}” was not sold; on {day} it brought {amount}{share}.",
    zh="“{name}”没有销售，{day}为 {amount}{share}。",
)
NEW_IN_PERIOD = Text(
    en="New: “{name}” with {amount}, not sold in {day}{share}.",
    zh="新增“{name}”：{amount}，{day}没有销售{share}。",
)
VANISHED_IN_PERIOD = Text(
    en="“{name}” was not sold; in {day} it brought {amount}{share}.",
    zh="“{name}”没有销售，{day}为 {amount}{share}。",
)
SHARE_OF_FALL = Text(en=" ({share} of the fall)", zh="（占降幅 {share}）")
SHARE_OF_RISE = Text(en=" ({share} of the rise)", zh="（占增幅 {share}）")
EFFECTS = {
    "orders": Text(
        en="{sign}{amount} from the number of orders{share}.", zh="订单数变化使销售额{sign}{amount}{share}。"
    ),
    "basket": Text(en="{sign}{amount} from units per order{share}.", zh="每单件数变化使销售额{sign}{amount}{share}。"),
    "mix": Text(
        en="{sign}{amount} from dearer or cheaper products being sold{share}.",
        zh="商品结构变化使销售额{sign}{amount}{share}。",
    ),
    "price": Text(en="{sign}{amount} from prices{share}.", zh="价格变化使销售额{sign}{amount}{share}。"),
}
NO_SHARE = Text(en="", zh="")
PRODUCT = Text(en="product", zh="商品")
UP = Text(en="+", zh="增 ")
DOWN = Text(en="−", zh="降 ")

# A forecast
BAD_AHEAD = Text(
    en="The number of days to look ahead is invalid; choose 1 to {most}.",
    zh="预测天数无效；请填写 1 至 {most}。",
    code="bad_days_ahead",
)
NO_FORECAST = Text(
    en="No forecast yet: {days} of sales are known, and {least} are needed.",
    zh="暂时无法预测：已有 {days}销售数据，至少需要 {least} 天。",
)
DAY_AHEAD = Text(en="{day}: about {amount}", zh="{day}：预计 {amount}")
NO_SALES_AHEAD = Text(en="{day}: usually no sales", zh="{day}：通常没有销售")
DAYS_AHEAD = Text(en="Next {days} days: about {amount}", zh="未来 {days} 天：预计 {amount}")
DAYS_AHEAD_MORE = Text(
    en="Next {days} days: about {amount}, {by} above the last {days}",
    zh="未来 {days} 天：预计 {amount}，比过去 {days} 天高 {by}",
)
DAYS_AHEAD_LESS = Text(
    en="Next {days} days: about {amount}, {by} below the last {days}",
    zh="未来 {days} 天：预计 {amount}，比过去 {days} 天低 {by}",
)
DAYS_AHEAD_LEVEL = Text(
    en="Next {days} days: about {amount}, level with the last {days}",
    zh="未来 {days} 天：预计 {amount}，与过去 {days} 天基本持平",
)
FORECAST_ERROR = Text(
    en="Measured over {weeks}: such forecasts were off by {error} of sales, the week before taken instead by {naive}.",
    zh="按最近 {weeks}检验，此类预测的误差为销售额的 {error}，直接取上周同日为 {naive}。",
)
ERROR_UNKNOWN = Text(
    en="How far such forecasts are off is not known yet: too few days are.",
    zh="数据天数尚少，此类预测的误差还无法衡量。",
)
NO_RHYTHM = Text(
    en="No forecast yet: the {days} that are known lie too far apart.",
    zh="暂时无法预测：已有的 {days}销售数据间隔过大。",
)
UNSEEN_AHEAD = Text(
    en="No day like {name} has been seen yet: the range of such days is a wide one.",
    zh="尚无{name}的历史数据，这些日期的预测范围较宽。",
)
UNKNOWN_YEAR = Text(
    en="The public holidays of {year} are not known to this version: they are forecast as ordinary days.",
    zh="当前版本没有 {year} 年的法定节假日安排，这些日期按普通日期预测。",
)

EXPLAINED_DAYS = Text(
    en="Not learned from, because they were explained: {days}.", zh="已说明原因、不用于预测的日期：{days}。"
)

NO_SUCH_CANDIDATE = Text(
    en="There is no forecaster called {name}; take one of: {known}.",
    zh="没有名为 {name} 的预测方法；可选：{known}。",
)
CANDIDATE_NOT_INSTALLED = Text(
    en="{name} is not installed here; leave it out, or have pip install {name} run where Daybook runs.",
    zh="此处未安装 {name}；请不要指定它，或在运行 Daybook 的环境中执行 pip install {name}。",
)
METHODS = {
    "the same weekday a week before": Text(en="the same weekday a week before", zh="上周同日"),
    "median of four same weekdays": Text(en="the median of four same weekdays", zh="前四个同日的中位数"),
    "smoothing, slow": Text(en="slow smoothing with weekdays", zh="慢速平滑（含星期规律）"),
    "smoothing": Text(en="smoothing with weekdays", zh="平滑（含星期规律）"),
    "smoothing, quick": Text(en="quick smoothing with weekdays", zh="快速平滑（含星期规律）"),
    "smoothing, damped trend": Text(en="smoothing with weekdays and a trend", zh="平滑（含星期规律与趋势）"),
    "mean of two": Text(en="the mean of two methods", zh="两种方法的平均"),
}
