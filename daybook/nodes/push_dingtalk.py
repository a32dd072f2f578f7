"""The node that delivers a text to a DingTalk group: Dify's parameters and credentials in, what became of it out."""

import os
import re
from collections.abc import Mapping
from typing import Annotated, Any, Self
from uuid import uuid4

import requests
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

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
    sentences,
)
from daybook.errors import DaybookError, ParameterError, SettingsError
from daybook.language import Language, Text, excerpt
from daybook.nodes.outputs import NodeOutputs
from daybook.nodes.values import LanguageChoice, OptionalText, blank_as_none
from daybook.store import Store

LOOPBACK_SWITCH = "DAYBOOK_ALLOW_LOOPBACK_ROBOT"
"""Environment variable; with ``1`` a robot on this machine, such as the demo's, is accepted over plain http."""

DEFAULT_BUTTON = Text(en="View details", zh="查看详情")

BAD_TYPE = Text(
    en="The message type (message_type) is '{value}'; choose markdown, text or action_card.",
    zh="“消息类型”（message_type）的值“{value}”无效，请选择 markdown、text 或 action_card。",
)
BAD_SWITCH = Text(
    en="{name} is '{value}'; give true or false.",
    zh="{name}的值“{value}”无效，请填写 true 或 false。",
)
BAD_PEOPLE = Text(
    en="{name} is no list of people; give them as text, separated by commas.",
    zh="{name}的格式不正确，请用逗号分隔填写。",
)
LABELS = {
    "at_mobiles": Text(en="Mention by mobile number (at_mobiles)", zh="“按手机号 @”（at_mobiles）"),
    "at_user_ids": Text(en="Mention by user ID (at_user_ids)", zh="“按 userId @”（at_user_ids）"),
    "at_all": Text(en="Mention everyone (at_all)", zh="“@所有人”（at_all）"),
    "dry_run": Text(en="Dry run (dry_run)", zh="“试运行”（dry_run）"),
}

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

_TRUE = {"true", "yes", "on", "1", "y", "t", "是", "对", "开"}
_FALSE = {"false", "no", "off", "0", "n", "f", "none", "null", "undefined", "否", "不", "关"}
_BREAK = re.compile(r"[\s,，、;；]+")


def _type(value: object) -> object:
    name = re.sub(r"[\s_-]+", "", str(blank_as_none(value) or MessageType.MARKDOWN)).lower()
    for known in MessageType:
        if name == known.value.replace("_", ""):
            return known
    raise ParameterError(BAD_TYPE, value=excerpt(value))


def _switch(name: str) -> BeforeValidator:
    def read(value: object) -> bool:
        word = str(value).strip().lower()
        if blank_as_none(value) is None or word in _FALSE:
            return False
        if word in _TRUE or word == "1.0":
            return True
        raise ParameterError(BAD_SWITCH, name=LABELS[name], value=excerpt(word))

    return BeforeValidator(read)


def _people(name: str) -> BeforeValidator:
    def read(value: object) -> tuple[str, ...]:
        items = value if isinstance(value, (list, tuple)) else (value,)
        if any(isinstance(item, (Mapping, list, tuple, bool)) for item in items):
            raise ParameterError(BAD_PEOPLE, name=LABELS[name])
        words = (word for item in items if item is not None for word in _BREAK.split(_written(item)))
        return tuple(dict.fromkeys(word.removeprefix("@") for word in words if word.removeprefix("@")))

    return BeforeValidator(read)


def _written(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _content(value: object) -> str:
    return "" if value is None else str(value)


class PushParameters(BaseModel):
    """What the node is asked. Defaults stand here, because Dify applies none of the tool's YAML."""

    model_config = ConfigDict(frozen=True)

    content: Annotated[str, BeforeValidator(_content)] = ""
    title: OptionalText = None
    message_type: Annotated[MessageType, BeforeValidator(_type)] = MessageType.MARKDOWN
    button_title: OptionalText = None
    button_url: OptionalText = None
    at_mobiles: Annotated[tuple[str, ...], _people("at_mobiles")] = ()
    at_user_ids: Annotated[tuple[str, ...], _people("at_user_ids")] = ()
    at_all: Annotated[bool, _switch("at_all")] = False
    delivery_key: OptionalText = None
    dry_run: Annotated[bool, _switch("dry_run")] = False
    language: LanguageChoice = Language.CHINESE

    def message(self) -> Message:
        """The message they describe.

        Raises:
            ParameterError: it has no sense.
        """
        card = self.message_type is MessageType.ACTION_CARD
        return Message(
            content=self.content,
            title=self.title or "",
            type=self.message_type,
            mentions=Mentions(self.at_mobiles, self.at_user_ids, self.at_all),
            button=Button(self.button_title or DEFAULT_BUTTON.to(self.language), self.button_url or "")
            if card
            else None,
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
                raise SettingsError(sentences.WEBHOOK_MISSING, field=sentences.WEBHOOK_FIELD)
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
    session: requests.Session | None = None,
    clock: Clock | None = None,
) -> NodeOutputs:
    """Deliver a text to the group, or say what would be delivered.

    Args:
        parameters: the tool's parameters as Dify sends them; absent ones may be missing, ``None`` or empty.
        credentials: the provider's credentials.
        store: where the ledger and the rate window are kept.
        session: the HTTP session to use; a new one where none is given.
        clock: the time.

    Raises:
        ParameterError: a parameter has no sense; nothing was sent.
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
        message, robot = asked.message(), entered.robot()
        plan = plan_message(message, robot.keywords if robot else parse_keywords(entered.robot_keyword or ""))
        key = asked.delivery_key or ""
        if robot:
            client = RobotClient(robot, store, session=session, clock=clock)
            outcome = client.preview(plan, key) if asked.dry_run else client.push(plan, key)
        elif asked.dry_run:
            outcome = _without_robot(plan)
        else:
            raise SettingsError(sentences.NO_ROBOT, field=sentences.WEBHOOK_FIELD)
    except DaybookError as error:
        error.to(language)
        raise
    return _outputs(asked, plan, outcome)


def _without_robot(plan: Plan) -> Outcome:
    return Outcome(
        (PartState.NOT_SENT,) * len(plan.parts),
        tuple(uuid4().hex for _ in plan.parts),
        warnings=(sentences.NO_ROBOT,),
    )


def _outputs(asked: PushParameters, plan: Plan, outcome: Outcome) -> NodeOutputs:
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
    return NodeOutputs(text="\n".join(lines), json=what_was_sent, variables=variables)


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
