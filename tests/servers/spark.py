"""A Spark Connect server with two executors of their own, as `scripts/spark.sh` unpacked it beside the environment."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Thread
from typing import IO, Self

HOME = Path(sys.prefix) / "server"
_STARTED = "Spark Connect server started"
_PATIENCE = 30
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For a server that lives for a few tests: Java compiles fast rather than well."""


class SparkServer:
    """A server on a free port of this machine, gone with its executors at the end of the context."""

    def __init__(self, master: str = "local-cluster[2,1,1024]", memory: str = "1g", java: str = QUICK) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="daybook-spark-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._options = {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": self.port,
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.extraJavaOptions": java,
            "spark.driver.host": "127.0.0.1",
            "spark.executor.extraJavaOptions": java,
            "spark.local.dir": self.folder,
            "spark.sql.shuffle.partitions": 2,
            "spark.ui.enabled": "false",
        }
        self._start = [str(HOME / "bin/spark-submit"), "--master", master, "--driver-memory", memory]
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"sc://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        options = [part for name, value in self._options.items() for part in ("--conf", f"{name}={value}")]
        server = ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
        places = {"SPARK_HOME": HOME, "JAVA_HOME": HOME / "java", "SPARK_WORKER_DIR": self.folder / "work"}
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [*self._start, *options, *server],
            cwd=self.folder,
            env={**os.environ, **{name: str(value) for name, value in places.items()}, "SPARK_LOCAL_IP": "127.0.0.1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout
        try:
            self._wait(self._process.stdout)
        except BaseException:
            self.__exit__()
            raise
        return self

    def cpu(self) -> float:
        """CPU seconds of the server and its executors so far."""
        ticks = sum(
            sum(map(int, Path(place, "stat").read_text().rpartition(")")[2].split()[11:13])) for place in self._all
        )
        return ticks / os.sysconf("SC_CLK_TCK")

    def peaks(self) -> list[float]:
        """The most megabytes that the server and each executor held."""
        status = [Path(place, "status").read_text().splitlines() for place in self._all]
        peaks = [line.split()[1] for lines in status for line in lines if line.startswith("VmHWM")]
        return [int(peak) / 1024 for peak in peaks]

    @property
    def _all(self) -> list[Path]:
        """What the system says of each process of the server's group."""
        assert self._process
        found = []
        for place in sorted(Path("/proc").glob("[0-9]*")):
            with contextlib.suppress(OSError):
                if os.getpgid(int(place.name)) == self._process.pid:
                    found.append(place)
        return found

    @staticmethod
    def _wait(log: IO[str]) -> None:
        said = []
        for line in log:
            said.append(line)
            if _STARTED in line:
                Thread(target=_drain, args=[log], daemon=True).start()
                return
        raise RuntimeError("the server did not start: " + "".join(said)[-2000:])

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            for sign in (signal.SIGTERM, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                    os.killpg(self._process.pid, sign)
                    self._process.wait(_PATIENCE)
        for folder in (self.folder, HOME / "work"):  # the executors' logs are written below the server's home
            shutil.rmtree(folder, ignore_errors=True)


def _drain(stream: IO[str]) -> None:
    """What nobody reads would stop the server once its pipe is full."""
    for _ in stream:
        pass
