"""
A maildir as a mailbox: letters that some other program delivers into a folder.

Source: D. J. Bernstein, "Using maildir format"; Maildir++ for its subfolders. A letter's moment of
        receipt is its file's mtime, as Dovecot keeps INTERNALDATE.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from imapclient import imap_utf7

from ingest.mailboxes.mailbox import (
    CHUNK_SIZE,
    Halted,
    Known,
    MailboxRefused,
    MessageExpunged,
    MessageInfo,
    MessageLocation,
    Report,
    TransientError,
    unreported,
)
from ledger.os_errors import describe

_T = TypeVar("_T")

INBOX = "INBOX"
HEAD_BYTES = 262_144
"""Where a letter without an empty line is cut."""


class MaildirMailbox:
    """
    The maildir at `path`.

    Of its Maildir++ subfolders those are watched that are named Junk or in `junk_folders`. Nothing
    in it is changed.
    """

    def __init__(self, path: Path, junk_folders: Sequence[str] = ()) -> None:
        self._path = path
        self.account = str(path.resolve())
        self._junk = {"junk", *(name.lower() for name in junk_folders)}
        self._last_seen: dict[MessageLocation, Path] = {}

    def list_new(
        self, known: Known, _report: Report = unreported, *, thorough: bool = False
    ) -> Iterator[MessageInfo]:
        """
        List new letters of every folder, the earliest received first.

        A file's name is never given again, so that `thorough` changes nothing.
        """
        self._last_seen.clear()
        for folder, path in self._folders():
            seen = known(self.account, folder, 0).stamps
            messages: dict[str, MessageInfo] = {}
            for uid, file in self._letters(path):
                if uid in seen or uid in messages:  # moved from new to cur while both were listed
                    continue
                try:
                    status = file.stat()
                except FileNotFoundError:
                    continue  # another program moved or deleted it just now: the next look tells
                received = datetime.fromtimestamp(status.st_mtime, UTC)
                message = MessageInfo(
                    MessageLocation(self.account, folder, 0, uid), received, status.st_size
                )
                self._last_seen[message.location] = file
                messages[uid] = message
            yield from sorted(
                messages.values(), key=lambda message: (message.received, message.location.uid)
            )

    def fetch(self, message: MessageInfo) -> bytes:
        """Fetch the raw letter. Raises MessageExpunged."""
        return self._read(message, Path.read_bytes)

    def fetch_chunks(self, message: MessageInfo) -> Iterator[bytes]:
        """Fetch the same bytes, at most CHUNK_SIZE at a time. Raises MessageExpunged."""
        with self._read(message, lambda file: file.open("rb", buffering=0)) as letter:
            while chunk := self._read(message, lambda _: letter.read(CHUNK_SIZE)):
                yield chunk

    def fetch_head(self, message: MessageInfo) -> bytes:
        """Fetch the header block. Raises MessageExpunged."""
        head = self._read(message, _beginning)
        ends = [end for mark in (b"\r\n\r\n", b"\n\n") if (end := head.find(mark)) >= 0]
        return head[: min(ends)] + b"\r\n\r\n" if ends else head

    def uids(self) -> dict[tuple[str, int], set[str]]:
        """List the letters of each folder."""
        return {
            (folder, 0): {uid for uid, _ in self._letters(path)} for folder, path in self._folders()
        }

    def count(self) -> dict[str, int]:
        """Count the letters of each folder."""
        return {folder: sum(1 for _ in self._letters(path)) for folder, path in self._folders()}

    def watch(self, _wake: Callable[[], None], _halted: Halted) -> None:
        """Return at once: a folder is polled."""

    def close(self) -> None:
        """Do nothing: nothing is held open."""

    def _folders(self) -> Iterator[tuple[str, Path]]:
        if not all(_is_folder(self._path / part) for part in ("new", "cur")):
            raise MailboxRefused(
                f"{self._path} 不是邮件目录（其中应有 new 和 cur 两个子目录）。"
                "请检查 config.toml 的 mailbox.url 或环境变量 SHOUGAO_MAILBOX。"
            )
        yield INBOX, self._path
        try:
            entries = sorted(self._path.iterdir())
        except OSError as error:
            raise MailboxRefused(
                f"读不了邮件目录 {self._path}：{describe(error)}。请检查权限。"
            ) from error
        for entry in entries:
            if entry.name.startswith(".") and _is_folder(entry / "cur"):
                folder = _folder_name(entry.name)
                if folder.rpartition(".")[2].lower() in self._junk:
                    yield folder, entry

    def _letters(self, folder: Path) -> Iterator[tuple[str, Path]]:
        for part in ("new", "cur"):
            try:
                with os.scandir(folder / part) as listing:
                    entries = [entry for entry in listing if entry.is_file()]
            except FileNotFoundError:
                continue
            except OSError as error:
                raise MailboxRefused(
                    f"读不了邮件目录 {folder / part}：{describe(error)}。请检查权限。"
                ) from error
            for entry in entries:
                if not entry.name.startswith("."):
                    yield entry.name.partition(":")[0], Path(entry.path)

    def _read(self, message: MessageInfo, read: Callable[[Path], _T]) -> _T:
        try:
            try:
                return read(self._find(message))
            except FileNotFoundError:
                # its flags changed, and with them its name, between finding and reading it
                return read(self._find(message))
        except FileNotFoundError as error:
            raise MessageExpunged(f"{message.location.folder} {message.location.uid}") from error
        except OSError as error:
            raise TransientError(f"{message.location.uid}：{describe(error)}") from error

    def _find(self, message: MessageInfo) -> Path:
        """Return the letter's file now: another program may have renamed it since it was listed."""
        last_seen = self._last_seen.get(message.location)
        if last_seen is not None and last_seen.exists():
            return last_seen
        for folder, path in self._folders():
            if folder == message.location.folder:
                for uid, file in self._letters(path):
                    if uid == message.location.uid:
                        self._last_seen[message.location] = file
                        return file
        raise FileNotFoundError(message.location.uid)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # it lies where we may not look
        return False


def _beginning(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(HEAD_BYTES)


def _folder_name(directory: str) -> str:
    """Maildir++: a dot, then the name in modified UTF-7, which not every program keeps to."""
    try:
        return str(imap_utf7.decode(directory[1:].encode("ascii")))
    except UnicodeError:
        return directory[1:]
