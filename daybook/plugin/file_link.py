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
    en="{count} files were given, and one is analysed at a time; pass one of them, or put this node in an iteration.",
    zh="收到了 {count} 个文件，但每次只能分析一个；请只传入其中一个，或将本节点放入迭代中。",
)
NOT_A_FILE = Text(
    en="The file input holds no file; connect it to a file variable, such as the one of the start node.",
    zh="“文件”输入的值不是文件，请将其连接到文件变量，例如开始节点的文件变量。",
)


class FileLink(NamedTuple):
    """Where a file is to be had, and what is said of it."""

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
