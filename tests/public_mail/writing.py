"""How the generators of public mail write a letter, and the words they share."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Sequence
from email import policy
from email.message import EmailMessage
from functools import cache

from console.demo import files as writers

US = "inbox@office.example"
Chance = random.Random
SMTP = policy.SMTP.clone(refold_source="none")

PICTURE = b"\xff\xd8\xff\xe0" + bytes(16) + b"\xff\xd9"
TOWNS = ("湖塘镇", "雪堰镇", "牛塘镇", "洛阳镇", "前黄镇", "高新区", "西太湖", "危化科")
NAMES = ("李强", "王敏", "Anna Berg", "周先生", "客服", "张伟", "Tom Hale", "系统管理员", "小陈")
LISTS = ("lists.debian.example", "python.example", "safety-net.example", "ietf.example")
TOPICS = (
    "Re: [PATCH] fix the build on big endian",
    "安全生产月活动方案讨论",
    "Weekly digest, Vol 12, Issue 7",
    "Meeting minutes",
    "关于有限空间作业的几点看法",
    "release 2.4.1 is out",
)


def mail(number: int, sender: str, subject: str, body: str, **headers: str) -> EmailMessage:
    """A letter; header names with _ for -."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = US
    message["Subject"] = subject
    message["Message-ID"] = f"<public.{number}@mail.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body, cte="base64")
    return message


def page(number: int, sender: str, subject: str, body: str, **headers: str) -> EmailMessage:
    """A letter whose body is a web page."""
    message = mail(number, sender, subject, "", **headers)
    message.set_content(body, subtype="html", cte="base64")
    return message


def attach(message: EmailMessage, name: str, data: bytes) -> bytes:
    message.add_attachment(data, "application", "octet-stream", filename=name)
    return message.as_bytes()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


@cache
def _paper(lines: tuple[str, ...]) -> bytes:
    return writers.word(lines)


def word(lines: Sequence[str]) -> bytes:
    """The same paper once for all letters that bring it."""
    return _paper(tuple(lines))


def pick(chance: Chance, *options: str) -> str:
    return chance.choice(options)
