"""The commands, as a person at a terminal sees them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from difykit.cli import show, terminal
from difykit.cli.main import main
from difykit.runner import CallResult, DebugPort, PluginFile, plugin_python

SECRET = "hush-hush-4711"

type Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, fixture_root: Path) -> Run:
    """Runs `difykit ...` on the fixture plugin."""
    for name in ("DIFYKIT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DIFYKIT_CREDENTIAL_TOKEN", SECRET)

    def run(*arguments: str, **environ: str) -> Result:
        root = ["--root", str(fixture_root)] if arguments[0] != "listen" else []
        result = CliRunner().invoke(main, [*arguments, *root], env=environ, catch_exceptions=False)
        assert SECRET not in result.output
        return result

    return run


def test_the_language_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DIFYKIT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert terminal.language() == "en_US"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert terminal.language() == "zh_Hans"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert terminal.language() == "en_US"
    monkeypatch.setenv("DIFYKIT_LANGUAGE", "zh")
    assert terminal.language() == "zh_Hans"


def test_tools_are_listed_with_what_they_take_and_give(run: Run) -> None:
    output = run("tools").stdout
    assert "act · Act\n  Does the action named.\n  takes\n    action  string  required · One of" in output
    assert "    words   array[string]\n" in output
    assert "    size     select          one of small, large · A size." in output
    chinese = run("tools", LANG="zh_CN.UTF-8").stdout
    assert "choose · 选择\n  提供选项，并返回所收到的内容。\n  参数\n" in chinese


def test_a_call_shows_text_variables_and_files(run: Run) -> None:
    result = run("call", "act", "--param", "action=everything")
    assert result.exit_code == 0
    assert result.stdout.startswith("one, two\n\nVariables\n  number  4\n")
    assert "  chart.png  image/png   25,600 bytes\n" in result.stdout
    assert "not declared in output_schema: story" in result.stderr


def test_a_call_writes_what_it_got(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("call", "act", "--param", "action=everything", "--out", str(out))
    assert {path.name for path in out.iterdir()} == {"chart.png", "file2", "text.md", "result.json"}
    assert (out / "chart.png").read_bytes() == bytes(range(256)) * 100
    assert json.loads((out / "result.json").read_text())["variables"]["story"] == "once upon a time"
    assert str(out / "chart.png") in result.stdout


def test_a_file_goes_to_the_tool(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"1,2")
    output = run("call", "fetch", "--file", str(path), "--format", "json").stdout
    assert json.loads(output)["files"] == [{"name": "a.csv", "mime_type": "text/csv", "size": 3}]


def test_an_error_of_the_tool_is_one_sentence_and_exit_code_one(run: Run) -> None:
    result = run("call", "act", "--json", '{"action": "fail"}')
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "the shelf is empty\n")
    whole = run("call", "act", "--json", '{"action": "fail"}', "--traceback", "--format", "json")
    assert "do_fail" in whole.stderr
    assert json.loads(whole.stdout)["error"] == {"kind": "ValueError", "message": "the shelf is empty"}


def test_errors_speak_the_terminals_language(run: Run) -> None:
    result = run("call", "choose", "-p", "urgent=maybe", LANG="zh_CN.UTF-8")
    assert (result.exit_code, result.stderr) == (1, "参数 urgent 应为 true 或 false，而不是“maybe”。\n")
    result = run("call", "dance", LANG="zh_CN.UTF-8")
    assert (result.exit_code, result.stderr) == (1, "插件没有名为“dance”的工具；可用的工具：act, fetch, choose。\n")


def test_what_the_plugin_prints_is_pointed_out(run: Run) -> None:
    result = run("call", "act", "-p", "action=print", "-p", "value=oops")
    assert "printed 1 line(s) into the protocol" in result.stderr
    assert "oops" in result.stderr


def test_credentials_reach_the_provider_only_when_asked_for(run: Run) -> None:
    refused = run("validate", "--credentials-from-env")
    assert (refused.exit_code, refused.stderr) == (1, "the token is wrong\n")
    accepted = run("validate", "--credentials-from-env", DIFYKIT_CREDENTIAL_TOKEN="open sesame")
    assert (accepted.exit_code, accepted.stdout) == (0, "The credentials are good.\n")
    seen = json.loads(run("call", "act", "-p", "action=environment", "--format", "json").stdout)
    assert "DIFYKIT_CREDENTIAL_TOKEN" not in seen["json"][0]


def test_choices_are_listed(run: Run) -> None:
    assert run("options", "choose", "region", "--credentials-from-env").stdout == "east  East\n"


def test_storage_is_kept_in_a_folder(run: Run, tmp_path: Path) -> None:
    folder = ["--storage", str(tmp_path / "kept")]
    assert run("call", "act", "-p", "action=set", "-p", "key=k", "-p", "value=v", *folder).exit_code == 0
    assert run("call", "act", "-p", "action=get", "-p", "key=k", *folder).stdout.startswith("v\n")


def test_a_line_typed_at_the_debug_port_calls_a_tool(fixture_root: Path) -> None:
    command = [sys.executable, "-m", "difykit", "listen", "--port", "0", "--key", "k"]
    environ = {**os.environ, "DIFYKIT_LANGUAGE": "en"}
    with subprocess.Popen(  # noqa: S603 - our own Python
        command,
        text=True,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as listening:
        assert listening.stdout
        settings: dict[str, str] = {}
        while "REMOTE_INSTALL_KEY" not in settings:
            name, _, value = listening.stdout.readline().strip().partition("=")
            settings[name] = value
        plugin = subprocess.Popen(  # noqa: S603 - the fixture plugin
            [plugin_python(), "-m", "main"],
            cwd=fixture_root,
            env={**os.environ, **{name: value for name, value in settings.items() if value}},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            lines = "act -p action=everything\nact -p action=fail\nact -p\nact 'open\n"
            output, errors = listening.communicate(lines, timeout=60)
        finally:
            plugin.kill()
            plugin.wait()
    assert "one, two\n\nVariables\n  number  4\n" in output
    assert "Connected: daybook/fixture 0.0.1, with act, fetch, choose." in errors
    assert "the shelf is empty\n" in errors
    assert "requires an argument" in errors
    assert "No closing quotation" in errors
    assert listening.returncode == 1


def test_a_taken_port_is_a_sentence(run: Run) -> None:
    with DebugPort() as port:
        result = run("listen", "--port", str(port.port))
        sentence = f"Port {port.port} is taken: end what listens there, or name another with --port.\n"
    assert (result.exit_code, result.stderr) == (1, sentence)


def test_names_that_a_plugin_chose_stay_in_the_folder(tmp_path: Path) -> None:
    names = ["../../up.txt", "/etc/passwd", "..\\..\\win.txt", "..", "", "a.png", "A.png", "bell\x07.txt", "x" * 300]
    result = CallResult(files=[PluginFile(name, "", b"") for name in names])
    written = show.write_result(result, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(written)
    assert list(written)[:8] == [
        "up.txt",
        "passwd",
        "win.txt",
        "file",
        "file-2",
        "a.png",
        "A-2.png",
        "bell.txt",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
