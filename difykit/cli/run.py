"""`difykit run`: a workflow file with the plugin's real process, each node with its time and outputs."""

import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from difykit.cli.options import FILE, Launch, credentials_option, launch_options
from difykit.cli.terminal import Failure, language
from difykit.language import Text
from difykit.runner import FileServer
from difykit.runner.package import plugin_folder
from difykit.runner.parameters import credentials_from
from difykit.workflow.document import Workflow

if TYPE_CHECKING:
    from difykit.workflow.engine import Host, WorkflowRun

WIDE = 100
NO_ENGINE = Text(
    en="Workflow files run on graphon, which is not installed in this Python; {reason}.",
    zh="运行工作流文件需要 graphon，但当前 Python 环境未安装：{reason}。",
)
STATUS_MARKS = {"succeeded": "✓", "exception": "!", "failed": "✗"}


@click.command()
@click.argument("workflow", type=FILE)
@click.argument("input", type=FILE, required=False)
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Another input of the workflow.")
@click.option("--env", "environment", multiple=True, metavar="NAME=VALUE", help="One of its environment variables.")
@click.option("--times", default=1, help="Run it so often, one after another.")
@click.option("--full", is_flag=True, help="Show outputs whole.")
@credentials_option
@launch_options
def run(
    launch: Launch,
    workflow: Path,
    input: Path | None,  # noqa: A002 - the argument's name on the command line
    settings: tuple[str, ...],
    environment: tuple[str, ...],
    times: int,
    full: bool,
    credentials_from_env: bool,
) -> None:
    """Run a WORKFLOW file, with the file INPUT for its file variable; ends with 1 if it failed."""
    try:
        from difykit.workflow.engine import run_workflow  # noqa: PLC0415 - an environment of its own has the engine
    except ModuleNotFoundError as error:
        raise Failure(NO_ENGINE.to(language(), reason=error)) from None
    status = "failed"
    with contextlib.ExitStack() as stack:
        try:
            document = Workflow.load(workflow)
            inputs = _pairs(settings) | ({_file_input(document): input} if input else {})
            host = _host(stack, launch, document, _pairs(environment), credentials_from_env)
            for _ in range(times):
                outcome = run_workflow(document, inputs, host)
                _show(outcome, full=full)
                status = outcome.status
        except ValueError as error:
            raise Failure(str(error)) from None
    sys.exit(int(status == "failed"))


def _host(
    stack: contextlib.ExitStack, launch: Launch, workflow: Workflow, values: Mapping[str, Any], from_env: bool
) -> "Host":
    """What the workflow runs on: the plugin only where a node needs it."""
    from difykit.workflow.engine import Host  # noqa: PLC0415 - as above

    files = stack.enter_context(FileServer())
    if all(node.type != "tool" for node in workflow.nodes.values()):
        return Host(None, files, {}, values)
    plugin = stack.enter_context(launch.process(stack.enter_context(plugin_folder(launch.root))))
    click.echo(f"The plugin runs in a process of its own ({plugin.seconds_to_ready:.1f} s to ready).")
    return Host(plugin, files, credentials_from(os.environ, plugin.declaration.credentials) if from_env else {}, values)


def _show(outcome: "WorkflowRun", *, full: bool) -> None:
    click.echo()
    for node in outcome.nodes:
        click.echo(f"{STATUS_MARKS[node.status]} {node.title}  [{node.id}, {node.type}]  {node.seconds:.3f} s")
        if node.error:
            click.echo(f"    error: {node.error}")
        _show_values(node.outputs, full=full)
    click.echo(f"\n{outcome.status} after {outcome.seconds:.2f} s{': ' if outcome.error else ''}{outcome.error}")
    _show_values(outcome.outputs, full=full)


def _show_values(values: Mapping[str, Any], *, full: bool) -> None:
    for name, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_file_name)
        short = text.replace("\n", "⏎")
        if not full and len(short) > WIDE:
            short = f"{short[:WIDE]}… ({len(text)} characters)"
        click.echo(f"    {name}: {short}")


def _file_name(value: object) -> str:
    return str(getattr(value, "filename", value))


def _pairs(texts: Sequence[str]) -> dict[str, Any]:
    for text in texts:
        if "=" not in text:
            raise ValueError(f"write {text!r} as NAME=VALUE")
    return {name: value for name, _, value in (text.partition("=") for text in texts)}


def _file_input(workflow: Workflow) -> str:
    for node in workflow.nodes.values():
        for variable in node.data.get("variables") or () if node.type == "start" else ():
            if variable["type"] == "file":
                return str(variable["variable"])
    raise ValueError(f"{workflow.name} takes no file")
