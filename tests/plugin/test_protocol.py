import os
from pathlib import Path
from typing import Any

import pytest

from difykit.runner import FileServer, PluginFile, PluginProcess, plugin_python, protocol
from tests.plugin.bad_files import GOOD
from tests.plugin.conftest import ROOT, SECRET, Altered


def request(**changes: Any) -> dict[str, Any]:
    return {
        **protocol.tool_request("sales_analyst", "push_dingtalk", {"content": "hi", "dry_run": True}, {}),
        **changes,
    }


def test_a_tool_that_is_none_is_an_error(plugin: PluginProcess) -> None:
    result = plugin.request(request(tool="no_such_tool", credentials={"robot_secret": SECRET}))
    assert result.error is not None
    assert "no_such_tool" in result.error.message


def test_a_provider_that_is_none_is_an_error(plugin: PluginProcess) -> None:
    assert plugin.request(request(provider="no_such_provider")).error is not None


def test_an_action_that_is_none_ends_without_a_word(plugin: PluginProcess) -> None:
    result = plugin.request(request(action="no_such_action"))
    assert result.error is None
    assert not result.messages


@pytest.mark.parametrize(
    "line", ["no json", "[]", "{}", '{"event": "request"}', '{"session_id": "x", "event": "y"}', "\x00\xff"]
)
def test_a_line_that_makes_no_sense_stops_nothing(plugin: PluginProcess, line: str) -> None:
    before = len(plugin.errors)
    plugin.send_raw(line)
    assert plugin.wait_until(lambda plugin: len(plugin.errors) > before, 10)
    assert plugin.request(request()).check().variables["preview"] == "hi"


def test_the_plugin_says_nothing_that_is_no_line_of_the_protocol(plugin: PluginProcess) -> None:
    plugin.request(request()).check()
    assert plugin.prints == []


def test_the_end_of_the_input_ends_the_plugin_once_the_calls_are_answered(files: FileServer) -> None:
    with PluginProcess(ROOT) as plugin:
        lines = []
        for session in ("first", "second"):
            data = protocol.tool_request("sales_analyst", "analyze_sales", {"file": files.add(GOOD, "a.csv")}, {})
            lines.append(protocol.write_line(session, "request", data))
        plugin.send_raw(b"".join(lines))
        plugin.close_stdin()
        assert plugin.wait_until(lambda plugin: plugin.failure is not None, 30)
        assert plugin.failure is not None
        assert plugin.failure.values["code"] == 0
        assert plugin.transcript.count('"type":"end"') == 2
        assert plugin.transcript.count('"variable_name":"total_sales","variable_value":200.0') == 2


def test_the_end_of_the_input_of_an_idle_plugin_ends_it() -> None:
    with PluginProcess(ROOT) as plugin:
        plugin.close_stdin()
        assert plugin.wait_until(lambda plugin: plugin.failure is not None, 30)


def test_a_node_s_files_arrive_whole(altered: Altered, files: FileServer) -> None:
    code = """
from daybook.plugin.outputs import OutputFile

def analyze_sales(parameters, credentials, **named):
    data = bytes(range(256)) * 100
    return ToolResult("a text", {"a": 1}, {"b": 2}, [OutputFile(data, "销售.png", "image/png")])
"""
    with PluginProcess(altered("plugin/analyze_sales.py", code)) as plugin:
        result = plugin.call("analyze_sales", {"file": files.add(GOOD, "a.csv")}).check()
    assert (result.text, result.json, result.variables) == ("a text", [{"a": 1}], {"b": 2})
    assert result.files == [PluginFile("销售.png", "image/png", bytes(range(256)) * 100)]


def test_the_plugin_s_python_is_not_ours() -> None:
    assert Path(os.fspath(plugin_python())).parts[-4:-2] == (".venvs", "plugin") or "DIFYKIT_PYTHON" in os.environ
