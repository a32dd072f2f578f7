"""Runs a workflow file on graphon, the engine of Dify's own makers, with the real plugin and real HTTP."""

from difykit.workflow.engine.errors import EngineError, InputError
from difykit.workflow.engine.host import Host
from difykit.workflow.engine.result import NodeRun, WorkflowRun
from difykit.workflow.engine.run import run_workflow

__all__ = ["EngineError", "Host", "InputError", "NodeRun", "WorkflowRun", "run_workflow"]
