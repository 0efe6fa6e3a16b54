"""A unit's own card: what it reported and what it still owes, in answer to an officer's question (三, 四)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.states import LetterKind
from notifier.letters.answered_letter import AnsweredLetter, answer_to
from notifier.mail.message import OutgoingLetter
from notifier.mail.page import (
    LetterView,
    Office,
    OutcomeStyle,
    Row,
    day_of,
    one_of,
    shortened,
)
from rulebook.amounts import Amount
from rulebook.model import Kind
from rulebook.periods import Period, Span

MAX_HELD = 12
TITLE_CHARACTERS = 60
COLOUR, TINT = "#1f4e79", "#eef3f8"
STYLE = OutcomeStyle("报送情况", "本单位报送情况", COLOUR, TINT)
NOW = {Span.WEEK: "本周", Span.MONTH: "本月", Span.QUARTER: "本季度"}
OPENINGS = (
    "您询问的报送情况如下，数据截至{today}。",
    "现将{unit}截至{today}的报送情况告知如下。",
    "来信收悉，{unit}的报送情况如下（截至{today}）。",
)


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """
    A unit's figures of a period. `reported`: accepted drafts by kind.

    `rank` of `units` in its group by points so far.
    """

    period: Period
    reported: tuple[tuple[Kind, int], ...]
    late: int
    held: int
    refused: int
    points: Amount
    rank: int
    units: int


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """A draft that waits for a person, and why."""

    title: str
    day: date
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwedDrafts:
    """What the unit still owes of a kind until the end of a period."""

    kind: Kind
    period: Period
    wanted: int
    reported: Amount


@dataclass(frozen=True, slots=True)
class UnitCard:
    """All that a card tells of one unit. `group`: the name of the table in which it is ranked."""

    unit: str
    group: str
    today: date
    figures: tuple[PeriodFigures, ...]
    owed: tuple[OwedDrafts, ...]
    held: tuple[HeldDraft, ...]


def card(answered: AnsweredLetter, told: UnitCard, office: Office) -> OutgoingLetter:
    """Answer an officer's question about points, rank or what is missing: the own unit's figures alone."""
    opening = one_of(OPENINGS, f"{answered.letter}").format(
        unit=told.unit, today=day_of(told.today)
    )
    page = LetterView(
        look=STYLE,
        salutation=answered.salutation,
        opening=opening,
        facts=(
            Row("单位", told.unit),
            *(_figures(one, told.group) for one in told.figures),
            *_owed(told.owed),
            *_held(told.held),
        ),
        scores=True,
        remarks=(
            "本邮件只列本单位的情况，由系统按台账自动统计；名次按截至目前的积分排列。",
            "如还有其他问题，请直接回复本邮件写明，工作人员会看到并答复。",
        ),
        office=office,
    )
    subject = f"【{STYLE.word}】Re: {answered.shown_subject}"
    return answer_to(answered, LetterKind.CARD, page, subject)


def _figures(one: PeriodFigures, group: str) -> Row:
    total = sum(many for _, many in one.reported)
    counts = "、".join(f"{kind}{many}篇" for kind, many in one.reported if many)
    others = "、".join(
        f"{word}{many}篇"
        for word, many in (
            ("其中逾期", one.late),
            ("另有待核定", one.held),
            ("退稿", one.refused),
        )
        if many
    )
    notes = (one.period.label, counts, others, f"{group}共{one.units}个单位")
    return Row(
        NOW[one.period.span],
        f"收稿{total}篇，得{one.points}分，列第{one.rank}",
        "；".join(note for note in notes if note),
    )


def _owed(owed: Sequence[OwedDrafts]) -> list[Row]:
    if not owed:
        return [Row("还需报送", "目前没有未完成的报送任务")]
    return [
        Row(
            "还需报送",
            f"{one.kind}{one.wanted - one.reported}篇",
            f"{NOW[one.period.span]}应报{one.wanted}篇，已报{one.reported}篇，{day_of(one.period.last)}截止",
        )
        for one in owed
    ]


def _held(held: Sequence[HeldDraft]) -> list[Row]:
    rows = [
        Row(
            "待核定",
            f"《{shortened(one.title, TITLE_CHARACTERS)}》",
            f"{day_of(one.day)}收到；{''.join(one.reasons)}",
        )
        for one in held[:MAX_HELD]
    ]
    if len(held) > MAX_HELD:
        rows.append(Row("待核定", f"另有{len(held) - MAX_HELD}篇待核定"))
    return rows
