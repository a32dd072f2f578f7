"""Tables of PostgreSQL and MariaDB as sources: what they say is what their rows say, whoever counts them."""

import csv
import datetime as dt
import io
import re
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from daybook.errors import SourceDownError, SourceError
from daybook.judge import Judge
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.reduce.pandas import read_cube
from daybook.sources.report import source_report
from daybook.table import open_table
from tests.servers.mariadb import MariaDB
from tests.servers.postgresql import PostgreSQL
from tests.servers.server import DatabaseServer
from tests.sources.random_orders import LAST, WINDOW, cube_of, fill, login, random_orders, rows, source_of

MOMENTS = "date = 'sold_at', product = 'goods', price = 'price', quantity = 'units', region = 'area'"
DAYS = MOMENTS.replace("sold_at", "sold_on")
TEXTS = DAYS.replace("'price'", "'price_text'")
FLOATS = DAYS.replace("'units'", "'weight'")


@pytest.fixture
def shop(url: str) -> str:
    """A database with orders of one kind."""
    fill(url, random_orders(0))
    return url


def run(url: str, *statements: str) -> None:
    kind = url.partition(":")[0]
    driver = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql"}[kind]
    engine = create_engine(url.replace(kind, driver, 1), **login(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("columns", [MOMENTS, DAYS, TEXTS], ids=["moments", "days", "texts"])
def test_the_cube_is_that_of_the_rows(url: str, tmp_path: Path, columns: str, seed: int) -> None:
    orders = random_orders(seed)
    fill(url, orders)
    counted, few = cube_of(source_of(tmp_path, url, columns), tmp_path)
    streamed, every = cube_of(source_of(tmp_path, url, columns, "push_down = false"), tmp_path)
    assert rows(counted) == rows(streamed)
    assert few < every == sum(order.sold_on in WINDOW.days for order in orders)


def test_the_cube_is_that_of_the_exported_file(shop: str, tmp_path: Path) -> None:
    """Beside a plain export of the table, which is read as any file: here no cell is blank, to be filled down."""
    counted, _ = cube_of(source_of(tmp_path, shop, DAYS), tmp_path)
    run(shop, "DELETE FROM orders WHERE goods IS NULL OR goods = '' OR area IS NULL OR area = ''")
    counted, _ = cube_of(source_of(tmp_path, shop, DAYS), tmp_path)
    kept = [
        order
        for order in random_orders(0)
        if (order.goods or "").strip() and order.area and order.sold_on in WINDOW.days
    ]
    file = io.StringIO()
    written = csv.writer(file)
    written.writerow(["sold_on", "goods", "price", "units", "area"])
    written.writerows([order.sold_on, order.goods, order.price, order.units, order.area] for order in kept)
    names = {"date": "sold_on", "product": "goods", "price": "price", "quantity": "units", "region": "area"}
    table = open_table(file.getvalue().encode(), columns=names, limits=Limits())
    asked = AnalysisParameters(columns=names, decimal=".")
    assert rows(counted) == rows(read_cube(table, Judge(table, asked)).cube)


def test_floating_point_numbers_are_streamed(shop: str, tmp_path: Path) -> None:
    counted, came = cube_of(source_of(tmp_path, shop, FLOATS), tmp_path)
    streamed, every = cube_of(source_of(tmp_path, shop, FLOATS, "push_down = false"), tmp_path)
    assert rows(counted) == rows(streamed)
    assert came == every


def test_a_query_has_its_days_bound(shop: str, tmp_path: Path) -> None:
    query = "query = 'SELECT sold_on, goods, price, units, area FROM orders WHERE sold_on BETWEEN :first AND :day'"
    of_query, _ = cube_of(source_of(tmp_path, shop, DAYS, query), tmp_path)
    of_table, _ = cube_of(source_of(tmp_path, shop, DAYS), tmp_path)
    assert rows(of_query) == rows(of_table)


def test_the_latest_day_and_the_end_of_the_day(shop: str, tmp_path: Path) -> None:
    report = source_report(source_of(tmp_path, shop, MOMENTS), AnalysisParameters(), Limits())
    assert report.analysis_date == LAST
    assert report.previous_day is not None
    assert report.week_before is not None


def test_nothing_can_be_changed(shop: str, tmp_path: Path, server: DatabaseServer) -> None:
    """The user of the tests may do anything: it is the transaction that only reads."""
    if isinstance(server, PostgreSQL):
        run(
            shop,
            "CREATE FUNCTION sneak() RETURNS DATE LANGUAGE plpgsql AS"
            " $$ BEGIN DELETE FROM orders; RETURN '2026-11-28'; END $$",
        )
    else:
        run(
            shop,
            "CREATE FUNCTION sneak() RETURNS DATE MODIFIES SQL DATA BEGIN DELETE FROM orders; RETURN '2026-11-28'; END",
        )
    one = "(SELECT 1 AS price, 2 AS units, 3 AS area, 4 AS goods) AS one"
    query = f"query = 'SELECT sneak() AS sold_on, price, units, area, goods FROM {one} WHERE :day IS NOT NULL'"  # noqa: S608
    if isinstance(server, PostgreSQL):
        query = query.replace(":day IS", "CAST(:day AS date) IS")
    with pytest.raises(SourceError, match="would change data"):
        cube_of(source_of(tmp_path, shop, DAYS, query), tmp_path)
    _, came = cube_of(source_of(tmp_path, shop, DAYS), tmp_path)
    assert came


def test_a_statement_has_a_time_limit(shop: str, tmp_path: Path, server: DatabaseServer) -> None:
    slow = "pg_sleep(30)::text" if isinstance(server, PostgreSQL) else "SLEEP(30)"
    query = f"query = 'SELECT sold_on, {slow} AS goods, price, units FROM orders WHERE sold_on = :day'"  # noqa: S608
    columns = "date = 'sold_on', product = 'goods', price = 'price', quantity = 'units'"
    with pytest.raises(SourceDownError, match=r"was not read within the 0\.3 seconds"):
        cube_of(source_of(tmp_path, shop, columns, f"{query}\nseconds = 0.3"), tmp_path)


def test_what_is_wrong_is_one_sentence(shop: str, tmp_path: Path, server: DatabaseServer) -> None:
    def said(url: str, more: str = "", columns: str = DAYS, table: str = "orders") -> str:
        with pytest.raises(SourceError) as error:
            source_report(source_of(tmp_path, url, columns, more, table), AnalysisParameters(date=LAST), Limits())
        assert "127.0.0.1" not in str(error.value)
        return str(error.value)

    wrong = re.sub(r":[^:@]+@", ":wrong@", shop)
    assert "refuses the login" in said(wrong)
    assert "has no database of the name" in said(shop.rpartition("/")[0] + "/nowhere")
    assert "does not answer" in said(shop.replace(f":{server.port}/", ":9/"))
    assert "no table or file of the name" in said(shop, table="nothing")
    assert "no column gone" in said(shop, columns=DAYS.replace("'price'", "'gone'"))
    assert "does not understand its query" in said(shop, "query = 'SELEC :day'")
    assert "names a column that is not there" in said(shop, "query = 'SELECT gone FROM orders WHERE sold_on = :day'")


def test_a_login_without_rights_is_said(shop: str, tmp_path: Path, server: DatabaseServer) -> None:
    name = shop.rpartition("/")[2]
    if isinstance(server, MariaDB):
        server.execute(f"CREATE USER {name}_r@127.0.0.1 IDENTIFIED BY 'x'")
        server.execute(f"CREATE TABLE {name}.other (x INT)")
        server.execute(f"GRANT SELECT ON {name}.other TO {name}_r@127.0.0.1")
    else:
        server.execute(f"CREATE USER {name}_r PASSWORD 'x'")
    url = server.url(name, "x", f"{name}_r")
    with pytest.raises(SourceError, match="may not read it"):
        source_report(source_of(tmp_path, url, DAYS), AnalysisParameters(date=LAST), Limits())


def test_moments_with_a_zone_are_days_of_the_zone(postgresql: PostgreSQL, tmp_path: Path) -> None:
    url = postgresql.new_database()
    run(
        url,
        "CREATE TABLE orders (sold_at TIMESTAMPTZ, price NUMERIC, units INT)",
        "INSERT INTO orders VALUES ('2026-11-27 18:00:00Z', 5, 1), ('2026-11-28 15:59:59Z', 7, 1),"
        " ('2026-11-28 16:00:00Z', 11, 1)",
    )
    columns = "date = 'sold_at', price = 'price', quantity = 'units'"
    with pytest.raises(SourceError, match="name the zone of the days"):
        source_report(source_of(tmp_path, url, columns), AnalysisParameters(date=LAST), Limits())
    for more in ("", "push_down = false\n"):
        source = source_of(tmp_path, url, columns, f"{more}zone = 'Asia/Shanghai'")
        report = source_report(source, AnalysisParameters(date=LAST), Limits())
        assert report.summary.total_sales == 12
        assert source.latest_day(dt.date(2026, 11, 30)) == dt.date(2026, 11, 29)


def test_text_beside_decimal_numbers_needs_its_sign(shop: str, tmp_path: Path) -> None:
    columns = TEXTS + ", cost = 'price'"
    with pytest.raises(SourceError, match="name the decimal sign of the texts"):
        cube_of(source_of(tmp_path, shop, columns), tmp_path)
    counted, _ = cube_of(source_of(tmp_path, shop, columns, "decimal = '.'"), tmp_path)
    streamed, _ = cube_of(source_of(tmp_path, shop, columns, "decimal = '.'\npush_down = false"), tmp_path)
    assert rows(counted) == rows(streamed)


def test_numbers_of_three_decimals_are_no_thousands(url: str, tmp_path: Path) -> None:
    run(
        url,
        "CREATE TABLE orders (sold_on DATE, price DECIMAL(10,3), units INT)",
        "INSERT INTO orders VALUES ('2026-11-28', 1.299, 1), ('2026-11-28', 2.125, 2)",
    )
    source = source_of(tmp_path, url, "date = 'sold_on', price = 'price', quantity = 'units'")
    assert source_report(source, AnalysisParameters(date=LAST), Limits()).summary.total_sales == 5.55
