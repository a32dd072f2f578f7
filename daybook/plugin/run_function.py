"""The node that runs a function of the user's own, hosted by the analysis service."""

import itertools
import json
import mimetypes
from collections.abc import Mapping
from pathlib import PurePath
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict

from daybook.errors import ParameterError, SettingsError
from daybook.fetch import fetch, refuse_size
from daybook.language import Language, Text
from daybook.limits import Limits
from daybook.plugin.outputs import FileLink, OutputFile, ToolResult
from daybook.service_client import Attachment, FunctionsClient
from daybook.values import LanguageChoice, OptionalText, blank_as_none

FILE_ARGUMENT = "file"
"""The field in which the service takes a function's only file, whatever the argument is called."""
MAX_UPLOAD_BYTES = 50_000_000
MAX_FILE_BYTES = 28 << 20
"""What a file may have that Dify takes from a tool: it refuses more than 30 MiB."""
MAX_FILES = 20
MAX_FILES_BYTES = 100 << 20
"""What all files of a result may have together: until Dify has them, they lie in the plugin's memory."""
MAX_JSON_BYTES = 1 << 20
"""What the result may have as a JSON output; the line that carries it to Dify has a limit of 5 MB."""
RESULT_FILE = "result.json"
LABEL_CHARACTERS = 80

NO_SERVICE = Text(
    en="This tool runs functions in an analysis service, and none is set; enter its address as “Analysis service URL”"
    " in the plugin's credentials.",
    zh="本工具通过分析服务运行函数，但尚未配置服务；请在插件凭据中填写“分析服务地址”。",
)
NO_FUNCTION = Text(
    en="No function is chosen; choose one from the list, or enter its name as function name.",
    zh="没有选择函数；请从列表中选择，或在“函数名”中填写。",
)
BAD_ARGUMENTS = Text(
    en='The arguments are no JSON object; write them like {{"price": 10, "name": "tea"}}.',
    zh='“参数”不是 JSON 对象；请写成 {{"price": 10, "name": "tea"}} 的形式。',
)
LARGE_FILE = Text(
    en="The file {name} ({megabytes} MB) is too large for Dify; it lies with the service for a while: {url}",
    zh="文件 {name}（{megabytes} MB）超过 Dify 的大小限制，可在有效期内从分析服务下载：{url}",
)
MANY_FILES = Text(
    en="The function gave {count} files; {here} are here, and the addresses of the others are in the JSON output.",
    zh="函数返回了 {count} 个文件，此处提供 {here} 个，其余文件的下载地址见 JSON 输出。",
)
LARGE_RESULT = Text(
    en="The result ({megabytes} MB) is too large for a variable; it is the file {name}.",
    zh="结果（{megabytes} MB）超过变量的大小限制，已改为文件 {name}。",
)
READ_ELSEWHERE = Text(en="have the function read the data itself", zh="请让函数自行读取数据")


class Option(NamedTuple):
    """A choice in a form."""

    value: str
    label: str


def _arguments(value: object) -> dict[str, Any]:
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise ParameterError(BAD_ARGUMENTS) from None
    if blank_as_none(value) is None:
        return {}
    if not isinstance(value, Mapping):
        raise ParameterError(BAD_ARGUMENTS)
    return {str(name): argument for name, argument in value.items()}


def _file(value: object) -> tuple[FileLink, str] | None:
    if blank_as_none(value) is None or value == []:
        return None
    link = FileLink.read(value)
    entry: Any = value[0] if isinstance(value, list) else value
    return link, str(entry.get("filename") or "file")


class RunFunctionParameters(BaseModel):
    """What the tool is asked. Defaults stand here, because Dify applies none of the tool's YAML."""

    model_config = ConfigDict(frozen=True)

    function: OptionalText = None
    function_name: OptionalText = None
    """Wins over `function`: it may come from a variable or a model, and be entered where the list is not available."""
    arguments: Annotated[dict[str, Any], BeforeValidator(_arguments)] = {}
    file: Annotated[tuple[FileLink, str] | None, BeforeValidator(_file)] = None
    language: LanguageChoice = Language.CHINESE


