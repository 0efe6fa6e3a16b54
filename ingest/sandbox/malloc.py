"""How a process keeps memory that it will need again for the next letter, and gives it back at the end."""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
KEPT = 64 * 1024 * 1024
BY_ITSELF = 32 * 1024 * 1024


def keep_freed_memory() -> None:
    """
    Have malloc keep up to KEPT bytes instead of giving each letter's memory back to the system.

    Letters are megabytes each: mapping and zeroing fresh pages for every one of them costs as much
    as hashing it. Source: mallopt(3). Elsewhere than on glibc nothing happens.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, BY_ITSELF)
        mallopt(_TRIM_THRESHOLD, KEPT)
        mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """
    Give the system what malloc has kept, holes between living objects included.

    Once a round has ended nothing needs it soon; kept, it would grow with the largest rounds of the year.
    Source: malloc_trim(3). Elsewhere than on glibc nothing happens.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
