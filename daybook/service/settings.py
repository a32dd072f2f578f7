"""The service's settings: from the environment (``DAYBOOK_...``) and from flags of `daybook serve`, which win."""

import contextlib
import ctypes
import ipaddress
import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from daybook.database import Database, DatabaseError, sqlite_url
from daybook.errors import SettingsError
from daybook.language import Language, Text
from daybook.limits import Limits
from daybook.service.robots import checked_robots

PREFIX = "DAYBOOK_"

NO_KEY = Text(
    en="The service would listen on {host}, where others can reach it, but has no API key; set DAYBOOK_API_KEYS, or "
    "let it listen on 127.0.0.1.",
    zh="服务将监听 {host}，其他机器可以访问，但没有设置 API 密钥；请设置 DAYBOOK_API_KEYS，或只监听 127.0.0.1。",
    code="no_api_key",
)
NO_KEY_IN_PUBLIC = Text(
    en="The service would be reached as {host} (DAYBOOK_PUBLIC_URL) by anybody, because it has no API key; set"
    " DAYBOOK_API_KEYS, or leave DAYBOOK_PUBLIC_URL empty.",
    zh="服务将以 {host}（DAYBOOK_PUBLIC_URL）对外提供，但没有设置 API 密钥，任何人都可以访问；"
    "请设置 DAYBOOK_API_KEYS，或不设置 DAYBOOK_PUBLIC_URL。",
    code="no_api_key",
)
WRONG = Text(
    en="The setting {name} is wrong ({reason}); correct it and start again.",
    zh="设置项 {name} 不正确（{reason}）；请更正后重新启动。",
)
ASK_FOR_MORE = Text(
    en="ask whoever runs the service for a higher limit",
    zh="请联系服务的管理员提高上限",
)


