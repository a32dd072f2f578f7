"""Airflow finds the package by its entry point: the connection type with its form, and the link."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from daybook import __version__
from tests.airflow.stage import MAJOR, ROOT, Stage, airflow

FORM = """
import json
from airflow.api_fastapi.core_api.services.ui.connections import HookMetaService
[form] = [form for form in HookMetaService.hook_meta_data() if form.connection_type == "dify"]
print("FORM" + json.dumps(form.model_dump(), default=str))
"""


def installed(stage: Stage, home: Path, folder: Path) -> dict[str, str]:
    """An environment in which the package is installed: what pip would leave beside the source."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" in project["dynamic"]
    about = folder / f"{project['name'].replace('-', '_')}-{__version__}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {__version__}\n")
    points = project["entry-points"]["apache_airflow_provider"]
    lines = [f"{name} = {target}" for name, target in points.items()]
    (about / "entry_points.txt").write_text("\n".join(["[apache_airflow_provider]", *lines, ""]))
    env = stage.env(home)
    return {**env, "PYTHONPATH": os.pathsep.join([str(folder), env["PYTHONPATH"]])}


def test_the_package_is_a_provider(home: Path, stage: Stage, tmp_path: Path) -> None:
    env = installed(stage, home, tmp_path)
    assert "daybook.airflow.hook.DifyHook" in airflow(env, "providers", "hooks", "-o", "plain").stdout
    assert "daybook.airflow.hook.DifyLink" in airflow(env, "providers", "links", "-o", "plain").stdout


def test_the_form_shows_what_is_needed(home: Path, stage: Stage, tmp_path: Path) -> None:
    env = installed(stage, home, tmp_path)
    if MAJOR == 2:
        widgets = airflow(env, "providers", "widgets", "-o", "plain").stdout
        assert {"extra__dify__dms_api_key", "extra__dify__web_url"} <= set(widgets.split())
        return
    command = [sys.executable, "-c", FORM]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=True)  # noqa: S603
    form: dict[str, Any] = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("FORM"))[4:])
    assert form["standard_fields"]["host"]["title"] == "API address"
    assert form["standard_fields"]["port"]["hidden"] is True
    assert form["extra_fields"]["dms_api_key"]["schema"]["format"] == "password"
