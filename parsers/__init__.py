"""
Hostile bytes become facts; no database, no network. `reading.py` holds the explicit tuple of parsers
and `read`, which walks a letter's files.

All formats together take a while to load. They do so when they are first asked for: in the workers,
not in whoever only needs the words of `types.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parsers.reading import (
        ARCHIVES,
        DOCUMENTS,
        PARSERS,
        claimant,
        identify,
        is_archive,
        is_junk,
        open_envelopes,
        read,
    )

__all__ = [
    "ARCHIVES",
    "DOCUMENTS",
    "PARSERS",
    "claimant",
    "identify",
    "is_archive",
    "is_junk",
    "open_envelopes",
    "read",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from parsers import reading

    return getattr(reading, name)
