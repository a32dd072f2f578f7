"""The named sources of the service: what they are called, and nothing of where they lead."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from daybook.service.http.openapi import KEY_ANSWERS
from daybook.service.state import Service, require_key

router = APIRouter(prefix="/v1/sources", tags=["sources"], dependencies=[Depends(require_key)])


class NamedSource(BaseModel):
    """A source that a report may be asked of."""

    name: str
    kind: str
    title: str


class NamedSources(BaseModel):
    """All of them."""

    sources: list[NamedSource]


@router.get("", operation_id="list_sources", summary="The sources that a report may name", responses=KEY_ANSWERS)
async def list_sources(service: Service) -> NamedSources:
    """Lists the named sources of the service by name, with their kinds and titles."""
    return NamedSources.model_validate({"sources": service.sources.listed()})
