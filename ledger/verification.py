"""
Proof that the rows follow from the journal: what was changed without the program is named.

The journal's chain shows that its own entries are untouched (ledger/journal.py). Here every row that
the figures are drawn from is derived again from those entries and compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, load_only

from ledger.amended_rows import edited
from ledger.decided_rows import compared, decided_rows
from ledger.entered_rows import entered_rows
from ledger.models.database import read_only
from ledger.models.decisions import (
    AdoptionRow,
    BonusRow,
    CommissionRow,
    HandLineRow,
    JournalRow,
    NoticeRow,
    PrintedTextRow,
    SanctionRow,
    StandingRow,
)
from ledger.models.letters import DraftRow, LetterRow
from ledger.proposed_rows import proposed_rows
from ledger.rulings import Rules as Rules
from ledger.rulings import first_standing, judged_of, not_undone, ruling_of, standing_of
from ledger.schema_proof import schema_rows
from ledger.score_lines import adoption_of, hand_points_of, scored_of
from ledger.score_proof import ScoreProof
from ledger.sealed_rows import sealed_rows
from ledger.stated_rows import stated_rows
from ledger.states import Act
from ledger.unreadable import FAULTS, any_text, leave_out, reading, there, unreadable_cells
from rulebook.amounts import Amount, amount, plain
from rulebook.points import (
    Adoption,
    HandPoints,
    LineKind,
    Scored,
    lines_of,
    of_hand,
)
from rulebook.rulings import apply_rulings
from rulebook.unit_history import UNPLACED, UnitHistory

BATCH = 2000
RULINGS = (Act.RULED, Act.CLAIMED)
STANDING = {
    "单位": "unit", "类别": "kind", "事件日期": "event_date", "时效": "timely", "结果": "outcome",
    "作废": "voided", "约稿": "commission", "时限": "deadline", "理由": "reasons",
}  # fmt: skip
"""What of a standing is compared, by what it is called."""
OF_DRAFT = (
    "letter_id", "position", "unit", "kind", "event_date", "deadline", "timely", "outcome", "reasons",
    "points", "digest", "commission_id",
)  # fmt: skip
OF_LETTER = ("received", "faults")
READ = reading({DraftRow: OF_DRAFT, LetterRow: OF_LETTER})
JUDGED = (
    load_only(*(getattr(DraftRow, name) for name in OF_DRAFT), raiseload=True),
    load_only(*(getattr(LetterRow, name) for name in OF_LETTER), raiseload=True),
)
"""What standings and points are worked out from: texts and files were read with the rows' digests."""


def contradictions(engine: Engine, rules: Rules) -> Iterator[str]:
    """
    Yield rows that are not what the journal says, a Chinese sentence each; none when all agree.

    Drafts of a ledger older than the journal are compared with their own first verdict alone.
    """
    with Session(read_only(engine)) as session, any_text(session.connection()):
        told: dict[str, None] = {}
        trouble = _gather(session, rules, told)
        if trouble and (cells := list(unreadable_cells(session))):
            # one bad cell keeps no other row from the proof, and nothing is said that only follows from it
            told = dict.fromkeys(cell.told for cell in cells)
            leave_out(session, cells)
            trouble = _gather(session, rules, told)
        yield from told
        if trouble:
            yield f"核对中断，台账里有读不懂的内容（{trouble}）"


def _gather(session: Session, rules: Rules, told: dict[str, None]) -> str:
    """Add each sentence of the proof to `told`; return what it stumbled over, "" if over nothing."""
    try:
        for sentence in _proof(session, rules):
            told[sentence] = None
    except FAULTS as fault:
        session.expunge_all()
        return type(fault).__name__
    return ""


