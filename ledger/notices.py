"""Published notices: frozen with their figures and facts, compared, recomputed."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, defer

from ledger.journal import JournalEntry, append, hold
from ledger.journal_facts import Published
from ledger.models.database import read_only
from ledger.models.decisions import NoticeRow
from ledger.owing import owe_letters
from ledger.queries.facts import Facts
from ledger.queries.figures import Summary
from ledger.row_values import OutgoingMessage
from ledger.states import Act
from ledger.storage.vault import Vault
from rulebook import points_table
from rulebook.amounts import Amount, amount, plain
from rulebook.model import Group, Kind, Outcome, Timely
from rulebook.period_lines import period_lines
from rulebook.periods import Period, parse
from rulebook.points import Adoption, HandPoints, ProvisionsOn, Scored
from rulebook.ranking import TableRow, table
from rulebook.timeliness import IsWorkday, monday_to_friday

Tables = tuple[tuple[Group, tuple[TableRow, ...]], ...]


@dataclass(frozen=True, slots=True)
class PublishedNotice:
    """
    A notice as it went out.

    `files`: name → SHA-256 in the vault; `told`: (period, unit, points) that it said have changed in
    earlier notices; `entry`: its entry in the journal.
    """

    id: int
    period: Period
    edition: int
    published: datetime
    who: str
    tables: Tables
    files: Mapping[str, str]
    told: tuple[tuple[str, str, Amount], ...] = ()
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A unit whose points are no longer what was published."""

    unit: str
    published: Amount
    now: Amount


@dataclass(frozen=True, slots=True)
class PointsChange:
    """A unit's points in an earlier notice: as last told, and as they stand now."""

    period: Period
    unit: str
    told: Amount
    now: Amount


class Notices:
    """
    Publishing and looking back. Nothing published is ever changed.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away;
            VaultError from `publish` when a file cannot be kept.
    """

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def publish(
        self,
        summary: Summary,
        files: Mapping[str, bytes],
        owed: Sequence[OutgoingMessage],
        who: str,
        now: datetime,
        told: Sequence[PointsChange] = (),
        acknowledged: Sequence[str] = (),
        why: str = "",
        check: Callable[[Session], None] = lambda _session: None,
    ) -> int:
        """
        Freeze figures, facts and files, and owe the letters of the distribution list.

        The files are in the vault before the row exists.

        Args:    `told`: what this notice says of earlier ones, so that the next one does not repeat it.
                 `acknowledged`: what was taken note of and `why` it goes out all the same; both stand
                 in the journal. `check`: raises, once the journal is held, when the figures were
                 computed under rules that are no longer the newest (`Scores.check`).
        Returns: the edition, 1 for the first.
        """
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        for name, content in files.items():
            self._vault.put(content, digests[name])
        figures: dict[str, Any] = {"tables": _tables_told(summary)}
        if told:
            figures["told"] = [[one.period.name, one.unit, plain(one.now)] for one in told]
        inputs = zlib.compress(_canonical(_facts_told(summary.facts)).encode())
        name = summary.period.name
        with Session(self._engine) as session, session.begin():
            facts: Published = {"period": name, "figures": figures, "files": digests}
            if acknowledged:
                facts["acknowledged"] = list(acknowledged)
            hold(session)
            check(session)
            edition = 1 + (
                session.scalar(select(func.max(NoticeRow.edition)).where(NoticeRow.period == name))
                or 0
            )
            row = NoticeRow(
                period=name,
                edition=edition,
                published=now,
                who=who,
                figures=figures,
                inputs=inputs,
                files=[{"name": key, "sha256": value} for key, value in digests.items()],
                seq=0,
            )
            session.add(row)
            entry = JournalEntry(now, who, Act.PUBLISHED, facts, why, rows=[row])
            row.seq = append(session, entry)
            owe_letters(session, owed, now)
            return edition

    def published(self, period: Period | None = None) -> list[PublishedNotice]:
        """List published notices, the latest first; of one period or all."""
        query = select(NoticeRow).options(defer(NoticeRow.inputs)).order_by(NoticeRow.id.desc())
        if period is not None:
            query = query.where(NoticeRow.period == period.name)
        with Session(read_only(self._engine)) as session:
            return [_published(row) for row in session.scalars(query)]

    def later(self, period: Period, now: Callable[[Period], Tables]) -> list[PointsChange]:
        """
        List what has changed in earlier notices and was in no notice yet, the earliest first.

        Those of periods of the same length before this one, and of shorter ones within it.

        Args: `now`: gives a period's tables as they stand.
        """
        notices = sorted(self.published(), key=lambda notice: notice.id)
        latest = {notice.period: notice for notice in notices}
        changes = []
        for earlier, notice in sorted(latest.items()):
            within = earlier != period and earlier.first in period and earlier.last in period
            if not within and not (earlier.span is period.span and earlier.last < period.first):
                continue
            points_told = {row.unit: row.points for _, rows in notice.tables for row in rows}
            for after in notices:
                if after.id > notice.id and after.period != period:
                    points_told |= {
                        unit: points for name, unit, points in after.told if name == earlier.name
                    }
            for _, rows in now(earlier):
                changes += [
                    PointsChange(earlier, row.unit, points_told[row.unit], row.points)
                    for row in rows
                    if points_told.get(row.unit, row.points) != row.points
                ]
        return changes

    def one(self, notice: int) -> PublishedNotice | None:
        """Return one published notice, None when there is none of that number."""
        query = select(NoticeRow).options(defer(NoticeRow.inputs)).where(NoticeRow.id == notice)
        with Session(read_only(self._engine)) as session:
            row = session.scalar(query)
            return _published(row) if row else None

    def recompute(
        self,
        notice: int,
        provisions_on_day: ProvisionsOn,
        is_workday: IsWorkday = monday_to_friday,
    ) -> list[Difference]:
        """
        Compute a notice again from its frozen facts.

        Any difference means that the code or the row was changed. `provisions_on_day`: see `RuleVersions.on_day_at`.
        Raises: sqlalchemy.exc.NoResultFound for an unknown number.
        """
        with Session(read_only(self._engine)) as session:
            row = session.get_one(NoticeRow, notice)
            facts = _facts(json.loads(zlib.decompress(row.inputs)))
            notice_then = _published(row)
        lines = period_lines(
            facts.drafts,
            facts.adoptions,
            facts.by_hand,
            notice_then.period,
            provisions_on_day,
            is_workday,
        )
        again = tuple(
            (group, table(group, lines, notice_then.period, provisions_on_day))
            for group, _ in notice_then.tables
        )
        return differences(notice_then.tables, again)


