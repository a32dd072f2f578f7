"""What a run is given: files on their way to Dify, and `check_inputs`, which holds inputs against the app's own form.

Since 1.13 Dify checks them in its worker: a streamed call with a wrong input is answered with 200 and silence. The
rules are those of its worker (``BaseAppGenerator``), so that nothing is refused here that Dify would take. An input
that the form does not have is dropped by Dify without a word; it is logged.
"""

import logging
import mimetypes
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from secrets import token_hex
from typing import Any, BinaryIO

from urllib3.fields import RequestField

from daybook import tracing
from daybook.dify.errors import DifyError
from daybook.language import Text, excerpt

FILE_MIME_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "md": "text/markdown",
    "json": "application/json",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
"""Said here because the operating system's own table differs from machine to machine; Dify stores what it is told."""

_KINDS: Mapping[str, frozenset[str]] = {
    "image": frozenset({"jpg", "jpeg", "png", "webp", "gif", "svg"}),
    "audio": frozenset({"mp3", "m4a", "wav", "amr", "mpga"}),
    "video": frozenset({"mp4", "mov", "mpeg", "webm"}),
}


def extension(filename: str) -> str:
    """The extension of a file's name, in lower case and without the dot."""
    return PurePath(filename).suffix.lstrip(".").lower()


def mime_type(filename: str) -> str:
    """The MIME type by the extension; Dify refuses a file without any."""
    return FILE_MIME_TYPES.get(extension(filename)) or mimetypes.guess_type(filename)[0] or "application/octet-stream"


def file_kind(filename: str) -> str:
    """Dify's kind of file by the extension. A CSV or workbook must be a document, or the run is refused."""
    suffix = extension(filename)
    return next((kind for kind, suffixes in _KINDS.items() if suffix in suffixes), "document")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that Dify has taken. It belongs to the user that it was uploaded for."""

    id: str
    name: str
    size: int
    """Bytes."""
    extension: str
    mime_type: str
    created_by: str = ""
    """Dify's own id of the user."""
    created_at: int | None = None
    """Seconds since 1970."""
    source_url: str = field(default="", repr=False)
    """A signed link to the file: whoever has it can read the file for as long as it is valid."""

    def as_input(self) -> dict[str, str]:
        """The value of a workflow's file input. For a list of files put several of them into a list."""
        return uploaded_file_input(self.id, self.name)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "UploadedFile":
        """The file in Dify's answer to an upload."""
        return cls(
            id=str(answer["id"]),
            name=str(answer.get("name") or ""),
            size=int(answer.get("size") or 0),
            extension=str(answer.get("extension") or ""),
            mime_type=str(answer.get("mime_type") or ""),
            created_by=str(answer.get("created_by") or ""),
            created_at=answer.get("created_at"),
            source_url=str(answer.get("source_url") or ""),
        )


def uploaded_file_input(file_id: str, filename: str) -> dict[str, str]:
    """The value of a file input for a file that was uploaded before."""
    return {"type": file_kind(filename), "transfer_method": "local_file", "upload_file_id": file_id}


def linked_file_input(url: str, filename: str = "") -> dict[str, str]:
    """The value of a file input for a file that Dify and the plugin fetch themselves."""
    name = filename or PurePath(url.partition("?")[0]).name
    return {"type": file_kind(name), "transfer_method": "remote_url", "url": url}


class MultipartFile:
    """A multipart body of fields and one file, read piece by piece as it is sent.

    ``requests`` itself would build the whole body in memory.
    """

    def __init__(self, fields: Mapping[str, str], filename: str, content: BinaryIO) -> None:
        self.boundary = token_hex(16)
        self.content_type = f"multipart/form-data; boundary={self.boundary}"
        self.file_bytes = content.seek(0, os.SEEK_END)
        content.seek(0)
        head = b"".join(self._part(RequestField.from_tuples(name, value)) for name, value in fields.items())
        part = RequestField.from_tuples("file", (filename, b"", mime_type(filename)))
        self._head = head + self._part(part, end=b"")
        self._content = content
        self._tail = f"\r\n--{self.boundary}--\r\n".encode()
        self._length = len(self._head) + self.file_bytes + len(self._tail)

    def _part(self, part: RequestField, end: bytes = b"\r\n") -> bytes:
        data = part.data if isinstance(part.data, bytes) else str(part.data).encode()
        return f"--{self.boundary}\r\n{part.render_headers()}".encode() + data + end

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """The next ``size`` bytes at most; empty at the end."""
        if self._head:
            piece, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
            return piece + self.read() if size < 0 else piece
        if piece := self._content.read(size):
            return piece + self.read() if size < 0 else piece
        piece, self._tail = (self._tail, b"") if size < 0 else (self._tail[:size], self._tail[size:])
        return piece


log = logging.getLogger(__name__)

TOO_LONG = Text(
    en="The input {name} takes at most {most} characters, and {given} were given.",
    zh="输入 {name} 最多 {most} 个字符，实际有 {given} 个。",
    code="dify_input_too_long",
)
NO_CHOICE = Text(
    en="The input {name} takes one of these values: {choices}; “{value}” was given.",
    zh="输入 {name} 只能是以下值之一：{choices}；收到的是“{value}”。",
    code="dify_input_no_choice",
)
WRONG_TYPE = Text(
    en="The input {name} must be {kind}.",
    zh="输入 {name} 必须是{kind}。",
    code="dify_input_type",
)
REQUIRED = Text(
    en="The workflow needs the input {name}, which was not given.",
    zh="缺少工作流所需的输入 {name}。",
    code="dify_input_required",
)
FILE_KIND = Text(
    en="The input {name} takes files of these kinds: {choices}; a file of the kind {value} was given.",
    zh="输入 {name} 只接受以下类型的文件：{choices}；收到的文件类型是 {value}。",
    code="dify_input_file_kind",
)
FILE_WAY = Text(
    en="The input {name} does not take a file in this way ({value}): allow it in the workflow's start node.",
    zh="输入 {name} 不接受这种传入方式（{value}）：请在工作流“开始”节点中允许。",
    code="dify_input_file_way",
)
TOO_MANY_FILES = Text(
    en="The input {name} takes at most {most} files, and {given} were given.",
    zh="输入 {name} 最多接受 {most} 个文件，实际有 {given} 个。",
    code="dify_input_files",
)
A_TEXT = Text(en="a text", zh="文本")
A_NUMBER = Text(en="a number", zh="数字")
AN_OBJECT = Text(en="a JSON object", zh="JSON 对象")
A_FILE = Text(en="a file: upload it first, or give its address", zh="文件（先上传，或给出链接）")
FILES = Text(en="a list of files", zh="文件列表")