def run_function(parameters: Mapping[str, Any], credentials: Mapping[str, Any]) -> ToolResult:
    """Run a function of the analysis service and hand on what it gives.

    Args:
        parameters: the tool's parameters as Dify sends them; absent ones may be missing, ``None`` or empty.
        credentials: the provider's credentials, with the service's address and key.

    Raises:
        SettingsError: there is no service.
        ParameterError: a parameter is invalid, or there is no such function.
        FileError: the file is not available.
        FunctionError: the function refused the call, or failed.
        LimitError: something is larger than it may be.
        ServiceError: the service did not answer as it should.
    """
    asked = RunFunctionParameters.model_validate(dict(parameters))
    with _functions(credentials, asked.language) as functions:
        name = asked.function_name or asked.function
        if not name:
            raise ParameterError(NO_FUNCTION)
        run = functions.call(name, asked.arguments, _uploads(asked, credentials))
        fetched = _fetched(functions, run, asked.language)
    return _outputs(run, fetched, asked.language)


def function_options(credentials: Mapping[str, Any]) -> list[Option]:
    """The functions to choose from.

    Raises:
        SettingsError: there is no service.
        ServiceError: its list is not available.
    """
    with _functions(credentials, Language.ENGLISH) as functions:
        return [Option(each.name, f"{each.name}: {each.summary}"[:LABEL_CHARACTERS]) for each in functions.offered()]


def _functions(credentials: Mapping[str, Any], language: Language) -> FunctionsClient:
    url = str(credentials.get("service_url") or "").strip()
    if not url:
        raise SettingsError(NO_SERVICE)
    return FunctionsClient(url, str(credentials.get("service_key") or ""), language)


def _uploads(asked: RunFunctionParameters, credentials: Mapping[str, Any]) -> dict[str, Attachment]:
    if asked.file is None:
        return {}
    link, name = asked.file
    limits = Limits(file_bytes=MAX_UPLOAD_BYTES, beyond=READ_ELSEWHERE)
    if link.size is not None and link.size > limits.file_bytes:
        refuse_size(limits)
    data = fetch(link.url, limits=limits, base_url=str(credentials.get("dify_base_url") or ""))
    return {FILE_ARGUMENT: Attachment(name, data, mimetypes.guess_type(name)[0] or "application/octet-stream")}


class Fetched(NamedTuple):
    """The files of a result: those that are handed on, and those that stay with the service."""

    files: list[OutputFile]
    left: list[dict[str, Any]]
    """Name, media type, size and address of each."""
    notes: list[str]


def _fetched(functions: FunctionsClient, run: Mapping[str, Any], language: Language) -> Fetched:
    files: list[OutputFile] = []
    left: list[dict[str, Any]] = []
    notes: list[str] = []
    room = MAX_FILES_BYTES
    for file in run.get("files") or []:
        if file["size"] > MAX_FILE_BYTES:
            megabytes = round(file["size"] / 1_000_000)
            notes.append(LARGE_FILE.to(language, name=file["name"], megabytes=megabytes, url=file["url"]))
        elif len(files) < MAX_FILES and file["size"] <= room:
            files.append(
                OutputFile(functions.fetch(run["run_id"], file["name"], file["size"]), file["name"], file["mime_type"])
            )
            room -= file["size"]
            continue
        left.append({name: file[name] for name in ("name", "mime_type", "size", "url")})
    if len(left) > len(notes):
        notes.append(MANY_FILES.to(language, count=len(files) + len(left), here=len(files)))
    return Fetched(files, left, notes)


def _outputs(run: Mapping[str, Any], fetched: Fetched, language: Language) -> ToolResult:
    files, left, notes = fetched
    result = run.get("result")
    result_json = json.dumps(result, ensure_ascii=False)
    if (size := len(result_json.encode())) > MAX_JSON_BYTES:
        name = _free_name(RESULT_FILE, [file.filename for file in files])
        notes = [*notes, LARGE_RESULT.to(language, megabytes=f"{size / 1_000_000:.1f}", name=name)]
        files = [*files, OutputFile(result_json.encode(), name, "application/json")]
        result, result_json = None, ""
    text = "\n\n".join(filter(None, [str(run.get("text") or ""), *notes]))
    variables = {
        "result_text": text,
        "result_json": result_json,
        "run_id": run["run_id"],
        "function": run.get("function") or "",
        "printed": run.get("printed") or "",
        "file_count": len(files),
    }
    answer = {
        "run_id": run["run_id"],
        "function": variables["function"],
        "seconds": run.get("seconds"),
        "result": result,
        "files": [{"name": file.filename, "mime_type": file.mime_type, "size": len(file.data)} for file in files],
        "files_left": left,
    }
    return ToolResult(text=text or result_json, json=answer, variables=variables, files=files)


def _free_name(name: str, taken: list[str]) -> str:
    stem, suffix = PurePath(name).stem, PurePath(name).suffix
    names = (f"{stem}-{number}{suffix}" if number > 1 else name for number in itertools.count(1))
    return next(each for each in names if each not in taken)
