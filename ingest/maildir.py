"""
A maildir as a mailbox: letters that some other program delivers into a folder.

Source: D. J. Bernstein, "Using maildir format"; Maildir++ for its subfolders. A letter's moment of
        receipt is its file's mtime, as Dovecot keeps INTERNALDATE.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from imapclient import imap_utf7

from ingest.mailbox import Arrival, Gone, Known, MailboxRefused, Place, Weather

INBOX = "INBOX"
HEAD_BYTES = 262_144


class MaildirMailbox:
    """
    The maildir at `path`. Of its Maildir++ subfolders those are watched that are named Junk or in
    `junk_folders`. Nothing in it is changed.
    """

    def __init__(self, path: Path, junk_folders: Sequence[str] = ()) -> None:
        self._path = path
        self._account = str(path.resolve())
        self._junk = {"junk", *(name.lower() for name in junk_folders)}
        self._last_seen: dict[Place, Path] = {}

    def look(self, known: Known) -> Iterator[Arrival]:
        """New letters of every folder, the earliest received first."""
        for folder, place in self._folders():
            seen = known(self._account, folder, 0)
            arrivals = []
            for uid, file in self._letters(place):
                if uid in seen:
                    continue
                try:
                    status = file.stat()
                except FileNotFoundError:
                    continue  # another program moved or deleted it just now
                received = datetime.fromtimestamp(status.st_mtime, UTC)
                arrival = Arrival(Place(self._account, folder, 0, uid), received, status.st_size)
                self._last_seen[arrival.place] = file
                arrivals.append(arrival)
            yield from sorted(arrivals, key=lambda arrival: (arrival.received, arrival.place.uid))

    def fetch(self, arrival: Arrival) -> bytes:
        """The raw letter. Raises Gone."""
        try:
            return self._find(arrival).read_bytes()
        except FileNotFoundError:
            pass
        except OSError as error:
            raise Weather(f"{arrival.place.uid}：{error.strerror}") from error
        try:  # its flags changed, and with them its name, between finding and reading it
            return self._find(arrival).read_bytes()
        except OSError as error:
            raise Gone(arrival.place.uid) from error

    def fetch_head(self, arrival: Arrival) -> bytes:
        """The header block. Raises Gone."""
        try:
            with self._find(arrival).open("rb") as file:
                head = file.read(HEAD_BYTES)
        except OSError as error:
            raise Gone(arrival.place.uid) from error
        ends = [place for mark in (b"\r\n\r\n", b"\n\n") if (place := head.find(mark)) >= 0]
        return head[: min(ends)] + b"\r\n\r\n" if ends else head

    def count(self) -> dict[str, int]:
        """How many letters each folder holds."""
        return {folder: sum(1 for _ in self._letters(place)) for folder, place in self._folders()}

    def close(self) -> None:
        """Nothing is held open."""

    def _folders(self) -> Iterator[tuple[str, Path]]:
        if not (self._path / "new").is_dir() or not (self._path / "cur").is_dir():
            raise MailboxRefused(
                f"{self._path} 不是邮件目录（其中应有 new 和 cur 两个子目录）。"
                "请检查 config.toml 的 mailbox.url 或环境变量 SHOUGAO_MAILBOX。"
            )
        yield INBOX, self._path
        try:
            entries = sorted(self._path.iterdir())
        except OSError as error:
            raise MailboxRefused(
                f"读不了邮件目录 {self._path}：{error.strerror}。请检查权限。"
            ) from error
        for entry in entries:
            if entry.name.startswith(".") and (entry / "cur").is_dir():
                folder = imap_utf7.decode(entry.name[1:].encode("utf-8", "replace"))
                if folder.rpartition(".")[2].lower() in self._junk:
                    yield folder, entry

    def _letters(self, folder: Path) -> Iterator[tuple[str, Path]]:
        for part in ("new", "cur"):
            try:
                entries = list((folder / part).iterdir())
            except FileNotFoundError:
                continue
            except OSError as error:
                raise MailboxRefused(
                    f"读不了邮件目录 {folder / part}：{error.strerror}。请检查权限。"
                ) from error
            for entry in entries:
                if not entry.name.startswith("."):
                    yield entry.name.partition(":")[0], entry

    def _find(self, arrival: Arrival) -> Path:
        """The letter's file now: another program may have renamed it since it was listed."""
        last_seen = self._last_seen.get(arrival.place)
        if last_seen is not None and last_seen.exists():
            return last_seen
        for folder, place in self._folders():
            if folder == arrival.place.folder:
                for uid, file in self._letters(place):
                    if uid == arrival.place.uid:
                        self._last_seen[arrival.place] = file
                        return file
        raise FileNotFoundError(arrival.place.uid)
