"""
How long the command takes to begin: `python -m bench.starts`.

Each command in a process of its own, the median of TURNS by the clock, on an empty ledger; the floor is an
interpreter that does nothing. What the disk must read first is read before.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.rows import Row, note

TURNS = 9
ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (
    ("shougao --help", ("--help",), 0.2),
    ("shougao ledger summary", ("ledger", "summary"), 0.5),
)


def main() -> None:
    """Time each command beside an interpreter that does nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "config.toml", folder)
        kept = {one: value for one, value in os.environ.items() if one != "PYTHONDONTWRITEBYTECODE"}
        environment = kept | {"SHOUGAO_DATA": str(folder / "data")}
        floor = _seconds([sys.executable, "-c", "pass"], environment)
        for title, arguments, aim in COMMANDS:
            config = ["--config", str(folder / "config.toml")]
            command = [sys.executable, "-m", "console", *config, *arguments]
            taken = _seconds(command, environment)
            print(
                f"{title:26s} {taken:.3f} s   (aim: at most {aim} s; an empty interpreter {floor:.3f} s)"
            )
            beside = "an interpreter that does nothing"
            note(Row(title, taken, "s", beside, floor, f"≤ {aim} s", taken <= aim))


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    taken = []
    for _ in range(TURNS + 1):
        begun = time.perf_counter()
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken[1:])


if __name__ == "__main__":
    main()
