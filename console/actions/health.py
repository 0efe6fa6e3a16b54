"""How collecting, delivery, disk, holiday data and templates stand; the mailbox against the ledger."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from console.actions.delivery import bounds
from console.actions.engine_health import collected_elsewhere, engine_health
from console.application import Application
from console.composing import Composer
from console.connections import Connections
from console.holidays import Calendar
from console.offices.paused import paused_office
from console.settings.loading import ConfigError, Settings
from console.state import last_backup, last_round, push_state, relay_stop
from ingest.mailboxes.mailbox import MailboxRefused, TransientError
from ledger.labels import WAIT_REASONS
from ledger.letter_types import PassedOver, Seen
from ledger.outbox import Waiting
from ledger.queries.outbox import Backlog
from ledger.sightings import Sightings
from ledger.states import DeliveryState, Skipped, WaitReason
from notifier.letters import samples
from notifier.letters.digest import Health, Level
from notifier.mail import templating
from notifier.mail.page import lateness

SILENT_ROUNDS = 3
"""After so many missed rounds the mailbox is told to be unwell."""

SHORT_TROUBLE = timedelta(minutes=15)
"""A mailbox that is away for less is no failure yet, however often it is asked."""

PASSED_OVER_NAMED = 5
CLOCK_MAY_DIFFER = timedelta(minutes=5)
"""A last round that much in the future was written under another clock."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

SPACE_WANTED = 2_000_000_000
GIVEN_UP_TOLD = timedelta(days=1)
HELD_UP = timedelta(hours=2)
"""A letter owed longer than this means that delivery is not well."""

JUST_COME = timedelta(minutes=10)
"""What came so shortly before the last round may have come after that round had looked."""

BACKUP_OLD = timedelta(days=3)
"""A backup is made every day; after so long without one a warning is due."""

HOLIDAYS_AHEAD = timedelta(days=14)


def health(application: Application, moment: datetime) -> tuple[Health, ...]:
    """Look at what must work, each with its remedy where it does not. Asks nobody outside."""
    return (
        collected_elsewhere(application.sharing) or _round(application.settings, moment),
        *engine_health(application.sharing, moment),
        *_folders(last_round.read(application.settings.data_dir)),
        *_passed_over(application.sightings, application.zone),
        _delivery(application, moment),
        _disk(application.settings.data_dir),
        *_backup(application.settings, moment),
        _holidays(application.settings.calendar, application.zone, moment),
        *_templates(application.settings.templates, application.composer),
        *_push(application.connections, application.settings.data_dir),
    )


@dataclass(frozen=True, slots=True)
class Reconciled:
    """
    The mailbox against the ledger.

    `in_mailbox`: letters that lie there, None when it could not be asked; `recorded`: how many of
    them the ledger knows; `missing`: those it should have known. `older` ones, known by number only,
    and those that the server cannot hand over (`passed_over`) are counted in neither.
    """

    in_mailbox: int | None = None
    recorded: int = 0
    missing: int = 0
    older: int = 0
    passed_over: int = 0
    trouble: str = ""


def reconcile(application: Application, moment: datetime) -> Reconciled:
    """
    Compare each letter of the mailbox with the ledger by the key that collecting goes by.

    Number, size and moment belong to it. What came since the last round may be missing. A letter
    that was passed over and no longer lies in the mailbox is forgotten.
    """
    last = last_round.read(application.settings.data_dir).ended
    seen_until = (last or moment) - JUST_COME
    sightings = application.sightings
    since = application.intake.collecting.since()

    def known(account: str, folder: str, uidvalidity: int) -> Seen:
        # what waits for another try is no letter that the ledger should have known
        return sightings.seen(account, folder, uidvalidity, LONG_AGO, since)

    try:
        mailbox = application.connections.mailbox()
        unseen = [arrival.received for arrival in mailbox.list_new(known, thorough=True)]
        there = mailbox.uids()
    except (TransientError, MailboxRefused, ConfigError) as error:
        return Reconciled(trouble=str(error))
    lying: list[PassedOver] = []
    gone: list[PassedOver] = []
    opened = {folder for folder, _ in there}
    for letter in sightings.passed_over(mailbox.account, older=True):
        if letter.folder in opened:  # of one that did not open nothing is known
            uids = there.get((letter.folder, letter.uidvalidity), set())
            (lying if letter.uid in uids else gone).append(letter)
    sightings.gone(gone)
    older = sum(letter.skipped is Skipped.OLDER for letter in lying)
    strangers = [received for received in unseen if received >= since]
    not_noted = len(unseen) - len(strangers)
    present = sum(len(uids) for uids in there.values()) - len(lying) - not_noted
    missing = sum(received < seen_until for received in strangers)
    return Reconciled(
        present, max(0, present - len(strangers)), missing, older + not_noted, len(lying) - older
    )


