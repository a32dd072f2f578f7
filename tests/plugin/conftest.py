import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from difykit.runner import CallResult, FileServer, PluginProcess
from tests.doubles.dingtalk import DingTalkDouble

ROOT = Path(__file__).resolve().parents[2]
BEAT = 0.1
SECRET = "SECc0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
SERVICE_KEY = "service-key-that-nobody-may-see"

type Call = Callable[..., CallResult]
type Altered = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def root() -> Path:
    """The plugin's folder."""
    return ROOT


@pytest.fixture(scope="session")
def plugin() -> Iterator[PluginProcess]:
    """The plugin, running as Dify's daemon would run it, for all tests that leave it running."""
    with PluginProcess(ROOT, environ={"HEARTBEAT_INTERVAL": str(BEAT), "DAYBOOK_ALLOW_LOOPBACK_ROBOT": "1"}) as process:
        yield process


@pytest.fixture(scope="session")
def files() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server


@pytest.fixture
def ding() -> Iterator[DingTalkDouble]:
    """A group whose robot no other test has used: how often a robot may send is remembered."""
    with DingTalkDouble(SECRET, keyword="日报", token=uuid.uuid4().hex) as double:
        yield double


@pytest.fixture
def credentials(ding: DingTalkDouble) -> dict[str, str]:
    """What a person would enter, every field of it."""
    return {
        "robot_webhook": ding.webhook,
        "robot_secret": SECRET,
        "robot_keyword": "日报",
        "dify_base_url": "",
        "service_url": "",
        "service_key": "",
    }


@pytest.fixture
def analyze(plugin: PluginProcess, files: FileServer) -> Call:
    """Analyse a file that Dify serves: ``analyze(data, top_n=3)``."""

    def call(data: bytes | Path, name: str = "sales.csv", **parameters: Any) -> CallResult:
        file = files.add(data, name)
        return plugin.call("analyze_sales", {"file": file, **parameters})

    return call


@pytest.fixture
def push(plugin: PluginProcess, credentials: dict[str, str]) -> Call:
    """Push to the group: ``push(content="...")``."""

    def call(**parameters: Any) -> CallResult:
        return plugin.call("push_dingtalk", parameters, credentials)

    return call


@pytest.fixture
def altered(tmp_path: Path) -> Altered:
    """The plugin with code added to one module: ``altered("pipeline.py", code)`` is its folder."""

    def make(module: str, code: str) -> Path:
        for name in ("manifest.yaml", "main.py", "provider", "tools", "_assets"):
            (tmp_path / name).symlink_to(ROOT / name)
        library, place = tmp_path / "daybook", Path(module)
        for folder in (Path(), *reversed(place.parents)):
            (library / folder).mkdir(exist_ok=True)
            for path in (ROOT / "daybook" / folder).iterdir():
                if not place.is_relative_to(folder / path.name) and not (library / folder / path.name).exists():
                    (library / folder / path.name).symlink_to(path)
        (library / place).write_text((ROOT / "daybook" / place).read_text("utf-8") + code, "utf-8")
        return tmp_path

    return make
