"""The READMEs name what the plugin declares: its tools, their parameters and outputs, its limits."""

import re

import pytest
import yaml

from daybook.limits import Limits
from tests.tree import ROOT, project_files

TOOLS = [path for path in project_files() if re.fullmatch(r"tools/\w+\.yaml", path)]
READMES = ("README.md", "readme/README_zh_Hans.md")


def row_of(readme: str, tool: str) -> str:
    lines = (ROOT / readme).read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(f"| `{tool}`"))


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("path", TOOLS)
def test_a_readme_has_a_row_for_each_tool(readme: str, path: str) -> None:
    tool = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    _, _, parameters, outputs, _ = row_of(readme, tool["identity"]["name"]).split("|")
    assert set(re.findall(r"`(\w+)`", parameters)) >= {parameter["name"] for parameter in tool["parameters"]}
    declared = {"text", "json", *tool["output_schema"]["properties"]}
    assert set(re.findall(r"`(\w+)`", outputs)) == declared


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_gives_the_limits(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    limits = Limits.embedded({})
    assert f"{limits.file_bytes // 1_000_000} MB" in text
    assert f"{limits.rows:,}" in text or f"{limits.rows // 10_000} 万行" in text
    assert "DAYBOOK_MAX_FILE_MB" in text
    assert "DAYBOOK_MAX_ROWS" in text
