"""What a person is told about a sales file that cannot be read."""

from daybook.language import Text

EMPTY = Text(
    en="The file is empty; upload a sales file with a header row and at least the columns {columns}.",
    zh="文件是空的，请上传带表头的销售文件，至少包含{columns}这几列。",
)
NOT_A_TABLE = Text(
    en="The file is {kind}, not a sales table; save the sales as CSV or XLSX and upload that.",
    zh="该文件是{kind}，不是销售表格，请把销售数据另存为 CSV 或 XLSX 后再上传。",
)
HTML = Text(en="a web page", zh="网页")
XML = Text(en="an XML document", zh=" XML 文档")
JSON = Text(en="a JSON document without a list of records", zh="不含记录列表的 JSON 文档")
LOCKED_ARCHIVE = Text(
    en="The archive is protected with a password; unpack it and upload the file in it.",
    zh="压缩包设有密码，请解压后上传其中的文件。",
)
BROKEN_ARCHIVE = Text(
    en="The archive is damaged or packed in a way that cannot be read; unpack it and upload the file in it.",
    zh="压缩包已损坏或压缩方式无法读取，请解压后上传其中的文件。",
)
TOO_MANY_MEMBERS = Text(
    en="The archive holds more than {limit} files; upload the sales files alone.",
    zh="压缩包中的文件超过 {limit} 个，请只上传销售文件。",
)
FILES_DIFFER = Text(
    en="The files {first} and {second} have different columns, so that they are not one table; upload them one by one.",
    zh="文件 {first} 与 {second} 的列不同，无法合并为一张表，请分别上传。",
)
FILE_DIFFERS = Text(
    en="File {number} has other columns than file {first}, so that they are not one table; report it by itself.",
    zh="第 {number} 个文件与第 {first} 个文件的列不同，无法合并为一张表，请单独分析。",
    code="files_differ",
)
FILE_WRITES_OTHERWISE = Text(
    en="File {number} writes the column “{column}” otherwise than the other files (the order of its dates, or its"
    " decimal sign), so that they cannot be read as one; save them in one form, or report it by itself.",
    zh="第 {number} 个文件中“{column}”列的写法（日期顺序或小数点符号）与其他文件不同，无法合并读取；"
    "请统一格式，或单独分析。",
    code="files_differ",
)
FILES_TOO_LARGE = Text(
    en="Together the files are larger than the {limit} MB that are read here; {beyond}, or give fewer files.",
    zh="各文件合计超过此处可读取的 {limit} MB；{beyond}，或减少文件。",
)
TOO_MANY_FILES = Text(
    en="{count} files were given, and at most {limit} are read as one table; give fewer.",
    zh="收到 {count} 个文件，最多可合并读取 {limit} 个，请减少文件。",
)
NO_FILES = Text(en="No file was given; choose at least one sales file.", zh="没有选择文件，请至少选择一个销售文件。")
PDF = Text(en="a PDF document", zh=" PDF 文档")
IMAGE = Text(en="a picture", zh="图片")
ARCHIVE = Text(en="an archive without a workbook in it", zh="不含工作簿的压缩包")
BINARY = Text(en="binary data", zh="二进制数据")

