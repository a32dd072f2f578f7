"""`daybook serve`: the analysis service from the command line."""

import signal
import sys
from typing import Any

import click

from daybook.service.app import ServiceServer
from daybook.service.settings import PREFIX, Settings, forget_secrets, secret_names
from daybook.service.telemetry import set_up_logging

_EPILOG = "Secrets come from the environment alone, because everybody on a machine can read a program's flags."


def _options(command: click.Command) -> click.Command:
    flags = {name: field for name, field in Settings.model_fields.items() if name not in secret_names()}
    command.params[:0] = [
        click.Option(
            [f"--{name.replace('_', '-')}"],
            help=field.description,
            metavar=name.rpartition("_")[2].upper(),
            # for the help alone: the settings know their defaults, and the environment comes before them
            show_default=str(field.default) if field.default_factory is None and field.default else False,
        )
        for name, field in flags.items()
    ]
    return command


@click.command(epilog=_EPILOG)
def serve(**flags: Any) -> None:
    """Run the analysis service.

    Every option may also be set in the environment, as DAYBOOK_<OPTION>; the flag wins. So may the secrets:
    DAYBOOK_API_KEYS and DAYBOOK_LINK_SECRET.
    """
    settings = Settings.load(**{name: value for name, value in flags.items() if value is not None})
    server = ServiceServer(settings)
    _describe(settings)
    set_up_logging()
    forget_secrets([*(PREFIX + name.upper() for name in secret_names()), *server.secret_variables])
    # uvicorn raises the signal that stopped it again once it has stopped: an end that was asked for is a good end
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    server.run()
    if not server.started:
        sys.exit(1)


def _describe(settings: Settings) -> None:
    click.echo("Daybook analysis service", err=True)
    described = settings.described()
    width = max(map(len, described))
    for name, value in described.items():
        click.echo(f"  {name:<{width}}  {value}", err=True)


_options(serve)
