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


class LedgerUpgraded(RulesChanged):
    """A newer program migrated the ledger while this one had it open: it must end; nothing was entered."""

    def __init__(self, reached: str, known: str) -> None:
        LedgerError.__init__(
            self,
            f"台账已由新版程序升级（结构 {reached}，本程序只认到 {known}），这个程序不再登记，手头的留给新版程序。"
            "请换上新版程序再启动。",
        )
