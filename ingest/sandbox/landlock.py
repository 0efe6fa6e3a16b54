"""
Landlock: a process forbids itself, and all it starts, what the kernel would let it do with files.

Source: Linux, "Landlock: unprivileged access control" (userspace-api/landlock.rst) and
landlock(7), ABI versions 1 to 9. The three system calls have no wrapper in libc; their numbers are
the same on all architectures.
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from enum import IntFlag
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_SET_NO_NEW_PRIVS = 38


class Access(IntFlag):
    """LANDLOCK_ACCESS_FS_*: what may be done with files, or below a folder."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15
    RESOLVE_UNIX = 1 << 16


READ = Access.READ_FILE | Access.READ_DIR
RUN = Access.READ_FILE | Access.EXECUTE
USE_DEVICE = Access.READ_FILE | Access.WRITE_FILE | Access.TRUNCATE
WRITE = (
    READ
    | Access.WRITE_FILE
    | Access.TRUNCATE
    | Access.REMOVE_DIR
    | Access.REMOVE_FILE
    | Access.MAKE_DIR
    | Access.MAKE_REG
    | Access.REFER
)
"""Regular files and folders, to be read, made and removed; no links, sockets or programs."""

_OF_A_FILE = (
    Access.EXECUTE | Access.WRITE_FILE | Access.READ_FILE | Access.TRUNCATE | Access.IOCTL_DEV
)
_ADDED = {2: Access.REFER, 3: Access.TRUNCATE, 5: Access.IOCTL_DEV, 9: Access.RESOLVE_UNIX}
"""The ABI version from which on a right is known; the others are known to version 1."""

NET_SINCE = 4
"""The ABI version from which on binding and connecting of TCP is denied as well."""

_NET = 0b11  # bind and connect
_SCOPED_SINCE, _SCOPED = 6, 0b11  # abstract UNIX sockets and signals


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def no_new_privileges() -> None:
    """No set-uid program gives this process more: asked for by Landlock and seccomp. Or OSError."""
    number = ctypes.c_ulong
    if _libc().prctl(_SET_NO_NEW_PRIVS, number(1), number(0), number(0), number(0)):
        raise OSError(ctypes.get_errno(), "PR_SET_NO_NEW_PRIVS")


def abi() -> int:
    """Return the version that the kernel offers; 0 where it offers none or a sandbox forbids to ask."""
    if not sys.platform.startswith("linux"):
        return 0
    with suppress(OSError):
        return _call(
            _libc(), _CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION)
        )
    return 0


def restrict(allowed: Mapping[Access, Iterable[Path]]) -> int:
    """
    Allow this thread, and all it starts, nothing but this; TCP, signals and abstract sockets not.

    A path that does not exist is left out. The return is the ABI version in force: 0 when there is
    no Landlock. Raises OSError when the kernel refuses; then nothing is restricted.
    """
    version = abi()
    if version == 0:
        return 0
    handled = Access(0)
    for right in Access:
        if version >= next((since for since, added in _ADDED.items() if added is right), 1):
            handled |= right
    attributes = _Ruleset(
        fs=int(handled),
        net=_NET if version >= NET_SINCE else 0,
        scoped=_SCOPED if version >= _SCOPED_SINCE else 0,
    )
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    libc = _libc()
    ruleset = _call(libc, _CREATE_RULESET, ctypes.byref(attributes), size, ctypes.c_uint32(0))
    try:
        for access, paths in allowed.items():
            for path in paths:
                _allow(libc, ruleset, path, access & handled)
        _call(libc, _RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return version


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, access: Access) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            access &= _OF_A_FILE
        rule = _PathBeneath(allowed=int(access), parent=place)
        _call(
            libc,
            _ADD_RULE,
            ctypes.c_int(ruleset),
            ctypes.c_int(_PATH_BENEATH),
            ctypes.byref(rule),
            ctypes.c_uint32(0),
        )
    finally:
        os.close(place)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(libc: ctypes.CDLL, number: int, *arguments: object) -> int:
    result: int = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
