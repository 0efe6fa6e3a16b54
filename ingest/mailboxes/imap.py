"""
An IMAP account as a mailbox, read-only.

Source: RFC 3501; `imap_connection`, `imap_fetch` and `imap_folders` name what they add.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from ingest.mailboxes.imap_connection import ImapConnection
from ingest.mailboxes.imap_contents import Contents, opener
from ingest.mailboxes.imap_fetch import Answer, Asker, Items
from ingest.mailboxes.imap_folders import (
    INBOX,
    FolderStatus,
    list_folders,
    list_with_status,
    search_all,
    watched,
)
from ingest.mailboxes.imap_idle import watch
from ingest.mailboxes.mailbox import (
    Fault,
    FolderRefused,
    Halted,
    Known,
    MessageInfo,
    MessageLocation,
    Report,
    TransientError,
    unreported,
)
from ledger.letter_types import Seen

_log = logging.getLogger(__name__)

MAX_UIDS = 500
"""Letters asked about at once: some servers refuse long lines (“Too long argument”)."""

FIRST_UIDS = 8
"""A server that does not know a letter's size yet reads all of it to tell: the first few come soon."""

FULL_CHECK_EVERY = 60
"""So many looks a STATUS is believed, then every folder is opened: servers have told stale ones."""

COMPARED_UIDS = 32
"""Known letters whose stamps are compared at once, the latest first, until so many in a row agree."""


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
        password: str | Callable[[], str],
        *,
        tls: bool = True,
        junk_folders: Sequence[str] = (),
        identity: Mapping[str, str] | None = None,
        timeout: float = 60.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._name = f"{account}@{host}:{port}"
        self.account = account
        self.connection = ImapConnection(
            host,
            port,
            account,
            password if callable(password) else lambda: password,
            tls=tls,
            identity=identity or {},
            timeout=timeout,
            context=context,
        )
        self._asker = Asker(self.connection)
        self._contents = Contents(self.connection, self._asker)
        self._junk = frozenset(name.lower() for name in junk_folders)
        self._listed: tuple[int, tuple[str, ...]] | None = None
        self._unchanged: dict[str, FolderStatus] = {}
        self._looks = 0
        self._connection_number = 0
        self._recorded: dict[str, tuple[int, list[int]]] = {}
        self._compared: dict[str, tuple[int, list[int]]] = {}
        self._restored: set[str] = set()

    def __repr__(self) -> str:
        return f"ImapMailbox({self._name})"

    def list_new(
        self, known: Known, report: Report = unreported, *, thorough: bool = False
    ) -> Iterator[MessageInfo]:
        """
        List new letters, folder by folder, the lowest UID first.

        With LIST-STATUS an idle look is one command. Without it a folder costs two (EXAMINE and
        SEARCH): NetEase tells no UIDNEXT, and a count alone hides a letter that came as another left.
        A connection that the server closed between two rounds is opened again at once.

        A letter or a folder that the server does not hand over is reported, and what lies behind it
        is listed. A letter over which the connection is lost is to blame only if the server hands
        over any other; else it is the server that is unwell.

        Raises: TransientError, also when INBOX does not open, after the other folders were listed.
        """
        self._looks += 1
        folders = self.connection.retrying(self._statuses)
        # a server that was restored has closed the connection: nothing remembered of before holds
        if (
            thorough
            or self._connection_number != self.connection.number
            or (self._looks % FULL_CHECK_EVERY == 0)
        ):
            for remembered in (self._unchanged, self._recorded, self._compared):
                remembered.clear()
            self._connection_number = self.connection.number
        answers, suspects, unopened = self._asker.answers, list[Fault](), ""
        for folder, status in folders.items():
            if status is not None and self._unchanged.get(folder) == status:
                continue
            self._unchanged.pop(folder, None)
            try:
                settled = yield from self._list_folder(folder, known, report, suspects, thorough)
            except FolderRefused as refused:
                if folder == INBOX:
                    unopened = str(refused)
                else:
                    report(Fault(folder, str(refused)))
                continue
            # only a folder in which all is recorded may be passed over next time
            if status is not None and settled:
                self._unchanged[folder] = status
        if suspects and self._asker.answers == answers:
            raise TransientError(suspects[0].detail)
        for suspect in suspects:
            report(suspect)
        if unopened:
            raise TransientError(unopened)

    def fetch(self, message: MessageInfo) -> bytes:
        """Fetch the raw letter. Raises MessageExpunged, MessageUnreadable."""
        return self._contents.whole(message)

    def fetch_chunks(self, message: MessageInfo) -> Iterator[bytes]:
        """Fetch the same bytes, at most CHUNK_SIZE at a time. Raises MessageExpunged, MessageUnreadable."""
        return self._contents.chunks(message)

    def fetch_head(self, message: MessageInfo) -> bytes:
        """Fetch the header block. Raises MessageExpunged, MessageUnreadable."""
        return self._contents.head(message)

    def uids(self) -> dict[tuple[str, int], set[str]]:
        """List what lies in each watched folder that opens, by (folder, uidvalidity)."""
        return self.connection.retrying(self._uids)

    def count(self) -> dict[str, int]:
        """Count the letters of each watched folder that opens."""
        return self.connection.retrying(self._count)

    def capabilities(self) -> tuple[str, ...]:
        """Ask what the server offers after the login."""
        words = self.connection.retrying(lambda: self.connection.client.capabilities())
        return tuple(word.decode() for word in words)

    def folders(self) -> tuple[str, ...]:
        """List the watched folders."""
        return self.connection.retrying(self._watched)

    def watch(self, wake: Callable[[], None], halted: Halted) -> None:
        """Call `wake` whenever INBOX changes, until `halted`, over a connection of its own; see imap_idle."""
        watch(self.connection.another(), wake, halted)

    def close(self) -> None:
        """Log out; never raises."""
        self.connection.close()

    def _list_folder(
        self, folder: str, known: Known, report: Report, suspects: list[Fault], thorough: bool
    ) -> Generator[MessageInfo, None, bool]:
        """Yield new letters of one folder; return whether there were none and none is waited for."""
        with self.connection.translating_errors():
            # an open folder is opened anew: it need not show what came since, nor a new UIDVALIDITY
            uidvalidity = self.connection.examine(folder, anew=True)
            # never a range of UIDs: NetEase's are sparse, and "n:*" always gives the last letter, too
            uids = search_all(self.connection.client)
        if self._recorded.get(folder) == (uidvalidity, uids):
            return True
        seen = known(self.account, folder, uidvalidity)
        fresh = [uid for uid in uids if str(uid) not in seen.stamps]
        settled = not fresh
        suspected = len(suspects)

        def cannot(fault: Fault, answer: Answer) -> None:
            (suspects.append if answer.lost else report)(fault)

        if self._compared.get(folder) != (uidvalidity, uids):
            deep = thorough or folder in self._restored
            self._restored.discard(folder)
            for message in self._given_again(folder, uidvalidity, uids, seen, deep):
                settled = False
                # until all of them agree, each look compares all
                self._restored.add(folder)
                yield message
            if folder not in self._restored:
                self._compared[folder] = uidvalidity, uids
        for chunk in _chunks(fresh):
            yield from self._stamps(folder, uidvalidity, chunk, cannot)
        if settled and not seen.waiting and len(suspects) == suspected:
            self._recorded[folder] = uidvalidity, uids
            return True
        return False

    def _given_again(
        self, folder: str, uidvalidity: int, uids: Sequence[int], seen: Seen, thorough: bool
    ) -> Iterator[MessageInfo]:
        """
        Yield letters that lie under a number known for another one.

        A server restored from a backup gives the latest numbers out again: the latest known ones are
        compared until a whole chunk agrees; all of them when the look is thorough.
        """
        old = [uid for uid in reversed(uids) if str(uid) in seen.stamps]
        size = MAX_UIDS if thorough else COMPARED_UIDS
        for start in range(0, len(old), size):
            others = [
                message
                for message in self._stamps(
                    folder, uidvalidity, sorted(old[start : start + size]), lambda *_: None
                )
                if not seen.stamps[message.location.uid].agrees(message.received, message.size)
            ]
            if others:
                _log.warning(
                    "“%s”：有 %d 个编号现在指别的信，邮箱服务器恢复过备份",
                    folder,
                    len(others),
                )
            yield from others
            if not others and not thorough:
                return

    def _stamps(
        self,
        folder: str,
        uidvalidity: int,
        uids: Sequence[int],
        cannot: Callable[[Fault, Answer], None],
    ) -> Iterator[MessageInfo]:
        """Yield letters with size and moment; `cannot` is told each for which the server has none."""
        examine = opener(self.connection, folder, uidvalidity)
        for uid, items in self._asker.one_by_one(examine, uids, ["RFC822.SIZE", "INTERNALDATE"]):
            location = MessageLocation(self.account, folder, uidvalidity, str(uid))
            if isinstance(items, Answer):
                # it may be the moment alone that cannot be read: then the letter comes all the same
                again = items if items.lost else self._asker.ask(examine, [uid], ["RFC822.SIZE"])
                if again.failure or uid not in again.items:
                    cannot(Fault(folder, items.failure, location), items)
                    continue
                items = again.items[uid]
            elif uid not in uids or not {b"RFC822.SIZE", b"INTERNALDATE"} & items.keys():
                continue  # told unasked, of another letter
            yield _info(location, items)

    def _uids(self) -> dict[tuple[str, int], set[str]]:
        listed = {}
        for folder in self._watched():
            try:
                uidvalidity = self.connection.examine(folder, anew=True)
            except FolderRefused as refused:
                _log.warning("%s", refused)
                continue
            listed[folder, uidvalidity] = {str(uid) for uid in search_all(self.connection.client)}
        return listed

    def _count(self) -> dict[str, int]:
        # EXISTS in the answer to EXAMINE is mandatory, no item of STATUS is told by all
        counted = {}
        for folder in self._watched():
            try:
                counted[folder] = int(self.connection.open_folder(folder)[b"EXISTS"])
            except FolderRefused as refused:
                _log.warning("%s", refused)
        return counted

    def _watched(self) -> tuple[str, ...]:
        return watched(list_folders(self.connection.client), self._junk)

    def _statuses(self) -> dict[str, FolderStatus | None]:
        """Return the watched folders, with their status where the server tells it at once."""
        client = self.connection.client
        if not client.has_capability("LIST-STATUS"):
            number = self.connection.number
            if self._listed is None or self._listed[0] != number:
                # once a connection: the fewest commands possible
                self._listed = number, self._watched()
            return dict.fromkeys(self._listed[1])
        # STATUS is not for the open folder (RFC 3501 6.3.10): Dovecot would tell what it held when it
        # was opened, for ever
        self.connection.close_folder()
        listing, statuses = list_with_status(client)
        return {folder: statuses.get(folder) for folder in watched(listing, self._junk)}


def _info(location: MessageLocation, items: Items) -> MessageInfo:
    told = items.get(b"INTERNALDATE")
    try:
        received = told.astimezone(UTC) if isinstance(told, datetime) and told.tzinfo else None
    except (ValueError, OverflowError):  # a zone such as +9999
        received = None
    if received is None:
        _log.warning("“%s”第 %s 号信没有收到时间，按现在算", location.folder, location.uid)
        received = datetime.now(UTC)
    size = items.get(b"RFC822.SIZE")
    return MessageInfo(location, received, size if isinstance(size, int) and size > 0 else 0)


def _chunks(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield a few letters, then more and more at once."""
    start, size = 0, FIRST_UIDS
    while start < len(uids):
        yield uids[start : start + size]
        start += size
        size = min(2 * size, MAX_UIDS)
