"""Raw letters by content hash in a local folder: written once, whole or not at all."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from ledger.machine import said

MADE_BY_US = 0o700


class VaultError(Exception):
    """The folder cannot be written or a letter is missing from it; the text names the path."""


@dataclass(frozen=True, slots=True)
class Vault:
    """
    A folder `ab/abcdef…` of letters named by the SHA-256 of their bytes.

    What `put` returned from is on the disk, even through a power cut: the file is synced under a
    passing name, renamed, and its folder synced.
    """

    folder: Path

    def put(self, raw: bytes, digest: str) -> None:
        """Keep `raw`, whose SHA-256 in hex is `digest`. A second put of the same letter is free."""
        place = self.path(digest)
        if place.exists():
            return
        try:
            place.parent.mkdir(mode=MADE_BY_US, parents=True, exist_ok=True)
            passing = place.with_name(f".{digest}.{os.getpid()}")
            descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                rest = memoryview(raw)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
                os.fdatasync(descriptor)
            finally:
                os.close(descriptor)
            passing.rename(place)
            sync_folder(place.parent)
        except OSError as error:
            raise VaultError(
                f"无法写入 {place}：{said(error)}。请检查磁盘空间和目录权限。"
            ) from error

    def path(self, digest: str) -> Path:
        """Where a letter lies or would lie."""
        return self.folder / digest[:2] / digest

    def get(self, digest: str) -> bytes:
        """The letter's bytes. Raises VaultError when it is not there."""
        try:
            return self.path(digest).read_bytes()
        except OSError as error:
            raise VaultError(f"原件 {self.path(digest)} 读不出来：{said(error)}") from error

    def drop(self, digest: str) -> None:
        """Remove a letter that must not be kept; removing twice is no error."""
        with contextlib.suppress(FileNotFoundError):
            self.path(digest).unlink()
            sync_folder(self.path(digest).parent)


def sync_folder(folder: Path) -> None:
    """What was renamed or removed in a folder is so for good; Windows knows no such thing."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
