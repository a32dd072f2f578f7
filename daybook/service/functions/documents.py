"""What the service's documents say of the functions: an operation for each, as a tool that Dify imports."""

from collections.abc import Iterable
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from daybook.functions.declare import Signature
from daybook.service.http.openapi import WORK_ANSWERS

TAG = "functions"


class RunFile(BaseModel):
    """A file of a result."""

    name: str
    mime_type: str
    size: int = Field(description="Bytes")
    url: str = Field(description="Opens the file without a key, for a while")


class RunError(BaseModel):
    """Why a run ended without a result."""

    code: str
    detail: str


class RunSummary(BaseModel):
    """How a run does."""

    run_id: str = Field(description="By this id the run can be looked at")
    function: str
    state: str = Field(description="waiting, running, done or failed")
    created: str
    seconds: float
    progress: float | None = Field(description="How far it is, from 0 to 1")
    message: str = Field(description="What it does, in its own words")


class RunAnswer(RunSummary):
    """A run of a function, with what it gave back."""

    text: str = Field(description="The result as text for a person, Markdown for tables")
    result: Any = Field(None, description="The result as JSON")
    files: list[RunFile]
    printed: str = Field(description="What the function printed")
    error: RunError | None = None


class ArgumentAnswer(BaseModel):
    """An argument of a function."""

    name: str
    required: bool
    schema_: dict[str, Any] = Field(alias="schema", description="JSON schema")


class FunctionAnswer(BaseModel):
    """A function."""

    name: str
    summary: str
    description: str
    path: str
    parameters: list[ArgumentAnswer]


class FunctionsAnswer(BaseModel):
    """The functions that the service offers."""

    functions: list[FunctionAnswer]
    problems: list[str] = Field(description="What kept functions from being offered when the service started")


def listed(signature: Signature) -> dict[str, Any]:
    """A function in the list."""
    return {
        "name": signature.name,
        "summary": signature.summary,
        "description": signature.description,
        "path": f"/functions/{signature.name}",
        "parameters": [
            {"name": argument.name, "required": argument.required, "schema": dict(argument.schema)}
            for argument in signature.arguments
        ],
    }


def operations(signatures: Iterable[Signature]) -> list[APIRoute]:
    """An operation for each function, for the documents alone: calls go through the one endpoint for all."""

    # that one has the function's name as a parameter of its own, which no caller of a function sends
    async def shown() -> None: ...

    return [
        APIRoute(
            f"/functions/{signature.name}",
            shown,
            methods=["POST"],
            operation_id=signature.name,
            tags=[TAG],
            summary=signature.summary,
            description=signature.description or signature.summary,
            responses={200: {"model": RunAnswer, "description": "The run, with its result"}, **WORK_ANSWERS},
            openapi_extra=_body(signature),
        )
        for signature in signatures
    ]


def _body(signature: Signature) -> dict[str, Any]:
    if not signature.arguments:
        return {}
    required = [argument.name for argument in signature.arguments if argument.required]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {argument.name: dict(argument.schema) for argument in signature.arguments},
    }
    if required:
        schema["required"] = required
    kind = "multipart/form-data" if signature.files else "application/json"
    return {"requestBody": {"required": bool(required), "content": {kind: {"schema": schema}}}}
