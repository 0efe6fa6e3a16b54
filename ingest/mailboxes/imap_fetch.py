"""
Asking for letters so that one of them costs only itself.

Source: RFC 3501 7.1.2 (NO: the command failed); RFC 2180 4.1 (what came untagged before a NO holds).
"""

from __future__ import annotations

import imaplib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from imapclient import IMAPClient
from imapclient.response_parser import parse_fetch_response

from ingest.mailboxes.imap_connection import ImapConnection
from ingest.mailboxes.imap_words import refusal_of
from ingest.mailboxes.mailbox import TransientError

MAX_LOSSES = 24
MAX_REFUSALS = 24
"""In a row, without an answer between: then it is the server that is unwell, and no letter."""

Items = Mapping[bytes, Any]
"""What a server tells of one letter, by the item's name."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, by uid; `failure`: the server's words where it refused or spoke nonsense."""

    items: Mapping[int, Items] = field(default_factory=dict)
    failure: str = ""
    lost: bool = False


class Asker:
    """
    Asks one server for items of letters, and keeps count of what fails in a row.

    `examine` opens the folder unless it is open.
    """

    def __init__(self, connection: ImapConnection) -> None:
        self._connection = connection
        self._losses = 0
        self._refusals = 0
        self.answers = 0
        """How many questions were answered; a letter is to blame only where others are handed over."""

    def one_by_one(
        self, examine: Callable[[], None], uids: Sequence[int], items: Sequence[str]
    ) -> Iterator[tuple[int, Items | Answer]]:
        """
        Ask for items of letters; where that fails, halve until the ones are found that make it fail.

        Yields:
            (uid, its items), or (uid, the failed answer) for a letter that it cannot hand over; nothing
            for one that is gone.

        Raises:
            TransientError: it is the server or the network that fails.

        """
        answer = self.ask(examine, uids, items)
        yield from answer.items.items()
        missing = [uid for uid in uids if uid not in answer.items]
        if not answer.failure:
            if 0 < len(missing) < len(uids):  # gone, or left out: asked until nothing more comes
                yield from self.one_by_one(examine, missing, items)
            return
        if len(uids) == 1:
            for uid in missing:
                yield uid, answer
            return
        half = (len(missing) + 1) // 2
        for part in (missing[:half], missing[half:]):
            if part:
                yield from self.one_by_one(examine, part, items)

    def ask(self, examine: Callable[[], None], uids: Sequence[int], items: Sequence[str]) -> Answer:
        """
        Ask once; over a new connection again should it be lost.

        Raises: TransientError when no connection can be had, or too much failed in a row.
        """
        said = ""
        for _ in range(2):
            with self._connection.translating_errors():
                examine()
                client = self._connection.client
            try:
                with self._connection.translating_errors():
                    answer = fetch(client, uids, items, self._connection)
            except TransientError as error:
                said = str(error)
                self._losses += 1
                if self._losses >= MAX_LOSSES:
                    raise
                continue
            return self._counted(answer)
        return Answer(failure=said, lost=True)

    def _counted(self, answer: Answer) -> Answer:
        if not answer.failure or answer.items:
            self._losses = self._refusals = 0
            self.answers += 1
            self._connection.answered()
            return answer
        refusal = refusal_of(answer.failure)
        self._refusals += 1
        if refusal is not None and refusal.passing:
            raise self._connection.complained(f"邮箱服务器答复：{answer.failure}")
        if self._refusals >= MAX_REFUSALS:
            raise TransientError(f"邮箱服务器答复：{answer.failure}")
        return answer


def fetch(
    client: IMAPClient, uids: Sequence[int], items: Sequence[str], connection: ImapConnection
) -> Answer:
    """
    FETCH, and keep what came untagged before the server refused.

    QUIRK: imapclient throws away what came before a NO, and lets imaplib keep it for the next
    command; what it cannot parse it raises as whatever comes up.
    """
    try:
        return Answer(client.fetch(uids, items))
    except (imaplib.IMAP4.abort, OSError, EOFError):
        raise
    except imaplib.IMAP4.error as error:
        if "got more than" in str(error):  # imaplib stopped in the middle of a line
            connection.drop()
            return Answer(failure=connection.without_password(error))
        return Answer(_untagged(client), connection.without_password(error))
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        MemoryError,
        TypeError,
        ValueError,
    ) as error:
        connection.drop()
        return Answer(failure=f"答复看不懂（{type(error).__name__}：{error}）")


def _untagged(client: IMAPClient) -> Mapping[int, Items]:
    _, lines = client._imap._untagged_response("OK", [None], "FETCH")
    try:
        parsed: Mapping[int, Items] = parse_fetch_response(lines, client.normalise_times, True)
    except (
        imaplib.IMAP4.error,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ):
        return {}
    return dict(parsed)
