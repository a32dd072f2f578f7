"""Runs a Dify plugin outside Dify, as its daemon would: for the command line, for tests, for workflows."""

from difykit.runner.debug_port import DebugPort
from difykit.runner.environment import plugin_python
from difykit.runner.errors import CallTimeout, PluginDown, RunnerError, StartError, ToolError
from difykit.runner.files import Faults, FileServer
from difykit.runner.process import PluginProcess
from difykit.runner.result import CallResult, Choice, EndpointAnswer, PluginError, PluginFile

__all__ = [
    "CallResult",
    "CallTimeout",
    "Choice",
    "DebugPort",
    "EndpointAnswer",
    "Faults",
    "FileServer",
    "PluginDown",
    "PluginError",
    "PluginFile",
    "PluginProcess",
    "RunnerError",
    "StartError",
    "ToolError",
    "plugin_python",
]
