"""A MariaDB server: the one that `scripts/mariadb.sh` unpacked beside the part's environment, or the system's."""

import shutil
import sys
from pathlib import Path

from tests.servers.server import PASSWORD, USER, DatabaseServer

UNPACKED = Path(sys.prefix) / "mariadb"
SYSTEM_TABLES = ("mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql")


class MariaDB(DatabaseServer):
    """A server of its own."""

    scheme = "mariadb"
    administration = "mysql"
    login = {"password": PASSWORD.encode()}  # noqa: RUF012 - never changed; as text, the driver takes Latin-1 alone

    def prepare(self) -> None:
        """Part of `DatabaseServer`."""
        self._home = UNPACKED if (UNPACKED / "usr/sbin/mariadbd").exists() else Path("/")
        program = shutil.which("mariadbd", path=str(self._home / "usr/sbin"))
        if program is None:
            raise RuntimeError("there is no MariaDB here: run make test-databases")
        self._program = program
        (self.folder / "data").mkdir()
        statements = ["CREATE DATABASE mysql;", "USE mysql;"]
        statements += [self._share.joinpath(name).read_text("utf-8") for name in SYSTEM_TABLES]
        self.run([*self._options(), "--bootstrap"], stdin="\n".join(statements).encode())
        user = f"{USER}@127.0.0.1"
        grants = [
            "SET NAMES utf8mb4;",
            f"CREATE USER IF NOT EXISTS {user} IDENTIFIED BY '{PASSWORD}';",
            f"GRANT ALL ON *.* TO {user} WITH GRANT OPTION;",
        ]
        (self.folder / "user.sql").write_text("\n".join(grants), encoding="utf-8")

    def command(self) -> list[str]:
        """Part of `DatabaseServer`."""
        return [*self._options(), f"--port={self.port}", "--bind-address=127.0.0.1", "--init-file=../user.sql"]

    def environment(self) -> dict[str, str]:
        """Part of `DatabaseServer`."""
        libraries = ":".join(str(folder) for folder in sorted(self._home.glob("*/lib/*-linux-gnu")))
        return super().environment() | ({"LD_LIBRARY_PATH": libraries} if self._home == UNPACKED else {})

    @property
    def _share(self) -> Path:
        folders = [self._home / "usr/share" / name for name in ("mysql", "mariadb")]
        return next(folder for folder in folders if (folder / SYSTEM_TABLES[0]).exists())

    def _options(self) -> list[str]:
        return [
            *(self._program, "--no-defaults", "--user=root", f"--datadir={self.folder / 'data'}"),
            *(f"--socket={self.folder / 'socket'}", f"--lc-messages-dir={self._share}", "--skip-name-resolve"),
            *("--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=64M", "--character-set-server=utf8mb4"),
        ]
