"""
The digest's headline as a short message to 企业微信, 钉钉, 飞书 and others, through Apprise.

An Apprise address holds the key of a chat robot: it is a secret. It is never written anywhere by us,
and Apprise's own log lines, which may quote it, are kept silent.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

ANSWER_BYTES = 4000


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `link` into the pages, empty without one."""

    title: str
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """
    One address, shown to people by its number and service alone ("第2个（钉钉）").

    `key` identifies it without revealing it.
    """

    number: int
    service: str
    key: str
    url: str

    def __repr__(self) -> str:
        return f"Target({self})"

    def __str__(self) -> str:
        return f"第{self.number}个（{self.service}）"


NAMES = {"WeCom Bot": "企业微信", "DingTalk": "钉钉", "Feishu": "飞书", "Lark (Feishu)": "飞书"}

AS_SHOWN = (
    (re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=(\w+)"), "dingtalk://{}/"),
    (re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)/?"), "feishu://{}/"),
)
"""Addresses as the robots' own pages show them; that of 企业微信 Apprise understands itself."""


class BadTarget(Exception):
    """An address that Apprise does not understand; the text tells its place, never the address."""


def targets(addresses: Sequence[str]) -> tuple[Target, ...]:
    """
    Read the addresses.

    One that is https:// of a robot of 企业微信, 钉钉 or 飞书, as their own pages show it, does as well
    as Apprise's form.

    Raises: BadTarget.
    """
    import apprise  # slow to load, and needed by few offices

    known = []
    with _silent():
        for number, address in enumerate(addresses, 1):
            url = _as_apprise(address)
            service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
            if not isinstance(service, apprise.NotifyBase):
                raise BadTarget(
                    f"推送地址第{number}个写法不对：请填机器人页面上给出的网址，或 Apprise 的写法，"
                    "例如 wecombot://密钥、dingtalk://加签密钥@令牌、feishu://令牌。"
                )
            name = str(service.service_name)
            key = hashlib.sha256(address.encode()).hexdigest()[:16]
            known.append(Target(number, NAMES.get(name, name), key, url))
    return tuple(known)


def push(message: Message, target: Target) -> bool:
    """
    Send a message to a robot; True when its service took it.

    Waits a few seconds at most. Nothing is raised, and nothing logged but the target's number.
    """
    import apprise

    text = f"{message.text}\n{message.link}" if message.link else message.text
    with _silent():
        service = apprise.Apprise()
        try:
            with _answers() as answers:
                taken = service.add(target.url) and service.notify(body=text, title=message.title)
        except Exception as error:  # a service's plugin is a stranger's code
            logging.getLogger(__name__).error("push to %s: %s", target, type(error).__name__)
            return False
    return bool(taken) and not any(map(_refuses, answers))


def _as_apprise(address: str) -> str:
    for pattern, form in AS_SHOWN:
        match = pattern.fullmatch(address)
        if match:
            return form.format(match[1])
    return address


@contextlib.contextmanager
def _answers() -> Iterator[list[bytes]]:
    """
    Collect what the services answer.

    QUIRK: 企业微信 and 钉钉 refuse (a wrong key, a missing keyword, too often) with HTTP 200 and an
    `errcode` in the body, and Apprise looks at the status alone: their answers are read here.
    """
    import requests

    bodies: list[bytes] = []
    plain = requests.Session.send

    def listening(self: Any, request: Any, **options: Any) -> Any:
        answer = plain(self, request, **options)
        bodies.append(answer.content[:ANSWER_BYTES])
        return answer

    requests.Session.send = listening  # type: ignore[method-assign]
    try:
        yield bodies
    finally:
        requests.Session.send = plain  # type: ignore[method-assign]


def _refuses(answer: bytes) -> bool:
    try:
        body = json.loads(answer)
    except ValueError:
        return False
    return isinstance(body, dict) and bool(body.get("errcode"))


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Silence Apprise's loggers and its libraries': they write addresses into their lines."""
    import apprise
    import requests  # its loggers are there from now on

    talkers = (apprise.__name__, requests.__name__, "urllib3")
    loggers = [
        logging.getLogger(name)
        for name in {*talkers, *logging.root.manager.loggerDict}
        if name.partition(".")[0] in talkers
    ]
    before = [(logger, logger.disabled) for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, was in before:
            logger.disabled = was
