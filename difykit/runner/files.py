"""`FileServer`: serves files to a plugin over HTTP, under signed links of the shape that Dify makes."""

import base64
import hashlib
import hmac
import mimetypes
import os
import secrets
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

LINK_SECONDS = 300
"""How long a link is good (Dify's FILES_ACCESS_TIMEOUT)."""
CHUNK_BYTES = 65536

MIME_TYPES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What a browser says of these; the machine's own list differs from one to the next."""
KINDS = {
    "image": "jpg jpeg png webp gif svg",
    "video": "mp4 mov mpeg webm",
    "audio": "mp3 m4a wav amr mpga",
    "document": "txt markdown md mdx pdf html htm xlsx xls vtt properties doc docx csv eml msg ppt pptx xml epub",
}
"""Dify's kinds of file by extension; whatever is in none of them is `custom`."""


@dataclass(frozen=True, slots=True)
class Faults:
    """How a file is to be served otherwise than well, for tests of whoever fetches it."""

    status: int = 200
    """Answer with this status, and no file."""
    redirects: int = 0
    """Redirect so many times before the file comes."""
    location: str = ""
    """Redirect there, and never serve the file."""
    delay: float = 0.0
    """Seconds before the answer begins."""
    pause: float = 0.0
    """Seconds after each 64 KiB of the file."""
    stall_after: int | None = None
    """Stop after so many bytes, without closing, until the server ends."""
    content_length: int | None = None
    """Announce this length, whatever is sent; a negative one announces none."""
    endless: bool = False
    """Send the file again and again, with no length, until the other side has enough."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Send these headers too."""


@dataclass(frozen=True, slots=True)
class _Served:
    source: bytes | Path
    mime_type: str
    faults: Faults

    @property
    def size(self) -> int:
        return len(self.source) if isinstance(self.source, bytes) else self.source.stat().st_size


class FileServer:
    """Serves files on the loopback interface.

    Use it as a context manager::

    with FileServer() as files:
        parameter = files.add(Path("sales.csv"))
    """

    def __init__(self, link_seconds: float = LINK_SECONDS) -> None:
        self.link_seconds = link_seconds
        self.requests: list[str] = []
        """Paths that were asked for, in order, without their signatures."""
        self.closing = threading.Event()
        self._secret = secrets.token_bytes(32)
        self._served: dict[str, _Served] = {}
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="file server", daemon=True
        )

    @property
    def base_url(self) -> str:
        """Address of the server: what FILES_URL is to Dify."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(
        self,
        source: bytes | Path,
        filename: str = "",
        *,
        mime_type: str = "",
        relative: bool = False,
        age: float = 0.0,
        faults: Faults | None = None,
    ) -> dict[str, Any]:
        """Serve a file, and give the file parameter as Dify sends it to a plugin.

        Args:
            source: the file's bytes, or where it is.
            filename: its name; that of the path where none is given.
            mime_type: its type; by its extension where none is given.
            relative: give a link without a host, as a Dify without FILES_URL does.
            age: seconds since the link was made.
            faults: how the file is to be served otherwise than well.
        """
        filename = filename or (source.name if isinstance(source, Path) else "file")
        extension = Path(filename).suffix.lower()
        mime_type = mime_type or MIME_TYPES.get(extension) or mimetypes.guess_type(filename)[0] or ""
        mime_type = mime_type or "application/octet-stream"
        identifier = str(uuid.uuid4())
        served = _Served(source, mime_type, faults or Faults())
        self._served[identifier] = served
        return {
            "dify_model_identity": "__dify__file__",
            "mime_type": mime_type,
            "filename": filename,
            "extension": extension,
            "size": served.size,
            "type": kind_of(extension, mime_type),
            "url": ("" if relative else self.base_url) + self._link(identifier, int(time.time() - age)),
        }

    def find(self, path: str, query: str) -> _Served | None:
        """The file behind a link, if the link is signed by this server and still good."""
        _, folder, identifier, *rest = (*path.split("/"), "", "", "")
        values = {name: value[0] for name, value in parse_qs(query).items()}
        timestamp, nonce = values.get("timestamp", ""), values.get("nonce", "")
        good = hmac.compare_digest(values.get("sign", ""), self._sign(identifier, timestamp, nonce))
        if folder != "files" or rest[:1] != ["file-preview"] or not good:
            return None
        return self._served.get(identifier) if time.time() - int(timestamp) <= self.link_seconds else None

    def _link(self, identifier: str, timestamp: int) -> str:
        nonce = os.urandom(16).hex()
        sign = self._sign(identifier, str(timestamp), nonce)
        return f"/files/{identifier}/file-preview?" + urlencode({"timestamp": timestamp, "nonce": nonce, "sign": sign})

    def _sign(self, identifier: str, timestamp: str, nonce: str) -> str:
        text = f"file-preview|{identifier}|{timestamp}|{nonce}"
        return base64.urlsafe_b64encode(hmac.new(self._secret, text.encode(), hashlib.sha256).digest()).decode()


def kind_of(extension: str, mime_type: str = "") -> str:
    """Dify's kind of a file: image, video, audio, document or custom."""
    for kind, extensions in KINDS.items():
        if extension.removeprefix(".").lower() in extensions.split():
            return kind
    if extension:
        return "custom"
    return next((kind for kind in ("image", "video", "audio") if kind in mime_type), "custom")


class _Server(ThreadingHTTPServer):
    """The HTTP server underneath; it knows whose files it serves."""

    def __init__(self, files: FileServer) -> None:
        self.files = files
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self.close_connection = True
        with suppress(ConnectionError):
            self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives
        """Keep quiet: a link in a log is a link given away."""

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        self.server.files.requests.append(parts.path)
        served = self.server.files.find(parts.path, parts.query)
        if served is None:
            self._answer(HTTPStatus.NOT_FOUND)
            return
        faults = served.faults
        self.server.files.closing.wait(faults.delay)
        hop = sum(1 for _ in filter(None, parse_qs(parts.query).get("hop", [])))
        if faults.location or hop < faults.redirects:
            following = f"{parts.path}?{parts.query}&hop=1"
            self._answer(HTTPStatus.FOUND, {"Location": faults.location or following})
        elif faults.status != HTTPStatus.OK:
            self._answer(faults.status, faults.headers)
        else:
            self._send_file(served)

    def _answer(self, status: int, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", "Connection": "close", **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_file(self, served: _Served) -> None:
        faults = served.faults
        length = served.size if faults.content_length is None else faults.content_length
        announced = {"Content-Length": str(length)} if length >= 0 and not faults.endless else {}
        headers = {"Content-Type": served.mime_type, "Connection": "close", **announced, **faults.headers}
        self.send_response(HTTPStatus.OK)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._send_body(served)

    def _send_body(self, served: _Served) -> None:
        faults, sent, closing = served.faults, 0, self.server.files.closing
        while not closing.is_set():
            for chunk in _chunks(served.source):
                stop = None if faults.stall_after is None else max(0, faults.stall_after - sent)
                sent += self.wfile.write(chunk[:stop])
                if stop is not None and stop <= len(chunk):
                    closing.wait()
                    return
                closing.wait(faults.pause)
            if not faults.endless:
                return


def _chunks(source: bytes | Path) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield from (source[start : start + CHUNK_BYTES] for start in range(0, len(source), CHUNK_BYTES))
        return
    with source.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
