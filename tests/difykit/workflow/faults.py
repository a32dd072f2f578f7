"""Faults to seed into the shipped files, each with the node and the words by which it must be found."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from difykit.workflow.document import Workflow

ROOT = Path(__file__).resolve().parents[3]
MAIN, HTTP = "daily_sales_report.yml", "daily_sales_report_http.yml"
SCHEDULED = "scheduled_sales_report.yml"
HOME = "home"
"""Apart, so that this file names no machine itself."""

type Change = Callable[["Draft"], object]


class Draft:
    """A shipped file that a test may spoil."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data: dict[str, Any] = deepcopy(dict(Workflow.load(ROOT / "workflows" / name).data))

    @property
    def graph(self) -> dict[str, Any]:
        return self.data["workflow"]["graph"]  # type: ignore[no-any-return]

    def node(self, node_id: str) -> dict[str, Any]:
        return next(node for node in self.graph["nodes"] if node["id"] == node_id)

    def __getitem__(self, node_id: str) -> dict[str, Any]:
        return self.node(node_id)["data"]  # type: ignore[no-any-return]

    def edge(self, edge_id: str) -> dict[str, Any]:
        return next(edge for edge in self.graph["edges"] if edge["id"].startswith(edge_id))

    def remove_edge(self, edge_id: str) -> None:
        self.graph["edges"].remove(self.edge(edge_id))


def put(*path: Any) -> Change:
    """Set a value: ``put("push", "retry_config", {...})`` in a node's data."""

    def change(draft: Draft) -> None:
        *steps, last, value = path
        place: Any = draft
        for step in steps:
            place = place[step]
        place[last] = value

    return change


def drop(*path: Any) -> Change:
    def change(draft: Draft) -> None:
        *steps, last = path
        place: Any = draft
        for step in steps:
            place = place[step]
        del place[last]

    return change


def in_file(name: str, value: Any) -> Change:
    return lambda draft: draft.data.update({name: value})


def in_edge(edge_id: str, **values: Any) -> Change:
    return lambda draft: draft.edge(edge_id).update(values)


def resize(node_id: str, **size: int) -> Change:
    def change(draft: Draft) -> None:
        for place in (draft.node(node_id), draft[node_id]):
            place.update(size)

    return change


def move(node_id: str, **to: int) -> Change:
    return lambda draft: draft.node(node_id)["position"].update(to)


def constant(value: Any) -> dict[str, Any]:
    return {"type": "constant", "value": value}


def variable(*selector: str) -> dict[str, Any]:
    return {"type": "variable", "value": list(selector)}


CODE = "def main(report, delivered, outcome_unknown, push_text, analysis_error, push_error):\n    return {}\n"

