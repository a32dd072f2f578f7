"""HTTP-request nodes: Dify repeats them by itself, and loses an error's body on a fail-branch."""

from collections.abc import Iterator

from difykit.workflow.checks.findings import Context, Finding
from difykit.workflow.checks.variables import uses

METHODS = frozenset({"get", "post", "put", "delete", "patch", "head"})


def check(context: Context) -> Iterator[Finding]:
    """What is wrong with the HTTP-request nodes."""
    read = {use.selector[:2] for node in context.workflow.nodes.values() for use in uses(node)}
    for node in context.workflow.nodes.values():
        if node.type != "http-request":
            continue
        url = str(node.data.get("url") or "")
        if not url.startswith("{{#env."):
            yield context.of_node(node, "its address must come from an environment variable")
        if "dingtalk" in url.lower() or "/robot/send" in url:
            yield context.of_node(node, "an HTTP node repeats its requests and must never post to DingTalk")
        if str(node.data.get("method")).lower() not in METHODS:
            yield context.of_node(node, f"there is no method {node.data.get('method')}")
        if (node.data.get("retry_config") or {}).get("retry_enabled"):
            yield context.of_node(node, "retries multiply with Dify's own repetitions: leave them off")
        if node.data.get("error_strategy") is None and (node.id, "status_code") not in read:
            yield context.of_node(node, "without a fail-branch a 4xx succeeds, and nobody looks at its status_code")
        timeout = node.data.get("timeout") or {}
        if not all(timeout.get(part) for part in ("connect", "read", "write")):
            yield context.of_node(node, "it has no timeouts")
