"""What a letter has cost so far: CPU, not the clock, so that a busy machine makes no letter too slow."""

from __future__ import annotations

import os

from parsers import launcher


def used() -> float:
    """Return the seconds of CPU that this process, its ended children and programs have used."""
    times = os.times()
    own = times.user + times.system + times.children_user + times.children_system
    return own + launcher.cpu_seconds()
