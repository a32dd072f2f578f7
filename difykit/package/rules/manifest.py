"""The rules for manifest.yaml."""

import datetime as dt
import re
from typing import Annotated, Any, Literal

from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, Field, field_validator

from difykit.package.rules.common import Author, Declared, Localized, Tag

SOURCE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "gitee.com", "codeberg.org", "git.sr.ht")
REPOSITORY = re.compile(rf"https?://(www\.)?({'|'.join(map(re.escape, SOURCE_HOSTS))})/[^\s)>\"]+", re.IGNORECASE)


def _pep440(version: str) -> str:
    try:
        Version(version)
    except InvalidVersion as error:
        raise ValueError("is no version by PEP 440") from error
    return version


def _past(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError("has no time zone")
    if moment > dt.datetime.now(dt.UTC):
        raise ValueError("is in the future")
    return moment


class Switch(Declared):
    """A permission that is asked for or not."""

    enabled: bool = False


class ModelPermission(Switch):
    """Which models may be called."""

    llm: bool = False
    text_embedding: bool = False
    rerank: bool = False
    tts: bool = False
    speech2text: bool = False
    moderation: bool = False


class Storage(Switch):
    """Storage in Dify."""

    size: int = Field(1_048_576, ge=1024, le=1_073_741_824, description="ask for 1024 bytes to 1 GiB")


class Permission(Declared):
    """What the plugin may call in Dify."""

    tool: Switch | None = None
    model: ModelPermission | None = None
    node: Switch | None = None
    endpoint: Switch | None = None
    app: Switch | None = None
    storage: Storage | None = None


class Resource(Declared):
    """What the plugin needs."""

    memory: int = Field(gt=0, description="give the memory in bytes")
    permission: Permission | None = None


class Plugins(Declared):
    """What the plugin consists of; a plugin of tools has one tool provider and nothing else but endpoints."""

    tools: list[str] = Field(min_length=1, max_length=1, description="name one tool provider: one of a kind is allowed")
    endpoints: list[str] = Field(default_factory=list, max_length=1, description="name one endpoint group at most")
    models: list[str] = Field(default_factory=list, max_length=0, description="put models into a plugin of their own")
    agent_strategies: list[str] = Field(default_factory=list, max_length=0, description="make a plugin of its own")
    datasources: list[str] = Field(default_factory=list, max_length=0, description="make a plugin of its own")
    triggers: list[str] = Field(default_factory=list, max_length=0, description="make a plugin of its own")


class Runner(Declared):
    """What runs the plugin."""

    language: Literal["python"] = Field(description="write python")
    version: Literal["3.12"] = Field(description='write "3.12": the daemon runs no other')
    entrypoint: Literal["main"] = Field(description="write main")


class Meta(Declared):
    """How the plugin runs."""

    version: Literal["0.0.1", "0.0.2"] = Field(description="write 0.0.2, the version of the manifest's format")
    arch: list[Literal["amd64", "arm64"]] = Field(min_length=1, description="name amd64, arm64 or both")
    runner: Runner
    minimum_dify_version: Annotated[str, AfterValidator(_pep440)] | None = Field(
        None, description="name the oldest Dify that was really tested, as 1.10.0"
    )


class Manifest(Declared):
    """manifest.yaml."""

    version: Annotated[
        str,
        Field(
            pattern=r"^\d{1,4}(\.\d{1,4}){2}(-\w{1,16})?$",
            description="write three numbers, as 1.2.3; a version is never published twice",
        ),
        AfterValidator(_pep440),
    ]
    type: Literal["plugin"] = Field(description="write plugin")
    author: Author
    name: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9_-]{1,128}$",
            description="use up to 128 lower-case letters, digits, hyphens and underscores",
        ),
    ]
    label: Localized
    description: Localized
    icon: str = Field(min_length=1, max_length=128, description="name a file of _assets")
    icon_dark: str | None = Field(None, max_length=128, description="name a file of _assets, or leave it out")
    created_at: Annotated[dt.datetime, AfterValidator(_past)] = Field(
        description="give a moment in the past with its zone, as 2026-01-31T08:00:00Z"
    )
    resource: Resource
    plugins: Plugins
    meta: Meta
    tags: list[Tag | Literal["agent", "trigger"]] = Field(
        default_factory=list, description="choose from the marketplace's tags"
    )
    privacy: str = Field(min_length=1, description="name PRIVACY.md")
    repo: Annotated[str, Field(pattern=rf"(?i)^{REPOSITORY.pattern}$")] = Field(
        description=f"give the source repository's address, at one of {', '.join(SOURCE_HOSTS)}"
    )
    contact: str = Field(
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        description="give an e-mail address that is read",
    )

    @field_validator("created_at", mode="before")
    @classmethod
    def _moment(cls, value: Any) -> Any:
        return dt.datetime.fromisoformat(value) if isinstance(value, str) else value
