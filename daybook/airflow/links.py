"""`DifyLink`: the button on a task that opens the app's log in Dify."""

from typing import Any

from airflow.providers.common.compat.sdk import BaseOperatorLink, XCom

URL = "dify_url"


class DifyLink(BaseOperatorLink):
    """Opens the page that the connection's ``web_url`` names."""

    name = "Dify"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:  # noqa: ARG002 (Airflow's signature)
        """The page; empty before the task ran."""
        return str(XCom.get_value(ti_key=ti_key, key=URL) or "")