FAULTS: dict[str, tuple[str, Change, str, str]] = {
    # the file
    "a version that is a number": (MAIN, in_file("version", 0.5), "", "version must be quoted"),
    "a version of tomorrow": (MAIN, in_file("version", "0.6.0"), "", "newer than Dify 1.10"),
    "a dependency": (MAIN, in_file("dependencies", [{"type": "package"}]), "", "dependencies must be []"),
    "another kind": (MAIN, in_file("kind", "rag"), "", "no workflow app"),
    "a name in one language": (MAIN, lambda draft: draft.data["app"].update(name="Report"), "", "app.name"),
    "no note": (MAIN, lambda draft: draft.graph["nodes"].pop(0), "", "must begin with a note"),
    "a note that is no rich text": (MAIN, put("note", "text", "hello"), "note", "canvas"),
    "a note that is too low for its text": (MAIN, resize("note", height=270), "note", "last lines are cut off"),
    "a note that is too narrow for its text": (MAIN, resize("note", width=300), "note", "last lines are cut off"),
    "a note of two sizes": (MAIN, put("note", "height", 900), "note", "must be the same"),
    "a secret with a value": (
        HTTP,
        lambda draft: draft.data["workflow"]["environment_variables"][1].update(value="k"),
        "",
        "SERVICE_KEY must be empty",
    ),
    "an environment variable that nothing uses": (
        HTTP,
        lambda draft: draft.data["workflow"]["environment_variables"].append(
            {
                "name": "MORE",
                "selector": ["env", "MORE"],
                "value_type": "string",
                "value": "",
                "description": "多余 more",
            }
        ),
        "",
        "nothing uses the environment variable MORE",
    ),
    # nodes
    "an id that templates do not find": (MAIN, lambda draft: draft.node("end").update(id="the-end"), "the-end", "id"),
    "two nodes of one id": (MAIN, lambda draft: draft.node("push").update(id="analyze"), "", "2 nodes have the id"),
    "a type that is not used here": (MAIN, put("outcome", "type", "llm"), "outcome", "type llm"),
    "a title in two languages": (MAIN, put("push", "title", "推送 Push"), "push", "title must be in one language"),
    "a title of ten Chinese characters": (MAIN, put("push", "title", "把日报推送到钉钉群里"), "push", "and fit"),
    "a title of nineteen letters": (MAIN, put("push", "title", "Push to a DingTalk!"), "push", "and fit"),
    "no title": (MAIN, put("push", "title", ""), "push", "title"),
    "a description in one language": (MAIN, put("push", "desc", "只送达一次。"), "push", "desc"),
    "two beginnings": (
        MAIN,
        lambda draft: draft.graph["nodes"].append(draft.node("start") | {"id": "begin"}),
        "",
        "one node",
    ),
    "no end": (MAIN, lambda draft: draft.graph["nodes"].remove(draft.node("end")), "", "no End node"),
    "a node over another": (
        MAIN,
        lambda draft: draft.node("push").update(position=draft.node("delivery_key")["position"]),
        "delivery_key",
        "lies over",
    ),
    "a time zone that is none": (SCHEDULED, put("start", "timezone", "Asia/Shangai"), "start", "time zone"),
    "a schedule that is no cron": (SCHEDULED, put("start", "cron_expression", "8:00"), "start", "cron"),
    # edges
    "an edge behind a node": (MAIN, move("delivery_key", y=260), "has_data", "to outcome runs behind delivery_key"),
    "a fail edge behind a node": (
        MAIN,
        move("has_data", y=60),
        "analyze",
        "fail-branch to outcome runs behind has_data",
    ),
    "an edge across another": (
        MAIN,
        move("push_correction", y=-800),
        "uncorrected",
        "from its handle true to delivery_key crosses that to push_correction",
    ),
    "an edge behind a note": (MAIN, move("note", x=580, y=-300), "analyze", "to has_data runs behind note"),
    "a handle that does not exist": (
        MAIN,
        in_edge("analyze-source", sourceHandle="success-branch"),
        "analyze",
        "success-branch",
    ),
    "a fail-branch that leads nowhere": (
        MAIN,
        lambda draft: draft.remove_edge("push-fail-branch"),
        "push",
        "nothing follows its handle fail-branch",
    ),
    "a case that leads nowhere": (
        MAIN,
        lambda draft: draft.remove_edge("has_data-false"),
        "has_data",
        "nothing follows its handle false",
    ),
    "an edge to nothing": (MAIN, in_edge("push-source", target="nothing"), "", "which is no node"),
    "an edge that names other types": (
        MAIN,
        lambda draft: draft.edge("push-source")["data"].update(targetType="end"),
        "push",
        "other types",
    ),
    "two edges of one id": (
        MAIN,
        lambda draft: draft.edge("push-source").update(id="push-fail-branch-outcome-target"),
        "",
        "2 edges",
    ),
    "an edge to the left": (MAIN, lambda draft: draft.node("end")["position"].update(x=0, y=900), "outcome", "left"),
    "a node that nothing leads to": (
        MAIN,
        lambda draft: draft.remove_edge("delivery_key-source"),
        "push",
        "no way leads to it",
    ),
    # variables
    "an output that is not declared": (
        MAIN,
        lambda draft: draft["end"]["outputs"][0].update(value_selector=["outcome", "text"]),
        "end",
        "outcome.text, which nothing declares",
    ),
    "a node that is not there": (
        MAIN,
        put("push", "tool_parameters", "content", "value", "{{#report.text#}}"),
        "push",
        "report.text",
    ),
    "a variable of the tool that is gone": (
        MAIN,
        put("push", "tool_parameters", "content", "value", "{{#analyze.report#}}"),
        "push",
        "analyze.report",
    ),
    "an error of a node without a fail-branch": (
        MAIN,
        lambda draft: draft["outcome"]["variables"][4].update(value_selector=["delivery_key", "error_message"]),
        "outcome",
        "delivery_key.error_message",
    ),
    "a variable from later": (
        MAIN,
        put("analyze", "tool_parameters", "date", "value", "{{#outcome.answer#}}"),
        "analyze",
        "does not run before it",
    ),
    "a type that is another": (
        MAIN,
        lambda draft: draft["end"]["outputs"][1].update(value_type="string"),
        "end",
        "it is boolean",
    ),
    "an environment variable that is not there": (
        HTTP,
        put("push", "url", "{{#env.SERVICE#}}/v1/push"),
        "push",
        "env.SERVICE",
    ),
    "a comparison that does not fit": (
        MAIN,
        lambda draft: draft["has_data"]["cases"][0]["conditions"][0].update(comparison_operator="contains"),
        "has_data",
        "cannot be compared",
    ),
    "a boolean compared with a text": (
        MAIN,
        lambda draft: draft["has_data"]["cases"][0]["conditions"][0].update(value="true"),
        "has_data",
        "not with a text",
    ),
    "an input that nothing uses": (
        MAIN,
        lambda draft: draft["start"]["variables"].append({"variable": "more", "type": "text-input"}),
        "start",
        "nothing uses its variable more",
    ),
    # tools
    "a tool that is not there": (MAIN, put("push", "tool_name", "push_feishu"), "push", "no tool push_feishu"),
    "a provider of another plugin": (MAIN, put("push", "provider_id", "a/b/c"), "push", "provider_id"),
    "a parameter that is not there": (
        MAIN,
        put("push", "tool_parameters", "text", constant("x")),
        "push",
        "no parameter text",
    ),
    "a required parameter that is missing": (
        MAIN,
        drop("push", "tool_parameters", "content"),
        "push",
        "required parameter content",
    ),
    "a text for a file": (
        MAIN,
        put("analyze", "tool_parameters", "file", variable("start", "run_key")),
        "analyze",
        "takes a file, not a string",
    ),
    "a template for a file": (
        MAIN,
        put("analyze", "tool_parameters", "file", {"type": "mixed", "value": "{{#start.sales_data#}}"}),
        "analyze",
        "which no text can be",
    ),
    "a number in words": (MAIN, put("analyze", "tool_configurations", "top_n", constant("5")), "analyze", "number"),
    "a choice that is none": (
        MAIN,
        put("push", "tool_configurations", "message_type", constant("image")),
        "push",
        "one of markdown",
    ),
    "a bare value": (MAIN, put("analyze", "tool_configurations", "top_n", 5), "analyze", "a type and a value"),
    "a form field among the variables": (
        MAIN,
        put("analyze", "tool_parameters", "top_n", constant(5)),
        "analyze",
        "belongs into tool_configurations",
    ),
    "a retried push": (
        MAIN,
        put("push", "retry_config", {"retry_enabled": True, "max_retries": 3, "retry_interval": 100}),
        "push",
        "must not be retried",
    ),
    "a tool without a fail-branch": (MAIN, drop("push", "error_strategy"), "push", "no fail-branch"),
    "a tool node of the first version": (MAIN, drop("push", "tool_node_version"), "push", "tool_node_version"),
    "a build of the plugin": (
        MAIN,
        put("push", "plugin_unique_identifier", "daybook/sales_analyst:0.1.0@aa"),
        "push",
        "one build",
    ),
    # HTTP
    "an address in the file": (HTTP, put("push", "url", "http://daybook:8000/v1/push"), "push", "environment variable"),
    "a post to DingTalk": (
        HTTP,
        put("push", "url", "{{#env.SERVICE_URL#}}/robot/send"),
        "push",
        "must never post to DingTalk",
    ),
    "a status that nobody looks at": (
        HTTP,
        lambda draft: [draft[reader]["variables"].pop(0) for reader in ("read", "outcome")],
        "analyze",
        "nobody looks at its status_code",
    ),
    "an HTTP node that retries": (HTTP, put("push", "retry_config", {"retry_enabled": True}), "push", "leave them off"),
    # code
    "code that does not parse": (MAIN, put("outcome", "code", "def main(:"), "outcome", "does not parse"),
    "code that imports pandas": (MAIN, put("outcome", "code", "import pandas\n" + CODE), "outcome", "pandas"),
    "code that takes something else": (MAIN, put("outcome", "code", "def main(x):\n    return {}"), "outcome", "main"),
    # texts
    "a secret in a header": (HTTP, put("push", "headers", "Authorization:Bearer abcdefgh12345"), "push", "a secret"),
    "a robot's secret": (MAIN, put("push", "desc", "密钥 secret SEC" + "0f" * 16), "push", "a secret"),
    "a placeholder": (MAIN, put("push", "desc", "替换成 replace"), "push", "a placeholder"),
    "a machine's address": (MAIN, put("push", "desc", "地址 at 192.168.1.5"), "push", "an address"),
    "a machine's path": (
        MAIN,
        put("push", "desc", "文件 at /{}/me/x.csv".format("home")),
        "push",
        "a path of a machine",
    ),
}
