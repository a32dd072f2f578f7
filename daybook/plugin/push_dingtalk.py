"""The node that delivers a text to a DingTalk group: Dify's parameters and credentials in, what became of it out."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Self
from uuid import uuid4

import requests
from pydantic import BaseModel, ConfigDict, Field

from daybook.dingtalk import (
    Button,
    Clock,
    Mentions,
    Message,
    MessageType,
    Outcome,
    PartState,
    Plan,
    Robot,
    RobotClient,
    parse_keywords,
    plan_message,
    texts,
)
from daybook.dingtalk.ledger import DeliveryLedger
from daybook.errors import DaybookError, SettingsError
from daybook.language import Language, Text
from daybook.parameters import PushParameters
from daybook.plugin.outputs import ToolResult
from daybook.store import Store
from daybook.values import OptionalText

LOOPBACK_SWITCH = "DAYBOOK_ALLOW_LOOPBACK_ROBOT"
"""Environment variable; with ``1`` a robot on this machine, such as the demo's, is accepted over plain http."""

DEFAULT_BUTTON = Text(en="View details", zh="查看详情")

DELIVERED = Text(
    en="Delivered to the DingTalk group ({parts} message(s)).",
    zh="已送达钉钉群，共 {parts} 条消息。",
)
ALREADY_DELIVERED = Text(
    en="Already delivered under this delivery key; nothing was sent.",
    zh="该投递标识此前已送达，本次未重复发送。",
)
DRY_RUN = Text(
    en="Dry run, nothing was sent: {parts} message(s), the largest of {bytes} bytes.",
    zh="试运行，未发送：共 {parts} 条消息，最大 {bytes} 字节。",
)


def _message(asked: PushParameters) -> Message:
    """The message that the parameters describe.

    Raises:
        ParameterError: it is invalid.
    """
    button = None
    if asked.message_type is MessageType.ACTION_CARD:
        button = Button(asked.button_title or DEFAULT_BUTTON.to(asked.language), asked.button_url or "")
    return Message(
        content=asked.content,
        title=asked.title or "",
        type=asked.message_type,
        mentions=Mentions(asked.at_mobiles, asked.at_user_ids, asked.at_all),
        button=button,
    )


class RobotCredentials(BaseModel):
    """The provider's credentials for the robot, as a person entered them."""

    model_config = ConfigDict(frozen=True)

    robot_webhook: OptionalText = Field(default=None, repr=False)
    robot_secret: OptionalText = Field(default=None, repr=False)
    robot_keyword: OptionalText = None

    @classmethod
    def of(cls, credentials: Mapping[str, Any]) -> Self:
        """Those among all of the provider's credentials."""
        return cls.model_validate({name: credentials.get(name) for name in cls.model_fields})

    def robot(self, environ: Mapping[str, str] | None = None) -> Robot | None:
        """The robot; ``None`` where none is entered.

        Raises:
            SettingsError: a field cannot be right; the sentence begins with its name.
        """
        environ = os.environ if environ is None else environ
        if not self.robot_webhook:
            if self.robot_secret or self.robot_keyword:
                raise SettingsError(texts.WEBHOOK_MISSING, field=texts.WEBHOOK_FIELD)
            return None
        return Robot.parse(
            self.robot_webhook,
            self.robot_secret or "",
            self.robot_keyword or "",
            allow_loopback=environ.get(LOOPBACK_SWITCH) == "1",
        )


def check_robot_credentials(credentials: Mapping[str, Any]) -> None:
    """Check the form of the robot's credentials; sends nothing. None at all are fine.

    Raises:
        SettingsError: a field cannot be right; the sentence begins with its name, ``values["field"]``.
    """
    RobotCredentials.of(credentials).robot()


