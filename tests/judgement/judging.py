"""Examines and judges a letter of the corpus in-process, and compares what comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine

from console.application import examiner_config
from console.holidays import Calendar
from console.settings.loading import Settings, load
from ingest.examination import examine
from ledger.duplicates import DuplicateIndex
from ledger.models.base import Base
from rulebook.commissions import OpenCommission
from rulebook.judge import LedgerContext, judge
from rulebook.model import DraftVerdict, Outcome, Sender, Verdict
from tests.judgement.corpus import Letter, build

CONFIG = Path(__file__).parent.parent.parent / "config.toml"
FIELDS = (
    "outcome",
    "reasons",
    "drafts",
    "kind",
    "title",
    "date",
    "字数",
    "pictures",
    "author",
    "reviewer",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One field of one letter or draft. `silent`: a wrong day that nobody would look at again."""

    letter: str
    file: str
    field: str
    expected: object
    found: object
    evidence: str = ""
    silent: bool = False

    @property
    def met(self) -> bool:
        return self.expected == self.found

    @property
    def late_wrongly(self) -> bool:
        """LATE was said of a letter that is not."""
        return self.field == "reasons" and "LATE" in set(self.found) - set(self.expected)  # type: ignore[call-overload]

    @property
    def held_needlessly(self) -> bool:
        """An honest letter has to wait for a person, or is refused."""
        return self.field == "outcome" and self.expected == "accepted" and not self.met

    def __str__(self) -> str:
        told = (
            f"{self.letter} {self.file} {self.field}: expected {self.expected}, found {self.found}"
        )
        return f"{told} ({self.evidence})" if self.evidence else told


@cache
def settings() -> Settings:
    """The office's own config.toml: its units, words and figures are what is tried here."""
    return load(CONFIG, {})


@cache
def empty_ledger() -> Engine:
    """Each letter is the office's first: what it repeats, it repeats of itself."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    return engine


def verdict_on(letter: Letter) -> Verdict:
    """The letter read and judged as the program does it, the roster's answer given by the corpus."""
    office = settings()
    submission = examine(build(letter), letter.received, examiner_config(office)).submission
    unit = letter.sender.unit or None
    sender = Sender(letter.sender.name, letter.sender.address, unit, letter.sender.name)
    provisions = office.provisions_at(letter.received)
    known = LedgerContext(
        tuple(
            OpenCommission(number, topic, (letter.sender.unit,), date.max)
            for number, topic in enumerate(letter.asked, 1)
        )
    )
    submission = replace(submission, sender=sender)
    with empty_ledger().connect() as connection:
        duplicates = DuplicateIndex(connection, 0, provisions.near_duplicate, None).of(submission)
    return judge(submission, provisions, duplicates, Calendar().is_workday, known)


def checks(letter: Letter) -> list[Check]:
    """Every expectation of a letter beside what the program found."""
    verdict = verdict_on(letter)
    reasons = frozenset(reason.name for reason in verdict.reasons)
    found = [
        Check(letter.id, "", "outcome", letter.outcome, verdict.outcome.value, " ".join(reasons)),
        Check(letter.id, "", "reasons", sorted(letter.reasons), sorted(reasons)),
    ]
    prefix = "" if letter.archive == "none" else f"{letter.archive_name}/"
    if letter.forwarded:
        prefix = f"{letter.subject}/{prefix}"
    drafts = {draft.draft.key.removeprefix(prefix): draft for draft in verdict.drafts}
    expected = {
        piece.path if len(piece.expected) == 1 else f"{piece.path}#{part}": wanted
        for piece in letter.pieces
        for part, wanted in enumerate(piece.expected, 1)
    }
    if letter.archive != "none":
        found.append(Check(letter.id, "", "drafts", sorted(expected), sorted(drafts)))
    for path, wanted in expected.items():
        if path not in drafts:
            continue
        draft = drafts[path].draft
        kind = drafts[path].kind
        sure = kind
        found += [
            Check(letter.id, path, "kind", wanted.kind, sure, drafts[path].kind_evidence),
            Check(letter.id, path, "title", wanted.title, draft.title),
            Check(letter.id, path, "pictures", wanted.pictures, len(draft.images)),
            Check(letter.id, path, "unit", letter.sender.unit or None, drafts[path].unit),
        ]
        if wanted.characters is not None:
            found.append(
                Check(letter.id, path, "字数", wanted.characters, draft.characters, draft.text)
            )
        for field, names in (("author", wanted.author), ("reviewer", wanted.reviewer)):
            if names is not None:
                found.append(Check(letter.id, path, field, names, getattr(draft, field)))
        if wanted.judged_day:
            found.append(_day(letter, path, wanted.day, drafts[path]))
    return found


def _day(letter: Letter, path: str, wanted: object, verdict: DraftVerdict) -> Check:
    event_date = verdict.draft.event_date
    silent = (
        event_date.day is not None
        and event_date.day != wanted
        and verdict.outcome is Outcome.ACCEPTED
    )
    told = (
        event_date.evidence
        if event_date.doubt is None
        else f"{event_date.doubt}: {event_date.evidence}"
    )
    return Check(letter.id, path, "date", wanted, event_date.day, told, silent)
