"""config.toml, read once and strictly; the only place that knows the file and the environment."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from console.holidays import Calendar
from console.settings.calendar import calendar
from console.settings.contradictions import contradictions
from console.settings.errors import ConfigError as ConfigError
from console.settings.faults import at_line, location_of, sentences
from console.settings.sections import (
    STRICT,
    AnswerSettings,
    AuditSettings,
    ConsoleSettings,
    DataSettings,
    DigestSettings,
    HolidaySettings,
    LimitSettings,
    LogSettings,
    MailboxSettings,
    NoticeSettings,
    OcrSettings,
    OfficeSettings,
    RelaySettings,
    ReminderSettings,
    RetentionSettings,
    VirusSettings,
    WordSettings,
)
from console.settings.spelling import config_text, explain
from console.settings.urls import (
    MailboxUrl,
    MaildirUrl,
    RelayUrl,
    UrlError,
    mailbox_url,
    relay_url,
)
from ledger.os_errors import describe
from parsers.charsets import decode
from rulebook import versions
from rulebook.kind_rules import Kind, KindRule
from rulebook.provisions import Provisions
from rulebook.unit_history import history_faults

MAILBOX_PASSWORD = "SHOUGAO_MAILBOX_PASSWORD"
RELAY_PASSWORD = "SHOUGAO_RELAY_PASSWORD"
LEDGER_PASSWORD = "SHOUGAO_LEDGER_PASSWORD"
PUSH_ADDRESSES = "SHOUGAO_PUSH"


MAX_GRACE = 1440
"""Minutes that a corrected receipt may wait: what is put off for longer than a day is taken for a wrong clock."""

LEAST_OCR_MEMORY = 2_000_000_000
"""Bytes of address space; one page took 1.6 GB, three quarters of a GB of them in use."""


@dataclass(frozen=True, slots=True)
class _File:
    __pydantic_config__ = STRICT
    office: OfficeSettings
    data: DataSettings
    mailbox: MailboxSettings
    relay: RelaySettings
    limits: LimitSettings
    provisions: tuple[Provisions, ...]
    answers: AnswerSettings = field(default_factory=AnswerSettings)
    ocr: OcrSettings = field(default_factory=OcrSettings)
    virus: VirusSettings = field(default_factory=VirusSettings)
    console: ConsoleSettings = field(default_factory=ConsoleSettings)
    digest: DigestSettings = field(default_factory=DigestSettings)
    reminders: ReminderSettings = field(default_factory=ReminderSettings)
    notice: NoticeSettings = field(default_factory=NoticeSettings)
    words: WordSettings = field(default_factory=WordSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    log: LogSettings = field(default_factory=LogSettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    holidays: HolidaySettings = field(default_factory=HolidaySettings)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the office decided, checked. `provisions` is sorted by the day it begins."""

    path: Path
    office: OfficeSettings
    mailbox: MailboxSettings
    relay: RelaySettings
    limits: LimitSettings
    provisions: tuple[Provisions, ...]
    data_dir: Path
    mailbox_url: MailboxUrl | MaildirUrl
    relay_url: RelayUrl | MaildirUrl
    storage: DataSettings
    answers: AnswerSettings
    ocr: OcrSettings
    virus: VirusSettings
    console: ConsoleSettings
    digest: DigestSettings
    reminders: ReminderSettings
    notice: NoticeSettings
    words: WordSettings
    retention: RetentionSettings
    audit: AuditSettings
    calendar: Calendar
    holidays_file: str
    log: LogSettings

    @property
    def templates(self) -> Path | None:
        """The folder of the office's own templates, None without one."""
        named = self.office.templates
        return self.path.resolve().parent / named if named else None

    @property
    def zone(self) -> str:
        """The office's time zone at present, an IANA name."""
        return self.provisions[-1].zone

    def collect_since(self) -> datetime | None:
        """Return from when the office wants letters collected, None where it leaves that to the ledger."""
        if not self.mailbox.since:
            return None
        since = date.fromisoformat(self.mailbox.since)
        return datetime.combine(since, time(), ZoneInfo(self.zone))

    @property
    def kinds(self) -> list[KindRule]:
        """Every kind that a version of the regulation knows, the newest version's first."""
        return versions.kinds_of(self.provisions)

    def kind_named(self, written: str) -> Kind | None:
        """Return the kind that a name, a short name or a code means."""
        return versions.kind_named(self.provisions, written)

    def short_name(self, kind: Kind) -> str:
        """Return a kind's name for narrow columns."""
        return versions.short_name(self.provisions, kind)

    def tier_name(self, tier: int | None) -> str:
        """Return a tier's name, “类别待定” while it is undecided."""
        return versions.tier_name(self.provisions, tier)

    def provisions_at(self, moment: datetime) -> Provisions:
        """Return the regulation in force at a moment; before the first one, the first."""
        in_force = [
            provisions
            for provisions in self.provisions
            if provisions.since <= moment.astimezone(ZoneInfo(provisions.zone)).date()
        ]
        return in_force[-1] if in_force else self.provisions[0]

    def provisions_on_day(self, day: date) -> Provisions:
        """Return the regulation in force on an office day; before the first one, the first."""
        in_force = [provisions for provisions in self.provisions if provisions.since <= day]
        return in_force[-1] if in_force else self.provisions[0]


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """
    Read and check config.toml; SHOUGAO_DATA, SHOUGAO_MAILBOX, SHOUGAO_RELAY override it.

    Raises ConfigError, which lists everything that is wrong at once.
    """
    try:
        text = config_text(path.read_bytes(), path)
    except OSError as error:
        raise ConfigError(
            f"打不开设置文件 {path}：{describe(error)}。请在 config.toml 所在目录运行，或用 --config 指明。"
        ) from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        slips = explain(text, error)
        raise ConfigError("\n".join(f"{path}：{slip}" for slip in slips)) from error
    try:
        # JSON has as few types as TOML, so that pydantic's strict mode takes a list for a tuple and a
        # text for an enumeration or a day there, and still no "1" for 1
        file = TypeAdapter(_File).validate_json(
            json.dumps(values, default=lambda moment: moment.isoformat()), strict=True
        )
    except ValidationError as error:
        raise ConfigError(sentences(path, text, error.errors(), _File)) from None
    faults = [f"{path}：{_with_line(text, fault)}" for fault in _contradictions(file)]
    if faults:
        raise ConfigError("\n".join(faults))
    here = path.resolve().parent
    try:
        mailbox = mailbox_url(
            environ.get("SHOUGAO_MAILBOX") or file.mailbox.url,
            Path.cwd() if environ.get("SHOUGAO_MAILBOX") else here,
        )
        relay = relay_url(
            environ.get("SHOUGAO_RELAY") or file.relay.url,
            Path.cwd() if environ.get("SHOUGAO_RELAY") else here,
        )
    except UrlError as error:
        raise ConfigError(f"{path}：{error}") from error
    override = environ.get("SHOUGAO_DATA")
    return Settings(
        path=path,
        office=file.office,
        mailbox=file.mailbox,
        relay=file.relay,
        limits=file.limits,
        provisions=tuple(sorted(file.provisions, key=lambda provisions: provisions.since)),
        data_dir=Path(override).absolute() if override else here / file.data.folder,
        mailbox_url=mailbox,
        relay_url=relay,
        storage=file.data,
        answers=file.answers,
        ocr=file.ocr,
        virus=file.virus,
        console=file.console,
        digest=file.digest,
        reminders=file.reminders,
        notice=file.notice,
        words=file.words,
        retention=file.retention,
        audit=file.audit,
        calendar=calendar(path, file.holidays),
        holidays_file=file.holidays.file,
        log=file.log,
    )


