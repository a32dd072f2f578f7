"""Parameters from what a person writes, by the type that the tool declares."""

from pathlib import Path
from typing import Any

import pytest

from difykit.errors import ArgumentError
from difykit.language import Language
from difykit.runner import FileServer
from difykit.runner.declaration import Credential, Declaration, Parameter, Tool
from difykit.runner.parameters import convert, credentials_from, tool_parameters, without_credentials


@pytest.fixture(scope="module")
def declaration(fixture_root: Path) -> Declaration:
    return Declaration.load(fixture_root)


@pytest.fixture
def choose(declaration: Declaration) -> Tool:
    return declaration.tool("choose")


def parameter(kind: str, **more: Any) -> Parameter:
    return Parameter.read({"name": "p", "type": kind, **more})


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", " 1 ", " 1 "),
        ("string", "", ""),
        ("secret-input", "a=b", "a=b"),
        ("number", "3", 3),
        ("number", "-2.50", -2.5),
        ("number", "1e3", 1000),
        ("boolean", "Yes", True),
        ("checkbox", "0", False),
        ("boolean", "否", False),
        ("object", '{"Date": "下单时间"}', {"Date": "下单时间"}),
        ("array", "[1, null]", [1, None]),
        ("any", "[1]", [1]),
        ("any", "plain words", "plain words"),
        ("date", "2026-01-02", "2026-01-02"),
        ("date-range", '{"start": "a", "end": "b"}', {"start": "a", "end": "b"}),
    ],
)
def test_text_becomes_a_value_of_the_declared_type(kind: str, text: str, value: object) -> None:
    converted = convert(parameter(kind), text)
    assert (converted, type(converted)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("number", "three", "The parameter p takes a number, not 'three'."),
        ("number", "nan", "The parameter p takes a number, not 'nan'."),
        ("number", "inf", "The parameter p takes a number, not 'inf'."),
        ("boolean", "maybe", "The parameter p takes true or false, not 'maybe'."),
        ("object", "[1]", "The value of p is no JSON object."),
        ("array", "{}", "The value of p is no JSON array."),
        ("object", "{", "The value of p is no JSON."),
    ],
)
def test_text_that_is_no_such_value_is_refused(kind: str, text: str, sentence: str) -> None:
    with pytest.raises(ArgumentError) as refusal:
        convert(parameter(kind), text)
    assert str(refusal.value) == sentence


def test_choices() -> None:
    options = [{"value": "a"}, {"value": "b"}]
    assert convert(parameter("select", options=options), "a") == "a"
    assert convert(parameter("select", options=options, multiple=True), "a,b") == ["a", "b"]
    with pytest.raises(ArgumentError, match="one of a, b, not 'c'"):
        convert(parameter("select", options=options, multiple=True), "a,c")
    assert convert(parameter("dynamic-select"), "anything") == "anything"


def test_pairs_win_over_the_object(choose: Tool, files: FileServer) -> None:
    base = '{"size": "small", "count": 1, "mapping": {"a": [1]}}'
    values = tool_parameters(choose, files, pairs=["count=2", "urgent=true", "region=a=b"], base=base)
    assert values == {"size": "small", "count": 2, "mapping": {"a": [1]}, "urgent": True, "region": "a=b"}


def test_files_are_served(declaration: Declaration, files: FileServer, tmp_path: Path) -> None:
    one, two = tmp_path / "a=1.csv", tmp_path / "b.txt"
    one.write_bytes(b"1")
    two.write_bytes(b"22")
    values = tool_parameters(
        declaration.tool("fetch"), files, files=[str(one), f"others={two}"], pairs=[f"others={one}"]
    )
    assert (values["file"]["filename"], values["file"]["size"]) == ("a=1.csv", 1)
    assert [file["filename"] for file in values["others"]] == ["a=1.csv", "b.txt"]


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("choose", {"pairs": ["colour=red"]}, "The tool choose has no parameter 'colour'; it has: region, size,"),
        ("choose", {"base": '{"colour": 1}'}, "The tool choose has no parameter 'colour'; it has: region, size,"),
        ("choose", {"base": "[]"}, "The value of --json is no JSON object."),
        ("choose", {"pairs": ["red"]}, "Write 'red' as NAME=VALUE."),
        ("choose", {"files": ["a.csv"]}, "Say which parameter the file is for"),
        ("act", {}, "The tool act needs action."),
        ("act", {"pairs": ["action="]}, "The tool act needs action."),
        ("fetch", {"files": ["/secret/place/a.csv"]}, "The file for file is not there: a.csv."),
    ],
)
def test_what_does_not_fit_the_tool_is_refused(
    declaration: Declaration, files: FileServer, tool: str, arguments: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ArgumentError) as refusal:
        tool_parameters(declaration.tool(tool), files, **arguments)
    assert str(refusal.value).startswith(sentence)
    assert "secret" not in refusal.value.sentence(Language.CHINESE)


def test_credentials_come_from_the_environment() -> None:
    fields = [
        Credential("robot-token", "secret-input", required=True, label={}),
        Credential("loud", "boolean", required=False, label={}),
        Credential("absent", "text-input", required=False, label={}),
    ]
    environ = {"DIFYKIT_CREDENTIAL_ROBOT_TOKEN": "t", "DIFYKIT_CREDENTIAL_LOUD": "Yes", "PATH": "/bin"}
    assert credentials_from(environ, fields) == {"robot-token": "t", "loud": True}
    assert without_credentials(environ) == {
        "DIFYKIT_CREDENTIAL_ROBOT_TOKEN": None,
        "DIFYKIT_CREDENTIAL_LOUD": None,
    }
