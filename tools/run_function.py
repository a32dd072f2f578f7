"""The tool that runs a function of the user's own in the analysis service."""

from collections.abc import Generator
from typing import Any

from dify_plugin import Tool
from dify_plugin.entities import ParameterOption
from dify_plugin.entities.tool import ToolInvokeMessage

from tools import sdk


class RunFunctionTool(Tool):
    """Runs a function of the analysis service."""

    def _invoke(self, tool_parameters: dict[str, Any]) -> Generator[ToolInvokeMessage, None, None]:
        from daybook.plugin.run_function import run_function  # noqa: PLC0415  keeps the plugin's start short

        yield from sdk.run_tool(
            self, tool_parameters, lambda parameters: run_function(parameters, self.runtime.credentials)
        )

    def _fetch_parameter_options(self, parameter: str) -> list[ParameterOption]:  # noqa: ARG002  the tool has one such
        from daybook.plugin.run_function import function_options  # noqa: PLC0415  keeps the plugin's start short

        return sdk.options(lambda: function_options(self.runtime.credentials))
