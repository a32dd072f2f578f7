"""The provider of the sales tools: it checks the credentials when they are saved."""

from typing import Any

from dify_plugin import ToolProvider

from tools import sdk


class SalesAnalystProvider(ToolProvider):
    """Checks the credentials of the sales tools."""

    def _validate_credentials(self, credentials: dict[str, Any]) -> None:
        from daybook.plugin.credentials import check_credentials  # noqa: PLC0415  keeps the plugin's start short

        sdk.check(credentials, check_credentials)
