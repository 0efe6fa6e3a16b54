"""What the ledger refuses to do; each text is one Chinese sentence for the person who asked."""

from __future__ import annotations


class LedgerError(Exception):
    """Base of the ledger's own refusals."""


class ConflictError(LedgerError):
    """Somebody else changed the row in the meantime (optimistic locking); the text says what to do."""


class NotFound(LedgerError):
    """There is no such row; the text names it."""
