"""`Call` and `check_inputs`: what the Dify double holds a call against, with the refusals in Dify's words."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.doubles.dify.parts import Fault, Json, Kind, Upload, Variable

_KINDS = {
    "image": {"jpg", "jpeg", "png", "webp", "gif", "svg"},
    "audio": {"mp3", "m4a", "wav", "amr", "mpga"},
    "video": {"mp4", "mov", "mpeg", "webm"},
}
_NOT_JSON = "Did not attempt to load JSON data because the request Content-Type was not 'application/json'."


class Refusal(Exception):  # noqa: N818 (an answer, not a fault of ours)
    """An error answer of Dify."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json | str = {"code": code, "message": message, "status": status}


class Crash(Refusal):
    """What Dify did not expect."""

    def __init__(self) -> None:
        super().__init__(500, "unknown", "Internal Server Error")
        self.body = {"code": "unknown", "message": "Internal Server Error"}


class Page(Refusal):
    """An answer of the web framework, no JSON."""

    def __init__(self) -> None:
        super().__init__(404, "", "")
        self.body = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"


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
            raise Refusal(415, "unsupported_media_type", _NOT_JSON)
        try:
            payload = json.loads(self.body or b"")
        except ValueError:
            raise Refusal(
                400, "bad_request", "The browser (or proxy) sent a request that this server could not understand."
            ) from None
        if not isinstance(payload, dict):
            raise Crash
        if not payload.get("user"):
            raise Refusal(400, "invalid_param", "Arg user must be provided.")
        return {**payload, "user": str(payload["user"])}

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


def required(payload: Json, model: str, **kinds: type) -> None:
    """Refuses a body in which a field is missing or of another type, as pydantic does for Dify."""
    for name, kind in kinds.items():
        if name not in payload:
            raise _invalid(model, name, "Field required", "missing", payload)
        if not isinstance(payload[name], kind):
            word = {"dict": "dictionary", "str": "string"}[kind.__name__]
            raise _invalid(model, name, f"Input should be a valid {word}", f"{kind.__name__}_type", payload[name])


def one_of(payload: Json, model: str, name: str, *allowed: str) -> None:
    """Refuses a field that is there and none of the allowed words."""
    if name in payload and payload[name] not in allowed:
        raise _invalid(
            model, name, f"Input should be {' or '.join(map(repr, allowed))}", "literal_error", payload[name]
        )


def _invalid(model: str, name: str, what: str, kind: str, value: Any) -> Refusal:
    return Refusal(
        400,
        "invalid_param",
        f"1 validation error for {model}\n{name}\n  {what} [type={kind}, input_value={value!r}, "
        f"input_type={type(value).__name__}]\n    For further information visit "
        f"https://errors.pydantic.dev/2.12/v/{kind}",
    )


def check_inputs(uploads: Uploads, form: Sequence[Variable], inputs: Json, user: str) -> None:
    """Refuses inputs that do not fit the start node. A run in blocking mode says so; a stream keeps it to itself."""
    for variable in form:
        _check_input(uploads, variable, inputs.get(variable.name), user)


def _check_input(uploads: Uploads, variable: Variable, value: Any, user: str) -> None:  # noqa: C901, PLR0912 (Dify's ladder)
    name, kind = variable.name, variable.type
    within = f"{name} in input form must be"
    if value is None:
        if variable.required:
            raise Refusal(400, "invalid_param", f"{name} is required in input form")
        return
    if kind in ("text-input", "paragraph", "select") and not isinstance(value, str):
        raise Refusal(400, "invalid_param", f"(type '{kind}') {within} a string")
    if kind in ("text-input", "paragraph") and variable.max_length and len(value) > variable.max_length:
        raise Refusal(400, "invalid_param", f"{within} less than {variable.max_length} characters")
    if kind == "select" and value not in variable.options:
        raise Refusal(400, "invalid_param", f"{within} one of the following: {list(variable.options)}")
    if kind == "number" and not _is_number(value):
        raise Refusal(400, "invalid_param", f"{within} a valid number")
    if kind == "json_object" and value and not isinstance(value, dict):
        raise Refusal(400, "invalid_param", f"{within} a dict")
    if kind == "file":
        if not variable.required and value == "":
            return
        if not isinstance(value, dict):
            raise Refusal(400, "invalid_param", f"{within} a file")
        _check_file(uploads, variable, value, user)
    if kind == "file-list":
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise Refusal(400, "invalid_param", f"{within} a list of files")
        if variable.max_length and len(value) > variable.max_length:
            raise Refusal(400, "invalid_param", f"{within} less than {variable.max_length} files")
        for item in value:
            _check_file(uploads, variable, item, user)


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        try:
            float(value) if "." in value else int(value)
        except ValueError:
            return not value.strip()
        return True
    return isinstance(value, int | float)


def _check_file(uploads: Uploads, variable: Variable, value: Json, user: str) -> None:
    method = value.get("transfer_method")
    if not method:
        raise Refusal(400, "invalid_param", "transfer_method is required in file mapping")
    extension = ""
    if method == "local_file":
        upload = _upload(uploads, value.get("upload_file_id"), user)
        extension = upload.extension
        kind = next((kind for kind, extensions in _KINDS.items() if extension in extensions), "document")
        if value.get("type") != kind and value.get("type") != "custom":
            raise Refusal(
                400, "invalid_param", "Detected file type does not match the specified type. Please verify the file."
            )
    allowed = (
        value.get("type") in variable.file_types
        or not variable.file_types
        or (value.get("type") == "custom" and f".{extension}" in variable.file_extensions)
    )
    if not allowed or method not in variable.upload_methods:
        raise Refusal(400, "invalid_param", f"File validation failed for file: {value.get('upload_file_id')}")


def _upload(uploads: Uploads, file_id: object, user: str) -> Upload:
    if not file_id:
        raise Refusal(400, "invalid_param", "Invalid upload file id")
    try:
        known = uploads.files.get(str(uuid.UUID(str(file_id))))
    except ValueError:
        raise Refusal(400, "invalid_param", "Invalid upload file id format") from None
    if known is None or (uploads.belong_to_user and known.user != user):
        raise Refusal(400, "invalid_param", "Invalid upload file")
    return known
