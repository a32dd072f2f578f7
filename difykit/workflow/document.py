"""`Workflow`: a workflow file of Dify, read: its nodes by id, its edges, its environment variables."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Self

import yaml

ROOT_TYPES = frozenset({"start", "trigger-schedule", "trigger-webhook", "trigger-plugin"})
"""Types of the node with which a workflow begins."""
TEMPLATE = re.compile(r"\{\{#([a-zA-Z0-9_]{1,50}(?:\.[a-zA-Z_][a-zA-Z0-9_]{0,29}){1,10})#\}\}")
"""A variable within a text, as Dify's templates name it."""

type Selector = tuple[str, ...]
"""The path of a variable: the node's id, the output's name, and what lies in it."""


class Edge(NamedTuple):
    """A line between two nodes."""

    id: str
    source: str
    handle: str
    target: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Node:
    """One node on the canvas."""

    id: str
    frame: Mapping[str, Any]
    """The node as it stands in the file: position, size, data."""

    @property
    def data(self) -> Mapping[str, Any]:
        """What the node is and does."""
        data = self.frame.get("data")
        return data if isinstance(data, Mapping) else {}

    @property
    def type(self) -> str:
        """Dify's type of node; empty for a note."""
        return str(self.data.get("type") or "")

    @property
    def title(self) -> str:
        """The title on the canvas."""
        return str(self.data.get("title") or "")

    @property
    def is_note(self) -> bool:
        """Whether it is a note for people, which does not run."""
        return self.frame.get("type") == "custom-note"

    @property
    def is_root(self) -> bool:
        """Whether a workflow begins here."""
        return self.type in ROOT_TYPES


@dataclass(frozen=True)
class Workflow:
    """A workflow file."""

    name: str
    """The file's name."""
    data: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file.

        Raises:
            ValueError: it is no YAML mapping.
        """
        return cls.read(path.name, path.read_text(encoding="utf-8"))

    @classmethod
    def read(cls, name: str, text: str) -> Self:
        """Read a file's text.

        Raises:
            ValueError: it is no YAML mapping.
        """
        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ValueError(f"{name} is no YAML: {' '.join(str(error).split())}") from None
        if not isinstance(data, dict):
            raise ValueError(f"{name} is no YAML mapping")  # noqa: TRY004 - wrong content, not a wrong argument
        return cls(name, data)

    @property
    def graph(self) -> Mapping[str, Any]:
        """Nodes and edges as they stand in the file."""
        graph = self.workflow.get("graph")
        return graph if isinstance(graph, Mapping) else {}

    @property
    def workflow(self) -> Mapping[str, Any]:
        """The workflow part of the file."""
        workflow = self.data.get("workflow")
        return workflow if isinstance(workflow, Mapping) else {}

    @cached_property
    def all_nodes(self) -> tuple[Node, ...]:
        """Every node in the file's order, notes among them."""
        return tuple(Node(str(frame.get("id", "")), frame) for frame in self.graph.get("nodes") or ())

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """The nodes that run, by id."""
        return {node.id: node for node in self.all_nodes if not node.is_note}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """The lines between nodes."""
        return tuple(
            Edge(
                str(edge.get("id", "")),
                str(edge.get("source", "")),
                str(edge.get("sourceHandle", "source")),
                str(edge.get("target", "")),
                edge.get("data") or {},
            )
            for edge in self.graph.get("edges") or ()
        )

    @property
    def environment(self) -> tuple[Mapping[str, Any], ...]:
        """The environment variables."""
        return tuple(self.workflow.get("environment_variables") or ())


def texts(value: object) -> Iterator[str]:
    """Every text within a value, keys of mappings aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts(part)


def selectors_in(text: str) -> Iterator[Selector]:
    """The variables that a text with ``{{#...#}}`` names."""
    for match in TEMPLATE.finditer(text):
        yield tuple(match.group(1).split("."))
