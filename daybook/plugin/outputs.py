"""What a workflow node hands on, as plain values that any host can send."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that a node hands on."""

    data: bytes
    filename: str
    mime_type: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The outputs of one node: Dify's own three (text, json, files) and the variables that a workflow reads.

    Values are what JSON has: ``str``, ``int``, ``float`` (finite), ``bool``, ``None``, ``list`` and ``dict``.
    The variables are those of the tool's ``output_schema``, every one of them, whatever its value.
    """

    text: str
    json: dict[str, Any]
    variables: dict[str, Any]
    files: list[OutputFile] = field(default_factory=list)


class ReaderError(Exception):
    """A workbook's reading failed through no fault of the file; the text names classes and places alone."""
