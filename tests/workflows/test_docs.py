"""The guides quote what a person really sees, show what is there, and link to what exists."""

import re
from pathlib import Path

import pytest

from daybook import fetch
from daybook.dingtalk import texts
from daybook.errors import DaybookError
from daybook.language import Language
from daybook.plugin.push_dingtalk import push
from daybook.service_client import texts as client_texts
from daybook.store import MemoryStore
from difykit.workflow.document import Workflow
from tests.doubles.dingtalk import DingTalkDouble

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GUIDES = ["getting-started.md", "getting-started_zh_Hans.md", "troubleshooting.md", "troubleshooting_zh_Hans.md"]
TROUBLE = {Language.ENGLISH: "troubleshooting.md", Language.CHINESE: "troubleshooting_zh_Hans.md"}
BY_DINGTALK = {
    "keyword": (310000, "keywords not in content"),
    "signature": (310000, "sign not match"),
    "clock": (310000, "invalid timestamp"),
    "ip": (310000, "ip 203.0.113.7 not in whitelist"),
    "token": (300005, "token is not exist"),
    "throttled": (410100, "发送速度太快而限流"),
}
BY_DAYBOOK = [
    fetch.NO_HOST,
    fetch.LOCALHOST,
    fetch.UNREACHABLE,
    fetch.UNTRUSTED,
    fetch.EXPIRED,
    texts.NO_ROBOT,
    client_texts.UNREACHABLE,
    client_texts.NO_KEY,
]


def text_of(guide: str) -> str:
    return " ".join((DOCS / guide).read_text(encoding="utf-8").split())


@pytest.mark.parametrize("language", TROUBLE)
@pytest.mark.parametrize("fault", BY_DINGTALK)
def test_a_refusal_of_dingtalk_is_quoted_as_the_node_says_it(
    fault: str, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_ALLOW_LOOPBACK_ROBOT", "1")
    with DingTalkDouble(token=f"token-{fault}") as ding:
        ding.answer_next(*BY_DINGTALK[fault], times=3)
        with pytest.raises(DaybookError) as raised:
            push({"content": "x"}, {"robot_webhook": ding.webhook}, MemoryStore())
    assert raised.value.sentence(language) in text_of(TROUBLE[language])


@pytest.mark.parametrize("language", TROUBLE)
@pytest.mark.parametrize("place", range(len(BY_DAYBOOK)))
def test_a_sentence_of_daybook_is_quoted_as_it_is(place: int, language: Language) -> None:
    assert BY_DAYBOOK[place].to(language) in text_of(TROUBLE[language])


def test_what_the_workflows_answer_without_a_service_is_quoted() -> None:
    workflow = Workflow.load(ROOT / "workflows" / "daily_sales_report_http.yml")
    [sentence] = re.findall(r'problem = "(无法访问.+?)"', workflow.nodes["outcome"].data["code"])
    for guide in TROUBLE.values():
        assert sentence in text_of(guide)


@pytest.mark.parametrize(
    ("workflow", "node"),
    [("daily_sales_report.yml", "outcome"), ("sales_agent.yml", "feedback"), ("custom_function.yml", "outcome")],
)
def test_what_the_workflows_answer_without_an_authorization_is_quoted(workflow: str, node: str) -> None:
    [sentence] = re.findall(r'"(插件还没有.+?)"', Workflow.load(ROOT / "workflows" / workflow).nodes[node].data["code"])
    for guide in TROUBLE.values():
        assert sentence in text_of(guide)
        assert "no default provider for" in text_of(guide)


@pytest.mark.parametrize("guide", GUIDES)
def test_links_and_pictures_lead_to_files(guide: str) -> None:
    found = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", (DOCS / guide).read_text(encoding="utf-8"))
    local = [link for link in found if "://" not in link]
    assert local
    assert [link for link in local if not (DOCS / link).exists()] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_every_workflow_and_command_that_is_named_exists(guide: str) -> None:
    text = (DOCS / guide).read_text(encoding="utf-8")
    assert {name for name in re.findall(r"\b(\w+\.yml)\b", text) if not (ROOT / "workflows" / name).is_file()} == set()
    targets = re.findall(r"`make ([a-z-]+)", text)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_the_main_guide_names_all_workflows() -> None:
    for guide in GUIDES[:2]:
        text = (DOCS / guide).read_text(encoding="utf-8")
        assert [path.name for path in (ROOT / "workflows").glob("*.yml") if path.name not in text] == []
