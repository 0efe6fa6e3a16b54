"""
The command `shougao`.

Exit codes: 0 done; 1 something could not be done now (the message says what and the remedy);
2 the command line or config.toml is wrong; 3 the mailbox or the relay refuses us; 130 interrupted.
What a command needs is loaded by its own module: this one is loaded by every `shougao --help`.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from console.cli.commands import LazyGroup, hang_into

HELP = """收稿：稿件邮箱的自动收稿、审核、登记与回执。

Fetch the submissions mailbox, judge every draft by the regulation, enter it in the ledger, and \
mail back a receipt.

Exit codes: 0 done · 1 could not be done now · 2 bad command or config.toml · 3 mailbox or relay \
refuses us · 130 interrupted. Passwords come from the environment (SHOUGAO_MAILBOX_PASSWORD, \
SHOUGAO_RELAY_PASSWORD) or from the file named in config.toml, never from config.toml itself. \
SHOUGAO_DATA, SHOUGAO_MAILBOX and SHOUGAO_RELAY override the data folder, mailbox and relay.
"""

app = typer.Typer(
    cls=LazyGroup,
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
hang_into(app)

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The office's config.toml.", show_default="./config.toml"),
]
OfficesOption = Annotated[
    Path | None,
    typer.Option(
        "--offices",
        envvar="SHOUGAO_OFFICES",
        help="A folder of offices: many in one installation (see `shougao office`).",
    ),
]
OfficeOption = Annotated[
    str,
    typer.Option(
        "--office",
        envvar="SHOUGAO_OFFICE",
        help="Which of them; `all` does it for each in turn, {office} standing for its name.",
        show_default=False,
    ),
]


def _print_version(wanted: bool) -> None:
    if wanted:
        import importlib.metadata  # costs as much as all of --help, which needs none

        print(f"shougao {importlib.metadata.version('shougao')}")
        raise typer.Exit


@app.callback()
def front(
    context: typer.Context,
    config: ConfigOption = None,
    offices: OfficesOption = None,
    office: OfficeOption = "",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="The version."),
    ] = False,
) -> None:
    """Take the global options."""
    from console.cli.choosing import chosen
    from console.cli.terminal import PlainHandler

    context.obj = chosen(context, config, offices, office)
    logging.basicConfig(
        level=logging.INFO if verbose else logging.ERROR,
        format="%(message)s",
        handlers=[PlainHandler() if sys.stderr.isatty() else logging.StreamHandler()],
    )


HANDOVER = 0.003
"""
Seconds that a thread of ours keeps the interpreter when another waits. Python's own 5 ms leave the
thread that reads from the mailbox idle after every packet, while another enters letters; much less
costs more in changing than it saves.
"""


def main() -> None:
    """Run the command; every expected failure is one line with its remedy."""
    sys.setswitchinterval(HANDOVER)
    try:
        code = app(standalone_mode=False)
        raise SystemExit(code if isinstance(code, int) else 0)
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # the help was printed as its message
            sys.stderr.write(f"{error.format_message()}\n")
            raise SystemExit(2) from None
        trouble: BaseException = error
    except BrokenPipeError:
        sys.stderr.close()  # the reader left early (`| head`): nothing to report
        raise SystemExit(0) from None
    except (Abort, Exception) as error:
        trouble = error
    from console.cli.failures import told
    from console.cli.terminal import print_error

    failure = told(trouble)
    if failure is None:
        raise trouble  # a fault of ours
    print_error(failure.sentence)
    raise SystemExit(failure.code)
