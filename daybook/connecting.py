"""Whether a request that failed can have reached anybody."""

import requests
import urllib3.exceptions


def never_connected(error: requests.RequestException) -> bool:
    """Whether the other side refused to be connected to, or has no such name: then it cannot have taken the request."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, urllib3.exceptions.NewConnectionError)
