"""The service's book in an S3-compatible store, by the jobs that its workers run, on moto's server."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from daybook.book import Shelf, ShelfPlace
from daybook.errors import FileError
from daybook.limits import Limits
from daybook.service.reports.jobs import make_report

HEADER = "Date,Product,Price,Amount,Region\n"
ROOT = "s3://books/daybook"

type Report = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    running = ThreadedMotoServer("127.0.0.1", 0)
    running.start()
    host, port = running.get_host_and_port()
    access = {"endpoint_url": f"http://{host}:{port}", "aws_access_key_id": "x", "aws_secret_access_key": "y"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", access["endpoint_url"])
        patch.setenv("AWS_ACCESS_KEY_ID", "x")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "y")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client = boto3.client("s3", region_name="us-east-1", **access)
        client.create_bucket(Bucket="books")
        yield client
    running.stop()


@pytest.fixture
def store(server: Any) -> Any:
    """The bucket, empty."""
    for name in names(server):
        server.delete_object(Bucket="books", Key=name)
    return server


@pytest.fixture
def place(tmp_path: Path) -> ShelfPlace:
    return ShelfPlace(ROOT, f"sqlite:///{tmp_path / 'index.sqlite'}")


@pytest.fixture
def report(store: Any, place: ShelfPlace, tmp_path: Path) -> Report:  # noqa: ARG001 - has to be there
    """Reports on a file's rows, which go into the book."""

    def made(*rows: str) -> dict[str, Any]:
        file = tmp_path / "sales.csv"
        file.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        answer = make_report(file, {"book": "shop-east", "language": "en_US"}, Limits(), place, "sales.csv")
        found: dict[str, Any] = json.loads(answer.json)
        return found

    return made


def names(store: Any) -> list[str]:
    listed = store.list_objects_v2(Bucket="books", Prefix="daybook/").get("Contents") or ()
    return sorted(each["Key"] for each in listed)


def test_days_are_kept_compared_corrected_and_forgotten(store: Any, place: ShelfPlace, report: Report) -> None:
    report("2026-10-29,tea,5,2,north")
    first = report("2026-10-30,tea,5,3,north")
    assert [str(day) for day in first["book"]["compared"]] == ["2026-10-29"]
    assert len(names(store)) == 2
    corrected = report("2026-10-30,tea,5,4,north")
    assert "sales 15.00 → 20.00" in corrected["book"]["corrections"][0]
    assert len(names(store)) == 2  # the day's file before went
    assert report("2026-10-30,tea,5,4,north")["report_key"] == corrected["report_key"]

    book = Shelf.open(place.root, place.database_url).existing("shop-east")
    assert float(book.cube().sold.total("sales")) == 30
    assert book.forget()
    assert names(store) == []


def test_a_damaged_or_lost_day_is_noticed_and_mended_by_its_file(store: Any, place: ShelfPlace, report: Report) -> None:
    report("2026-10-30,tea,5,3,north")
    [name] = names(store)
    book = Shelf.open(place.root, place.database_url).existing("shop-east")
    for spoiled in (b"x", None):
        if spoiled:
            store.put_object(Bucket="books", Key=name, Body=spoiled)
        else:
            store.delete_object(Bucket="books", Key=name)
        with pytest.raises(FileError, match="damaged"):
            book.cube()
        report("2026-10-30,tea,5,3,north")
        assert float(book.cube().sold.total("sales")) == 15
        [name] = names(store)
