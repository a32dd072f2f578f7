"""The READMEs name what the plugin declares, and every document what is there: its links, paths and other language."""

import re

import pytest
import yaml

from daybook.limits import Limits
from tests.project_files import ROOT, documents, project_files

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


@pytest.mark.parametrize("document", documents())
def test_a_link_leads_somewhere(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    links = {link for pair in re.findall(r'\]\(([^)\s#:]+)\)|src="([^":]+)"', text) for link in pair if link}
    assert not [link for link in links if not (ROOT / document).parent.joinpath(link).exists()]


@pytest.mark.parametrize("document", documents())
def test_a_path_is_there(document: str) -> None:
    folders = {path.partition("/")[0] for path in project_files() if "/" in path}
    named = re.findall(r"(?<![\w/.])([\w.-]+/[\w./-]*\w/?)", (ROOT / document).read_text(encoding="utf-8"))
    paths = {path for path in named if path.partition("/")[0] in folders and not path.endswith("/.env")}
    assert not [path for path in paths if not (ROOT / path).exists()]  # what holds secrets is made on each machine


GUIDES = [path for path in documents() if re.fullmatch(r"docs/[\w-]+(?<!_zh_Hans)\.md", path)]


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_has_the_same_sections_in_chinese(guide: str) -> None:
    def headings(path: str) -> list[str]:
        text = re.sub(r"```.*?```", "", (ROOT / path).read_text(encoding="utf-8"), flags=re.DOTALL)
        return re.findall(r"^#+(?= )", text, re.MULTILINE)

    assert headings(guide) == headings(guide.replace(".md", "_zh_Hans.md"))
