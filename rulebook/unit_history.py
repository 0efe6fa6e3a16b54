"""
A unit has a history: which row a name stored on some day belongs to on the day asked about.

Source: rulebook.md "A unit has a history". Units are renamed, merged and re-arranged by a later
`[[provisions]]`; what was stored before keeps the name of its day.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rulebook.model import Group, Unit
from rulebook.provisions import Provisions
from rulebook.units import find, names_of, near

UNPLACED = "未归属"
"""The row of points that no unit of their day takes."""


class NoSuchUnit(ValueError):
    """No unit of the day goes by this name; the text, in Chinese, says which ones there are."""


@dataclass(frozen=True, slots=True)
class Row:
    """The row of a table that a name belongs to."""

    unit: str
    group: Group


class UnitHistory:
    """
    Resolves stored names. Of one office, for as long as its provisions stay as they are.

    A name is looked for among the units in force on the day it was stored; else among the units
    before (an ended name still in use), else among those to come (a new name used early, if it has
    one predecessor). From there it follows the provisions to the day asked about.
    """

    def __init__(self, provisions_on_day: Callable[[date], Provisions]) -> None:
        self._on = provisions_on_day
        self._chapters = _chapters(provisions_on_day)
        self._found: dict[tuple[str, date, date], Unit | None] = {}

    def unit(self, name: str, day: date) -> Unit | None:
        """Return the unit in force on `day` that takes a name stored on that day."""
        return self.successor(name, day, day)

    def successor(self, name: str, day: date, asked: date) -> Unit | None:
        """
        Return the unit in force on `asked` that carries a name stored on `day`.

        Returns: None when no unit of `day` takes the name, or its unit ended without a successor.
        """
        asked_of, day_of = self._on(asked), self._on(day)
        key = (name, day_of.since, asked_of.since)
        if key not in self._found:
            if asked_of.since <= day_of.since:
                self._found[key] = self._own(name, asked_of)
            else:
                own = self._own(name, day_of)
                self._found[key] = self._forward(own, day_of, asked_of) if own else None
        return self._found[key]

    def row(self, name: str, day: date, asked: date) -> Row | None:
        """
        Return the row that a name stored on `day` has in a table that is asked about on `asked`.

        A unit that ended without a successor keeps a row under its last name.

        Returns: None when no unit of `day` takes the name: the line belongs in the row UNPLACED.
        """
        unit = self.successor(name, day, asked) or self.unit(name, day)
        return Row(unit.name, unit.group) if unit else None

    def named(self, written: str, day: date) -> Unit:
        """
        Return the unit of `day` that a person means by a name of that day, of an earlier or a later one.

        Raises: NoSuchUnit with what may have been meant.
        """
        unit = self.unit(written.strip(), day)
        if unit is not None:
            return unit
        known = self._on(day).units
        before = self.predecessors(written.strip(), day)
        if before:
            raise NoSuchUnit(
                f"{day} 还没有“{written}”这个单位，请写当时的单位：{'、'.join(before)}。"
            )
        likely = near(written, known)
        names = "、".join(one.name for one in likely or known)
        if likely:
            raise NoSuchUnit(f"没有“{written}”这个单位，是否想写：{names}？")
        raise NoSuchUnit(f"没有“{written}”这个单位。可用的单位：{names}。")

    def predecessors(self, name: str, day: date) -> list[str]:
        """List the units of a day that later ones of this name carry on."""
        return [
            unit.name
            for later in self._chapters
            if later.since > day
            for unit in self._on(day).units
            if (then := self.successor(unit.name, day, later.since)) and then.name == name
        ]

    def group_ever(self, name: str) -> Group | None:
        """Return the group in which a unit of this name stands or last stood."""
        for provisions in reversed(self._chapters):
            unit = _bearing(name, provisions.units)
            if unit is not None:
                return unit.group
        return None

    def names(self, name: str, asked: date) -> frozenset[str]:
        """List the unit names of all days whose lines stand in this unit's row on `asked`."""
        return frozenset(
            unit.name
            for provisions in self._chapters
            for unit in provisions.units
            if (row := self.row(unit.name, provisions.since, asked)) and row.unit == name
        ) | {name}

    def rows(self, group: Group, first: date, last: date) -> list[str]:
        """
        List the rows of a group's table over a period: the units of its last day, in their order.

        After them the units that ended within it and that nobody carries on.
        """
        names = [unit.name for unit in self._on(last).units if unit.group == group]
        starts = [first, *(one.since for one in self._chapters if first < one.since <= last)]
        ended = {
            unit.name
            for start in starts
            for unit in self._on(start).units
            if unit.group == group and self.successor(unit.name, start, last) is None
        }
        return [*names, *sorted(ended)]

    def _own(self, name: str, provisions: Provisions) -> Unit | None:
        unit = _bearing(name, provisions.units)
        if unit is not None:
            return unit
        for earlier in reversed(self._chapters):
            if earlier.since < provisions.since:
                unit = _bearing(name, earlier.units)
                if unit is not None:
                    return self._forward(unit, earlier, provisions)
        for later in self._chapters:
            if later.since > provisions.since:
                unit = _bearing(name, later.units)
                if unit is not None:
                    return self._back(unit, later, provisions)
        return find(name, provisions.units)

    def _forward(self, unit: Unit | None, first: Provisions, last: Provisions) -> Unit | None:
        """Follow a unit; one that is gone for a while may come back, or be followed by name alone."""
        before, there = first, True
        for provisions in [one for one in self._chapters if first.since < one.since <= last.since]:
            if unit is None:
                return None
            carrier = successor_among(unit, provisions.units, before.units, named=not there)
            before, there, unit = provisions, carrier is not None, carrier or unit
        return unit if there else None

    def _back(self, unit: Unit, last: Provisions, first: Provisions) -> Unit | None:
        before = [
            one
            for one in first.units
            if (then := self._forward(one, first, last)) and then.name == unit.name
        ]
        return before[0] if len(before) == 1 else None


