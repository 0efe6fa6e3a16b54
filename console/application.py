"""Builds the rooms from the settings and hands each what it needs: the one place that knows all."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from console.clock import now
from console.composing import Composer
from console.connections import Connections
from console.opened_ledger import opened_ledger
from console.relay_accounts import RelayAccounts
from console.settings.loading import Settings
from console.sharing import Sharing, account_of, sharing_of
from console.state import last_round
from console.vaults import COPIES
from ingest.answering import AnswerPolicy
from ingest.collecting import Collecting
from ingest.examination_types import ExaminerConfig, Recognition
from ingest.intake import Intake
from ingest.queued import QueuedIntake
from ingest.recognising import RecognitionPlan
from ingest.round_types import Examiners
from ingest.sandbox import scratch
from ingest.sandbox.confinement import SandboxLimits
from ingest.sandbox.malloc import keep_freed_memory
from ingest.sandbox.pool import Workers
from ingest.virus_scan import Clamd
from ledger.adoptions import Adoptions
from ledger.annual_bonus import AnnualBonuses
from ledger.commissions import Commissions
from ledger.conversations import Conversations
from ledger.decisions import Decisions
from ledger.desk import Desk
from ledger.editing import Editing
from ledger.hand_lines import HandLines
from ledger.letters import LetterRepository
from ledger.models.instance_lock import HeldElsewhere, InstanceLock, holding
from ledger.notice_checks import NoticeChecks
from ledger.notices import Notices
from ledger.outbox import Outbox
from ledger.printed_texts import PrintedTexts
from ledger.proposals import Proposals
from ledger.queries.digest import DigestQueries
from ledger.queries.figures import Figures
from ledger.queries.outbox import OutboxQueries
from ledger.questions import Questions
from ledger.roster import Roster
from ledger.rule_versions import PendingRules, RuleVersions
from ledger.saved_filters import SavedFilters
from ledger.score_lines import Scores
from ledger.shared_drafts import SharedDrafts
from ledger.sightings import Sightings
from ledger.storage.vault import Vault
from parsers.pictures import ocr
from rulebook import units
from rulebook.unit_history import UnitHistory


class Busy(Exception):
    """Another process holds this data folder; the text says so."""


@dataclass(frozen=True, slots=True)
class Application:
    """
    All rooms, built and wired by `open_application`. Workers are started by their first use.

    `settings.provisions` are the versions that the ledger has entered; `pending_rules` says where the
    file differs from them; `newest_rules` is the number of the newest version, so that it is noticed when
    another process enters one. `environ`: where its secrets come from. `sharing` and `queued` are None
    where this program does all by itself.
    """

    settings: Settings
    environ: Mapping[str, str]
    engine: Engine
    vault: Vault
    rule_versions: RuleVersions
    newest_rules: int
    pending_rules: PendingRules
    hand_lines: HandLines
    shared_drafts: SharedDrafts
    scores: Scores
    letters: LetterRepository
    sightings: Sightings
    decisions: Decisions
    editing: Editing
    conversations: Conversations
    proposals: Proposals
    questions: Questions
    desk: Desk
    saved_filters: SavedFilters
    notice_checks: NoticeChecks
    adoptions: Adoptions
    commissions: Commissions
    annual_bonuses: AnnualBonuses
    printed_texts: PrintedTexts
    notices: Notices
    figures: Figures
    outbox: Outbox
    deliveries: OutboxQueries
    days: DigestQueries
    roster: Roster
    workers: Workers
    composer: Composer
    connections: Connections
    intake: Intake
    sharing: Sharing | None = None
    queued: QueuedIntake | None = None

    @property
    def zone(self) -> str:
        """The office's time zone at present, an IANA name."""
        return self.settings.zone


