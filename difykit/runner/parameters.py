"""`tool_parameters`: parameters from what a person writes, converted by the types that the tool's YAML declares."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from difykit.errors import ArgumentError
from difykit.language import Text
from difykit.runner.declaration import Credential, Parameter, Tool
from difykit.runner.files import FileServer

CREDENTIAL_PREFIX = "DIFYKIT_CREDENTIAL_"

UNKNOWN = Text(
    en="The tool {tool} has no parameter {name!r}; it has: {names}.",
    zh="工具 {tool} 没有参数“{name}”；可用的参数：{names}。",
)
REQUIRED = Text(
    en="The tool {tool} needs {names}.",
    zh="工具 {tool} 缺少必填参数：{names}。",
)
NO_PAIR = Text(
    en="Write {value!r} as NAME=VALUE.",
    zh="请把“{value}”写成“名称=值”的形式。",
)
NO_NUMBER = Text(
    en="The parameter {name} takes a number, not {value!r}.",
    zh="参数 {name} 应为数字，而不是“{value}”。",
)
NO_TRUTH = Text(
    en="The parameter {name} takes true or false, not {value!r}.",
    zh="参数 {name} 应为 true 或 false，而不是“{value}”。",
)
NO_CHOICE = Text(
    en="The parameter {name} takes one of {options}, not {value!r}.",
    zh="参数 {name} 的可选值为 {options}，而不是“{value}”。",
)
NO_JSON = Text(
    en="The value of {name} is no JSON{kind}.",
    zh="{name} 的值不是有效的 JSON{kind}。",
)
OBJECT = Text(en=" object", zh=" 对象")
ARRAY = Text(en=" array", zh=" 数组")
NOTHING = Text(en="", zh="")
NO_FILE = Text(
    en="The file for {name} is not there: {file}.",
    zh="找不到 {name} 的文件：{file}。",
)
WHICH_FILE = Text(
    en="Say which parameter the file is for: --file NAME=PATH, with NAME one of {names}.",
    zh="请说明文件对应哪个参数：--file 名称=路径，名称可为 {names}。",
)

TRUE = frozenset(["true", "yes", "on", "1", "是", "真"])
FALSE = frozenset(["false", "no", "off", "0", "否", "假"])
FILE_TYPES = frozenset({"file", "files"})


def tool_parameters(
    tool: Tool,
    server: FileServer,
    *,
    pairs: Iterable[str] = (),
    files: Iterable[str] = (),
    base: str = "",
) -> dict[str, Any]:
    """The parameters of one call, as Dify sends them.

    Args:
        tool: what is to be called.
        server: serves the files.
        pairs: ``name=value`` each, converted by the declared type; a file's value is its path.
        files: ``name=path`` each, or the path alone where one parameter takes files, or one must have one, or one
            takes a single file (several where several are given).
        base: a JSON object of parameters that are taken as they are; ``pairs`` and ``files`` win over it.

    Raises:
        ArgumentError: a name that the tool does not have, a value that is not of its type, a required one missing.
    """
    known = {parameter.name: parameter for parameter in tool.parameters}
    values: dict[str, Any] = {}
    if base:
        values.update(_json("--json", base, dict))
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise ArgumentError(NO_PAIR, value=pair)
        _known(tool, name, known)
        if known[name].type in FILE_TYPES:
            _add_file(values, known[name], value, server)
        else:
            values[name] = convert(known[name], value)
    given = list(files)
    for file in given:
        parameter, path = _for_file(tool, file, several=len(given) > 1)
        _add_file(values, parameter, path, server)
    for name in values:
        _known(tool, name, known)
    missing = [name for name, parameter in known.items() if parameter.required and values.get(name) in (None, "")]
    if missing:
        raise ArgumentError(REQUIRED, tool=tool.name, names=", ".join(missing))
    return values


def convert(parameter: Parameter, value: str) -> Any:
    """The value of a parameter from its text.

    Raises:
        ArgumentError: the text is no value of the declared type.
    """
    reader = _READERS.get(parameter.type)
    return reader(parameter, value) if reader else value


def credentials_from(environ: Mapping[str, str], credentials: Iterable[Credential]) -> dict[str, Any]:
    """The credentials that are in the environment, each as DIFYKIT_CREDENTIAL_<NAME IN CAPITALS>."""
    found: dict[str, Any] = {}
    for credential in credentials:
        value = environ.get(CREDENTIAL_PREFIX + credential.name.upper().replace("-", "_"))
        if value:
            found[credential.name] = value.lower() in TRUE if credential.type == "boolean" else value
    return found


def without_credentials(environ: Mapping[str, str]) -> dict[str, None]:
    """What to take out of a plugin's environment, so that it sees credentials only where Dify puts them."""
    return {name: None for name in environ if name.startswith(CREDENTIAL_PREFIX)}


