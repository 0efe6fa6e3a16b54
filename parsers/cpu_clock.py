"""What a letter has cost so far: CPU, not the clock, so that a busy machine makes no letter too slow."""

from __future__ import annotations

import os
import sys
import time

from parsers import launcher


def used() -> float:
    """Return the seconds of CPU that this process, its ended children and programs have used."""
    times = os.times()
    own = times.user + times.system + times.children_user + times.children_system
    return own + launcher.cpu_seconds()


def used_by(process: int) -> float:
    """
    Return the seconds of CPU that another process has used, as far as it can be told.

    Source: clock_getcpuclockid(3), whose clock is made of the process id; no file in /proc is read,
    which a worker may not.
    """
    if sys.platform != "linux":
        return time.monotonic()
    try:
        return time.clock_gettime((~process << 3) | 2)
    except OSError:  # it has ended
        return time.monotonic()
