"""`run_workflow`: one workflow file from its inputs to its outputs."""

import time
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from graphon.engine import Engine
from graphon.engine_events import graph as graph_events
from graphon.engine_events import node as node_events
from graphon.graph.graph import Graph
from graphon.runtime.init_params import InitParams
from graphon.runtime.runtime_state import RuntimeState
from graphon.runtime.variable_pool import VariablePool

from difykit.workflow.document import Node, Workflow
from difykit.workflow.engine.errors import EngineError, InputError
from difykit.workflow.engine.factory import TYPES, NodeFactory
from difykit.workflow.engine.files import RunFiles
from difykit.workflow.engine.host import Host
from difykit.workflow.engine.inputs import start_inputs
from difykit.workflow.engine.result import NodeRun, WorkflowRun
from difykit.workflow.engine.tools import PluginTools

LAST_TYPES = frozenset({"end", "answer"})
"""Nodes of which one has to run."""
NO_END = "the run ended without reaching an End node: an edge is missing, or leaves by a handle that does not exist"


def run_workflow(workflow: Workflow, inputs: Mapping[str, Any], host: Host) -> WorkflowRun:
    """WorkflowRun a workflow to its end.

    Args:
        workflow: the file.
        inputs: by the names of the start node's variables; see `start_inputs`.
        host: what stands around it.

    Raises:
        EngineError: the file cannot be run here, or an input is one that Dify would refuse.
    """
    files = RunFiles(host.files)
    root = _root(workflow)
    engine = _engine(workflow, root, start_inputs(root, inputs, files), host, files)
    run, started = WorkflowRun(), time.monotonic()
    try:
        for event in engine.run():
            _note(run, workflow, event)
    except RuntimeError as error:  # after its last event, graphon raises what a node without a fail-branch died of
        run.status, run.error = "failed", str(error)
    run.seconds = time.monotonic() - started
    if run.status != "failed" and not any(workflow.nodes[node.id].type in LAST_TYPES for node in run.nodes):
        run.status, run.error = "failed", NO_END
    return run


def _root(workflow: Workflow) -> Node:
    strange = sorted({node.type for node in workflow.nodes.values() if not node.is_root} - TYPES)
    if strange:
        raise EngineError(f"nodes of type {', '.join(strange)} do not run here")
    roots = [node for node in workflow.nodes.values() if node.is_root]
    if len(roots) != 1:
        raise EngineError("the workflow must begin with one node: start, or a trigger")
    return roots[0]


def _engine(workflow: Workflow, root: Node, inputs: Mapping[str, Any], host: Host, files: RunFiles) -> Engine:
    pool = VariablePool()
    for name, value in inputs.items():
        pool.add((root.id, name), value)
    for name, value in _environment(workflow, host).items():
        pool.add(("env", name), value)
    pool.add(("sys", "timestamp"), int(time.time()))
    graph_config = _graph(workflow, root)
    params = InitParams(workflow_id=workflow.name, graph_config=graph_config, run_context={}, call_depth=0)
    state = RuntimeState(variable_pool=pool, start_at=time.time(), workflow_id=workflow.name)
    tools = PluginTools(host.plugin, host.credentials, files) if host.plugin else None
    factory = NodeFactory(graph_config, params, state, tools, files)
    try:
        graph = Graph.init(graph_config=graph_config, node_factory=factory, root_node_id=root.id)
    except EngineError:
        raise
    except Exception as error:
        raise EngineError(f"{workflow.name} does not load: {error}") from error
    return Engine(graph=graph, runtime_state=state, file_runtime=files)


def _environment(workflow: Workflow, host: Host) -> dict[str, Any]:
    values = {str(variable["name"]): variable.get("value", "") for variable in workflow.environment}
    if unknown := sorted(set(host.environment) - set(values)):
        raise InputError(f"the workflow has no environment variable {', '.join(unknown)}")
    return values | dict(host.environment)


def _graph(workflow: Workflow, root: Node) -> dict[str, Any]:
    graph = deepcopy(dict(workflow.graph))
    graph["nodes"] = [deepcopy(dict(node.frame)) for node in workflow.nodes.values()]
    for node in graph["nodes"]:
        if node["id"] == root.id:  # a trigger starts a run without inputs, which here is a start node without variables
            node["data"] = {"type": "start", "title": root.title, "variables": root.data.get("variables") or []}
    return graph


def _note(run: WorkflowRun, workflow: Workflow, event: Any) -> None:
    match event:
        case node_events.NodeRunSucceededEvent():
            run.nodes.append(_node_run(workflow, event, "succeeded"))
        case node_events.NodeRunExceptionEvent():
            run.nodes.append(_node_run(workflow, event, "exception"))
        case node_events.NodeRunFailedEvent():
            run.nodes.append(_node_run(workflow, event, "failed"))
        case graph_events.GraphRunSucceededEvent():
            run.status, run.outputs = "succeeded", _plain(event.outputs)
        case graph_events.GraphRunPartialSucceededEvent():
            run.status, run.outputs = "partial-succeeded", _plain(event.outputs)
        case graph_events.GraphRunFailedEvent():
            run.status, run.error = "failed", event.error


def _node_run(workflow: Workflow, event: Any, status: str) -> NodeRun:
    result, node = event.node_run_result, workflow.nodes[event.node_id]
    seconds = (event.finished_at - event.start_at).total_seconds() if event.finished_at else 0.0
    outputs = _plain(result.outputs)
    if node.is_root:  # graphon counts environment variables among a start node's outputs; some are secrets
        outputs = {name: value for name, value in outputs.items() if "." not in name}
    return NodeRun(node.id, node.title, node.type, status, seconds, outputs, getattr(event, "error", ""))


def _plain(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs as plain values: graphon wraps some of them."""
    return {name: value.to_object() if hasattr(value, "to_object") else value for name, value in outputs.items()}
