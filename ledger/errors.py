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


class RulesChanged(LedgerError):
    """Corrected rules were entered, and this process still follows the earlier ones: it must begin anew."""

    def __init__(self) -> None:
        super().__init__("规定刚刚更改，程序正在换用新的规定，请过十几秒再试。")
