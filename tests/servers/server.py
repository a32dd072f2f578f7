"""What the database servers of the tests have in common: a folder, a port, a process of their own, empty databases."""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self
from urllib.parse import quote

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

USER, PASSWORD = "daybook", "p@ss:wörd/1"
PATIENCE = 60.0
OTHER_USER = "nobody"
"""Whose a server is that does not run as root."""


class DatabaseServer(ABC):
    """A server on a free port of this machine, gone with all that is in it at the end of the context."""

    scheme: str
    administration: str
    """A database that there is from the first."""
    login: dict[str, object] = {}  # noqa: RUF012 - never changed

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="daybook-server-"))
        self.folder.chmod(0o755)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.owner: pwd.struct_passwd | None = None
        """As whom it runs, if not as who runs the tests."""
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        try:
            self.prepare()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    @abstractmethod
    def prepare(self) -> None:
        """Make its files."""

    @abstractmethod
    def command(self) -> list[str]:
        """What runs it."""

    def environment(self) -> dict[str, str]:
        """In what surroundings."""
        return {**os.environ, "LC_ALL": "C.UTF-8"}

    def url(self, database: str, password: str = PASSWORD, user: str = USER) -> str:
        """The address of a database of it."""
        return f"{self.scheme}://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The address of a new, empty database."""
        name = f"daybook_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def execute(self, statement: str) -> None:
        """Have it do something, as its administrator."""
        engine = create_engine(self._administrator(), isolation_level="AUTOCOMMIT", connect_args=self.login)
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def start(self) -> None:
        """Run it, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self.command(),
                env=self.environment(),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                user=self.owner.pw_uid if self.owner else None,
                group=self.owner.pw_gid if self.owner else None,
                extra_groups=[] if self.owner else None,
            )
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.execute("SELECT 1")
            except SQLAlchemyError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError("the server did not start: " + self._log()) from None
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """End it at once, as a machine that fails does; `start` runs it again with what it had kept."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT if self.scheme == "postgresql" else signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
            self._process.kill()
            self._process.wait(PATIENCE)

    def run(self, command: list[str], stdin: bytes = b"") -> None:
        """Run a program that makes its files."""
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            env=self.environment(),
            cwd=self.folder,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            input=stdin,
            user=self.owner.pw_uid if self.owner else None,
            group=self.owner.pw_gid if self.owner else None,
            extra_groups=[] if self.owner else None,
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')[-2000:]}")

    def _administrator(self) -> str:
        url = self.url(self.administration)
        drivers = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql"}
        return url.replace(self.scheme, drivers[self.scheme], 1)

    def _log(self) -> str:
        with contextlib.suppress(OSError):
            return (self.folder / "log").read_text("utf-8", "replace")[-2000:]
        return ""
