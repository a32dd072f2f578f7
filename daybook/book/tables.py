"""The tables of a book's index: `books`, `book_days` and `book_revisions`, to be queried by people too.

Money and quantities stand twice: as floating numbers to chart, and exactly, as text in ``exact``, which Daybook reads.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
)

metadata = MetaData()

books = Table(
    "books",
    metadata,
    Column("id", String(32), primary_key=True, comment="Also the folder of the book's day files"),
    Column("name", String(64), nullable=False, unique=True, comment="As the business is called, such as shop-east"),
    Column("version", Integer, nullable=False, comment="Raised by each change of the book"),
    Column("created_at", DateTime, nullable=False, comment="UTC"),
    Column("changed_at", DateTime, nullable=False, comment="UTC"),
)
book_days = Table(
    "book_days",
    metadata,
    Column("book_id", String(32), ForeignKey("books.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("revision", Integer, nullable=False, comment="1 for the first, one more with each change"),
    Column("sales", Double, nullable=False, comment="Sum of what the day's rows amount to"),
    Column("orders", BigInteger, nullable=False, comment="Orders by their number, or rows where none is numbered"),
    Column("quantity", Double, nullable=False, comment="Units sold"),
    Column("row_count", BigInteger, nullable=False, comment="Rows that are sales"),
    Column("exact", JSON, nullable=False, comment="Sales and quantity as exact decimals"),
    Column("currency", String(64), nullable=False, comment="As the file names it; empty where it names none"),
    Column("money", String(400), nullable=False, comment="The columns that sales were read from"),
    Column("dimensions", JSON, nullable=False, comment="The fields that are ranked beside products, in their order"),
    Column("unfinished", Boolean, nullable=False, comment="The day was not over when its file was made"),
    Column("source", String(255), nullable=False, comment="Where the file came from"),
    Column("changed_at", DateTime, nullable=False, comment="UTC"),
    Column("reported", Integer, nullable=False, comment="The latest revision that a report was made of; 0: none"),
    Column("taken", String(16), nullable=False, comment="new, addition, completion or correction"),
    Column("brought_by", String(64), nullable=False, comment="Digest of all days of the file that made the day so"),
    Column("digest", String(64), nullable=False, comment="Of every cell of the day"),
    Column("given", JSON, nullable=False, comment="The digests of the files' days that it is made of"),
    Column("file", String(160), nullable=False, comment="The day's Parquet file, below the folder of the books"),
)
book_revisions = Table(
    "book_revisions",
    metadata,
    Column("book_id", String(32), ForeignKey("books.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("at", DateTime, nullable=False, comment="UTC"),
    Column("taken", String(16), nullable=False, comment="new, addition, completion or correction"),
    Column("source", String(255), nullable=False, comment="Where the file came from"),
    Column("digest", String(64), nullable=False, comment="Of every cell of the day as it became"),
    Column("changes", JSON, nullable=False, comment="Figures before and after, and the products that changed most"),
    Column("to_tell", Boolean, nullable=False, comment="A figure that had been reported changed"),
    Column("told_in", String(64), nullable=False, comment="Digest of the file whose report tells it; empty: none yet"),
)
