"""`check_inputs`: inputs held against the app's own form before a run is asked for.

Since 1.13 Dify checks them in its worker: a streamed call with a wrong input is answered with 200 and silence. The
rules are those of its worker (``BaseAppGenerator``), so that nothing is refused here that Dify would take. An input
that the form does not have is dropped by Dify without a word; it is logged.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from daybook.dify.errors import DifyError
from daybook.language import Text, excerpt

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
