"""The debug port, with the real SDK at the other end of the connection."""

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from difykit.runner import DebugPort, FileServer, PluginDown, StartError, plugin_python


@contextmanager
def connecting(root: Path, environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A plugin that connects to a debug port, as its developer starts it."""
    process = subprocess.Popen(  # noqa: S603 - the fixture plugin
        [plugin_python(), "-m", "main"],
        cwd=root,
        env={**os.environ, **environ, "HEARTBEAT_INTERVAL": "0.1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def port(fixture_root: Path) -> Iterator[DebugPort]:
    with DebugPort() as port, connecting(fixture_root, port.environ):
        port.wait(60)
        yield port


def test_a_plugin_connects_and_says_what_it_is(port: DebugPort, fixture_root: Path) -> None:
    assert port.manifest["name"] == "fixture"
    assert port.assets == {"icon.svg": (fixture_root / "_assets" / "icon.svg").read_bytes()}
    assert [tool.name for tool in port.declaration.tools] == ["act", "fetch", "choose"]
    assert port.declaration.tool("act").outputs["number"] == {"type": "number"}
    assert [field.name for field in port.declaration.credentials] == ["token"]


def test_tools_are_called_over_the_connection(port: DebugPort, files: FileServer) -> None:
    result = port.call("act", {"action": "everything"}).check()
    assert (result.text, result.variables["number"], len(result.files[0].data)) == ("one, two", 4, 25600)
    assert port.call("act", {"action": "set", "key": "k", "value": "v"}, timeout=30).check().text == "kept"
    assert port.call("fetch", {"file": files.add(b"1", "a.csv")}).check().files[0].data == b"1"
    assert port.validate({"token": "open sesame"}).error is None
    assert port.options("choose", "region", {"token": "t"})[0].value == "east"
    assert port.call("act", {"action": "fail"}).error is not None


def test_a_second_plugin_is_turned_away(port: DebugPort, fixture_root: Path) -> None:
    with connecting(fixture_root, port.environ):
        assert port.wait_until(lambda _: "server is busy now, please try again later" in port.refusals, timeout=60)
    assert port.call("act", {"action": "echo"}).check().json


def test_a_plugin_with_another_key_is_turned_away(fixture_root: Path) -> None:
    refused = threading.Event()
    with DebugPort("right", on_change=lambda _: refused.set()) as port:
        with connecting(fixture_root, {**port.environ, "REMOTE_INSTALL_KEY": "wrong"}):
            assert refused.wait(60)
            with pytest.raises(StartError, match="No plugin connected"):
                port.wait(0.5)
        assert set(port.refusals) == {"handshake failed, invalid key"}
        with pytest.raises(PluginDown):
            port.call("act")


def test_a_plugin_that_goes_away_may_come_back(fixture_root: Path) -> None:
    changes: list[str] = []
    with DebugPort(on_change=changes.append) as port:
        with connecting(fixture_root, port.environ):
            port.wait(60)
            with pytest.raises(PluginDown, match="closed its connection"):
                port.call("act", {"action": "exit", "amount": 1})
        with connecting(fixture_root, port.environ):
            port.wait(60)
            assert port.call("act", {"action": "echo"}).check().json
    assert changes[:3] == ["connected", "disconnected", "connected"]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"GET / HTTP/1.1\n", b"handshake failed, invalid handshake message\n"),
        (b'{"type": "end", "data": {}}\n', b"handshake failed, registration message before handshake\n"),
        (b'{"type": "handshake", "data": []}\n', b"handshake failed, invalid handshake message\n"),
        (
            b'{"type": "handshake", "data": {"key": "k"}}\n{"type": "end", "data": {}}\n',
            b"no registration transferred, cannot initialize\n",
        ),
        (
            b'{"type": "handshake", "data": {"key": "k"}}\n{"type": "handshake", "data": {"key": "k"}}\n',
            b"handshake already completed\n",
        ),
    ],
)
def test_whoever_is_no_plugin_is_told_and_hung_up_on(line: bytes, answer: bytes) -> None:
    with DebugPort("k") as port, socket.create_connection(("127.0.0.1", port.port)) as connection:
        connection.sendall(line)
        with connection.makefile("rb") as stream:
            assert stream.read() == answer


def test_whoever_says_nothing_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("difykit.runner.debug_port.HANDSHAKE_SECONDS", 0.2)
    with DebugPort() as port, socket.create_connection(("127.0.0.1", port.port)) as connection:
        assert connection.recv(1) == b""


def test_a_closed_port_leaves_nothing_open(fixture_root: Path) -> None:
    with DebugPort() as port, connecting(fixture_root, port.environ):
        port.wait(60)
        number = port.port
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", number))
    with pytest.raises(PluginDown):
        port.call("act")
