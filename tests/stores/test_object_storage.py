"""Files in an S3-compatible store as a source, on moto's server."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from daybook.errors import LimitError, SourceDownError, SourceEmptyError, SourceError
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.sources import ConfiguredSource, load_sources
from daybook.sources.report import source_report

DAY = dt.date(2026, 11, 28)
SECRET = "a-secret-that-nobody-may-see"
HEADER = "Date,Product,Price,Amount,Region\n"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    store = boto3.client(
        "s3", endpoint_url=url, aws_access_key_id="x", aws_secret_access_key=SECRET, region_name="us-east-1"
    )
    store.create_bucket(Bucket="shop")
    for day, units in ((DAY, 4), (DAY - dt.timedelta(days=1), 2)):
        body = f"{HEADER}{day},tea,5,{units},East\n".encode()
        store.put_object(Bucket="shop", Key=f"sales/{day:%Y/%m}/sales_{day:%Y%m%d}.csv", Body=body)
    yield url
    server.stop()


def store_source(folder: Path, endpoint: str, url: str) -> ConfiguredSource:
    path = folder / "sources.toml"
    options = f"{{ key = 'x', secret = '${{SECRET}}', endpoint_url = '{endpoint}' }}"
    path.write_text(f"[sources.store]\nkind = 'object'\nurl = '{url}'\noptions = {options}\n", encoding="utf-8")
    return load_sources(path, {"SECRET": SECRET}).get("store")


URL = "s3://shop/sales/{day:%Y/%m}/sales_{day:%Y%m%d}.csv"


def test_the_latest_day_of_a_bucket(tmp_path: Path, endpoint: str) -> None:
    report = source_report(store_source(tmp_path, endpoint, URL), AnalysisParameters(), Limits())
    assert report.analysis_date == DAY
    assert report.summary.total_sales == 20
    assert report.previous_day is not None
    assert report.previous_day.sales_change_percent == 100


def test_what_is_wrong_is_said(tmp_path: Path, endpoint: str) -> None:
    source = store_source(tmp_path, endpoint, URL)
    with pytest.raises(SourceEmptyError):
        source_report(source, AnalysisParameters(date=dt.date(2026, 11, 20)), Limits())
    with pytest.raises(LimitError):
        source_report(source, AnalysisParameters(date=DAY), Limits(file_bytes=20))
    away = store_source(tmp_path, "http://127.0.0.1:9", URL)
    with pytest.raises(SourceDownError) as error:
        source_report(away, AnalysisParameters(date=DAY), Limits())
    assert SECRET not in str(error.value)
    assert "127.0.0.1" not in str(error.value)
    with pytest.raises(SourceError):
        source_report(store_source(tmp_path, endpoint, URL.replace("shop", "gone")), AnalysisParameters(), Limits())


def test_a_store_whose_package_is_missing_is_said(tmp_path: Path, endpoint: str) -> None:
    source = store_source(tmp_path, endpoint, "gs://shop/{day}.csv")
    with pytest.raises(SourceError, match=r"needs gcsfs, which is not installed: run `pip install '\.\[sources\]'`"):
        source_report(source, AnalysisParameters(date=DAY), Limits())
