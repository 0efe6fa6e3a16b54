"""config.toml, read once and strictly; the only place that knows the file and the environment."""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import make_url

from console.holidays import Calendar
from console.settings.calendar import calendar
from console.settings.contradictions import of_file
from console.settings.errors import ConfigError as ConfigError
from console.settings.faults import sentences, with_names
from console.settings.mending import is_ours, mended, rounds
from console.settings.sections import (
    AnswerSettings,
    AuditSettings,
    BackupSettings,
    ConfigFile,
    ConsoleSettings,
    DataSettings,
    DigestSettings,
    EngineSettings,
    LimitSettings,
    LogSettings,
    MailboxSettings,
    NoticeSettings,
    OcrSettings,
    OfficeSettings,
    RelaySettings,
    ReminderSettings,
    RetentionSettings,
    VaultSettings,
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
from ledger.models.schemas import within
from ledger.os_errors import describe
from parsers.charsets import decode
from rulebook import versions
from rulebook.kind_rules import Kind, KindRule
from rulebook.provisions import Provisions
from rulebook.wording import Wording, wording_of

MAILBOX_PASSWORD = "SHOUGAO_MAILBOX_PASSWORD"
RELAY_PASSWORD = "SHOUGAO_RELAY_PASSWORD"
LEDGER_PASSWORD = "SHOUGAO_LEDGER_PASSWORD"
VAULT_PASSWORD = "SHOUGAO_VAULT_PASSWORD"
PUSH_ADDRESSES = "SHOUGAO_PUSH"
OFFICE = "SHOUGAO_OFFICE"
"""Whose secrets an environment holds, in an installation of several offices."""


@dataclass(frozen=True, slots=True)
class Settings:
    """
    Everything the office decided, checked. `provisions` is sorted by the day it begins.

    `key`: its name in an installation of several offices, empty where it is alone; `prefix`: the path
    below which its pages lie there, such as /o/east.
    """

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
    vault: VaultSettings
    answers: AnswerSettings
    ocr: OcrSettings
    virus: VirusSettings
    console: ConsoleSettings
    digest: DigestSettings
    reminders: ReminderSettings
    notice: NoticeSettings
    words: WordSettings
    retention: RetentionSettings
    backup: BackupSettings
    audit: AuditSettings
    calendar: Calendar
    holidays_file: str
    log: LogSettings
    engine: EngineSettings
    key: str = ""
    prefix: str = ""

    @property
    def pages_url(self) -> str:
        """Where browsers find the pages, without a slash at its end."""
        console = self.console
        return console.address.rstrip("/") or f"http://{console.host}:{console.port}{self.prefix}"

    @property
    def templates(self) -> Path | None:
        """The folder of the office's own templates, None without one."""
        named = self.office.templates
        return self.path.resolve().parent / named if named else None

    @property
    def zone(self) -> str:
        """The office's time zone at present, an IANA name."""
        return self.provisions[-1].zone

    def wording(self, provisions: Provisions | None = None) -> Wording:
        """Return the words in which the office speaks, by default under the newest provisions."""
        return wording_of(
            self.provisions[-1] if provisions is None else provisions,
            self.words.officer,
            self.words.keeper,
            self.answers.officers_answer_within_days,
            self.words.work,
            self.words.piece,
            self.words.adoption,
        )

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
        return versions.in_force_on(self.provisions, day)


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """
    Read and check config.toml; SHOUGAO_DATA, SHOUGAO_MAILBOX, SHOUGAO_RELAY override it.

    Raises ConfigError, which lists everything that is wrong at once.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"打不开设置文件 {path}：{describe(error)}。请在 config.toml 所在目录运行，或用 --config 指明。"
        ) from error
    return load_text(config_text(raw, path), path, environ)


def load_text(text: str, path: Path, environ: Mapping[str, str]) -> Settings:
    """
    Check what config.toml says, or would say; `path`: where it stands. Raises as `load`.

    What is wrong in several ways is told at once: values first, then what they contradict.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        slips = explain(text, error)
        raise ConfigError("\n".join(f"{path}：{slip}" for slip in slips)) from error
    file, faults = _read(values, text, path)
    if file is None:
        raise ConfigError("\n".join(faults))
    here = path.resolve().parent
    told = [with_names(fault, text, values) for fault in of_file(file)]
    days: Calendar | None = None
    mailbox: MailboxUrl | MaildirUrl | None = None
    relay: RelayUrl | MaildirUrl | None = None
    try:
        mailbox = mailbox_url(
            environ.get("SHOUGAO_MAILBOX") or file.mailbox.url,
            Path.cwd() if environ.get("SHOUGAO_MAILBOX") else here,
        )
    except UrlError as error:
        told.append(str(error))
    try:
        relay = relay_url(
            environ.get("SHOUGAO_RELAY") or file.relay.url,
            Path.cwd() if environ.get("SHOUGAO_RELAY") else here,
        )
    except UrlError as error:
        told.append(str(error))
    faults += [f"{path}：{fault}" for fault in told if not is_ours(fault)]
    try:
        days = calendar(path, file.holidays)
    except ConfigError as error:
        faults.append(str(error))
    if faults or mailbox is None or relay is None or days is None:
        raise ConfigError("\n".join(faults))
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
        vault=file.vault,
        answers=file.answers,
        ocr=file.ocr,
        virus=file.virus,
        console=file.console,
        digest=file.digest,
        reminders=file.reminders,
        notice=file.notice,
        words=file.words,
        retention=file.retention,
        backup=file.backup,
        audit=file.audit,
        calendar=days,
        holidays_file=file.holidays.file,
        log=file.log,
        engine=file.engine,
    )


