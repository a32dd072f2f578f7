"""Texts: no secret, no placeholder, no address of a machine, anywhere in the file."""

import re
from collections.abc import Iterator

from difykit.workflow.checks.findings import Context, Finding
from difykit.workflow.document import texts

FORBIDDEN = (
    (
        "a secret",
        r"SEC[0-9a-fA-F]{16,}|access_token=|\b(?:sk|app|dataset)-[A-Za-z0-9_-]{12,}|[Bb]earer\s+(?!\{\{)\S{8,}",
    ),
    (
        "a key in clear",
        r"(?i)\b(?:api[-_]?key|password|secret|token)\s*[:=]\s*(?!\{\{)[\"']?[A-Za-z0-9+/_-]{12,}",
    ),
    (
        "a placeholder",
        r"(?i)your[-_ ](?:key|token|url|secret)|\bx{3,}\b|TODO|changeme|替换成|在此填写|example\.(?:com|org)",
    ),
    (
        "an address",
        r"(?i)\b(?:https?|ftp)://[^\s{]|\blocalhost\b|\b\d{1,3}(?:\.\d{1,3}){3}\b|host\.docker\.internal",
    ),
    ("a path of a machine", r"(?<![\w.}#])/(?:root|home|Users|tmp|var|opt|work|mnt|data)/\w|[A-Z]:\\\w"),
)


def check(context: Context) -> Iterator[Finding]:
    """What is wrong with the texts."""
    for node in context.workflow.all_nodes:
        for what in _found(node.frame):
            yield context.of_node(node, f"it holds {what}")
    rest = {"app": context.workflow.data.get("app"), "environment": context.workflow.environment}
    for what in _found(rest):
        yield context.of_file(f"it holds {what}")


def _found(value: object) -> Iterator[str]:
    whole = list(texts(value))
    for what, pattern in FORBIDDEN:
        if match := next((match for text in whole if (match := re.search(pattern, text))), None):
            yield f"{what}: {match.group()[:12]}…"
