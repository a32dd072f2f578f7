"""`RunFiles`: uploads that go in and blobs that come out, both under links that the plugin can open."""

from collections.abc import Generator, Mapping
from types import SimpleNamespace
from typing import Any, Literal
from uuid import uuid4

from graphon.file.enums import FileTransferMethod, FileType
from graphon.file.models import File
from graphon.http.client import HttpxHttpClient

from difykit.runner import FileServer
from difykit.runner.files import kind_of


class RunFiles:
    """Keeps the files of a run, and speaks every file interface that graphon asks its host for.

    Args:
        server: serves the files to the plugin, as Dify's API does.
    """

    multimodal_send_format = "url"

    def __init__(self, server: FileServer) -> None:
        self._server = server
        self._links: dict[str, str] = {}
        self._data: dict[str, bytes] = {}
        self._files: dict[str, File] = {}

    def add(
        self,
        data: bytes,
        filename: str,
        mime_type: str = "",
        method: FileTransferMethod = FileTransferMethod.LOCAL_FILE,
    ) -> File:
        """Keep a file; gives the value that a variable holds."""
        parameter = self._server.add(data, filename, mime_type=mime_type)
        reference = str(uuid4())
        kind = kind_of(parameter["extension"], parameter["mime_type"])
        self._links[reference], self._data[reference] = parameter["url"], data
        self._files[reference] = File(
            file_type=FileType(kind),
            transfer_method=method,
            reference=reference,
            filename=filename,
            extension=parameter["extension"],
            mime_type=parameter["mime_type"],
            size=len(data),
        )
        return self._files[reference]

    # what file variables need

    def http_get(self, url: str, *, follow_redirects: bool = True) -> Any:
        """Fetch a file by its address."""
        return HttpxHttpClient().get(url, follow_redirects=follow_redirects, trust_env=False)

    def storage_load(self, path: str, *, stream: bool = False) -> bytes | Generator[bytes]:
        """The bytes of a file."""
        data = self._data[path]
        return (part for part in [data]) if stream else data

    def load_file_bytes(self, *, file: File) -> bytes:
        """The bytes of a file variable."""
        return self._data[str(file.reference)]

    def resolve_file_url(self, *, file: File, for_external: bool = True) -> str | None:  # noqa: ARG002 - graphon's
        """The link of a file variable."""
        return self._links.get(str(file.reference)) or file.remote_url

    def resolve_upload_file_url(
        self,
        *,
        upload_file_id: str,
        as_attachment: bool = False,  # noqa: ARG002 - graphon's signature
        for_external: bool = True,  # noqa: ARG002 - the same
    ) -> str:
        """The link of an upload."""
        return self._links[upload_file_id]

    def resolve_tool_file_url(self, *, tool_file_id: str, extension: str, for_external: bool = True) -> str:  # noqa: ARG002 - graphon's signature
        """The link of a file that a tool made."""
        return self._links[tool_file_id]

    def verify_preview_signature(
        self,
        *,
        preview_kind: Literal["image", "file"],  # noqa: ARG002 - graphon's signature
        file_id: str,  # noqa: ARG002 - the same
        timestamp: str,  # noqa: ARG002 - the same
        nonce: str,  # noqa: ARG002 - the same
        sign: str,  # noqa: ARG002 - the same
    ) -> bool:
        """Whether a link is signed: the file server checks its own."""
        return False

    # what tool and HTTP nodes need

    def download(self, f: File, /) -> bytes:
        """The bytes of a file variable, for a request."""
        return self.load_file_bytes(file=f)

    def create_file_by_raw(self, *, file_binary: bytes, mimetype: str, filename: str | None = None) -> Any:
        """Keep a file that a node made."""
        file = self.add(file_binary, filename or "file", mimetype, FileTransferMethod.TOOL_FILE)
        return SimpleNamespace(id=file.reference)

    def get_file_generator_by_tool_file_id(self, tool_file_id: str) -> tuple[Generator[bytes] | None, File | None]:
        """A file that a node made."""
        if tool_file_id not in self._files:
            return None, None
        return (part for part in [self._data[tool_file_id]]), self._files[tool_file_id]

    def build_from_mapping(self, *, mapping: Mapping[str, Any]) -> File:
        """The file variable of a file that a node made."""
        return self._files[str(mapping["tool_file_id"])]
