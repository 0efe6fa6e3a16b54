"""
One connection to an IMAP server: opened when first used, again after a drop, its errors told apart.

Source: RFC 3501; RFC 2971 (ID); RFC 5530 (response codes).
"""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from ingest.mailboxes.mailbox import MailboxRefused, TransientError

_log = logging.getLogger(__name__)

TRANSIENT_CODES = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]")
"""Answers to a login that are not about the password (RFC 5530)."""

_T = TypeVar("_T")


class ImapConnection:
    """
    A connection, and the folder that is open in it.

    `identity` is told by ID after every login: without it NetEase answers "Unsafe Login" to all
    that follows. `timeout` in seconds.
    """

    def __init__(
        self,
        host: str,
        port: int,
        account: str,
        password: str,
        *,
        tls: bool,
        identity: Mapping[str, str],
        timeout: float,
        context: ssl.SSLContext | None,
    ) -> None:
        self._host = host
        self._port = port
        self._account = account
        self._password = password
        self._tls = tls
        self._identity = dict(identity)
        self._timeout = timeout
        self._context = context
        self._client: IMAPClient | None = None
        self._selected: tuple[str, int] | None = None
        self.number = 0
        """How many connections were opened so far; what is remembered of one is not true of another."""

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
        """Open a folder for reading; return what the server tells of it."""
        status: Mapping[bytes, Any] = self.client.select_folder(folder, readonly=True)
        self._selected = (folder, int(status.get(b"UIDVALIDITY", 0)))
        return status

    def close_folder(self) -> None:
        """Close the open folder. CLOSE after EXAMINE removes nothing (RFC 3501 6.4.2)."""
        if self._selected is not None:
            self._selected = None
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
            _log.info("connecting again: %s", transient_error)
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
            text = self._without_password(error)
            # QUIRK: imapclient calls a connection that was lost during the login a refusal, too
            lost = isinstance(error.__context__, imaplib.IMAP4.abort)
            if lost or any(code in text.upper() for code in TRANSIENT_CODES):
                raise TransientError(f"邮箱服务器 {self._host} 暂时无法登录：{text}") from None
            raise MailboxRefused(
                f"邮箱 {self._account} 登录被拒绝（{text}）。请检查账号和密码；"
                "网易邮箱要用“授权码”而不是网页登录密码，并须在网页里开启 IMAP 服务。"
            ) from None
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
            text = self._without_password(error)
            if "unsafe login" in text.lower():
                raise MailboxRefused(
                    f"服务器以“不安全登录”拒绝了 {self._account}：请在网页邮箱里开启 IMAP 服务，"
                    "并用授权码登录。"
                ) from None
            raise TransientError(f"邮箱服务器 {self._host}：{text}") from None
        except (OSError, EOFError) as error:
            self._drop()
            raise TransientError(f"连不上邮箱服务器 {self._host}:{self._port}：{error}") from error

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

    def _without_password(self, error: BaseException) -> str:
        """Return the server's words, without our password should they repeat it."""
        text = str(error)
        # bytes, as imapclient has them
        if quoted := re.fullmatch(r"b(['\"])(.*)\1", text, re.DOTALL):
            text = quoted[2]
        return text.replace(self._password, "…") if self._password else text
