"""How long a letter that was not taken rests before it is offered again."""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=6)

_DOUBLINGS = 9
"""After so many doublings of a minute the longest rest is passed; bounds the power of two."""


SPREAD = timedelta(minutes=30)
"""Within this time after midnight the letters of yesterday come back."""


def next_day(now: datetime, zone: str, seed: int) -> datetime:
    """Compute when the relay's day has begun anew: past the next midnight, spread by `seed`."""
    local = now.astimezone(ZoneInfo(zone))
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)
    return midnight + SPREAD * (1 + hashlib.sha256(f"{seed}".encode()).digest()[0]) / 256


def backoff(tries: int, seed: int) -> timedelta:
    """
    Compute how long to wait after a letter failed `tries` times before: 1 min doubling to 6 h.

    Up to a quarter is taken off the growing rests, the same for the same (tries, seed), so that
    letters refused together do not come back together. Never below 1 min, never above 6 h.
    """
    doublings = min(max(tries, 0), _DOUBLINGS)
    longest = min(FIRST_REST * (1 << doublings), LONGEST_REST)
    drawn = hashlib.sha256(f"{tries}:{seed}".encode()).digest()[0] / 255
    return max(FIRST_REST, longest * (1 - drawn / 4))
