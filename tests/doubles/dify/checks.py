"""What the Dify double holds a call against, with the refusals in Dify's words."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.doubles.dify.parts import Fault, Json, Kind, Upload, Variable

_KINDS = {
    "image": {"jpg", "jpeg", "png", "webp", "gif", "svg"},
    "audio": {"mp3", "m4a", "wav", "amr", "mpga"},
    "video": {"mp4", "mov", "mpeg", "webm"},
}


class Refusal(Exception):  # noqa: N818 (an answer, not a fault of ours)
    """An error answer of Dify."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, "status": status}


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose key was right."""

    body: bytes
    query: dict[str, list[str]]
    fault: Fault | None
    content_type: str

    def payload(self) -> Json:
        """The JSON body, which must name a user."""
        if not self.content_type.startswith("application/json"):
            raise Refusal(415, "unsupported_media_type", "Did not attempt to load JSON data.")
        payload = json.loads(self.body or b"{}")
        if not isinstance(payload, dict) or not isinstance(payload.get("user"), str) or not payload["user"]:
            raise Refusal(400, "invalid_param", "Arg user must be provided.")
        return payload

    def asked(self, name: str, default: str) -> str:
        """A value of the query."""
        return self.query.get(name, [default])[0]

    def meets(self, kind: Kind) -> bool:
        """Whether this goes wrong."""
        return self.fault is not None and self.fault.kind is kind


class Uploads(NamedTuple):
    """The files that were uploaded, and whether only their user may use them."""

    files: Mapping[str, Upload]
    belong_to_user: bool


def check_input(uploads: Uploads, variable: Variable, value: Any, user: str) -> None:
    """Refuses a value that does not fit its variable of the start node."""
    name = variable.name
    if value is None or value == "":
        if variable.required:
            raise Refusal(400, "invalid_param", f"{name} is required in input form")
    elif variable.type == "file":
        if not isinstance(value, dict):
            raise Refusal(400, "invalid_param", f"{name} in input form must be a file")
        if value.get("transfer_method") == "local_file":
            _check_file(uploads, value, user)
    elif not isinstance(value, str):
        raise Refusal(400, "invalid_param", f"(type '{variable.type}') {name} in input form must be a string")
    elif len(value) > variable.max_length:
        raise Refusal(400, "invalid_param", f"{name} in input form must be less than {variable.max_length} characters")


def _check_file(uploads: Uploads, value: Json, user: str) -> None:
    try:
        file_id = str(uuid.UUID(str(value.get("upload_file_id"))))
    except ValueError:
        raise Refusal(400, "invalid_param", "Invalid upload file id format") from None
    upload = uploads.files.get(file_id)
    if upload is None or (uploads.belong_to_user and upload.user != user):
        raise Refusal(400, "invalid_param", "Invalid upload file")
    kind = next((kind for kind, extensions in _KINDS.items() if upload.extension in extensions), "document")
    if value.get("type") != kind:
        raise Refusal(
            400, "invalid_param", "Detected file type does not match the specified type. Please verify the file."
        )
