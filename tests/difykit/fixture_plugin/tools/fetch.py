from collections.abc import Generator
from typing import Any

from dify_plugin import Tool
from dify_plugin.entities.tool import ToolInvokeMessage


class FetchTool(Tool):
    def _invoke(self, tool_parameters: dict[str, Any]) -> Generator[ToolInvokeMessage, None, None]:
        file = tool_parameters["file"]
        yield self.create_blob_message(file.blob, {"filename": file.filename, "mime_type": file.mime_type})
        for other in tool_parameters.get("others") or []:
            yield self.create_blob_message(other.blob, {"filename": other.filename, "mime_type": other.mime_type})
