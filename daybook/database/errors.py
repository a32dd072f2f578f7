"""What a person is told when the database does not do what it should; never a word of its URL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from daybook.errors import DaybookError
from daybook.language import Text

WRONG_URL = Text(
    en="DAYBOOK_DATABASE_URL is no address of a database that Daybook knows; write it like"
    " postgresql://user:password@host/name or mysql://user:password@host/name, special characters in the password"
    " percent-encoded.",
    zh="DAYBOOK_DATABASE_URL 不是 Daybook 支持的数据库地址；请写成 postgresql://用户:密码@主机/库名 或"
    " mysql://用户:密码@主机/库名，密码中的特殊字符需做百分号编码。",
    code="database_url",
)
DOWN = Text(
    en="The service's database does not answer; check that it runs and can be reached from here, then try again.",
    zh="服务的数据库没有响应；请确认数据库正在运行、服务可以连上，然后重试。",
    code="database_down",
)
LOGIN = Text(
    en="The service's database refuses the login; correct the user and the password in DAYBOOK_DATABASE_URL.",
    zh="服务的数据库拒绝登录；请更正 DAYBOOK_DATABASE_URL 中的用户名和密码。",
    code="database_login",
)
MISSING = Text(
    en="The database server has no database of the name in DAYBOOK_DATABASE_URL; create it, or correct the name.",
    zh="数据库服务器上没有 DAYBOOK_DATABASE_URL 中指定的数据库；请先创建，或更正库名。",
    code="database_missing",
)
RIGHTS = Text(
    en="The user in DAYBOOK_DATABASE_URL may not do what the service needs; let it create and change tables in that"
    " database.",
    zh="DAYBOOK_DATABASE_URL 中的用户权限不足；请授予其在该数据库中建表和修改表的权限。",
    code="database_rights",
)
BUSY = Text(
    en="The service's database is too busy to take this now; nothing was changed, try again in a moment.",
    zh="服务的数据库正忙，暂时无法处理；没有任何改动，请稍后重试。",
    code="database_busy",
)
FULL = Text(
    en="The service's database has no room left; ask whoever runs it to make room, then try again.",
    zh="服务的数据库空间已满；请联系管理员清理空间后重试。",
    code="database_full",
)
FILE = Text(
    en="The service's database file cannot be opened or written; check its folder's rights, or name another folder with"
    " DAYBOOK_STATE_FOLDER.",
    zh="无法打开或写入服务的数据库文件；请检查所在文件夹的权限，或用 DAYBOOK_STATE_FOLDER 换一个文件夹。",
    code="database_file",
)
DAMAGED = Text(
    en="The service's database file is damaged or is something else; put a backup in its place, or move it away to"
    " begin anew.",
    zh="服务的数据库文件已损坏或不是数据库；请用备份替换，或移走后重新开始。",
    code="database_damaged",
)
NEWER = Text(
    en="A newer version of Daybook has changed the service's database; start that version or a later one here too.",
    zh="服务的数据库已由更新版本的 Daybook 升级；请在这里也启动该版本或更高版本。",
    code="database_newer",
)

# SQLSTATE of PostgreSQL, error numbers of MySQL and MariaDB, words of SQLite and of libpq, which gives a refused
# connection no state
_SIGNS: tuple[tuple[Text, frozenset[object], tuple[str, ...]], ...] = (
    (
        LOGIN,
        frozenset({"28P01", "28000", 1044, 1045, 1698}),
        ("password authentication failed", "no password supplied", "pg_hba.conf", "authentication failed"),
    ),
    (MISSING, frozenset({"3D000", 1049}), ()),
    (RIGHTS, frozenset({"42501", 1142, 1227, 1370}), ()),
    (FULL, frozenset({"53100", 1021, 1114}), ("database or disk is full",)),
    (
        BUSY,
        frozenset({"40001", "40P01", "55P03", "53300", 1040, 1203, 1205, 1213}),
        ("database is locked", "database table is locked", "too many clients", "too many connections"),
    ),
    (FILE, frozenset(), ("unable to open database file", "attempt to write a readonly database")),
    (DAMAGED, frozenset(), ("file is not a database", "disk image is malformed")),
)


class DatabaseError(DaybookError):
    """The service's database did not do what it should; `code` says which way."""

    kind = "database"
    retry_after = 5


@contextmanager
def told() -> Iterator[None]:
    """Turn what a database raises into a `DatabaseError`, where it is the database's fault and not the statement's."""
    try:
        yield
    except SQLAlchemyError as error:
        text = _text_of(error)
        if text is None:
            raise
        raise DatabaseError(text) from None  # the cause quotes addresses


def _text_of(error: SQLAlchemyError) -> Text | None:
    if isinstance(error, PoolTimeoutError):
        return BUSY
    if not isinstance(error, DBAPIError) or error.orig is None:
        return None
    original, words = error.orig, str(error.orig).lower()
    signs = {getattr(original, "sqlstate", None), *original.args[:1]}
    for text, codes, sayings in _SIGNS:
        if codes & signs or any(saying in words for saying in sayings):
            return text
    if "does not exist" in words and isinstance(error, OperationalError):
        return LOGIN if "role " in words else MISSING
    if isinstance(original, sqlite3.Error):
        return None  # a file is not down
    return DOWN if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated else None