def mailbox_password(settings: Settings, environ: Mapping[str, str]) -> str:
    """Read the mailbox's password, from the environment or its file. Raises ConfigError without one."""
    password = _password(MAILBOX_PASSWORD, settings.mailbox.password_file, settings, environ)
    if password is None:
        raise ConfigError(_no_password("mailbox", MAILBOX_PASSWORD))
    return password


def relay_password(settings: Settings, environ: Mapping[str, str]) -> str:
    """Read the relay's password; the mailbox's serves where none of its own is given."""
    password = _password(RELAY_PASSWORD, settings.relay.password_file, settings, environ)
    password = password or _password(
        MAILBOX_PASSWORD, settings.mailbox.password_file, settings, environ
    )
    if password is None:
        raise ConfigError(_no_password("relay", RELAY_PASSWORD))
    return password


def push_addresses(settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """
    Read where the digest's headline is pushed to, from the environment or its file; none by default.

    They hold keys: each is a secret. A line that begins with # is a comment.
    """
    text = _password(PUSH_ADDRESSES, settings.digest.push_file, settings, environ) or ""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return tuple(address for line in lines for address in line.split())


def ledger_url(settings: Settings, environ: Mapping[str, str]) -> str:
    """Return the URL of the ledger: SQLite in the data folder, or PostgreSQL with its password."""
    named = settings.storage.ledger
    if not named:
        return f"sqlite:///{settings.data_dir / 'ledger.db'}"
    url = make_url(named).set(drivername="postgresql+psycopg")
    password = _password(LEDGER_PASSWORD, settings.storage.password_file, settings, environ)
    return url.set(password=password).render_as_string(hide_password=False)


def _password(
    variable: str, file: str, settings: Settings, environ: Mapping[str, str]
) -> str | None:
    if environ.get(variable):
        return environ[variable]
    if not file and environ.get("CREDENTIALS_DIRECTORY"):  # systemd's LoadCredential
        credential = Path(environ["CREDENTIALS_DIRECTORY"]) / variable.lower()
        file = str(credential) if credential.exists() else ""
    if not file:
        return None
    path = settings.path.resolve().parent / file
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"读不出密码文件 {path}，请检查路径和权限（600）。") from error
    if text is None:
        raise ConfigError(f"密码文件 {path} 不是文本文件，请用记事本另存为 UTF-8 编码的文本。")
    return text.strip().strip("\ufeff\u200b\xa0") or None


