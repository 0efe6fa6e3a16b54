"""The command `shougao`, also as `python -m console`."""

import gc
import hashlib
import json
import sys
from pathlib import Path

from ingest.sandbox import forkserver

AT_WORK = frozenset({"poll", "examine"})
"""Subcommands that are about to read letters."""


def main() -> None:
    """Run the command."""
    if is_stale(Path(sys.prefix), Path(__file__).resolve().parents[1]):
        print(
            "程序已更新，运行环境还是旧的。请在程序目录里运行 python3 run.py setup，再试一次。",
            file=sys.stderr,
        )
        raise SystemExit(2)
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


def is_stale(environment: Path, program: Path) -> bool:
    """Whether run.py set up an environment from other lists than the program has now."""
    try:
        known = json.loads((environment / "shougao-setup.json").read_bytes())
        return any(
            hashlib.sha256((program / name).read_bytes()).hexdigest() != digest
            for name, digest in known.items()
        )
    except (OSError, ValueError, AttributeError):
        return False  # set up by other means


if __name__ == "__main__":
    main()
