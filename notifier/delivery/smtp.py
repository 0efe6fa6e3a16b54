"""The relay that speaks SMTP (RFC 5321)."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Self

from ledger.network_errors import cause_of
from notifier.delivery.relay import (
    Accepted,
    ChannelPaused,
    Interrupted,
    PermanentFailure,
    QuotaExceeded,
    RelayRefused,
    Result,
    TransientFailure,
    Uncertain,
    no_hook,
)
from notifier.delivery.smtp_replies import Stage, as_line, is_over_quota, meaning
from notifier.delivery.smtp_session import (
    Lost,
    Reply,
    SmtpSession,
    Timeouts,
    Tls,
    text_of,
)

_log = logging.getLogger(__name__)

RFC_5321 = Timeouts()
CHECKING = Timeouts(command=30.0)
"""Where a person waits for the answer and nothing can be doubled."""


class SmtpRelay:
    """
    An SMTP account (RFC 5321, 4954, 8314). No login when `account` is empty.

    The connection is opened by the first letter. Once it cannot be opened, the remaining letters of
    this `with` are told to try later at once, so that an outage costs one time-out, not hundreds.
    """

    never_doubles = False

    def __init__(
        self,
        host: str,
        port: int,
        account: str,
        password: str,
        tls: Tls,
        timeouts: Timeouts = RFC_5321,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._account = account
        self._password = password
        self._tls = tls
        self._timeouts = timeouts
        self._context = context
        self._session: SmtpSession | None = None
        self._outage: ChannelPaused | QuotaExceeded | None = None
        self._hung_up = False

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
        if self._session is not None:
            self._session.quit()
        self._session = None

    def send(
        self,
        raw: bytes,
        sender: str,
        recipients: Sequence[str],
        before_end: Callable[[], None] = no_hook,
    ) -> Result:
        """
        Send as `Relay.send` says; a recipient refused for good does not keep it from the others.

        A connection lost while idle is opened anew; one lost after the letter's end is Uncertain.
        """
        usable = [one for one in recipients if _is_address(one)]
        if not usable or usable[0] != recipients[0]:
            return PermanentFailure("收件地址不能用于发信")
        if self._session is None and self._outage is not None:
            return self._outage
        whole = False
        try:
            result = self._transmit(raw, sender, usable, before_end)
            whole = True
        except Lost as lost:
            result = self._lost(lost)
        finally:
            if not whole:
                self._close()
        return result

    def is_over_quota(self, reply: str) -> bool:
        """Tell whether a reply kept from an earlier try says: nothing more today."""
        return is_over_quota(reply)

    def hang_up(self) -> None:
        """
        Cut the connection, and open no other: for another thread, that waits for an answer no longer.

        A letter whose end was sent is then Uncertain.
        """
        self._hung_up = True
        session = self._session
        if session is not None:
            session.cut()

    def check(self) -> str:
        """Connect, log in and say goodbye; nothing is sent."""
        result = self._connect(CHECKING)
        if not isinstance(result, SmtpSession):
            raise RelayRefused(
                f"连不上发信服务器 {self._host}:{self._port}：{result.reply.rstrip('。')}。"
                + ("" if "请" in result.reply else "请检查网络和 config.toml 里的 relay.url。")
            )
        result.quit()
        secured = "未加密" if self._tls is Tls.NONE else "TLS 加密"
        login = f"，账号 {self._account} 登录成功" if self._account else "，无需登录"
        return f"已连上 {self._host}:{self._port}（{secured}）{login}"

    def _transmit(
        self, raw: bytes, sender: str, recipients: Sequence[str], before_end: Callable[[], None]
    ) -> Result:
        begun = self._begin(raw, sender)
        if not isinstance(begun, SmtpSession):
            return begun
        session, remarks, accepted = begun, [], 0
        refusal: Result | None = None
        for index, recipient in enumerate(recipients):
            code, text = session.rcpt(recipient)
            if code in (250, 251, 252):
                accepted += 1
                continue
            result = self._refused(session, Stage.RCPT, (code, text), sender, reset=False)
            copy_alone = accepted and code != 421 and isinstance(result, ChannelPaused)
            if not copy_alone and not isinstance(result, TransientFailure | PermanentFailure):
                return self._reset(session, result)
            if index == 0:
                refusal = result
                if isinstance(result, TransientFailure):
                    return self._reset(session, result)
            remarks.append(f"{recipient}: {as_line(code, text)}")
            _log.warning("发信服务器不收一个收件人：%s", remarks[-1])
        if not accepted:
            return self._reset(session, refusal or PermanentFailure("550 no recipient"))
        stage, (code, text) = session.data(raw, before_end)
        if code != 250 or stage is not Stage.END:
            return self._refused(session, stage, (code, text), sender)
        return Accepted("; ".join([as_line(code, text), *remarks]))

    def _begin(self, raw: bytes, sender: str) -> SmtpSession | Result:
        """Give MAIL over the open connection or a new one; what it means when it was refused."""
        if self._session is not None:
            try:
                reply = self._session.mail(raw, sender)
            except Lost as lost:
                reply = (421, str(lost))
            if reply[0] == 250:
                return self._session
            if reply[0] != 421:
                return self._refused(self._session, Stage.MAIL, reply, sender)
            self._close()  # lost while idle
        opened = self._connect(self._timeouts)
        if not isinstance(opened, SmtpSession):
            self._outage = opened
            return opened
        self._session = opened
        if self._hung_up:
            opened.cut()
        reply = opened.mail(raw, sender)
        return opened if reply[0] == 250 else self._refused(opened, Stage.MAIL, reply, sender)

    def _refused(
        self, session: SmtpSession, stage: Stage, reply: Reply, sender: str, reset: bool = True
    ) -> Result:
        """
        Tell what a refusal means, the session ready for the next letter.

        Raises: RelayRefused: it is us.
        """
        code, text = reply
        if code == 421:  # the server closes the connection (RFC 5321 3.8)
            self._close()
        try:
            result = meaning(stage, code, text, self._host, sender)
        except RelayRefused:
            self._close()
            raise
        if isinstance(result, Accepted):
            # a 2yz that is no 250: nothing was promised, but after the end something may have been
            result = (
                Uncertain(result.reply)
                if stage is Stage.END
                else TransientFailure(timedelta(), result.reply)
            )
        if isinstance(result, QuotaExceeded):
            _log.warning("发信服务器今天不再收信：%s", result.reply)
        return self._reset(session, result) if reset else result

    def _reset(self, session: SmtpSession, result: Result) -> Result:
        if self._session is not None:
            try:
                session.reset()
            except Lost:
                self._close()
        return result

    def _lost(self, lost: Lost) -> Result:
        if lost.stage is Stage.END:
            return Uncertain(str(lost))
        if lost.stage is Stage.MAIL:
            return ChannelPaused(timedelta(), str(lost))
        return Interrupted(str(lost))

    def _connect(self, timeouts: Timeouts) -> SmtpSession | ChannelPaused | QuotaExceeded:
        """
        Connect, secure the connection and log in; why not, when that may pass by itself.

        Raises: RelayRefused when a person has to act.
        """
        context = self._context or ssl.create_default_context()
        session: SmtpSession | None = None
        try:
            session = SmtpSession.open(self._host, self._port, self._tls, context, timeouts)
            if self._account:
                session.login(self._account, self._password)
        except BaseException as error:
            if session is not None:
                session.close()
            refusal = self._why_refused(error)
            if refusal:
                raise RelayRefused(refusal) from error
            if isinstance(error, smtplib.SMTPResponseException):
                return self._kept_out(error)
            if isinstance(error, OSError | smtplib.SMTPException):
                return ChannelPaused(timedelta(), self._cause(error))
            raise
        return session

    def _kept_out(self, error: smtplib.SMTPResponseException) -> ChannelPaused | QuotaExceeded:
        """
        Tell what a refused greeting or login means.

        Raises: RelayRefused: it is us.
        """
        code, text = error.smtp_code, text_of(error.smtp_error)
        stage = (
            Stage.LOGIN if isinstance(error, smtplib.SMTPAuthenticationError) else Stage.GREETING
        )
        result = meaning(stage, code, text, self._host, self._account)
        if isinstance(result, ChannelPaused | QuotaExceeded):
            return result
        if isinstance(result, PermanentFailure):
            raise RelayRefused(
                f"发信服务器 {self._host}:{self._port} 拒绝账号 {self._account} 登录（{result.reply}）。"
                "请检查账号和密码；网易、QQ 等邮箱要用客户端“授权码”，不是网页登录密码，"
                "并须在网页邮箱设置里开启 SMTP 服务。",
                result.reply,
            )
        return ChannelPaused(timedelta(), result.reply)

    def _why_refused(self, error: BaseException) -> str:
        """Explain in Chinese what a person has to do; empty when the error may pass by itself."""
        server = f"{self._host}:{self._port}"
        match error:
            case ssl.SSLCertVerificationError():
                return f"发信服务器 {server}：{self._cause(error)}"
            case ssl.SSLError(reason="WRONG_VERSION_NUMBER" | "RECORD_LAYER_FAILURE"):
                return f"发信服务器 {server}：{self._cause(error)}"
            case smtplib.SMTPNotSupportedError() if "STARTTLS" in str(error):
                return f"发信服务器 {server} 不支持 STARTTLS。请改用 smtps:// 和 465 端口。"
            case smtplib.SMTPException() if _without_login(error):
                return f"发信服务器 {server} 不提供登录。请改用加密的 smtps:// 地址，或去掉地址里的账号。"
            case UnicodeEncodeError():
                return "发信账号或密码里有全角字符或汉字。请重新填写，网易邮箱填“授权码”。"
            case _:
                return ""

    def _cause(self, error: BaseException) -> str:
        if isinstance(error, smtplib.SMTPServerDisconnected) and error.__context__ is not None:
            error = error.__context__  # what the socket said
        return str(cause_of(error, self._host, self._port, "relay.url"))

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None


def _without_login(error: smtplib.SMTPException) -> bool:
    """Tell whether the server offers no AUTH mechanism that smtplib supports (a bare class says so)."""
    return type(error) in (smtplib.SMTPNotSupportedError, smtplib.SMTPException)


def _is_address(text: str) -> bool:
    """Tell what is fit for RCPT without SMTPUTF8: one token of printable ASCII with an @ inside."""
    return (
        text.isascii() and text.isprintable() and not set(text) & set(" <>") and "@" in text[1:-1]
    )
