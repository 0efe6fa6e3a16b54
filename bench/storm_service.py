"""
The service as `bench.storm` runs it: with short pauses, and killed at a named step where it is told one.

STORM_STEP=module:Class:method kills the process before (STORM_WHEN=before) or after that step, the
STORM_TURN-th time that it is reached.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta

from bench.trap import die_at
from ledger import sightings
from notifier.delivery import deliver


def main() -> None:
    """Shorten the pauses, set the trap, run the command."""
    deliver.REPEAT_AFTER = deliver.BEHIND = timedelta(seconds=2)
    sightings.FIRST_PAUSE = timedelta(seconds=1)
    if step := os.environ.get("STORM_STEP", ""):
        die_at(step, os.environ["STORM_WHEN"], int(os.environ["STORM_TURN"]))
    from console.cli.app import main as command

    sys.argv[0] = "shougao"
    command()


if __name__ == "__main__":
    main()
