"""The arguments of a call, from the kinds of body that functions take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from daybook.functions import File
from daybook.functions.declare import Signature
from daybook.service import texts
from daybook.service.errors import MediaTypeError
from daybook.service.http.body import Body, content_type
from daybook.service.http.multipart import FIELD_BYTES, FORM
from daybook.service.http.work_context import WorkContext

JSON_TYPE = "application/json"
JSON_BYTES = 8 << 20
"""Bytes of the arguments as JSON; what is larger is a file."""
URL_FORM = "application/x-www-form-urlencoded"
ONLY_FILE = "file"
"""The field in which a function's only file may be sent, whatever the argument is called."""
_EXAMPLE = '{"argument": "value"}'


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a request gives a function."""

    values: Mapping[str, Any]
    files: Mapping[str, File]


async def read_arguments(work: WorkContext, signature: Signature) -> Arguments:
    """The arguments in a request: a JSON object, or a form with files.

    Raises:
        DaybookError: the body is none that functions take.
    """
    kind = content_type(work.request)
    if kind == FORM and "boundary" in work.request.headers["content-type"]:
        form = await work.form()
        files = {name: File(upload.path, upload.filename) for name, upload in form.files.items()}
        if len(signature.files) == 1 and ONLY_FILE in files and signature.files[0] not in files:
            files[signature.files[0]] = files.pop(ONLY_FILE)
        return Arguments(form.fields, files)
    pace = work.service.pace
    if kind in {URL_FORM, FORM}:
        # Dify sends a form without a file in this way, under the name of the other
        body = Body(work.request, limit=FIELD_BYTES, pace=pace)
        sent = b"".join([block async for block in body.blocks()]).decode("utf-8", "replace")
        return Arguments(dict(parse_qsl(sent, keep_blank_values=True)), {})
    if kind == JSON_TYPE:
        body = Body(work.request, limit=JSON_BYTES, pace=pace, is_text=True)
        return Arguments(await body.json_object(_EXAMPLE), {})
    if not kind and work.request.headers.get("content-length", "0") == "0":
        return Arguments({}, {})
    raise MediaTypeError(texts.WRONG_CONTENT_TYPE, wanted=f"{JSON_TYPE}, {FORM}")
