"""What the service keeps in the database."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
)

from daybook.database import Blob, LongText, Moment, table

deliveries = table(
    "deliveries",
    Column("name", String(64), primary_key=True, comment="Digest of the DingTalk robot and the delivery key"),
    Column("robot", String(200), nullable=False, comment="The robot's name in DAYBOOK_ROBOTS"),
    Column("digest", String(64), nullable=False, comment="Digest of the content"),
    Column("parts", Integer, nullable=False, comment="Messages that the content takes"),
    Column("done", Integer, nullable=False, comment="Messages known to be in the group, from the first on"),
    Column("unknown", Boolean, nullable=False, comment="Whether the next message was sent without an answer"),
    Column("generation", Integer, nullable=False, comment="Earlier contents of which a part is in the group"),
    Column("written_at", Moment, nullable=False, comment="When the row was last changed"),
    Index(None, "written_at"),
    comment="What DingTalk groups were sent: one row a robot and delivery key, so that each report goes out once",
)

kept_values = table(
    "kept_values",
    Column("name", String(200), primary_key=True, comment="What is kept"),
    Column("value", LongText, nullable=False, comment="JSON, or a text"),
    Column("written_at", Moment, nullable=False, comment="When the row was last changed"),
    comment="Small values that all instances share: each robot's messages of the last minute, the secret of links",
)

reports = table(
    "reports",
    Column("id", String(32), primary_key=True, comment="The id in the report's address"),
    Column("made_at", Moment, nullable=False, comment="When it was made"),
    Column("analysis_date", Date, comment="The day that it reports on; null where the file has no row"),
    Column("report_key", String(200), nullable=False, comment="Date and digest of the figures"),
    Column("body", LongText, nullable=False, comment="The report, as JSON"),
    Index(None, "made_at"),
    comment="Reports that were made through the service, for DAYBOOK_REPORT_DAYS",
)

runs = table(
    "runs",
    Column("id", String(32), primary_key=True, comment="The id in the run's address"),
    Column("function", String(200), nullable=False, comment="The function that was called"),
    Column("instance", String(32), nullable=False, comment="The service process that runs it"),
    Column("state", String(16), nullable=False, comment="waiting, running, done or failed"),
    Column("created_at", Moment, nullable=False, comment="When it was called"),
    Column("seen_at", Moment, nullable=False, comment="When its instance last said that it works, or has ended"),
    Column("seconds", Double, nullable=False, comment="How long it took, or has so far"),
    Column("progress", Double, comment="From 0 to 1; null where the function does not say"),
    Column("message", LongText, nullable=False, comment="What the function says that it is doing"),
    Column("printed", LongText, nullable=False, comment="The end of what it printed"),
    Column("text", LongText, nullable=False, comment="Its result as a text"),
    Column("result", LongText, comment="Its result as JSON; null where there is none"),
    Column("error", LongText, comment="How it failed, as JSON: a code, and a sentence by language"),
    Column("stop_asked", Boolean, nullable=False, comment="Whether somebody asked for its end"),
    Index(None, "created_at"),
    comment="Calls of hosted functions, for DAYBOOK_REPORT_DAYS",
)

run_files = table(
    "run_files",
    Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True, comment="The run"),
    Column("name", String(255), primary_key=True, comment="The file's name, unique in its run"),
    Column("place", Integer, nullable=False, comment="Its place among the run's files, from 0"),
    Column("mime_type", String(200), nullable=False, comment="Its content type"),
    Column("size", BigInteger, nullable=False, comment="Its bytes"),
    comment="Files that runs gave back",
)

run_file_parts = table(
    "run_file_parts",
    Column("run_id", String(32), primary_key=True, comment="The run"),
    Column("name", String(255), primary_key=True, comment="The file"),
    Column("number", Integer, primary_key=True, autoincrement=False, comment="The part's place, from 0"),
    Column("data", Blob, nullable=False, comment="Its bytes"),
    ForeignKeyConstraint(["run_id", "name"], ["run_files.run_id", "run_files.name"], ondelete="CASCADE"),
    comment="What is in those files, in parts of a MiB",
)

deadly_files = table(
    "deadly_files",
    Column("digest", String(64), primary_key=True, comment="SHA-256 of the content"),
    Column("ends", Integer, nullable=False, comment="Worker processes that ended on it"),
    Column("until", Moment, nullable=False, comment="When it is forgotten"),
    Index(None, "until"),
    comment="Files that ended worker processes; after the second one none is given it for an hour",
)

file_questions = table(
    "file_questions",
    Column("id", String(32), primary_key=True, comment="Digest of the columns' names and of the question"),
    Column("header_digest", String(32), nullable=False, comment="Digest of the names of the file's columns"),
    Column("code", String(64), nullable=False, comment="What was asked"),
    Column("parameter", String(32), nullable=False, comment="The parameter that answers it"),
    Column("choices", LongText, nullable=False, comment="The values that it may have, as a JSON list"),
    Column("value", LongText, comment="The value that it was answered with; null where it was not answered"),
    Column("written_at", Moment, nullable=False, comment="When it was asked, or answered"),
    Index(None, "header_digest"),
    comment="Questions that sales files raised: an answer is used again for files with the same columns",
)
