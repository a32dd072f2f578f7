"""The tool that delivers a text to a DingTalk group."""

from collections.abc import Generator
from typing import Any

from dify_plugin import Tool
from dify_plugin.entities.tool import ToolInvokeMessage

from tools import sdk


class PushDingTalkTool(Tool):
    """Delivers a text to a DingTalk group."""

    def _invoke(self, tool_parameters: dict[str, Any]) -> Generator[ToolInvokeMessage, None, None]:
        from daybook.plugin.told_push import push_and_tell  # noqa: PLC0415  keeps the plugin's start short

        yield from sdk.run_tool(
            self,
            tool_parameters,
            lambda parameters: push_and_tell(
                parameters,
                self.runtime.credentials,
                sdk.PluginStore(self.session.storage),
                run_blocking=sdk.plan_off_hub,
            ),
        )
