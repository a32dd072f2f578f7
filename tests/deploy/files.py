"""What deploy/ holds, read."""

import json
import re
from typing import Any

import yaml

from tests.project_files import ROOT

DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
KUBERNETES: dict[str, dict[str, Any]] = {
    document["kind"]: document
    for document in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8"))
}


def health_check(containerfile: str) -> list[str]:
    """The command of the image's health check."""
    joined = re.sub(r"\\\n\s*", "", containerfile)
    found = re.search(r"^HEALTHCHECK .*?CMD (\[.*\])$", joined, re.MULTILINE)
    assert found, "the image has no health check"
    command: list[str] = json.loads(found[1])
    return command
