"""`MorningsClient`: tells an analysis service the steps of a morning, and asks what became of each."""

import datetime as dt
from typing import Any
from urllib.parse import quote

from daybook.errors import DaybookError, ParameterError, ServiceError, SettingsError
from daybook.service_client.connection import NOT_BEGUN, BusyError, ServiceConnection, parse_answer

TELL_SECONDS = 4.0
"""What it may take to tell a step: whoever tells it has something else to do."""
CONNECT_SECONDS = 2.0
ASK_SECONDS = 30.0
DRILL_SECONDS = 180.0
"""A drill posts two messages, each of which may have to be tried again."""
_REFUSALS: dict[str | int, type[DaybookError]] = {"parameter": ParameterError, "settings": SettingsError}


class MorningsClient:
    """The mornings of one service. Every method raises `ServiceError` where it does not answer."""

    def __init__(self, connection: ServiceConnection) -> None:
        self._connection = connection

    def tell(self, book: str, day: str, step: str, **more: Any) -> None:
        """Tell a step, in one short request that is not repeated.

        Args:
            book: the book, or the name of the job.
            day: the day that is reported, as an ISO date.
            step: waited, workflow, gated, analysed or pushed.
            more: outcome, cause, what, seconds, attempt, airflow_dag, airflow_run, dify_run, told_by.

        Raises:
            ParameterError: the service does not watch that book, or takes no such step.
        """
        place = f"/v1/mornings/{quote(book, safe='')}/{quote(day, safe='')}/steps"
        self._ask("POST", place, TELL_SECONDS, json={"step": step, **more})

    def tell_delivery(self, delivery_key: str, **more: Any) -> bool:
        """Tell what became of a push under a key; gives whether the service knows which day it was."""
        said = {"delivery_key": delivery_key, **more}
        return bool(self._ask("POST", "/v1/mornings/deliveries", TELL_SECONDS, json=said).get("known"))

    def recent(self, days: int) -> dict[str, Any]:
        """The mornings of the last days, as the service's document says."""
        return self._ask("GET", f"/v1/mornings?days={days}", ASK_SECONDS)

    def one(self, book: str, day: dt.date) -> dict[str, Any]:
        """The morning of one day.

        Raises:
            ParameterError: the service does not watch that book.
        """
        return self._ask("GET", f"/v1/mornings/{quote(book, safe='')}/{day}", ASK_SECONDS)

    def drill(self) -> dict[str, Any]:
        """Have a missed morning played; gives what the group for alerts was sent."""
        return self._ask("POST", "/v1/mornings/drill", DRILL_SECONDS)

    def _ask(self, method: str, place: str, seconds: float, **request: Any) -> dict[str, Any]:
        connect = CONNECT_SECONDS if seconds == TELL_SECONDS else ASK_SECONDS
        try:
            answer = self._connection.send(method, place, seconds=seconds, connect_seconds=connect, **request)
            return parse_answer(answer, NOT_BEGUN, _REFUSALS)
        except BusyError as busy:
            raise ServiceError(busy.error.text, **busy.error.values) from None
