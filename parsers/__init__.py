"""
Hostile bytes become facts: archives opened, documents read, pictures told; no database, no network.

May import `rulebook` and the libraries of the formats; never `ledger`, `ingest` or anything above.
Open `types.py` first (files in, facts out), then `reading.py` (the tuple of parsers, and the walk).
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
    # All formats take a while to load: only for whoever reads files, not for the words of `types`.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from parsers import reading

    return getattr(reading, name)
