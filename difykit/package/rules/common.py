"""What several declarations have: names, texts by language, tags."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _own_namespace(author: str) -> str:
    if re.search(r"dify|langgenius", author):
        raise ValueError("speaks for Dify's makers")
    return author


class Declared(BaseModel):
    """A part of a declaration."""

    model_config = ConfigDict(extra="allow", strict=True)


Words = Annotated[str, Field(min_length=1, max_length=1023)]
Tag = Literal[
    "search", "image", "videos", "weather", "finance", "design", "travel", "social", "news", "medical",
    "productivity", "education", "business", "entertainment", "utilities", "rag", "other",
]  # fmt: skip
Name = Annotated[
    str, Field(pattern=r"^[a-zA-Z0-9_-]+$", description="give it a name of letters, digits, hyphens and underscores")
]
Author = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9_-]{1,64}$",
        description="use up to 64 lower-case letters, digits, hyphens and underscores, without dify or langgenius",
    ),
    AfterValidator(_own_namespace),
]


class I18n(Declared):
    """A text by language."""

    model_config = ConfigDict(extra="forbid")

    en_US: Words = Field(description="give the English text, in fewer than 1024 characters")  # noqa: N815 - Dify's key
    zh_Hans: Words | None = Field(None, description="give the Chinese text, in fewer than 1024 characters")  # noqa: N815
    ja_JP: Words | None = None  # noqa: N815
    pt_BR: Words | None = None  # noqa: N815


Localized = Annotated[I18n, Field(description="give it a text a language, from en_US, zh_Hans, ja_JP and pt_BR")]
