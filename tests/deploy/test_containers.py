"""The image, the compose file and the Kubernetes file, held against each other and against the service's settings."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from daybook.service.app import create_app
from daybook.service.settings import PREFIX, Settings, secret_names
from tests.deploy.files import COMPOSE, CONTAINERFILE, DEPLOY, KUBERNETES
from tests.project_files import ROOT

KNOWN = {PREFIX + name.upper() for name in Settings.model_fields}
SECRETS = {PREFIX + name.upper() for name in secret_names()}
SERVICE, DATABASE = COMPOSE["services"]["service"], COMPOSE["services"]["database"]
POD = KUBERNETES["Deployment"]["spec"]["template"]["spec"]
[CONTAINER] = POD["containers"]
VOLUMES = re.findall(r'"(/var/[^"]+)"', CONTAINERFILE)


def test_every_setting_that_a_file_gives_is_one_of_the_service() -> None:
    image = set(re.findall(r"^\s+(DAYBOOK_\w+)=", CONTAINERFILE, re.MULTILINE))
    pod = {each["name"] for each in CONTAINER["env"]}
    assert image
    assert pod
    assert image | pod | set(SERVICE["environment"]) <= KNOWN


def test_secrets_come_from_outside() -> None:
    for name, value in (SERVICE["environment"] | DATABASE["environment"]).items():
        if name in SECRETS or name.endswith("PASSWORD"):
            assert re.search(r"\$\{\w+(:\?|:-\})", value), name
    assert not SECRETS & {each["name"] for each in CONTAINER["env"]}
    assert CONTAINER["envFrom"] == [{"secretRef": {"name": "daybook"}}]


def test_the_image_runs_as_nobody_and_writes_to_its_volumes_alone() -> None:
    user = re.findall(r"^USER (\d+):(\d+)$", CONTAINERFILE, re.MULTILINE)
    assert user == [("10001", "10001")]
    assert POD["securityContext"]["runAsNonRoot"]
    assert str(POD["securityContext"]["runAsUser"]) == user[0][0]
    assert SERVICE["read_only"]
    assert DATABASE["read_only"]
    assert CONTAINER["securityContext"]["readOnlyRootFilesystem"]
    assert SERVICE["cap_drop"] == CONTAINER["securityContext"]["capabilities"]["drop"] == ["ALL"]
    mounted = {volume.split(":")[1] for volume in SERVICE["volumes"]}
    assert mounted == set(VOLUMES)
    assert {mount["mountPath"] for mount in CONTAINER["volumeMounts"]} == {*VOLUMES, "/tmp"}  # noqa: S108 - its own
    folders = re.findall(r"DAYBOOK_\w+_FOLDER=(\S+)", CONTAINERFILE)
    assert len(folders) == 3
    assert all(any(folder.startswith(volume) for volume in VOLUMES) for folder in folders)


def test_only_this_machine_reaches_the_service_unless_somebody_says_otherwise() -> None:
    assert SERVICE["ports"] == ["${DAYBOOK_BIND:-127.0.0.1}:${DAYBOOK_PORT:-8000}:8000"]
    assert "ports" not in DATABASE


def test_kubernetes_asks_routes_that_are_there(tmp_path: Path) -> None:
    settings = Settings.load(state_folder=tmp_path, book_folder=str(tmp_path / "books"), temp_folder=tmp_path / "temp")
    paths = set(create_app(settings).openapi()["paths"])
    probes = {
        probe: CONTAINER[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    assert set(probes.values()) <= paths
    # the database may be away for a while: to restart the service would not bring it back
    assert probes["livenessProbe"] != probes["readinessProbe"]
    # a service called daybook would set DAYBOOK_PORT to an address
    assert POD["enableServiceLinks"] is False


@pytest.mark.parametrize(
    ("grace", "what"), [(SERVICE["stop_grace_period"], "compose"), (POD["terminationGracePeriodSeconds"], "kubernetes")]
)
def test_what_runs_may_end(grace: Any, what: str) -> None:
    assert int(str(grace).removesuffix("s")) > Settings.model_fields["shutdown_seconds"].default, what


def engine(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def up(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`make up` in a copy of what it needs, with the engines that ``folder`` holds."""
    (folder / "scripts").mkdir(exist_ok=True)
    (folder / "deploy").mkdir(exist_ok=True)
    (folder / "scripts" / "up.sh").write_bytes((ROOT / "scripts" / "up.sh").read_bytes())
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    for tool in ("od", "tr", "mv", "cat", "dirname"):
        if not (tools / tool).exists():
            (tools / tool).symlink_to(
                next(path for path in (Path("/usr/bin", tool), Path("/bin", tool)) if path.exists())
            )
    return subprocess.run(  # noqa: S603 - our own script
        ["/bin/sh", str(folder / "scripts" / "up.sh"), *arguments],
        env={"PATH": f"{folder}:{tools}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_up_makes_secrets_once_and_starts_what_the_file_names(tmp_path: Path) -> None:
    engine(tmp_path, "docker", 'echo "$PWD: $*" >> ../calls')
    assert up(tmp_path).returncode == 0
    made = (tmp_path / "deploy" / ".env").read_text()
    assert (tmp_path / "deploy" / ".env").stat().st_mode & 0o077 == 0
    secrets = dict(re.findall(r"^(\w+)=(\w+)$", made, re.MULTILINE))
    assert set(secrets) == {"DAYBOOK_API_KEYS", "DAYBOOK_LINK_SECRET", "POSTGRES_PASSWORD"}
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in secrets.values())
    assert len(set(secrets.values())) == 3
    again = up(tmp_path, "--wait")
    assert (tmp_path / "deploy" / ".env").read_text() == made
    assert not again.stderr
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[1].endswith("deploy: compose -f compose.yaml up --build --detach")
    assert calls[3].endswith("deploy: compose -f compose.yaml up --build --detach --wait")


def test_make_up_takes_podman_where_there_is_no_docker(tmp_path: Path) -> None:
    engine(tmp_path, "podman", "exit 125")  # without its own compose
    engine(tmp_path, "podman-compose", 'echo "$*" > ../calls')
    assert up(tmp_path).returncode == 0
    assert (tmp_path / "calls").read_text() == "-f compose.yaml up --build --detach\n"


def test_make_up_says_what_is_missing(tmp_path: Path) -> None:
    ended = up(tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("make up needs Docker")
    assert not (tmp_path / "deploy" / ".env").exists()


def test_the_image_takes_in_nothing_but_what_it_copies() -> None:
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    copied = {
        path for line in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE) for path in line.split()
    }
    assert {line.removeprefix("!/") for line in ignored if line.startswith("!")} == {
        path.rstrip("/") for path in copied
    }
