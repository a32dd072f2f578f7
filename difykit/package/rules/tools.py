"""The rules for a tool provider and its tools."""

from typing import Any, Literal

from pydantic import Field, field_validator

from difykit.package.rules.common import Author, Declared, Name, Tag, Text

SENT_ANYWAY = ("text", "files", "json")
"""Outputs that every tool node has by itself."""


class Source(Declared):
    """Where the code is."""

    source: str = Field(description="name the Python file")


class Extra(Declared):
    """Where the code is, by language."""

    python: Source


class ProviderIdentity(Declared):
    """Who a provider is."""

    author: Author
    name: Name
    label: Text
    description: Text
    icon: str = Field(min_length=1, description="name a file of _assets")
    icon_dark: str | None = Field(None, description="name a file of _assets, or leave it out")
    tags: list[Tag] = Field(
        default_factory=list, description="choose from the marketplace's tags, without agent and trigger"
    )


class Option(Declared):
    """One choice of a select."""

    value: str = Field(min_length=1, max_length=127, description="give a text that is not empty, numbers in quotes")
    label: Text
    icon: str | None = None


class Credential(Declared):
    """A field of the credentials' form."""

    name: str | None = None
    type: Literal[
        "secret-input", "text-input", "select", "boolean", "app-selector", "model-selector", "array[tools]"
    ] = Field(description="choose a type that the form knows")
    required: bool = False
    default: str | int | float | bool | None = None
    scope: str | None = None
    options: list[Option] = Field(default_factory=list)
    label: Text
    help: Text | None = None
    url: str | None = None
    placeholder: Text | None = None


class Provider(Declared):
    """provider/NAME.yaml."""

    identity: ProviderIdentity
    credentials_for_provider: dict[str, Credential] = Field(default_factory=dict)
    credentials_schema: list[Credential] = Field(default_factory=list)
    oauth_schema: dict[str, Any] | None = None
    tools: list[str] = Field(min_length=1, description="name the tools' files")
    extra: Extra


class ToolIdentity(Declared):
    """Who a tool is."""

    author: Author
    name: Name
    label: Text


class ToolDescription(Declared):
    """What a tool does: to a person, and to a model that chooses tools."""

    human: Text
    llm: str = Field(min_length=1, description="say to a model when to use the tool")


class Parameter(Declared):
    """One parameter of a tool."""

    name: Name
    label: Text
    human_description: Text
    type: Literal[
        "string", "number", "boolean", "select", "secret-input", "file", "files", "app-selector", "model-selector",
        "any", "dynamic-select", "array", "object", "checkbox",
    ] = Field(description="choose a type that Dify 1.13 knows; a date is a string")  # fmt: skip
    form: Literal["schema", "form", "llm"] = Field(description="write llm for an input of the node, form for its panel")
    llm_description: str = ""
    required: bool = False
    default: Any = None
    min: int | float | None = None
    max: int | float | None = None
    precision: int | None = None
    multiple: bool = False
    options: list[Option] = Field(default_factory=list)
    auto_generate: dict[str, Any] | None = None
    template: dict[str, Any] | None = None
    scope: str | None = None


class OutputSchema(Declared):
    """The variables that a tool sends, as a JSON schema."""

    type: Literal["object"] = Field(description="write object")
    properties: dict[Name, dict[str, Any]] = Field(
        default_factory=dict, description=f"name no variable {', '.join(SENT_ANYWAY)}: Dify has those itself"
    )

    @field_validator("properties")
    @classmethod
    def _free_names(cls, properties: dict[str, Any]) -> dict[str, Any]:
        taken = sorted(set(SENT_ANYWAY) & set(properties))
        if taken:
            raise ValueError(f"has {', '.join(taken)}")
        return properties


class Tool(Declared):
    """tools/NAME.yaml."""

    identity: ToolIdentity
    description: ToolDescription
    parameters: list[Parameter] = Field(default_factory=list)
    output_schema: OutputSchema | None = None
    has_runtime_parameters: bool = False
    extra: Extra
