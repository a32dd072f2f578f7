"""`AnalysisServiceHook`: where the analysis service is, kept as an Airflow connection."""

from typing import TYPE_CHECKING

from airflow.providers.common.compat.sdk import BaseHook, mask_secret

from daybook.airflow import texts
from daybook.airflow.errors import task_language
from daybook.airflow.hook import api_address
from daybook.errors import SettingsError

if TYPE_CHECKING:
    from daybook.service_client import FunctionsClient


class AnalysisServiceHook(BaseHook):
    """Makes clients of one analysis service.

    The connection, of any type: ``host`` is the service's address, ``password`` its key, where it needs one. The key
    goes to that address alone.
    """

    conn_name_attr = "service_conn_id"
    default_conn_name = "daybook_service"

    def __init__(self, service_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.service_conn_id = service_conn_id

    def get_conn(self) -> "FunctionsClient":
        """A client of the service's functions."""
        return self.functions()

    def functions(self, seconds: float = 600.0) -> "FunctionsClient":
        """A client of the service's functions, in the language of the task's log.

        Args:
            seconds: what a call may take.

        Raises:
            SettingsError: the connection lacks the address.
        """
        from daybook.service_client import FunctionsClient  # noqa: PLC0415 (loaded when a task runs, not at parse)

        connection = self.get_connection(self.service_conn_id)
        if not connection.host:
            raise SettingsError(texts.SERVICE_CONNECTION, name=self.service_conn_id)
        if connection.password:
            mask_secret(connection.password)
        key = connection.password or ""
        return FunctionsClient(api_address(connection), key, task_language(), seconds=seconds)