ENCODING = Text(
    en="The text of the file is in no encoding that is known (UTF-8, GB18030, Big5, Shift_JIS, EUC-KR, Windows-1252,"
    " UTF-16); save it as CSV UTF-8 and upload it again.",
    zh="无法识别文件的编码（支持 UTF-8、GB18030、Big5、Shift_JIS、EUC-KR、Windows-1252、UTF-16），"
    "请另存为“CSV UTF-8”后重新上传。",
)
WHICH_ENCODING = Text(
    en="The text of the file could be {first} or {second}, which give different names; open it where they read right,"
    " save it as CSV UTF-8 and upload that.",
    zh="文件的编码可能是 {first} 或 {second}，两者读出的文字不同；请在文字显示正确的软件中打开，"
    "另存为“CSV UTF-8”后重新上传。",
    code="encoding",
)
LOCKED = Text(
    en="The workbook is protected with a password; remove the password in Excel or WPS and upload it again.",
    zh="工作簿设有密码保护，请在 Excel 或 WPS 中取消密码后重新上传。",
)
BROKEN_WORKBOOK = Text(
    en="The workbook is damaged or of a kind that cannot be read; open it in Excel or WPS, save it as XLSX and upload"
    " that.",
    zh="工作簿已损坏或格式无法读取，请用 Excel 或 WPS 打开并另存为 XLSX 后再上传。",
)
NO_SHEET = Text(
    en="The workbook has no sheet named {sheet}; choose one of: {sheets}.",
    zh="工作簿中没有名为 {sheet} 的工作表，请从以下工作表中选择：{sheets}。",
)
WHICH_SHEET = Text(
    en="Several sheets of the workbook could be the sales table: {sheets}; name one in the sheet parameter.",
    zh="工作簿中有多个工作表都可能是销售数据：{sheets}；请在“工作表”参数中指定一个。",
    code="sheet",
)
TOO_MANY_SHEETS = Text(
    en="The workbook has more than the {limit} sheets that are looked at; name the one to read in the sheet parameter.",
    zh="工作簿的工作表超过 {limit} 个，请在“工作表”参数中指定要读取的一个。",
)
FORMULAS = Text(
    en="The cells of {columns} are formulas without a stored value (row {row} below the header is the first); open the"
    " workbook in Excel or WPS, save it and upload it again.",
    zh="{columns}列的单元格是没有保存计算结果的公式（表头下第 {row} 行起），"
    "请用 Excel 或 WPS 打开工作簿并保存后重新上传。",
    code="formulas",
)
CROSSTAB = Text(
    en="The table is a pivot table with days as columns, and nothing says whether its figures are money; give a table"
    " with one row an order.",
    zh="该表是以日期为列的透视表，且无法确定其中的数字是否为金额，请提供每个订单一行的明细表。",
    code="crosstab",
)
SHEET_OF_TEXT = Text(
    en="A sheet was named but the file is not a workbook; leave the sheet empty or upload an XLSX file.",
    zh="指定了工作表，但该文件不是工作簿，请清空工作表参数或上传 XLSX 文件。",
)
NO_PARQUET = Text(
    en="Parquet files cannot be read here; use the analysis service (the service URL in the plugin's settings) or save"
    " the file as CSV.",
    zh="此处无法读取 Parquet 文件，请在插件设置中填写分析服务地址改用分析服务，或把文件另存为 CSV。",
)
BROKEN_PARQUET = Text(
    en="The Parquet file is damaged or incomplete; export it again and upload that.",
    zh="Parquet 文件已损坏或不完整，请重新导出后再上传。",
)

MISSING_COLUMNS = Text(
    en="The file has no column for {missing}; its columns are {found}: rename them, or map them in the columns"
    " parameter.",
    zh="文件中缺少{missing}列，现有的列为：{found}；请修改列名，或在“列映射”参数中指定对应关系。",
)
SHIFTED_HEADER = Text(
    en="The header does not fit the rows below it: {names} hold something else, and the last column is blank; look for"
    " a separator too many in the header, or export the file again.",
    zh="表头与下方的数据对不上：{names} 这几列的内容不符，且最后一列为空；"
    "请检查表头是否多了一个分隔符，或重新导出文件。",
    code="shifted_header",
)
DOUBLED_COLUMN = Text(
    en="Two columns could be {field}: {candidates}; name the one to use in the columns parameter.",
    zh="有多列都可能是{field}：{candidates}；请在“列映射”参数中指定使用哪一列，或修改其中一列的列名。",
)
SAME_NAME = Text(
    en="The file has {count} columns named {name}, so that {field} is not clear; rename all but one of them.",
    zh="文件中有 {count} 列都叫 {name}，无法确定哪一列是{field}，请只保留一列使用该列名。",
)
MAPPED_AWAY = Text(
    en="The columns parameter maps {field} to {name}, which the file does not have; its columns are {found}.",
    zh="“列映射”参数把{field}指定为 {name}，但文件中没有这一列；现有的列为：{found}。",
)
UNKNOWN_FIELD = Text(
    en="The columns parameter names {field}, which is no column of a sales table; use {columns}.",
    zh="“列映射”参数中的 {field} 不是销售表格的列，请使用{columns}。",
)
MAPPED_TWICE = Text(
    en="The columns parameter uses the column {name} for both {first} and {second}; give each its own column.",
    zh="“列映射”参数把 {name} 同时用作{first}和{second}，请为它们分别指定不同的列。",
)

