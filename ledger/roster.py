"""The officers (报送人员) and their addresses: dated appointments, ended and never deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, bindparam, func, select
from sqlalchemy.orm import Session

from ledger.errors import AlreadyExists, ConflictError, InvalidInput, NotFound
from ledger.journal import JournalEntry, append
from ledger.journal_facts import RosterChanged
from ledger.models.database import read_connection, read_only
from ledger.models.letters import AddressRow, OfficerRow
from ledger.models.transaction import learn, once
from ledger.row_digests import columns, officer_digest
from ledger.states import Act
from rulebook.lookalikes import Contact
from rulebook.model import Sender

_APPOINTMENTS = (
    select(
        OfficerRow.id,
        OfficerRow.unit,
        OfficerRow.name,
        OfficerRow.begins,
        OfficerRow.ends,
        AddressRow.address,
    )
    .join(AddressRow, AddressRow.officer_id == OfficerRow.id)
    .where(AddressRow.address.in_(bindparam("written_from", expanding=True)))
    .order_by(OfficerRow.id.desc())
)


@dataclass(frozen=True, slots=True)
class Officer:
    """
    One appointment (一.2).

    `addresses` in lower case; days inclusive, None = open. `id`: its number in the ledger, 0 while it
    has none.
    """

    unit: str
    name: str
    post: str = ""
    phone: str = ""
    note: str = ""
    addresses: tuple[str, ...] = ()
    begins: date | None = None
    ends: date | None = None
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed."""

    added: int
    updated: int
    unchanged: int


