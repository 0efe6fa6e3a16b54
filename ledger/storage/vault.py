"""
Raw letters by content hash in a local folder: written once, whole or not at all.

The name of a file is the hash of its bytes: what was altered or cut short is noticed when it is read, and
replaced when the same letter is put again. What is being written lies under a passing name and is locked by
its writer; a passing file that nobody locks was left by a crash, and is swept away.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import itertools
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger.os_errors import describe, remedy

MADE_BY_US = 0o700
ARRIVING = ".arriving."
_STEP = 1 << 18
"""Bytes written at a time: for more at once Linux looks for pages that lie together, six times as slow."""


class VaultError(Exception):
    """The folder cannot be written or a letter is missing from it; the text names the path."""


class OriginalDamaged(VaultError):
    """A letter is missing, or its bytes are not those that were put."""


@dataclass(frozen=True, slots=True)
class Vault:
    """
    A folder `ab/abcdef…` of letters named by the SHA-256 of their bytes.

    When `put` returns, the letter is on the disk, even through a power cut: the file is synced under
    a passing name, renamed, and its folder synced.

    Raises: VaultError when the folder cannot be written or a letter cannot be read.
    """

    folder: Path

    @property
    def place(self) -> str:
        """Name the place to a person."""
        return str(self.folder)

    def put(self, raw: bytes, digest: str) -> None:
        """
        Keep `raw`, whose SHA-256 in hex is `digest`.

        A second put of the same letter writes nothing, unless what lies there is damaged.
        """
        if self.is_sound(digest):
            return
        path = self.path(digest)
        try:
            with self._passing([raw]) as partial:
                self._give_name(partial, path)
        except OSError as error:
            raise not_written(path, error) from error

    def put_pieces(self, pieces: Iterable[bytes]) -> tuple[str, int]:
        """
        Keep a letter that comes piece by piece, of which no more than one is in memory.

        Returns: its digest and its size in bytes.
        Raises:  VaultError, and whatever the pieces raise.
        """
        hashed = hashlib.sha256()
        size = 0

        def passed() -> Iterator[bytes]:
            nonlocal size
            for piece in pieces:
                hashed.update(piece)
                size += len(piece)
                yield piece

        try:
            with self._passing(passed()) as partial:
                digest = hashed.hexdigest()
                self._give_name(partial, self.path(digest))
        except OSError as error:
            raise not_written(self.folder, error) from error
        return digest, size

    def sweep(self) -> int:
        """
        Remove what was being written when a program was killed; return how many files that were.

        Those of a living writer are locked, and stay. Never raises: what stays is swept another time.
        """
        swept = 0
        with contextlib.suppress(OSError):
            # of older programs, too: `ab/.abcdef….123.456`
            for left in (
                *self.folder.glob(f"{ARRIVING}*"),
                *self.folder.glob("[0-9a-f][0-9a-f]/.*"),
            ):
                swept += _removed_unless_held(left)
        return swept

    def holds_more_than(self, many: int) -> bool:
        """Tell whether there are more files than so many; no more are looked at."""
        files = self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f]*")
        return sum(1 for _ in itertools.islice(files, many + 1)) > many

    def path(self, digest: str) -> Path:
        """Return where a letter lies or would lie."""
        return self.folder / digest[:2] / digest

    def get(self, digest: str) -> bytes:
        """Return the letter's bytes. Raises: OriginalDamaged when they are not there, or are others."""
        try:
            raw = self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise OriginalDamaged(f"原件 {self.path(digest)} 不见了") from error
        except OSError as error:
            raise VaultError(f"原件 {self.path(digest)} 读不出来：{describe(error)}") from error
        if hashlib.sha256(raw).hexdigest() != digest:
            raise OriginalDamaged(f"原件 {self.path(digest)} 已被改动或损坏")
        return raw

    def try_out(self) -> None:
        """Write something and remove it. Raises VaultError where one of them cannot be done."""
        try:
            with self._passing([b"shougao doctor"]):
                pass
        except OSError as error:
            raise not_written(self.folder, error) from error

    def holds(self, digest: str) -> bool:
        """Tell whether the letter is there; its bytes are not looked at."""
        return self.path(digest).exists()

    def is_sound(self, digest: str) -> bool:
        """Tell whether the letter is there and its bytes are those that were put; it is read in pieces."""
        try:
            with self.path(digest).open("rb", buffering=0) as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == digest
        except OSError:
            return False

    def drop(self, digest: str) -> None:
        """Remove a letter that must not be kept; removing twice is no error."""
        with contextlib.suppress(FileNotFoundError):
            self.path(digest).unlink()
            sync_folder(self.path(digest).parent)

    @contextlib.contextmanager
    def _passing(self, pieces: Iterable[bytes]) -> Iterator[Path]:
        """Write pieces under a passing name, locked and synced; removed at the end unless it was renamed."""
        self.folder.mkdir(mode=MADE_BY_US, parents=True, exist_ok=True)
        partial = self.folder / f"{ARRIVING}{os.getpid()}.{threading.get_native_id()}"
        descriptor = _made(partial)
        try:
            for piece in pieces:
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(descriptor, rest[:_STEP]) :]
            os.fdatasync(descriptor)
            yield partial
        finally:
            partial.unlink(missing_ok=True)
            os.close(descriptor)

    def _give_name(self, partial: Path, path: Path) -> None:
        path.parent.mkdir(mode=MADE_BY_US, exist_ok=True)
        partial.rename(path)
        sync_folder(path.parent)


def check_named(name: str, raw: object) -> None:
    """
    Compare a letter's bytes (bytes or a mapped file) with its file's name, where that is a hash.

    Raises: OriginalDamaged.
    """
    if len(name) != 64 or set(name) - set("0123456789abcdef"):
        return  # a letter that never was in the vault
    if hashlib.sha256(raw).hexdigest() != name:  # type: ignore[arg-type]
        raise OriginalDamaged(f"原件 {name} 已被改动或损坏")


def _made(path: Path) -> int:
    """Make a passing file and lock it; made anew when it was swept away between the two."""
    while True:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            with contextlib.suppress(OSError):  # a disk that knows no locks
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_ino == os.fstat(descriptor).st_ino:
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _removed_unless_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
    except OSError:  # somebody writes it
        return False
    finally:
        os.close(descriptor)
    return True


def not_written(path: Path, error: OSError) -> VaultError:
    """Say why something cannot be written, and what to do about it."""
    return VaultError(f"无法写入 {path}：{describe(error)}。{remedy(error)}。")


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that what was renamed or removed in it stays so; Windows knows no such thing."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
