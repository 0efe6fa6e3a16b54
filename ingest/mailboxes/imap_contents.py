"""
A letter's bytes from an IMAP server: whole, in pieces, or its head alone.

Source: RFC 3501 6.4.5 (BODY.PEEK, partial fetches).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ingest.mailboxes import completeness
from ingest.mailboxes.imap_connection import ImapConnection
from ingest.mailboxes.imap_fetch import Asker, Items
from ingest.mailboxes.imap_folders import search_all
from ingest.mailboxes.mailbox import (
    CHUNK_SIZE,
    MessageExpunged,
    MessageInfo,
    MessageUnreadable,
    TransientError,
)
from ledger.states import Skipped


class Contents:
    """Fetches what letters hold over one connection."""

    def __init__(self, connection: ImapConnection, asker: Asker) -> None:
        self._connection = connection
        self._asker = asker

    def whole(self, message: MessageInfo) -> bytes:
        """
        Fetch the raw letter; a lost connection is opened again once.

        QUIRK: a server may tell a size and give an empty literal, or a part of it: it is asked
        again, then for pieces, before the letter is said to be incomplete.
        Raises: MessageExpunged, MessageUnreadable.
        """
        length = 0
        for _ in range(2):
            content = self._content(message, "BODY.PEEK[]", b"BODY[]")
            if completeness.is_whole(
                content, content[-completeness.TAIL :], len(content), message.size
            ):
                return content
            length = max(length, len(content))
        pieces = b"".join(self._pieces(message))
        if completeness.is_whole(pieces, pieces[-completeness.TAIL :], len(pieces), message.size):
            return pieces
        if pieces == content and _near(pieces, len(pieces), message.size):
            return pieces
        raise _incomplete(max(length, len(pieces)), message.size)

    def chunks(self, message: MessageInfo) -> Iterator[bytes]:
        """
        Fetch the same bytes, at most CHUNK_SIZE at a time (RFC 3501 6.4.5).

        A connection lost on the way is opened again, and the letter goes on where it was.
        Raises: MessageExpunged; MessageUnreadable, at the end, when they are not the whole letter.
        """
        length, head, tail = 0, b"", b""
        for piece in self._pieces(message):
            if len(head) < completeness.HEAD:
                head += piece[: completeness.HEAD - len(head)]
            tail = (tail + piece[-completeness.TAIL :])[-completeness.TAIL :]
            length += len(piece)
            yield piece
        if not completeness.is_whole(head, tail, length, message.size):
            rest = self._content(message, "BODY.PEEK[]", b"BODY[]")
            if rest.startswith(head) and len(rest) > length:
                yield rest[length:]
                tail, length = rest[-completeness.TAIL :], len(rest)
        if not (
            completeness.is_whole(head, tail, length, message.size)
            or _near(head, length, message.size)
        ):
            raise _incomplete(length, message.size)

    def head(self, message: MessageInfo) -> bytes:
        """Fetch the header block. Raises MessageExpunged, MessageUnreadable."""
        for _ in range(2):
            if head := self._content(message, "BODY.PEEK[HEADER]", b"BODY[HEADER]"):
                return head
        raise _incomplete(0, message.size)

    def _pieces(self, message: MessageInfo) -> Iterator[bytes]:
        """
        Yield a letter piece by piece.

        QUIRK: a server may answer with the whole letter, with shorter pieces, or with none though
        there is more of it: nothing is believed to be its end before its size is reached.
        """
        offset = 0
        while True:
            items = self._fetch_item(message, f"BODY.PEEK[]<{offset}.{CHUNK_SIZE}>")
            chunk = items.get(b"BODY[]<%d>" % offset)
            if not isinstance(chunk, bytes) or (not chunk and offset < message.size):
                rest = self._content(message, "BODY.PEEK[]", b"BODY[]")[offset:]
                if rest:
                    yield rest
                return
            if chunk:
                yield chunk
            offset += len(chunk)
            if not chunk or (len(chunk) < CHUNK_SIZE and offset >= message.size):
                return

    def _content(self, message: MessageInfo, item: str, key: bytes) -> bytes:
        content = self._fetch_item(message, item).get(key)
        if isinstance(content, bytes):
            return content
        if content is None:
            self._still_there(message)
        raise MessageUnreadable("服务器答复里没有信的内容")

    def _still_there(self, message: MessageInfo) -> None:
        """Raise MessageExpunged unless the folder, opened anew, still lists the letter."""
        location = message.location

        def look() -> list[int]:
            self._connection.examine(location.folder, anew=True)
            return search_all(self._connection.client)

        if int(location.uid) not in self._connection.retrying(look):
            raise MessageExpunged(f"{location.folder} {location.uid}")

    def _fetch_item(self, message: MessageInfo, item: str) -> Items:
        """Return what the server answers when asked for one item of a letter; nothing for one that is gone."""
        location = message.location
        uid = int(location.uid)
        examine = opener(self._connection, location.folder, location.uidvalidity)
        answer = self._asker.ask(examine, [uid], [item])
        if answer.failure and uid not in answer.items:
            raise MessageUnreadable(answer.failure)
        return answer.items.get(uid, {})


def opener(connection: ImapConnection, folder: str, uidvalidity: int) -> Callable[[], None]:
    """Return what opens a folder unless it is open, and raises TransientError if it was rebuilt."""

    def examine() -> None:
        if connection.examine(folder) != uidvalidity:
            raise TransientError(f"{folder}：服务器刚刚重建了文件夹")

    return examine


def _near(head: bytes, length: int, told: int) -> bool:
    """Tell whether a letter that ends with no boundary is near enough to the size told of it."""
    return completeness.closed(head, b"") is None and completeness.near(length, told)


def _incomplete(length: int, told: int) -> MessageUnreadable:
    return MessageUnreadable(
        f"服务器没有给全：应有 {told} 字节，只给了 {length} 字节", Skipped.INCOMPLETE
    )
