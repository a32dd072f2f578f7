"""What all tables have in common: one set of names, and types that mean the same in every database."""

import datetime as dt
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables; a constraint is called the same everywhere, so that a migration can name it."""

VERSION_TABLE = "daybook_version"
"""Alembic's own table, under a name that another program in the same database does not use."""

MYSQL: dict[str, Any] = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
MARIADB: dict[str, Any] = {name.replace("mysql", "mariadb"): value for name, value in MYSQL.items()}
TABLE_OPTIONS = MYSQL | MARIADB
"""For MySQL and MariaDB: names that differ by case or accent are two, as they are everywhere else."""


class Moment(TypeDecorator[dt.datetime]):
    """A moment, to the microsecond. Kept in UTC; what comes out knows its zone, and what goes in has to."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Part of SQLAlchemy: the type in one kind of database."""
        if dialect.name in {"mysql", "mariadb"}:
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Part of SQLAlchemy: what is sent for a value."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        moment = value.astimezone(dt.UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Part of SQLAlchemy: the value of what was read."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


LongText = Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
"""Text of any length; MySQL's own TEXT ends at 64 KiB."""
Blob = LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")
"""Bytes; of what may be larger than a few MiB several rows are made, for servers bound one statement."""


def table(name: str, *items: SchemaItem, comment: str) -> Table:
    """A table of the one database; ``comment`` says, for a person who queries it, what a row is."""
    return Table(name, metadata, *items, comment=comment, **TABLE_OPTIONS)
