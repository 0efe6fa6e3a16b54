"""What troubles a database, by its own name and with its own remedy: a full disk is no lock, a lock no damage."""

from __future__ import annotations

from enum import Enum

from sqlalchemy.exc import DBAPIError


class LedgerTrouble(Enum):
    """What keeps the ledger from being used: the words for people, and the remedy."""

    BUSY = ("台账被别的程序占用", "程序稍后会自动再试；一直如此，请关闭用其他工具打开的台账")
    FULL = ("磁盘已满，台账写不进", "请清理磁盘；程序稍后会自动再试")
    READ_ONLY = ("台账所在的磁盘或文件是只读的", "请检查磁盘是否出错、文件和目录的权限")
    CANNOT_OPEN = (
        "台账文件打不开",
        "请检查数据目录的权限和磁盘空间，以及是否同时打开的文件太多",
    )
    DISK = ("读写台账时磁盘出错", "请检查磁盘，并用 shougao ledger verify 核对")
    DAMAGED = ("台账文件已损坏，或不是台账", "请把它移走，用 shougao ledger restore 恢复备份")
    MEMORY = ("内存不足，台账用不了", "请关闭其他程序，或减少 [limits] workers")
    AWAY = ("连不上台账的数据库服务", "请检查数据库服务、地址和密码；程序稍后会自动再试")
    NOT_ALLOWED = (
        "数据库账号的权限不够",
        "请让数据库管理员授权；写了 [data] schema 的，请他运行 CREATE SCHEMA 名字 AUTHORIZATION 账号",
    )
    OTHER = ("台账暂时用不了", "程序稍后会自动再试；一直如此，请把这句话告诉维护人员")

    @property
    def words(self) -> str:
        """What it is."""
        return self.value[0]

    @property
    def remedy(self) -> str:
        """What a person does about it."""
        return self.value[1]

    @property
    def passing(self) -> bool:
        """Whether it may go away by itself while the program waits."""
        return self in (LedgerTrouble.BUSY, LedgerTrouble.FULL, LedgerTrouble.AWAY)


_SQLITE = {
    "BUSY": LedgerTrouble.BUSY,
    "LOCKED": LedgerTrouble.BUSY,
    "PROTOCOL": LedgerTrouble.BUSY,
    "FULL": LedgerTrouble.FULL,
    "READONLY": LedgerTrouble.READ_ONLY,
    "PERM": LedgerTrouble.READ_ONLY,
    "CANTOPEN": LedgerTrouble.CANNOT_OPEN,
    "AUTH": LedgerTrouble.CANNOT_OPEN,
    "IOERR": LedgerTrouble.DISK,
    "CORRUPT": LedgerTrouble.DAMAGED,
    "NOTADB": LedgerTrouble.DAMAGED,
    "NOMEM": LedgerTrouble.MEMORY,
}
"""By what stands behind SQLITE_ in the error's name (sqlite.org/rescode.html); extended ones begin with it."""

_FULL_BY_ANOTHER_NAME = frozenset({"SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMMAP"})
"""Where the disk has no room for the index of the write-ahead log, SQLite calls it an I/O error."""

_POSTGRESQL = {
    "53100": LedgerTrouble.FULL,
    "53200": LedgerTrouble.MEMORY,
    "55P03": LedgerTrouble.BUSY,
    "40001": LedgerTrouble.BUSY,
    "40P01": LedgerTrouble.BUSY,
    "25006": LedgerTrouble.READ_ONLY,
    "42501": LedgerTrouble.NOT_ALLOWED,
}
"""By SQLSTATE (PostgreSQL, Appendix A)."""


def trouble_of(error: DBAPIError) -> LedgerTrouble:
    """Return what a database error means."""
    original = error.orig
    name = getattr(original, "sqlite_errorname", None)
    if name:
        return trouble_named(name)
    state = getattr(original, "sqlstate", None)
    if state in _POSTGRESQL:
        return _POSTGRESQL[state]
    if type(original).__module__.startswith("psycopg"):
        away = not state or state[:2] in ("08", "57", "28", "3D")
        return LedgerTrouble.AWAY if away else LedgerTrouble.OTHER
    return LedgerTrouble.OTHER


def trouble_named(name: str) -> LedgerTrouble:
    """Return what an error of SQLite means, by its name (SQLITE_FULL)."""
    if name in _FULL_BY_ANOTHER_NAME:
        return LedgerTrouble.FULL
    primary = name.removeprefix("SQLITE_").partition("_")[0]
    return _SQLITE.get(primary, LedgerTrouble.OTHER)


def sentence(error: DBAPIError) -> str:
    """Say what it is, with what the database said, for people; without a full stop."""
    said = str(error.orig).strip().splitlines()
    return f"{trouble_of(error).words}（{said[0] if said else type(error.orig).__name__}）"
