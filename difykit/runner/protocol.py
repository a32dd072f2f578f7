"""The lines that Dify's plugin daemon and a plugin exchange: JSON, one object a line, in both directions."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_LINE_BYTES = 5 * 1024 * 1024
"""Bytes of one line with its end; the daemon's stdout scanner stops at a longer one (PLUGIN_STDIO_MAX_BUFFER_SIZE)."""
MAX_SILENCE = 120.0
"""Seconds without a heartbeat after which the daemon kills a plugin (MAX_HEARTBEAT_INTERVAL)."""
READY_TIMEOUT = 120.0
"""Seconds in which the daemon wants the first heartbeat."""
CALL_TIMEOUT = 600.0
"""Seconds after which the daemon ends a call (PLUGIN_MAX_EXECUTION_TIMEOUT)."""

USER = "local-user"


@dataclass(frozen=True, slots=True)
class Event:
    """One line from the plugin, read. ``name`` is empty for a line that is no event (the manifest, a print)."""

    name: str
    session: str
    data: dict[str, Any]


def read_event(line: bytes) -> Event:
    """Read one line; what is no event comes back with an empty name, and with the object if it was one."""
    try:
        value = json.loads(line, parse_constant=_refuse)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        return Event("", "", {})
    name, data = value.get("event"), value.get("data")
    if not isinstance(name, str):
        return Event("", "", value)
    return Event(name, str(value.get("session_id") or ""), data if isinstance(data, dict) else {})


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON to the daemon, though it is to Python")


def write_line(session: str, event: str, data: Mapping[str, Any]) -> bytes:
    """A line to the plugin, with the fields that the daemon always sends."""
    envelope = {
        "session_id": session,
        "conversation_id": None,
        "message_id": None,
        "app_id": None,
        "endpoint_id": None,
        "context": {},
        "event": event,
        "data": data,
    }
    return json.dumps(envelope, ensure_ascii=False).encode() + b"\n"


def new_session() -> str:
    """A session id, as the daemon makes them."""
    return str(uuid.uuid4())


def tool_request(
    provider: str, tool: str, parameters: Mapping[str, Any], credentials: Mapping[str, Any]
) -> dict[str, Any]:
    """The request that invokes a tool."""
    return {
        "user_id": USER,
        "type": "tool",
        "action": "invoke_tool",
        "provider": provider,
        "tool": tool,
        "credentials": dict(credentials),
        "credential_type": "api-key",
        "tool_parameters": dict(parameters),
    }


def validate_request(provider: str, credentials: Mapping[str, Any]) -> dict[str, Any]:
    """The request that asks a provider whether credentials are good."""
    return {
        "user_id": USER,
        "type": "tool",
        "action": "validate_tool_credentials",
        "provider": provider,
        "credentials": dict(credentials),
    }


def endpoint_request(target: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The request for what an endpoint of the plugin shows at ``target``: its path and query."""
    head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    return {
        "type": "endpoint",
        "action": "invoke_endpoint",
        "settings": dict(settings),
        "raw_http_request": head.encode().hex(),
    }


def options_request(provider: str, tool: str, parameter: str, credentials: Mapping[str, Any]) -> dict[str, Any]:
    """The request for the choices of a dynamic-select parameter."""
    return {
        "user_id": USER,
        "type": "dynamic_parameter",
        "action": "fetch_parameter_options",
        "provider": provider,
        "provider_action": tool,
        "parameter": parameter,
        "credentials": dict(credentials),
        "credential_type": "api-key",
    }
