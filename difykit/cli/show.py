"""`tool_lines` and `result_lines`: a plugin's tools, and the result of a call, for a person or as JSON."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from rich.cells import cell_len

from difykit.cli.terminal import NARROWEST, pad, shorten, wrap
from difykit.language import Language, Text
from difykit.runner.declaration import Parameter, Tool
from difykit.runner.result import CallResult, PluginFile

MAX_VALUE_COLUMNS = 80
MAX_NAME_CHARACTERS = 100
RESERVED_NAMES = frozenset({"text", "json", "files"})

TAKES = Text(en="takes", zh="参数")
GIVES = Text(en="gives", zh="输出变量")
REQUIRED = Text(en="required", zh="必填")
ONE_OF = Text(en="one of {options}", zh="可选值：{options}")
VARIABLES = Text(en="Variables", zh="变量")
FILES = Text(en="Files", zh="文件")
LINKS = Text(en="Links", zh="链接")
BYTES = Text(en="{size:,} bytes", zh="{size:,} 字节")
CHARACTERS = Text(en="({count:,} characters)", zh="（共 {count:,} 个字符）")
DONE = Text(en="Done in {seconds:.2f} s.", zh="完成，用时 {seconds:.2f} 秒。")
NOT_WRITTEN = Text(en="--out FOLDER writes them to a folder.", zh="可用 --out 目录 保存这些文件。")
NOT_SENT = Text(
    en="Declared in output_schema but not sent: {names}.",
    zh="output_schema 中声明了但没有发送：{names}。",
)
NOT_DECLARED = Text(
    en="Sent but not declared in output_schema: {names}; a workflow's editor does not offer them.",
    zh="发送了但未在 output_schema 中声明：{names}；工作流编辑器中无法选用。",
)
RESERVED = Text(
    en="Dify keeps the names text, json and files for itself; rename the variable {names}.",
    zh="text、json、files 是 Dify 的保留名称，请重命名变量 {names}。",
)
PRINTED = Text(
    en="The plugin printed {count} line(s) into the protocol, which Dify's slim runner does not bear: {first}",
    zh="插件向协议流打印了 {count} 行内容，Dify 的 slim 运行器不允许这样做：{first}",
)


def tool_lines(tool: Tool, language: Language, room: int) -> list[str]:
    """A tool, what it takes and what it gives, on a screen of ``room`` columns."""
    label = say(tool.label, language)
    lines = [tool.name + (f" · {label}" if label and label != tool.name else "")]
    if description := say(tool.description, language):
        lines += ["  " + line for line in wrap(description, room - 2)]
    if tool.parameters:
        lines.append("  " + TAKES.to(language))
        rows = [(entry.name, entry.type, _about(entry, language)) for entry in tool.parameters]
        lines += _aligned(rows, 4, room)
    if tool.outputs:
        lines.append("  " + GIVES.to(language))
        given = [(name, _type(schema), str(schema.get("description", ""))) for name, schema in tool.outputs.items()]
        lines += _aligned(given, 4, room)
    return lines


def result_lines(result: CallResult, written: Mapping[str, Path] | None, language: Language) -> list[str]:
    """A call's result: its text, its variables, its files and where they were written."""
    lines = [result.text.rstrip(), ""] if result.text.strip() else []
    if result.variables:
        values = [(name, _value(value, language)) for name, value in result.variables.items()]
        lines += [VARIABLES.to(language), *_aligned(values), ""]
    elif result.json and not result.text.strip():
        lines += [json.dumps(value, ensure_ascii=False, indent=2) for value in result.json]
    if result.links:
        lines += [LINKS.to(language), *("  " + link for link in result.links), ""]
    if written is not None:
        lines += [FILES.to(language), *("  " + str(path) for path in written.values()), ""]
    elif result.files:
        rows = [(file.name, file.mime_type, BYTES.to(language, size=len(file.data))) for file in result.files]
        lines += [FILES.to(language), *_aligned(rows), "  " + NOT_WRITTEN.to(language), ""]
    return [*lines, DONE.to(language, seconds=result.seconds)]


