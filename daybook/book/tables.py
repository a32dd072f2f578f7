"""The tables of the books' index: `books` and what they hold, to be queried by people too.

Sales and quantities stand twice: as floating numbers to chart, and exactly, in ``exact``, which Daybook reads.
"""

from sqlalchemy import BigInteger, Boolean, Column, Date, Double, ForeignKey, Integer, String

from daybook.database import LongText, Moment, table

books = table(
    "books",
    Column("id", String(32), primary_key=True, comment="Also the folder of the book's day files"),
    Column("name", String(64), nullable=False, unique=True, comment="What the business is called, such as shop-east"),
    Column("version", Integer, nullable=False, comment="Raised by each change of the book"),
    Column("created_at", Moment, nullable=False, comment="When its first day came"),
    Column("changed_at", Moment, nullable=False, comment="When a day of it last changed"),
    comment="Books: the days of a business, kept under a name",
)
book_days = table(
    "book_days",
    Column("book_id", String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True, comment="The book"),
    Column("day", Date, primary_key=True, comment="The date"),
    Column("revision", Integer, nullable=False, comment="1 for the first, one more with each change"),
    Column("sales", Double, nullable=False, comment="Sum of what the day's rows amount to"),
    Column("orders", BigInteger, nullable=False, comment="Orders by their number, or rows where none is numbered"),
    Column("quantity", Double, nullable=False, comment="Units sold"),
    Column("row_count", BigInteger, nullable=False, comment="Rows that are sales"),
    Column("exact", LongText, nullable=False, comment="Sales and quantity as exact decimals, as JSON"),
    Column("currency", String(64), nullable=False, comment="As the file names it; empty where it names none"),
    Column("money", LongText, nullable=False, comment="The columns that sales were read from"),
    Column("dimensions", LongText, nullable=False, comment="What is ranked beside products, in its order, as JSON"),
    Column("unfinished", Boolean, nullable=False, comment="Whether the day was not over when its file was made"),
    Column("source", String(255), nullable=False, comment="Where the file came from"),
    Column("changed_at", Moment, nullable=False, comment="When it last changed"),
    Column("reported", Integer, nullable=False, comment="The latest revision that a report was made of; 0 for none"),
    Column("taken", String(16), nullable=False, comment="new, addition, completion or correction"),
    Column("brought_by", String(64), nullable=False, comment="Digest of all days of the file that made the day so"),
    Column("digest", String(64), nullable=False, comment="Digest of every cell of the day"),
    Column("given", LongText, nullable=False, comment="Digests of the files' days that it is made of, as JSON"),
    Column(
        "parts", LongText, comment="Sums of its products and regions, as JSON; null where an older version wrote it"
    ),
    Column("file", String(200), nullable=False, comment="The day's Parquet file, below the folder of the books"),
    comment="The days of the books, with their totals",
)
book_revisions = table(
    "book_revisions",
    Column("book_id", String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True, comment="The book"),
    Column("day", Date, primary_key=True, comment="The date"),
    Column("revision", Integer, primary_key=True, autoincrement=False, comment="The day's revision from then on"),
    Column("at", Moment, nullable=False, comment="When it changed"),
    Column("taken", String(16), nullable=False, comment="new, addition, completion or correction"),
    Column("source", String(255), nullable=False, comment="Where the file came from"),
    Column("digest", String(64), nullable=False, comment="Digest of every cell of the day as it became"),
    Column("changes", LongText, nullable=False, comment="Figures before and after, and which products, as JSON"),
    Column("to_tell", Boolean, nullable=False, comment="Whether a figure changed that had been reported"),
    Column("told_in", String(64), nullable=False, comment="Digest of the file whose report tells it; empty for none"),
    comment="The changes of the days of the books",
)
book_explanations = table(
    "book_explanations",
    Column("book_id", String(32), ForeignKey("books.id", ondelete="CASCADE"), primary_key=True, comment="The book"),
    Column("day", Date, primary_key=True, comment="The date"),
    Column("number", Integer, primary_key=True, autoincrement=False, comment="From 1 on; what was said last holds"),
    Column("because", String(16), nullable=False, comment="promotion, holiday, stock_out or other; empty for none"),
    Column("note", String(255), nullable=False, comment="A few words on it, as they were written"),
    Column("said_at", Moment, nullable=False, comment="When"),
    Column("said_by", String(16), nullable=False, comment="link, key or command: what let one say it"),
    comment="What was said of the days of the books: why one was as it was",
)
