"""Answers about files that are used again: which there are, and forgetting one."""

import asyncio
import datetime as dt
import json
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field

from daybook.service.http.openapi import FILE_ANSWERS, KEY_ANSWERS
from daybook.service.state import Service, require_key

router = APIRouter(prefix="/v1/answers", tags=["answers"], dependencies=[Depends(require_key)])


class AnswerShown(BaseModel):
    """An answer that is used again."""

    id: str
    code: str = Field(description="What was asked")
    parameter: str = Field(description="The parameter that answers it")
    value: str = Field(description="What it was answered with")
    on: dt.date = Field(description="When")


@router.get(
    "",
    summary="Answers that are used again",
    responses={200: {"model": list[AnswerShown], "description": "The latest first"}, **KEY_ANSWERS},
)
async def list_answers(service: Service) -> Response:
    """What was answered to questions that files raised, and is used again for files with the same columns."""
    answers = await asyncio.to_thread(service.answers.all)
    shown = [AnswerShown.model_validate(answer._asdict()).model_dump(mode="json") for answer in answers]
    body = json.dumps(shown, ensure_ascii=False).encode()
    return Response(body, 200, {"Cache-Control": "private, no-store"}, "application/json")


@router.delete("/{answer_id}", status_code=204, summary="Forget an answer", responses=FILE_ANSWERS)
async def forget_answer(
    service: Service, answer_id: Annotated[str, Path(description="The answer's id", max_length=32)]
) -> Response:
    """Forgets an answer, so that the question is asked again."""
    await asyncio.to_thread(service.answers.forget, answer_id)
    return Response(status_code=204)
