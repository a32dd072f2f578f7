from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.harness import ServiceProcess


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """A service that many tests share, so none may change what it is."""
    folder = tmp_path_factory.mktemp("service")
    source = folder / "source"
    source.mkdir()
    with ServiceProcess(
        folder,
        source_folder=source,
        max_file_mb=5,
        max_rows=20_000,
        max_columns=50,
        max_expanded_mb=10,
        max_name_length=100,
        queue=8,
    ) as running:
        yield running


@pytest.fixture
def source_folder(service: ServiceProcess) -> Path:
    return service.folder / "source"
