"""The command `shougao`, also as `python -m console`."""

import gc
import sys

from ingest.sandbox import forkserver

AT_WORK = frozenset({"poll", "examine"})
"""Subcommands that are about to read letters."""


def main() -> None:
    """Run the command."""
    gc.disable()  # what is loaded stays: looking through it for garbage costs a sixth of the start
    if AT_WORK & set(sys.argv[1:]):
        forkserver.open_early()
    from console.cli.app import (
        main as command,  # takes a second to load, as the parsers do beside it
    )

    gc.freeze()
    gc.enable()
    try:
        command()
    finally:
        gc.freeze()  # else the interpreter looks through all it holds before it ends: 0.3 s


if __name__ == "__main__":
    main()
