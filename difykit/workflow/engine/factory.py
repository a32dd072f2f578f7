"""`NodeFactory`: graphon's nodes, of our own where Dify's host has a part in them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphon.dsl import DslCodeSettings, SlimDslNodeFactory
from graphon.dsl.entities import DslCredentials
from graphon.entities.base_node_data import BaseNodeData
from graphon.nodes.code.code_node import CodeNode
from graphon.nodes.code.entities import CodeNodeData
from graphon.nodes.code.limits import CodeNodeLimits
from graphon.nodes.http_request.config import build_http_request_config
from graphon.nodes.http_request.entities import HttpRequestNodeData
from graphon.nodes.http_request.node import HttpRequestNode, HttpRequestNodeDependencies
from graphon.nodes.tool.entities import ToolNodeData
from graphon.nodes.tool.tool_node import ToolNode
from graphon.runtime.init_params import InitParams
from graphon.runtime.runtime_state import RuntimeState

from difykit.workflow.engine.code import SubprocessCode
from difykit.workflow.engine.errors import EngineError
from difykit.workflow.engine.files import RunFiles
from difykit.workflow.engine.http import RepeatingClient
from difykit.workflow.engine.tools import PluginTools

PLAIN_TYPES = frozenset({"start", "end", "answer", "if-else", "template-transform", "variable-aggregator"})
"""Nodes that graphon runs without a host."""
TYPES = PLAIN_TYPES | {"tool", "code", "http-request"}
"""Nodes that run here."""


@dataclass(frozen=True, slots=True)
class NodeFactory:
    """Graphon's interface of a node factory."""

    graph_config: Mapping[str, Any]
    init_params: InitParams
    runtime_state: RuntimeState
    tools: PluginTools | None
    files: RunFiles

    def with_runtime_state(self, runtime_state: RuntimeState) -> "NodeFactory":
        """The same factory for another frame's state."""
        return replace(self, runtime_state=runtime_state)

    def with_graph_config(self, graph_config: Mapping[str, Any]) -> "NodeFactory":
        """The same factory for another frame's graph."""
        params = self.init_params.model_copy(update={"graph_config": graph_config})
        return replace(self, graph_config=graph_config, init_params=params)

    def validate_node(self, node_config: Any) -> Any:
        """Check a node's data without making the node; gives its execution type."""
        kind = _payload(node_config)["type"]
        if kind in PLAIN_TYPES:
            return self._plain.validate_node(node_config)
        classes: dict[str, Any] = {"tool": ToolNode, "code": CodeNode, "http-request": HttpRequestNode}
        classes[kind].validate_node_data(node_config["data"])
        return classes[kind].execution_type

    def create_node(self, node_config: Any) -> Any:
        """The node itself."""
        payload = _payload(node_config)
        frame = {
            "node_id": str(node_config["id"]),
            "init_params": self.init_params,
            "runtime_state": self.runtime_state,
        }
        match payload["type"]:
            case "tool":
                if self.tools is None:
                    raise EngineError("a tool node needs the plugin, and none runs")
                data = ToolNodeData.model_validate(payload)
                return ToolNode(data=data, runtime=self.tools, tool_file_manager=self.files, **frame)
            case "code":
                limits = CodeNodeLimits(**DslCodeSettings().model_dump(include=set(CodeNodeLimits.__annotations__)))
                data = CodeNodeData.model_validate(payload)
                return CodeNode(data=data, code_executor=SubprocessCode(), code_limits=limits, **frame)
            case "http-request":
                needs = HttpRequestNodeDependencies(lambda: self.files, self.files, self.files, RepeatingClient())
                data = HttpRequestNodeData.model_validate(payload)
                config = build_http_request_config()
                return HttpRequestNode(data=data, http_request_config=config, dependencies=needs, **frame)
            case _:
                return self._plain.create_node(node_config)

    @property
    def _plain(self) -> SlimDslNodeFactory:
        return SlimDslNodeFactory(self.graph_config, self.init_params, self.runtime_state, DslCredentials(), [])


def _payload(node_config: Any) -> dict[str, Any]:
    data = node_config["data"]
    return data.model_dump(mode="python") if isinstance(data, BaseNodeData) else dict(data)
