"""The life of a plugin process: its start, its ends, and what Dify's daemon would end it for."""

import os
import shutil
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from difykit.runner import CallTimeout, PluginDown, PluginProcess, RunnerError, StartError, plugin_python
from difykit.runner.environment import fresh_environment
from difykit.runner.storage import MemoryStore

HALF_LINE = b'{"session_id": "1", "event": "request"'


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" not in status.read_text()


def test_a_process_is_ready_with_its_manifest_and_first_heartbeat(plugin: PluginProcess) -> None:
    assert plugin.manifest["name"] == "fixture"
    assert plugin.seconds_to_ready > 0
    assert plugin.transcript.startswith('{"version"')
    assert [log["message"] for log in plugin.logs] == [
        "Installed tool: fixture",
        "Installed endpoint: ['/kept/<key>']",
    ]


def test_a_line_over_the_limit_ends_the_process_and_its_calls(doomed: PluginProcess) -> None:
    with ThreadPoolExecutor(1) as pool:
        innocent = pool.submit(doomed.call, "act", {"action": "wait", "amount": 60})
        with pytest.raises(PluginDown, match="over 5,242,880 bytes"):
            doomed.call("act", {"action": "long_line", "amount": 5 * 2**20})
        with pytest.raises(PluginDown):
            innocent.result()
    with pytest.raises(PluginDown):
        doomed.call("act", {"action": "echo"})


def test_a_line_just_under_the_limit_passes(doomed: PluginProcess) -> None:
    amount = 5 * 2**20 - 500
    assert len(doomed.call("act", {"action": "long_line", "amount": amount}).check().text) == amount


def test_silence_ends_the_process(fixture_root: Path) -> None:
    with PluginProcess(fixture_root, environ={"HEARTBEAT_INTERVAL": "0.1"}, max_silence=1.5) as process:
        with pytest.raises(PluginDown, match=r"no heartbeat for \d+ seconds"):
            process.call("act", {"action": "block", "amount": 60})
        assert process.largest_heartbeat_gap() >= 1.5


def test_an_exit_is_noticed_at_once(doomed: PluginProcess) -> None:
    with pytest.raises(PluginDown, match="exit code 7"):
        doomed.call("act", {"action": "exit", "amount": 7})
    assert doomed.pid is None


