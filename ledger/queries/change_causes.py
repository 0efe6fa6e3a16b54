"""Why a period's points changed after its notice went out: what people decided since, by the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.models.database import read_only
from ledger.models.decisions import AdoptionRow, HandLineRow, JournalRow, StandingRow
from ledger.models.letters import DraftRow
from ledger.states import Act
from rulebook.periods import Period

DECIDED = (Act.RULED, Act.CLAIMED)
REGISTERED = (Act.ADOPTED, Act.ADOPTION_CHANGED)


@dataclass(frozen=True, slots=True)
class Cause:
    """One deed: the stored names and the day of the points that it concerns, and a sentence."""

    units: tuple[str, ...]
    day: date
    sentence: str


def causes(engine: Engine, period: Period, since: datetime, zone: str) -> list[Cause]:
    """List what was decided since a moment about drafts, adoptions and points of a period."""
    with Session(read_only(engine)) as session:
        found = [
            *_decided(session, period, since, zone),
            *_registered(session, period, since, zone),
            *_by_hand(session, period, since, zone),
        ]
    return [cause for _, cause in sorted(found, key=lambda one: one[0])]


def _decided(
    session: Session, period: Period, since: datetime, zone: str
) -> list[tuple[int, Cause]]:
    query = (
        select(JournalRow, StandingRow.day, StandingRow.unit, DraftRow.unit, DraftRow.title)
        .join(StandingRow, StandingRow.draft_id == JournalRow.draft_id)
        .join(DraftRow, DraftRow.id == JournalRow.draft_id)
        .where(
            JournalRow.at > since,
            JournalRow.act.in_(DECIDED),
            StandingRow.day.between(period.first, period.last),
        )
    )
    return [
        (
            line.seq,
            Cause(
                tuple(name for name in dict.fromkeys((now, first)) if name),
                day,
                _sentence(line, period, zone, f"核定《{title}》"),
            ),
        )
        for line, day, now, first, title in session.execute(query)
    ]


def _registered(
    session: Session, period: Period, since: datetime, zone: str
) -> list[tuple[int, Cause]]:
    rows = {
        row.id: row
        for row in session.scalars(
            select(AdoptionRow).where(AdoptionRow.day.between(period.first, period.last))
        )
    }
    query = select(JournalRow).where(JournalRow.at > since, JournalRow.act.in_(REGISTERED))
    found = []
    for line in session.scalars(query):
        row = rows.get(line.facts["adoption"])
        if row is None:
            continue
        deed = "登记" if line.act is Act.ADOPTED else "更改"
        if line.facts.get("withdrawn"):
            deed = "撤销"
        what = f"{deed}{row.outlet}录用《{row.title}》"
        found.append((line.seq, Cause((row.unit,), row.day, _sentence(line, period, zone, what))))
    return found


def _by_hand(
    session: Session, period: Period, since: datetime, zone: str
) -> list[tuple[int, Cause]]:
    rows = {
        row.id: row
        for row in session.scalars(
            select(HandLineRow).where(HandLineRow.day.between(period.first, period.last))
        )
    }
    query = select(JournalRow).where(JournalRow.at > since, JournalRow.act == Act.HAND_LINE)
    found = []
    for line in session.scalars(query):
        row = rows.get(line.facts["hand_line"])
        if row is not None and row.unit:
            what = "撤销加减分" if line.facts.get("removed") else "加减分"
            found.append(
                (line.seq, Cause((row.unit,), row.day, _sentence(line, period, zone, what)))
            )
    return found


def _sentence(line: JournalRow, period: Period, zone: str, what: str) -> str:
    """Say what was done and when; the year where it is not the period's."""
    day = line.at.astimezone(ZoneInfo(zone)).date()
    year = f"{day.year}年" if day.year != period.last.year else ""
    return f"{year}{day.month}月{day.day}日{what}" + (f"：{line.why}" if line.why else "")
