"""`ServiceState`: what a running service is made of, one object for all endpoints; `Workspace`: its temporary files.

Each running service has a folder of its own under the temporary folder and holds a lock on it. The system drops the
lock with the process, however that ends, so a folder without a lock belongs to no running service.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import shutil
import stat
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Self, cast

from fastapi import Depends, Request

from daybook import otlp
from daybook.database import Database, DatabaseError
from daybook.errors import DaybookError, SettingsError
from daybook.language import Text
from daybook.limits import Limits
from daybook.mornings.settings import load_mornings
from daybook.service.functions.registry import FunctionRegistry
from daybook.service.functions.runs import RunStore
from daybook.service.http.authenticator import Authenticator, LinkSigner, kept_secret
from daybook.service.http.body import Pace, Uploads
from daybook.service.http.openapi import Documents
from daybook.service.reports.jobs import SourceRules
from daybook.service.reports.store import AnswerStore, ReportStore
from daybook.service.robots import KeptValues, RobotRegistry, parse_robots, remove_old_deliveries
from daybook.service.settings import Settings
from daybook.service.telemetry import Metrics
from daybook.service.watching import Watching
from daybook.service.workers.admission import Quarantine
from daybook.service.workers.messages import Job
from daybook.service.workers.pool import Pool
from daybook.sources import load_sources

if TYPE_CHECKING:
    from daybook.book import ShelfPlace


_PREFIX = "service-"
_LOCK = ".lock"


class ForeignFolderError(OSError):
    """The folder belongs to another user, or others can write to it."""


class Workspace:
    """The temporary folder of one running service."""

    def __init__(self, root: Path) -> None:
        """A workspace under ``root``, which other services may use as well."""
        self._root = root
        self._folder: Path | None = None
        self._lock: IO[bytes] | None = None

    def open(self) -> None:
        """Take a folder, and remove those of services that are no more; one that is open stays.

        Raises:
            ForeignFolderError: another user could put things into it, or take them away.
        """
        if self._folder is not None:
            return
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_owner(self._root)
        for left in self._root.glob(_PREFIX + "*"):
            _remove_if_dead(left)
        # The folder gets its name once its lock is held: another service that starts now never sees it without.
        made = Path(tempfile.mkdtemp(prefix="new-", dir=self._root))
        self._lock = (made / _LOCK).open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._folder = made.rename(self._root / made.name.replace("new-", _PREFIX, 1))

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()
        self._folder = self._lock = None

    @contextlib.asynccontextmanager
    async def request_folder(self) -> AsyncIterator[Path]:
        """An empty folder for one request; it is gone at the end, whatever happens."""
        if self._folder is None:
            raise RuntimeError("the workspace is not open")
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            yield folder
        finally:
            # Shielded: to remove a large file takes a moment, in which the request may be cancelled.
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))


def _check_owner(folder: Path) -> None:
    # Workers unpickle what lies below. Where others made the folder first, or can rename what is in it, they could put
    # something else there. In a sticky folder such as /tmp they cannot.
    found = folder.lstat()
    is_ours = found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not stat.S_ISDIR(found.st_mode) or not (is_ours or found.st_mode & stat.S_ISVTX):
        raise ForeignFolderError(folder)


def _remove_if_dead(folder: Path) -> None:
    if folder.is_symlink() or folder.lstat().st_uid != os.geteuid():
        return
    with contextlib.suppress(OSError), (folder / _LOCK).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)


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
        mornings = load_mornings(settings.mornings)
        self.mornings = Watching(mornings, settings, self.database, self.robots, lambda: self.links)
        self.mornings.check()
        self.metrics.add(self.mornings.metrics)
        self.sources = load_sources(settings.sources)
        self.source_rules = SourceRules(settings.source_folder, tuple(settings.source_hosts))
        self.limits: Limits = settings.limits
        self.documents: Documents
        """Set once the endpoints are there."""
        self.authenticator = Authenticator(settings)
        self._opened = False
        self._exporting: otlp.Exporting | None = None
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
            if self._exporting is not None:
                stack.push_async_callback(asyncio.to_thread, self._exporting.end)
            stack.callback(self.workspace.close)
            results = await stack.enter_async_context(self.workspace.request_folder())
            self.runs = RunStore(self.database, results, self.settings.report_days * DAY_SECONDS)
            work = (self._sweep(), self.runs.watch(), self.mornings.run())
            tasks = [asyncio.create_task(each) for each in work]
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
            self._exporting = otlp.export("daybook", self.settings.otlp_endpoint)
            if self._exporting is not None:
                self.metrics.export(self._exporting.meter_provider)
            self._opened = True

    def _sweep_books(self) -> None:
        """Remove what writers of books left behind when they were ended."""
        folder = self.settings.book_folder
        if "://" in folder or Path(folder).is_dir():
            from daybook.book.shelf import opened  # noqa: PLC0415 - only where there are books

            try:
                opened(self.books).sweep()
                from daybook.service.reports import pages  # noqa: PLC0415 - the same

                pages.warm()
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
                    "steps": await asyncio.to_thread(self.mornings.store.remove_old),
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
