"""Calls of a real plugin process: every kind of message, errors, storage, files."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from difykit.runner import CallTimeout, FileServer, PluginProcess, RunnerError, ToolError
from difykit.runner.protocol import read_event


def test_messages_are_merged_as_dify_merges_them(plugin: PluginProcess) -> None:
    result = plugin.call("act", {"action": "everything"}).check()

    assert result.text == "one, two"
    assert result.json == [{"a": [1, 2.5, None, "文"]}, [{"b": True}]]
    assert result.variables == {"number": 4, "words": ["x", "y"], "story": "once upon a time"}
    assert result.links == ["https://example.com/report", "https://example.com/chart.png"]
    assert [log["status"] for log in result.logs] == ["start", "success"]
    assert [(file.name, file.mime_type, len(file.data)) for file in result.files] == [
        ("chart.png", "image/png", 25600),
        ("file2", "text/plain", 0),
    ]
    assert result.files[0].data == bytes(range(256)) * 100


def test_a_raised_error_keeps_what_was_sent_before(plugin: PluginProcess) -> None:
    result = plugin.call("act", {"action": "fail"})

    assert result.text == "so far so good"
    assert result.error is not None
    assert result.error[:2] == ("ValueError", "the shelf is empty")
    assert "do_fail" in result.error.traceback
    with pytest.raises(ToolError, match=r"^the shelf is empty$"):
        result.check()


def test_parameters_and_credentials_arrive_unchanged(plugin: PluginProcess) -> None:
    sent = {"value": 'quote " and 中文\n', "amount": 1.5, "key": None}
    result = plugin.call("act", {"action": "echo", **sent}, {"token": "t"}).check()
    assert result.json == [{**sent, "credentials": {"token": "t"}}]


def test_a_large_request_and_a_large_answer_pass(plugin: PluginProcess) -> None:
    text = "x" * 3_000_000
    assert plugin.call("act", {"action": "echo", "value": text}).check().json[0]["value"] == text


def test_a_blob_of_ten_megabytes_comes_back_whole(plugin: PluginProcess) -> None:
    (file,) = plugin.call("act", {"action": "blob", "amount": 10_000_000}).check().files
    assert (file.name, len(file.data), len(set(file.data))) == ("big.bin", 10_000_000, 1)


@pytest.mark.parametrize(
    ("action", "amount", "message"), [("big_chunk", {}, "9000 bytes"), ("blob", {"amount": 32 * 2**20}, "30 MiB")]
)
def test_what_dify_would_refuse_is_a_failure(
    plugin: PluginProcess, action: str, amount: dict[str, int], message: str
) -> None:
    with pytest.raises(RunnerError, match=message):
        plugin.call("act", {"action": action, **amount})


def test_many_calls_at_once_each_get_their_own_answer(plugin: PluginProcess) -> None:
    def echo(number: int) -> object:
        return plugin.call("act", {"action": "echo", "value": str(number)}, timeout=30).check().json[0]["value"]

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(echo, range(200))) == [str(number) for number in range(200)]


def test_a_short_call_overtakes_a_long_one(plugin: PluginProcess) -> None:
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(plugin.call, "act", {"action": "wait", "amount": 1.0})
        plugin.call("act", {"action": "print", "value": "quick"}).check()
        assert not long.done()
        assert long.result().check().variables == {"number": 1.0}


def test_a_call_that_takes_too_long_ends_alone(plugin: PluginProcess) -> None:
    with pytest.raises(CallTimeout):
        plugin.call("act", {"action": "forever"}, timeout=0.2)
    assert plugin.call("act", {"action": "echo"}).check().json


def test_the_blocking_of_the_process_shows_in_the_heartbeats(plugin: PluginProcess) -> None:
    plugin.call("act", {"action": "block", "amount": 1.0}).check()
    assert 1.0 <= plugin.largest_heartbeat_gap() < 100


def test_a_number_that_is_no_json_never_arrives() -> None:
    line = b'{"event": "session", "session_id": "1", "data": {"x": NaN}}'
    assert read_event(line).name == ""
    assert read_event(line.replace(b"NaN", b"1")).session == "1"


def test_a_print_is_told_from_the_protocol(plugin: PluginProcess) -> None:
    assert plugin.call("act", {"action": "print", "value": "hello there"}).check().text == "printed"
    assert "hello there" in plugin.prints
    assert plugin.wait_until(lambda process: "hello there to stderr" in process.transcript, timeout=30)


def test_credentials_are_validated_by_the_provider(plugin: PluginProcess) -> None:
    assert plugin.validate({"token": "open sesame"}).check().messages == [{"result": True}]
    error = plugin.validate({"token": "guess"}).error
    assert error is not None
    assert error[:2] == ("ToolProviderCredentialValidationError", "the token is wrong")


def test_the_choices_of_a_dynamic_select(plugin: PluginProcess) -> None:
    (option,) = plugin.options("choose", "region", {"token": "t"})
    assert (option.value, option.label["en_US"], option.label["zh_Hans"]) == ("east", "East", "华东")
    with pytest.raises(ToolError, match="log in first"):
        plugin.options("choose", "region")


def test_an_unknown_tool_is_refused_by_the_plugin(plugin: PluginProcess) -> None:
    error = plugin.call("dance").error
    assert error is not None
    assert error.message == "Tool `dance` not found for provider `fixture`"


def test_storage(plugin: PluginProcess) -> None:
    def act(action: str, **parameters: str) -> str:
        return plugin.call("act", {"action": action, **parameters}, timeout=30).check().text

    assert act("set", key="day", value="2026-01-02") == "kept"
    assert act("get", key="day") == "2026-01-02"
    assert plugin.call("act", {"action": "exist", "key": "day"}).variables == {"number": 1}
    assert act("delete", key="day") == "gone"
    assert plugin.call("act", {"action": "exist", "key": "day"}).variables == {"number": 0}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"action": "get", "key": "never set"}, "load data failed, please check if the key is correct"),
        ({"action": "delete", "key": "never set"}, "delete data failed"),
        ({"action": "set", "key": "../escape", "value": "x"}, "path traversal"),
        ({"action": "set", "key": "k" * 257, "value": "x"}, "key length"),
        ({"action": "set", "key": "big", "value": "x" * 4097}, "greater than max storage size"),
        ({"action": "get", "key": "../escape"}, "load data failed, please check if the key is correct"),
        ({"action": "exist", "key": "a\\b"}, "exist data failed: invalid key"),
        ({"action": "ask_for_app"}, "unsupported invoke type: fetch_app"),
    ],
)
def test_storage_refuses_as_the_daemon_does(plugin: PluginProcess, parameters: dict[str, str], message: str) -> None:
    error = plugin.call("act", parameters, timeout=30).error
    assert error is not None
    assert message in error.message


def test_a_file_is_fetched_by_the_sdk(plugin: PluginProcess, files: FileServer, tmp_path: Path) -> None:
    path = tmp_path / "日报.csv"
    path.write_bytes(b"a,b\r\n1,2\r\n")
    result = plugin.call("fetch", {"file": files.add(path), "others": [files.add(b"x", "note.txt")]}).check()
    assert [(file.name, file.mime_type, file.data) for file in result.files] == [
        ("日报.csv", "text/csv", b"a,b\r\n1,2\r\n"),
        ("note.txt", "text/plain", b"x"),
    ]


def test_a_file_without_a_host_is_the_known_trouble(plugin: PluginProcess, files: FileServer) -> None:
    error = plugin.call("fetch", {"file": files.add(b"x", "a.csv", relative=True)}).error
    assert error is not None
    assert "FILES_URL" in error.message


def test_an_endpoint_shows_a_stranger_what_the_tools_kept(plugin: PluginProcess) -> None:
    plugin.call("act", {"action": "set", "key": "pic", "value": "abc" * 1000}).check()
    answer = plugin.fetch("/kept/pic?a=b")
    assert (answer.status, answer.headers["Content-Type"], answer.headers["X-Query"]) == (200, "image/png", "b")
    assert answer.body == b"abc" * 1000
    assert plugin.fetch("/kept/pic", {"pieces": 700}).body == answer.body
    assert plugin.fetch("/nothing").status == 404
    plugin.call("act", {"action": "delete", "key": "pic"}).check()
    failed = plugin.fetch("/kept/pic")  # the SDK shows strangers what was raised
    assert (failed.status, failed.body[:34]) == (500, b"Internal Server Error: load data f")
