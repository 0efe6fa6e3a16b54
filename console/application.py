"""Builds the rooms from the settings and opens the doors between them; the one place that knows all."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from console import holidays
from console.settings.loading import (
    ConfigError,
    Settings,
    ledger_url,
    mailbox_password,
    push_addresses,
    relay_password,
)
from console.settings.urls import MaildirUrl
from ingest.examination_types import ExaminationResult, ExaminerConfig, Recognition
from ingest.intake import Intake
from ingest.mailboxes.imap import ImapMailbox
from ingest.mailboxes.mailbox import Mailbox
from ingest.mailboxes.maildir import MaildirMailbox
from ingest.sandbox.confinement import SandboxLimits
from ingest.sandbox.malloc import keep_freed_memory
from ingest.sandbox.pool import Workers, outcome_of
from ledger.adoptions import Adoptions
from ledger.annual_bonus import AnnualBonuses
from ledger.commissions import Commissions
from ledger.decisions import AppliedRuling, ConcernedLetter, Decisions
from ledger.letters import LetterRepository
from ledger.models.database import open_ledger
from ledger.notices import Notices
from ledger.os_errors import describe
from ledger.outbox import Outbox
from ledger.queries.digest import DigestQueries
from ledger.queries.figures import Figures
from ledger.roster import Roster
from ledger.row_values import OutgoingMessage
from ledger.score_lines import Scores
from ledger.states import LetterKind
from ledger.storage.vault import Vault
from notifier.delivery.deliver import Ceilings, Delivered, deliver
from notifier.delivery.maildir import MaildirRelay
from notifier.delivery.push import BadTarget, Target, targets
from notifier.delivery.relay import Relay
from notifier.delivery.smtp import SmtpRelay
from notifier.letters.correction import Changed, Corrected, correction
from notifier.letters.receipt import receipt
from notifier.mail.message import OutgoingLetter, render
from notifier.mail.page import Office
from parsers.pictures import ocr
from rulebook import units
from rulebook.model import Submission, Verdict

PROGRAM = "Shougao"


class Busy(Exception):
    """Another process holds this data folder; the text says so."""


class Application:
    """
    All rooms, wired. Use it as a context manager: the ledger is created and migrated on entering.

    Mailbox, relay and workers are started by their first use. Raises ConfigError when the data
    folder cannot be used.
    """

    def __init__(self, settings: Settings, environ: Mapping[str, str] | None = None) -> None:
        self.settings = settings
        self.zone = settings.provisions[-1].zone
        self._environ = os.environ if environ is None else environ
        self._mailbox: Mailbox | None = None
        self._relay: Relay | None = None
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        keep_freed_memory()
        data = self.settings.data_dir
        try:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.engine: Engine = open_ledger(ledger_url(self.settings, self._environ))
        except OSError as error:
            raise ConfigError(
                f"数据目录 {data} 无法使用：{describe(error)}。请检查路径和权限。"
            ) from error
        except DatabaseError as error:
            raise ConfigError(
                f"台账 {self.settings.storage.ledger or data / 'ledger.db'} 打不开："
                f"{error.orig}。请检查磁盘空间和权限（或数据库服务），必要时恢复备份。"
            ) from error
        self._open.callback(self.engine.dispose)
        self.vault = Vault(data / "vault")
        self.scores = Scores(self.settings.provisions_on_day)
        self.letters = LetterRepository(self.engine, self.scores)
        self.decisions = Decisions(
            self.engine, self.settings.provisions_at, holidays.is_workday, self.scores
        )
        self.adoptions = Adoptions(self.engine, self.scores)
        self.commissions = Commissions(self.engine)
        self.annual_bonuses = AnnualBonuses(self.engine)
        self.notices = Notices(self.engine, self.vault)
        self.figures = Figures(self.engine, self.settings.provisions_on_day, holidays.is_workday)
        self.outbox = Outbox(self.engine)
        self.days = DigestQueries(self.engine)
        self.roster = Roster(self.engine)
        self.workers = self._open.enter_context(
            Workers(
                self.settings.limits.workers,
                examiner_config(self.settings),
                SandboxLimits(home=data / "scratch", letters=(self.vault.folder,)),
            )
        )
        self.intake = Intake(
            vault=self.vault,
            letters=self.letters,
            roster=self.roster,
            commissions=self.commissions,
            workers=self.workers,
            provisions_at=self.settings.provisions_at,
            is_workday=holidays.is_workday,
            holidays_known=holidays.known,
            compose=self._compose,
            now=now,
            letter_bytes=self.settings.limits.letter_bytes,
            max_tries=self.settings.limits.max_tries,
            per_address_per_day=self.settings.relay.per_address_per_day,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._mailbox is not None:
            self._mailbox.close()
        self._open.close()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """
        Hold the data folder: two rounds at once would send receipts twice. Raises Busy.

        The system lets go of the lock when the process ends, however it ends.
        """
        with (self.settings.data_dir / "round.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Busy(
                    "另一个收稿程序正在使用这个数据目录（服务在运行时会自动收取，不必手工 poll）。"
                ) from error
            yield

    def mailbox(self) -> Mailbox:
        """The mailbox, kept open between rounds. Raises ConfigError without a password."""
        if self._mailbox is None:
            self._mailbox = open_mailbox(self.settings, self._environ)
        return self._mailbox

    def deliver(self) -> Delivered:
        """Send what is owed and due. Raises ConfigError without a password, when something is."""
        if not self.outbox.due(now(), 1):
            return Delivered()
        if self._relay is None:
            self._relay = open_relay(self.settings, self._environ)
        relay = self.settings.relay
        return deliver(
            self.outbox,
            self._relay,
            relay.sender,
            now(),
            Ceilings(relay.per_hour, relay.per_day),
            self.zone,
        )

    @property
    def wants_push(self) -> bool:
        """Whether the office named anybody to push the digest's headline to."""
        return bool(push_addresses(self.settings, self._environ))

    def push_targets(self) -> tuple[Target, ...]:
        """Where the digest's headline is pushed to. Raises ConfigError for an address that is none."""
        addresses = push_addresses(self.settings, self._environ)
        try:
            return targets(addresses) if addresses else ()
        except BadTarget as error:
            raise ConfigError(str(error)) from None

    def examine(self, raw: bytes, received: datetime) -> tuple[Submission, Verdict]:
        """
        A dry run: read and judge one letter, behind the same walls. Stores nothing.

        A letter that the ledger knows is judged as it was then: it does not repeat itself.
        """
        head_only = len(raw) > self.settings.limits.letter_bytes
        examined = outcome_of(self.workers.submit(raw, received, head_only=head_only))
        own = self.letters.letter_of(hashlib.sha256(raw).hexdigest())
        if own is None:
            return self.intake.consider(examined, received)
        return self.intake.consider(examined, received, own, before=received)

    def correct(
        self, letter: ConcernedLetter, ruled: Sequence[AppliedRuling]
    ) -> Sequence[OutgoingMessage]:
        """The corrected receipt that a person's decision calls for."""
        zone = self.settings.provisions_at(letter.received).zone
        said = correction(
            Corrected(
                letter=letter.letter,
                seq=ruled[-1].seq,
                subject=letter.subject,
                received=letter.received,
                address=letter.address,
                officer=letter.officer,
                unit=letter.unit,
                message_id=letter.message_id,
                references=(),
                drafts=tuple(
                    Changed(
                        made.title,
                        made.before,
                        made.after,
                        made.points_before,
                        made.points_after,
                        made.why,
                    )
                    for made in ruled
                ),
            ),
            self.office(letter.received),
        )
        return [self.owed(LetterKind.CORRECTION, said, zone)]

    def _compose(
        self, letter_id: int, submission: Submission, verdict: Verdict, examined: ExaminationResult
    ) -> Sequence[OutgoingMessage]:
        provisions = self.settings.provisions_at(submission.received)
        letter = receipt(
            letter_id,
            submission,
            verdict,
            self.office(submission.received),
            message_id=examined.message_id,
            references=examined.references,
            reply_to=examined.reply_to,
            limit_days=provisions.timeliness.days,
        )
        return [self.owed(LetterKind.RECEIPT, letter, provisions.zone)]

    def office(self, received: datetime | None = None) -> Office:
        """
        Who writes. A receipt's Message-ID carries the moment of the letter it answers, so that a
        ledger begun anew does not repeat those of an old one; a letter of the day needs none.
        """
        office, sender = self.settings.office, self.settings.relay.sender
        return Office(
            name=office.name,
            display_name=office.display_name,
            contact=office.contact,
            domain=_origin(sender, received),
            zone=self.settings.provisions_at(received or now()).zone,
            sender=sender,
            templates=self.settings.templates,
        )

    def owed(self, kind: LetterKind, letter: OutgoingLetter, zone: str) -> OutgoingMessage:
        """A letter of ours with its bytes, ready to be owed."""
        raw = render(
            letter, self.settings.relay.sender, self.settings.office.display_name, now(), zone
        )
        return OutgoingMessage(
            kind, letter.recipient, letter.copies, letter.subject, letter.message_id, raw
        )