type InputForm = tuple[Mapping[str, Any], ...]
"""The variables of the start node, as ``user_input_form`` of ``GET /parameters`` tells them."""

_CUSTOM = "custom"


def input_form(parameters: Mapping[str, Any]) -> InputForm:
    """The form in the answer of ``GET /parameters``: each line there is an object of one type and its variable."""
    return tuple(_variables(parameters.get("user_input_form")))


def _variables(lines: object) -> Iterator[Mapping[str, Any]]:
    for line in lines if isinstance(lines, list) else ():
        for kind, variable in line.items() if isinstance(line, dict) else ():
            if isinstance(variable, dict) and variable.get("variable"):
                yield {**variable, "type": variable.get("type") or kind}


def with_trace(form: InputForm | None, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a call, with that by which the workflow's nodes go on with this trace, where it has one.

    Dify gives its plugins no part of the trace that a call belongs to.
    """
    takes = any(variable["variable"] == tracing.HEADER for variable in form or ())
    return {**(tracing.headers() if takes else {}), **inputs}


def check_inputs(form: InputForm | None, inputs: Mapping[str, Any]) -> None:
    """Holds the inputs of a call against the form, where it is known.

    Raises:
        DifyError: one of them is missing or does not fit; the sentence names it.
    """
    if form is None:
        return
    for variable in form:
        _check(variable, str(variable["variable"]), inputs.get(str(variable["variable"])))
    unknown = sorted(set(inputs) - {str(variable["variable"]) for variable in form})
    if unknown:
        log.warning("The app has no input %s: Dify drops what is given for it", ", ".join(unknown))


def _check(variable: Mapping[str, Any], name: str, value: Any) -> None:
    if value is None:
        if variable.get("required"):
            raise DifyError(REQUIRED, name=name)
        return
    if check := _CHECKS.get(variable["type"]):
        check(variable, name, value)


def _check_number(_: Mapping[str, Any], name: str, value: Any) -> None:
    _require(_is_number(value), name, A_NUMBER)


def _check_object(_: Mapping[str, Any], name: str, value: Any) -> None:
    _require(not value or isinstance(value, dict), name, AN_OBJECT)


def _check_one_file(variable: Mapping[str, Any], name: str, value: Any) -> None:
    if value == "" and not variable.get("required"):
        return
    _require(isinstance(value, Mapping), name, A_FILE)
    _check_file(variable, name, value)


def _check_files(variable: Mapping[str, Any], name: str, value: Any) -> None:
    _require(isinstance(value, list) and all(isinstance(file, Mapping) for file in value), name, FILES)
    most = variable.get("max_length")
    if most and len(value) > most:
        raise DifyError(TOO_MANY_FILES, name=name, most=most, given=len(value))
    for file in value:
        _check_file(variable, name, file)


def _check_text(variable: Mapping[str, Any], name: str, value: Any) -> None:
    _require(isinstance(value, str), name, A_TEXT)
    most = variable.get("max_length")
    if variable["type"] == "select":
        options = variable.get("options") or ()
        if value not in options:
            raise DifyError(NO_CHOICE, name=name, choices=_listed(options), value=excerpt(value))
    elif most and len(value) > most:
        raise DifyError(TOO_LONG, name=name, most=most, given=len(value))


def _check_file(variable: Mapping[str, Any], name: str, file: Mapping[str, Any]) -> None:
    way = str(file.get("transfer_method") or "")
    given = "upload_file_id" if way == "local_file" else "url"
    _require(bool(way and (file.get(given) or way == "tool_file")), name, A_FILE)
    ways = variable.get("allowed_file_upload_methods")
    if ways and way not in ways:
        raise DifyError(FILE_WAY, name=name, value=excerpt(way))
    kinds = variable.get("allowed_file_types")
    if kinds and file.get("type") not in kinds and file.get("type") != _CUSTOM:
        raise DifyError(FILE_KIND, name=name, choices=_listed(kinds), value=excerpt(file.get("type")))


def _require(fits: bool, name: str, kind: Text) -> None:
    if not fits:
        raise DifyError(WRONG_TYPE, name=name, kind=kind)


def _is_number(value: object) -> bool:
    """Dify takes a number also as text, and an empty text for none."""
    if isinstance(value, str):
        try:
            float(value) if "." in value else int(value)
        except ValueError:
            return not value.strip()
        return True
    return isinstance(value, int | float)


def _listed(values: Iterable[object]) -> str:
    return ", ".join(excerpt(value) for value in values)


_CHECKS: Mapping[str, Callable[[Mapping[str, Any], str, Any], None]] = {
    **dict.fromkeys(("text-input", "paragraph", "select"), _check_text),
    "number": _check_number,
    "json_object": _check_object,
    "file": _check_one_file,
    "file-list": _check_files,
}
"""By the type of a variable; Dify takes anything for a checkbox."""