def push(
    parameters: Mapping[str, Any] | PushParameters,
    credentials: Mapping[str, Any] | RobotCredentials,
    store: Store,
    *,
    ledger: DeliveryLedger | None = None,
    session: requests.Session | None = None,
    clock: Clock | None = None,
    run_blocking: Callable[[Callable[[], Plan]], Plan] = lambda plan: plan(),
) -> ToolResult:
    """Deliver a text to the group, or say what would be delivered.

    Args:
        parameters: the tool's parameters as Dify sends them; absent ones may be missing, ``None`` or empty.
        credentials: the provider's credentials.
        store: where the ledger and the rate window are kept.
        ledger: where it is kept what was delivered, if not in the store.
        session: the HTTP session to use; a new one where none is given.
        clock: the time.
        run_blocking: runs the planning, which looks through the whole content, where it holds up nothing else.

    Raises:
        ParameterError: a parameter is invalid; nothing was sent.
        SettingsError: there is no robot, or its credentials cannot be right; nothing was sent.
        RobotError: DingTalk refused the message, or it could not be sent.
    """
    wanted = parameters.language if isinstance(parameters, PushParameters) else parameters.get("language")
    language = Language.of(wanted)
    try:
        asked = (
            parameters if isinstance(parameters, PushParameters) else PushParameters.model_validate(dict(parameters))
        )
        entered = credentials if isinstance(credentials, RobotCredentials) else RobotCredentials.of(credentials)
        robot = entered.robot()
        keywords = robot.keywords if robot else parse_keywords(entered.robot_keyword or "")
        plan = run_blocking(lambda: plan_message(_message(asked), keywords))
        key = asked.delivery_key or ""
        if robot:
            client = RobotClient(robot, store, ledger=ledger, session=session, clock=clock)
            outcome = client.preview(plan, asked.unless_delivered) if asked.unless_delivered else None
            if outcome is None or not outcome.already_delivered:
                outcome = client.preview(plan, key) if asked.dry_run else client.push(plan, key)
        elif asked.dry_run:
            outcome = _without_robot(plan)
        else:
            raise SettingsError(texts.NO_ROBOT, field=texts.WEBHOOK_FIELD)
    except DaybookError as error:
        error.to(language)
        raise
    return _outputs(asked, plan, outcome)


def _without_robot(plan: Plan) -> Outcome:
    return Outcome(
        (PartState.NOT_SENT,) * len(plan.parts),
        tuple(uuid4().hex for _ in plan.parts),
        warnings=(texts.NO_ROBOT,),
    )


def _outputs(asked: PushParameters, plan: Plan, outcome: Outcome) -> ToolResult:
    language = asked.language
    warnings = [warning.to(language) for warning in (*plan.warnings, *outcome.warnings)]
    messages = [] if outcome.already_delivered else _messages(plan, outcome)
    variables = {
        "delivered": outcome.delivered,
        "already_delivered": outcome.already_delivered,
        "outcome_unknown": outcome.outcome_unknown,
        "parts": len(outcome.states),
        "delivery_key": asked.delivery_key or "",
        "preview": plan.preview,
    }
    what_was_sent = {
        **{name: value for name, value in variables.items() if name != "preview"},
        "dry_run": asked.dry_run,
        "unknown_because": outcome.unknown.to(language) if outcome.unknown else "",
        "messages": messages,
        "warnings": warnings,
    }
    lines = [_headline(asked, outcome, messages), *(f"- {warning}" for warning in warnings)]
    if asked.dry_run:
        lines += ["", plan.preview]
    return ToolResult(text="\n".join(lines), json=what_was_sent, variables=variables)


def _messages(plan: Plan, outcome: Outcome) -> list[dict[str, Any]]:
    return [
        {
            "part": part.number,
            "state": state.value,
            "bytes": len(part.payload(message_id)),
            "body": part.identified(message_id),
        }
        for part, state, message_id in zip(plan.parts, outcome.states, outcome.message_ids, strict=True)
    ]


def _headline(asked: PushParameters, outcome: Outcome, messages: list[dict[str, Any]]) -> str:
    parts = len(outcome.states)
    if outcome.unknown:
        return outcome.unknown.to(asked.language)
    if outcome.already_delivered:
        return ALREADY_DELIVERED.to(asked.language)
    if asked.dry_run:
        return DRY_RUN.to(asked.language, parts=parts, bytes=max(message["bytes"] for message in messages))
    return DELIVERED.to(asked.language, parts=parts)
