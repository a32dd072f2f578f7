"""`DifyRunTrigger`: waits for a Dify run in Airflow's triggerer, so that no worker is held meanwhile.

It knows no more than the run's ids and the moment at which the wait ends. A triggerer that dies is nothing to the run:
another one asks for the same run again.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

from daybook.airflow.hook import DifyHook

_FIRST, _LONGEST = 1.0, 15.0
"""Seconds between two looks: the first pause, and the longest."""


class DifyRunTrigger(BaseTrigger):
    """Ends when the run has, when the time is up, or when Dify refuses to be asked; how it went is asked after that.

    Args:
        run_id: the run.
        task_id: Dify's name of it for stopping.
        user: who runs it.
        ends: the moment at which the wait ends, in seconds since 1970.
        dify_conn_id: the connection.
    """

    def __init__(self, run_id: str, task_id: str, user: str, ends: float, dify_conn_id: str) -> None:
        super().__init__()
        self.run_id = run_id
        self.task_id = task_id
        self.user = user
        self.ends = ends
        self.dify_conn_id = dify_conn_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Part of Airflow: how another process makes the same trigger."""
        names = ("run_id", "task_id", "user", "ends", "dify_conn_id")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Part of Airflow: waits, and gives the one event."""
        pause = _FIRST
        while not await _aside(self._is_over) and (left := self.ends - time.time()) > 0:
            await asyncio.sleep(min(pause, left))
            pause = min(pause * 2, _LONGEST)
        yield TriggerEvent({"run_id": self.run_id, "task_id": self.task_id})

    async def on_kill(self) -> None:
        """Part of Airflow 3.3 and later: stops the run when a person ends the task that waits."""
        if self.task_id:
            await _aside(self._stop)

    def _is_over(self) -> bool:
        from daybook.dify import DifyError, NotFoundError, RunHandle  # noqa: PLC0415 (not at parse)
        from daybook.errors import SettingsError  # noqa: PLC0415

        try:
            return DifyHook(self.dify_conn_id).get_conn().detail(RunHandle(self.run_id, self.task_id)).finished
        except NotFoundError:  # not written down yet; at the end of the wait the task says that there is none
            return False
        except DifyError as error:
            return not error.retryable
        except SettingsError:
            return True

    def _stop(self) -> None:
        DifyHook(self.dify_conn_id).get_conn().stop(self.task_id, user=self.user)


async def _aside[T](call: Callable[[], T]) -> T:
    """Runs what waits for the network or for Airflow's connections in a thread: the loop serves all triggers."""
    return await sync_to_async(call, thread_sensitive=False)()
