"""The relay that speaks SMTP (RFC 5321)."""

from __future__ import annotations

import contextlib
import logging
import smtplib
import socket
import ssl
from collections.abc import Sequence
from datetime import timedelta
from enum import Enum
from types import TracebackType
from typing import Self

from notifier.delivery.relay import (
    Accepted,
    PermanentFailure,
    QuotaExceeded,
    RelayRefused,
    Result,
    TransientFailure,
)
from notifier.delivery.smtp_replies import as_line, is_over_quota, result_of, wants_login

_log = logging.getLogger(__name__)


class Tls(Enum):
    """How a connection is secured: from its first byte, by the command STARTTLS, not at all."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"


class SmtpRelay:
    """
    An SMTP account (RFC 5321, 4954, 8314). `timeout` in seconds; no login when `account` is empty.

    The connection is opened by the first letter. Once it cannot be opened, the remaining letters of
    this `with` are told to try later at once, so that an outage costs one timeout, not hundreds.
    """

    never_doubles = False

    def __init__(
        self,
        host: str,
        port: int,
        account: str,
        password: str,
        tls: Tls,
        timeout: float = 30.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._account = account
        self._password = password
        self._tls = tls
        self._timeout = timeout
        self._context = context
        self._client: smtplib.SMTP | None = None
        self._outage: TransientFailure | QuotaExceeded | None = None

    def __repr__(self) -> str:
        return f"SmtpRelay({self._account!r} at {self._host}:{self._port}, {self._tls.name})"

    def __enter__(self) -> Self:
        self._outage = None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._client.quit()
        self._close()

    def send(self, raw: bytes, sender: str, recipients: Sequence[str]) -> Result:
        """
        Send as `Relay.send` says; a recipient refused for good does not keep it from the others.

        A connection lost while idle is opened anew; one lost inside a letter is a TransientFailure,
        which may double the letter under its Message-ID but never loses it.
        """
        usable = [one for one in recipients if _is_address(one)]
        if not usable or usable[0] != recipients[0]:
            return PermanentFailure("收件地址不能用于发信")
        if self._client is None and self._outage is not None:
            return self._outage
        try:
            client, refusal = self._begin(raw, sender)
            return self._finish(client, refusal, raw, usable)
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            return self._outage or _transient(error)

    def is_over_quota(self, reply: str) -> bool:
        """Tell whether a reply kept from an earlier try says: nothing more today."""
        return is_over_quota(reply)

    def check(self) -> str:
        """Connect, log in and say goodbye; nothing is sent."""
        try:
            client = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise RelayRefused(
                f"连不上发信服务器 {self._host}:{self._port}（{_transient(error).reply}）："
                "请检查网络和 config.toml 里的 relay.url。"
            ) from error
        with contextlib.suppress(smtplib.SMTPException, OSError):
            client.quit()
        secured = "未加密" if self._tls is Tls.NONE else "TLS 加密"
        login = f"，账号 {self._account} 登录成功" if self._account else "，无需登录"
        return f"已连上 {self._host}:{self._port}（{secured}）{login}"

    def _begin(self, raw: bytes, sender: str) -> tuple[smtplib.SMTP, tuple[int, str] | None]:
        """Give MAIL over the open connection or a new one; with the reply when that is a refusal."""
        if self._client is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                refusal = _mail(self._client, raw, sender)
                if refusal is None or refusal[0] != 421:
                    return self._client, refusal
            self._close()  # lost while idle
        try:
            self._client = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            self._outage = _transient(error)
            raise
        return self._client, _mail(self._client, raw, sender)

    def _finish(
        self,
        client: smtplib.SMTP,
        refusal: tuple[int, str] | None,
        raw: bytes,
        recipients: Sequence[str],
    ) -> Result:
        if refusal is not None:
            return self._refused(client, *refusal)
        remarks = []
        accepted = 0
        first: tuple[int, str] | None = None
        for index, recipient in enumerate(recipients):
            code, answer = client.rcpt(recipient)
            text = _text(answer)
            if code in (250, 251, 252):
                accepted += 1
                continue
            if code == 421 or wants_login(code, text):
                return self._refused(client, code, text)
            if index == 0:
                first = (code, text)
                if not isinstance(result_of(code, text), PermanentFailure):
                    return self._refused(client, code, text)
            remarks.append(f"{recipient}: {as_line(code, text)}")
            _log.warning("the relay refuses a recipient: %s", remarks[-1])
        if not accepted:
            return self._refused(client, *(first or (550, "no recipient")))
        try:
            code, answer = client.data(raw)
        except smtplib.SMTPDataError as error:
            return self._refused(client, error.smtp_code, _text(error.smtp_error))
        text = _text(answer)
        if code != 250:
            return self._refused(client, code, text)
        return Accepted("; ".join([as_line(code, text), *remarks]))

    def _refused(self, client: smtplib.SMTP, code: int, text: str) -> Result:
        """Reset the session after a refused letter, ready for the next one (RFC 5321 4.1.1.5)."""
        if wants_login(code, text):
            self._close()
            raise RelayRefused(
                f"发信服务器 {self._host} 要求先登录（{as_line(code, text)}）："
                "请在 config.toml 的 relay.url 里写上账号。"
            )
        if code == 421:  # the server closes the connection (RFC 5321 3.8)
            self._close()
        else:
            try:
                client.rset()
            except (OSError, smtplib.SMTPException):
                self._close()
        result = result_of(code, text)
        if isinstance(result, Accepted):  # a 2yz that is no 250: nothing was promised
            return TransientFailure(timedelta(), result.reply)
        if isinstance(result, QuotaExceeded):
            _log.warning("the relay takes no more today: %s", result.reply)
        return result

    def _connect(self) -> smtplib.SMTP:
        """
        Connect, secure the connection and log in.

        Raises: RelayRefused; OSError and SMTPException for what may pass.
        """
        context = self._context or ssl.create_default_context()
        ours = (
            "[127.0.0.1]"  # RFC 5321 4.1.3; getfqdn() may hang, and would tell our machine's name
        )
        client: smtplib.SMTP | None = None
        try:
            if self._tls is Tls.IMPLICIT:
                client = smtplib.SMTP_SSL(
                    self._host, self._port, ours, timeout=self._timeout, context=context
                )
            else:
                client = smtplib.SMTP(self._host, self._port, ours, timeout=self._timeout)
            if self._tls is Tls.STARTTLS:
                code, answer = client.starttls(context=context)
                if code != 220:
                    raise smtplib.SMTPResponseException(code, answer)
            client.ehlo_or_helo_if_needed()
            if client.sock is not None:
                # else a letter's last bytes wait for those before to be acknowledged (RFC 896): 40 ms
                client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._account:
                client.login(self._account, self._password)
        except BaseException as error:
            if client is not None:
                client.close()
            refusal = self._why_refused(error)
            if refusal:
                raise RelayRefused(refusal) from error
            raise
        return client

    def _why_refused(self, error: BaseException) -> str:
        """Explain in Chinese what a person has to do; empty when the error may pass by itself."""
        server = f"{self._host}:{self._port}"
        match error:
            case ssl.SSLCertVerificationError():
                return (
                    f"发信服务器 {server} 的证书不可信（{error.verify_message}）："
                    "请检查服务器名、本机时间，以及是否有软件拦截加密连接。"
                )
            case ssl.SSLError(reason="WRONG_VERSION_NUMBER" | "RECORD_LAYER_FAILURE"):
                return (
                    f"发信服务器 {server} 在这个端口上不说 TLS："
                    "smtps:// 通常用 465 端口，smtp+starttls:// 通常用 587 端口。"
                )
            case smtplib.SMTPAuthenticationError() if error.smtp_code >= 500:
                reply = as_line(error.smtp_code, _text(error.smtp_error))
                return (
                    f"发信服务器 {server} 拒绝账号 {self._account} 登录（{reply}）："
                    "请检查账号和密码；网易、QQ 等邮箱要用客户端“授权码”，不是网页登录密码，"
                    "并须在网页邮箱设置里开启 SMTP 服务。"
                )
            case smtplib.SMTPNotSupportedError() if "STARTTLS" in str(error):
                return f"发信服务器 {server} 不支持 STARTTLS：请改用 smtps:// 和 465 端口。"
            case smtplib.SMTPException() if _without_login(error):
                return f"发信服务器 {server} 不提供登录：请改用加密的 smtps:// 地址，或去掉地址里的账号。"
            case UnicodeEncodeError():
                return "发信账号或密码里有全角字符或汉字：请重新填写，网易邮箱填“授权码”。"
            case _:
                return ""

    def _close(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None


def _without_login(error: smtplib.SMTPException) -> bool:
    """Tell whether the server offers no AUTH mechanism that smtplib supports (a bare class says so)."""
    return type(error) in (smtplib.SMTPNotSupportedError, smtplib.SMTPException)


def _is_address(text: str) -> bool:
    """Tell what is fit for RCPT without SMTPUTF8: one token of printable ASCII with an @ inside."""
    return (
        text.isascii() and text.isprintable() and not set(text) & set(" <>") and "@" in text[1:-1]
    )


def _text(answer: bytes | str) -> str:
    """Decode a reply: NetEase's are ASCII, other Chinese servers' may be GBK."""
    if isinstance(answer, str):
        return answer
    try:
        return answer.decode("utf-8")
    except UnicodeDecodeError:
        return answer.decode("gb18030", "replace")


def _mail(client: smtplib.SMTP, raw: bytes, sender: str) -> tuple[int, str] | None:
    """Give MAIL with what the server announced (RFC 6152, 1870); None when it was taken."""
    options = []
    if client.has_extn("8bitmime") and not raw.isascii():
        options.append("BODY=8BITMIME")
    if client.has_extn("size"):
        options.append(f"SIZE={len(raw)}")
    code, answer = client.mail(sender, options)
    return None if code == 250 else (code, _text(answer))


def _transient(error: OSError | smtplib.SMTPException) -> TransientFailure | QuotaExceeded:
    """Map a connection error to TransientFailure or QuotaExceeded; never to a permanent failure."""
    if isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, _text(error.smtp_error)
        result = result_of(code, text)
        if isinstance(result, TransientFailure | QuotaExceeded):
            return result
        return TransientFailure(timedelta(), as_line(code, text))
    return TransientFailure(timedelta(), f"{type(error).__name__}: {error}"[:200])
