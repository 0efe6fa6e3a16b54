"""Proof of reported adoptions: every proposal is there as the latest deed of the journal left it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.models.conversations import ProposedAdoptionRow
from ledger.models.decisions import JournalRow
from ledger.row_digests import columns, proposal_digest
from ledger.states import Act, ProposalState
from ledger.unreadable import there


def proposed_rows(session: Session) -> Iterator[str]:
    """
    Yield reported adoptions that the journal contradicts, a Chinese sentence each.

    An open one goes with the word of a person that its letter is for something else (`Act.PURPOSE`).
    Of one that nobody has touched since entries have digests, the state and the register's number alone
    are proved.
    """
    latest: dict[int, tuple[int, int, Mapping[str, Any]]] = {}
    for seq, letter, facts in session.execute(
        select(JournalRow.seq, JournalRow.letter_id, JournalRow.facts)
        .where(JournalRow.act == Act.PROPOSED)
        .order_by(JournalRow.seq)
    ):
        latest[facts["proposal"]] = seq, letter, facts
    purposes: dict[int | None, int] = {
        row[0]: row[1]
        for row in session.execute(
            select(JournalRow.letter_id, func.max(JournalRow.seq))
            .where(JournalRow.act == Act.PURPOSE)
            .group_by(JournalRow.letter_id)
        )
    }
    for row in session.scalars(select(ProposedAdoptionRow).order_by(ProposedAdoptionRow.id)):
        if row.id not in latest:
            yield f"第 {row.id} 号录用报送不是按手续登记的：日志里没有它"
            continue
        _, letter, facts = latest.pop(row.id)
        digest = facts.get("digest")
        stands = (row.letter_id, row.state.value, row.adoption_id)
        if stands != (letter, facts["state"], facts.get("adoption")):
            yield f"第 {row.id} 号录用报送的来信、状态或录用登记与日志不符"
        elif digest is not None and proposal_digest(columns(row)) != digest:
            yield f"第 {row.id} 号录用报送的单位、标题、载体、日期、凭证或办理情况与日志不符"
    unread = {row[0] for row in there(session, ProposedAdoptionRow, "id")} if latest else set()
    for number, (seq, letter, facts) in sorted(latest.items()):
        if number in unread:
            continue
        dropped = facts["state"] == ProposalState.OPEN and purposes.get(letter, 0) > seq
        if not dropped:
            yield f"第 {number} 号录用报送的记录不见了"
