"""What a list of officers would change, told before anything is written, and written when agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from console.spreadsheets.roster import RosterSurvey
from ledger.roster import Imported, Officer, Roster, renewed

_FIELDS = (("职务", "post"), ("联系电话", "phone"), ("备注", "note"))


@dataclass(frozen=True, slots=True)
class Renewal:
    """An appointment as it is registered, and as the list renews it."""

    before: Officer
    after: Officer

    def differences(self) -> list[tuple[str, str, str]]:
        """List (heading, before, after) of what differs."""
        pairs = [
            (heading, getattr(self.before, field), getattr(self.after, field))
            for heading, field in _FIELDS
        ]
        pairs.append(("邮箱", "、".join(self.before.addresses), "、".join(self.after.addresses)))
        return [pair for pair in pairs if pair[1] != pair[2]]


@dataclass(frozen=True, slots=True)
class Preview:
    """
    What a list would change. `questions`: while there are any, nothing is written.

    `absent`: in office, of a unit that the list has, and not on the list; they stay unless `last_day`
    is given. `left_out`: what was not read though it may matter.
    """

    added: tuple[Officer, ...]
    changed: tuple[Renewal, ...]
    unchanged: int
    absent: tuple[Officer, ...]
    last_day: date | None
    questions: tuple[str, ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...]
    written: tuple[Officer, ...]


def preview(
    survey: RosterSurvey, registered: Sequence[Officer], today: date, last_day: date | None = None
) -> Preview:
    """
    Compare a list with what is registered.

    Args: `last_day`: when the appointments end that the list no longer has; None: they stay.
    """
    latest = {(one.unit, one.name): one for one in sorted(registered, key=lambda one: one.id)}
    added, changed, notes = [], [], survey.notes
    after: dict[int, Officer] = {one.id: one for one in registered if _in_office(one, today)}
    for written in survey.officers:
        known = latest.get((written.unit, written.name))
        if known is None:
            added.append(written)
            continue
        new = renewed(known, written)
        if new != known:
            changed.append(Renewal(known, new))
        if _in_office(known, today):
            after[known.id] = new
        else:
            notes.append(f"{known.unit}{known.name}的任期到 {known.ends} 为止，没有重新任命")
    units = {one.unit for one in survey.officers}
    listed = {(row.officer.unit, row.officer.name) for row in survey.rows}
    absent = tuple(
        one
        for one in registered
        if one.unit in units and _in_office(one, today) and (one.unit, one.name) not in listed
    )
    if last_day is not None:
        for one in absent:
            after.pop(one.id)
    return Preview(
        tuple(added),
        tuple(changed),
        len(survey.officers) - len(added) - len(changed),
        absent,
        last_day,
        tuple(dict.fromkeys([*survey.questions, *_taken(survey.officers, after.values())])),
        tuple(notes),
        survey.left_out,
        tuple(survey.officers),
    )


def write(roster: Roster, agreed: Preview, who: str, now: datetime) -> Imported:
    """
    Write what was previewed, in one transaction.

    Raises InvalidInput when an appointment would end before it begins.
    """
    ending = [one.id for one in agreed.absent] if agreed.last_day is not None else []
    return roster.enter(agreed.written, who, now, ending, agreed.last_day)


def _in_office(officer: Officer, today: date) -> bool:
    return officer.ends is None or officer.ends >= today


def owner_elsewhere(
    officer: Officer, registered: Iterable[Officer], today: date
) -> tuple[str, Officer] | None:
    """Find an address of an officer that another unit's officer in office has, and whose it is."""
    owners = _owners(one for one in registered if _in_office(one, today))
    return next(_elsewhere(officer, owners), None)


def _owners(in_office: Iterable[Officer]) -> dict[str, Officer]:
    owners: dict[str, Officer] = {}
    for officer in in_office:
        owners.update(dict.fromkeys(officer.addresses, officer))
    return owners


def _elsewhere(officer: Officer, owners: Mapping[str, Officer]) -> Iterator[tuple[str, Officer]]:
    for address in officer.addresses:
        owner = owners.get(address)
        if owner is not None and owner.unit != officer.unit:
            yield address, owner


def _taken(written: Sequence[Officer], in_office: Iterable[Officer]) -> Iterator[str]:
    """Ask about addresses that are registered for another unit: whose letters would they be?"""
    owners = _owners(in_office)
    for one in written:
        for address, owner in _elsewhere(one, owners):
            yield (
                f"{one.unit}{one.name}的邮箱 {address} 已登记给{owner.unit}的{owner.name}："
                "收到来信时分不清是哪个单位，请先改正其中一处，或办理离任"
            )
