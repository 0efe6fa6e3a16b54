"""
A change of the provisions: what it would move, and its entry.

Every unit's points and rank before and after, every draft that would be judged otherwise; then versions,
verdicts, lines of points and the letters to those who were told otherwise, in one transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from console.application import Application
from console.composing import Composer
from console.settings.loading import ConfigError, load
from ledger.decisions import Decisions
from ledger.journal import hold
from ledger.models.database import read_only
from ledger.models.decisions import AdoptionRow, HandLineRow, StandingRow
from ledger.queries.figures import Figures
from ledger.rule_corrections import Regulation, Retold, correct, retold
from ledger.rule_versions import PendingRules
from rulebook.amounts import Amount, total
from rulebook.canonical import differences
from rulebook.periods import Period, Span, containing, following
from rulebook.provisions import Provisions
from rulebook.ranking import TableRow
from rulebook.unit_history import UnitHistory, ended_alone

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Move:
    """A unit whose points or rank in a period would be others."""

    period: Period
    unit: str
    points_before: Amount
    points_after: Amount
    rank_before: int
    rank_after: int


def after_applying(in_force: Sequence[Provisions], changes: PendingRules) -> tuple[Provisions, ...]:
    """Return the versions that would be in force."""
    latest = {one.since: one for one in in_force}
    latest |= {one.since: one for one in changes.new}
    latest |= {after.since: after for _, after in changes.changed}
    return tuple(latest[since] for since in sorted(latest))


def moves(application: Application, changes: PendingRules, today: date) -> list[Move]:
    """List what would move in each quarter and each year since the first draft."""
    in_force = application.settings.provisions
    is_workday = application.settings.calendar.is_workday
    engine = application.engine
    before = Figures(engine, _on_day(in_force), is_workday)
    on_day = _on_day(after_applying(in_force, changes))
    after, history = Figures(engine, on_day, is_workday), UnitHistory(on_day)
    moved = []
    for period in _periods(engine, today):
        old: dict[str, list[TableRow]] = {}
        for _, rows in before.summary(period, today).tables:
            for row in rows:  # of a unit renamed or merged: beside the row that carries it on
                carried = history.row(row.unit, period.first, period.last)
                old.setdefault(carried.unit if carried else row.unit, []).append(row)
        new = {row.unit: row for _, rows in after.summary(period, today).tables for row in rows}
        for unit in dict.fromkeys([*old, *new]):
            were, other = old.get(unit, []), new.get(unit)
            points = (total(row.points for row in were), other.points if other else 0)
            ranks = (were[0].rank if len(were) == 1 else 0, other.rank if other else 0)
            if points[0] != points[1] or (all(ranks) and ranks[0] != ranks[1]):
                moved.append(Move(period, unit, *points, *ranks))
    return moved


@dataclass(frozen=True, slots=True)
class Preview:
    """
    What a change would do. `lines`: the difference in words; `retold`: drafts judged otherwise.

    `correction`: it touches the past: a version in force is another, or points would move.
    """

    changes: PendingRules
    lines: tuple[str, ...]
    moves: tuple[Move, ...]
    retold: tuple[Retold, ...]
    correction: bool

    @property
    def letters(self) -> int:
        """How many letters were answered otherwise, at most."""
        return len({one.letter for one in self.retold})


def preview(application: Application, changes: PendingRules, today: date) -> Preview:
    """Work out what a change would do; nothing is kept."""
    moved = tuple(moves(application, changes, today))
    before, after = _regulations(application, changes)
    with Session(read_only(application.engine)) as session:
        others = tuple(retold(session, before, after))
    points = [one for one in moved if one.points_before != one.points_after]  # merged, ranks do too
    in_force = any(before.since <= today for before, _ in changes.changed)
    return Preview(
        changes, tuple(described(changes)), moved, others, bool(points or others or in_force)
    )


def described(changes: PendingRules) -> Iterator[str]:
    """Yield the difference in words."""
    for one in changes.new:
        yield f"新增 {one.since} 起的一段：{one.source}"
    for old, new in changes.changed:
        for line in differences(old, new):
            yield f"{new.since} 起的一段，{line}"
    for since in changes.gone:
        yield f"设置文件里没有 {since} 起的一段；已登记的仍然有效"


def differences_of_new(in_force: Sequence[Provisions], changes: PendingRules) -> Iterator[str]:
    """Yield how each new version differs from the one before it."""
    for one in changes.new:
        earlier = [before for before in in_force if before.since < one.since]
        if earlier:
            for line in differences(earlier[-1], one):
                yield f"{one.since} 起，{line}"
        for name, since in ended_alone([*in_force, *changes.new]):
            if since == one.since:
                yield (
                    f"{since} 起没有单位接续“{name}”，它以前的积分单列一行；改名或合并的，"
                    "请给新单位写上由哪些原单位改名或合并而来"
                )


def apply_rules(
    application: Application, changes: PendingRules, who: str, why: str, moment: datetime
) -> int:
    """
    Enter the versions, and have every draft, line of points and letter follow them.

    Returns: of how many letters the drafts stand otherwise.
    Raises: RulesChanged when another process entered a version meanwhile.
    """
    before, after = _regulations(application, changes)
    settings = replace(
        application.settings, provisions=after_applying(application.settings.provisions, changes)
    )
    engine, is_workday = application.engine, settings.calendar.is_workday
    composer = Composer(settings, Figures(engine, settings.provisions_on_day, is_workday))
    decisions = Decisions(engine, settings.provisions_at, is_workday, after.scores)
    with Session(engine) as session, session.begin():
        hold(session)
        application.scores.check(session)
        changed = list(retold(session, before, after))
        application.rule_versions.enter(session, changes, who, why, moment)
        after.scores.rebuild(session)
        return correct(
            session, changed, decisions, who, f"规定更正：{why}", moment, composer.correction
        )


def rules_changed(application: Application) -> bool:
    """Tell whether the ledger has newer rules than this process follows, and the file can be read again."""
    try:
        if application.rule_versions.newest() == application.newest_rules:
            return False
        load(application.settings.path, application.environ)
    except DBAPIError:
        return False
    except ConfigError as error:
        _log.error("规定已更改，但设置文件有误，暂不能换用新的规定：%s", error)
        return False
    return True


def _regulations(application: Application, changes: PendingRules) -> tuple[Regulation, Regulation]:
    """Return the regulation in force, and the one that would be."""
    old = application.settings
    new = replace(old, provisions=after_applying(old.provisions, changes))
    is_workday = old.calendar.is_workday
    scores = application.scores
    return (
        Regulation(old.provisions_at, scores.under(old.provisions_on_day), is_workday),
        Regulation(new.provisions_at, scores.under(new.provisions_on_day), is_workday),
    )


def _on_day(versions: Sequence[Provisions]) -> Callable[[date], Provisions]:
    def on_day(day: date) -> Provisions:
        in_force = [one for one in versions if one.since <= day]
        return in_force[-1] if in_force else versions[0]

    return on_day


def _periods(engine: Engine, today: date) -> list[Period]:
    """List the quarters and years that have drafts, adoptions or lines by hand."""
    with read_only(engine).connect() as connection:
        days = [
            connection.scalar(select(function(column)))
            for column in (StandingRow.day, AdoptionRow.day, HandLineRow.day)
            for function in (func.min, func.max)
        ]
    known = [day for day in days if day is not None]
    if not known:
        return []
    periods = []
    for span in (Span.QUARTER, Span.YEAR):
        period = containing(min(known), span)
        while period.first <= min(max(known), today):
            periods.append(period)
            period = following(period)
    return periods
