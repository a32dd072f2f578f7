"""The tool that says what a sales file is taken for."""

from collections.abc import Generator
from typing import Any

from dify_plugin import Tool
from dify_plugin.entities.tool import ToolInvokeMessage

from tools import sdk


class InspectSalesTool(Tool):
    """Says what a sales file is taken for."""

    def _invoke(self, tool_parameters: dict[str, Any]) -> Generator[ToolInvokeMessage, None, None]:
        from daybook.plugin.analyze_sales import inspect_sales  # noqa: PLC0415  keeps the plugin's start short

        yield from sdk.run_tool(
            self,
            tool_parameters,
            lambda parameters: inspect_sales(parameters, self.runtime.credentials, run_blocking=sdk.off_hub),
        )