def differences(published: Tables, now: Tables) -> list[Difference]:
    """List units whose rows are not the same, in the published order; new units last."""
    before = {row.unit: row for _, rows in published for row in rows}
    after = {row.unit: row for _, rows in now for row in rows}
    return [
        Difference(
            unit,
            before[unit].points if unit in before else 0,
            after[unit].points if unit in after else 0,
        )
        for unit in dict.fromkeys([*before, *after])
        if before.get(unit) != after.get(unit)
    ]


def _published(row: NoticeRow) -> PublishedNotice:
    tables = tuple(
        (
            Group(group_values["group"]),
            tuple(
                TableRow(
                    unit=values["unit"],
                    group=Group(group_values["group"]),
                    counts=_counts(values),
                    adopted=tuple(values["adopted"]),
                    correction=amount(values["correction"]),
                    points=amount(values["points"]),
                    rank=values["rank"],
                    by_hand=amount(values.get("by_hand", 0)),
                    by_rule=amount(values.get("by_rule", 0)),
                )
                for values in group_values["rows"]
            ),
        )
        for group_values in row.figures["tables"]
    )
    return PublishedNotice(
        row.id,
        parse(row.period),
        row.edition,
        row.published,
        row.who,
        tables,
        {file["name"]: file["sha256"] for file in row.files},
        tuple(
            (period, unit, amount(points)) for period, unit, points in row.figures.get("told", ())
        ),
        row.seq,
    )


def _counts(values: dict[str, Any]) -> tuple[int, ...]:
    """Return what a published row counted by kind; of the first office each column has a name."""
    if "news" in values:
        return values["news"], values["articles"]
    return tuple(values["counts"])


def _tables_told(summary: Summary) -> list[dict[str, Any]]:
    return [
        {
            "group": group,
            "rows": [points_table.record(row, summary.columns) for row in rows],
        }
        for group, rows in summary.tables
    ]


def _facts_told(facts: Facts) -> dict[str, Any]:
    return {
        "drafts": [
            [
                draft.draft,
                draft.unit,
                draft.kind,
                draft.day.isoformat(),
                draft.outcome,
                draft.timely,
                draft.voided,
                draft.times,
            ]
            for draft in facts.drafts
        ],
        "adoptions": [
            [
                adoption.id,
                adoption.draft,
                adoption.unit,
                adoption.kind,
                adoption.outlet,
                adoption.tier,
                adoption.day.isoformat(),
                *([adoption.manner] if adoption.manner else []),
            ]
            for adoption in facts.adoptions
        ],
        **({"by_hand": [_hand_told(one) for one in facts.by_hand]} if facts.by_hand else {}),
    }


def _hand_told(one: HandPoints) -> list[Any]:
    day, points = one.day.isoformat(), plain(one.points)
    return [one.id, one.unit, day, points, one.why, one.clause, one.person]


def _facts(values: dict[str, Any]) -> Facts:
    return Facts(
        tuple(
            Scored(
                draft,
                unit,
                Kind(kind) if kind else None,
                date.fromisoformat(day),
                Outcome(outcome),
                Timely(timely),
                voided,
                times,
            )
            for draft, unit, kind, day, outcome, timely, voided, times in values["drafts"]
        ),
        tuple(
            Adoption(
                number,
                draft,
                unit,
                Kind(kind) if kind else None,
                outlet,
                tier,
                date.fromisoformat(day),
                *manner,
            )
            for number, draft, unit, kind, outlet, tier, day, *manner in values["adoptions"]
        ),
        tuple(
            HandPoints(number, unit, date.fromisoformat(day), amount(points), why, clause, person)
            for number, unit, day, points, why, clause, person in values.get("by_hand", ())
        ),
    )


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