class Roster:
    """
    Who may send for whom. Every method is one transaction.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def officers(self) -> list[Officer]:
        """List all appointments, by unit and name."""
        with Session(read_only(self._engine)) as session:
            rows = session.scalars(
                select(OfficerRow).order_by(OfficerRow.unit, OfficerRow.name, OfficerRow.id)
            ).all()
            addresses: dict[int, list[str]] = {}
            known = select(AddressRow.officer_id, AddressRow.address).order_by(AddressRow.address)
            for number, address in session.execute(known):
                addresses.setdefault(number, []).append(address)
            return [_officer_with(row, addresses.get(row.id, ())) for row in rows]

    def enter(
        self,
        officers: Iterable[Officer],
        who: str,
        now: datetime,
        ending: Collection[int] = (),
        last_day: date | None = None,
    ) -> Imported:
        """
        Add the new ones, renew those known by unit and name; nobody is removed.

        What is not written stays as known (`renewed`).
        Args: `ending`: the appointments that end with `last_day`.
        Raises: InvalidInput when one of them begins later.
        """
        added = updated = unchanged = 0
        with Session(self._engine) as session, session.begin():
            for officer in officers:
                row = session.scalars(
                    select(OfficerRow)
                    .where(OfficerRow.unit == officer.unit, OfficerRow.name == officer.name)
                    .order_by(OfficerRow.id.desc())
                ).first()
                known = _officer(session, row) if row else None
                if known is not None:
                    officer = renewed(known, officer)
                if row is None:
                    row = OfficerRow(unit=officer.unit, name=officer.name)
                    session.add(row)
                    added += 1
                elif known == officer:
                    unchanged += 1
                    continue
                else:
                    updated += 1
                _write(session, row, officer)
                _told(session, row, "added" if known is None else "updated", who, now)
            for number in sorted(ending):
                row = session.get(OfficerRow, number, with_for_update=True)
                if row is None or last_day is None:
                    continue
                if row.begins is not None and last_day < row.begins:
                    raise InvalidInput(
                        f"{row.name}自 {row.begins} 起任职，不能到 {last_day} 为止。"
                    )
                row.ends = last_day
                _told(session, row, "ended", who, now)
        return Imported(added, updated, unchanged)

    def officer(self, number: int) -> Officer | None:
        """Return one appointment, None when there is none of that number."""
        with Session(read_only(self._engine)) as session:
            row = session.get(OfficerRow, number)
            return _officer(session, row) if row else None

    def add(self, officer: Officer, who: str, now: datetime) -> int:
        """Add an appointment; returns its number. Raises: AlreadyExists when they are in office already."""
        with Session(self._engine) as session, session.begin():
            duplicate = session.scalars(
                select(OfficerRow).where(
                    OfficerRow.unit == officer.unit,
                    OfficerRow.name == officer.name,
                    OfficerRow.ends.is_(None),
                )
            ).first()
            if duplicate is not None:
                raise AlreadyExists(
                    f"{officer.unit}已有在任的报送人员“{officer.name}”，请直接修改。"
                )
            row = OfficerRow(unit=officer.unit, name=officer.name)
            session.add(row)
            _write(session, row, officer)
            _told(session, row, "added", who, now)
            return row.id

    def renew(self, number: int, was: Officer, officer: Officer, who: str, now: datetime) -> None:
        """
        Write an appointment anew; its unit stays: for another unit there is another appointment.

        Raises: NotFound; ConflictError when it is no longer as the person saw it (`was`).
        """
        with Session(self._engine) as session, session.begin():
            row = session.get(OfficerRow, number, with_for_update=True)
            if row is None:
                raise NotFound(f"没有第 {number} 号报送人员。")
            if _officer(session, row) != was:
                raise ConflictError(
                    f"{row.name}的登记刚刚被别人改动，您的改动没有保存。请看过新的内容再改。"
                )
            row.name = officer.name
            _write(session, row, officer)
            ended = officer.ends is not None and was.ends is None
            _told(session, row, "ended" if ended else "updated", who, now)

    def addressees(self, units: Collection[str], on: date) -> list[tuple[int, str, str]]:
        """
        List (number, name, first address) of a unit's officers in office on a day who have an address.

        Args: `units`: the names that the unit has and had (UnitHistory.names).
        """
        with Session(read_only(self._engine)) as session:
            rows = session.scalars(
                select(OfficerRow).where(OfficerRow.unit.in_(sorted(units))).order_by(OfficerRow.id)
            ).all()
            return [
                (row.id, row.name, addresses[0])
                for row in rows
                if _in_force(row, on) and (addresses := _officer(session, row).addresses)
            ]

    def all_addressees(self, on: date) -> dict[str, list[tuple[int, str, str]]]:
        """List who is in office on a day and has an address, as `addressees` does, by the unit's name."""
        query = (
            select(OfficerRow, func.min(AddressRow.address))
            .join(AddressRow, AddressRow.officer_id == OfficerRow.id)
            .group_by(OfficerRow.id)
            .order_by(OfficerRow.id)
        )
        found: dict[str, list[tuple[int, str, str]]] = {}
        with Session(read_only(self._engine)) as session:
            for row, address in session.execute(query):
                if _in_force(row, on):
                    found.setdefault(row.unit, []).append((row.id, row.name, address))
        return found

    def contacts(self, within: Connection | None = None) -> list[Contact]:
        """List everybody who ever was on the roster, with the addresses that are registered."""
        query = (
            select(OfficerRow.id, OfficerRow.name, OfficerRow.unit, AddressRow.address)
            .outerjoin(AddressRow, AddressRow.officer_id == OfficerRow.id)
            .order_by(OfficerRow.id)
        )
        found: dict[int, Contact] = {}
        with read_connection(self._engine, within) as connection:
            for number, name, unit, address in connection.execute(query):
                before = found.get(number, Contact(name, unit))
                addresses = (*before.addresses, address) if address else before.addresses
                found[number] = Contact(name, unit, addresses)
        return list(found.values())

    def hand_over(self, unit: str, name: str, successor: Officer, who: str, now: datetime) -> None:
        """
        End an officer's appointment on the day before the successor's begins (一.3).

        Raises: NotFound when nobody of that name is in office for the unit; InvalidInput when
                `successor.begins` is missing or before the appointment that ends.
        """
        if successor.begins is None:
            raise InvalidInput("请写明新任报送人员的起始日期。")
        with Session(self._engine) as session, session.begin():
            row = session.scalars(
                select(OfficerRow)
                .where(OfficerRow.unit == unit, OfficerRow.name == name, OfficerRow.ends.is_(None))
                .with_for_update()
            ).first()
            if row is None:
                raise NotFound(f"{unit}没有在任的报送人员“{name}”；名单见 shougao roster list。")
            if row.begins is not None and successor.begins <= row.begins:
                raise InvalidInput(f"起始日期早于{name}的任职日期 {row.begins}。")
            row.ends = successor.begins - timedelta(days=1)
            _told(session, row, "ended", who, now)
            new = OfficerRow(unit=unit, name=successor.name)
            session.add(new)
            _write(session, new, successor)
            _told(session, new, "added", who, now)

    def look_up(self, addresses: Iterable[str], within: Connection) -> None:
        """Have a transaction that enters letters ask for all their senders at once."""
        wanted = sorted({_lowered(one) for one in addresses})
        found: dict[str, list[Any]] = {one: [] for one in wanted}
        for row in within.execute(_APPOINTMENTS, {"written_from": wanted}):
            found[row.address].append(row)
        for address, rows in found.items():
            learn(within, (_APPOINTMENTS, address), rows)

    def sender(self, name: str, address: str, on: date, within: Connection | None = None) -> Sender:
        """
        Identify who wrote from this address on an office day.

        An appointment in force wins over an ended one; for an ended one the successors' addresses
        of the same unit come along (一.3).
        """
        with read_connection(self._engine, within) as connection:
            lowered = _lowered(address)
            rows = once(
                connection,
                (_APPOINTMENTS, lowered),
                lambda: connection.execute(_APPOINTMENTS, {"written_from": [lowered]}).all(),
            )
            if not rows:
                return Sender(name, address)
            row = next((row for row in rows if _in_force(row, on)), rows[0])
            if _in_force(row, on):
                return Sender(name, address, row.unit, row.name)
            with Session(connection) as session:
                successors = session.scalars(
                    select(OfficerRow).where(OfficerRow.unit == row.unit, OfficerRow.id != row.id)
                ).all()
                copies = [
                    copied
                    for officer in successors
                    if _in_force(officer, on)
                    for copied in _officer(session, officer).addresses[:1]
                ]
            return Sender(name, address, row.unit, row.name, True, tuple(copies))


