"""What the packaged Python does that a reviewer asks about."""

import ast
import re
from collections.abc import Iterator

from difykit.package.results import CheckResult, Package, fail, warn

RUNS_CODE = {"eval", "exec", "compile", "__import__", "breakpoint"}
RUNS_PROGRAMS = {"subprocess", "pty", "multiprocessing", "ctypes"}
UNPACKS_CODE = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
OS_CALLS = re.compile(r"os\.(system|popen|exec\w*|spawn\w*|fork)")
NETWORK_CALLS = re.compile(r"(requests|httpx)\.(get|post|put|patch|delete|head|options|request|stream)")
SECRET_NAME = re.compile(r"credential|api_?key|secret|token|passw", re.IGNORECASE)
LOG_CALLS = re.compile(r"(log|logger|logging)\.(debug|info|warning|error|exception|critical|log)$")
MONEY = re.compile(
    r"\b(payments?|checkout|charge[sd]?|refund(s|ed)?|payouts?|transactions?|trading|withdraw(al|s)?|deposits?"
    r"|transfer (funds?|assets?|money|cash|tokens?)|place (an? )?orders?)\b",
    re.IGNORECASE,
)
"""Words of plugins that move money, which the marketplace does not take; a report on sales may well need some."""


def running_code(package: Package) -> Iterator[CheckResult]:
    """No code or program is run from a text, and nothing is unpacked that may run code."""
    for path, tree in package.python.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=name)) if name in RUNS_CODE:
                    yield fail(f"{path}:{node.lineno}: calls {name}", "do without: it makes the plugin high risk")
                case ast.Call(func=function) if OS_CALLS.fullmatch(_dotted(function)):
                    yield fail(f"{path}:{node.lineno}: calls {_dotted(function)}", "do without: it is high risk")
                case ast.Import() | ast.ImportFrom():
                    for module in _tops(node):
                        if module in RUNS_PROGRAMS | UNPACKS_CODE:
                            yield fail(f"{path}:{node.lineno}: imports {module}", "do without: it is high risk")


def timeouts(package: Package) -> Iterator[CheckResult]:
    """Every request has a timeout."""
    for path, tree in package.python.items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and NETWORK_CALLS.fullmatch(_dotted(node.func))
                and not any(keyword.arg in {"timeout", None} for keyword in node.keywords)
            ):
                yield fail(f"{path}:{node.lineno}: a request without a timeout", "give it one")


def leaks(package: Package) -> Iterator[CheckResult]:
    """No credential is on its way into a log or an error."""
    for path, tree in package.python.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Raise | ast.Call):
                continue
            if isinstance(node, ast.Call) and not LOG_CALLS.search(_dotted(node.func)):
                continue
            if name := _secret_value(node):
                yield warn(f"{path}:{node.lineno}: {name} on its way into a log or an error", "look at it")


def money(package: Package) -> Iterator[CheckResult]:
    """Words of plugins that move money are few, and explained to the reviewer."""
    places: dict[str, list[str]] = {}
    for path in sorted(package.files):
        if path.endswith((".md", ".yaml", ".py")):
            for number, line in enumerate(package.text(path).splitlines(), 1):
                if found := MONEY.search(line):
                    places.setdefault(found[0].lower(), []).append(f"{path}:{number}")
    for word, lines in places.items():
        where = f"{lines[0]} and {len(lines) - 1} more lines" if len(lines) > 1 else lines[0]
        yield warn(
            f'"{word}" in {where}: a word of plugins that move money',
            "say it otherwise, or tell the reviewer that the plugin only counts such rows",
        )


def _dotted(node: ast.expr) -> str:
    """A name with its dots, as ``requests.get``; empty for any other expression."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=owner, attr=name):
            return f"{_dotted(owner)}.{name}"
        case _:
            return ""


def _tops(node: ast.Import | ast.ImportFrom) -> list[str]:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return [name.split(".")[0] for name in names]


def _secret_value(node: ast.AST) -> str | None:
    """The name of a variable or attribute below ``node`` that sounds like a credential, function names aside."""
    called = {id(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
    for part in ast.walk(node):
        name = part.id if isinstance(part, ast.Name) else part.attr if isinstance(part, ast.Attribute) else ""
        if id(part) not in called and not name.isupper() and SECRET_NAME.search(name):
            return name
    return None
