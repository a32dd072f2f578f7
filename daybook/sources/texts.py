"""What a person is told about named sources; names from the settings are quoted, addresses and values never."""

from daybook.language import Text

NO_SOURCES = Text(
    en="No sources are set up; list them in a settings file and name it in DAYBOOK_SOURCES, or send a file.",
    zh="尚未配置数据源；请在配置文件中列出数据源并通过 DAYBOOK_SOURCES 指定，或直接提供文件。",
    code="no_sources",
)
UNKNOWN = Text(
    en="There is no source {name}; the known ones are {known}.",
    zh="没有名为 {name} 的数据源；可用的数据源为：{known}。",
    code="unknown_source",
)
COLUMNS_ARE_SET = Text(
    en="The columns of the source {name} are set where the source is; leave the column mapping empty.",
    zh="数据源 {name} 的列已在其配置中指定；请将“列映射”留空。",
    code="columns_are_set",
)
DAY_NEEDED = Text(
    en="The source {name} cannot tell its latest day; name a date.",
    zh="数据源 {name} 无法判断最近的日期；请指定日期。",
    code="day_needed",
)
EMPTY_DAY = Text(
    en="The source {name} has no row for {date}; if that day's data is late, run this again once it is in.",
    zh="数据源 {name} 中没有 {date} 的数据；如果当天数据尚未入库，请稍后重新运行。",
    code="source_empty",
)
EMPTY = Text(
    en="The source {name} has no rows yet; run this again once there are some.",
    zh="数据源 {name} 中还没有数据；请在数据入库后重新运行。",
    code="source_empty",
)
DOWN = Text(
    en="The source {name} does not answer; try again in a while, and if it lasts, ask whoever runs it.",
    zh="数据源 {name} 没有响应；请稍后重试，如果一直如此，请联系其管理员。",
    code="source_down",
)
BUSY = Text(
    en="The source {name} is too busy to be read now; try again in a while.",
    zh="数据源 {name} 正忙，暂时无法读取；请稍后重试。",
    code="source_busy",
)
TOO_SLOW = Text(
    en="The source {name} was not read within the {seconds} seconds that its settings allow; try again, and if it"
    " lasts, have the time limit raised or an index made on the date.",
    zh="数据源 {name} 未能在配置允许的 {seconds} 秒内读完；请重试，如果一直如此，请提高时间限制，或为日期列建立索引。",
    code="source_too_slow",
)
LOGIN = Text(
    en="The source {name} refuses the login; have the user and the password in its settings corrected.",
    zh="数据源 {name} 拒绝登录；请更正其配置中的用户名和密码。",
    code="source_login",
)
RIGHTS = Text(
    en="The user in the settings of the source {name} may not read it; have reading allowed.",
    zh="数据源 {name} 配置的用户没有读取权限；请授予读取权限。",
    code="source_rights",
)
NO_DATABASE = Text(
    en="The server of the source {name} has no database of the name in its settings; have the name corrected.",
    zh="数据源 {name} 的服务器上没有配置中指定的数据库；请更正库名。",
    code="source_database",
)
NO_TABLE = Text(
    en="The source {name} has no table or file of the name in its settings; have the name corrected.",
    zh="数据源 {name} 中没有配置指定的表或文件；请更正名称。",
    code="source_table",
)
NO_COLUMN = Text(
    en="The source {name} has no column {column}, which its settings name; have the settings corrected.",
    zh="数据源 {name} 中没有配置指定的列 {column}；请更正配置。",
    code="source_column",
)
SAME_COLUMN = Text(
    en="The query of the source {name} gives two columns called {column}; have one of them renamed.",
    zh="数据源 {name} 的查询返回了两个名为 {column} 的列；请重命名其中一个。",
    code="source_column",
)
NO_COLUMNS = Text(
    en="The query of the source {name} names a column that is not there; have the query corrected.",
    zh="数据源 {name} 的查询使用了不存在的列；请更正查询。",
    code="source_column",
)
QUERY = Text(
    en="The database of the source {name} does not understand its query; have the query in the settings corrected.",
    zh="数据源 {name} 的数据库无法执行其查询；请更正配置中的查询。",
    code="source_query",
)
WRITES = Text(
    en="The query of the source {name} would change data, which no source may; have the query corrected.",
    zh="数据源 {name} 的查询会修改数据，这是不允许的；请更正查询。",
    code="source_query",
)
ZONE_NEEDED = Text(
    en="The dates of the source {name} are moments with a time zone; have its settings name the zone of the days, such"
    " as Asia/Shanghai.",
    zh="数据源 {name} 的日期带有时区；请在其配置中用 zone 指定日期所用的时区，例如 Asia/Shanghai。",
    code="source_zone",
)
DATES = Text(
    en="The date column of the source {name} holds neither dates nor text; have its settings name another column.",
    zh="数据源 {name} 的日期列既不是日期也不是文本；请在其配置中改用其他列。",
    code="source_dates",
)
MIXED_NUMBERS = Text(
    en="The source {name} has numbers as text beside real ones; have its settings name the decimal sign of the texts"
    " (decimal).",
    zh="数据源 {name} 中既有文本形式的数字，也有数值列；请在其配置中用 decimal 指定文本数字的小数点符号。",
    code="source_decimal",
)
UNTRUSTED = Text(
    en="The server of the source {name} has no certificate that is trusted here; have it corrected.",
    zh="数据源 {name} 的服务器证书不受信任；请更正证书。",
    code="source_untrusted",
)
NOT_INSTALLED = Text(
    en="The source {name} needs {module}, which is not installed: run `pip install '.[sources]'` in Daybook's folder.",
    zh="数据源 {name} 需要 {module}，但尚未安装：请在 Daybook 目录下运行 `pip install '.[sources]'`。",
    code="not_installed",
)

NOT_FOR_SPARK = Text(
    en="The source {name} is no lake table, which is what Spark reads; leave out --engine spark.",
    zh="数据源 {name} 不是数据湖表，Spark 只读取数据湖表；请去掉 --engine spark。",
    code="not_for_spark",
)

NO_FILE = Text(
    en="The settings file of the sources cannot be read; correct its name in DAYBOOK_SOURCES.",
    zh="无法读取数据源配置文件；请更正 DAYBOOK_SOURCES 中的文件名。",
)
NO_TOML = Text(
    en="The settings file of the sources is no TOML (line {line}); correct it.",
    zh="数据源配置文件不是有效的 TOML（第 {line} 行）；请更正。",
)
NO_TABLES = Text(
    en="The settings file of the sources has something beside [sources.NAME]; correct it.",
    zh="数据源配置文件中除 [sources.名称] 外还有其他内容；请更正。",
)
WRONG = Text(
    en="The setting {field} of the source {name} is wrong ({reason}); correct it.",
    zh="数据源 {name} 的设置项 {field} 不正确（{reason}）；请更正。",
)
WRONG_NAME = Text(
    en="A source is called {name}; a name has small letters, digits, - and _ alone, and up to 64 of them.",
    zh="数据源名称 {name} 不正确；名称只能包含小写字母、数字、- 和 _，且不超过 64 个字符。",
)
NO_VARIABLE = Text(
    en="The settings of the source {name} use the environment variable {variable}, which is not set; set it.",
    zh="数据源 {name} 的配置使用了环境变量 {variable}，但该变量未设置；请设置。",
)
PLAIN_PASSWORD = Text(
    en="The settings of the source {name} hold a password; put it into an environment variable and write"
    " ${{THE_VARIABLE}} in its place.",
    zh="数据源 {name} 的配置中直接写有密码；请把密码放入环境变量，并在原处写 ${{变量名}}。",
)
