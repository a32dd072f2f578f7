"""What is checked of a workflow file, one module an area."""

from collections.abc import Iterator

from difykit.workflow.checks import code, edges, frame, http, texts, tools, variables
from difykit.workflow.checks.findings import Context, Finding

AREAS = (frame, edges, variables, tools, http, code, texts)


def findings(context: Context) -> Iterator[Finding]:
    """Everything that is wrong with a file."""
    for area in AREAS:
        yield from area.check(context)


__all__ = ["AREAS", "Context", "Finding", "findings"]
