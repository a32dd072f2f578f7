"""Run by Alembic: takes the steps on the connection that `daybook.database.migrations.upgrade` gives it."""

from alembic import context

from daybook.database.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
with context.begin_transaction():
    context.run_migrations()
