"""How the database came to be what it is, a step a file in ``versions``; `upgrade` takes those that are missing.

MySQL and MariaDB keep each statement by itself: where a start is killed between two, the next takes the step again. So
a step is written with the functions below, which leave alone what is there already.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic import command, op
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, inspect
from sqlalchemy.schema import SchemaItem

from daybook.database.errors import NEWER, DatabaseError
from daybook.database.schema import TABLE_OPTIONS, VERSION_TABLE


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the database up to ``revision``; the caller holds whatever keeps others from it meanwhile.

    Raises:
        DatabaseError: a newer program has changed it.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    if not known.issuperset(context.get_current_heads()):
        raise DatabaseError(NEWER)
    command.upgrade(config, revision)


def create_table(name: str, *items: SchemaItem, comment: str) -> None:
    """Make a table, unless it is there."""
    op.create_table(name, *items, comment=comment, if_not_exists=True, **TABLE_OPTIONS)


def create_index(table: str, columns: Sequence[str]) -> None:
    """Make an index under the name that the tables' convention gives it, unless it is there."""
    name = op.f(f"ix_{table}_{'_'.join(columns)}")
    if all(index["name"] != name for index in inspect(op.get_bind()).get_indexes(table)):
        op.create_index(name, table, list(columns))


def add_column(table: str, column: Column[Any]) -> None:
    """Add a column, unless it is there; one of a table with rows needs a ``server_default`` or to be nullable."""
    if all(found["name"] != column.name for found in inspect(op.get_bind()).get_columns(table)):
        op.add_column(table, column)
