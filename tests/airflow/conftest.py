"""A real Airflow: its database is made once a session, its DAGs are the repository's, its world is made of doubles."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(tempfile.mkdtemp(prefix="airflow-"))
os.environ |= {
    "AIRFLOW_HOME": str(HOME),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__DAGS_FOLDER": str(Path(__file__).resolve().parents[2] / "dags"),
}

from tests.airflow.stage import MAJOR, Stage, airflow  # noqa: E402 (Airflow reads its home when it is imported)

if not MAJOR:  # these tests run in environments of their own, see the Makefile
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Airflow's home, its database migrated and its DAGs known."""
    with Stage(tmp_path_factory.mktemp("home")) as stage:
        env = stage.env(HOME)
        for command in (["db", "migrate"], *([["dags", "reserialize"]] if MAJOR > 2 else [])):
            done = airflow(env, *command)
            assert done.returncode == 0, done.stderr
    return HOME


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Stage(tmp_path) as made:
        yield made
