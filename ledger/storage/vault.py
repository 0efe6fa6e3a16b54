"""Raw letters by content hash in a local folder: written once, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger.os_errors import describe

MADE_BY_US = 0o700
ARRIVING = ".arriving."


class VaultError(Exception):
    """The folder cannot be written or a letter is missing from it; the text names the path."""


@dataclass(frozen=True, slots=True)
class Vault:
    """
    A folder `ab/abcdef…` of letters named by the SHA-256 of their bytes.

    When `put` returns, the letter is on the disk, even through a power cut: the file is synced under
    a temporary name, renamed, and its folder synced.

    Raises: VaultError when the folder cannot be written or a letter cannot be read.
    """

    folder: Path

    def put(self, raw: bytes, digest: str) -> None:
        """Keep `raw`, whose SHA-256 in hex is `digest`. A second put of the same letter is free."""
        path = self.path(digest)
        if path.exists():
            return
        try:
            path.parent.mkdir(mode=MADE_BY_US, parents=True, exist_ok=True)
            # the same letter may come twice at once, and is then written by two threads
            partial = path.with_name(f".{digest}.{os.getpid()}.{threading.get_native_id()}")
            _write(partial, [raw])
            partial.rename(path)
            sync_folder(path.parent)
        except OSError as error:
            raise _not_written(path, error) from error

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

        partial = self.folder / f"{ARRIVING}{os.getpid()}.{threading.get_native_id()}"
        try:
            self.folder.mkdir(mode=MADE_BY_US, parents=True, exist_ok=True)
            self._sweep()
            _write(partial, passed())
            digest = hashed.hexdigest()
            path = self.path(digest)
            path.parent.mkdir(mode=MADE_BY_US, exist_ok=True)
            partial.rename(path)
            sync_folder(path.parent)
        except OSError as error:
            raise _not_written(self.folder, error) from error
        finally:
            partial.unlink(missing_ok=True)
        return digest, size

    def _sweep(self) -> None:
        """Remove what was arriving when a program was killed; it arrives again as a whole."""
        for left in self.folder.glob(f"{ARRIVING}*"):
            if not _is_running(left.name.removeprefix(ARRIVING).partition(".")[0]):
                left.unlink(missing_ok=True)

    def path(self, digest: str) -> Path:
        """Return where a letter lies or would lie."""
        return self.folder / digest[:2] / digest

    def get(self, digest: str) -> bytes:
        """Return the letter's bytes. Raises: VaultError when it is not there."""
        try:
            return self.path(digest).read_bytes()
        except OSError as error:
            raise VaultError(f"原件 {self.path(digest)} 读不出来：{describe(error)}") from error

    def drop(self, digest: str) -> None:
        """Remove a letter that must not be kept; removing twice is no error."""
        with contextlib.suppress(FileNotFoundError):
            self.path(digest).unlink()
            sync_folder(self.path(digest).parent)


def _is_running(number: str) -> bool:
    """Tell whether there is a process of that number; in doubt there is."""
    if os.name != "posix" or not number.isdecimal():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass  # another's, or none that the system could ever give
    return True


def _write(file: Path, pieces: Iterable[bytes]) -> None:
    """Write a new file with these bytes and sync it to the disk."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


def _not_written(path: Path, error: OSError) -> VaultError:
    return VaultError(f"无法写入 {path}：{describe(error)}。请检查磁盘空间和目录权限。")


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that what was renamed or removed in it stays so; Windows knows no such thing."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
