"""`push_and_tell`: the push, of which the analysis service is told, so that it does not miss a report that came.

The service may be away, slow or another version: the push stays what it is, and the log has a line.
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from daybook.dingtalk import Plan, RobotError
from daybook.errors import DaybookError
from daybook.plugin.outputs import ToolResult
from daybook.plugin.push_dingtalk import push
from daybook.store import Store

_log = logging.getLogger("daybook.plugin")


def push_and_tell(
    parameters: Mapping[str, Any],
    credentials: Mapping[str, Any],
    store: Store,
    *,
    run_blocking: Callable[[Callable[[], Plan]], Plan] = lambda plan: plan(),
) -> ToolResult:
    """Deliver a text to the group, and tell the service that the credentials name, if they name one.

    Raises:
        DaybookError: as `push`.
    """
    begun = time.monotonic()
    try:
        result = push(parameters, credentials, store, run_blocking=run_blocking)
    except RobotError as error:
        key = str(parameters.get("delivery_key") or "").strip()
        _tell(credentials, key, "failed", error.cause_code, time.monotonic() - begun)
        raise
    if not result.json["dry_run"]:
        outcome = "unknown" if result.variables["outcome_unknown"] else "good"
        _tell(credentials, result.variables["delivery_key"], outcome, "", time.monotonic() - begun)
    return result


def _tell(credentials: Mapping[str, Any], key: str, outcome: str, cause: str, seconds: float) -> None:
    url = str(credentials.get("service_url") or "").strip()
    if not url or not key:
        return
    from daybook.service_client.connection import ServiceConnection  # noqa: PLC0415 - where it is needed
    from daybook.service_client.mornings import MorningsClient  # noqa: PLC0415 - the same

    connection = ServiceConnection(url, str(credentials.get("service_key") or ""))
    try:
        told = {"outcome": outcome, "cause": cause, "seconds": round(seconds, 3), "told_by": "plugin"}
        MorningsClient(connection).tell_delivery(key, **told)
    except DaybookError as error:
        _log.warning("the service was not told of a push: %s", error.code)
    finally:
        connection.close()
