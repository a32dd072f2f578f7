"""`Declaration`: a plugin's manifest, its provider and its tools, read from its YAML files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from difykit.runner.errors import BAD_YAML, NO_PLUGIN, NO_TOOL, RunnerError


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a tool."""

    name: str
    type: str
    form: str
    required: bool
    default: Any
    label: Mapping[str, str]
    description: Mapping[str, str]
    options: tuple[str, ...]
    multiple: bool

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """The parameter as a tool's YAML (or the debug port's tool declaration) gives it."""
        return cls(
            name=str(data["name"]),
            type=str(data["type"]),
            form=str(data.get("form", "")),
            required=bool(data.get("required")),
            default=data.get("default"),
            label=data.get("label") or {},
            description=data.get("human_description") or {},
            options=tuple(str(option["value"]) for option in data.get("options") or ()),
            multiple=bool(data.get("multiple")),
        )


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool of a provider, with what it takes and what it declares to give."""

    name: str
    provider: str
    label: Mapping[str, str]
    description: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    outputs: Mapping[str, Mapping[str, Any]]
    """Declared variables by name, each with its JSON schema."""

    @classmethod
    def read(cls, provider: str, data: Mapping[str, Any]) -> Self:
        """The tool as its YAML (or the debug port's tool declaration) gives it."""
        return cls(
            name=str(data["identity"]["name"]),
            provider=provider,
            label=data["identity"].get("label") or {},
            description=(data.get("description") or {}).get("human") or {},
            parameters=tuple(Parameter.read(parameter) for parameter in data.get("parameters") or ()),
            outputs=(data.get("output_schema") or {}).get("properties") or {},
        )


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential field of a provider."""

    name: str
    type: str
    required: bool
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Declaration:
    """A plugin's manifest, the providers in it, and their tools."""

    manifest: Mapping[str, Any]
    providers: tuple[str, ...]
    tools: tuple[Tool, ...]
    credentials: tuple[Credential, ...]

    @classmethod
    def load(cls, root: Path) -> Self:
        """Read the declaration of the plugin whose folder is ``root``.

        Raises:
            RunnerError: there is no plugin in ``root``.
        """
        manifest = _yaml(root, "manifest.yaml")
        try:
            providers = [_yaml(root, path) for path in (manifest.get("plugins") or {}).get("tools") or ()]
            for provider in providers:
                provider["tools"] = [_yaml(root, path) for path in provider.get("tools") or ()]
            declaration = cls.read(manifest, providers)
            _ = declaration.entrypoint
        except (AttributeError, KeyError, TypeError) as error:
            raise RunnerError(BAD_YAML, reason=str(error)) from error
        return declaration

    @classmethod
    def read(cls, manifest: Mapping[str, Any], providers: Iterable[Mapping[str, Any]]) -> Self:
        """The declaration from a manifest and its tool providers, each holding its whole tools."""
        providers = list(providers)
        names = [str(provider["identity"]["name"]) for provider in providers]
        return cls(
            manifest=manifest,
            providers=tuple(names),
            tools=tuple(
                Tool.read(name, tool)
                for name, provider in zip(names, providers, strict=True)
                for tool in provider.get("tools") or ()
            ),
            credentials=tuple(_credentials(providers)),
        )

    @property
    def entrypoint(self) -> str:
        """The module that runs the plugin."""
        return str(self.manifest["meta"]["runner"]["entrypoint"])

    def tool(self, name: str) -> Tool:
        """The tool called ``name``.

        Raises:
            RunnerError: there is none, with the names that there are.
        """
        for tool in self.tools:
            if tool.name == name:
                return tool
        raise RunnerError(NO_TOOL, tool=name, tools=", ".join(tool.name for tool in self.tools) or "-")

    def provider_of(self, tool: str) -> str:
        """The provider of a tool; of an unknown one the only provider, so that the plugin itself refuses."""
        return next((known.provider for known in self.tools if known.name == tool), self.provider)

    @property
    def provider(self) -> str:
        """The tool provider: Dify allows a plugin one. Empty where it has none."""
        return next(iter(self.providers), "")


def _yaml(root: Path, path: str) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - a development dependency: whoever only reads results does without

    try:
        data = yaml.safe_load((root / path).read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError):
        data = None
    if not isinstance(data, dict):
        raise RunnerError(NO_PLUGIN, name=path)
    return data


def _credentials(providers: Iterable[Mapping[str, Any]]) -> Iterable[Credential]:
    for provider in providers:
        fields = provider.get("credentials_for_provider") or provider.get("credentials_schema") or {}
        named = fields.items() if isinstance(fields, Mapping) else ((field["name"], field) for field in fields)
        for name, field in named:
            yield Credential(str(name), str(field["type"]), bool(field.get("required")), field.get("label") or {})
