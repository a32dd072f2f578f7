"""Settings: from the environment, refused with a sentence, shown without secrets."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from daybook.cli.main import main
from daybook.errors import SettingsError
from daybook.service.settings import Settings
from tests.service.harness import COMMAND, CSV, KEY, ServiceProcess

EVERYWHERE = "0.0.0.0"  # noqa: S104 - never listened on
SECRET = "a-secret-that-must-not-be-shown"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("DAYBOOK_"):
            monkeypatch.delenv(name)


def test_the_environment_sets_and_a_flag_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_API_KEYS", f" {SECRET}1 ,{SECRET}2,")
    monkeypatch.setenv("DAYBOOK_MAX_ROWS", "7")
    monkeypatch.setenv("DAYBOOK_QUEUE", "5")
    monkeypatch.setenv("DAYBOOK_SOURCE_HOSTS", "files.example.com, other.example.com:8443")
    monkeypatch.setenv("DAYBOOK_PUBLIC_URL", "")
    settings = Settings.load(queue="6")
    assert [key.get_secret_value() for key in settings.api_keys] == [f"{SECRET}1", f"{SECRET}2"]
    assert (settings.limits.rows, settings.queue) == (7, 6)
    assert settings.source_hosts == ["files.example.com", "other.example.com:8443"]


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_API_KEYS", f"{SECRET},{SECRET}2")
    monkeypatch.setenv("DAYBOOK_LINK_SECRET", SECRET)
    settings = Settings.load()
    assert settings.described()["api_keys"] == "set (2)"
    assert settings.described()["link_secret"] == "set"
    assert SECRET not in repr(settings) + str(settings.described())


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.168.0.7", "daybook.internal"])
def test_others_need_a_key(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="DAYBOOK_API_KEYS"):
        Settings.load(host=host)
    monkeypatch.setenv("DAYBOOK_API_KEYS", SECRET)
    assert Settings.load(host=host).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_this_machine_needs_none(host: str) -> None:
    assert Settings.load(host=host).is_local


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "http"),
        ("queue", "-70000"),
        ("workers", "many"),
        ("api_keys", "short"),
        ("public_url", "daybook.mine.com"),
        ("public_url", "https://daybook.mine.com/?a=b"),
        ("time_limit", "-1"),
        ("key_header", "X Key"),
        ("memory_limit_mb", "many"),
    ],
)
def test_a_setting_without_sense_is_named_and_not_quoted(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"DAYBOOK_{name.upper()}", value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert f"DAYBOOK_{name.upper()}" in str(caught.value)
    assert value not in str(caught.value).replace(f"DAYBOOK_{name.upper()}", "")
    assert "\n" not in str(caught.value)


def test_the_command_refuses_in_one_sentence() -> None:
    result = CliRunner().invoke(main, ["serve", "--host", EVERYWHERE], env={"DAYBOOK_LANGUAGE": "en_US"})
    assert result.exit_code == 1
    assert "DAYBOOK_API_KEYS" in result.output
    assert result.output.count("\n") == 1


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environment = os.environ | {"DAYBOOK_TEMP_FOLDER": str(tmp_path / "file" / "x"), "DAYBOOK_LANGUAGE": "en_US"}
    ended = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, "--port", "0"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "DAYBOOK_TEMP_FOLDER" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("STATE_FOLDER", "{}/file/x"), ("DATABASE_URL", "oracle://u:{SECRET}@h/x"), ("DATABASE_URL", "postgresql://u@/x")],
)
def test_a_database_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    (tmp_path / "file").touch()
    setting = f"DAYBOOK_{name}"
    environment = os.environ | {setting: value.format(tmp_path, SECRET=SECRET), "DAYBOOK_LANGUAGE": "en_US"}
    ended = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, "--port", "0"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert setting in ended.stderr
    assert SECRET not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with ServiceProcess(tmp_path, workers=1) as service:
        port = service.url.rpartition(":")[2]
        ended = subprocess.run(  # noqa: S603 - our own command
            [*COMMAND, "--port", port], env=service.environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        assert port in ended.stderr.splitlines()[-1]
        assert service.client.get("/status").status_code == 200


def test_neither_output_nor_log_holds_secrets_or_cells(tmp_path: Path) -> None:
    cells = b"Date,Product,Price,Amount,Region\n2023-10-27,Zhang-San-13800000000,1,1,here\n"
    with ServiceProcess(tmp_path, workers=1, link_secret=SECRET) as service:
        made = service.post_file("/v1/reports", cells, name="payroll.csv").json()
        token = made["links"]["json"].partition("link=")[2]
        service.client.get(made["links"]["json"])
        service.post_file("/v1/reports", cells, columns="Date=Zhang-San-13800000000")
        service.post_file("/v1/reports", cells, date="Zhang-San-13800000000")
        service.post_file("/v1/reports", cells + b"x,y,z,u,v,w,Zhang-San-13800000000\n")
        service.post_file("/v1/reports", b"Zhang-San-13800000000\n")
        service.client.get("/", headers={"Authorization": f"Bearer {SECRET}"})
        assert service.stop() == 0
        text = "\n".join(service.lines)
    for word in (KEY, SECRET, token, made["id"], "Zhang", "payroll", "Traceback"):
        assert word not in text
    requests = [line for line in service.log() if line["message"] == "request"]
    assert len(requests) >= 6
    assert all(line["request_id"] and line["level"] == "INFO" for line in requests)


def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    with ServiceProcess(tmp_path, workers=1) as service:
        assert service.post_file("/v1/reports", CSV).status_code == 201
        assert service.stop(signal.SIGINT) == 0
        assert "Traceback" not in "\n".join(service.lines)
        assert "Aborted" not in "\n".join(service.lines)
