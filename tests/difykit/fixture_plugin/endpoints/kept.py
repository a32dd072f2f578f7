"""Shows what the plugin's storage has under a key; in pieces where ``settings`` say so."""

from collections.abc import Mapping
from typing import Any

from dify_plugin import Endpoint
from werkzeug import Request, Response


class Kept(Endpoint):
    """An endpoint."""

    def _invoke(self, r: Request, values: Mapping[str, Any], settings: Mapping[str, Any]) -> Response:
        kept = self.session.storage.get(values["key"])
        size = int(settings.get("pieces") or 0)
        body = (kept[at : at + size] for at in range(0, len(kept), size)) if size else kept
        return Response(body, content_type="image/png", headers={"X-Query": r.args.get("a", "")})