BY_MAPPING = Text(en="{name} was named for {field}", zh="{field}由参数指定为 {name}")
BY_NAME = Text(en="{name} is a usual name for {field}", zh="{name} 是{field}的常用列名")
BY_NAME_AMONG = Text(
    en="{name} says {field} most plainly; {others} could be it too", zh="{name} 最符合{field}；{others}也有可能"
)
BY_CELLS = Text(
    en="{name} may mean several things; its cells and the other columns make it {field}",
    zh="{name} 的列名有多种含义，根据单元格内容和其他列判断为{field}",
)
BY_CONTENT = Text(
    en="no name says {field}; the cells of {name} look like it", zh="没有列名表示{field}，{name} 的内容最像"
)
TAKE_COLUMN = Text(en="{name} is {field}", zh="以 {name} 为{field}")

A_NUMBER = Text(en="a number", zh="数字")
DECIMAL_COMMA = Text(en="its numbers have decimal commas", zh="数字使用逗号作为小数点")
DECIMAL_BOTH = Text(
    en="it has decimal points and decimal commas; each number is read by its own",
    zh="同时出现小数点和小数逗号，逐个按各自的写法识别",
)
DECIMAL_HINT_COMMA = Text(
    en="it could be read either way; the rest of the file has decimal commas",
    zh="两种读法都可能，文件其余部分使用逗号作为小数点",
)
DECIMAL_HINT_POINT = Text(
    en="it could be read either way; the rest of the file has decimal points",
    zh="两种读法都可能，文件其余部分使用小数点",
)
DECIMAL_GROUPS = Text(en="its commas stand between thousands", zh="逗号为千位分隔符")
DECIMAL_QUESTION = Text(
    en="{example} as {field} may be {whole} or a number with three decimals, and nothing in the file says which;"
    " set the decimal parameter to the sign before the decimals: a point or a comma.",
    zh="{field}中的 {example} 可能是 {whole}，也可能是带三位小数的数字，文件无法说明是哪一种；"
    "请用 decimal 参数指定小数点是“.”还是“,”。",
    code="decimal",
)

DATE_ORDER = {
    "dmy": Text(en="dates are day/month/year", zh="日期按“日/月/年”识别"),
    "mdy": Text(en="dates are month/day/year", zh="日期按“月/日/年”识别"),
    "ymd": Text(en="dates are year/month/day", zh="日期按“年/月/日”识别"),
}
DATE_UNPADDED = Text(
    en="dates are month/day/year: no date decides, and numbers without leading zeros are how it is written in English",
    zh="日期按“月/日/年”识别：没有日期能确定顺序，而不带前导零的写法在英文文件中为月在前",
)
DATE_BOTH = Text(
    en="some dates are day/month/year and some month/day/year; each says it itself",
    zh="日期中“日/月/年”和“月/日/年”并存，逐个按自身识别",
)
DATE_SERIAL = Text(en="bare numbers are days as Excel counts them", zh="纯数字按 Excel 日期序列号识别")
DATE_EPOCH = Text(
    en="long numbers are seconds or milliseconds since 1970 in UTC", zh="长数字按 1970 年起的秒或毫秒数（UTC）识别"
)
DATE_ERA = Text(en="years of an era were put into the common calendar", zh="民国或日本年号已换算为公历")
DATE_BUDDHIST = Text(en="the years are Buddhist ones and were put into the common calendar", zh="佛历年份已换算为公历")
DATE_QUESTION = Text(
    en="{example} may be read in more than one way, and no date of the column says which number is the month; set the"
    " date format parameter to one of: {formats}.",
    zh="日期 {example} 有多种读法，且整列中没有日期能说明哪个数字是月份；请将“日期格式”参数设为其中之一：{formats}。",
    code="date_format",
)

