"""Code nodes: the code parses, takes what it is given, and needs nothing that the sandbox lacks."""

import ast
import sys
from collections.abc import Iterator

from difykit.workflow.checks.findings import Context, Finding
from difykit.workflow.document import Node


def check(context: Context) -> Iterator[Finding]:
    """What is wrong with the code nodes."""
    for node in context.workflow.nodes.values():
        if node.type == "code":
            yield from (context.of_node(node, problem) for problem in _problems(node))


def _problems(node: Node) -> Iterator[str]:
    if node.data.get("code_language") != "python3":
        yield "its code must be python3"
        return
    try:
        tree = ast.parse(str(node.data.get("code") or ""))
    except SyntaxError as error:
        yield f"its code does not parse: {error.msg}, line {error.lineno}"
        return
    for module in _imports(tree):
        if module.partition(".")[0] not in sys.stdlib_module_names:
            yield f"its code imports {module}, which Dify's sandbox does not have"
    mains = [part for part in tree.body if isinstance(part, ast.FunctionDef) and part.name == "main"]
    if len(mains) != 1:
        yield "its code has no function main"
        return
    takes = [argument.arg for argument in mains[0].args.args]
    given = [str(variable.get("variable")) for variable in node.data.get("variables") or ()]
    if sorted(takes) != sorted(given):
        yield f"main takes {', '.join(takes) or 'nothing'}, and the node gives {', '.join(given) or 'nothing'}"


def _imports(tree: ast.Module) -> Iterator[str]:
    for part in ast.walk(tree):
        if isinstance(part, ast.Import):
            yield from (alias.name for alias in part.names)
        elif isinstance(part, ast.ImportFrom):
            yield part.module or "."
