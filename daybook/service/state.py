"""What a running service is made of: one object that the endpoints share."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self, cast

from fastapi import Depends, Request

from daybook.database import Database, DatabaseError
from daybook.errors import DaybookError, SettingsError
from daybook.language import Text
from daybook.limits import Limits
from daybook.service.deliveries import KeptValues, remove_old_deliveries
from daybook.service.functions.registry import FunctionRegistry
from daybook.service.functions.runs import RunStore
from daybook.service.http.authenticator import Authenticator, LinkSigner, kept_secret
from daybook.service.http.body import Pace, Uploads
from daybook.service.http.openapi import Documents
from daybook.service.reports.answers import AnswerStore
from daybook.service.reports.sources import SourceRules
from daybook.service.reports.store import ReportStore
from daybook.service.robots import RobotRegistry, parse_robots
from daybook.service.settings import Settings
from daybook.service.telemetry import Metrics
from daybook.service.workers.admission import Quarantine
from daybook.service.workers.messages import Job
from daybook.service.workers.pool import Pool
from daybook.service.workspace import ForeignFolderError, Workspace
from daybook.sources import load_sources

if TYPE_CHECKING:
    from daybook.book import ShelfPlace

log = logging.getLogger("daybook.service")

PRELOAD = ("daybook.service.reports.preload",)
"""What every worker has loaded before its first job."""
DAY_SECONDS = 86_400
SWEEP_SECONDS = 3_600
"""Between two looks for reports whose time is over."""
NO_FOLDER = Text(
    en="The service cannot write to the folder of the setting {name}; name another one.",
    zh="服务无法写入设置项 {name} 指定的文件夹；请换一个文件夹。",
)


FOREIGN_FOLDER = Text(
    en="The folder of the setting {name} belongs to another user, or others can write to it; name a folder of the"
    " service's own, or correct its owner and rights (700).",
    zh="设置项 {name} 指定的文件夹属于其他用户，或其他用户可以写入；"
    "请换成服务自己的文件夹，或修正其所有者和权限（700）。",
)


class ServiceState:
    """The parts of one running service."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.started = time.monotonic()
        self.pool = Pool(settings.workers, settings.queue, PRELOAD)
        self.metrics = Metrics(self.pool)
        self.uploads = Uploads(settings.uploads)
        self.pace = Pace(settings.upload_seconds, settings.upload_rate * 1000)
        self.database = Database(settings.database_address)
        self.quarantine = Quarantine(self.database)
        self.workspace = Workspace(settings.temp_folder)
        self.reports = ReportStore(self.database, settings.report_days * DAY_SECONDS)
        self.answers = AnswerStore(self.database)
        self.functions = FunctionRegistry(settings, self.pool, PRELOAD)
        self.runs: RunStore
        """Set while the service runs."""
        self.robots = RobotRegistry(parse_robots(settings.robots), self.database)
        self.sources = load_sources(settings.sources)
        self.source_rules = SourceRules(settings.source_folder, tuple(settings.source_hosts))
        self.limits: Limits = settings.limits
        self.documents: Documents
        """Set once the endpoints are there."""
        self.authenticator = Authenticator(settings)
        self._opened = False
        self._links: LinkSigner | None = None

    @classmethod
    async def of(cls, request: Request) -> Self:
        """The service that a request came to; async like `require_key`, for FastAPI takes what is not to a thread."""
        return cast("Self", request.app.state.service)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start what has to be started, and end it again.

        Raises:
            SettingsError: a folder cannot be used.
            DatabaseError: the database cannot.
        """
        self.open()
        await self.pool.start()
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self.database.close)
            stack.callback(self.workspace.close)
            results = await stack.enter_async_context(self.workspace.request_folder())
            self.runs = RunStore(self.database, results, self.settings.report_days * DAY_SECONDS)
            tasks = [asyncio.create_task(self._sweep()), asyncio.create_task(self.runs.watch())]
            try:
                await self.functions.open(await stack.enter_async_context(self.workspace.request_folder()))
                yield
            finally:
                await self.pool.close(self.settings.shutdown_seconds)
                await self.runs.settle()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def is_named_source(self, source: str) -> bool:
        """Whether what a request gives as its source is the name of one, or of none: no path and no address."""
        if source in self.sources.by_name:
            return True
        return bool(self.sources.by_name) and not set(source) & set("./:")

    @property
    def books(self) -> "ShelfPlace":
        """Where the books are."""
        from daybook.book import ShelfPlace  # noqa: PLC0415 - SQLAlchemy, which a service without books does without

        settings = self.settings
        return ShelfPlace(settings.book_folder, settings.database_url.get_secret_value(), settings.book_days)

    @property
    def links(self) -> LinkSigner:
        """Signs and checks links to reports."""
        if self._links is None:
            secret = self.settings.link_secret.get_secret_value() or kept_secret(KeptValues(self.database))
            self._links = LinkSigner(secret, self.settings.link_days * DAY_SECONDS)
        return self._links

    def job(self, function: Any, **arguments: Any) -> Job:
        """A job within this service's limits of time and memory."""
        return Job(
            function,
            arguments,
            seconds=self.settings.time_limit,
            memory_bytes=self.settings.memory_limit_mb << 20,
        )

    def open(self) -> None:
        """Make folders and database ready; what is open already stays so.

        Raises:
            SettingsError: one of them cannot be used.
            DatabaseError: the database cannot.
        """
        try:
            self.workspace.open()
        except ForeignFolderError:
            raise SettingsError(FOREIGN_FOLDER, name="DAYBOOK_TEMP_FOLDER") from None
        except OSError:
            raise SettingsError(NO_FOLDER, name="DAYBOOK_TEMP_FOLDER") from None
        if not self._opened:
            self.database.open()
            self._opened = True

    def _sweep_books(self) -> None:
        """Remove what writers of books left behind when they were ended."""
        folder = self.settings.book_folder
        if "://" in folder or Path(folder).is_dir():
            from daybook.book.shelf import opened  # noqa: PLC0415 - only where there are books

            try:
                opened(self.books).sweep()
            except DaybookError as error:  # the next request says what is wrong
                log.warning("books not swept", extra={"code": error.code})

    async def _sweep(self) -> None:
        while True:
            with contextlib.suppress(DatabaseError):
                removed = {
                    "reports": await asyncio.to_thread(self.reports.remove_old),
                    "runs": await asyncio.to_thread(self.runs.remove_old),
                    "questions": await asyncio.to_thread(self.answers.remove_old),
                    "deliveries": await asyncio.to_thread(remove_old_deliveries, self.database),
                }
                if any(removed.values()):
                    log.info("old records removed", extra=removed)
            await asyncio.to_thread(self._sweep_books)
            await asyncio.sleep(SWEEP_SECONDS)


Service = Annotated[ServiceState, Depends(ServiceState.of)]
"""A parameter of an endpoint that receives the running service."""


async def require_key(request: Request, service: Service) -> None:
    """Let only requests through that may be served; for an endpoint's dependencies.

    Raises:
        UnauthorizedError: there is no key, or a wrong one.
        CrossOriginError: none is needed, but the request comes from a web page elsewhere.
    """
    service.authenticator.check(request)
