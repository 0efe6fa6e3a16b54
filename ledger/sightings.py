"""Where letters lie in the mailbox, and which of them were passed over; the mailbox is compared with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy.orm import Session

from ledger.letter_types import PassedOver, Seen, Stamp, StoredMessage
from ledger.models.collecting import BeginningRow, PassedOverRow
from ledger.models.database import read_only
from ledger.models.letters import LetterRow, SightingRow
from ledger.states import Skipped

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
"""A letter that the server could not hand over is asked for again after 1, 2, 4 … minutes."""


class Sightings:
    """
    The places of letters in the mailbox.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect_since(self) -> datetime:
        """Return from when this ledger collects letters where the settings do not say."""
        with read_only(self._engine).connect() as connection:
            return connection.scalars(select(BeginningRow.collect_since)).one()

    def any_seen(self, account: str) -> bool:
        """Tell whether this mailbox was looked at before."""
        with read_only(self._engine).connect() as connection:
            return any(
                connection.scalar(select(row.uid).where(row.account == account).limit(1))
                is not None
                for row in (SightingRow, PassedOverRow)
            )

    def seen(
        self, account: str, folder: str, uidvalidity: int, now: datetime, since: datetime
    ) -> Seen:
        """
        Return what is known of a folder: what was collected, and what need not be asked for at present.

        A letter that was passed over is left out once its next try is due, or, if it was for its
        age, once it came since `since`.
        """
        collected = (
            select(SightingRow.uid, SightingRow.received, SightingRow.size, LetterRow.received)
            .join(LetterRow, LetterRow.id == SightingRow.letter_id)
            .where(
                SightingRow.account == account,
                SightingRow.folder == folder,
                SightingRow.uidvalidity == uidvalidity,
            )
        )
        passed = select(
            PassedOverRow.uid,
            PassedOverRow.received,
            PassedOverRow.size,
            PassedOverRow.skipped,
            PassedOverRow.next_try,
        ).where(
            PassedOverRow.account == account,
            PassedOverRow.folder == folder,
            PassedOverRow.uidvalidity == uidvalidity,
        )
        waiting = False
        stamps: dict[str, Stamp] = {}
        with read_only(self._engine).connect() as connection:
            for uid, received, size, skipped, next_try in connection.execute(passed):
                if skipped is Skipped.OLDER:
                    if received is not None and received >= since:
                        continue
                else:
                    waiting = True
                    if next_try is None or next_try <= now:
                        continue
                stamps[uid] = Stamp(received, size)
            for uid, received, size, letter_received in connection.execute(collected):
                stamps[uid] = Stamp(received or letter_received, size)
        return Seen(stamps, waiting)

    def pass_over(self, letters: Sequence[PassedOver], now: datetime) -> None:
        """
        Record letters that were passed over; each that was before counts one try more.

        `tries` and `next_try` of the given values are not looked at.
        """
        with self._engine.begin() as connection:
            for letter in letters:
                at = _place(letter)
                before = connection.execute(
                    select(PassedOverRow.tries, PassedOverRow.first_tried).where(at)
                ).one_or_none()
                tries = (
                    0 if letter.skipped is Skipped.OLDER else (before.tries if before else 0) + 1
                )
                connection.execute(delete(PassedOverRow).where(at))
                connection.execute(
                    insert(PassedOverRow).values(
                        account=letter.account,
                        folder=letter.folder,
                        uidvalidity=letter.uidvalidity,
                        uid=letter.uid,
                        received=letter.received,
                        size=letter.size,
                        skipped=letter.skipped,
                        detail=letter.detail,
                        first_tried=before.first_tried if before else now,
                        tries=tries,
                        next_try=now + pause_after(tries) if tries else None,
                    )
                )

    def passed_over(self, account: str | None = None, *, older: bool = False) -> list[PassedOver]:
        """
        List the letters that the server could not hand over, the earliest received first.

        Args:
            account: of this mailbox only.
            older: those known by number only, too.

        """
        query = select(PassedOverRow)
        if not older:
            query = query.where(PassedOverRow.skipped != Skipped.OLDER)
        if account is not None:
            query = query.where(PassedOverRow.account == account)
        query = query.order_by(PassedOverRow.received, PassedOverRow.folder, PassedOverRow.uid)
        with Session(read_only(self._engine)) as session:
            rows = session.scalars(query)
            return [
                PassedOver(
                    row.account,
                    row.folder,
                    row.uidvalidity,
                    row.uid,
                    row.received,
                    row.size,
                    row.skipped,
                    row.detail,
                    row.tries,
                    row.next_try,
                )
                for row in rows
            ]

    def fetch_again(self, digests: Sequence[str]) -> int:
        """
        Have letters fetched again whose raw bytes were lost, where they still lie in the mailbox.

        Returns: of how many letters a place in the mailbox was known.
        """
        many = 0
        with self._engine.begin() as connection:
            for digest in digests:
                letter = select(LetterRow.id).where(LetterRow.digest == digest).scalar_subquery()
                done = connection.execute(
                    delete(SightingRow).where(SightingRow.letter_id == letter)
                )
                many += bool(done.rowcount)
        return many

    def gone(self, letters: Sequence[PassedOver]) -> None:
        """Forget letters that were passed over and no longer lie in the mailbox."""
        with self._engine.begin() as connection:
            for letter in letters:
                connection.execute(delete(PassedOverRow).where(_place(letter)))


_FORGET = tuple(
    delete(row).where(
        row.account == bindparam("at_account"),
        row.folder == bindparam("at_folder"),
        row.uidvalidity == bindparam("at_uidvalidity"),
        row.uid == bindparam("at_uid"),
    )
    for row in (SightingRow, PassedOverRow)
)
_NEW_SIGHTING = insert(SightingRow)
_PLACE = ("account", "folder", "uidvalidity", "uid")


def note_sightings(connection: Connection, sightings: Sequence[tuple[StoredMessage, int]]) -> None:
    """
    Record where letters lie; what was thought to lie there, or was passed over there, is replaced.

    Args: `sightings`: each with the id of its letter; of two at one place the later one counts.
    """
    rows: dict[tuple[str, str, int, str], dict[str, object]] = {}
    for seen, letter_id in sightings:
        rows[seen.account, seen.folder, seen.uidvalidity, seen.uid] = {
            "account": seen.account,
            "folder": seen.folder,
            "uidvalidity": seen.uidvalidity,
            "uid": seen.uid,
            "size": seen.told_size,
            "received": seen.received,
            "letter_id": letter_id,
        }
    places = [{f"at_{name}": row[name] for name in _PLACE} for row in rows.values()]
    for forget in _FORGET:
        connection.execute(forget, places)
    connection.execute(_NEW_SIGHTING, list(rows.values()))


def pause_after(tries: int) -> timedelta:
    """Return how long a letter waits after so many tries."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(max(tries, 1) - 1, 20)
    return min(LONGEST_PAUSE, doubled)


def _place(letter: PassedOver) -> ColumnElement[bool]:
    return and_(
        PassedOverRow.account == letter.account,
        PassedOverRow.folder == letter.folder,
        PassedOverRow.uidvalidity == letter.uidvalidity,
        PassedOverRow.uid == letter.uid,
    )
