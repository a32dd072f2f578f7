"""A message to a DingTalk group through a robot of the service, for workflows that call over HTTP.

Dify's HTTP-request node repeats a request after a timeout or a 5xx without being asked to. So a repeat posts nothing
twice, here more than anywhere: every push has a delivery key, and what DingTalk refuses is a 422, never a 5xx or a 429.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field, ValidationError

from daybook import tracing
from daybook.dingtalk import RobotError
from daybook.errors import DeliveryError, ParameterError
from daybook.language import Text
from daybook.mornings.steps import StepOutcome
from daybook.parameters import PushParameters, schemas
from daybook.plugin.outputs import ToolResult
from daybook.render.markdown import report_markdown
from daybook.service import texts
from daybook.service.errors import MediaTypeError
from daybook.service.http.body import JSON_BYTES, Body, content_type
from daybook.service.http.openapi import FILE_ANSWERS, WORK_ANSWERS
from daybook.service.http.responses import parameter_error
from daybook.service.reports import pages
from daybook.service.state import Service, ServiceState, require_key
from daybook.service.telemetry import current_request
from daybook.service.watching import outcome_of

router = APIRouter(prefix="/v1/push", tags=["push"])

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
EXAMPLE = '{"content": "..."}'
_PARAMETERS: dict[str, dict[str, Any]] = schemas(PushParameters) | {
    "report_id": {"type": "string", "description": "A report that the service keeps, sent instead of content"},
    "without_correction": {
        "type": "boolean",
        "default": False,
        "description": "true to leave out the correction at the head of the report, which is sent by itself",
    },
    "when_ready": {
        "type": "boolean",
        "default": False,
        "description": "true to refuse a report whose day's data was not there or not whole",
    },
    "robot": {"type": "string", "description": "Name of the robot; may be left out where there is one"},
}
_PARAMETERS["delivery_key"]["description"] += (
    ". Left out, it is the report's own key, or one made from the message, so that the same text is sent once"
)
_BODY = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "object", "properties": _PARAMETERS}} for kind in (FORM, JSON)},
    }
}

_ANSWERS: dict[int | str, dict[str, Any]] = {404: FILE_ANSWERS[404]}
_ANSWERS |= {status: WORK_ANSWERS[status] for status in (400, 401, 408, 413, 415, 422)}

WHAT_TO_SEND = Text(
    en="There is nothing to send; give content or report_id, one of them.",
    zh="没有要发送的内容；请提供 content 或 report_id 其中之一。",
)

NOT_READY = Text(
    en="The report was not sent, because its data is not ready: {reason} Make it again later, or push it without"
    " when_ready.",
    zh="数据尚未就绪，日报没有发送：{reason}请稍后重新生成，或不带 when_ready 推送。",
    code="data_not_ready",
)


class PushAnswer(BaseModel):
    """What became of a push."""

    delivered: bool = Field(description="The group has the whole message, from now or before")
    already_delivered: bool = Field(description="It had been delivered under this key before; nothing was sent")
    outcome_unknown: bool = Field(description="DingTalk did not answer; push again under the same key")
    parts: int = Field(description="Messages that the content takes")
    delivery_key: str = Field(description="The delivery key, given or derived")
    preview: str = Field(description="What was sent, or would be")
    text: str = Field(description="The same in a sentence, with warnings below it")


@router.post(
    "",
    operation_id="push",
    summary="Send a message or a report to a DingTalk group, once",
    responses=_ANSWERS,
    openapi_extra=_BODY,
    dependencies=[Depends(require_key)],
)
async def push(request: Request, service: Service) -> PushAnswer:
    """Delivers a text, or a report that the service keeps, to the DingTalk group of one of the service's robots.

    Under one delivery key a group gets a message once, however often the request is repeated.
    """
    values = await _values(request, service)
    report_id = str(values.pop("report_id", "") or "").strip()
    robot = str(values.pop("robot", "") or "").strip()
    apart, when_ready = (
        str(values.pop(name, "")).strip().lower() in {"true", "1"} for name in ("without_correction", "when_ready")
    )
    if bool(report_id) is bool(str(values.get("content") or "").strip()):
        raise ParameterError(WHAT_TO_SEND)
    if report_id:
        made = await asyncio.to_thread(_of_report, service, report_id, apart=apart, when_ready=when_ready)
        values |= {name: text for name, text in made.items() if name == "content" or not values.get(name)}
    outputs = await _pushed(service, robot, report_id, _parameters(values))
    return PushAnswer(text=outputs.text, **outputs.variables)


async def _pushed(service: ServiceState, robot: str, report_id: str, asked: PushParameters) -> ToolResult:
    """The push, of which its morning is told."""
    begun, trace_id = time.monotonic(), tracing.trace_id()

    async def note(outcome: StepOutcome, cause: str = "") -> None:
        if not asked.dry_run:
            service.metrics.delivered(outcome)
            await asyncio.to_thread(
                service.mornings.pushed,
                report_id,
                asked.delivery_key or "",
                outcome,
                cause=cause,
                robot=service.robots.named(robot),
                seconds=time.monotonic() - begun,
                trace_id=trace_id,
            )

    try:
        outputs = await service.robots.push(robot, asked)
    except RobotError as error:
        await note(StepOutcome.FAILED, error.cause_code)
        raise
    await note(outcome_of(outputs))
    return outputs


def _of_report(service: ServiceState, report_id: str, *, apart: bool, when_ready: bool) -> dict[str, str]:
    """The message that a report is: with its picture and the way to its page, where a phone can open them."""
    report = service.reports.get(report_id)
    if when_ready and report.readiness and not report.readiness.ready:
        raise DeliveryError(NOT_READY, reason=report.readiness.reason)
    addresses = pages.addresses_of(service, report_id, report)
    content = report_markdown(report, corrections=not apart, addresses=addresses)
    return {"content": content, "button_url": addresses.page, "delivery_key": report.report_key}


async def _values(request: Request, service: ServiceState) -> dict[str, Any]:
    body = Body(request, limit=JSON_BYTES, pace=service.pace)
    match content_type(request):
        case "application/json":
            values = await body.json_object(EXAMPLE)
        case "application/x-www-form-urlencoded":
            data = b"".join([block async for block in body.blocks()])
            values = dict(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True))
        case _:
            raise MediaTypeError(texts.WRONG_CONTENT_TYPE, wanted=f"{JSON}, {FORM}")
    current_request().language = str(values.get("language") or "")
    for name in values:
        if name not in _PARAMETERS:
            raise ParameterError(texts.UNKNOWN_PARAMETER, name=name[:64], known=", ".join(_PARAMETERS))
    return values


def _parameters(values: Mapping[str, Any]) -> PushParameters:
    try:
        return PushParameters.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        raise parameter_error(str(first["loc"][0]), str(first["type"])) from None
