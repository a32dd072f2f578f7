"""The sums of a day's products and regions, beside the day."""

from sqlalchemy import Column

from daybook.database.migrations import add_column
from daybook.database.schema import LongText

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column."""
    comment = "Sums of its products and regions, as JSON; null where an older version wrote it"
    add_column("book_days", Column("parts", LongText, comment=comment))
