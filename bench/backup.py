"""
How long backup and restore take: `python -m bench.backup [drafts] [folder]`, for docs/scaling.md.

A ledger of so many drafts (100,000; bench/big_ledger.py) on a PostgreSQL with its own settings, the program's
own backup and restore of it; and letters of a megabyte copied from one vault into another, and read whole as
`ledger verify` does. The floor of both is the same bytes copied by the system.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, text

from bench.big_ledger import fill
from bench.big_postgresql import copy
from bench.ledger import NAMES
from bench.postgresql import postgresql
from bench.rows import Row, note
from ledger.storage.backup import copy_ledger, restore
from ledger.storage.vault import Vault

LETTERS, LETTER_BYTES = 200, 1_000_000
RESTORED = "restored"


def main() -> None:
    """Time each and print it."""
    parser = argparse.ArgumentParser(prog="bench.backup")
    parser.add_argument("drafts", nargs="?", type=int, default=100_000)
    parser.add_argument("folder", nargs="?", type=Path)
    given = parser.parse_args()
    with ExitStack() as at_the_end:
        passing = Path(at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="pg-")))
        passing.chmod(0o755)
        folder = given.folder or passing
        source = folder / f"ledger-{given.drafts}.db"
        fill(source, given.drafts, NAMES).dispose()
        server = at_the_end.enter_context(postgresql(passing / "pg"))
        engine = copy(source, server.create("whole"))
        at_the_end.callback(engine.dispose)
        with engine.connect() as connection:
            size = connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
        begun = time.monotonic()
        dump = copy_ledger(engine, passing / "backup", datetime.now(UTC))
        tell(f"backup of a ledger of {given.drafts:,} drafts", size, time.monotonic() - begun)
        print(f"    its file has {dump.stat().st_size / 1e6:.0f} MB")
        begun = time.monotonic()
        again = create_engine(server.create(RESTORED))
        restore(dump, again, Vault(passing / "none"))
        tell("restore of it, ready to be used", size, time.monotonic() - begun)
        again.dispose()
        letters(passing)


def letters(folder: Path) -> None:
    """Time the vault's part."""
    source, target = Vault(folder / "vault"), Vault(folder / "copied")
    names = []
    for _ in range(LETTERS):
        raw = os.urandom(LETTER_BYTES)
        names.append(hashlib.sha256(raw).hexdigest())
        source.put(raw, names[-1])
    whole = LETTERS * LETTER_BYTES
    begun = time.monotonic()
    shutil.copytree(folder / "vault", folder / "floor")
    os.sync()
    floor = time.monotonic() - begun
    begun = time.monotonic()
    for name in names:
        target.put(source.get(name), name)
    tell("letters copied into a backup", whole, time.monotonic() - begun, floor)
    begun = time.monotonic()
    assert all(source.is_sound(name) for name in names)
    tell("letters read and compared with their names", whole, time.monotonic() - begun)


def tell(what: str, size: int, seconds: float, floor: float | None = None) -> None:
    """Print how many bytes took how long, and hand it on."""
    rate = size / seconds / 1e6
    theirs = size / floor / 1e6 if floor else None
    note(Row(what, rate, "MB/s", "the same bytes copied by the system" if floor else "", theirs))
    beside = f", {rate / theirs:.2f} of the system's own copying" if theirs else ""
    print(f"{what}: {size / 1e6:.0f} MB in {seconds:.1f} s, {rate:.0f} MB/s{beside}", flush=True)


if __name__ == "__main__":
    main()
