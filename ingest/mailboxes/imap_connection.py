"""
One connection to an IMAP server: opened when first used, again after a drop, its errors told apart.

Source: RFC 3501; RFC 2971 (ID); RFC 5530 (response codes).

NO and BAD mean that the command failed, not the connection (RFC 3501 7.1.2, 7.1.3): what one letter
or one folder suffers is told apart from what the connection suffers.
"""

from __future__ import annotations

import contextlib
import imaplib
import logging
import math
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from ingest.mailboxes.imap_words import (
    Refusal,
    folder_sentence,
    login_sentence,
    refusal_of,
    spoken,
)
from ingest.mailboxes.mailbox import FolderRefused, MailboxRefused, TransientError
from ledger.login_backoff import LoginBackOff
from ledger.network_errors import Cause, cause_of

_log = logging.getLogger(__name__)

BUSY_PAUSE = 30.0
LONGEST_BUSY_PAUSE = 600.0
"""Seconds that a server is left alone which is too busy for a login."""

_T = TypeVar("_T")


class ImapConnection:
    """
    A connection, and the folder that is open in it.

    `identity` is told by ID after every login: without it NetEase answers "Unsafe Login" to all
    that follows. `timeout` in seconds. `password` is asked for with every login, since an office may
    change it while the service runs. `refusals` and `busy` hold back logins that were refused,
    `complaints` the next connection to a server that found us too many or too frequent; a second
    connection to the same account shares them.
    """

    def __init__(
        self,
        host: str,
        port: int,
        account: str,
        password: Callable[[], str],
        *,
        tls: bool,
        identity: Mapping[str, str],
        timeout: float,
        context: ssl.SSLContext | None,
        refusals: LoginBackOff | None = None,
        busy: LoginBackOff | None = None,
        complaints: LoginBackOff | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._account = account
        self._password = password
        self._tls = tls
        self._identity = dict(identity)
        self._timeout = timeout
        self._context = context
        self._refusals = refusals or LoginBackOff()
        self._busy = busy or LoginBackOff(BUSY_PAUSE, LONGEST_BUSY_PAUSE)
        self._complaints = complaints or LoginBackOff(BUSY_PAUSE, LONGEST_BUSY_PAUSE)
        self._secret = ""
        self._client: IMAPClient | None = None
        self._selected: tuple[str, int] | None = None
        self.number = 0
        """How many connections were opened so far; what is remembered of one is not true of another."""

    def another(self) -> ImapConnection:
        """Return a second connection to the same account, not yet opened."""
        return ImapConnection(
            self._host,
            self._port,
            self._account,
            self._password,
            tls=self._tls,
            identity=self._identity,
            timeout=self._timeout,
            context=self._context,
            refusals=self._refusals,
            busy=self._busy,
            complaints=self._complaints,
        )

    @property
    def client(self) -> IMAPClient:
        """The client, logged in; connects where there is no connection."""
        if self._client is None:
            self._client = self._connect()
            self._selected = None
            self.number += 1
        return self._client

    def examine(self, folder: str, *, anew: bool = False) -> int:
        """
        Open a folder for reading unless it is open.

        Args:    anew: open it though it is: a server need not show what came since.
        Returns: its UIDVALIDITY.
        """
        if anew or self._client is None or self._selected is None or self._selected[0] != folder:
            return int(self.open_folder(folder).get(b"UIDVALIDITY", 0))
        return self._selected[1]

    def open_folder(self, folder: str) -> Mapping[bytes, Any]:
        """
        Open a folder for reading; return what the server tells of it.

        Raises: FolderRefused when the server opens others and not this one.
        """
        client = self.client
        self._selected = None  # a SELECT that fails leaves none open (RFC 3501 6.3.1)
        try:
            status: Mapping[bytes, Any] = client.select_folder(folder, readonly=True)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            text = self.without_password(error)
            refusal = refusal_of(text)
            if refusal is Refusal.CLOSED:
                self._drop()
                raise MailboxRefused(login_sentence(refusal, self._account, text)) from None
            if refusal is not None and refusal.passing:
                raise self.complained(f"邮箱服务器 {self._host}：{text}") from None
            raise FolderRefused(folder, folder_sentence(folder, text)) from None
        self._selected = (folder, int(status.get(b"UIDVALIDITY", 0)))
        return status

    def close_folder(self) -> None:
        """Close the open folder. CLOSE after EXAMINE removes nothing (RFC 3501 6.4.2)."""
        if self._selected is not None:
            self._selected = None
            with contextlib.suppress(FolderRefused):
                self.client.close_folder()

    def retrying(self, ask: Callable[[], _T]) -> _T:
        """Ask; should a connection opened earlier prove lost, open another and ask again."""
        opened_earlier = self._client is not None
        try:
            with self.translating_errors():
                return ask()
        except TransientError as transient_error:
            if not opened_earlier:
                raise
            _log.info("重新连接：%s", transient_error)
        with self.translating_errors():
            return ask()

    def close(self) -> None:
        """Log out; never raises."""
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.logout()
        self._drop()

    @contextlib.contextmanager
    def translating_errors(self) -> Iterator[None]:
        """Turn what a connection can suffer into TransientError or MailboxRefused, and let go of it."""
        try:
            yield
        except LoginError as error:
            self._drop()
            raise self._login_refused(error) from None
        except UnicodeEncodeError:
            self._drop()
            raise MailboxRefused(
                f"邮箱 {self._account} 的账号或密码里有中文或全角字符，邮箱服务器不接受。请改用半角字符重新填写。"
            ) from None
        except ssl.SSLCertVerificationError as error:
            self._drop()
            raise MailboxRefused(f"收稿服务器 {self._host}：{self._cause(error)}") from error
        except (imaplib.IMAP4.error, IMAPClientError) as error:
            self._drop()
            text = self.without_password(error)
            if (refusal := refusal_of(text)) is Refusal.CLOSED:
                raise MailboxRefused(login_sentence(refusal, self._account, text)) from None
            said = f"邮箱服务器 {self._host}：{text}"
            # a server that says goodbye, as it does when it starts anew, complains of nothing
            goodbye = isinstance(error, imaplib.IMAP4.abort)
            if refusal is not None and refusal.passing and not goodbye:
                raise self.complained(said) from None
            raise TransientError(said) from None
        except (OSError, EOFError, ssl.SSLError) as error:
            self._drop()
            raise TransientError(
                f"连不上邮箱服务器 {self._host}:{self._port}：{self._cause(error)}"
            ) from error
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            MemoryError,
            TypeError,
            ValueError,
        ) as error:
            # what imapclient and imaplib raise over an answer that follows no grammar
            self._drop()
            raise TransientError(
                f"邮箱服务器 {self._host} 的答复看不懂（{type(error).__name__}：{error}）"
            ) from error

    def _cause(self, error: BaseException) -> Cause:
        return cause_of(error, self._host, self._port, "mailbox.url")

    def _login_refused(self, error: LoginError) -> Exception:
        """Return what a refused login means, having noted how long it holds back the next one."""
        text = self.without_password(error)
        refusal = refusal_of(text)
        # QUIRK: imapclient calls a connection that was lost during the login a refusal, too
        if isinstance(error.__context__, imaplib.IMAP4.abort) and refusal is None:
            return TransientError(f"邮箱服务器 {self._host} 暂时无法登录：{text}")
        sentence = login_sentence(refusal or Refusal.PASSWORD, self._account, text)
        if refusal is not None and refusal.passing:
            told: Exception = TransientError(sentence)
            self._busy.refused(self._secret, told)
        else:
            told = MailboxRefused(sentence)
            self._refusals.refused(self._secret, told)
        return told

    def _hold_back(self) -> None:
        """Raise what the last refused login said while it is too early for another."""
        for backoff in (self._refusals, self._busy, self._complaints):
            left = backoff.seconds_left(self._secret)
            if left and (error := backoff.error) is not None:
                raise type(error)(f"{str(error).rstrip('。')}；{math.ceil(left / 60)}分钟后再试。")

    def _connect(self) -> IMAPClient:
        self._secret = self._password()
        self._hold_back()
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
            client.login(self._account, self._secret)
            if client.has_capability("ID") and self._identity:
                client.id_(self._identity)
            self._refusals.succeeded()
            self._busy.succeeded()
        except BaseException:
            with contextlib.suppress(Exception):
                client.shutdown()
            raise
        return client

    def complained(self, said: str) -> TransientError:
        """
        Leave a server alone that complains of a command: 30 s, doubled up to 10 minutes.

        Returns: what is to be raised.
        """
        error = TransientError(said)
        self._drop()
        self._complaints.refused(self._secret, error)
        return error

    def answered(self) -> None:
        """Note that the server hands letters over: nothing it complained of holds us back any more."""
        self._complaints.succeeded()

    def drop(self) -> None:
        """Let go of the connection; the next use opens another."""
        self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.shutdown()
        self._client = None
        self._selected = None

    def without_password(self, error: BaseException) -> str:
        """Return the server's words, without our password should they repeat it."""
        text = spoken(error)
        return text.replace(self._secret, "…") if self._secret else text