def _no_password(section: str, variable: str) -> str:
    return (
        f"没有密码。请设置环境变量 {variable}，或在 config.toml 的 [{section}] 里写 "
        'password_file = "文件路径"。网易邮箱要用“授权码”，不是网页登录密码。'
    )


def _with_line(text: str, fault: str) -> str:
    """Put the line before a fault that begins with its key."""
    key = re.match(r"[a-z_]+(?:\[\d+\])?(?:\.[a-z_]+)*", fault)
    return f"{at_line(text, location_of(key[0])) if key else ''}{fault}"


def _contradictions(file: _File) -> Iterator[str]:
    """Find what no single value shows."""
    if file.data.ledger:
        try:
            url = make_url(file.data.ledger)
        except ArgumentError:
            url = None
        if url is None or url.get_backend_name() != "postgresql":
            yield "data.ledger 应留空，或写成 postgresql://账号@主机/库名。"
        elif url.password:
            yield f"data.ledger 里不要写密码，请改用环境变量 {LEDGER_PASSWORD} 或 password_file。"
    if "://" in file.digest.push_file:
        yield (
            f"digest.push_file 应为文件名。推送地址里有密钥，不要写进 config.toml，"
            f"请写到单独的文件里，或用环境变量 {PUSH_ADDRESSES}。"
        )
    if not file.provisions:
        yield "缺少 [[provisions]]，请至少写一段规定。"
    starts = [provisions.since for provisions in file.provisions]
    for since in sorted({since for since in starts if starts.count(since) > 1}):
        yield f"有两段 [[provisions]] 都从 {since} 起用，请改其中一段的 since。"
    for number, provisions in enumerate(file.provisions, 1):
        yield from contradictions(provisions, f"provisions[{number}]")
    yield from history_faults(file.provisions)
    for name, value in (
        *(
            (f"limits.{limit.name}", getattr(file.limits, limit.name))
            for limit in fields(file.limits)
            if limit.name != "walls"
        ),
        ("ocr.pages", file.ocr.pages),
        ("ocr.seconds", file.ocr.seconds),
        ("mailbox.poll_seconds", file.mailbox.poll_seconds),
        ("relay.per_hour", file.relay.per_hour),
        ("relay.per_day", file.relay.per_day),
        ("relay.per_address_per_day", file.relay.per_address_per_day),
    ):
        if value <= 0:
            yield f"{name} 应大于 0。"
    if not 0 <= file.answers.grace_minutes <= MAX_GRACE:
        yield f"answers.grace_minutes 应在 0 到 {MAX_GRACE} 之间。"
    if file.mailbox.since and not _is_day(file.mailbox.since):
        yield f'mailbox.since “{file.mailbox.since}”不是日期，例如 "2022-02-24"；留空从台账建立前两天算起。'
    if file.virus.clamd and not re.fullmatch(r"/\S.*|\S+:\d{1,5}", file.virus.clamd):
        yield 'virus.clamd 应写套接字的路径，如 "/run/clamav/clamd.ctl"，或 "127.0.0.1:3310"。'
    if file.ocr.memory < LEAST_OCR_MEMORY:
        yield f"ocr.memory 至少要 {LEAST_OCR_MEMORY}（字节），否则识别程序启动不了。"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
