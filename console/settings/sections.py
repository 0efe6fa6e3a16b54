"""The sections of config.toml, one frozen dataclass each; console/settings/loading.py reads and checks them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, time
from enum import StrEnum

from pydantic import ConfigDict

from ingest.answering_choices import Inquiries, StrangersAnswered
from parsers.types import Limits
from rulebook.provisions import Provisions
from rulebook.wording import ADOPTION, ANSWER_DAYS, PIECE

STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)

PARSERS = Limits()
"""The parsers' own bounds: the defaults of what an office need not write."""


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """
    Who the receipts come from.

    `templates`: the folder of the office's own letters' templates; `forward_to`: the addresses to
    which staff may hand on a letter that is no submission (转交).
    """

    __pydantic_config__ = STRICT
    name: str
    display_name: str
    contact: str
    templates: str = ""
    forward_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordSettings:
    """
    What an office calls its officers, who keeps their list, and what their work is called.

    `piece`: what is sent (稿件); `adoption`: its being printed (录用).
    """

    __pydantic_config__ = STRICT
    officer: str = "宣传员"
    keeper: str = "人事教育科"
    work: str = "信息宣传"
    piece: str = PIECE
    adoption: str = ADOPTION


@dataclass(frozen=True, slots=True)
class DataSettings:
    """
    Where ledger and vault lie.

    `ledger`: empty for SQLite in the folder, or a PostgreSQL URL without a password
    (postgresql://account@host/database). `schema`: the schema of that database which holds it; empty for
    the account's own, `public` as a rule.
    """

    __pydantic_config__ = STRICT
    folder: str
    ledger: str = ""
    schema: str = ""
    password_file: str = ""


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """
    Where raw letters lie: empty for the data folder, or a bucket of an S3 service (s3://bucket/prefix).

    `endpoint`: the service's address, empty for Amazon's own; `key`: the access key's name, whose
    password stands elsewhere; `virtual_hosted`: whether the bucket's name belongs into the host's;
    `copies_mb`: what the copies that this machine works on may take up.
    """

    __pydantic_config__ = STRICT
    url: str = ""
    endpoint: str = ""
    region: str = ""
    key: str = ""
    password_file: str = ""
    virtual_hosted: bool = False
    copies_mb: int = 2000


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """
    Where letters come from.

    `since`: from which office day on (ISO 8601); empty: from two days before the ledger was made.
    """

    __pydantic_config__ = STRICT
    url: str
    since: str = ""
    poll_seconds: int = 30
    password_file: str = ""
    junk_folders: tuple[str, ...] = ()
    authserv_ids: tuple[str, ...] = ()
    own_addresses: tuple[str, ...] = ()
    support_email: str = ""


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Where our letters go out."""

    __pydantic_config__ = STRICT
    url: str
    sender: str
    password_file: str = ""
    per_hour: int = 150
    per_day: int = 800
    per_address_per_day: int = 30


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """
    Whom a machine may answer, until when and how often; see ingest.answering.AnswerPolicy.

    `phrases`: what staff often write, to be put into an answer by a click. `grace_minutes`: so long a
    person's decision can be undone, and its corrected receipt waits.
    """

    __pydantic_config__ = STRICT
    strangers: StrangersAnswered = StrangersAnswered.SUBMISSIONS
    strangers_per_day: int = 30
    not_older_than_days: int = 3
    inquiries: Inquiries = Inquiries.CARD
    cards_per_day: int = 3
    phrases: tuple[str, ...] = ()
    grace_minutes: int = 10
    officers_answer_within_days: int = ANSWER_DAYS


class Walls(StrEnum):
    """What is done where the system confines workers less than it could: go on, or not start."""

    BEST = "best"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """
    Bounds of one letter, as in parsers.types.Limits; `letter_bytes` of it as it comes.

    `walls`: whether letters are read where Landlock or seccomp are missing.
    """

    __pydantic_config__ = STRICT
    letter_bytes: int
    bytes: int
    entries: int
    depth: int
    seconds: float
    pixels: int
    ratio: int
    max_tries: int
    workers: int
    characters: int = PARSERS.characters
    drafts: int = PARSERS.drafts
    xml_bytes: int = PARSERS.xml_bytes
    rtf_bytes: int = PARSERS.rtf_bytes
    page_bytes: int = PARSERS.page_bytes
    page_characters: int = PARSERS.page_characters
    walls: Walls = Walls.BEST

    def of_letter(self) -> Limits:
        """Return the bounds that the parsers keep."""
        return Limits(**{bound.name: getattr(self, bound.name) for bound in fields(Limits)})


@dataclass(frozen=True, slots=True)
class VirusSettings:
    """`clamd`: a UNIX socket's path or host:port; empty: letters are not scanned."""

    __pydantic_config__ = STRICT
    clamd: str = ""


