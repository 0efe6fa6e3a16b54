"""Proof of letters, drafts, answers, officers and accounts: from the journal to the rows and back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import row_digests
from ledger.amended_rows import Edited, amendments, edited
from ledger.models.accounts import UserRow
from ledger.models.decisions import AdoptionRow, JournalRow, StandingRow
from ledger.models.letters import AddressRow, DraftRow, LetterRow, OfficerRow
from ledger.older_rows import Forgotten, Older, beyond, forgotten_rows, older_rows
from ledger.owed_rows import OwedRows
from ledger.states import Act, LetterState
from ledger.storage.retention import FORGOTTEN
from ledger.unreadable import reading, there
from rulebook.reasons import Reason

BATCH = 2000
ENTERED = (LetterState.EXAMINED, LetterState.SETTLED)
CHANGES_OF_ACCESS = {"added": False, "enabled": False, "disabled": True}
"""What a change of an account says of whether it is shut."""
CHANGES_OF_SECOND_FACTOR = {"second_factor_on": True, "second_factor_off": False}
"""What it says of whether a login asks for a second factor."""
_MANNER_IN_WORDS = re.compile("补录，(.+?)来稿：")
"""How a letter came that was entered by hand before the entry told it apart (migration 0036)."""


def entered_rows(session: Session) -> Iterator[str]:
    """Yield what of letters, drafts, answers, officers and accounts the journal contradicts."""
    older, forgotten = older_rows(session), forgotten_rows(session)
    yield from _vanished(session)
    yield from _orphans(session)
    owed = OwedRows(session, older.outbox, forgotten)
    yield from _letters(session, older, forgotten, owed)
    yield from owed.of_the_day()
    yield from amendments(session, forgotten.letters or forgotten.personal)
    yield from _old_adoptions(session, older)
    yield from _officers(session, older, forgotten)
    yield from _users(session)


def _vanished(session: Session) -> Iterator[str]:
    """Look for letters that were entered and are no longer there."""
    gone = session.scalars(
        select(JournalRow.letter_id)
        .outerjoin(LetterRow, LetterRow.id == JournalRow.letter_id)
        .where(JournalRow.act == Act.ENTERED, LetterRow.id.is_(None))
        .order_by(JournalRow.letter_id)
        .execution_options(**reading({LetterRow: ()}))
    )
    yield from (f"第 {number} 号邮件的记录不见了" for number in gone)


def _orphans(session: Session) -> Iterator[str]:
    drafts = session.scalars(
        select(DraftRow.id)
        .outerjoin(LetterRow, LetterRow.id == DraftRow.letter_id)
        .where(LetterRow.id.is_(None))
        .execution_options(**reading({LetterRow: ()}))
    )
    yield from (f"第 {number} 号稿件所属的邮件不见了" for number in drafts)
    standings = session.scalars(
        select(StandingRow.draft_id)
        .outerjoin(DraftRow, DraftRow.id == StandingRow.draft_id)
        .where(DraftRow.id.is_(None))
        .execution_options(**reading({DraftRow: (), StandingRow: ()}))
    )
    yield from (f"第 {number} 号稿件的记录不见了" for number in standings)
    adopted = select(AdoptionRow.draft_id).where(
        AdoptionRow.withdrawn.is_(False), AdoptionRow.draft_id.is_not(None)
    )
    wrong = session.scalars(
        select(StandingRow.draft_id)
        .where(StandingRow.adopted != StandingRow.draft_id.in_(adopted))
        .execution_options(
            **reading({StandingRow: ("adopted",), AdoptionRow: ("draft_id", "withdrawn")})
        )
    )
    yield from (f"第 {number} 号稿件是否录用与录用登记不符" for number in wrong)


def _letters(session: Session, older: Older, forgotten: Forgotten, owed: OwedRows) -> Iterator[str]:
    last, without = 0, []
    while True:
        kept: dict[int, bool] = {
            row[0]: row[1]
            for row in session.execute(
                select(LetterRow.id, LetterRow.raw_kept)
                .where(LetterRow.id > last)
                .order_by(LetterRow.id)
                .limit(BATCH)
                .execution_options(**reading({LetterRow: ("raw_kept",)}))
            )
        }
        if not kept:
            break
        first, last = min(kept), max(kept)
        letters = {
            row.id: row
            for row in session.scalars(select(LetterRow).where(LetterRow.id.between(first, last)))
        }
        told = _told(session, first, last)
        told.forgotten = forgotten.letters
        by_hand = edited(session, first, last)
        drafts: dict[int, list[DraftRow]] = defaultdict(list)
        for draft in session.scalars(
            select(DraftRow)
            .where(DraftRow.letter_id.between(first, last))
            .order_by(DraftRow.letter_id, DraftRow.position)
        ):
            drafts[draft.letter_id].append(draft)
        positions: dict[int, list[int]] = defaultdict(list)
        for letter_id, position in session.execute(
            select(DraftRow.letter_id, DraftRow.position)
            .where(DraftRow.letter_id.between(first, last))
            .execution_options(**reading({DraftRow: ("letter_id", "position")}))
        ):
            positions[letter_id].append(position)
        yield from owed.of_letters(first, last)
        for number, raw_kept in kept.items():
            letter, entry = letters.get(number), told.entries.get(number)
            if entry is None:
                if drafts[number] or (letter is not None and letter.state in ENTERED):
                    without.append(number)
                continue
            if letter is not None:  # else a cell of it cannot be read, which is told already
                yield from _letter(letter, entry, told, forgotten)
                yield from _dealt_with(letter, bool(drafts[number]), told)
            gone = forgotten.letters and not raw_kept
            judged = by_hand.drafts_of(number, entry)
            for position in range(1, len(judged) + 1):
                if position not in positions[number]:
                    yield f"第 {number} 号邮件的第 {position} 篇稿件的记录不见了"
            yield from _drafts(judged, drafts[number], gone, forgotten, by_hand)
        session.expunge_all()
    yield from beyond("邮件", without, older.letters)


@dataclass(slots=True)
class _Told:
    """What the journal tells of some letters, by their numbers: how each was entered and what came after."""

    entries: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    claims: dict[int, str] = field(default_factory=dict)
    manners: dict[int, str] = field(default_factory=dict)
    purposes: dict[int, JournalRow] = field(default_factory=dict)
    handled: dict[int, JournalRow] = field(default_factory=dict)
    entered: dict[int, int] = field(default_factory=dict)
    forgotten: bool = False


def _told(session: Session, first: int, last: int) -> _Told:
    """Read it of the letters between two numbers."""
    told = _Told()
    acts = (Act.ENTERED, Act.CLAIMED, Act.NOTED, Act.PURPOSE, Act.HANDLED)
    for line in session.scalars(
        select(JournalRow)
        .where(JournalRow.letter_id.between(first, last), JournalRow.act.in_(acts))
        .order_by(JournalRow.seq)
    ):
        number, facts = line.letter_id or 0, line.facts
        if line.act is Act.ENTERED:
            told.entries[number], told.entered[number] = facts, line.seq
        elif line.act is Act.CLAIMED:
            told.claims[number] = facts["unit"]
        elif line.act is Act.HANDLED:
            told.handled[number] = line
        elif line.act is Act.PURPOSE:
            told.purposes[number] = line
        elif "manner" in facts:
            told.manners[number] = facts["manner"]
        elif line.draft_id is None and (found := _MANNER_IN_WORDS.match(line.why)):
            told.manners.setdefault(number, found[1])
    return told


def _dealt_with(letter: LetterRow, drafts: bool, told: _Told) -> Iterator[str]:
    """Check what a letter is for, who dealt with it and how, and that it waits for nothing unsaid."""
    whose, number = f"第 {letter.id} 号邮件", letter.id
    purpose, handled = told.purposes.get(number), told.handled.get(number)
    ruled = purpose.facts["purpose"] if purpose is not None else None
    if (letter.purpose_ruled.value if letter.purpose_ruled else None) != ruled:
        yield f"{whose}改定的用途与日志不符"
    entered = told.entered[number]
    if purpose is not None and purpose.seq > entered and drafts:
        if letter.purpose is None or letter.purpose.value != ruled:
            yield f"{whose}的用途与日志不符"
    elif purpose is None or purpose.seq < entered:
        known = told.entries[number].get("letter", {}).get("purpose")
        if known and row_digests.purpose_digest(row_digests.columns(letter)) != known:
            yield f"{whose}的用途与日志不符"
    if handled is not None and (purpose is None or drafts or handled.seq > purpose.seq):
        deed = handled.facts["deed"]
        expected = (deed or None, handled.at if deed else None, handled.who if deed else "")
    else:
        expected = (None, None, "")
    deed_now = letter.deed.value if letter.deed else None
    if (deed_now, letter.handled, letter.handled_by) != expected:
        yield f"{whose}的处理情况与日志不符"
    waits = purpose is not None and purpose.seq > entered
    if letter.state not in ENTERED and not waits:
        yield f"{whose}已经登记，却又记为没有处理"
    secret = Reason.SECRET_MARK.name in letter.reasons or Reason.INFECTED.name in letter.reasons
    if not letter.raw_kept and not secret and not told.forgotten:
        yield f"{whose}的原件记为不再保存，日志里却没有到期清除"


def _letter(
    letter: LetterRow, entry: Mapping[str, Any], told: _Told, forgotten: Forgotten
) -> Iterator[str]:
    whose = f"第 {letter.id} 号邮件"
    unit = told.claims.get(letter.id, entry.get("unit"))
    if letter.manner != told.manners.get(letter.id, ""):
        yield f"{whose}的来稿方式与日志不符"
    digests = entry.get("letter")
    if digests is None:  # entered before rows were digested
        return
    values = row_digests.columns(letter)
    now = row_digests.letter_digests(values)
    if now["row"] != digests["row"]:
        yield f"{whose}的主题、结果或理由与日志不符"
    blank = not (letter.sender_name or letter.sender_address or letter.officer)
    if now["people"] != digests["people"] and not (blank and forgotten.personal):
        yield f"{whose}的发件人或报送人与日志不符"
    if now["more"] != digests.get("more", now["more"]):
        yield f"{whose}的发信时间、紧急、往来、正文或不答复的原因与日志不符"
    bare = not (letter.attachments or letter.files) and not letter.raw_kept and forgotten.letters
    if now["files"] != digests.get("files", now["files"]) and not bare:
        yield f"{whose}的附件清单与日志不符"
    if letter.unit != unit:
        yield f"{whose}的单位是“{letter.unit or '无'}”，日志里是“{unit or '无'}”"


def _drafts(
    judged: Sequence[Mapping[str, Any]],
    rows: list[DraftRow],
    gone: bool,
    forgotten: Forgotten,
    by_hand: Edited,
) -> Iterator[str]:
    known = [draft.position for draft in rows]
    for draft in rows:
        whose = f"第 {draft.id} 号稿件"
        if known.count(draft.position) > 1:
            yield f"{whose}与同一封邮件的另一篇同号，不是收稿时登记的"
        if not 1 <= draft.position <= len(judged):
            continue
        amended = by_hand.amended.get(draft.id, {})
        if draft.origin != amended.get("origin", ""):
            yield f"{whose}的供稿单位与日志不符"
        digests = amended.get("digests", judged[draft.position - 1].get("digests"))
        if digests is None:
            continue
        now = row_digests.draft_digests(row_digests.columns(draft))
        if now["row"] != digests["row"]:
            yield f"{whose}的标题、字数、校验值、时限、理由或约稿与日志不符"
        if now["more"] != digests.get("more", now["more"]):
            yield f"{whose}的相似度、替换或紧急与日志不符"
        if now["files"] != digests.get("files", now["files"]) and not (gone and draft.file == ""):
            yield f"{whose}的文件、图片或判定依据与日志不符"
        if now["text"] != digests["text"] and not (gone and draft.text == ""):
            yield f"{whose}的正文与日志不符"
        blank = draft.author == "" and draft.reviewer == "" and forgotten.personal
        if now["people"] != digests["people"] and not blank:
            yield f"{whose}的作者或审核人与日志不符"


def _old_adoptions(session: Session, older: Older) -> Iterator[str]:
    numbers = session.scalars(
        select(AdoptionRow.id)
        .where(AdoptionRow.seq == 0)
        .order_by(AdoptionRow.id)
        .execution_options(**reading({AdoptionRow: ("seq",)}))
    )
    yield from beyond("录用", numbers, older.adoptions)


def _officers(session: Session, older: Older, forgotten: Forgotten) -> Iterator[str]:
    latest: dict[int, str | None] = {}
    for facts in session.scalars(
        select(JournalRow.facts).where(JournalRow.act == Act.ROSTER).order_by(JournalRow.seq)
    ):
        latest[facts["officer"]] = facts.get("digest")
    addresses: dict[int, list[str]] = defaultdict(list)
    for address in session.scalars(select(AddressRow)):
        addresses[address.officer_id].append(address.address)
    count, last = older.officers
    known = {row[0] for row in there(session, OfficerRow, "id")}
    for officer in session.scalars(select(OfficerRow).order_by(OfficerRow.id)):
        if officer.id not in latest and officer.id > last:
            yield f"第 {officer.id} 号报送人员不是按手续登记的：日志里没有他"
        digest = latest.get(officer.id)
        gone = officer.name == FORGOTTEN and forgotten.officers
        if digest is None or gone:
            continue
        values = row_digests.columns(officer)
        if row_digests.officer_digest(values, addresses[officer.id]) != digest:
            yield f"第 {officer.id} 号报送人员的登记（单位、姓名、电话、邮箱或任期）与日志不符"
    yield from (f"第 {number} 号报送人员的记录不见了" for number in sorted(latest.keys() - known))
    old = sum(number <= last for number in known)
    if old < count:
        yield f"日志以前的报送人员应有 {count} 名，现在有 {old} 名"
    for number in sorted(addresses.keys() - known):
        yield f"有属于第 {number} 号报送人员的邮箱地址，但没有这名报送人员"


def _users(session: Session) -> Iterator[str]:
    accounts: dict[str, dict[str, Any]] = {}
    for facts in session.scalars(
        select(JournalRow.facts).where(JournalRow.act == Act.ACCOUNT).order_by(JournalRow.seq)
    ):
        if "user" not in facts:
            continue
        known = accounts.setdefault(facts["user"], {"disabled": False, "second_factor": False})
        if facts["change"] in CHANGES_OF_SECOND_FACTOR:
            known["second_factor"] = CHANGES_OF_SECOND_FACTOR[facts["change"]]
        if facts["change"] in CHANGES_OF_ACCESS:
            known["disabled"] = CHANGES_OF_ACCESS[facts["change"]]
        if "role" in facts:
            known["role"] = facts["role"]
    for user in session.scalars(select(UserRow).order_by(UserRow.id)):
        expected = accounts.pop(user.name, None)
        if expected is None:
            yield f"账号“{user.name}”不是按手续添加的：日志里没有它"
        elif (user.role.value, user.disabled) != (expected.get("role"), expected["disabled"]):
            yield f"账号“{user.name}”的权限或停用状态与日志不符"
        elif bool(user.totp) != expected["second_factor"]:
            yield f"账号“{user.name}”的动态口令不是按手续启用或停用的"
    for name in sorted(accounts.keys() - {row[0] for row in there(session, UserRow, "name")}):
        yield f"账号“{name}”的记录不见了"
