"""A Dify double, clients of it, and a clock that only `sleep` moves."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest

from daybook.dify import ChatClient, DifyClient, StartRecord
from tests.doubles.dify import DifyDouble
from tests.doubles.time import FakeTime

USER = "airflow/daily_sales_report/2026-11-22"


def dify_time() -> FakeTime:
    """A time that leaves the double's threads the real moments that they need."""
    return FakeTime(1000.0, gives_way=0.002)


@pytest.fixture
def clock() -> FakeTime:
    return dify_time()


@pytest.fixture
def dify() -> Iterator[DifyDouble]:
    with DifyDouble(idle=0.1) as double:
        yield double


@pytest.fixture
def client(dify: DifyDouble, clock: FakeTime) -> DifyClient:
    return DifyClient(dify.base_url, dify.api_key, clock=clock.clock)


@pytest.fixture
def chat(dify: DifyDouble, clock: FakeTime) -> ChatClient:
    return ChatClient(dify.base_url, dify.api_key, clock=clock.clock)


@pytest.fixture
def sales_file(client: DifyClient) -> Callable[[], dict[str, str]]:
    """Uploads a sales file, and gives it as an input."""
    content = "日期,产品,单价,数量,地区\n2026-11-22,茶,12.50,3,杭州\n".encode()
    return lambda: client.upload(BytesIO(content), user=USER, filename="sales_2026-11-22.csv").as_input()


class Memory:
    """A memory that outlives the caller."""

    def __init__(self) -> None:
        self.text: str | None = None

    def load(self) -> StartRecord | None:
        return StartRecord.loads(self.text)

    def save(self, record: StartRecord | None) -> None:
        self.text = record.dumps() if record else None
