"""What was said of days: why one was as it was."""

from sqlalchemy import Column, Date, ForeignKey, Integer, String

from daybook.database.migrations import create_table
from daybook.database.schema import Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    create_table(
        "book_explanations",
        Column("book_id", String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True, comment="The book"),
        Column("day", Date, primary_key=True, comment="The date"),
        Column(
            "number",
            Integer,
            primary_key=True,
            autoincrement=False,
            comment="From 1 on; what was said last holds",
        ),
        Column("because", String(16), nullable=False, comment="promotion, holiday, stock_out or other; empty for none"),
        Column("note", String(255), nullable=False, comment="A few words on it, as they were written"),
        Column("said_at", Moment, nullable=False, comment="When"),
        Column("said_by", String(16), nullable=False, comment="link, key or command: what let one say it"),
        comment="What was said of the days of the books: why one was as it was",
    )