def result_json(result: CallResult) -> dict[str, Any]:
    """A call's result as an object for programs; a file by its name, type and size."""
    return {
        "text": result.text,
        "json": result.json,
        "variables": result.variables,
        "links": result.links,
        "files": [{"name": file.name, "mime_type": file.mime_type, "size": len(file.data)} for file in result.files],
        "error": result.error and {"kind": result.error.kind, "message": result.error.message},
        "seconds": round(result.seconds, 3),
    }


def notes(result: CallResult, tool: Tool, prints: Iterable[str], language: Language) -> list[str]:
    """What the tool's developer should know, though the call succeeded."""
    found = []
    if missing := sorted(tool.outputs.keys() - result.variables.keys()):
        found.append(NOT_SENT.to(language, names=", ".join(missing)))
    if unknown := sorted(result.variables.keys() - tool.outputs.keys()):
        found.append(NOT_DECLARED.to(language, names=", ".join(unknown)))
    if reserved := sorted(RESERVED_NAMES & result.variables.keys()):
        found.append(RESERVED.to(language, names=", ".join(reserved)))
    if printed := list(prints):
        found.append(PRINTED.to(language, count=len(printed), first=shorten(printed[0], MAX_VALUE_COLUMNS)))
    return found


def write_result(result: CallResult, folder: Path) -> dict[str, Path]:
    """Write a call's files into ``folder``, with ``result.json`` and, where there is text, ``text.md``.

    Returns:
        The paths by the files' own names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = [PluginFile("text.md", "text/markdown", result.text.encode())] if result.text else []
    whole = json.dumps(result_json(result), ensure_ascii=False, indent=2) + "\n"
    written: dict[str, Path] = {}
    for file in [*result.files, *text, PluginFile("result.json", "application/json", whole.encode())]:
        name = _free(_safe(file.name), {path.name.lower() for path in written.values()})
        path = folder / name
        path.write_bytes(file.data)
        written[name] = path
    return written


def say(texts: Mapping[str, str], language: Language) -> str:
    """A YAML's text in ``language``, in English where it is not translated, on one line."""
    return " ".join(str(texts.get(language) or texts.get(Language.ENGLISH) or "").split())


def _about(parameter: Parameter, language: Language) -> str:
    parts = [REQUIRED.to(language)] if parameter.required else []
    if parameter.options:
        parts.append(ONE_OF.to(language, options=", ".join(parameter.options)))
    parts.append(say(parameter.description, language))
    return " · ".join(filter(None, parts))


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "")
    return f"array[{schema['items'].get('type', '')}]" if kind == "array" and "items" in schema else str(kind)


def _value(value: object, language: Language) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = shorten(" ".join(text.split()), MAX_VALUE_COLUMNS)
    return line if line == text else f"{line} {CHARACTERS.to(language, count=len(text))}"


def _aligned(rows: Iterable[tuple[str, ...]], indent: int = 2, room: int | None = None) -> list[str]:
    """Rows with their columns one below the other; the last column is wrapped to ``room``, the screen's columns."""
    rows = list(rows)
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)][:-1]
    before = indent + sum(columns + 2 for columns in widths)
    lines = []
    for *cells, last in rows:
        head = " " * indent + "".join(pad(cell, columns) + "  " for cell, columns in zip(cells, widths, strict=True))
        first, *others = wrap(last, max(NARROWEST, room - before)) if room else [last]
        lines += [(head + first).rstrip(), *(" " * before + other for other in others)]
    return lines


def _safe(name: str) -> str:
    """The last part of a name that a plugin chose, so that no name leads out of the folder."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    kept = "".join(character for character in last if character.isprintable())[-MAX_NAME_CHARACTERS:]
    return kept.strip(". ") or "file"


def _free(name: str, taken: set[str]) -> str:
    path, number, free = Path(name), 1, name
    while free.lower() in taken:
        number += 1
        free = f"{path.stem}-{number}{path.suffix}"
    return free
