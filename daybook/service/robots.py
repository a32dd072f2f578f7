"""`RobotRegistry`: DingTalk robots that an operator has set up at the service, by name, and the pushes through them.

What was delivered and how fast stands in the database, where every instance of the service sees it: `DatabaseLedger`,
`KeptValues`.
"""

import asyncio
import contextvars
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, RootModel, SecretStr, ValidationError
from sqlalchemy import delete, select

from daybook.database import Database, DatabaseError
from daybook.dingtalk.ledger import Record
from daybook.errors import DaybookError, ParameterError, SettingsError
from daybook.language import Language, Text
from daybook.parameters import PushParameters
from daybook.plugin.outputs import ToolResult
from daybook.plugin.push_dingtalk import RobotCredentials, push
from daybook.service.tables import deliveries, kept_values
from daybook.store import StoreError

KEEP_DAYS = 400
"""Days that a delivery is remembered: last year's report is not sent again either."""


class DatabaseLedger:
    """The deliveries of one robot, as `daybook.dingtalk.ledger.DeliveryLedger`.

    Where the database fails before a message is sent, the caller hears that: to try again then posts nothing twice.
    """

    def __init__(self, database: Database, robot: str) -> None:
        self._database = database
        self._robot = robot

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Hold the record ``name`` against every other push, of any instance.

        Raises:
            DatabaseError: it is not available.
        """
        with self._database.lock(name):
            yield

    def read(self, name: str) -> Record | None:
        """The record ``name``; ``None`` where there is none.

        Raises:
            DatabaseError: it cannot be read.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(deliveries).where(deliveries.c.name == name)).first()
        return None if row is None else Record.model_validate(row, from_attributes=True)

    def write(self, name: str, record: Record) -> None:
        """Put ``record`` under ``name``.

        Raises:
            StoreError: it cannot be written.
        """
        row = {"name": name, "robot": self._robot, "written_at": dt.datetime.now(dt.UTC), **record.model_dump()}
        try:
            with self._database.writing() as connection:
                self._database.upsert(connection, deliveries, row)
        except DatabaseError:
            raise StoreError from None

    def enter(self, name: str) -> None:
        """Old records go by the service's sweep, so a new one needs no entry."""

    def forget(self, name: str) -> None:
        """Take out the record of a push of which nothing can be in the group; a failure only means that it stays."""
        try:
            with self._database.writing() as connection:
                connection.execute(delete(deliveries).where(deliveries.c.name == name))
        except DatabaseError:
            return


def remove_old_deliveries(database: Database) -> int:
    """Forget what was delivered `KEEP_DAYS` ago; gives the number."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=KEEP_DAYS)
    with database.writing() as connection:
        return connection.execute(delete(deliveries).where(deliveries.c.written_at < before)).rowcount


class KeptValues:
    """Small values under names, as `daybook.store.LockingStore`: a robot's messages of the last minute, a secret."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> bytes | None:
        """The value under ``key``; ``None`` where there is none."""
        with self._database.reading() as connection:
            value = connection.execute(select(kept_values.c.value).where(kept_values.c.name == key)).scalar()
        return None if value is None else str(value).encode()

    def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""
        with self._database.writing() as connection:
            self._database.upsert(connection, kept_values, _row(key, value.decode()))

    def delete(self, key: str) -> None:
        """Remove what is under ``key``, if anything is."""
        with self._database.writing() as connection:
            connection.execute(delete(kept_values).where(kept_values.c.name == key))

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Hold ``key`` against every other process while the context lasts."""
        with self._database.lock(key):
            yield

    def first(self, key: str, value: str) -> str:
        """The value under ``key``, which is ``value`` where there was none: the same for all who ask."""
        with self._database.writing() as connection:
            self._database.insert_once(connection, kept_values, _row(key, value))
            return str(connection.execute(select(kept_values.c.value).where(kept_values.c.name == key)).scalar_one())


def _row(name: str, value: str) -> dict[str, Any]:
    return {"name": name, "value": value, "written_at": dt.datetime.now(dt.UTC)}


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
        context = contextvars.copy_context()  # the request's trace goes on in the thread
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads[name], context.run, self.deliver, name, asked)

    def deliver(self, robot: str, asked: PushParameters) -> ToolResult:
        """The same in this thread, which waits.

        Raises:
            DaybookError: as `push`.
        """
        name = self.named(robot)
        if not asked.delivery_key:
            asked = asked.model_copy(update={"delivery_key": derived_key(asked)})
        ledger = DatabaseLedger(self._database, name)
        return push(asked, self._robots[name], KeptValues(self._database), ledger=ledger)


def derived_key(asked: PushParameters) -> str:
    """A delivery key for a message without one: the same message has the same key.

    Whoever calls over HTTP may be repeating a call whose answer was lost, and Dify's HTTP-request node does so without
    being asked to.
    """
    message: dict[str, Any] = asked.model_dump(mode="json", exclude={"delivery_key", "dry_run", "language"})
    digest = hashlib.sha256(json.dumps(message, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return f"message-{digest[:32]}"
