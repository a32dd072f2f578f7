"""The shipped workflows on graphon. `make test-graphon` runs these tests in an environment that has the engine."""

import importlib.util
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from difykit.runner import FileServer, PluginProcess
from difykit.workflow.document import Workflow
from tests.doubles.dingtalk import DingTalkDouble
from tests.doubles.model import ModelDouble
from tests.service.harness import ServiceProcess

if TYPE_CHECKING:
    from difykit.workflow.engine import WorkflowRun

HAS_ENGINE = importlib.util.find_spec("graphon") is not None
collect_ignore_glob = [] if HAS_ENGINE else ["test_*.py"]

ROOT = Path(__file__).resolve().parents[2]
SECRET = "SECc0ffee00c0ffee00"
NOWHERE = "http://127.0.0.1:9"
"""A port on which nothing listens."""
FUNCTION = '''
"""Functions for the tests of the workflows."""

from daybook.functions import File, function


@function
def double_it(number: int) -> dict:
    """Twice a number."""
    return {"twice": 2 * number}


@function
def count_lines(file: File) -> dict:
    """The lines of a file."""
    lines = len(file.read_text().splitlines())
    return {"lines": lines, "list": File.of(str(lines), "lines.txt")}
'''

SOURCES = """
[sources.exports]
kind = "folder"
folder = "exports"
pattern = "sales_{day:%Y%m%d}.csv"

[sources.orders]
kind = "sql"
url = "sqlite:///FOLDER/shop.db"
query = "SELECT sold_on, goods, price, units, area FROM orders WHERE sold_on BETWEEN :first AND :day"
columns = { date = "sold_on", product = "goods", price = "price", quantity = "units", region = "area" }

[sources.quiet]
kind = "folder"
folder = "exports"
pattern = "quiet_{day:%Y%m%d}.csv"
empty_day = "zero"

[sources.late]
kind = "folder"
folder = "exports"
pattern = "late_{day:%Y%m%d}.csv"

[sources.gone]
kind = "sql"
url = "postgresql://reader@127.0.0.1:9/shop"
table = "orders"
columns = { date = "sold_on" }
"""

type RunWorkflow = Callable[..., "WorkflowRun"]


@pytest.fixture(scope="session")
def plugin() -> Iterator[PluginProcess]:
    with PluginProcess(ROOT, environ={"DAYBOOK_ALLOW_LOOPBACK_ROBOT": "1"}) as process:
        yield process


@pytest.fixture(scope="session")
def files() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server


@pytest.fixture
def ding() -> Iterator[DingTalkDouble]:
    """A group whose robot no other test has used."""
    with DingTalkDouble(SECRET, token=uuid.uuid4().hex) as double:
        yield double


@pytest.fixture
def model() -> Iterator[ModelDouble]:
    with ModelDouble("先查华东的库存。") as double:
        yield double


@pytest.fixture(scope="session")
def service_group() -> Iterator[DingTalkDouble]:
    """The group of the service's robot, shared by all tests: they tell their messages apart."""
    with DingTalkDouble(SECRET) as double:
        yield double


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, service_group: DingTalkDouble) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("service")
    (folder / "source").mkdir()
    (folder / "functions").mkdir()
    (folder / "exports").mkdir()
    (folder / "sources.toml").write_text(SOURCES.replace("FOLDER", str(folder)), encoding="utf-8")
    (folder / "functions" / "shop_functions.py").write_text(FUNCTION, encoding="utf-8")
    robots = {
        "group": {"webhook": service_group.webhook, "secret": SECRET},
        "strict": {"webhook": service_group.webhook, "secret": "SECwrong"},
    }
    settings = {
        "workers": 1,
        "allow_loopback_robot": "1",
        "source_folder": folder / "source",
        "sources": folder / "sources.toml",
        "functions": "shop_functions",
        "functions_folder": folder / "functions",
    }
    with ServiceProcess(folder, robots=json.dumps(robots), **settings) as process:
        yield process


@pytest.fixture
def workflow_run(plugin: PluginProcess, files: FileServer, ding: DingTalkDouble) -> RunWorkflow:
    """Run a shipped file: ``workflow_run("daily_sales_report.yml", {"sales_data": ("a.csv", b"...")})``."""
    from difykit.workflow.engine import Host, run_workflow  # noqa: PLC0415 - only where there is an engine

    def run(
        name: str,
        inputs: Mapping[str, Any],
        credentials: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "WorkflowRun":
        entered = {"robot_webhook": ding.webhook, "robot_secret": SECRET, **(credentials or {})}
        host = Host(plugin, files, entered, environment or {})
        return run_workflow(Workflow.load(ROOT / "workflows" / name), inputs, host)

    return run
