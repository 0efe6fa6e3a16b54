"""
An IMAP account as a mailbox, read-only.

Source: RFC 3501; `imap_connection` and `imap_folders` name what they add.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from ingest.mailboxes.imap_connection import ImapConnection
from ingest.mailboxes.imap_folders import FolderStatus, list_with_status, watched
from ingest.mailboxes.mailbox import (
    CHUNK_SIZE,
    Known,
    MessageExpunged,
    MessageInfo,
    MessageLocation,
    TransientError,
)

_log = logging.getLogger(__name__)

MAX_UIDS = 500
"""Letters asked about at once: some servers refuse long lines (“Too long argument”)."""

FIRST_UIDS = 8
"""A server that does not know a letter's size yet reads all of it to tell: the first few come soon."""

FULL_CHECK_EVERY = 60
"""So many looks a STATUS is believed, then every folder is opened: servers have told stale ones."""


class ImapMailbox:
    r"""
    An IMAP account's INBOX and junk folders. Connects with the first use and again after a drop.

    `identity` is told by ID after every login: without it NetEase answers "Unsafe Login" to all
    that follows. `junk_folders` are names to watch beside those marked \Junk. `timeout` in seconds.
    Nothing is changed on the server: folders are opened by EXAMINE and read by BODY.PEEK.
    """

    def __init__(
        self,
        host: str,
        port: int,
        account: str,
        password: str,
        *,
        tls: bool = True,
        junk_folders: Sequence[str] = (),
        identity: Mapping[str, str] | None = None,
        timeout: float = 60.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._name = f"{account}@{host}:{port}"
        self._account = account
        self._connection = ImapConnection(
            host,
            port,
            account,
            password,
            tls=tls,
            identity=identity or {},
            timeout=timeout,
            context=context,
        )
        self._junk = frozenset(name.lower() for name in junk_folders)
        self._listed: tuple[int, tuple[str, ...]] | None = None
        self._unchanged: dict[str, FolderStatus] = {}
        self._looks = 0
        self._recorded: dict[str, tuple[int, list[int]]] = {}

    def __repr__(self) -> str:
        return f"ImapMailbox({self._name})"

    def list_new(self, known: Known) -> Iterator[MessageInfo]:
        """
        List new letters, folder by folder, the lowest UID first.

        With LIST-STATUS an idle look is one command. Without it a folder costs two (EXAMINE and
        SEARCH): NetEase tells no UIDNEXT, and a count alone hides a letter that came as another left.
        A connection that the server closed between two rounds is opened again at once.
        """
        self._looks += 1
        if self._looks % FULL_CHECK_EVERY == 0:
            self._unchanged.clear()
        for folder, status in self._connection.retrying(self._statuses).items():
            if status is not None and self._unchanged.get(folder) == status:
                continue
            self._unchanged.pop(folder, None)
            all_known = yield from self._list_folder(folder, known)
            # only a folder in which all is recorded may be passed over next time
            if status is not None and all_known:
                self._unchanged[folder] = status

    def fetch(self, message: MessageInfo) -> bytes:
        """Fetch the raw letter; a lost connection is opened again once. Raises MessageExpunged."""
        return self._content(message, "BODY.PEEK[]", b"BODY[]")

    def fetch_chunks(self, message: MessageInfo) -> Iterator[bytes]:
        """
        Fetch the same bytes, at most CHUNK_SIZE at a time (RFC 3501 6.4.5).

        A connection lost on the way is opened again, and the letter goes on where it was.

        QUIRK: a server may answer with the whole letter, with shorter pieces, or with none though
        there is more of it: nothing is believed to be its end before its size is reached.
        Raises: MessageExpunged.
        """
        offset = 0
        while True:
            items = self._fetch_item(message, f"BODY.PEEK[]<{offset}.{CHUNK_SIZE}>")
            chunk = items.get(b"BODY[]<%d>" % offset)
            if not isinstance(chunk, bytes) or (not chunk and offset < message.size):
                if rest := self.fetch(message)[offset:]:
                    yield rest
                return
            if chunk:
                yield chunk
            offset += len(chunk)
            if not chunk or (len(chunk) < CHUNK_SIZE and offset >= message.size):
                return

    def fetch_head(self, message: MessageInfo) -> bytes:
        """Fetch the header block. Raises MessageExpunged."""
        return self._content(message, "BODY.PEEK[HEADER]", b"BODY[HEADER]")

    def count(self) -> dict[str, int]:
        """Count the letters of each watched folder."""
        return self._connection.retrying(self._count)

    def capabilities(self) -> tuple[str, ...]:
        """Ask what the server offers after the login."""
        words = self._connection.retrying(lambda: self._connection.client.capabilities())
        return tuple(word.decode() for word in words)

    def folders(self) -> tuple[str, ...]:
        """List the watched folders."""
        return self._connection.retrying(self._watched)

    def close(self) -> None:
        """Log out; never raises."""
        self._connection.close()

    def _list_folder(self, folder: str, known: Known) -> Generator[MessageInfo, None, bool]:
        """Yield new letters of one folder; return whether there were none."""
        with self._connection.translating_errors():
            # an open folder is opened anew: it need not show what came since, nor a new UIDVALIDITY
            uidvalidity = self._connection.examine(folder, anew=True)
            # never a range of UIDs: NetEase's are sparse, and "n:*" always gives the last letter, too
            uids = sorted(self._connection.client.search("ALL"))
        if self._recorded.get(folder) == (uidvalidity, uids):
            return True
        seen = known(self._account, folder, uidvalidity)
        fresh = [uid for uid in uids if str(uid) not in seen]
        if not fresh:
            self._recorded[folder] = uidvalidity, uids
            return True
        for chunk in _chunks(fresh):
            with self._connection.translating_errors():
                if self._connection.examine(folder) != uidvalidity:
                    raise TransientError(f"{folder}：服务器刚刚重建了文件夹")
                answers = self._connection.client.fetch(chunk, ["RFC822.SIZE", "INTERNALDATE"])
            for uid in chunk:
                if uid not in answers:
                    continue  # deleted meanwhile
                received = answers[uid].get(b"INTERNALDATE")
                if not isinstance(received, datetime) or received.tzinfo is None:
                    _log.warning("%s %d has no INTERNALDATE: taken as received now", folder, uid)
                    received = datetime.now(UTC)
                yield MessageInfo(
                    MessageLocation(self._account, folder, uidvalidity, str(uid)),
                    received.astimezone(UTC),
                    int(answers[uid].get(b"RFC822.SIZE", 0)),
                )
        return False

    def _content(self, message: MessageInfo, item: str, key: bytes) -> bytes:
        content = self._fetch_item(message, item).get(key)
        if not isinstance(content, bytes):
            raise MessageExpunged(f"{message.location.folder} {message.location.uid}")
        return content

    def _fetch_item(self, message: MessageInfo, item: str) -> Mapping[bytes, object]:
        """Return what the server answers when asked for one item of a letter; nothing for one that is gone."""
        location = message.location
        uid = int(location.uid)

        def ask() -> Mapping[bytes, object]:
            if self._connection.examine(location.folder) != location.uidvalidity:
                raise TransientError(f"{location.folder}：服务器刚刚重建了文件夹")
            items: Mapping[bytes, object] = self._connection.client.fetch([uid], [item]).get(
                uid, {}
            )
            return items

        return self._connection.retrying(ask)

    def _count(self) -> dict[str, int]:
        # EXISTS in the answer to EXAMINE is mandatory, no item of STATUS is told by all
        return {
            folder: int(self._connection.open_folder(folder)[b"EXISTS"])
            for folder in self._watched()
        }

    def _watched(self) -> tuple[str, ...]:
        return watched(self._connection.client.list_folders(), self._junk)

    def _statuses(self) -> dict[str, FolderStatus | None]:
        """Return the watched folders, with their status where the server tells it at once."""
        client = self._connection.client
        if not client.has_capability("LIST-STATUS"):
            number = self._connection.number
            if self._listed is None or self._listed[0] != number:
                # once a connection: the fewest commands possible
                self._listed = number, self._watched()
            return dict.fromkeys(self._listed[1])
        # STATUS is not for the open folder (RFC 3501 6.3.10): Dovecot would tell what it held when it
        # was opened, for ever
        self._connection.close_folder()
        listing, statuses = list_with_status(client)
        return {folder: statuses.get(folder) for folder in watched(listing, self._junk)}


def _chunks(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield a few letters, then more and more at once."""
    start, size = 0, FIRST_UIDS
    while start < len(uids):
        yield uids[start : start + size]
        start += size
        size = min(2 * size, MAX_UIDS)
