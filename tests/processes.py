"""Waiting for other processes without asking again and again."""

from __future__ import annotations

import os
import select
from collections.abc import Iterable

PATIENCE = 60.0
"""Seconds after which what is waited for is taken never to come."""


def ended(numbers: Iterable[int]) -> list[int]:
    """Wait until these processes are gone; return those that are not."""
    return [number for number in numbers if not _ends(number)]


def _ends(number: int) -> bool:
    try:
        watched = os.pidfd_open(number)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], PATIENCE)[0])
    finally:
        os.close(watched)
