"""What happened to the report of each day."""

from sqlalchemy import Column, Date, Double, Integer, String

from daybook.database.migrations import create_index, create_table
from daybook.database.schema import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    create_table(
        "morning_steps",
        Column(
            "id", String(32), primary_key=True, comment="Digest of book, day, step, and of what the step was done to"
        ),
        Column("book", String(64), nullable=False, comment="The book, or the name of the job"),
        Column("day", Date, nullable=False, comment="The day that is reported"),
        Column(
            "step", String(16), nullable=False, comment="due, waited, workflow, gated, analysed, pushed, alerted ..."
        ),
        Column("at", Moment, nullable=False, comment="When it was first told of"),
        Column("last_at", Moment, nullable=False, comment="When it was last told of"),
        Column("seconds", Double, comment="How long it took; null where nobody said"),
        Column("attempt", Integer, nullable=False, comment="How often it was tried"),
        Column("outcome", String(16), nullable=False, comment="going, good, failed or unknown"),
        Column("cause", String(64), nullable=False, comment="Code of why it is not good; empty for none"),
        Column("report_id", String(64), nullable=False, comment="The report in the service; empty for none"),
        Column("airflow_dag", String(250), nullable=False, comment="The DAG in Airflow; empty for none"),
        Column("airflow_run", String(250), nullable=False, comment="The DAG's run in Airflow; empty for none"),
        Column("dify_run", String(64), nullable=False, comment="The run in Dify; empty for none"),
        Column("trace_id", String(32), nullable=False, comment="The trace; empty for none"),
        Column("told_by", String(16), nullable=False, comment="service, plugin, airflow or another"),
        comment="What happened to the report of each day: one row a step of a book and day",
    )
    create_index("morning_steps", ["day"])
