"""What a person is told of a database that is not there, and never a word of its password."""

import socket
from pathlib import Path

import pytest

from daybook.database import Database, DatabaseError, sqlite_url
from daybook.language import Language

SECRET = "pass-word-in-clear"


def refused(url: str) -> DatabaseError:
    with pytest.raises(DatabaseError) as raised:
        Database(url).open()
    said = repr(raised.value) + "".join(raised.value.sentence(language) for language in Language)
    assert SECRET not in said
    assert raised.value.__context__ is None or raised.value.__suppress_context__
    return raised.value


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nothing",
        f"oracle://u:{SECRET}@localhost/x",
        f"postgresql+asyncpg://u:{SECRET}@localhost/x",
        f"postgresql://u:{SECRET}@localhost:port/x",
        f"postgresql://u:{SECRET}@localhost",
        "mysql:///x",
        "sqlite://",
    ],
)
def test_an_address_that_is_none_is_named_and_not_quoted(url: str) -> None:
    assert refused(url).code == "database_url"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "mysql", "mariadb"])
def test_a_server_that_is_down_is_said_to_be(scheme: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        port = taken.getsockname()[1]
        assert refused(f"{scheme}://u:{SECRET}@127.0.0.1:{port}/x").code == "database_down"


def test_a_file_that_cannot_be_made_or_is_something_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert refused(sqlite_url(tmp_path / "file" / "daybook.sqlite")).code == "database_file"
    (tmp_path / "other").write_bytes(b"no database at all" * 1000)
    assert refused(sqlite_url(tmp_path / "other")).code == "database_damaged"
