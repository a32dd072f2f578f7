"""A real Airflow scheduler and what it needs beside it, as processes that can be killed and started again."""

import secrets
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil

from difykit.runner.ports import free_port
from tests.airflow.stage import MAJOR, ROOT, airflow

SETTINGS = {
    "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "10",
    "AIRFLOW__SCHEDULER__DAG_DIR_LIST_INTERVAL": "5",
    "AIRFLOW__CORE__PARALLELISM": "3",
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
    # how soon a task whose process is gone is noticed
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "8",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "2",
    "AIRFLOW__SCHEDULER__SCHEDULER_ZOMBIE_TASK_THRESHOLD": "8",
    "AIRFLOW__SCHEDULER__ZOMBIE_DETECTION_INTERVAL": "2",
    "AIRFLOW__SCHEDULER__LOCAL_TASK_JOB_HEARTBEAT_SEC": "2",
    "AIRFLOW__SCHEDULER__JOB_HEARTBEAT_SEC": "2",
    # how soon another triggerer takes over
    "AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC": "1",
    "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "5",
}


class Scheduler:
    """An Airflow on SQLite that knows one DAG. The scheduler alone on 2.11; API server and DAG processor too on 3.3.

    Where ``deferrable``, tasks wait in a triggerer.
    """

    def __init__(self, env: dict[str, str], home: Path, dag_id: str, *, deferrable: bool = False) -> None:
        port = free_port()
        own = {
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor" if MAJOR > 2 else "SequentialExecutor",
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
            "AIRFLOW__OPERATORS__DEFAULT_DEFERRABLE": str(deferrable),
        }
        self.home = home
        self.env = {
            **env,
            **SETTINGS,
            **own,
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        }
        self.parts = ["api-server", "dag-processor", "scheduler"] if MAJOR > 2 else ["scheduler"]
        self.parts += ["triggerer"] * deferrable
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._seen: set[psutil.Process] = set()
        dags = home / "dags"
        dags.mkdir(parents=True)
        (dags / f"{dag_id}.py").symlink_to(ROOT / "dags" / f"{dag_id}.py")

    def __enter__(self) -> Self:
        done = airflow(self.env, "db", "migrate")
        assert done.returncode == 0, done.stderr
        for part in self.parts:
            self.start(part)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            for process in self._running.values():
                process.wait(15)
        for left in self.processes():
            with suppress(psutil.NoSuchProcess):
                left.kill()

    def start(self, part: str) -> None:
        """Starts a part of Airflow."""
        with (self.home / f"{part}.log").open("ab") as log:
            self._running[part] = subprocess.Popen(  # noqa: S603 (our own arguments)
                [sys.executable, "-m", "airflow", part], env=self.env, cwd=self.home, stdout=log, stderr=log
            )

    def kill(self, part: str) -> None:
        """Kills a part of Airflow at once; what it had started is left to itself."""
        self.processes()
        self._running[part].kill()
        self._running[part].wait()

    def command(self, *arguments: str) -> str:
        """Runs a command of Airflow beside the scheduler."""
        done = airflow(self.env, *arguments)
        return done.stdout + done.stderr

    def log(self) -> str:
        """The end of each part's log."""
        return "\n".join(path.read_text(errors="replace")[-2000:] for path in self.home.glob("*.log"))

    def processes(self) -> list[psutil.Process]:
        """Every process that this Airflow started and that lives, also where its parent is dead."""
        for popen in self._running.values():
            with suppress(psutil.NoSuchProcess):
                parent = psutil.Process(popen.pid)
                self._seen.update(parent.children(recursive=True))
                self._seen.add(parent)
        self._seen = {process for process in self._seen if process.is_running()}
        return list(self._seen)

    def caller(self, port: int) -> psutil.Process | None:
        """The process of this Airflow that talks to somebody from this port."""
        for process in self.processes():
            with suppress(psutil.Error):
                if any(link.laddr and link.laddr.port == port for link in process.net_connections("tcp")):
                    return process
        return None
