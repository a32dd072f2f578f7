"""Questions that files raised, and how they were answered."""

from sqlalchemy import Column, String

from daybook.database.migrations import create_index, create_table
from daybook.database.schema import LongText, Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    create_table(
        "file_questions",
        Column("id", String(32), primary_key=True, comment="Digest of the columns' names and of the question"),
        Column("header_digest", String(32), nullable=False, comment="Digest of the names of the file's columns"),
        Column("code", String(64), nullable=False, comment="What was asked"),
        Column("parameter", String(32), nullable=False, comment="The parameter that answers it"),
        Column("choices", LongText, nullable=False, comment="The values that it may have, as a JSON list"),
        Column("value", LongText, comment="The value that it was answered with; null where it was not answered"),
        Column("written_at", Moment, nullable=False, comment="When it was asked, or answered"),
        comment="Questions that sales files raised: an answer is used again for files with the same columns",
    )
    create_index("file_questions", ["header_digest"])
