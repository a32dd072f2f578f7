"""The database of the service; tests/databases runs the same on real servers."""

import datetime as dt
import importlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, insert, select, text

from daybook.database import Database, DatabaseError, metadata
from daybook.database.migrations import upgrade
from daybook.database.schema import VERSION_TABLE
from daybook.service.tables import kept_values, run_files, runs
from tests.service.harness import ROOT

OPEN = "import sys; from daybook.database import Database; Database(sys.argv[1]).open()"
HOLD = """
import sys
from daybook.database import Database
with Database(sys.argv[1]).lock("book:east"):
    print("held", flush=True)
    sys.stdin.read()
"""
MOMENT = dt.datetime(2023, 10, 27, 8, 30, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    found = Database(url)
    found.open()
    yield found
    found.close()


def child(code: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own Python
        [sys.executable, "-c", code, url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def import_tables() -> None:
    for path in sorted((ROOT / "daybook").glob("*/tables.py")):
        importlib.import_module(f"daybook.{path.parent.name}.tables")


def test_the_steps_make_the_tables_that_the_program_knows(database: Database) -> None:
    import_tables()
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_step_is_called_by_its_number() -> None:
    """By the names alone a start sees that there is nothing to do."""
    for path in (ROOT / "daybook/database/migrations/versions").glob("v*.py"):
        step = importlib.import_module(f"daybook.database.migrations.versions.{path.stem}")
        assert path.stem.startswith(f"v{step.revision}_")


def test_every_table_and_column_says_what_it_is() -> None:
    import_tables()
    silent = [
        str(part) for table in metadata.tables.values() for part in (table, *table.columns) if not (part.comment or "")
    ]
    assert silent == []


def test_instances_that_start_at_once_on_an_empty_database_make_it_once(url: str) -> None:
    starting = [child(OPEN, url) for _ in range(3)]
    ended = [process.communicate(timeout=60)[1] for process in starting]
    assert [process.returncode for process in starting] == [0, 0, 0], ended
    with Database(url).reading() as connection:
        [revision] = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars()  # noqa: S608 - our own name
    assert revision


def test_each_step_leads_up_from_the_one_before_and_may_be_taken_twice(url: str) -> None:
    database = Database(url)
    database.open()
    with database.writing() as connection:
        connection.execute(insert(kept_values).values(name="a", value="1", written_at=MOMENT))
    for revision in ("0001",):  # as if a start had been killed before it noted how far it was
        with database.writing() as connection:
            connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '{revision}'"))  # noqa: S608 - our own
        database.open()
    with database.writing() as connection:
        connection.execute(text(f"DELETE FROM {VERSION_TABLE}"))  # noqa: S608 - our own
        upgrade(connection, "0001")
    database.open()
    with database.reading() as connection:
        assert connection.execute(select(kept_values.c.value)).scalar_one() == "1"


def test_a_database_that_a_newer_program_changed_is_left_alone(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))  # noqa: S608 - our own name
    with pytest.raises(DatabaseError) as raised:
        database.open()
    assert raised.value.code == "database_newer"


def test_a_row_is_put_in_once_or_replaced(database: Database) -> None:
    row = {"name": "Ä", "value": "1", "written_at": MOMENT}
    with database.writing() as connection:
        assert database.insert_once(connection, kept_values, row)
        assert not database.insert_once(connection, kept_values, row | {"value": "2"})
        assert database.insert_once(connection, kept_values, row | {"name": "ä"})
        database.upsert(connection, kept_values, row | {"value": "数" * 40_000})
    with database.reading() as connection:
        found = {row.name: row.value for row in connection.execute(select(kept_values))}
    assert found == {"Ä": "数" * 40_000, "ä": "1"}


def test_moments_keep_their_microseconds_and_their_zone(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(insert(kept_values).values(name="a", value="1", written_at=MOMENT))
        now = database.now(connection)
    with database.reading() as connection:
        found = connection.execute(select(kept_values.c.written_at)).scalar_one()
        later = select(func.count()).where(kept_values.c.written_at > MOMENT - dt.timedelta(microseconds=1))
        assert connection.execute(later).scalar_one() == 1
    assert found == MOMENT
    assert found.utcoffset() == now.utcoffset() == dt.timedelta(0)
    assert abs(now - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_what_fails_in_the_middle_leaves_nothing(database: Database) -> None:
    def half() -> None:
        with database.writing() as connection:
            connection.execute(insert(kept_values).values(name="a", value="1", written_at=MOMENT))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(kept_values)).scalar_one() == 0


def test_what_belongs_to_a_row_goes_with_it(database: Database) -> None:
    values = {"function": "f", "instance": "i", "state": "done", "created_at": MOMENT, "seen_at": MOMENT, "seconds": 1}
    texts = {"message": "", "printed": "", "text": "", "stop_asked": False}
    with database.writing() as connection:
        connection.execute(insert(runs).values(id="r", **values, **texts))
        connection.execute(insert(run_files).values(run_id="r", name="a.csv", place=0, mime_type="text/csv", size=1))
        connection.execute(runs.delete())
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(run_files)).scalar_one() == 0


def test_writers_beside_each_other_lose_nothing(database: Database) -> None:
    def add(number: int) -> None:
        with database.lock("count"), database.writing() as connection:
            found = connection.execute(select(kept_values.c.value).where(kept_values.c.name == "count")).scalar()
            value = str(int(found or 0) + number)
            database.upsert(connection, kept_values, {"name": "count", "value": value, "written_at": MOMENT})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(1, 41)))
    with database.reading() as connection:
        assert connection.execute(select(kept_values.c.value)).scalar_one() == "820"


def test_a_lock_holds_until_its_process_is_killed(database: Database, url: str) -> None:
    holder = child(HOLD, url)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    taken = threading.Event()

    def take() -> None:
        with database.lock("book:east"):
            taken.set()

    with database.lock("book:west"):  # another name is another lock
        waiting = threading.Thread(target=take)
        waiting.start()
        assert not taken.wait(0.3)
        holder.kill()
        assert taken.wait(20)
    waiting.join(20)
    holder.communicate()
