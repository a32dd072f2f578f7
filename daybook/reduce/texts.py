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
