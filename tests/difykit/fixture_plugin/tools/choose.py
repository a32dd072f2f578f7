from collections.abc import Generator
from typing import Any

from dify_plugin import Tool
from dify_plugin.entities import I18nObject, ParameterOption
from dify_plugin.entities.tool import ToolInvokeMessage


class ChooseTool(Tool):
    def _invoke(self, tool_parameters: dict[str, Any]) -> Generator[ToolInvokeMessage, None, None]:
        yield self.create_json_message(tool_parameters)

    def _fetch_parameter_options(self, parameter: str) -> list[ParameterOption]:
        if parameter != "region":
            raise ValueError(f"no such parameter: {parameter}")
        if not self.runtime.credentials:
            raise ValueError("log in first")
        return [ParameterOption(value="east", label=I18nObject(en_us="East", zh_hans="华东"))]
