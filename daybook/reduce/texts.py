"""Why a file is not read natively by a fast engine but row by row by pandas; said in the answer and the log."""

from daybook.language import Text

ENCODING = Text(en="it is not in UTF-8", zh="文件不是 UTF-8 编码")
KIND = Text(en="it is of a kind that pandas reads", zh="该类文件由 pandas 读取")
SEPARATOR = Text(en="its cells are not separated by one character", zh="单元格之间不是用单个字符分隔")
SIGNS = Text(
    en="quotes do not enclose whole cells of one line, or there are control characters",
    zh="引号未完整包住同一行的单元格，或有控制字符",
)
CELLS = Text(en="some lines have more cells than the header", zh="部分行的单元格比表头多")
LONG_CELL = Text(en="a cell is too long", zh="有单元格过长")
NAMES = Text(en="a cell says what a column is called", zh="数据行中出现了列名")
NUMBERS_AMONG_NAMES = Text(en="numbers stand among names", zh="名称列中夹有数字")
DATES = Text(en="some dates are blank or no dates", zh="部分日期为空或无法识别")
LATER_TIMES = Text(en="times of day stand in later rows alone", zh="只有靠后的行带有时间")
NAMELESS = Text(en="some rows name nothing", zh="部分行没有名称")
TOTALS = Text(en="some rows add others up", zh="文件中有合计行")
BY_ORDER = Text(en="its figures need costs, discounts or one amount an order", zh="需按成本、优惠或整单金额计算")
BLANKS = Text(en="blank cells stand for what is in the row above", zh="部分空单元格沿用上一行的内容")
MANY_TEXTS = Text(en="too many cells are spelled oddly", zh="写法特殊的单元格过多")
LARGE = Text(en="its numbers or rows are too many for sums in 128 bits", zh="数值或行数过大，超出 128 位求和范围")
NO_ROWS = Text(en="it has no rows", zh="文件没有数据行")
QUESTION = Text(en="it leaves something open", zh="文件中有需要确认之处")
REFUSED = Text(en="Polars refused it", zh="Polars 无法读取该文件")

NO_POLARS = Text(
    en="Polars is not installed here; install it with pip install polars, or leave the engine to Daybook.",
    zh="此处未安装 Polars；请运行 pip install polars 安装，或由 Daybook 自动选择引擎。",
    code="no_polars",
)

HEADER = Text(en="its header is not the first line of each file", zh="并非每个文件的首行都是表头")

NO_SPARK = Text(
    en="Spark's client is not installed here: run `pip install '.[spark]'` in Daybook's folder.",
    zh="此处未安装 Spark 客户端：请在 Daybook 目录下运行 `pip install '.[spark]'`。",
    code="no_spark",
)
NO_ADDRESS = Text(
    en="There is no Spark Connect server to ask: set DAYBOOK_SPARK to its address, such as sc://host:15002.",
    zh="未指定可用的 Spark Connect 服务器：请把 DAYBOOK_SPARK 设为其地址，例如 sc://host:15002。",
    code="no_spark_address",
)
CLUSTER_DOWN = Text(
    en="The Spark Connect server does not answer; try again in a while, and if it lasts, ask whoever runs it.",
    zh="Spark Connect 服务器没有响应；请稍后重试，如果一直如此，请联系其管理员。",
    code="spark_down",
)
CLUSTER_REFUSES = Text(
    en="The Spark cluster refuses the login or may not read there; have the token or its rights corrected.",
    zh="Spark 集群拒绝了登录，或无权读取该位置；请更正令牌或集群的权限。",
    code="spark_refuses",
)
CLUSTER_FAILED = Text(
    en="The Spark cluster could not read the table; ask whoever runs it to look at its log.",
    zh="Spark 集群无法读取该表；请联系集群管理员查看日志。",
    code="spark_failed",
)
NOT_SEEN = Text(
    en="The Spark cluster sees no table at that path; name one that all its machines see, such as s3a://bucket/sales.",
    zh="Spark 集群在该路径下找不到表；请使用集群所有机器都能访问的路径，例如 s3a://bucket/sales。",
    code="spark_path",
)
NOT_SPOKEN = Text(
    en="The Spark cluster has no package for such a table or store; have whoever runs it add one.",
    zh="Spark 集群缺少读取此类表或存储的软件包；请联系集群管理员添加。",
    code="spark_format",
)
MIXED_FILES = Text(
    en="The files at that path are not all of one kind; name a folder of CSV files alone or of Parquet files alone.",
    zh="该路径下的文件类型不一致；请指定只含 CSV 文件或只含 Parquet 文件的文件夹。",
    code="spark_files",
)
IS_DELTA = Text(
    en="The table at that path is a Delta table, whose files alone are not its rows; set it up as a lake source with"
    ' format = "delta".',
    zh='该路径下是 Delta 表，仅凭其中的文件无法得到正确的行；请将其配置为数据湖数据源，并设置 format = "delta"。',
    code="spark_delta",
)
NOT_ON_CLUSTER = Text(
    en="Spark does not read this table as it is meant ({why}); give its files to Daybook without --engine spark.",
    zh="Spark 无法按原意读取该表（{why}）；请不使用 --engine spark，把文件直接交给 Daybook 读取。",
    code="not_plain",
)
