"""核对: a unit's own rows of a period before the notice goes out; it answers what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.states import LetterKind
from notifier.mail.message import OutgoingLetter, message_id_for, one_line
from notifier.mail.page import LetterView, Office, OutcomeStyle, Row, day_of, in_words, shortened
from notifier.mail.templating import render

CHECK = OutcomeStyle("核对", "通报印发前请核对", "#1f4e79", "#eef3f8")
MAX_ROWS = 150
TITLE_CHARACTERS = 60
ADVICE = (
    "如无异议，请直接回复“核对无误”。",
    "如有出入，请在回复中写明稿件题目和理由，工作人员会逐篇核实并答复。",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a draft, an adoption or a target; how it stands, and by which clause or why."""

    title: str
    stands: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class UnitRows:
    """
    All of a unit's rows of a period.

    `period`, `label`: its name and as people say it. `sums`: points and rank in words.
    """

    unit: str
    period: str
    label: str
    sums: str
    drafts: tuple[Entry, ...]
    adoptions: tuple[Entry, ...]
    targets: tuple[Entry, ...]


def notice_check(
    rows: UnitRows, until: date, officer: str, address: str, number: int, office: Office
) -> OutgoingLetter:
    """
    Write to one of a unit's officers. `number`: the officer's, for a Message-ID of its own.

    A second round has another `until`, and so other letters.
    """
    opening = (
        f"{rows.label}的通报印发前，请核对贵单位的下列数据；请在{day_of(until)}（含当日）前回复，"
        "逾期未回复的视为没有异议。"
    )
    shown = rows.drafts[:MAX_ROWS]
    left = len(rows.drafts) - len(shown)
    page = LetterView(
        look=CHECK,
        salutation=f"{one_line(officer)}同志：" if officer else "同志：",
        opening=opening,
        facts=(
            Row("单位", rows.unit),
            Row("时段", rows.label),
            Row("积分", rows.sums),
            *(Row(one.title, one.stands, one.why) for one in rows.targets),
            *(_row("稿件", one) for one in shown),
            *([Row("稿件", f"另有{left}篇，请向我们索取清单")] if left else []),
            *(_row("录用", one) for one in rows.adoptions),
        ),
        remarks=ADVICE,
        office=office,
    )
    page = in_words(page)
    plain, html = render(LetterKind.CHECK, {"page": page}, office.templates)
    return OutgoingLetter(
        subject=one_line(f"【{CHECK.word}】{rows.unit}{rows.label}的报送和积分"),
        plain=plain,
        html=html,
        recipient=address,
        copies=(),
        message_id=message_id_for(f"check.{rows.period}.{until:%Y%m%d}", number, office.domain),
        in_reply_to="",
        references=(),
        auto_submitted="auto-generated",
        kind=LetterKind.CHECK,
    )


def _row(label: str, one: Entry) -> Row:
    return Row(label, f"《{shortened(one.title, TITLE_CHARACTERS)}》　{one.stands}", one.why)