PRICE_IS_TOTAL = Text(en="{name} holds line totals, not unit prices", zh="{name} 是行合计金额，不是单价")
NOT_THE_PRODUCT = Text(
    en="{name} is not price times quantity in {count} of the rows looked at",
    zh="所查看的行中有 {count} 行的 {name} 不等于单价×数量",
)
TOTAL_HAS_MORE = Text(
    en="{name} has {others} in it, so sales are price times quantity", zh="{name} 含{others}，因此销售额按单价×数量计算"
)
ORDERS_AMOUNT = Text(en="{name} is the whole order's on each of its lines", zh="{name} 是整个订单的金额，不是单行金额")
ONCE_AN_ORDER = Text(
    en="{name} is the whole order's on each of its lines: it counts once an order, and not by product",
    zh="{name} 是整个订单的金额，每单只计一次，不按产品统计",
)
WHOSE_AMOUNT_QUESTION = Text(
    en="All lines of an order have the same {field}, so it is not clear whether that is the whole order's amount, which"
    " counts once, or each line's own; name it as one of {candidates} in the columns parameter.",
    zh="同一订单各行的{field}都相同，无法确定这是整个订单的金额（每单只计一次），还是各行自己的金额；"
    "请在“列映射”参数中写明 {candidates} 之一。",
    code="order_amount",
)
NO_QUANTITY = Text(
    en="there is no quantity, so {name} is what each row amounts to", zh="没有数量列，因此每行金额取 {name}"
)
DISCOUNT_OF_ORDERS = Text(
    en="{name} stands for the whole order on each of its lines, and was not taken off",
    zh="{name} 是整个订单的优惠且在每行重复，未予扣减",
)
DISCOUNT_IN_PRICE = Text(en="{name} is taken off in {others} already", zh="{others} 已扣除 {name}")
DISCOUNT_IS = {
    "line": Text(en="{name} is an amount off the line", zh="{name} 是每行减免的金额"),
    "unit": Text(en="{name} is an amount off each unit", zh="{name} 是每件减免的金额"),
    "rate": Text(en="{name} is a share of the line", zh="{name} 是折扣比例"),
}
MONEY_QUESTION = Text(
    en="{field} does not follow from price and quantity, so it is not clear which of {candidates} the sales are made"
    " of; name it in the columns parameter.",
    zh="{field}与单价×数量不一致，无法确定销售额应取 {candidates} 中的哪一个；请在“列映射”参数中指定。",
    code="money",
)
DISCOUNT_QUESTION = Text(
    en="The discount may be a rate or an amount, and nothing in the file says which; name it in the columns parameter"
    " as one of: {candidates}.",
    zh="无法确定优惠列是比例还是金额；请在“列映射”参数中写成以下之一：{candidates}。",
    code="discount",
)

RAGGED = Text(
    en="Row {row} below the header has more cells than the header has columns ({columns}); put cells that contain the"
    " separator in double quotes, or export the file again.",
    zh="表头下第 {row} 行的单元格数多于表头的列数（{columns} 列），"
    "请给包含分隔符的单元格加上英文双引号，或重新导出文件。",
)
OPEN_QUOTE = Text(
    en="A double quote is opened near row {row} below the header and never closed; close or remove it and upload the"
    " file again.",
    zh="表头下第 {row} 行附近有一个英文双引号没有成对，请补全或删除后重新上传。",
)
NO_DATES = Text(
    en="No row has a readable date; write dates like 2023-10-27 or 2023/10/27, or name their format.",
    zh="没有一行的日期可以识别，请使用 2023-10-27 或 2023/10/27 这样的写法，或指定日期格式。",
)
NO_ROWS_FOR_DAY = Text(
    en="The file holds no row for {date}; it covers {first} to {last}: choose a date in between or upload that day's"
    " file.",
    zh="文件中没有 {date} 的数据，现有数据覆盖 {first} 至 {last}，请选择其中的日期或上传当天的文件。",
)
BAD_DATE_FORMAT = Text(
    en="The date format {format} cannot be used; write it with strptime codes, such as %d/%m/%Y.",
    zh="日期格式 {format} 无法使用，请按 strptime 写法填写，例如 %d/%m/%Y。",
)

TOO_MANY_BYTES = Text(
    en="The file is larger than the {limit} MB that are read here; {beyond}, or upload a smaller file.",
    zh="文件超过此处可读取的 {limit} MB；{beyond}，或上传更小的文件。",
)
TOO_MANY_ROWS = Text(
    en="The file has more than the {limit} rows that are read here; {beyond}, or upload fewer days.",
    zh="文件超过此处可读取的 {limit} 行；{beyond}，或减少天数后再上传。",
)
TOO_MANY_COLUMNS = Text(
    en="The file has {count} columns, more than the {limit} that are read; keep {columns} and remove others.",
    zh="文件有 {count} 列，超过可读取的 {limit} 列，请保留{columns}这几列，删除多余的列。",
)
CELL_TOO_LONG = Text(
    en="A cell near row {row} below the header is longer than {limit} characters; shorten it, or close a double quote"
    " left open before it.",
    zh="表头下第 {row} 行附近有单元格超过 {limit} 个字符，请缩短内容，或检查前面是否有未成对的英文双引号。",
)
EXPANDS_TOO_FAR = Text(
    en="The workbook unfolds to more than {limit} MB; save the sales alone as a new workbook or CSV and upload that.",
    zh="工作簿解压后超过 {limit} MB，请只把销售数据另存为新的工作簿或 CSV 后再上传。",
)
