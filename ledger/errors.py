"""What the ledger refuses to do; each text is one Chinese sentence for the person who asked."""

from __future__ import annotations


class LedgerError(Exception):
    """Base of the ledger's own refusals."""


class ConflictError(LedgerError):
    """Somebody else changed the row in the meantime (optimistic locking); the text says what to do."""


class NotFound(LedgerError):
    """There is no such row; the text names it."""


class AlreadyExists(LedgerError):
    """The very thing is there already; the text names it."""


class InvalidInput(LedgerError):
    """What was asked makes no sense as it stands; the text says what is wrong."""
