"""Mailbox, relay and bucket by URL: imaps://account@host:993, smtps://account@host:465, maildir:PATH, s3://…."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from notifier.delivery.smtp_session import Tls


class UrlError(Exception):
    """The address cannot be used; the text gives the right form."""


@dataclass(frozen=True, slots=True)
class MaildirUrl:
    """A maildir on this machine."""

    path: Path


@dataclass(frozen=True, slots=True)
class MailboxUrl:
    """An IMAP account. `tls` is off only for `imap://`, meant for servers on this machine."""

    account: str
    host: str
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class RelayUrl:
    """An SMTP account; `account` is empty for a relay that asks for no login."""

    account: str
    host: str
    port: int
    tls: Tls


_URL = re.compile(
    r"(?P<scheme>[a-z+]+)://(?:(?P<account>.+)@)?(?P<host>[^@/:]+|\[[^\]]+\])(?::(?P<port>\d+))?/?"
)
_BUCKET = re.compile(
    r"s3://(?P<name>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>[\w.-]+(?:/[\w.-]+)*))?/?",
    re.ASCII,
)
_IMAP = {"imaps": (993, True), "imap": (143, False)}
_SMTP = {
    "smtps": (465, Tls.IMPLICIT),
    "smtp+starttls": (587, Tls.STARTTLS),
    "smtp": (25, Tls.NONE),
}


def mailbox_url(text: str, base: Path) -> MailboxUrl | MaildirUrl:
    """`maildir:PATH` is taken from `base` when it is relative. Raises UrlError."""
    if text.startswith("maildir:"):
        return MaildirUrl(_folder(text, base))
    match = _URL.fullmatch(text)
    if match is None or match["scheme"] not in _IMAP or not match["account"]:
        raise UrlError(
            f"邮箱地址“{_without_secret(text)}”不对，应写作 imaps://账号@服务器:993 或 maildir:目录。"
        )
    port, tls = _IMAP[match["scheme"]]
    return MailboxUrl(
        _account(match["account"]), match["host"].strip("[]"), int(match["port"] or port), tls
    )


def relay_url(text: str, base: Path) -> RelayUrl | MaildirUrl:
    """As mailbox_url, for smtps, smtp+starttls and smtp. Raises UrlError."""
    if text.startswith("maildir:"):
        return MaildirUrl(_folder(text, base))
    match = _URL.fullmatch(text)
    if match is None or match["scheme"] not in _SMTP:
        raise UrlError(
            f"发信地址“{_without_secret(text)}”不对，应写作 smtps://账号@服务器:465 或 maildir:目录。"
        )
    port, tls = _SMTP[match["scheme"]]
    return RelayUrl(
        _account(match["account"] or ""), match["host"].strip("[]"), int(match["port"] or port), tls
    )


def bucket_place(text: str) -> tuple[str, str]:
    """Return bucket and prefix of `s3://bucket/prefix`; the prefix may be empty. Raises UrlError."""
    match = _BUCKET.fullmatch(text)
    if match is None:
        raise UrlError(
            f"原件存放处“{_without_secret(text)}”不对，应留空，或写作 s3://桶名/前缀；密码不写在这里。"
        )
    return match["name"], match["prefix"] or ""


def is_service_address(text: str) -> bool:
    """Tell whether a service may be asked there: by https, or by http on this machine or its own network."""
    parts = urlsplit(text)
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        return False
    if parts.scheme == "https" or parts.hostname == "localhost":
        return parts.scheme in ("https", "http")
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname).is_private
    except ValueError:
        return False


def _folder(text: str, base: Path) -> Path:
    path = text.removeprefix("maildir:").removeprefix("//")
    if not path:
        raise UrlError("maildir: 后面要写目录，例如 maildir:in。")
    return base / Path(path).expanduser()


def _account(text: str) -> str:
    if ":" in text:
        raise UrlError("地址里不要写密码；密码放在环境变量或 password_file 里。")
    account = unquote(text)
    if not account.isascii():
        raise UrlError(
            f"账号“{account}”里有汉字或全角符号，服务器不认；请改用半角的字母、数字和符号。"
        )
    return account


def _without_secret(text: str) -> str:
    return re.sub(r"(://[^:]*):.*@", r"\1:…@", text)
