"""`WorkflowRun`: what a run came to: each node with its time and outputs, and the outputs of the whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class NodeRun:
    """One node that ran."""

    id: str
    title: str
    type: str
    status: str
    """succeeded, failed, or exception where its fail-branch was taken."""
    seconds: float
    outputs: Mapping[str, Any]
    error: str = ""


@dataclass(slots=True)
class WorkflowRun:
    """One run of a workflow."""

    status: str = "failed"
    """As Dify says it: succeeded, partial-succeeded (a fail-branch was taken) or failed."""
    outputs: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    nodes: list[NodeRun] = field(default_factory=list)
    """The nodes that ran, in the order in which they ended."""
    seconds: float = 0.0

    def node(self, node_id: str) -> NodeRun:
        """The run of one node.

        Raises:
            KeyError: it did not run.
        """
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    @property
    def ran(self) -> list[str]:
        """Ids of the nodes that ran."""
        return [node.id for node in self.nodes]
