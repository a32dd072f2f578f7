"""Every sentence of the book, in both languages."""

from daybook.language import Text

# Errors
BAD_NAME = Text(
    en="The book's name “{name}” is invalid; take 1 to 64 letters, digits, dots, hyphens or underscores, such as"
    " shop-east.",
    zh="账本名称“{name}”无效；请使用 1 至 64 个字母、汉字、数字、点、连字符或下划线，例如 shop-east。",
    code="bad_book_name",
)
NO_SUCH_BOOK = Text(
    en="There is no book called {name}; add a file to it first, or look at the list of books.",
    zh="没有名为 {name} 的账本；请先向其中添加文件，或查看账本列表。",
    code="no_such_book",
)
BROKEN_DAY = Text(
    en="A day's file in the book is damaged; add the sales file of that day again.",
    zh="账本中某一天的文件已损坏；请重新添加当天的销售文件。",
    code="broken_day",
)
NO_FOLDER = Text(
    en="The folder of the books cannot be used; see that it exists and may be written to.",
    zh="账本文件夹无法使用；请确认它存在并且可以写入。",
    code="no_book_folder",
)
BUSY = Text(
    en="Too many files were added to the book at once; add this one again.",
    zh="同时向该账本添加的文件过多；请重新添加此文件。",
    code="book_busy",
)
NEEDS_DATABASE = Text(
    en="Books in an object store need a database for their index; name one in DAYBOOK_DATABASE_URL.",
    zh="账本存放在对象存储时，索引需要数据库；请在 DAYBOOK_DATABASE_URL 中指定。",
    code="needs_database",
)
NEEDS_FSSPEC = Text(
    en="This address for books needs an fsspec driver for {package}, which is not installed; install it, or name a"
    " folder.",
    zh="该账本地址需要 {package} 的 fsspec 驱动，但尚未安装；请安装后重试，或改用文件夹。",
    code="needs_driver",
)
NO_DAYS = Text(
    en="The book {name} holds no day from {first} to {last}; choose other days.",
    zh="账本 {name} 中没有 {first} 至 {last} 的数据；请选择其他日期。",
    code="no_days",
)

SAID_TOO_OFTEN = Text(
    en="This day was answered {count} times within the hour; wait an hour before you change the answer again.",
    zh="一小时内对该日期的说明已修改 {count} 次；请一小时后再修改。",
    code="said_too_often",
)

# What a file's day was taken for
ADDITION = Text(
    en="The book {book} held other orders of {day} already: both were added up, and the figures are those of all.",
    zh="账本 {book} 中已有 {day} 的其他订单：两者已合并，此处为合计数字。",
)
PART = Text(
    en="The file holds a part of {day} ({given}, the book {book} has {held}): the day in the book stays, and the"
    " figures are the book's.",
    zh="文件只包含 {day} 的一部分（{given}，账本 {book} 中有 {held}）：账本保持不变，此处为账本中的数字。",
)
COMPLETION = Text(
    en="The book {book} held {day} while it was not over; the file completes it.",
    zh="账本 {book} 中的 {day} 当时尚未结束，本文件将其补全。",
)
CORRECTION = Text(
    en="The file replaces what the book {book} held of {day} (revision {revision}).",
    zh="文件已替换账本 {book} 中 {day} 的数据（第 {revision} 版）。",
)
OTHER_CURRENCY = Text(
    en="{day} in the book {book} is in {other}, the file in {own}: the two are not compared.",
    zh="账本 {book} 中 {day} 的币种为 {other}，文件为 {own}：两者不作比较。",
)
OTHER_MONEY = Text(
    en="The sales of {day} in the book {book} were read from “{other}”, those of the file from “{own}”: the change may"
    " come from that.",
    zh="账本 {book} 中 {day} 的销售额取自“{other}”，文件取自“{own}”：变化可能由此引起。",
)
TOO_OLD = Text(
    en="{days} of the file are older than the book {book} keeps, and were not taken into it.",
    zh="文件中有 {days}早于账本 {book} 的保留期限，未记入账本。",
)

# A correction
CORRECTED = Text(en="Correction of {day}: {what}.", zh="更正 {day}：{what}。")
CHANGED = {
    "sales": Text(en="sales {before} → {after}", zh="销售额 {before} → {after}"),
    "orders": Text(en="orders {before} → {after}", zh="订单数 {before} → {after}"),
    "quantity": Text(en="units {before} → {after}", zh="销量 {before} → {after}"),
}
CHANGED_PRODUCT = Text(en="“{name}” {before} → {after}", zh="“{name}” {before} → {after}")
MORE_PRODUCTS = Text(en="and {count} more products", zh="另有 {count} 种商品")
ONLY_DETAILS = Text(
    en="the totals are the same; regions, prices or what was left out changed",
    zh="合计不变；地区、价格或未计入的行有变化",
)
LIST = Text(en=", ", zh="，")
PARTS = Text(en="; ", zh="；")
