"""The file parameter of a tool, as Dify hands it over."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

from daybook.errors import ParameterError
from daybook.language import Text
from daybook.values import blank_as_none, whole_number

NO_FILE = Text(
    en="No file was given; connect the file input to a file variable, or upload a sales file.",
    zh="没有收到文件，请将“文件”输入连接到文件变量，或上传一份销售文件。",
)
MANY_FILES = Text(
    en="{count} files were given where one is taken; connect them to the files input, where several of the same columns"
    " are read as one table.",
    zh="“文件”输入只接受一个文件，却收到 {count} 个文件；列相同的多个文件请连接到“多个文件”输入，合并为一张表分析。",
)
NOT_A_FILE = Text(
    en="The file input holds no file; connect it to a file variable, such as the one of the start node.",
    zh="“文件”输入的值不是文件，请将其连接到文件变量，例如开始节点的文件变量。",
)


class FileLink(NamedTuple):
    """A file's URL and, where known, its size."""

    url: str
    size: int | None = None
    """Bytes, as Dify knows them; ``None`` where it does not."""

    @classmethod
    def read(cls, value: Any) -> Self:
        """The link in a file parameter: a mapping with ``url`` and ``size``; the bytes, not the name, say what it is.

        A list that holds one file is that file.

        Raises:
            ParameterError: there is no file, or more than one.
        """
        if isinstance(value, Sequence) and not isinstance(value, str):
            if len(value) > 1:
                raise ParameterError(MANY_FILES, count=len(value))
            value = value[0] if value else None
        if blank_as_none(value) is None:
            raise ParameterError(NO_FILE)
        if not isinstance(value, Mapping) or not isinstance(value.get("url"), str) or not value["url"].strip():
            raise ParameterError(NOT_A_FILE)
        size = whole_number(value.get("size"))
        return cls(value["url"], size if size is not None and size >= 0 else None)

    @classmethod
    def read_list(cls, value: Any) -> tuple[Self, ...]:
        """The links in a parameter of files, in their order; none where it is empty.

        Raises:
            ParameterError: something in the list is no file.
        """
        items = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        return tuple(cls.read(item) for item in items if blank_as_none(item) is not None)

    @classmethod
    def read_optional(cls, value: Any) -> Self | None:
        """The link in a file parameter that may be left empty; errors as `read`."""
        is_blank = blank_as_none(value) is None or (isinstance(value, Sequence) and not value)
        return None if is_blank else cls.read(value)