def _passed_over(sightings: Sightings, zone: str) -> tuple[Health, ...]:
    """Name the letters that the server cannot hand over; nothing where there is none."""
    letters = sightings.passed_over()
    if not letters:
        return ()
    named = []
    for letter in letters[:PASSED_OVER_NAMED]:
        day = letter.received.astimezone(ZoneInfo(zone)) if letter.received else None
        came = f"，{day.month}月{day.day}日收到" if day else ""
        named.append(f"“{letter.folder}”第{letter.uid}号{came}（{letter.detail}）")
    more = f" 等{len(letters)}封" if len(letters) > PASSED_OVER_NAMED else ""
    return (
        Health(
            "取信",
            Level.WARN,
            f"有{len(letters)}封信邮箱服务器交不出来：{'；'.join(named)}{more}",
            "程序会继续再取；请登录网页邮箱看这几封信，必要时请对方重发，或下载原信后用其他邮箱转来。",
        ),
    )


def _folders(last: last_round.LastRound) -> tuple[Health, ...]:
    """Name the folders that the last round could not open; nothing where there is none."""
    if not last.notes:
        return ()
    return (Health("邮箱文件夹", Level.WARN, "；".join(note.rstrip("。") for note in last.notes)),)


def _round(settings: Settings, moment: datetime) -> Health:
    if (resting := paused_office(settings)) is not None:
        return Health(
            "收信",
            Level.WARN,
            resting.sentence(settings.zone),
            f"恢复：shougao office resume {settings.key}。",
        )
    last = last_round.read(settings.data_dir)
    polled = timedelta(seconds=SILENT_ROUNDS * settings.mailbox.poll_seconds)
    allowed = max(polled, SHORT_TROUBLE)
    if last.ended is None:
        return Health("收信", Level.WARN, "还没有收过信", "请运行 shougao run 或 shougao poll。")
    if last.trouble:
        level = Level.WARN if last.well and moment - last.well < allowed else Level.FAIL
        remedy = "shougao doctor 可以诊断。"
        return Health(
            "收信", level, last.trouble, remedy if "请" in last.trouble else f"请检查网络；{remedy}"
        )
    if last.ended - moment > CLOCK_MAY_DIFFER:
        return Health(
            "收信",
            Level.WARN,
            f"本机时钟被拨动过：最近一次收信记在{lateness(last.ended - moment)}以后",
            "请检查本机时间；时间正确以后，收过一轮即恢复。",
        )
    if moment - last.ended > max(allowed, timedelta(minutes=30)):
        state = f"已有{lateness(moment - last.ended)}没有收信"
        return Health("收信", Level.FAIL, state, "请查看服务是否在运行。")
    return Health("收信", Level.OK, "正常")


def _delivery(application: Application, moment: datetime) -> Health:
    stop = relay_stop.read(application.settings.data_dir)
    if stop is not None and stop.refused:
        since = lateness(moment - datetime.fromisoformat(stop.since))
        return Health(
            "发信",
            Level.FAIL,
            f"已有{since}发不出信。{stop.sentence}",
            "程序会自动再试，改好密码或设置后立即再试；待发的信都留着。",
        )
    unsent = application.outbox.unsent(moment - GIVEN_UP_TOLD)
    if unsent:
        unknown = sum(one.state is DeliveryState.UNCERTAIN for one in unsent)
        lost = len(unsent) - unknown
        parts = [f"有{lost}封邮件无法送达"] * bool(lost)
        parts += [f"有{unknown}封不知是否送达"] * bool(unknown)
        return Health(
            "发信",
            Level.WARN,
            f"最近一天{'，'.join(parts)}",
            "请核对收件地址；每封的原因见日报、工作台和 shougao outbox，可以重发。",
        )
    owed = application.outbox.waiting(moment)
    if not owed.many:
        return Health("发信", Level.OK, "没有积压")
    return _backlog(
        owed, application.deliveries.backlog(moment, bounds(application.settings)), moment
    )


