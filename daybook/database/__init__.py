"""Where the analysis service keeps what it must not forget: one database, an SQLite file or a server.

Needs the ``service`` extra (SQLAlchemy, Alembic); the plugin and the command line without the service do without. A
package that keeps something there has its tables in a module ``tables.py`` of its own, made with `table`, and their
migrations in ``migrations/versions``.
"""

from daybook.database.engine import Database, sqlite_url
from daybook.database.errors import DatabaseError
from daybook.database.schema import Blob, LongText, Moment, metadata, table

__all__ = ["Blob", "Database", "DatabaseError", "LongText", "Moment", "metadata", "sqlite_url", "table"]
