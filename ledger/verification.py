"""
Proof that the rows follow from the journal: what was changed without the program is named.

The journal's chain shows that its own entries are untouched (ledger/journal.py). Here every row that
the figures are drawn from is derived again from those entries and compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.amended_rows import edited
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
from ledger.printed_texts import digest_of
from ledger.proposed_rows import proposed_rows
from ledger.rulings import (
    UNDOES,
    first_standing,
    judged_of,
    ruling_of,
    standing_of,
    undone_among,
)
from ledger.score_lines import adoption_of, hand_points_of, scored_of
from ledger.scored_rows import scored_rows
from ledger.stated_rows import stated_rows
from ledger.states import Act
from rulebook.amounts import amount
from rulebook.points import ProvisionsOn, Scored
from rulebook.provisions import Provisions
from rulebook.rulings import apply_rulings
from rulebook.timeliness import IsWorkday

BATCH = 2000
RULINGS = (Act.RULED, Act.CLAIMED)


@dataclass(frozen=True, slots=True)
class Rules:
    """What standings and scores are derived from, besides the journal."""

    provisions_at: Callable[[datetime], Provisions]
    provisions_on_day: ProvisionsOn
    is_workday: IsWorkday


def contradictions(engine: Engine, rules: Rules) -> Iterator[str]:
    """
    Yield rows that are not what the journal says, a Chinese sentence each; none when all agree.

    Drafts of a ledger older than the journal are compared with their own first verdict alone.
    """
    with Session(read_only(engine)) as session:
        yield from _lines_missing(session)
        yield from entered_rows(session)
        yield from stated_rows(session)
        yield from proposed_rows(session)
        scored: Counter[Scored] = Counter()
        yield from _drafts(session, rules, scored)
        adoptions = session.scalars(select(AdoptionRow).order_by(AdoptionRow.id)).all()
        yield from _adoptions(session, adoptions)
        yield from _others(session)
        yield from _notices(session)
        standing_adoptions = [adoption_of(row) for row in adoptions if not row.withdrawn]
        by_hand = session.scalars(select(HandLineRow).order_by(HandLineRow.id)).all()
        yield from _hand_lines(session, by_hand)
        hand = [hand_points_of(row) for row in by_hand if not row.removed]
        drafts = [replace(one, times=many) for one, many in scored.items()]
        yield from scored_rows(session, rules.provisions_on_day, drafts, standing_adoptions, hand)


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


def _drafts(session: Session, rules: Rules, scored: Counter[Scored]) -> Iterator[str]:
    """Check every draft; how they score is counted on the way, those alike together."""
    last = 0
    while True:
        rows = session.execute(
            select(DraftRow, LetterRow, StandingRow)
            .join(LetterRow, LetterRow.id == DraftRow.letter_id)
            .outerjoin(StandingRow, StandingRow.draft_id == DraftRow.id)
            .where(DraftRow.id > last)
            .order_by(DraftRow.id)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        first, last = rows[0][0].id, rows[-1][0].id
        entered = _entered(session, {letter.id for _, letter, _ in rows})
        rulings: dict[int, list[JournalRow]] = defaultdict(list)
        for line in session.scalars(
            select(JournalRow)
            .where(JournalRow.draft_id.between(first, last), JournalRow.act.in_(RULINGS))
            .order_by(JournalRow.seq)
        ):
            rulings[line.draft_id or 0].append(line)
        for draft, letter, standing in rows:
            entry = entered.get(letter.id)
            if entry is not None:
                yield from _first(draft, letter, entry)
            if standing is None:
                yield f"第 {draft.id} 号稿件的现状记录不见了"
                continue
            yield from _standing(draft, letter, standing, rulings.get(draft.id, []), rules)
            one = scored_of(standing)
            scored[one if standing.adopted else replace(one, draft=0)] += 1
        session.expunge_all()


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


def _first(draft: DraftRow, letter: LetterRow, entry: Mapping[str, Any]) -> Iterator[str]:
    index = draft.position - 1
    if not 0 <= index < len(entry["drafts"]):
        yield f"第 {draft.id} 号稿件不在收稿时登记的稿件之列"
        return
    judged = entry["drafts"][index]
    now = {
        "文字校验值": (draft.digest, judged["sha256"]),
        "单位": (draft.unit, judged["unit"]),
        "类别": (draft.kind, judged["kind"]),
        "事件日期": (str(draft.event_date or ""), judged["happened"]),
        "时效": (draft.timely.value, judged["timely"]),
        "结果": (draft.outcome.value, judged["outcome"]),
        "分数": (draft.points, amount(judged["points"])),
        "收稿时间": (letter.received.astimezone(UTC).isoformat(), entry["received"]),
    }
    yield from _told(f"第 {draft.id} 号稿件收稿时的", now)


def _standing(
    draft: DraftRow, letter: LetterRow, row: StandingRow, lines: list[JournalRow], rules: Rules
) -> Iterator[str]:
    provisions = rules.provisions_at(letter.received)
    day = letter.received.astimezone(ZoneInfo(provisions.zone)).date()
    undone = undone_among(line.facts for line in lines)
    rulings = [
        ruling_of(line.facts)
        for line in lines
        if line.seq not in undone and UNDOES not in line.facts
    ]
    if rulings:
        verdict = apply_rulings(judged_of(draft, letter), rulings, provisions, rules.is_workday)
        expected = (
            verdict.unit, verdict.kind, verdict.event_date, verdict.timely, verdict.outcome,
            verdict.voided, verdict.commission, verdict.deadline, verdict.reasons,
        )  # fmt: skip
    else:
        first = first_standing(draft, letter)
        expected = (
            first.unit, first.kind, first.event_date, first.timely, first.outcome,
            first.voided, first.commission, first.deadline, first.reasons,
        )  # fmt: skip
    now = standing_of(row)
    current = (
        now.unit, now.kind, now.event_date, now.timely, now.outcome, now.voided, now.commission,
        now.deadline, now.reasons,
    )  # fmt: skip
    names = ("单位", "类别", "事件日期", "时效", "结果", "作废", "约稿", "时限", "理由")
    pairs = dict(zip(names, zip(current, expected, strict=True), strict=True))
    yield from _told(f"第 {draft.id} 号稿件现在的", {**pairs, "收稿日": (row.day, day)})


def _adoptions(session: Session, rows: Iterable[AdoptionRow]) -> Iterator[str]:
    entries = _replayed(session, (Act.ADOPTED, Act.ADOPTION_CHANGED), "adoption")
    numbers = set()
    for row in rows:
        numbers.add(row.id)
        entry = entries.get(row.id)
        if entry is None:
            if row.seq:  # without: entered_rows counts them
                yield f"第 {row.id} 号录用不是按手续登记的：日志里没有它"
            continue
        now = {
            "单位": (row.unit, entry["unit"]),
            "载体": (row.outlet, entry["outlet"]),
            "类别": (row.tier, entry["tier"]),
            "日期": (row.day.isoformat(), entry["day"]),
            "稿件": (row.draft_id, entry["draft"]),
            "稿件类别": (row.kind, entry["kind"]),
            "撤销": (row.withdrawn, entry.get("withdrawn", False)),
            "标题": (row.title, entry["title"]),
            "网址": (row.url, entry["url"]),
            "凭证": (row.evidence, entry["evidence"]),
            "刊发方式": (row.manner, entry.get("manner", "")),
        }
        yield from _told(f"第 {row.id} 号录用的", now)
    for number in sorted(entries.keys() - numbers):
        yield f"第 {number} 号录用的记录不见了"


def _others(session: Session) -> Iterator[str]:
    """Check 约稿, 附加分 and what cancels it."""
    entries = _replayed(session, (Act.COMMISSIONED, Act.COMMISSION_CHANGED), "commission")
    for row in session.scalars(select(CommissionRow)):
        entry = entries.pop(row.id, {})
        now = {
            "题目": (row.topic, entry.get("topic")),
            "单位": (row.units, entry.get("units")),
            "截止日期": (row.due.isoformat(), entry.get("due")),
            "结束": (row.closed, entry.get("closed", False)),
        }
        yield from _told(f"第 {row.id} 号约稿的", now)
    yield from (f"第 {number} 号约稿的记录不见了" for number in sorted(entries))
    bonuses: dict[tuple[str, int], str] = {}
    for line in _lines(session, (Act.BONUS,)):
        bonuses[line.facts["unit"], line.facts["year"]] = line.facts["points"]
    for bonus in session.scalars(select(BonusRow)):
        expected = bonuses.pop((bonus.unit, bonus.year), "0")
        pair = {"附加分": (bonus.points, Decimal(expected))}
        yield from _told(f"{bonus.unit}{bonus.year}年度的", pair)
    yield from (f"{unit}{year}年度附加分的记录不见了" for unit, year in sorted(bonuses))
    yield from _printed_texts(session)
    entries = _replayed(session, (Act.SANCTION,), "sanction")
    for sanction in session.scalars(select(SanctionRow)):
        entry = entries.pop(sanction.id, {})
        now = {
            "单位": (sanction.unit, entry.get("unit")),
            "年度": (sanction.year, entry.get("year")),
            "事由": (sanction.reason, entry.get("why")),
            "批准人": (sanction.approved_by, entry.get("approved_by")),
            "日期": (sanction.day.isoformat(), entry.get("day")),
            "解除": (sanction.lifted, entry.get("lifted", False)),
        }
        yield from _told(f"第 {sanction.id} 号处理记录的", now)
    yield from (f"第 {number} 号处理记录不见了" for number in sorted(entries))


def _printed_texts(session: Session) -> Iterator[str]:
    """Check 刊发稿: the words are those that were entered."""
    entries = _replayed(session, (Act.PRINTED,), "printed")
    for row in session.scalars(select(PrintedTextRow)):
        entry = entries.pop(row.id, {})
        now = {
            "载体": (row.outlet, entry.get("outlet")),
            "文字校验值": (digest_of(row.title, row.text), entry.get("text")),
            "文件": (row.file, entry.get("file")),
            "撤销": (row.withdrawn, entry.get("withdrawn", False)),
        }
        yield from _told(f"第 {row.id} 号刊发稿的", now)
    yield from (f"第 {number} 号刊发稿的记录不见了" for number in sorted(entries))


def _notices(session: Session) -> Iterator[str]:
    facts: dict[int, dict[str, Any]] = {
        line.seq: line.facts for line in _lines(session, (Act.PUBLISHED,))
    }
    for row in session.scalars(select(NoticeRow)):
        entry = facts.pop(row.seq, {})
        files = {file["name"]: file["sha256"] for file in row.files}
        now = {
            "时段": (row.period, entry.get("period")),
            "数据": (row.figures == entry.get("figures"), True),
            "文件": (files == entry.get("files"), True),
        }
        yield from _told(f"已发布的 {row.period} 通报（第{row.edition}版）的", now)
    yield from (f"已发布的 {entry['period']} 通报的记录不见了" for entry in facts.values())


def _hand_lines(session: Session, rows: Iterable[HandLineRow]) -> Iterator[str]:
    entries = _replayed(session, (Act.HAND_LINE,), "hand_line")
    for row in rows:
        entry = entries.pop(row.id, None)
        if entry is None:
            yield f"第 {row.id} 号加减分不是按手续登记的：日志里没有它"
            continue
        now = {
            "单位": (row.unit, entry["unit"]),
            "个人": (row.person, entry["person"]),
            "日期": (row.day.isoformat(), entry["day"]),
            "分数": (row.points, amount(entry["points"])),
            "条款": (row.clause, entry["clause"]),
            "事由": (row.why, entry["why"]),
            "审批人": (row.approved_by, entry["approved_by"]),
            "合写的稿件": (row.shared_draft, entry.get("shared_draft")),
            "撤销": (row.removed, entry.get("removed", False)),
        }
        yield from _told(f"第 {row.id} 号加减分的", now)
    yield from (f"第 {number} 号加减分的记录不见了" for number in sorted(entries))


def _lines(session: Session, acts: tuple[Act, ...]) -> Iterable[JournalRow]:
    return session.scalars(
        select(JournalRow).where(JournalRow.act.in_(acts)).order_by(JournalRow.seq)
    )


def _replayed(session: Session, acts: tuple[Act, ...], key: str) -> dict[int, dict[str, Any]]:
    """Merge what the journal says of each numbered thing, later entries over the first; its first `why`."""
    merged: dict[int, dict[str, Any]] = {}
    for line in _lines(session, acts):
        merged.setdefault(line.facts[key], {"why": line.why}).update(line.facts)
    return merged


def _told(whose: str, pairs: Mapping[str, tuple[object, object]]) -> Iterator[str]:
    for name, (now, expected) in pairs.items():
        if now != expected:
            if isinstance(now, bool) and isinstance(expected, bool):
                yield f"{whose}{name}与日志不符"
            else:
                yield f"{whose}{name}是“{_word(now)}”，日志里是“{_word(expected)}”"


def _word(value: object) -> str:
    return "无" if value in (None, "") else str(value)
