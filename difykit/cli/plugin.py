"""`difykit tools`, `call`, `validate`, `options`, `listen`: a plugin's tools in their real process, without Dify."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from difykit.cli import show
from difykit.cli.options import (
    Call,
    Launch,
    call_options,
    credentials,
    credentials_option,
    launch_options,
    root_option,
    storage_option,
    store,
)
from difykit.cli.terminal import Failure, columns, language
from difykit.errors import KitError
from difykit.language import Text
from difykit.runner import DebugPort, FileServer
from difykit.runner.declaration import Declaration
from difykit.runner.package import plugin_folder

DIFY_PORT = 5003
PATIENCE = 86_400.0

GOOD = Text(en="The credentials are good.", zh="凭据有效。")
PORT_TAKEN = Text(
    en="Port {port} is taken: end what listens there, or name another with --port.",
    zh="端口 {port} 已被占用：请停止占用它的程序，或用 --port 指定其他端口。",
)
INVITATION = Text(
    en="Put these lines into the plugin's environment, or its .env, and start it with `python -m main`:",
    zh="请把以下各行加入插件的环境变量或 .env 文件，然后用 `python -m main` 启动插件：",
)
CONNECTED = Text(en="Connected: {name} {version}, with {tools}.", zh="已连接：{name} {version}，工具：{tools}。")
DISCONNECTED = Text(en="The plugin is gone; waiting for it to come back.", zh="插件已断开，正在等待重新连接。")
REFUSED = Text(en="Refused a plugin: {reason}.", zh="拒绝了一个插件的连接：{reason}。")
HOW_TO_CALL = Text(
    en="A line calls a tool, with the options of `difykit call`: {example}   (Ctrl-D ends)",
    zh="每输入一行即调用一次工具，选项与 `difykit call` 相同：{example}   （Ctrl-D 结束）",
)


@click.command()
@root_option
def tools(root: Path) -> None:
    """List the tools, what they take and what they give."""
    with plugin_folder(root) as folder:
        declaration = Declaration.load(folder)
    blocks = [show.tool_lines(tool, language(), columns()) for tool in declaration.tools]
    click.echo("\n\n".join("\n".join(block) for block in blocks))


@click.command()
@call_options
@launch_options
def call(launch: Launch, call: Call) -> None:
    """Call TOOL in a process of its own, as Dify's daemon does, and show what it gives."""
    with plugin_folder(launch.root) as folder, FileServer() as server:
        process = launch.process(folder)
        parameters = call.prepare(process.declaration, server)  # a mistake here costs no start
        with process:
            call.run(process, parameters)


@click.command()
@credentials_option
@launch_options
def validate(launch: Launch, credentials_from_env: bool) -> None:
    """Have the provider judge the credentials, as Dify does when they are saved."""
    with plugin_folder(launch.root) as folder, launch.process(folder) as process:
        process.validate(credentials(process, credentials_from_env)).check()
    click.echo(GOOD.to(language()))


@click.command("options")
@click.argument("tool")
@click.argument("parameter")
@credentials_option
@launch_options
def choices(launch: Launch, tool: str, parameter: str, credentials_from_env: bool) -> None:
    """List the choices that TOOL offers for a dynamic-select PARAMETER."""
    with plugin_folder(launch.root) as folder, launch.process(folder) as process:
        found = process.options(tool, parameter, credentials(process, credentials_from_env))
    for option in found:
        click.echo(f"{option.value}  {show.say(option.label, language())}")


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=DIFY_PORT, show_default=True, help="0 takes a free one.")
@click.option("--key", default="", help="What the plugin must know; made up if not given.")
@storage_option
def listen(port: int, key: str, storage: Path | None) -> None:
    """Play Dify's remote debug port: a plugin connects, and each line that you type calls a tool of it."""
    try:
        debug = DebugPort(key, port, store(storage), on_change=lambda change: _announce(debug, change))
    except OSError:
        raise Failure(PORT_TAKEN.to(language(), port=port)) from None
    failed = False
    with debug, suppress(KeyboardInterrupt):
        click.echo(INVITATION.to(language()))
        click.echo("\n".join(["", *(f"{name}={value}" for name, value in debug.environ.items()), ""]))
        for line in _lines():
            failed |= not _call_line(debug, line)
    sys.exit(int(failed))


@click.command()
@click.pass_obj
@call_options
def one_call(debug: DebugPort, call: Call) -> None:
    """Call TOOL through the debug port."""
    with FileServer() as server:
        call.run(debug, call.prepare(debug.declaration, server))


def _announce(debug: DebugPort, change: str) -> None:
    match change:
        case "connected":
            manifest, known = debug.manifest, [tool.name for tool in debug.declaration.tools]
            name = f"{manifest.get('author')}/{manifest.get('name')}"
            sentence = CONNECTED.to(
                language(), name=name, version=manifest.get("version"), tools=", ".join(known) or "-"
            )
            example = f"{known[0] if known else 'TOOL'} --param name=value"
            sentence += "\n" + HOW_TO_CALL.to(language(), example=example)
        case "disconnected":
            sentence = DISCONNECTED.to(language())
        case refusal:
            sentence = REFUSED.to(language(), reason=refusal)
    click.echo(sentence, err=True)


def _lines() -> Iterator[str]:
    """Lines from the terminal, or from whatever is piped in, until the end."""
    while True:
        try:
            line = input()
        except EOFError:
            return
        if line.strip():
            yield line


def _call_line(debug: DebugPort, line: str) -> bool:
    """Make the call that a line describes, once a plugin is there; false if it failed."""
    try:
        words = shlex.split(line)
        debug.wait(PATIENCE)
        one_call.main(words, prog_name="", standalone_mode=False, obj=debug)
    except click.ClickException as error:
        error.show()
    except (KitError, ValueError) as error:
        click.echo(error.sentence(language()) if isinstance(error, KitError) else str(error), err=True)
    else:
        return True
    return False