@contextlib.contextmanager
def open_application(
    settings: Settings,
    environ: Mapping[str, str] | None = None,
    in_turn: Callable[[Workers], Examiners] = lambda workers: workers,
    relays: RelayAccounts | None = None,
) -> Iterator[Application]:
    """
    Build the rooms on the office's ledger, which is created where there is none; close them at the end.

    Args:
        settings: what config.toml says.
        environ: where passwords are looked for; the process's own by default.
        in_turn: what stands between intake and workers, where several offices take turns.
        relays: the accounts of relays that other offices of the service use, too.

    Raises:
        ConfigError: the data folder or the ledger cannot be used, or must be migrated first.

    """
    environ = os.environ if environ is None else environ
    keep_freed_memory()
    with contextlib.ExitStack() as at_the_end:
        opened = at_the_end.enter_context(opened_ledger(settings, environ))
        settings, engine, vault = opened.settings, opened.engine, opened.vault
        newest, figures = opened.newest_rules, opened.figures
        scores = Scores(settings.provisions_on_day, newest)
        hand_lines = HandLines(engine, scores)
        sharing = sharing_of(settings, engine)
        letters = LetterRepository(engine, scores, sharing.examinations if sharing else None)
        sightings = Sightings(engine)
        commissions = Commissions(engine)
        roster = Roster(engine)
        composer = Composer(settings, figures)
        decisions = Decisions(
            engine,
            settings.provisions_at,
            settings.calendar.is_workday,
            scores,
            timedelta(minutes=settings.answers.grace_minutes),
        )
        adoptions = Adoptions(engine, scores)
        workers = at_the_end.enter_context(
            Workers(
                settings.limits.workers,
                examiner_config(settings),
                SandboxLimits(home=settings.data_dir / "scratch", closed=True),
            )
        )
        examiners = in_turn(workers)
        outbox = Outbox(engine)
        relay_account = None
        if relays is not None:
            account = account_of(settings.relay_url).lower()
            relay_account = at_the_end.enter_context(
                relays.joined(settings.key, account, outbox.sent_since)
            )
        lease = sharing.relay if sharing else None
        connections = Connections(settings, environ, lease, relay_account)
        at_the_end.callback(connections.close)
        application = Application(
            settings=settings,
            environ=environ,
            engine=engine,
            vault=vault,
            rule_versions=opened.rule_versions,
            newest_rules=newest,
            pending_rules=opened.pending_rules,
            hand_lines=hand_lines,
            shared_drafts=SharedDrafts(engine, scores),
            scores=scores,
            letters=letters,
            sightings=sightings,
            decisions=decisions,
            editing=Editing(engine, decisions, scores),
            conversations=Conversations(engine, decisions),
            proposals=Proposals(engine, adoptions),
            questions=Questions(engine),
            desk=Desk(engine),
            saved_filters=SavedFilters(engine),
            notice_checks=NoticeChecks(engine),
            adoptions=adoptions,
            commissions=commissions,
            annual_bonuses=AnnualBonuses(engine, settings.provisions_on_day),
            printed_texts=PrintedTexts(engine),
            notices=Notices(engine, vault),
            figures=figures,
            outbox=outbox,
            deliveries=OutboxQueries(engine),
            days=DigestQueries(engine),
            roster=roster,
            workers=workers,
            composer=composer,
            connections=connections,
            intake=Intake(
                vault=vault,
                letters=letters,
                collecting=Collecting(
                    vault=vault,
                    letters=letters,
                    sightings=sightings,
                    since=lambda: settings.collect_since() or sightings.collect_since(),
                    answer_days=settings.answers.not_older_than_days,
                    letter_bytes=settings.limits.letter_bytes,
                    now=now,
                    # where others examine, no process of our own is needed
                    soon=(lambda: None) if sharing else examiners.warm_up,
                ),
                roster=roster,
                commissions=commissions,
                workers=examiners,
                provisions_at=settings.provisions_at,
                units=UnitHistory(settings.provisions_on_day),
                scanner=Clamd(settings.virus.clamd) if settings.virus.clamd else None,
                is_workday=settings.calendar.is_workday,
                holidays_known=settings.calendar.known,
                compose=composer.in_answer,
                recognition=RecognitionPlan(
                    settings.ocr.seconds_per_round,
                    composer.recognising,
                    outbox.enqueue_once,
                )
                if examiner_config(settings).recognition is not None
                else None,
                now=now,
                max_tries=settings.limits.max_tries,
                answers=AnswerPolicy(
                    settings.answers.strangers,
                    settings.answers.not_older_than_days,
                    settings.answers.inquiries,
                    settings.answers.cards_per_day,
                ),
            ),
        )
        if sharing is not None:
            queued = QueuedIntake(application.intake, sharing.examinations)
            application = replace(application, sharing=sharing, queued=queued)
        yield application


@contextlib.contextmanager
def hold_data_folder(data: Path, *, shared: bool = False) -> Iterator[None]:
    """
    Hold the data folder for rounds: two at once would send receipts twice.

    `shared`: with programs that share the work by a queue, where leases see to that. The system lets go
    of the lock when the process ends, however it ends.

    Raises:
        Busy: another process holds it.

    """
    with (data / "round.lock").open("w") as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as error:
            raise Busy(
                "另一个收稿程序正在使用这个数据目录（服务在运行时会自动收取，不必手工 poll）。"
            ) from error
        last_round.reserve(data)
        # what a crash left: letters half written, folders of workers that are gone
        Vault(data / "vault").sweep()
        Vault(data / COPIES).sweep()
        scratch.sweep(data / "scratch")
        yield


@contextlib.contextmanager
def hold_ledger(engine: Engine, *, shared: bool = False) -> Iterator[InstanceLock]:
    """
    Hold the ledger for rounds: on PostgreSQL another host may work on it, with a data folder of its own.

    `shared`: with programs that share the work by a queue.

    Raises:
        Busy: another program holds it; the text says which, and since when.

    """
    try:
        with holding(engine, shared=shared) as lock:
            yield lock
    except HeldElsewhere as error:
        raise Busy(str(error)) from None


def examiner_config(settings: Settings) -> ExaminerConfig:
    """Return what the examiners need to know of the settings."""
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
        by_link=any(rule.by_link for rule in latest.kind_rules),
    )