def mailbox_password(settings: Settings, environ: Mapping[str, str]) -> str:
    """Read the mailbox's password, from the environment or its file. Raises ConfigError without one."""
    password = _password(MAILBOX_PASSWORD, settings.mailbox.password_file, settings, environ)
    if password is None:
        raise ConfigError(_no_password("mailbox", MAILBOX_PASSWORD, environ))
    return password


def relay_password(settings: Settings, environ: Mapping[str, str]) -> str:
    """Read the relay's password; the mailbox's serves where none of its own is given."""
    password = _password(RELAY_PASSWORD, settings.relay.password_file, settings, environ)
    password = password or _password(
        MAILBOX_PASSWORD, settings.mailbox.password_file, settings, environ
    )
    if password is None:
        raise ConfigError(_no_password("relay", RELAY_PASSWORD, environ))
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
    if settings.storage.schema:
        url = within(url, settings.storage.schema)
    return url.set(password=password).render_as_string(hide_password=False)


def vault_password(settings: Settings, environ: Mapping[str, str]) -> str:
    """Read the secret of the bucket's key. Raises ConfigError without one."""
    password = _password(VAULT_PASSWORD, settings.vault.password_file, settings, environ)
    if password is None:
        raise ConfigError(
            f"没有 S3 密钥的密码。请设置环境变量 {_variable(VAULT_PASSWORD, environ)}，或在 config.toml 的 "
            '[vault] 里写 password_file = "文件路径"。'
        )
    return password


def _password(
    variable: str, file: str, settings: Settings, environ: Mapping[str, str]
) -> str | None:
    if environ.get(variable):
        return environ[variable]
    if not file and environ.get("CREDENTIALS_DIRECTORY"):  # systemd's LoadCredential
        credential = Path(environ["CREDENTIALS_DIRECTORY"]) / _credential(variable, environ)
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


def _credential(variable: str, environ: Mapping[str, str]) -> str:
    """Name systemd's credential that holds a secret: each office of several has its own."""
    name, office = variable.lower(), environ.get(OFFICE)
    return name.replace("shougao_", f"shougao_{office}_", 1) if office else name


def variable_of(office: str, variable: str) -> str:
    """Name the variable that holds a secret of one office of several: SHOUGAO_EAST_MAILBOX_PASSWORD."""
    return variable.replace("SHOUGAO_", f"SHOUGAO_{office.upper().replace('-', '_')}_", 1)


def _variable(variable: str, environ: Mapping[str, str]) -> str:
    """Name a secret's variable as whoever installs has to write it."""
    office = environ.get(OFFICE)
    return variable_of(office, variable) if office else variable


def _no_password(section: str, variable: str, environ: Mapping[str, str]) -> str:
    return (
        f"没有密码。请设置环境变量 {_variable(variable, environ)}，或在 config.toml 的 [{section}] 里写 "
        'password_file = "文件路径"。网易邮箱要用“授权码”，不是网页登录密码。'
    )


@functools.cache
def _adapter() -> TypeAdapter[ConfigFile]:
    """Return the checker of files; to build it takes longer than a file."""
    return TypeAdapter(ConfigFile)


def _read(values: Any, text: str, path: Path) -> tuple[ConfigFile | None, list[str]]:
    """
    Check every value of the file by itself.

    Returns: the file, with what is wrong in it put right provisionally (None where that cannot be
             done), and a sentence for each thing that is wrong.
    """
    faults: list[str] = []
    mending = values
    for _ in rounds():
        try:
            # JSON has as few types as TOML, so that pydantic's strict mode takes a list for a tuple and
            # a text for an enumeration or a day there, and still no "1" for 1
            written = json.dumps(mending, default=lambda moment: moment.isoformat())
            return _adapter().validate_json(written, strict=True), faults
        except ValidationError as error:
            faults = faults or sentences(path, text, error.errors(), ConfigFile, values)
            mending = mended(mending, error.errors(), ConfigFile)
    return None, faults