def successor_among(
    unit: Unit, units: Sequence[Unit], before: Sequence[Unit] = (), *, named: bool = False
) -> Unit | None:
    """
    Find who carries a unit on under the next provisions.

    Who newly names it in `successor_of`; else the same name; else who has it among members and
    aliases; else the one unit that shares a member or an alias with it.

    Args:    `before`: the units of the provisions before: what already stood there is only copied.
             `named`: only by its name or `successor_of`, as it is gone since some provisions.
    Returns: None when nobody or several do.
    """
    names = frozenset(names_of(unit))
    ways: tuple[Callable[[Unit], bool], ...] = (
        lambda one: unit.name in _newly_carried(one, before),
        lambda one: one.name == unit.name,
        lambda one: unit.name in one.successor_of,
        lambda one: unit.name in names_of(one),
        lambda one: not names.isdisjoint(names_of(one)),
    )
    for fits in ways[:3] if named else ways:
        carriers = [one for one in units if fits(one)]
        if carriers:
            return carriers[0] if len(carriers) == 1 else None
    return None


def _newly_carried(unit: Unit, before: Sequence[Unit]) -> set[str]:
    """List whom a unit carries on from these provisions on; itself it need not name."""
    earlier = {old for one in before if one.name == unit.name for old in one.successor_of}
    return set(unit.successor_of) - earlier - {unit.name}


def history_faults(chapters: Iterable[Provisions]) -> Iterator[str]:
    """Yield what is wrong with `successor_of`, a Chinese sentence each."""
    ordered = sorted(chapters, key=lambda provisions: provisions.since)
    known: set[str] = set()
    before: Sequence[Unit] = ()
    for provisions in ordered:
        carried: dict[str, str] = {}
        staying = {unit.name for unit in provisions.units if not _newly_carried(unit, before)}
        staying &= {unit.name for unit in before}
        for unit in provisions.units:
            for old in sorted(_newly_carried(unit, before) & staying):
                yield (
                    f"{provisions.since} 起的规定里，“{old}”写在“{unit.name}”的 successor_of 里，"
                    f"可是“{old}”仍是一个单位。它没有改名、合并的，请从 successor_of 里删去；这个名称"
                    f"另给了别的单位的，请在“{old}”那里也写上 successor_of。"
                )
            for old in unit.successor_of:
                if old in carried:
                    yield (
                        f"{provisions.since} 起的规定里，“{old}”同时由“{carried[old]}”和"
                        f"“{unit.name}”接续（successor_of），请只留一处。"
                    )
                carried[old] = unit.name
                if known and old not in known:
                    yield (
                        f"{provisions.since} 起的规定里，“{unit.name}”的 successor_of 写了“{old}”，"
                        "以前的规定里没有这个单位。"
                    )
        before = provisions.units
        known |= {name for unit in provisions.units for name in names_of(unit)}
        known |= {old for unit in provisions.units for old in unit.successor_of}


def ended_alone(chapters: Iterable[Provisions]) -> Iterator[tuple[str, date]]:
    """Yield units that the next provisions no longer have, and nobody carries on ever after, with that day."""
    ordered = sorted(chapters, key=lambda provisions: provisions.since)
    for number, (before, after) in enumerate(itertools.pairwise(ordered)):
        for unit in before.units:
            followed = successor_among(unit, after.units, before.units) or any(
                successor_among(unit, later.units, earlier.units, named=True)
                for earlier, later in itertools.pairwise(ordered[number + 1 :])
            )
            if not followed:
                yield unit.name, after.since


def _bearing(name: str, units: Sequence[Unit]) -> Unit | None:
    """Find the unit that has exactly this name, or took over the one that had it."""
    return next(
        (unit for unit in units if name in names_of(unit)),
        next((unit for unit in units if name in unit.successor_of), None),
    )


def _chapters(provisions_on_day: Callable[[date], Provisions]) -> tuple[Provisions, ...]:
    """Walk back from the last provisions to the first."""
    chapters = [provisions_on_day(date.max)]
    while chapters[0].since > date.min:
        earlier = provisions_on_day(chapters[0].since - timedelta(days=1))
        if earlier.since >= chapters[0].since:
            break
        chapters.insert(0, earlier)
    return tuple(chapters)