def _number(parameter: Parameter, value: str) -> int | float:
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if number - number != 0:  # NaN and infinity: JSON has neither
        raise ArgumentError(NO_NUMBER, name=parameter.name, value=value)
    return int(number) if number.is_integer() else number


def _truth(parameter: Parameter, value: str) -> bool:
    word = value.strip().lower()
    if word not in TRUE | FALSE:
        raise ArgumentError(NO_TRUTH, name=parameter.name, value=value)
    return word in TRUE


def _choice(parameter: Parameter, value: str) -> str | list[str]:
    chosen = value.split(",") if parameter.multiple else [value]
    for one in chosen:
        if parameter.options and one not in parameter.options:
            raise ArgumentError(NO_CHOICE, name=parameter.name, options=", ".join(parameter.options), value=one)
    return chosen if parameter.multiple else value


def _object(parameter: Parameter, value: str) -> Any:
    return _json(parameter.name, value, dict)


def _array(parameter: Parameter, value: str) -> Any:
    return _json(parameter.name, value, list)


def _any(_: Parameter, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _json(name: str, value: str, kind: type) -> Any:
    try:
        found = json.loads(value)
    except ValueError:
        raise ArgumentError(NO_JSON, name=name, kind=NOTHING) from None
    if not isinstance(found, kind):
        raise ArgumentError(NO_JSON, name=name, kind=OBJECT if kind is dict else ARRAY)
    return found


_READERS: dict[str, Callable[[Parameter, str], Any]] = {
    "number": _number,
    "boolean": _truth,
    "checkbox": _truth,
    "select": _choice,
    "dynamic-select": _choice,
    "object": _object,
    "model-selector": _object,
    "app-selector": _object,
    "date-range": _object,
    "array": _array,
    "any": _any,
}
"""By the types of tool parameters; whatever is not here is text."""


def _known(tool: Tool, name: str, known: Mapping[str, Parameter]) -> None:
    if name not in known:
        raise ArgumentError(UNKNOWN, tool=tool.name, name=name, names=", ".join(known) or "-")


def _for_file(tool: Tool, file: str, *, several: bool) -> tuple[Parameter, str]:
    takers = [parameter for parameter in tool.parameters if parameter.type in FILE_TYPES]
    name, _, path = file.partition("=")
    for parameter in takers:
        if parameter.name == name:
            return parameter, path
    fitting = [parameter for parameter in takers if parameter.type == ("files" if several else "file")]
    likely = [parameter for parameter in takers if parameter.required] or (takers if len(takers) == 1 else fitting)
    if len(likely) == 1:
        return likely[0], file
    raise ArgumentError(WHICH_FILE, names=", ".join(parameter.name for parameter in takers) or "-")


def _add_file(values: dict[str, Any], parameter: Parameter, text: str, server: FileServer) -> None:
    path = Path(text).expanduser()
    if not path.is_file():
        raise ArgumentError(NO_FILE, name=parameter.name, file=path.name or text)
    served = server.add(path)
    if parameter.type == "file":
        values[parameter.name] = served
    else:
        values.setdefault(parameter.name, []).append(served)
