import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.harness import ServiceProcess

MODULES = Path(__file__).parent / "modules"


@pytest.fixture(scope="session")
def hosting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """A service with functions that many tests share; none of them changes its modules."""
    folder = tmp_path_factory.mktemp("functions")
    with ServiceProcess(
        folder, functions="tryout", functions_folder=MODULES, memory_limit_mb=512, language="en_US"
    ) as running:
        yield running


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """A folder for modules that a test writes and edits."""
    folder = tmp_path / "modules"
    folder.mkdir()
    shutil.copy(MODULES / "helper.py", folder)
    return folder
