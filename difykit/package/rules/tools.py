"""The rules for a tool provider and its tools."""

from typing import Any, Literal

from pydantic import Field, field_validator

from difykit.package.rules.common import Author, Declared, Localized, Name, Tag

SENT_ANYWAY = ("text", "files", "json")
"""Outputs that every tool node has by itself."""


class PythonSource(Declared):
    """Where the code is."""

    source: str = Field(description="name the Python file")


class Extra(Declared):
    """Where the code is, by language."""

    python: PythonSource


class ProviderIdentity(Declared):
    """Who a provider is."""

    author: Author
    name: Name
    label: Localized
    description: Localized
    icon: str = Field(min_length=1, description="name a file of _assets")
    icon_dark: str | None = Field(None, description="name a file of _assets, or leave it out")
    tags: list[Tag] = Field(
        default_factory=list, description="choose from the marketplace's tags, without agent and trigger"
    )


class OptionField(Declared):
    """One choice of a select."""

    value: str = Field(min_length=1, max_length=127, description="give a text that is not empty, numbers in quotes")
    label: Localized
    icon: str | None = None


class CredentialField(Declared):
    """A field of the credentials' form."""

    name: str | None = None
    type: Literal[
        "secret-input", "text-input", "select", "boolean", "app-selector", "model-selector", "array[tools]"
    ] = Field(description="choose a type that the form knows")
    required: bool = False
    default: str | int | float | bool | None = None
    scope: str | None = None
    options: list[OptionField] = Field(default_factory=list)
    label: Localized
    help: Localized | None = None
    url: str | None = None
    placeholder: Localized | None = None


class ProviderFile(Declared):
    """provider/NAME.yaml."""

    identity: ProviderIdentity
    credentials_for_provider: dict[str, CredentialField] = Field(default_factory=dict)
    credentials_schema: list[CredentialField] = Field(default_factory=list)
    oauth_schema: dict[str, Any] | None = None
    tools: list[str] = Field(min_length=1, description="name the tools' files")
    extra: Extra


class ToolIdentity(Declared):
    """Who a tool is."""

    author: Author
    name: Name
    label: Localized


class ToolDescription(Declared):
    """What a tool does: to a person, and to a model that chooses tools."""

    human: Localized
    llm: str = Field(min_length=1, description="say to a model when to use the tool")


class ParameterField(Declared):
    """One parameter of a tool."""

    name: Name
    label: Localized
    human_description: Localized
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
    options: list[OptionField] = Field(default_factory=list)
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


class ToolFile(Declared):
    """tools/NAME.yaml."""

    identity: ToolIdentity
    description: ToolDescription
    parameters: list[ParameterField] = Field(default_factory=list)
    output_schema: OutputSchema | None = None
    has_runtime_parameters: bool = False
    extra: Extra
