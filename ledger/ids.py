"""Numbers of the ledger's rows, a type for each, so that one is never taken for another."""

from __future__ import annotations

from typing import NewType

LetterId = NewType("LetterId", int)
DraftId = NewType("DraftId", int)

NEW = LetterId(0)
"""A letter that is not in the ledger."""
