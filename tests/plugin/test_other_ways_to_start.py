import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import requests
from urllib3.util.retry import Retry

from difykit.runner import DebugPort, FileServer, plugin_python, protocol
from difykit.runner.ports import free_port
from tests.plugin.bad_files import GOOD
from tests.plugin.conftest import ROOT


@contextmanager
def started(environ: Mapping[str, str]) -> Iterator[None]:
    """The plugin's process, started by other means than the daemon's pipe."""
    process = subprocess.Popen(  # noqa: S603  our own code in the plugin's Python
        [plugin_python(), "-m", "main"],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def test_the_plugin_answers_over_http_where_dify_runs_it_as_a_function(files: FileServer) -> None:
    """The way of Dify's cloud, and of the marketplace's check that a plugin starts at all."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environ = {"INSTALL_METHOD": "serverless", "SERVERLESS_HOST": "127.0.0.1", "SERVERLESS_PORT": str(port)}
    with started(environ), requests.Session() as session:
        waiting = Retry(total=240, backoff_factor=0.01, backoff_max=0.25)
        session.mount(address, requests.adapters.HTTPAdapter(max_retries=waiting))
        assert session.get(f"{address}/health", timeout=5).text == "OK"
        data = protocol.tool_request("sales_analyst", "analyze_sales", {"file": files.add(GOOD, "a.csv")}, {})
        line = protocol.write_line("session", "request", data)
        answer = session.post(f"{address}/invoke", line, headers={"Content-Type": "application/json"}, timeout=60)
    assert '"variable_name":"total_sales","variable_value":200.0' in answer.text
    assert '"type":"end"' in answer.text


def test_the_plugin_connects_to_the_debug_port(files: FileServer) -> None:
    with DebugPort() as port, started(port.environ):
        port.wait(30)
        assert set(port.assets) >= {"icon.svg", "icon-dark.svg"}
        result = port.call("analyze_sales", {"file": files.add(GOOD, "a.csv")}).check()
    assert result.variables["total_sales"] == 200
