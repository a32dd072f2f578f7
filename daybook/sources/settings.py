"""`load_sources`: the named sources of a TOML file, each with its secrets from the environment."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

from pydantic import Field, TypeAdapter, ValidationError

from daybook.errors import ParameterError, SettingsError
from daybook.language import excerpt, literal
from daybook.sources import texts
from daybook.sources.base import MAX_NAME
from daybook.sources.files import FolderSource, WebSource
from daybook.sources.sql import SqlSource
from daybook.sources.storage import LakeSource, ObjectSource

VARIABLE = "DAYBOOK_SOURCES"
"""The environment variable that names the file."""

type ConfiguredSource = Annotated[
    FolderSource | ObjectSource | WebSource | SqlSource | LakeSource,
    Field(discriminator="kind"),
]
"""A source of any kind."""

_KINDS = frozenset({"folder", "object", "https", "sql", "lake"})
_NAME = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{MAX_NAME - 1}}}", re.ASCII)
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PASSWORD = re.compile(r"://[^/@:]*:(?!\$\{\w+\}@)[^/@]+@")
_WITH_REFERENCES = frozenset({"url", "headers", "options", "spark"})
"""Settings in which an environment variable may stand; not the query, in which nothing is ever put as text."""
_ADAPTER: TypeAdapter[ConfiguredSource] = TypeAdapter(ConfiguredSource)


class Sources(NamedTuple):
    """The sources that there are."""

    by_name: Mapping[str, ConfiguredSource] = {}
    variables: frozenset[str] = frozenset()
    """The environment variables that their settings use."""

    def get(self, name: str) -> ConfiguredSource:
        """The source of that name.

        Raises:
            ParameterError: there is none; the sentence names those that there are.
        """
        if not self.by_name:
            raise ParameterError(texts.NO_SOURCES)
        found = self.by_name.get(name.strip())
        if found is None:
            known = literal(", ".join(sorted(self.by_name)))
            raise ParameterError(texts.UNKNOWN, name=f"“{excerpt(name)}”", known=known)
        return found

    def listed(self) -> list[dict[str, str]]:
        """Names, kinds and titles, in order of names; nothing of where they lead."""
        return [
            {"name": name, "kind": source.type_name, "title": source.title}
            for name, source in sorted(self.by_name.items())
        ]


def load_sources(path: Path | None, environ: Mapping[str, str] | None = None) -> Sources:
    """The sources of a settings file; none where no file is named.

    Args:
        path: the file.
        environ: the environment that its ``${VARIABLE}`` stand for.

    Raises:
        SettingsError: it cannot be read, or something in it is wrong; the sentence never quotes a value.
    """
    if path is None:
        return Sources()
    environ = os.environ if environ is None else environ
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise SettingsError(texts.NO_FILE) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise SettingsError(texts.NO_TOML, line=line[1] if line else "?") from None
    except UnicodeDecodeError:
        raise SettingsError(texts.NO_TOML, line="?") from None
    tables = found.pop("sources", {})
    if found or not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise SettingsError(texts.NO_TABLES)
    used: set[str] = set()
    made = {name: _made(name, table, path.parent, environ, used) for name, table in tables.items()}
    return Sources(made, frozenset(used))


def _made(
    name: str, table: Mapping[str, Any], folder: Path, environ: Mapping[str, str], used: set[str]
) -> ConfiguredSource:
    if not _NAME.fullmatch(name):
        raise SettingsError(texts.WRONG_NAME, name=f"“{excerpt(name)}”")
    if any(_PASSWORD.search(text) for text in _strings(table.get("url"))):
        raise SettingsError(texts.PLAIN_PASSWORD, name=name)
    values = {
        key: _resolved(name, key, value, environ, used) if key in _WITH_REFERENCES else value
        for key, value in table.items()
    }
    if isinstance(values.get("folder"), str):
        values["folder"] = folder / values["folder"]
    try:
        return _ADAPTER.validate_python(values | {"name": name})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = [str(part) for part in first["loc"] if part not in _KINDS] or ["kind"]
        raise SettingsError(
            texts.WRONG, name=name, field=literal(".".join(place)[:80]), reason=literal(first["msg"])
        ) from None


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)


def _resolved(name: str, key: str, value: Any, environ: Mapping[str, str], used: set[str]) -> Any:
    if isinstance(value, dict):
        return {part: _resolved(name, key, inner, environ, used) for part, inner in value.items()}
    if not isinstance(value, str):
        return value

    def put(match: re.Match[str]) -> str:
        if not environ.get(match[1]):
            raise SettingsError(texts.NO_VARIABLE, name=name, variable=match[1])
        used.add(match[1])
        # within an address it must not be taken for a part of the address
        return quote(environ[match[1]], safe="") if key == "url" and match[0] != value else environ[match[1]]

    return _REFERENCE.sub(put, value)
