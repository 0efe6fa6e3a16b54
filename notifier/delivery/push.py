"""
The digest's headline as a short message to 企业微信, 钉钉, 飞书; other services through Apprise (an extra).

An address holds the key of a chat robot: it is a secret. It is never written anywhere by us, and
Apprise's own log lines, which may quote it, are kept silent.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from notifier.delivery import robots
from notifier.delivery.robots import Robot


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

    `key` identifies it without revealing it. `robot` is None for a service of Apprise's.
    """

    number: int
    service: str
    key: str
    url: str
    robot: Robot | None

    def __repr__(self) -> str:
        return f"Target({self})"

    def __str__(self) -> str:
        return f"第{self.number}个（{self.service}）"


class BadTarget(Exception):
    """An address that nobody understands; the text tells its place, never the address."""


def targets(addresses: Sequence[str]) -> tuple[Target, ...]:
    """
    Read the addresses.

    Those of 企业微信, 钉钉 and 飞书 as their own pages show them, or as Apprise writes them; a robot
    that wants signatures with its secret: `https://…&secret=…`, `dingtalk://secret@token`.

    Raises: BadTarget.
    """
    known = []
    for number, address in enumerate(addresses, 1):
        robot = robots.read(address)
        service = robot.service.value if robot else _apprise_service(number, address)
        key = hashlib.sha256(address.encode()).hexdigest()[:16]
        known.append(Target(number, service, key, address, robot))
    return tuple(known)


def push(message: Message, target: Target) -> bool:
    """
    Send a message to a robot; True when its service took it.

    Waits a few seconds at most. Nothing is raised, and nothing logged but the target's number.
    """
    text = "\n".join(part for part in (message.text, message.link) if part)
    if target.robot is not None:
        return robots.post(target.robot, f"{message.title}\n{text}", datetime.now(UTC))
    import apprise

    with _silent():
        service = apprise.Apprise()
        try:
            taken = service.add(target.url) and service.notify(body=text, title=message.title)
        except Exception as error:  # a service's plugin is a stranger's code
            logging.getLogger(__name__).error("push to %s: %s", target, type(error).__name__)
            return False
    return bool(taken)


def _apprise_service(number: int, address: str) -> str:
    """Return the name of a service that Apprise knows. Raises BadTarget."""
    wrong = (
        f"推送地址第{number}个写法不对：请填机器人页面上给出的网址；要加签（签名校验）的，"
        "在网址后面写上 &secret=密钥（飞书写 ?secret=密钥）。"
    )
    if importlib.util.find_spec("apprise") is None:
        raise BadTarget(
            f"{wrong}企业微信、钉钉、飞书以外的，要先运行 python3 run.py setup --with push。"
        )
    import apprise  # slow to load, and needed by few offices

    with _silent():
        service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
    if not isinstance(service, apprise.NotifyBase):
        raise BadTarget(f"{wrong}其他服务请用 Apprise 的写法。")
    return str(service.service_name)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Silence Apprise's loggers and its libraries': they write addresses into their lines."""
    import apprise

    talkers = (apprise.__name__, "requests", "urllib3")
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
