"""DingTalk robots that an operator has set up at the service, by name, and the pushes that go through them."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, RootModel, SecretStr, ValidationError

from daybook.database import Database
from daybook.errors import DaybookError, ParameterError, SettingsError
from daybook.language import Language, Text
from daybook.parameters import PushParameters
from daybook.plugin.outputs import ToolResult
from daybook.plugin.push_dingtalk import RobotCredentials, push
from daybook.service.deliveries import DatabaseLedger, KeptValues

THREADS = 4
"""Pushes of one robot at a time. Each may wait for the robot's rate limit, which must hold up no other robot."""

NO_ROBOTS = Text(
    en="The service has no DingTalk robot; ask whoever runs it to set DAYBOOK_ROBOTS.",
    zh="服务没有配置钉钉机器人；请联系服务的管理员设置 DAYBOOK_ROBOTS。",
)
WHICH_ROBOT = Text(
    en="The service has several DingTalk robots; name one of them in the parameter robot: {names}.",
    zh="服务配置了多个钉钉机器人；请在参数 robot 中指定其中一个：{names}。",
)
UNKNOWN_ROBOT = Text(
    en="The service has no DingTalk robot of that name; it has: {names}.",
    zh="服务没有这个名称的钉钉机器人；可用的有：{names}。",
)


class _Robot(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    webhook: SecretStr
    secret: SecretStr = SecretStr("")
    keyword: str = ""

    def credentials(self) -> RobotCredentials:
        return RobotCredentials(
            robot_webhook=self.webhook.get_secret_value(),
            robot_secret=self.secret.get_secret_value(),
            robot_keyword=self.keyword,
        )


class _Robots(RootModel[dict[str, _Robot]]):
    root: dict[str, _Robot] = Field(default_factory=dict)


def checked_robots(value: SecretStr) -> SecretStr:
    """The setting ``robots`` as it is, if every robot in it can be right.

    Raises:
        ValueError: it cannot; the text quotes nothing of it.
    """
    for name, credentials in parse_robots(value).items():
        try:
            credentials.robot()
        except DaybookError as error:
            raise ValueError(f"{name}: {error.sentence(Language.ENGLISH)}") from None
    return value


def parse_robots(value: SecretStr) -> dict[str, RobotCredentials]:
    """The robots of the setting ``robots`` by name.

    Raises:
        ValueError: it is no JSON object of robots.
    """
    text = value.get_secret_value().strip()
    if not text:
        return {}
    try:
        robots = _Robots.model_validate_json(text)
    except ValidationError:
        raise ValueError('a JSON object such as {"sales": {"webhook": "...", "secret": "SEC..."}} is wanted') from None
    return {name: robot.credentials() for name, robot in robots.root.items()}


class RobotRegistry:
    """Pushes through the service's robots, each message once under its key.

    Args:
        robots: credentials by name.
        database: where the ledger and the rate windows are kept.
    """

    def __init__(self, robots: Mapping[str, RobotCredentials], database: Database) -> None:
        self._robots = dict(robots)
        self._database = database
        self._threads = {name: ThreadPoolExecutor(THREADS, thread_name_prefix="push") for name in self._robots}

    def named(self, name: str) -> str:
        """The name of the robot that is meant: ``name``, or that of the only one where it is empty.

        Raises:
            SettingsError: there is no robot at all.
            ParameterError: there is none of that name, or none is named and there are several.
        """
        if not self._robots:
            raise SettingsError(NO_ROBOTS)
        names = ", ".join(sorted(self._robots))
        if not name and len(self._robots) > 1:
            raise ParameterError(WHICH_ROBOT, names=names)
        if name and name not in self._robots:
            raise ParameterError(UNKNOWN_ROBOT, names=names)
        return name or next(iter(self._robots))

    async def push(self, robot: str, asked: PushParameters) -> ToolResult:
        """Deliver a message; it has a delivery key, given or derived.

        Raises:
            DaybookError: as `daybook.plugin.push_dingtalk.push`.
        """
        name = self.named(robot)
        if not asked.delivery_key:
            asked = asked.model_copy(update={"delivery_key": derived_key(asked)})

        def run() -> ToolResult:
            ledger = DatabaseLedger(self._database, name)
            return push(asked, self._robots[name], KeptValues(self._database), ledger=ledger)

        return await asyncio.get_running_loop().run_in_executor(self._threads[name], run)


def derived_key(asked: PushParameters) -> str:
    """A delivery key for a message without one: the same message has the same key.

    Whoever calls over HTTP may be repeating a call whose answer was lost, and Dify's HTTP-request node does so without
    being asked to.
    """
    message: dict[str, Any] = asked.model_dump(mode="json", exclude={"delivery_key", "dry_run", "language"})
    digest = hashlib.sha256(json.dumps(message, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return f"message-{digest[:32]}"
