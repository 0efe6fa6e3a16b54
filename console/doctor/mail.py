"""Mailbox and relay: can they be reached, what lies there, what the next round will do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DatabaseError

from console.connections import open_mailbox, open_relay
from console.doctor.findings import Finding, Level, from_sentence
from console.doctor.storage import open_as_it_is
from console.settings.loading import ConfigError, Settings
from console.settings.urls import MailboxUrl
from console.state import relay_stop
from ingest.first_contact import survey
from ingest.mailboxes.imap import ImapMailbox
from ingest.mailboxes.mailbox import Mailbox, MailboxRefused, TransientError
from ledger.letter_types import Seen
from ledger.outbox import Outbox
from ledger.sightings import Sightings
from notifier.delivery.relay import RelayRefused

PATIENCE = 20.0
"""Seconds that a mail server has for each answer while a person waits."""

NETEASE = ("163.com", "126.com", "yeah.net", "188.com")
THIRTY_DAYS = timedelta(days=31)
"""A mailbox whose oldest letter is younger may be shown in part alone."""

FEW = 20
"""With fewer letters the oldest one's age says nothing."""


def mailbox(settings: Settings, environ: Mapping[str, str], moment: datetime) -> Iterator[Finding]:
    """Log in to the mailbox, count its letters, and say what a round would do with them."""
    try:
        box = open_mailbox(settings, environ, PATIENCE)
    except ConfigError as error:
        yield from_sentence(Level.FAIL, "收稿邮箱", str(error))
        return
    try:
        counted = box.count()
        total = "、".join(f"{folder} {number} 封" for folder, number in counted.items())
        yield Finding(Level.OK, "收稿邮箱", total or "没有文件夹")
        yield from _next_round(settings, environ, box, moment)
        if isinstance(box, ImapMailbox):
            words = box.capabilities()
            news = (
                "来信时邮箱会马上通知，随到随收"
                if "IDLE" in words
                else f"每 {settings.mailbox.poll_seconds} 秒查看一次新信"
            )
            yield Finding(Level.OK, "邮箱能力", news, "", " ".join(words))
            yield from _thirty_days(settings, box, sum(counted.values()), moment)
    except (MailboxRefused, TransientError) as error:
        yield from_sentence(Level.FAIL, "收稿邮箱", str(error))
    finally:
        box.close()


def _thirty_days(
    settings: Settings, box: Mailbox, letters: int, moment: datetime
) -> Iterator[Finding]:
    """
    Say whether the mailbox may show its last month alone.

    NetEase's web page has the switch; over IMAP it is nowhere told, but older letters are missing.
    """
    url = settings.mailbox_url
    if not isinstance(url, MailboxUrl) or not any(
        name in f"{url.account} {url.host}" for name in NETEASE
    ):
        return
    oldest = next(box.list_new(lambda *_: Seen()), None)
    remedy = "请在网页邮箱“设置 → POP3/SMTP/IMAP”里把收取选项改为“收取全部邮件”。"
    if oldest is None or letters < FEW:
        yield Finding(
            Level.WARN,
            "收取选项",
            "网易网页端可能把收取范围限制为最近30天；信还太少，看不出来",
            remedy,
        )
    elif moment - oldest.received < THIRTY_DAYS:
        day = oldest.received.astimezone(ZoneInfo(settings.zone))
        yield Finding(
            Level.WARN,
            "收取选项",
            f"能看到的最早一封信是{day:%Y年%-m月%-d日}的，网易网页端很可能只开放了最近30天的邮件",
            remedy,
        )
    else:
        yield Finding(Level.OK, "收取选项", "能看到30天以前的信")


def _next_round(
    settings: Settings, environ: Mapping[str, str], box: Mailbox, moment: datetime
) -> Iterator[Finding]:
    """Say how many letters the next round collects and how many answers leave."""
    engine = open_as_it_is(settings, environ)
    if isinstance(engine, Finding):
        return  # told already
    try:
        sightings = Sightings(engine)
        seen = sightings.any_seen(box.account)
        since = settings.collect_since() or sightings.collect_since()
        owed = Outbox(engine).waiting(moment).many
        if seen:
            fresh = sum(
                1
                for one in box.list_new(
                    lambda account, folder, validity: sightings.seen(
                        account, folder, validity, moment, since
                    )
                )
                if one.received >= since
            )
            yield Finding(Level.OK, "下一轮", f"将收取 {fresh} 封新信，待发 {owed} 封")
            return
    except DatabaseError:
        return
    finally:
        engine.dispose()
    received = (arrival.received for arrival in box.list_new(lambda *_: Seen()))
    contact = survey(received, since, settings.answers.not_older_than_days, moment)
    yield Finding(
        Level.OK,
        "第一次收取",
        contact.sentence(settings.zone),
        "要改收取的起始日期，请写 mailbox.since；要改答复的期限，请改 answers.not_older_than_days。",
    )


def relay(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Log in to the relay; nothing is sent."""
    try:
        yield Finding(Level.OK, "发信服务器", open_relay(settings, environ).check())
        relay_stop.clear(settings.data_dir)  # it takes us again: what is owed need not rest
    except (ConfigError, RelayRefused) as error:
        yield from_sentence(Level.FAIL, "发信服务器", str(error))
