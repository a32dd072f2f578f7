from collections.abc import Iterator
from pathlib import Path

import pytest

from difykit.runner import FileServer, PluginProcess

FIXTURE = Path(__file__).parent / "fixture_plugin"
BEAT = 0.1


@pytest.fixture(scope="session")
def fixture_root() -> Path:
    return FIXTURE


@pytest.fixture(scope="session")
def plugin() -> Iterator[PluginProcess]:
    """The fixture plugin, running for all tests that leave it running."""
    with PluginProcess(FIXTURE, environ={"HEARTBEAT_INTERVAL": str(BEAT)}) as process:
        yield process


@pytest.fixture
def doomed() -> Iterator[PluginProcess]:
    """A process that a test may break."""
    with PluginProcess(FIXTURE, environ={"HEARTBEAT_INTERVAL": str(BEAT)}) as process:
        yield process


@pytest.fixture
def files() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server
