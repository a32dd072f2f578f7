"""`PluginTools`: tool nodes, whose calls go to the plugin's real process."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphon.file.models import File
from graphon.model_runtime.entities.llm_entities import LLMUsage
from graphon.nodes.tool.entities import ToolNodeData
from graphon.nodes.tool.exc import ToolNodeError
from graphon.nodes.tool_runtime_entities import ToolRuntimeHandle, ToolRuntimeMessage, ToolRuntimeParameter
from graphon.variables.template_resolution import convert_template

from difykit.runner import CallResult, PluginProcess
from difykit.runner.declaration import Tool
from difykit.workflow.engine.files import RunFiles

FAILED = (
    "An error occurred in the {provider}, please contact the author of {provider} for help, "
    "error type: {kind}, error details: {message}"
)
"""What Dify makes of a tool's error."""


@dataclass(frozen=True, slots=True)
class _Call:
    tool: Tool
    configurations: Mapping[str, Any]


class PluginTools:
    """Graphon's interface to tools, over one plugin."""

    def __init__(self, plugin: PluginProcess, credentials: Mapping[str, Any], files: RunFiles) -> None:
        self._plugin = plugin
        self._credentials = credentials
        self._files = files

    def get_runtime(
        self,
        *,
        node_id: str,  # noqa: ARG002 - graphon's signature
        node_data: ToolNodeData,
        variable_pool: Any,
        node_execution_id: str | None = None,  # noqa: ARG002 - the same
    ) -> ToolRuntimeHandle:
        """What one call needs to know."""
        tool = self._plugin.declaration.tool(node_data.tool_name)
        values = {name: _resolved(value, variable_pool) for name, value in node_data.tool_configurations.items()}
        return ToolRuntimeHandle(_Call(tool, values))

    def get_runtime_parameters(self, *, tool_runtime: ToolRuntimeHandle) -> Sequence[ToolRuntimeParameter]:
        """The parameters that the tool declares."""
        return [
            ToolRuntimeParameter(parameter.name, parameter.required)
            for parameter in _call(tool_runtime).tool.parameters
        ]

    def invoke(
        self,
        *,
        tool_runtime: ToolRuntimeHandle,
        tool_parameters: Mapping[str, Any],
        workflow_call_depth: int,  # noqa: ARG002 - graphon's signature
        provider_name: str,
    ) -> Generator[ToolRuntimeMessage]:
        """Call the tool.

        Raises:
            ToolNodeError: the tool ended with an error; the text is Dify's.
        """
        call = _call(tool_runtime)
        parameters = {**call.configurations} | {name: _for_plugin(value) for name, value in tool_parameters.items()}
        result = self._plugin.call(call.tool.name, parameters, dict(self._credentials))
        return self._messages(result, provider_name)

    def get_usage(self, *, tool_runtime: ToolRuntimeHandle) -> LLMUsage:  # noqa: ARG002 - graphon's signature
        """Tools of this plugin use no tokens."""
        return LLMUsage.empty_usage()

    def build_file_reference(self, *, mapping: Mapping[str, Any]) -> File:
        """The file variable of a blob."""
        return self._files.build_from_mapping(mapping=mapping)

    @staticmethod
    def _messages(result: CallResult, provider: str) -> Generator[ToolRuntimeMessage]:
        message, kinds = ToolRuntimeMessage, ToolRuntimeMessage.MessageType
        if result.error:
            raise ToolNodeError(FAILED.format(provider=provider, kind=result.error.kind, message=result.error.message))
        if result.text:
            yield message(type=kinds.TEXT, message=message.TextMessage(text=result.text))
        for found in result.json:
            yield message(type=kinds.JSON, message=message.JsonMessage(json_object=found))
        for name, value in result.variables.items():
            body = message.VariableMessage(variable_name=name, variable_value=value)
            yield message(type=kinds.VARIABLE, message=body)
        for file in result.files:
            meta = {"mime_type": file.mime_type, "filename": file.name}
            yield message(type=kinds.BLOB, message=message.BlobMessage(blob=file.data), meta=meta)


def _call(handle: ToolRuntimeHandle) -> _Call:
    if not isinstance(handle.raw, _Call):
        raise ToolNodeError("a handle of another host")
    return handle.raw


def _resolved(value: Any, pool: Any) -> Any:
    """The value of a form field; one without a type is itself, as in older files."""
    if not isinstance(value, Mapping) or "type" not in value:
        return value
    match value["type"]:
        case "variable":
            variable = pool.get(value["value"])
            return None if variable is None else variable.value
        case "mixed":
            return convert_template(pool, str(value["value"])).text
        case _:
            return value["value"]


def _for_plugin(value: Any) -> Any:
    if isinstance(value, File):
        return value.to_plugin_parameter()
    return [_for_plugin(item) for item in value] if isinstance(value, list) else value
