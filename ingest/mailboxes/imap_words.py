"""
What an IMAP server means when it refuses: each refusal by its own words, with its own remedy.

Source: RFC 5530 (response codes); what Dovecot, Coremail (163, 126), QQ mail, Exchange and Gmail say.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from enum import Enum, auto


class Refusal(Enum):
    """Why a server refuses; asked in this order, since one text may hold several words."""

    NAMES_ALL = auto()
    """QQ mail names every cause there may be in one sentence."""
    TOO_MANY = auto()
    FREQUENT = auto()
    LOCKED = auto()
    EXPIRED = auto()
    CLOSED = auto()
    BUSY = auto()
    PASSWORD = auto()

    @property
    def passing(self) -> bool:
        """Whether it goes away by itself."""
        return self in (Refusal.TOO_MANY, Refusal.FREQUENT, Refusal.BUSY)


@dataclass(frozen=True, slots=True)
class _Words:
    refusal: Refusal
    pattern: re.Pattern[str]


def _words(refusal: Refusal, *patterns: str) -> _Words:
    return _Words(refusal, re.compile("|".join(patterns), re.IGNORECASE))


_TABLE = (
    _words(Refusal.NAMES_ALL, r"account is abnormal.*password is incorrect"),
    _words(
        Refusal.TOO_MANY,
        r"too many (simultaneous |concurrent |open )*(connections|sessions)",
        r"maximum number of (connections|sessions)",
        r"(connection|session)s? (limit|count) (exceeded|reached)|exceed\w* .*connections",
        r"连接数",
        r"\[LIMIT\]",
    ),
    _words(
        Refusal.FREQUENT,
        r"frequen|too (often|fast|many (login|auth|failed|attempts))|rate limit|频繁|频率|次数过多",
    ),
    _words(
        Refusal.LOCKED,
        r"lock(ed|out)|frozen|suspend|disabled account|account (is |has been )*(disabled|blocked|closed)"
        r"|deactivat|冻结|锁定|停用|封禁|禁用|\[CONTACTADMIN\]",
    ),
    _words(Refusal.EXPIRED, r"\[EXPIRED\]|expired|过期"),
    _words(
        Refusal.CLOSED,
        r"unsafe login|imap.{0,30}(disabled|not (enabled|open)|is off|closed|turned off)",
        r"service is not open|未开启|没有开启|未开通|\[PRIVACYREQUIRED\]|log in via your web browser",
    ),
    _words(
        Refusal.BUSY,
        r"\[(UNAVAILABLE|INUSE|SERVERBUG|OVERQUOTA)\]",
        r"busy|try again|temporar|unavailable|overload|timed? ?out|internal error|shutting down",
        r"繁忙|稍后|暂时|维护",
    ),
)


def refusal_of(text: str) -> Refusal | None:
    """Return what a refusal means, None where its words say nothing that is known."""
    for words in _TABLE:
        if words.pattern.search(text):
            return words.refusal
    return None


def login_sentence(refusal: Refusal, account: str, text: str) -> str:
    """Say in Chinese why a login was refused and what to do about it."""
    match refusal:
        case Refusal.NAMES_ALL:
            return (
                f"邮箱 {account} 登录被拒绝，服务器没有说明是哪一种原因（{text}）。请依次检查："
                "IMAP 服务是否已开启，授权码是否有效，账号是否异常；登录过于频繁或服务器繁忙时稍后会自动再试。"
            )
        case Refusal.TOO_MANY:
            return (
                f"邮箱 {account} 的连接数已满（{text}）。密码没有问题；"
                "请关闭其他正在使用这个邮箱的邮件软件，程序稍后会自动再试。"
            )
        case Refusal.FREQUENT:
            return f"服务器认为邮箱 {account} 登录过于频繁（{text}）。密码没有问题，程序会放慢并自动再试。"
        case Refusal.LOCKED:
            return (
                f"邮箱 {account} 已被锁定或停用（{text}）。"
                "请登录网页邮箱按提示解除，或联系邮箱管理员；解除后程序会自动恢复。"
            )
        case Refusal.EXPIRED:
            return f"邮箱 {account} 的授权码或密码已过期（{text}）。请在网页邮箱里重新生成授权码并填写。"
        case Refusal.CLOSED:
            return (
                f"邮箱 {account} 的 IMAP 服务没有开启，或服务器以“不安全登录”拒绝（{text}）。"
                "请在网页邮箱里开启 IMAP 服务，并用授权码登录。"
            )
        case Refusal.BUSY:
            return f"邮箱服务器暂时繁忙，不能登录（{text}）。密码没有问题，程序稍后会自动再试。"
        case Refusal.PASSWORD:
            return (
                f"邮箱 {account} 登录被拒绝（{text}）。请检查账号和密码；"
                "网易邮箱要用“授权码”而不是网页登录密码，并须在网页里开启 IMAP 服务。"
            )


def folder_sentence(folder: str, text: str) -> str:
    """Say in Chinese that a folder cannot be opened and what to do about it."""
    said = f"“{folder}”文件夹打不开，服务器答复：{text}。"
    lowered = text.lower()
    if re.search(r"permission|denied|\[noperm\]|access|权限", lowered):
        return said + "请在邮箱里给本账号读取它的权限，或从 mailbox.junk_folders 中去掉它。"
    if re.search(r"nonexistent|not exist|doesn't exist|unknown|不存在", lowered):
        return said + "它可能刚被删除或改名；请核对 mailbox.junk_folders。"
    return said + "其他文件夹照常收取，稍后会自动再试。"


def spoken(error: BaseException) -> str:
    """Return a server's words as text, whatever the library made of them."""
    text = str(error)
    for found in re.findall(r"b'(?:[^'\\]|\\.)*'|b\"(?:[^\"\\]|\\.)*\"", text):
        try:
            raw = ast.literal_eval(found)
        except (SyntaxError, ValueError):
            continue
        text = text.replace(found, _decoded(raw))
    return text or type(error).__name__


def _decoded(raw: bytes) -> str:
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
