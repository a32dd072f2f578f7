"""`start_inputs`: inputs of a run, checked against the start node as Dify's API checks them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from difykit.workflow.document import Node
from difykit.workflow.engine.errors import InputError
from difykit.workflow.engine.files import RunFiles

FILE_MIB = 15
"""What Dify takes as an upload (UPLOAD_FILE_SIZE_LIMIT)."""


def start_inputs(root: Node, given: Mapping[str, Any], files: RunFiles) -> dict[str, Any]:
    """The values of the start node's variables; what is not given has its default, or nothing.

    Args:
        root: the start node.
        given: by name; a file is a path, or its name and bytes.
        files: keeps uploads.

    Raises:
        InputError: an input that Dify would refuse.
    """
    variables = {str(variable["variable"]): variable for variable in root.data.get("variables") or ()}
    if unknown := sorted(set(given) - set(variables)):
        raise InputError(f"the workflow has no input {', '.join(unknown)}; it has: {', '.join(variables) or 'none'}")
    return {name: _value(name, variable, given.get(name), files) for name, variable in variables.items()}


def _value(name: str, variable: Mapping[str, Any], value: Any, files: RunFiles) -> Any:
    kind = variable["type"]
    if value in (None, ""):
        if variable.get("required"):
            raise InputError(f"{name} is required in input form")
        default = variable.get("default")
        return None if kind.startswith("file") else _number(name, default) if kind == "number" else default or ""
    if kind == "file":
        return _file(name, variable, value, files)
    if kind == "number":
        return _number(name, value)
    text = str(value)
    if len(text) > (longest := int(variable.get("max_length") or len(text))):
        raise InputError(f"{name} in input form must be less than {longest} characters")
    return text


def _file(name: str, variable: Mapping[str, Any], value: Any, files: RunFiles) -> Any:
    filename, data = (value.name, value.read_bytes()) if isinstance(value, Path) else value
    if len(data) > FILE_MIB * 2**20:
        raise InputError(f"{name} has more than the {FILE_MIB} MiB that Dify takes")
    file = files.add(data, filename)
    if file.type not in variable.get("allowed_file_types", ()):
        raise InputError(f"{name}: a {file.type} is not among the types of file that this input takes")
    return file


def _number(name: str, value: Any) -> float | int | None:
    if value in (None, ""):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(f"{name} in input form must be a valid number") from None
    return int(number) if number.is_integer() else number