def _lowered(address: str) -> str:
    """Lower ASCII's letters alone: str.lower makes a "k" of the Kelvin sign, and so of a look-alike."""
    return address.encode("utf-8", "replace").lower().decode("utf-8")


def renewed(known: Officer, written: Officer) -> Officer:
    """
    Return an appointment as a list renews it: what the list leaves empty stays as known.

    A column that the list lacks, or a number that it spoils, must not wipe what was registered.
    """
    return replace(
        written,
        post=written.post or known.post,
        phone=written.phone or known.phone,
        note=written.note or known.note,
        addresses=written.addresses or known.addresses,
        begins=written.begins or known.begins,
        ends=written.ends or known.ends,
        id=known.id,
    )


def _write(session: Session, row: OfficerRow, officer: Officer) -> None:
    row.post, row.phone, row.note = officer.post, officer.phone, officer.note
    row.begins, row.ends = officer.begins, officer.ends
    session.flush()
    known = {
        address_row.address: address_row
        for address_row in session.scalars(
            select(AddressRow).where(AddressRow.officer_id == row.id)
        )
    }
    for address in officer.addresses:
        if known.pop(address, None) is None:
            session.add(AddressRow(address=address, officer_id=row.id))
    for left in known.values():
        session.delete(left)


def _told(session: Session, row: OfficerRow, change: str, who: str, now: datetime) -> None:
    """Record the change. The journal names officers by number alone: it outlives what may be kept of people."""
    session.flush()
    addresses = session.scalars(
        select(AddressRow.address).where(AddressRow.officer_id == row.id)
    ).all()
    facts: RosterChanged = {
        "officer": row.id,
        "unit": row.unit,
        "change": change,
        "digest": officer_digest(columns(row), addresses),
    }
    append(session, JournalEntry(now, who, Act.ROSTER, facts))


class _Appointment(Protocol):
    @property
    def begins(self) -> date | None: ...
    @property
    def ends(self) -> date | None: ...


def _in_force(row: _Appointment, on: date) -> bool:
    return (row.begins is None or row.begins <= on) and (row.ends is None or on <= row.ends)


def _officer(session: Session, row: OfficerRow) -> Officer:
    addresses = session.scalars(
        select(AddressRow.address)
        .where(AddressRow.officer_id == row.id)
        .order_by(AddressRow.address)
    ).all()
    return _officer_with(row, addresses)


def _officer_with(row: OfficerRow, addresses: Sequence[str]) -> Officer:
    return Officer(
        row.unit,
        row.name,
        row.post,
        row.phone,
        row.note,
        tuple(addresses),
        row.begins,
        row.ends,
        row.id,
    )