def _origin(sender: str, received: datetime | None) -> str:
    """The right side of our Message-IDs."""
    told = f"{int(received.timestamp()):x}." if received else ""
    return f"{told}shougao.{sender.rpartition('@')[2] or 'localhost'}"


def program_version() -> str:
    """Return the version of the installed distribution, as pyproject.toml has it."""
    return importlib.metadata.version("shougao")


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def examiner_config(settings: Settings) -> ExaminerConfig:
    """What the examiners have at hand."""
    latest = settings.provisions[-1]
    ours = {*settings.mailbox.own_addresses, settings.relay.sender}
    return ExaminerConfig(
        limits=settings.limits.of_letter(),
        zone=latest.zone,
        unit_names=units.all_names(latest.units),
        authserv_ids=settings.mailbox.authserv_ids,
        own_addresses=tuple(sorted(address.lower() for address in ours if address)),
        recognition=Recognition(settings.ocr.pages, settings.ocr.seconds, settings.ocr.memory)
        if settings.ocr.enabled and ocr.available()
        else None,
    )


def open_mailbox(settings: Settings, environ: Mapping[str, str]) -> Mailbox:
    """The mailbox that the settings name; it connects when it is first used."""
    url = settings.mailbox_url
    if isinstance(url, MaildirUrl):
        return MaildirMailbox(url.path, settings.mailbox.junk_folders)
    return ImapMailbox(
        url.host,
        url.port,
        url.account,
        mailbox_password(settings, environ),
        tls=url.tls,
        junk_folders=settings.mailbox.junk_folders,
        identity={
            "name": PROGRAM,
            "version": program_version(),
            "vendor": PROGRAM,
            "support-email": settings.mailbox.support_email or url.account,
        },
    )


def open_relay(settings: Settings, environ: Mapping[str, str]) -> MaildirRelay | SmtpRelay:
    """The relay that the settings name; it connects when it is first used."""
    url = settings.relay_url
    if isinstance(url, MaildirUrl):
        return MaildirRelay(url.path)
    password = relay_password(settings, environ) if url.account else ""
    return SmtpRelay(url.host, url.port, url.account, password, url.tls)
