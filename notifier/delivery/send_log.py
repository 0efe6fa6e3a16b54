"""
The letter that a relay is about to take, on disk before it can: so that none is sent twice.

While the ledger cannot be written, a letter that was sent would be owed for ever and sent again by each
round. A small file beside the ledger names the one letter whose fate the ledger does not have yet; no
other is sent before the ledger has it.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

SIZE = 4096
"""Bytes of the file: it is written over in place, which needs no space on a disk that is full."""

REPLY_CHARACTERS = 200


class NotRemembered(Exception):
    """The file cannot be written, so the letter is not sent; the text says why, for people."""


@dataclass(frozen=True, slots=True)
class InTransit:
    """A letter of ours whose last byte was, or was about to be, sent. `reply`: "" when none came yet."""

    message_id: str
    reply: str = ""


class SendLog:
    """Remembers the letter in transit through a crash; one process uses the file at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: InTransit | None = None
        self._read = False

    def begin(self, message_id: str) -> None:
        """Remember that a letter's end is about to be sent. Raises NotRemembered."""
        letter = InTransit(message_id)
        self._keep(letter)
        self._known, self._read = letter, True

    def accepted(self, message_id: str, reply: str) -> None:
        """
        Remember that the relay took the letter, since the ledger cannot.

        It is known for as long as the program runs even if the disk takes nothing more.

        Raises: NotRemembered.
        """
        self._known, self._read = InTransit(message_id, reply[:REPLY_CHARACTERS] or "250"), True
        self._keep(self._known)

    def forget(self) -> None:
        """Remember nothing more: the ledger has it. Should it stay in the file, the ledger is believed."""
        if self.in_transit() is None:
            return
        self._known = None
        try:
            self._write(b"", sync=False)
        except OSError:
            return

    def in_transit(self) -> InTransit | None:
        """Return the letter whose fate the ledger may not have, None when there is none."""
        if not self._read:
            self._known, self._read = self._from_file(), True
        return self._known

    def _keep(self, letter: InTransit) -> None:
        line = json.dumps(asdict(letter), ensure_ascii=True).encode()
        try:
            self._write(line, sync=True)
        except OSError as error:
            raise NotRemembered(str(error.strerror or error)) from error

    def _write(self, line: bytes, *, sync: bool) -> None:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.pwrite(handle, line.ljust(SIZE), 0)
            if sync:
                os.fsync(handle)
        finally:
            os.close(handle)

    def _from_file(self) -> InTransit | None:
        try:
            values = json.loads(self._path.read_bytes().strip() or b"null")
            return InTransit(str(values["message_id"]), str(values["reply"])) if values else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
