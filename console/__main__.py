"""The command `shougao`, also as `python -m console`."""

import codecs
import gc
import hashlib
import io
import json
import os
import sys
from pathlib import Path

from console.service.stopping import EarlyStop

AT_WORK = frozenset({"poll", "examine"})
"""Subcommands that are about to read letters."""
SERVICES = frozenset({"run", "worker", "console"})
"""Subcommands that go on until SIGTERM."""


def main() -> None:
    """Run the command."""
    gc.disable()  # until its command is loaded: what is loaded stays, and looking through it takes long
    if SERVICES & set(sys.argv[1:]):
        EarlyStop()
    os.umask(
        0o077
    )  # letters, rosters and exports hold personal data, whatever the caller's umask says
    _speak_chinese()
    if is_stale(Path(sys.prefix), Path(__file__).resolve().parents[1]):
        print(
            "程序已更新，运行环境还是旧的。请在程序目录里运行 python3 run.py setup，再试一次。",
            file=sys.stderr,
        )
        raise SystemExit(2)
    if AT_WORK & set(sys.argv[1:]):
        from ingest.sandbox import forkserver

        forkserver.open_early()
    from console.cli.app import main as command

    try:
        command()
    finally:
        gc.freeze()  # else the interpreter looks through all it holds before it ends: 0.3 s


def _speak_chinese() -> None:
    """Have what a locale's encoding cannot show replaced, not raised; one of ASCII alone is none of ours."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        encoding = codecs.lookup(stream.encoding).name
        if encoding == "ascii":
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        elif encoding != "utf-8":
            stream.reconfigure(errors="backslashreplace")


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
