"""The tool that analyses a sales file."""

from collections.abc import Generator
from typing import Any

from dify_plugin import Tool
from dify_plugin.entities import ParameterOption
from dify_plugin.entities.tool import ToolInvokeMessage

from tools import sdk


class AnalyzeSalesTool(Tool):
    """Analyses a sales file."""

    def _invoke(self, tool_parameters: dict[str, Any]) -> Generator[ToolInvokeMessage, None, None]:
        from daybook.plugin.analyze_sales import analyze_sales  # noqa: PLC0415  keeps the plugin's start short

        yield from sdk.run_tool(
            self,
            tool_parameters,
            lambda parameters: analyze_sales(
                parameters,
                self.runtime.credentials,
                run_blocking=sdk.off_hub,
                store=sdk.PluginStore(self.session.storage),
            ),
        )

    def _fetch_parameter_options(self, parameter: str) -> list[ParameterOption]:  # noqa: ARG002  the tool has one such
        from daybook.plugin.analyze_sales import source_options  # noqa: PLC0415  keeps the plugin's start short

        return sdk.options(lambda: source_options(self.runtime.credentials))
