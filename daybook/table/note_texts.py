"""`sentences` of a layout: what was passed over or mended in a file, one sentence a `Note`, in both languages."""

from collections.abc import Iterator, Mapping

from daybook.language import Language, Text
from daybook.table.layout import Code, Layout, Note

NOTES: Mapping[Code, Text] = {
    Code.ABOVE: Text(
        en="{count} lines above the header were passed over.",
        zh="跳过了表头上方的 {count} 行。",
    ),
    Code.REPEATED: Text(
        en="The header stands among the rows {count} more times (first at row {row}) and was left out there.",
        zh="数据中另有 {count} 行重复的表头（首见于第 {row} 行），已略去。",
    ),
    Code.SECOND_TABLE: Text(
        en="A further table begins at row {row} below the header{values}.",
        zh="表头下第 {row} 行起是另一张表{values}。",
    ),
    Code.FOOTNOTE: Text(
        en="{count} lines below the last row (from row {row} on) were taken for footnotes and left out.",
        zh="最后一行数据之后的 {count} 行（第 {row} 行起）视为附注，未计入。",
    ),
    Code.BROKEN: Text(
        en="The text is broken in {count} lines (first at row {row} below the header): names there hold a �.",
        zh="有 {count} 行的文字已损坏（首见于表头下第 {row} 行），其中的名称以 � 代替。",
    ),
    Code.OPEN_QUOTE: Text(
        en="A double quote is never closed in {count} rows (first row {row} below the header); they were read"
        " as rows of their own.",
        zh="有 {count} 行的英文双引号没有成对（首见于表头下第 {row} 行），已按单独的行读取。",
    ),
    Code.UNQUOTED: Text(
        en="In {count} rows (first row {row} below the header) a cell holds the separator without quotes; the cells"
        " were joined in the only way that fits.",
        zh="有 {count} 行的单元格含有未加引号的分隔符（首见于表头下第 {row} 行），已按唯一合理的方式合并。",
    ),
    Code.HIDDEN: Text(en="Hidden sheets were not read:{values}.", zh="未读取隐藏的工作表：{values}。"),
    Code.OTHER_SHEETS: Text(en="Sheets that were not read:{values}.", zh="未读取的工作表：{values}。"),
    Code.SEVERAL: Text(
        en="{count} sheets or files were read as one table:{values}.",
        zh="已合并读取 {count} 个工作表或文件：{values}。",
    ),
    Code.FORMULA: Text(
        en="{count} cells (first at row {row} below the header) are formulas without a stored value.",
        zh="有 {count} 个单元格（首见于表头下第 {row} 行）是没有保存结果的公式。",
    ),
    Code.ERROR: Text(
        en="Error values stand in {count} cells (first at row {row} below the header):{values}.",
        zh="有 {count} 个单元格是错误值（首见于表头下第 {row} 行）：{values}。",
    ),
    Code.MERGED: Text(
        en="{count} merged cells were read as standing in each of their rows.",
        zh="有 {count} 处合并单元格，已按每行都有该内容读取。",
    ),
    Code.CROSSTAB: Text(
        en="The days stand as columns; each was read as a row for every product and day.",
        zh="日期以列的形式排列，已按每个产品每天一行读取。",
    ),
}

UNSAID = frozenset({Code.ABOVE, Code.REPEATED, Code.MERGED})
"""What changes no figure and is said where the file is inspected, not in its report."""
_LISTED = frozenset({Code.HIDDEN, Code.OTHER_SHEETS, Code.SEVERAL, Code.SECOND_TABLE, Code.ERROR})
"""Notes whose values are shown; those of others may hold a person's name."""
_SHOWN = 5


def sentences(layout: Layout, language: Language, *, all_notes: bool = False) -> Iterator[str]:
    """What a reader of the report should know of how the file lies, or with ``all_notes`` all that was passed over."""
    for note in layout.notes:
        if all_notes or note.code not in UNSAID:
            yield sentence(note, language)


def sentence(note: Note, language: Language) -> str:
    """A note in words."""
    row = f"{note.row:,}" if note.row is not None else ""
    return NOTES[note.code].to(language, count=f"{note.count:,}", row=row, values=_values(note, language))


def _values(note: Note, language: Language) -> str:
    if note.code not in _LISTED or not note.values:
        return ""
    shown = [f"“{value}”" for value in note.values[:_SHOWN]]
    more = " …" if len(note.values) > _SHOWN else ""
    return "、".join(shown) + more if language is Language.CHINESE else " " + ", ".join(shown) + more