def _listed(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _web_address(value: str) -> str:
    value = value.strip().rstrip("/")
    if value:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("an address like https://daybook.example.com is wanted")
    return value


def _long_enough(keys: list[SecretStr]) -> list[SecretStr]:
    if any(len(key.get_secret_value()) < SHORTEST_KEY for key in keys):
        raise ValueError(f"a key has fewer than {SHORTEST_KEY} characters")
    return keys


def _known_database(url: SecretStr) -> SecretStr:
    if url.get_secret_value():
        try:
            Database(url.get_secret_value())
        except DatabaseError:
            raise ValueError("postgresql://user:password@host/name or the same with mysql:// is wanted") from None
    return url


SHORTEST_KEY = 16
"""Characters below which an API key can be guessed."""

type Listed[T] = Annotated[list[T], NoDecode, BeforeValidator(_listed)]
"""A list, written with commas in the environment."""


def _state_folder() -> Path:
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "daybook"


class Settings(BaseSettings):
    """How the service runs. Each field is the environment variable ``DAYBOOK_<FIELD>``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    host: str = Field("127.0.0.1", description="Address to listen on; any but this machine's own needs an API key")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one")
    api_keys: Annotated[Listed[SecretStr], AfterValidator(_long_enough)] = Field(
        [], description="Keys that callers may send, with commas between them; several, so that one can be rotated"
    )
    key_header: str = Field(
        "X-API-Key",
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        description="Header that may carry a key, beside Authorization: Bearer",
    )
    public_url: Annotated[str, AfterValidator(_web_address)] = Field(
        "", description="Address at which callers reach the service, for links and for Dify's import"
    )
    public_docs: bool = Field(
        False,  # noqa: FBT003 - pydantic's own form
        description="Whether /docs and /openapi.json need no key even where they describe hosted functions",
    )
    language: Annotated[Language, BeforeValidator(Language.of)] = Field(
        Language.CHINESE, description="Language of errors where a request names none: zh_Hans or en_US"
    )

    max_file_mb: int = Field(1024, gt=0, description="Megabytes that one sales file may have")
    max_rows: int = Field(50_000_000, gt=0, description="Rows that one sales file may have")
    max_columns: int = Field(256, gt=0, description="Columns that one sales file may have")
    max_expanded_mb: int = Field(2048, gt=0, description="Megabytes that a workbook may unfold to")
    max_name_length: int = Field(255, gt=0, description="Characters that an uploaded file's name may have")

    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, gt=0, le=256, description="Worker processes: jobs at a time"
    )
    queue: int = Field(32, ge=0, description="Requests that may wait for a worker; more are refused with 503")
    time_limit: float = Field(300, gt=0, description="Seconds that one job may work")
    memory_limit_mb: int = Field(4096, ge=128, description="Megabytes of memory that one worker may hold")
    connections: int = Field(
        512, ge=16, le=65_536, description="Connections at a time; each may need two file descriptors"
    )
    uploads: int = Field(128, gt=0, description="Requests whose bodies may arrive at a time")
    upload_rate: float = Field(
        8, ge=0, description="Kilobytes a second that a body must keep, over ten seconds; 0 asks for none"
    )
    upload_seconds: float = Field(300, gt=0, description="Seconds that a request's body may take to arrive")
    shutdown_seconds: float = Field(60, ge=0, description="Seconds that running requests get to finish at shutdown")

    state_folder: Path = Field(
        default_factory=_state_folder, description="Where the service keeps its database, if no other is named"
    )
    database_url: Annotated[SecretStr, AfterValidator(_known_database)] = Field(
        SecretStr(""),
        description="Database of the service, shared by its instances: postgresql://... or mysql://...; an SQLite file"
        " in the state folder if none is named",
    )
    report_days: float = Field(7, gt=0, description="Days that a report or a run is kept")
    link_secret: SecretStr = Field(
        SecretStr(""), description="Secret that signs links to reports; without one it is made once and kept with them"
    )
    link_days: float = Field(7, gt=0, description="Days that a link to a report is good for")
    sources: Path | None = Field(None, description="TOML file with the named sources that a request may name")
    source_folder: Path | None = Field(None, description="Folder whose files a request may name")
    source_hosts: Listed[str] = Field(
        [], description="Hosts from which a request may have an https file fetched, with commas between them"
    )
    temp_folder: Path = Field(
        default_factory=lambda: Path(tempfile.gettempdir()) / f"daybook-{os.getuid()}",
        description="Where uploads lie while they are worked on",
    )
    robots: Annotated[SecretStr, AfterValidator(checked_robots)] = Field(
        SecretStr(""), description="DingTalk robots by name, as JSON: webhook, and secret or keyword, of each"
    )
    mornings: Path | None = Field(None, description="TOML file that says which books are due when, and who is told")
    book_folder: str = Field(
        default_factory=lambda: str(_state_folder() / "books"),
        description="Where books are kept: a folder, or an address that fsspec knows, such as s3://bucket/books",
    )
    book_days: int = Field(1100, ge=2, description="Days before its latest one that a book keeps")
    otlp_endpoint: Annotated[str, AfterValidator(_web_address)] = Field(
        "",
        description="OpenTelemetry collector to which traces and figures are sent (OTLP over HTTP), such as"
        " http://localhost:4318; nothing is sent if none is named here or in OTEL_EXPORTER_OTLP_ENDPOINT",
    )
    functions: Listed[str] = Field([], description="Python modules with functions to offer, with commas between them")
    functions_folder: Path | None = Field(
        None, description="Folder in which those modules are looked for first; the current one if none is given"
    )

    @classmethod
    def load(cls, **flags: Any) -> Self:
        """The settings from the environment and ``flags``, which win.

        Raises:
            SettingsError: one of them is invalid; the sentence names it and never quotes it.
        """
        try:
            settings = cls(**flags)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            name = PREFIX + str(first["loc"][0]).upper()
            raise SettingsError(WRONG, name=name, reason=first["msg"]) from None
        if not settings.api_keys:
            if not settings.is_local:
                raise SettingsError(NO_KEY, host=settings.host)
            public = urlsplit(settings.public_url).hostname
            if public is not None and not is_this_machine(public):
                raise SettingsError(NO_KEY_IN_PUBLIC, host=public)
        return settings

    @property
    def database_address(self) -> str:
        """The URL of the database, given or by default; it may hold a password."""
        return self.database_url.get_secret_value() or sqlite_url(self.state_folder / "daybook.sqlite")

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the service."""
        return is_this_machine(self.host)

    @property
    def limits(self) -> Limits:
        """What one sales file may hold here."""
        return Limits(
            file_bytes=self.max_file_mb * 1_000_000,
            rows=self.max_rows,
            columns=self.max_columns,
            expanded_bytes=self.max_expanded_mb << 20,
            parse_threads=2,
            beyond=ASK_FOR_MORE,
        )

    def described(self) -> dict[str, str]:
        """Every setting as text, without secrets: of those only whether they are there."""
        return {name: _shown(getattr(self, name)) for name in type(self).model_fields}


def is_this_machine(host: str) -> bool:
    """Whether a host's name or address is that of the machine which asks."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def secret_names() -> frozenset[str]:
    """The settings whose values are secret."""
    return frozenset(
        name for name, field in Settings.model_fields.items() if SecretStr.__name__ in repr(field.annotation)
    )


def _shown(value: object) -> str:
    match value:
        case SecretStr():
            return "set" if value.get_secret_value() else "not set"
        case [SecretStr(), *_]:
            return f"set ({len(value)})"
        case list():
            return ", ".join(map(str, value)) or "none"
        case None | "":
            return "not set"
        case _:
            return str(value)


_STAT = Path("/proc/self/stat")
_ENVIRONMENT_START, _ENVIRONMENT_END = 49, 50
"""Fields of a process's stat that say where its first environment lies (proc_pid_stat(5), counted from 0)."""
_PR_SET_DUMPABLE = 4


def forget_secrets(names: Collection[str]) -> None:
    """Remove the variables ``names``, and close this process's memory to others of the same user.

    To unset a variable is not enough: ``/proc/<pid>/environ`` shows the environment with which a process was started,
    to its own user's every process, and so to the functions that the service runs.
    """
    for name in names:
        os.environ.pop(name, None)
    with contextlib.suppress(OSError, ValueError, IndexError):
        _blank(names)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _blank(names: Collection[str]) -> None:
    fields = _STAT.read_text("ascii", "replace").rpartition(")")[2].split()
    # what stands before the name's end, two fields, is cut off
    start, end = (int(fields[number - 2]) for number in (_ENVIRONMENT_START, _ENVIRONMENT_END))
    place = start
    for entry in ctypes.string_at(start, end - start).split(b"\0"):
        name, sign, value = entry.partition(b"=")
        if sign and os.fsdecode(name) in names:
            ctypes.memset(place + len(name) + 1, 0, len(value))
        place += len(entry) + 1
