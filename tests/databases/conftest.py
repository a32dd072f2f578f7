from collections.abc import Iterator

import pytest

from tests.servers.mariadb import MariaDB
from tests.servers.postgresql import PostgreSQL
from tests.servers.server import DatabaseServer


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with PostgreSQL() as running:
        yield running


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    with MariaDB() as running:
        yield running


@pytest.fixture(params=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> DatabaseServer:
    """A server that many tests share, so none may stop it."""
    found: DatabaseServer = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def url(server: DatabaseServer) -> str:
    """An empty database."""
    return server.new_database()