@dataclass(frozen=True, slots=True)
class OcrSettings:
    """
    Text in pictures of pages; needs the extra `ocr`.

    `seconds`: after so many no further page of a letter is begun; `seconds_per_round`: after so many
    no further letter of a round; `memory`: bytes of address space of
    the process that recognises.
    """

    __pydantic_config__ = STRICT
    enabled: bool = True
    pages: int = 6
    seconds: float = 90.0
    seconds_per_round: float = 300.0
    memory: int = 3_000_000_000


class SecondFactorRule(StrEnum):
    """Who must have a second factor to work in the pages."""

    OPTIONAL = "optional"
    ADMINS = "admins"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """
    The office's pages.

    `address`: how browsers reach them, for links in the digest. With it a reverse proxy at one of
    `proxies` (addresses or networks) is believed when it tells who asks, and by TLS. A login ends after
    `session_hours`, and when nobody has used it for `idle_minutes`.
    """

    __pydantic_config__ = STRICT
    host: str = "127.0.0.1"
    port: int = 8000
    address: str = ""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    session_hours: int = 12
    idle_minutes: int = 60
    second_factor: SecondFactorRule = SecondFactorRule.OPTIONAL


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """The daily digest: at which time of the office's day, to whom. Nobody: none is written."""

    __pydantic_config__ = STRICT
    at: time = time(8, 30)
    recipients: tuple[str, ...] = ()
    push_file: str = ""


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """催报 to units behind their target, so many days before a week, month or quarter ends."""

    __pydantic_config__ = STRICT
    enabled: bool = False
    at: time = time(9, 0)
    days_before_week: int = 2
    days_before_month: int = 5
    days_before_quarter: int = 10
    days_before_commission: int = 3


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """
    The quarterly notice.

    主送 letter for letter, 署名, 抄送 and 印发机关 of the 版记 (empty: the office), to which addresses a
    published one is owed, and the office's own template in place of ours.
    """

    __pydantic_config__ = STRICT
    addressees: str = "各镇（街道、开发区）应急管理局，局各科室、大队"
    signature: str = ""
    copied_to: str = ""
    issuer: str = ""
    recipients: tuple[str, ...] = ()
    template: str = ""


class EngineKind(StrEnum):
    """Who examines and enters: the program that collects, or workers, on any number of machines."""

    INLINE = "inline"
    PROCRASTINATE = "procrastinate"


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How a letter's work is shared; by workers only with a ledger in PostgreSQL."""

    __pydantic_config__ = STRICT
    kind: EngineKind = EngineKind.INLINE

    @property
    def queued(self) -> bool:
        """Whether workers examine and enter what is collected."""
        return self.kind is EngineKind.PROCRASTINATE


class LogFormat(StrEnum):
    """How the service writes its log."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class LogSettings:
    """The service's log, a line an event."""

    __pydantic_config__ = STRICT
    format: LogFormat = LogFormat.TEXT


@dataclass(frozen=True, slots=True)
class HolidaySettings:
    """
    Days off and make-up workdays that the program's own calendar does not know.

    `file`: the State Council's notice, pasted as it is, beside config.toml.
    """

    __pydantic_config__ = STRICT
    off: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """Where the head of the journal's chain is kept besides: a file that grows by a line a day, or none."""

    __pydantic_config__ = STRICT
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """After how many days raw letters, texts and personal data are purged; 0 keeps them."""

    __pydantic_config__ = STRICT
    letters_days: int = 0
    personal_days: int = 0


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """
    Backups made from the pages, or by `shougao ledger backup` without a folder.

    `folder`: where they lie, beside config.toml unless it begins with /; empty: where the last one lies.
    `keep_days`: older copies of the ledger go, the latest three stay; 0 keeps them all.
    """

    __pydantic_config__ = STRICT
    folder: str = ""
    keep_days: int = 60


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """The whole file, its sections by name."""

    __pydantic_config__ = STRICT
    office: OfficeSettings
    data: DataSettings
    mailbox: MailboxSettings
    relay: RelaySettings
    limits: LimitSettings
    provisions: tuple[Provisions, ...]
    vault: VaultSettings = field(default_factory=VaultSettings)
    answers: AnswerSettings = field(default_factory=AnswerSettings)
    ocr: OcrSettings = field(default_factory=OcrSettings)
    virus: VirusSettings = field(default_factory=VirusSettings)
    console: ConsoleSettings = field(default_factory=ConsoleSettings)
    digest: DigestSettings = field(default_factory=DigestSettings)
    reminders: ReminderSettings = field(default_factory=ReminderSettings)
    notice: NoticeSettings = field(default_factory=NoticeSettings)
    words: WordSettings = field(default_factory=WordSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)
    log: LogSettings = field(default_factory=LogSettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    holidays: HolidaySettings = field(default_factory=HolidaySettings)
