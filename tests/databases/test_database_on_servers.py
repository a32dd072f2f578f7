"""The tests of the database once more, on PostgreSQL and MariaDB; and what is said where one refuses."""

import pytest

from daybook.database import Database, DatabaseError
from tests.database.test_database import *  # noqa: F403
from tests.servers.mariadb import MariaDB
from tests.servers.postgresql import PostgreSQL
from tests.servers.server import DatabaseServer


def code(url: str) -> str:
    with pytest.raises(DatabaseError) as raised:
        Database(url).open()
    assert raised.value.__suppress_context__
    return raised.value.code


def test_a_refused_login_and_a_missing_database_are_told_apart(server: DatabaseServer) -> None:
    assert code(server.url("nowhere")) == "database_missing"
    assert code(server.url(server.administration, password="wrong")) == "database_login"
    assert code(server.url(server.administration, user="stranger")) == "database_login"


def test_the_other_name_of_a_scheme_is_known_too(postgresql: PostgreSQL, mariadb: MariaDB) -> None:
    for url in (postgresql.new_database(), mariadb.new_database()):
        database = Database(url.replace("postgresql:", "postgres:").replace("mariadb:", "mysql:"))
        database.open()
        database.close()


def test_a_server_that_was_away_is_found_again() -> None:
    with PostgreSQL() as server:
        database = Database(server.new_database())
        database.open()
        server.kill()
        with pytest.raises(DatabaseError) as raised, database.reading():
            pass
        assert raised.value.code == "database_down"
        server.start()
        with database.reading() as connection:
            assert database.now(connection)