def _proof(session: Session, rules: Rules) -> Iterator[str]:
    yield from schema_rows(session.connection())
    yield from _lines_missing(session)
    yield from entered_rows(session)
    yield from stated_rows(session)
    yield from proposed_rows(session)
    yield from sealed_rows(session)
    scored: Counter[Scored] = Counter()
    adoptions = session.scalars(select(AdoptionRow).order_by(AdoptionRow.id)).all()
    standing_adoptions = [adoption_of(row) for row in adoptions if not row.withdrawn]
    by_hand = session.scalars(select(HandLineRow).order_by(HandLineRow.id)).all()
    scores = ScoreProof(
        session,
        rules.provisions_on_day,
        dict(
            there(session, AdoptionRow, "id", "draft_id")
            - {(row.id, row.draft_id) for row in adoptions}
        ),
        {row[0] for row in there(session, HandLineRow, "id")} - {row.id for row in by_hand},
    )
    hand = [hand_points_of(row) for row in by_hand if not row.removed]
    yield from decided_rows(session, adoptions, by_hand)
    yield from _drafts(session, rules, scored, standing_adoptions, scores)
    yield from _scores(rules, scored, standing_adoptions, hand, scores)


def _lines_missing(session: Session) -> Iterator[str]:
    """Notice that the end of the journal was cut off: rows rest on a later entry."""
    last = session.scalar(select(func.max(JournalRow.seq))) or 0
    rows = (
        *(StandingRow, AdoptionRow, CommissionRow, BonusRow, SanctionRow, NoticeRow),
        HandLineRow,
        PrintedTextRow,
    )
    known = max(session.scalar(select(func.max(row.seq))) or 0 for row in rows)
    if known > last:
        yield f"日志末尾缺少记录：台账引用到第 {known} 条，日志只到第 {last} 条"


def _drafts(
    session: Session,
    rules: Rules,
    scored: Counter[Scored],
    adoptions: Iterable[Adoption],
    scores: ScoreProof,
) -> Iterator[str]:
    """Check every draft and its points; how they score is counted on the way, those alike together."""
    printed: dict[int, list[Adoption]] = defaultdict(list)
    for adoption in adoptions:
        printed[adoption.draft or 0].append(adoption)
    held = cache(lambda: there(session, StandingRow, "draft_id"))
    last = 0
    while True:
        rows = session.execute(
            select(DraftRow, LetterRow, StandingRow)
            .outerjoin(LetterRow, LetterRow.id == DraftRow.letter_id)
            .outerjoin(StandingRow, StandingRow.draft_id == DraftRow.id)
            .where(DraftRow.id > last)
            .order_by(DraftRow.id)
            .limit(BATCH)
            .options(*JUDGED)
            .execution_options(**READ)
        ).all()
        before, upto = last, rows[-1][0].id if rows else None
        counted = list(_alone(session, before, upto))
        if not rows:
            scores.drafts(before, None, _counted(counted, scored), printed)
            return
        first, last = rows[0][0].id, rows[-1][0].id
        entered = _entered(session, {draft.letter_id for draft, _, _ in rows})
        rulings: dict[int, list[JournalRow]] = defaultdict(list)
        for line in session.scalars(
            select(JournalRow)
            .where(JournalRow.draft_id.between(first, last), JournalRow.act.in_(RULINGS))
            .order_by(JournalRow.seq)
        ):
            rulings[line.draft_id or 0].append(line)
        unread: list[int] = []
        for draft, letter, standing in rows:
            entry = entered.get(draft.letter_id)
            if entry is not None:
                yield from _first(draft, letter, entry)
            if standing is None:
                if (draft.id,) in held():
                    unread.append(draft.id)
                else:
                    yield f"第 {draft.id} 号稿件的现状记录不见了"
                continue
            if letter is not None:  # else it cannot be read or is gone, which is told already
                yield from _standing(draft, letter, standing, rulings.get(draft.id, []), rules)
            counted.append(standing)
        scores.drafts(before, last, _counted(counted, scored), printed, unread)
        session.expunge_all()


def _counted(standings: Sequence[StandingRow], scored: Counter[Scored]) -> list[Scored]:
    """Convert standings for the proof of their points, and count them among all, those alike together."""
    found = [scored_of(row) for row in standings]
    for row, one in zip(standings, found, strict=True):
        scored[one if row.adopted else replace(one, draft=0)] += 1
    return found


