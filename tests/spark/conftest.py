import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daybook.judge import Judge
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.reduce.pandas import Read
from daybook.reduce.spark_table import VARIABLE, cluster, open_on_cluster
from tests.engines.test_same_cube import Reader
from tests.servers.spark import SparkServer


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A cluster's: the one that DAYBOOK_SPARK names, else one of its own with two executors."""
    if running := os.environ.get(VARIABLE):
        yield running
        return
    with SparkServer() as server:
        yield server.address


@pytest.fixture(scope="session")
def session(address: str) -> Iterator[Any]:
    with cluster(address) as found:
        yield found


@pytest.fixture(scope="session")
def by_spark(session: Any, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Reads a file, or the bytes of one, on the cluster."""
    folder = tmp_path_factory.mktemp("files")

    def read(source: Path | bytes, parameters: AnalysisParameters, limits: Limits) -> Read:
        path = source
        if isinstance(source, bytes):
            path = folder / ("a.parquet" if source.startswith(b"PAR1") else "a.csv")
            path.write_bytes(source)
        table = open_on_cluster(session, str(path), parameters.columns, limits)
        return table.read_cube(Judge(table, parameters))

    return read
