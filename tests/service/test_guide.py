"""The operator's guide: its commands work, and its tables hold what there is."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from daybook.errors import DaybookError
from daybook.service.http.responses import status_of
from daybook.service.settings import Settings
from tests.service.harness import CSV, KEY, ROOT, ServiceProcess

GUIDES = [ROOT / "docs" / "service.md", ROOT / "docs" / "service_zh_Hans.md"]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_setting_is_there_with_its_default(guide: Path) -> None:
    rows = re.findall(r"^\| `DAYBOOK_(\w+)` \| (.*?) \| (.+) \|$", guide.read_text("utf-8"), re.MULTILINE)
    assert [name.lower() for name, _, _ in rows] == list(Settings.model_fields)
    for name, default, meaning in rows:
        known = Settings.model_fields[name.lower()].default
        if isinstance(known, str | int | float) and known:
            assert default == f"`{known}`"
        if guide is GUIDES[0]:
            assert meaning == Settings.model_fields[name.lower()].description


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_the_statuses_are_those_of_the_service(guide: Path) -> None:
    known = {kind.kind: status_of(kind.__new__(kind)).value for kind in _kinds(DaybookError)}
    for statuses, codes in re.findall(r"^\| ([\d, 、]+) \| (`.+?`) \|", guide.read_text("utf-8"), re.MULTILINE):
        for code in re.findall(r"`(\w+)`", codes):
            assert str(known[code]) in statuses


def _kinds(kind: type[DaybookError]) -> list[type[DaybookError]]:
    return [kind, *(deeper for below in kind.__subclasses__() for deeper in _kinds(below))]


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_the_commands_work(guide: Path, service: ServiceProcess, source_folder: Path, tmp_path: Path) -> None:
    (source_folder / "2026-10").mkdir(exist_ok=True)
    for place in (tmp_path / "sales.csv", source_folder / "2026-10" / "sales.csv"):
        place.write_bytes(CSV.replace(b"2023-10-27", b"2026-10-31"))
    commands = re.findall(r"^curl .+$", guide.read_text("utf-8"), re.MULTILINE)
    assert len(commands) == 6
    for command in commands:
        ended = subprocess.run(  # noqa: S602 - the guide's own commands, in a shell as a reader runs them
            command.replace("http://127.0.0.1:8000", service.url) + " --silent --fail-with-body --noproxy '*'",
            shell=True,
            env={"KEY": KEY, "PATH": "/usr/bin:/bin"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 0, (command, ended.stdout, ended.stderr)