def _alone(session: Session, after: int, last: int | None) -> Iterable[StandingRow]:
    """Find how drafts stand that cannot be read, or are gone: their lines of points are there all the same."""
    within = StandingRow.draft_id > after
    return session.scalars(
        select(StandingRow)
        .outerjoin(DraftRow, DraftRow.id == StandingRow.draft_id)
        .where(within if last is None else within & (StandingRow.draft_id <= last))
        .where(DraftRow.id.is_(None))
        .execution_options(**READ)
    )


def _entered(session: Session, letters: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    numbers = sorted(letters)
    rows = session.execute(
        select(JournalRow.letter_id, JournalRow.facts)
        .where(
            JournalRow.letter_id.between(numbers[0], numbers[-1]),
            JournalRow.act == Act.ENTERED,
        )
        .order_by(JournalRow.seq)
    )
    by_hand = edited(session, numbers[0], numbers[-1])
    return {
        letter: {**facts, "drafts": by_hand.drafts_of(letter, facts)}
        for letter, facts in rows
        if letter is not None
    }


def _first(draft: DraftRow, letter: LetterRow | None, entry: Mapping[str, Any]) -> Iterator[str]:
    index = draft.position - 1
    if not 0 <= index < len(entry["drafts"]):
        yield f"第 {draft.id} 号稿件不在收稿时登记的稿件之列"
        return
    judged = entry["drafts"][index]
    now: dict[str, tuple[object, object]] = {
        "文字校验值": (draft.digest, judged["sha256"]),
        "单位": (draft.unit, judged["unit"]),
        "类别": (draft.kind, judged["kind"]),
        "事件日期": (str(draft.event_date or ""), judged["happened"]),
        "时效": (draft.timely.value, judged["timely"]),
        "结果": (draft.outcome.value, judged["outcome"]),
        "分数": (draft.points, amount(judged["points"])),
    }
    if letter is not None:
        now["收稿时间"] = (letter.received.astimezone(UTC).isoformat(), entry["received"])
    yield from compared(f"第 {draft.id} 号稿件收稿时的", now)


def _standing(
    draft: DraftRow, letter: LetterRow, row: StandingRow, lines: list[JournalRow], rules: Rules
) -> Iterator[str]:
    provisions = rules.provisions_at(letter.received)
    day = letter.received.astimezone(ZoneInfo(provisions.zone)).date()
    rulings = [ruling_of(line.facts) for line in not_undone(lines)]
    verdict = (
        apply_rulings(judged_of(draft, letter), rulings, provisions, rules.is_workday)
        if rulings
        else first_standing(draft, letter)
    )
    now = standing_of(row)
    pairs = {
        name: (getattr(now, field), getattr(verdict, field)) for name, field in STANDING.items()
    }
    pairs |= {"收稿日": (row.day, day), "邮件": (row.letter_id, draft.letter_id)}
    yield from compared(f"第 {draft.id} 号稿件现在的", pairs)


def _scores(
    rules: Rules,
    scored: Counter[Scored],
    adoptions: list[Adoption],
    by_hand: list[HandPoints],
    scores: ScoreProof,
) -> Iterator[str]:
    """Check the lines of no draft, and that every line belongs to a unit; tell what differs of all."""
    drafts = [replace(one, times=many) for one, many in scored.items()]
    history, unplaced = UnitHistory(rules.provisions_on_day), dict[str, Amount]()
    lines = [*lines_of(drafts, adoptions, rules.provisions_on_day), *of_hand(by_hand)]
    for line in lines:
        if line.points and history.unit(line.unit, line.day) is None:
            unplaced[line.unit] = amount(unplaced.get(line.unit, 0) + line.points)
    for name, points in sorted(unplaced.items()):
        yield (
            f"“{name}”的 {plain(points)} 分不属于当时的任何单位（表中列为“{UNPLACED}”），"
            "请给接续它的单位写上 successor_of，或改定稿件的单位"
        )
    no_draft = (LineKind.SUBMITTED, LineKind.NOTHING)  # those alike were counted together
    scores.others(line for line in lines if line.adoption is not None or line.what not in no_draft)
    yield from scores.sentences()