def _backlog(owed: Waiting, backlog: Backlog, moment: datetime) -> Health:
    """Say how much waits and why; a letter that waits for its hour alone is nothing amiss."""
    held_up = [
        f"{WAIT_REASONS[reason]}的{backlog.waiting(reason)}封"
        for reason in (WaitReason.ADDRESS_CEILING, WaitReason.STRANGERS_CEILING)
        if backlog.waiting(reason)
    ]
    why = f"（{'，'.join(held_up)}，排到以后几天发）" if held_up else ""
    if owed.oldest is not None and moment - owed.oldest > HELD_UP:
        state = f"积压{owed.many}封，最早的一封已等了{lateness(moment - owed.oldest)}{why}"
        reply = f"发信服务器答复：{owed.replies[0]}。" if owed.replies else ""
        return Health("发信", Level.WARN, state, f"{reply}会自动重发；shougao doctor 可以诊断。")
    if held_up:
        return Health(
            "发信", Level.WARN, f"待发{owed.many}封{why}", "每封的原因见 shougao outbox。"
        )
    return Health("发信", Level.OK, f"待发{owed.many}封")


def _disk(data: Path) -> Health:
    free = shutil.disk_usage(data).free
    state = f"剩余 {free / 1e9:.1f} GB"
    if free > SPACE_WANTED:
        return Health("磁盘", Level.OK, state)
    return Health("磁盘", Level.FAIL, state, "空间快用完了，请尽快清理，否则无法收信。")


def _backup(settings: Settings, moment: datetime) -> tuple[Health, ...]:
    """Say how old the last backup is and whether it can be restored; nothing where none is made here."""
    last = last_backup.read(settings.data_dir)
    if last is None:
        return ()
    name = "备份"
    if last.trouble:
        return (Health(name, Level.WARN, last.trouble.rstrip("。"), f"请检查 {last.folder}。"),)
    if last.try_trouble:
        return (Health(name, Level.WARN, last.try_trouble.rstrip("。"), "请尽快重做一份备份。"),)
    if last.at is None or moment - last.at > BACKUP_OLD:
        since = f"已有{lateness(moment - last.at)}没有备份" if last.at else "还没有备份成功过"
        return (Health(name, Level.WARN, since, "请检查备份的定时任务。"),)
    zone = ZoneInfo(settings.zone)
    tried = (
        f"，{last.tried.astimezone(zone):%-m月%-d日}试恢复成功" if last.tried is not None else ""
    )
    made = last.at.astimezone(zone)
    return (Health(name, Level.OK, f"最近一次是{made:%-m月%-d日 %H:%M}{tried}"),)


def _holidays(calendar: Calendar, zone: str, moment: datetime) -> Health:
    ahead = moment.astimezone(ZoneInfo(zone)).date() + HOLIDAYS_AHEAD
    if calendar.known(ahead):
        return Health("节假日数据", Level.OK, f"有{ahead.year}年的放假安排")
    return Health(
        "节假日数据",
        Level.WARN,
        f"还没有{ahead.year}年的放假安排，按周一至周五计算",
        '通知公布后，请把全文存成文件，在 config.toml 的 [holidays] 里写 file = "文件名"。',
    )


def _templates(folder: Path | None, composer: Composer) -> tuple[Health, ...]:
    if folder is None:
        return ()
    faults = tuple(templating.faults(folder, samples.values(composer.office())))
    if not faults:
        return (Health("信件模板", Level.OK, f"使用 {folder.name} 里的模板"),)
    return (Health("信件模板", Level.WARN, "；".join(faults), "改好后会自动生效，不必重启。"),)


def _push(connections: Connections, data: Path) -> tuple[Health, ...]:
    """Say who has not taken the last headline, where the office wants one pushed."""
    try:
        if not connections.wants_push:
            return ()
    except ConfigError as error:
        return (Health("推送", Level.WARN, str(error)),)
    last = push_state.read(data)
    if last.failed:
        state = f"{last.day} 的日报没有推送到{'、'.join(last.failed)}"
        return (Health("推送", Level.WARN, state, "请检查机器人的地址、关键词和加签设置。"),)
    return (Health("推送", Level.OK, f"{last.day} 已送到" if last.finished else "还没有推送过"),)
