"""
An IMAP account as a mailbox, read-only.

Source: RFC 3501; RFC 2971 (ID); RFC 6154 (SPECIAL-USE); RFC 5819 (LIST-STATUS).
"""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import ssl
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout, imap_utf7
from imapclient.exceptions import IMAPClientError, LoginError
from imapclient.response_parser import parse_response

from ingest.mailboxes.mailbox import (
    PIECE,
    Known,
    MailboxRefused,
    MessageExpunged,
    MessageInfo,
    MessageLocation,
    TransientError,
)

_log = logging.getLogger(__name__)

INBOX = "INBOX"
CHUNK = 500
"""Letters asked about at once: some servers refuse long lines (“Too long argument”)."""

FIRST_CHUNK = 8
"""A server that does not know a letter's size yet reads all of it to tell: the first few come soon."""

STANDING = "STATUS (MESSAGES UIDNEXT UIDVALIDITY)"

FULL_CHECK_EVERY = 60
"""So many looks a standing is believed, then every folder is opened: servers have told stale ones."""

PASSING = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]")
"""Answers to a login that are not about the password (RFC 5530)."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """What a server tells of a folder without its being opened. Unchanged: nothing is new in it."""

    uidvalidity: int
    uidnext: int
    messages: int


class ImapMailbox:
    """
    An IMAP account's INBOX and junk folders. Connects with the first use and again after a drop.

    `identity` is told by ID after every login: without it NetEase answers "Unsafe Login" to all
    that follows. `junk_folders` are names to watch beside those marked \\Junk. `timeout` in seconds.
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
        self._host = host
        self._port = port
        self._account = account
        self._password = password
        self._tls = tls
        self._junk = frozenset(name.lower() for name in junk_folders)
        self._identity = dict(identity or {})
        self._timeout = timeout
        self._context = context
        self._client: IMAPClient | None = None
        self._selected: tuple[str, int] | None = None
        self._listed: tuple[str, ...] | None = None
        self._quiet: dict[str, FolderStatus] = {}
        self._looks = 0
        self._settled: dict[str, tuple[int, list[int]]] = {}

    def __repr__(self) -> str:
        return f"ImapMailbox({self._account}@{self._host}:{self._port})"

    def list_new(self, known: Known) -> Iterator[MessageInfo]:
        """
        New letters, folder by folder, the lowest UID first.

        With LIST-STATUS an idle look is one command. Without it a folder costs two (EXAMINE and
        SEARCH): NetEase tells no UIDNEXT, and a count alone hides a letter that came as another left.
        A connection that the server closed between two rounds is opened again at once.
        """
        self._looks += 1
        if self._looks % FULL_CHECK_EVERY == 0:
            self._quiet.clear()
        for folder, standing in self._twice(self._standings).items():
            if standing is not None and self._quiet.get(folder) == standing:
                continue
            self._quiet.pop(folder, None)
            all_known = yield from self._look_into(folder, known)
            # only a folder in which all is recorded may be passed over next time
            if standing is not None and all_known:
                self._quiet[folder] = standing

    def fetch(self, arrival: MessageInfo) -> bytes:
        """The raw letter. Raises Gone. A connection lost on the way is opened again once."""
        return self._content(arrival, "BODY.PEEK[]", b"BODY[]")

    def pieces(self, arrival: MessageInfo) -> Iterator[bytes]:
        """
        The same bytes, in pieces of at most PIECE (RFC 3501 6.4.5); a connection lost on the way is
        opened again, and the letter goes on where it was. Raises Gone.

        QUIRK: a server may answer with the whole letter, with shorter pieces, or with none though
        there is more of it: nothing is believed to be its end before its size is reached.
        """
        place = 0
        while True:
            told = self._told(arrival, f"BODY.PEEK[]<{place}.{PIECE}>")
            piece = told.get(b"BODY[]<%d>" % place)
            if not isinstance(piece, bytes) or (not piece and place < arrival.size):
                if rest := self.fetch(arrival)[place:]:
                    yield rest
                return
            if piece:
                yield piece
            place += len(piece)
            if not piece or (len(piece) < PIECE and place >= arrival.size):
                return

    def fetch_head(self, arrival: MessageInfo) -> bytes:
        """The header block. Raises Gone."""
        return self._content(arrival, "BODY.PEEK[HEADER]", b"BODY[HEADER]")

    def count(self) -> dict[str, int]:
        """How many letters each watched folder holds."""
        return self._twice(self._count)

    def capabilities(self) -> tuple[str, ...]:
        """What the server offers after the login."""
        told = self._twice(lambda: self._connected().capabilities())
        return tuple(word.decode() for word in told)

    def folders(self) -> tuple[str, ...]:
        """The watched folders."""
        return self._twice(lambda: self._watched(self._connected().list_folders()))

    def close(self) -> None:
        """Log out."""
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.logout()
        self._drop()

    def _look_into(self, folder: str, known: Known) -> Generator[MessageInfo, None, bool]:
        """New letters of one folder; returns whether there were none."""
        with self._passing():
            # an open folder is opened anew: it need not show what came since, nor a new UIDVALIDITY
            uidvalidity = self._examine(folder, anew=True)
            # never a range of UIDs: NetEase's are sparse, and "n:*" always gives the last letter, too
            uids = sorted(self._connected().search("ALL"))
        if self._settled.get(folder) == (uidvalidity, uids):
            return True
        seen = known(self._account, folder, uidvalidity)
        fresh = [uid for uid in uids if str(uid) not in seen]
        if not fresh:
            self._settled[folder] = uidvalidity, uids
            return True
        for chunk in _chunks(fresh):
            with self._passing():
                if self._examine(folder) != uidvalidity:
                    raise TransientError(f"{folder}：服务器刚刚重建了文件夹")
                told = self._connected().fetch(chunk, ["RFC822.SIZE", "INTERNALDATE"])
            for uid in chunk:
                if uid not in told:
                    continue  # deleted meanwhile
                received = told[uid].get(b"INTERNALDATE")
                if not isinstance(received, datetime) or received.tzinfo is None:
                    _log.warning("%s %d has no INTERNALDATE: taken as received now", folder, uid)
                    received = datetime.now(UTC)
                yield MessageInfo(
                    MessageLocation(self._account, folder, uidvalidity, str(uid)),
                    received.astimezone(UTC),
                    int(told[uid].get(b"RFC822.SIZE", 0)),
                )
        return False

    def _content(self, arrival: MessageInfo, item: str, key: bytes) -> bytes:
        content = self._told(arrival, item).get(key)
        if not isinstance(content, bytes):
            raise MessageExpunged(f"{arrival.place.folder} {arrival.place.uid}")
        return content

    def _told(self, arrival: MessageInfo, item: str) -> Mapping[bytes, object]:
        """What the server answers when asked for one item of a letter; nothing for one that is gone."""
        place = arrival.place
        uid = int(place.uid)

        def ask() -> Mapping[bytes, object]:
            if self._examine(place.folder) != place.uidvalidity:
                raise TransientError(f"{place.folder}：服务器刚刚重建了文件夹")
            told: Mapping[bytes, object] = self._connected().fetch([uid], [item]).get(uid, {})
            return told

        return self._twice(ask)

    def _count(self) -> dict[str, int]:
        # EXISTS in the answer to EXAMINE is mandatory, no item of STATUS is told by all
        watched = self._watched(self._connected().list_folders())
        return {folder: int(self._open(folder)[b"EXISTS"]) for folder in watched}

    def _twice(self, ask: Callable[[], _T]) -> _T:
        """Ask; should a connection opened earlier prove lost, open another and ask again."""
        opened_earlier = self._client is not None
        try:
            with self._passing():
                return ask()
        except TransientError as transient_error:
            if not opened_earlier:
                raise
            _log.info("connecting again: %s", transient_error)
        with self._passing():
            return ask()

    def _standings(self) -> dict[str, FolderStatus | None]:
        """The watched folders, with their standing where the server tells it at once."""
        client = self._connected()
        if not client.has_capability("LIST-STATUS"):
            if self._listed is None:  # once a connection: the fewest commands possible
                self._listed = self._watched(client.list_folders())
            return dict.fromkeys(self._listed)
        # STATUS is not for the open folder (RFC 3501 6.3.10): Dovecot would tell what it held when it
        # was opened, for ever. CLOSE after EXAMINE removes nothing (6.4.2).
        if self._selected is not None:
            self._selected = None
            client.close_folder()
        # QUIRK: imapclient knows no LIST-STATUS; its own imaplib connection does the talking
        imap = client._imap
        imap.untagged_responses.clear()
        marks = "SPECIAL-USE " if client.has_capability("SPECIAL-USE") else ""
        kind, data = imap._simple_command("LIST", '""', '"*"', f"RETURN ({marks}{STANDING})")
        if kind != "OK":
            raise IMAPClientError(f"LIST failed: {data!r}")
        _, listed = imap._untagged_response(kind, data, "LIST")
        _, told = imap._untagged_response(kind, data, "STATUS")
        watched = self._watched(client._proc_folder_list(listed))
        standings = dict(_statuses([line for line in told if line]))
        return {folder: standings.get(folder) for folder in watched}

    def _watched(self, listed: Sequence[tuple[Any, Any, str]]) -> tuple[str, ...]:
        """INBOX first, then what is marked or named as junk."""
        watched = [INBOX]
        for flags, delimiter, name in listed:
            marks = {bytes(flag).lower() for flag in flags}
            if b"\\noselect" in marks or b"\\nonexistent" in marks or name.upper() == INBOX:
                continue
            separator = delimiter.decode() if isinstance(delimiter, bytes) else "/"
            last = name.rpartition(separator)[2]
            if b"\\junk" in marks or {name.lower(), last.lower()} & self._junk:
                watched.append(name)
        return tuple(dict.fromkeys(watched))

    def _examine(self, folder: str, anew: bool = False) -> int:
        """Open a folder for reading unless it is open; its UIDVALIDITY."""
        self._connected()
        if anew or self._selected is None or self._selected[0] != folder:
            return int(self._open(folder).get(b"UIDVALIDITY", 0))
        return self._selected[1]

    def _open(self, folder: str) -> Mapping[bytes, Any]:
        """What the server tells when the folder is opened for reading."""
        told: Mapping[bytes, Any] = self._connected().select_folder(folder, readonly=True)
        self._selected = (folder, int(told.get(b"UIDVALIDITY", 0)))
        return told

    def _connected(self) -> IMAPClient:
        if self._client is None:
            self._client = self._connect()
            self._selected = self._listed = None
        return self._client

    def _connect(self) -> IMAPClient:
        client = IMAPClient(
            self._host,
            self._port,
            ssl=self._tls,
            ssl_context=(self._context or ssl.create_default_context()) if self._tls else None,
            timeout=SocketTimeout(connect=self._timeout, read=self._timeout),
        )
        try:
            # QUIRK: imapclient 4.1 leaves imaplib's debug at 5, which formats every literal with %r
            client._imap.debug = 0
            client.normalise_times = False
            client.login(self._account, self._password)
            if client.has_capability("ID") and self._identity:
                client.id_(self._identity)
        except BaseException:
            with contextlib.suppress(Exception):
                client.shutdown()
            raise
        return client

    def _drop(self) -> None:
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.shutdown()
        self._client = None
        self._selected = None

    @contextlib.contextmanager
    def _passing(self) -> Iterator[None]:
        """Turns what a connection can suffer into Weather or MailboxRefused, and lets go of it."""
        try:
            yield
        except LoginError as error:
            self._drop()
            text = self._harmless(error)
            # QUIRK: imapclient calls a connection that was lost during the login a refusal, too
            lost = isinstance(error.__context__, imaplib.IMAP4.abort)
            if lost or any(code in text.upper() for code in PASSING):
                raise TransientError(f"邮箱服务器 {self._host} 暂时无法登录：{text}") from None
            raise MailboxRefused(self._login_refused(text)) from None
        except UnicodeEncodeError:
            self._drop()
            raise MailboxRefused(
                f"邮箱 {self._account} 的账号或密码里有中文或全角字符，邮箱服务器不接受。请改用半角字符重新填写。"
            ) from None
        except ssl.SSLCertVerificationError as error:
            self._drop()
            raise MailboxRefused(
                f"收稿服务器 {self._host} 的证书无法验证（{error.verify_message}）。"
                "请检查 mailbox.url 的主机名和本机时间；单位网关若替换证书，请把它的根证书装到系统里。"
            ) from error
        except (imaplib.IMAP4.error, IMAPClientError) as error:
            self._drop()
            text = self._harmless(error)
            if "unsafe login" in text.lower():
                raise MailboxRefused(
                    f"服务器以“不安全登录”拒绝了 {self._account}：请在网页邮箱里开启 IMAP 服务，"
                    "并用授权码登录。"
                ) from None
            raise TransientError(f"邮箱服务器 {self._host}：{text}") from None
        except (OSError, EOFError) as error:
            self._drop()
            raise TransientError(f"连不上邮箱服务器 {self._host}:{self._port}：{error}") from error

    def _login_refused(self, said: str) -> str:
        return (
            f"邮箱 {self._account} 登录被拒绝（{said}）。请检查账号和密码；"
            "网易邮箱要用“授权码”而不是网页登录密码，并须在网页里开启 IMAP 服务。"
        )

    def _harmless(self, error: BaseException) -> str:
        """The server's words, without our password should they repeat it."""
        text = str(error)
        if quoted := re.fullmatch(
            r"b(['\"])(.*)\1", text, re.DOTALL
        ):  # bytes, as imapclient has them
            text = quoted[2]
        return text.replace(self._password, "…") if self._password else text


def _chunks(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    """A few letters, then more and more at once."""
    start, size = 0, FIRST_CHUNK
    while start < len(uids):
        yield uids[start : start + size]
        start += size
        size = min(2 * size, CHUNK)


def _statuses(lines: Sequence[Any]) -> Iterator[tuple[str, FolderStatus]]:
    """The untagged STATUS answers (RFC 3501 7.2.4): folder, standing."""
    for line in lines:
        parsed = parse_response([line])
        if len(parsed) < 2 or not isinstance(parsed[-1], tuple):
            continue
        name, values = parsed[0], parsed[-1]
        told = {
            bytes(key).upper(): value for key, value in zip(values[::2], values[1::2], strict=False)
        }
        if {b"UIDVALIDITY", b"UIDNEXT", b"MESSAGES"} <= told.keys():
            yield (
                imap_utf7.decode(name if isinstance(name, bytes) else str(name).encode()),
                FolderStatus(told[b"UIDVALIDITY"], told[b"UIDNEXT"], told[b"MESSAGES"]),
            )
