"""Runs a workflow file on graphon, the engine of Dify's own makers, with the real plugin and real HTTP."""

from difyflow.engine.errors import InputError, WorkflowError
from difyflow.engine.host import Host
from difyflow.engine.result import NodeRun, Run
from difyflow.engine.run import run_workflow

__all__ = ["Host", "InputError", "NodeRun", "Run", "WorkflowError", "run_workflow"]