def test_a_process_that_will_not_end_is_ended_with_its_children(
    fixture_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("difykit.runner.process.STOP_SECONDS", 0.3)
    with PluginProcess(fixture_root) as process:
        child = process.call("act", {"action": "stubborn"}).check().variables["number"]
        parent = process.pid
        assert parent
        assert alive(child)
    assert process.pid is None
    assert not alive(parent)
    assert not alive(child)


def test_lines_that_nobody_should_send(plugin: PluginProcess) -> None:
    plugin.send_raw("this is no JSON")
    plugin.send_raw(HALF_LINE)
    plugin.send_raw("")
    plugin.send_raw('{"session_id": "1", "event": "nonsense", "data": {}}')
    assert plugin.wait_until(lambda process: len(process.errors) >= 3, timeout=30)
    assert "nonsense" in plugin.errors[2]["error"]
    assert plugin.call("act", {"action": "echo"}).check().json


def test_an_unknown_action_gives_nothing(plugin: PluginProcess) -> None:
    result = plugin.request({"type": "tool", "action": "get_tool_runtime_parameters", "user_id": "u"}, timeout=30)
    assert (result.messages, result.error) == ([], None)


def test_after_the_input_is_closed_no_call_is_answered(doomed: PluginProcess) -> None:
    doomed.close_stdin()
    with pytest.raises(CallTimeout):
        doomed.call("act", {"action": "echo"}, timeout=0.3)
    assert doomed.pid


def test_storage_outlives_the_process(fixture_root: Path) -> None:
    store = MemoryStore()
    with PluginProcess(fixture_root, store=store) as process:
        process.call("act", {"action": "set", "key": "k", "value": "v"}).check()
    assert store.get("k") == b"v"
    with PluginProcess(fixture_root, store=store) as process:
        assert process.call("act", {"action": "get", "key": "k"}).check().text == "v"


def test_a_store_that_fails_is_the_plugins_error(fixture_root: Path) -> None:
    class Broken(MemoryStore):
        def set(self, key: str, value: bytes) -> None:
            raise OSError(f"no room for {key}, {len(value)} bytes")

    with PluginProcess(fixture_root, store=Broken()) as process:
        error = process.call("act", {"action": "set", "key": "k", "value": "v"}, timeout=30).error
    assert error is not None
    assert error.message == "save data failed: no room for k, 1 bytes"


def test_storage_needs_the_permission(fixture_root: Path, tmp_path: Path) -> None:
    root = shutil.copytree(fixture_root, tmp_path / "plugin")
    manifest = (root / "manifest.yaml").read_text()
    (root / "manifest.yaml").write_text(manifest.replace("enabled: true", "enabled: false"))
    with PluginProcess(root) as process:
        error = process.call("act", {"action": "get", "key": "k"}, timeout=30).error
    assert error is not None
    assert error.message == "permission denied, you need to enable storage access in plugin manifest"


def test_a_package_is_unpacked_and_run(fixture_root: Path, tmp_path: Path) -> None:
    package = tmp_path / "fixture.difypkg"
    with zipfile.ZipFile(package, "w") as archive:
        for path in sorted(fixture_root.rglob("*")):
            archive.write(path, path.relative_to(fixture_root))
    process = PluginProcess(package)
    with process:
        folder = process.root
        assert process.call("act", {"action": "echo", "value": "x"}).check().json
    assert not folder.exists()


def test_a_plugin_that_does_not_start_says_why(fixture_root: Path, tmp_path: Path) -> None:
    root = shutil.copytree(fixture_root, tmp_path / "plugin")
    (root / "main.py").write_text("raise SystemExit('no license')\n")
    with pytest.raises(StartError, match=r"exit code 1\): no license"):
        PluginProcess(root).start()


def test_a_plugin_that_says_nothing_is_given_up(fixture_root: Path, tmp_path: Path) -> None:
    root = shutil.copytree(fixture_root, tmp_path / "plugin")
    (root / "main.py").write_text("import time\ntime.sleep(600)\n")
    process = PluginProcess(root, ready_timeout=0.5)
    with pytest.raises(StartError, match=r"not ready within 0\.5 seconds"):
        process.start()
    assert process.pid is None


@pytest.mark.parametrize(
    ("content", "message"), [(None, "manifest.yaml"), (b"no zip", r"x\.difypkg is no plugin package")]
)
def test_a_place_without_a_plugin(tmp_path: Path, content: bytes | None, message: str) -> None:
    place = tmp_path
    if content is not None:
        place = tmp_path / "x.difypkg"
        place.write_bytes(content)
    with pytest.raises(RunnerError, match=message):
        PluginProcess(place).start()


def test_yaml_that_is_not_whole_is_a_sentence(fixture_root: Path, tmp_path: Path) -> None:
    root = shutil.copytree(fixture_root, tmp_path / "plugin")
    (root / "provider" / "fixture.yaml").write_text("identity: {}\n")
    with pytest.raises(RunnerError, match="not as Dify wants them: 'name'"):
        PluginProcess(root).start()


def test_a_python_that_cannot_be_run_is_a_sentence(fixture_root: Path) -> None:
    with pytest.raises(StartError, match="make setup"):
        PluginProcess(fixture_root, fixture_root / "main.py").start()


def test_a_process_runs_once(fixture_root: Path) -> None:
    process = PluginProcess(fixture_root)
    with process:
        pass
    with pytest.raises(RuntimeError):
        process.start()


def test_a_call_before_the_start_is_refused(fixture_root: Path) -> None:
    with pytest.raises(PluginDown, match="start it first"):
        PluginProcess(fixture_root).call("act")


def test_the_python_of_the_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIFYKIT_PYTHON", sys.executable)
    assert plugin_python() == Path(sys.executable)
    monkeypatch.setenv("DIFYKIT_PYTHON", str(tmp_path / "none"))
    with pytest.raises(StartError, match="make setup"):
        plugin_python()
    monkeypatch.delenv("DIFYKIT_PYTHON")
    monkeypatch.setattr("difykit.runner.environment.REPOSITORY", tmp_path)
    with pytest.raises(StartError, match="make setup"):
        plugin_python()


def test_a_fresh_environment_lasts_as_long_as_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("")
    with fresh_environment(tmp_path) as python:
        assert python.is_file()
        assert python != Path(sys.executable)
    assert not python.exists()


def test_an_environment_that_cannot_be_made_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(StartError, match="cannot be installed"), fresh_environment(tmp_path):
        pass


def test_variables_can_be_added_and_taken_away(fixture_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIFYKIT_CREDENTIAL_TOKEN", "hush")
    environ = {"DIFYKIT_CREDENTIAL_TOKEN": None, "ADDED": "yes", "INSTALL_METHOD": "remote"}
    with PluginProcess(fixture_root, environ=environ) as process:
        seen = process.call("act", {"action": "environment"}).check().json[0]
    assert "DIFYKIT_CREDENTIAL_TOKEN" not in seen
    assert (seen["ADDED"], seen["INSTALL_METHOD"]) == ("yes", "local")


def test_chinese_arrives_whole_whatever_the_terminal_speaks(
    fixture_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("PYTHONUTF8", "0")
    with PluginProcess(fixture_root) as process:
        assert process.call("act", {"action": "echo", "value": "销售额 👍"}).check().json[0]["value"] == "销售额 👍"
        process.call("act", {"action": "print", "value": "销售额"}).check()
        assert "销售额" in process.prints
