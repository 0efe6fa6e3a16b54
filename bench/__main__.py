"""
Every measurement, one table: `python3 run.py bench [--only intake,starts] [--folder FOLDER] [--drafts N]`.

Each runs in a process of its own, one after the other; each figure stands beside a floor or a peer of the
same run. The table is printed and written to docs/performance.md, with the machine and the commit. Ledgers
of N drafts (100,000) are kept in FOLDER, so that a second run begins at once.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.rows import FILE, Row, read, table

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
HEAD = """# Performance

Written by `python3 run.py bench`; do not edit it by hand. Every figure was measured beside a floor (what no program
could leave out) or a peer (what one would write without this one), in the same run on the same machine; absolute
times of another machine are others, the ratios hardly. What is not green by its aim is told as missed.

"""


def main() -> int:
    """Run what was asked for; returns 1 when a measurement broke off."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--drafts", type=int, default=100_000)
    given = parser.parse_args()
    wanted = [one for one in given.only.split(",") if one]
    rows: list[Row] = []
    broken: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = given.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        runs = {
            "intake": [],
            "arrival": [],
            "starts": [],
            "ledger": [str(given.drafts), str(folder)],
            "console": [str(folder), str(given.drafts)],
            "growth": [str(folder), "--drafts", f"{given.drafts // 10},{given.drafts}"],
            "notifier": ["1000", str(given.drafts)],
            "parsers": [],
            "peak": [],
        }
        if unknown := set(wanted) - set(runs):
            parser.error(
                f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(runs)}"
            )
        for module in wanted or runs:
            print(f"\n== {module}", flush=True)
            begun = time.monotonic()
            written = Path(name) / f"{module}.rows"
            done = subprocess.run(
                [sys.executable, "-m", f"bench.{module}", *runs[module]],
                cwd=ROOT,
                env=os.environ | {FILE: str(written)},
                check=False,
            )
            found = read(written)
            rows += found
            if not found:
                broken.append(module)
            print(f"({time.monotonic() - begun:.0f} s, exit code {done.returncode})", flush=True)
    text = HEAD + _where() + table(rows)
    if broken:
        text += f"\nNothing was measured by: {', '.join(broken)}.\n"
    PAGE.write_text(text, encoding="utf-8")
    print("\n" + text)
    return 1 if broken else 0


def _where() -> str:
    """Name machine, versions and commit."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = named[0].partition(":")[2].strip() if named else model
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    ).stdout.strip()
    load = f"{os.getloadavg()[0]:.1f}"
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit or 'unknown'}, {os.cpu_count()} cores ({model}), "
        f"Python {platform.python_version()}, load at the end {load}.\n\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
