"""Runs a Dify plugin outside Dify, as its daemon would: for the command line, for tests, for workflows."""

from daybook.runner.debug_port import DebugPort
from daybook.runner.environment import plugin_python
from daybook.runner.errors import CallTimeout, PluginDown, RunnerError, StartError, ToolError
from daybook.runner.files import Faults, FileServer
from daybook.runner.process import PluginProcess
from daybook.runner.result import CallResult, Option, PluginError, PluginFile

__all__ = [
    "CallResult",
    "CallTimeout",
    "DebugPort",
    "Faults",
    "FileServer",
    "Option",
    "PluginDown",
    "PluginError",
    "PluginFile",
    "PluginProcess",
    "RunnerError",
    "StartError",
    "ToolError",
    "plugin_python",
]
