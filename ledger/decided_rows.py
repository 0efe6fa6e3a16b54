"""Proof of what people decided beside drafts: adoptions, 约稿, 附加分, sanctions, 刊发稿, notices, points by hand."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.models.decisions import (
    AdoptionRow,
    BonusRow,
    CommissionRow,
    HandLineRow,
    JournalRow,
    NoticeRow,
    PrintedTextRow,
    SanctionRow,
)
from ledger.printed_texts import digest_of
from ledger.states import Act
from ledger.unreadable import there
from rulebook.amounts import amount


def decided_rows(
    session: Session, adoptions: Iterable[AdoptionRow], by_hand: Iterable[HandLineRow]
) -> Iterator[str]:
    """Yield what of these rows the journal contradicts, a Chinese sentence each."""
    yield from _adoptions(session, adoptions)
    yield from _others(session)
    yield from _notices(session)
    yield from _hand_lines(session, by_hand)


def compared(whose: str, pairs: Mapping[str, tuple[object, object]]) -> Iterator[str]:
    """Yield what of a thing's (value, expected) differs, by their names."""
    for name, (now, expected) in pairs.items():
        if now != expected:
            if isinstance(now, bool):
                yield f"{whose}{name}与日志不符"
            else:
                yield f"{whose}{name}是“{_word(now)}”，日志里是“{_word(expected)}”"


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
        yield from compared(f"第 {row.id} 号录用的", now)
    for number in _gone(session, AdoptionRow, entries.keys() - numbers):
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
        yield from compared(f"第 {row.id} 号约稿的", now)
    gone = _gone(session, CommissionRow, entries)
    yield from (f"第 {number} 号约稿的记录不见了" for number in gone)
    bonuses: dict[tuple[str, int], str] = {}
    for line in _lines(session, (Act.BONUS,)):
        bonuses[line.facts["unit"], line.facts["year"]] = line.facts["points"]
    for bonus in session.scalars(select(BonusRow)):
        expected = bonuses.pop((bonus.unit, bonus.year), "0")
        pair = {"附加分": (bonus.points, Decimal(expected))}
        yield from compared(f"{bonus.unit}{bonus.year}年度的", pair)
    if bonuses:
        left = sorted(bonuses.keys() - there(session, BonusRow, "unit", "year"))
        yield from (f"{unit}{year}年度附加分的记录不见了" for unit, year in left)
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
        yield from compared(f"第 {sanction.id} 号处理记录的", now)
    gone = _gone(session, SanctionRow, entries)
    yield from (f"第 {number} 号处理记录不见了" for number in gone)


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
        yield from compared(f"第 {row.id} 号刊发稿的", now)
    gone = _gone(session, PrintedTextRow, entries)
    yield from (f"第 {number} 号刊发稿的记录不见了" for number in gone)


def _notices(session: Session) -> Iterator[str]:
    lines = {line.seq: line for line in _lines(session, (Act.PUBLISHED,))}
    editions: Counter[str] = Counter()
    for row in session.scalars(select(NoticeRow).order_by(NoticeRow.seq)):
        line = lines.pop(row.seq, None)
        entry: Mapping[str, Any] = line.facts if line is not None else {}
        files = {file["name"]: file["sha256"] for file in row.files}
        editions[row.period] += 1
        now = {
            "时段": (row.period, entry.get("period")),
            "数据": (row.figures == entry.get("figures"), True),
            "文件": (files == entry.get("files"), True),
            "版次": (row.edition, editions[row.period]),
            "发布时间": (row.published, line.at if line is not None else None),
            "发布人": (row.who, line.who if line is not None else None),
            "存档": (_whole(row.inputs), True),
        }
        yield from compared(f"已发布的 {row.period} 通报（第{row.edition}版）的", now)
    for seq in _gone(session, NoticeRow, lines, "seq"):
        yield f"已发布的 {lines[seq].facts['period']} 通报的记录不见了"


def _whole(packed: bytes) -> bool:
    """Whether the facts that a notice was computed from can be read."""
    try:
        json.loads(zlib.decompress(packed))
    except (ValueError, zlib.error):
        return False
    return True


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
        yield from compared(f"第 {row.id} 号加减分的", now)
    gone = _gone(session, HandLineRow, entries)
    yield from (f"第 {number} 号加减分的记录不见了" for number in gone)


def _gone(session: Session, model: type[Any], missed: Iterable[int], name: str = "id") -> list[int]:
    """Select of the numbers that were not met those that no row has, readable or not."""
    numbers = set(missed)
    return sorted(numbers - {row[0] for row in there(session, model, name)}) if numbers else []


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


def _word(value: object) -> str:
    return "无" if value in (None, "") else str(value)
