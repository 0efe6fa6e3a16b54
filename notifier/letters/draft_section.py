"""The part of a receipt that is one draft's: its verdict, how it was read, its points and faults."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from notifier.letters import resend
from notifier.mail.message import receipt_number
from notifier.mail.page import (
    EVIDENCE_CHARACTERS,
    SUBJECT_CHARACTERS,
    DraftSection,
    Objection,
    Office,
    OutcomeStyle,
    Row,
    answered_until,
    day_of,
    deadline,
    lateness,
    look_of,
    moment,
    pictures,
    shortened,
)
from rulebook.model import Draft, DraftVerdict, Duplicate, Replaced, Timely, Verdict
from rulebook.originality import percent
from rulebook.reasons import Outcome, Reason
from rulebook.rulings import OF_DUPLICATE


def draft_section(
    letter_id: int,
    judged: DraftVerdict,
    verdict: Verdict,
    received: datetime,
    office: Office,
) -> DraftSection:
    """
    Describe what became of one draft: how it was read, what it gives, what is wrong with it.

    Args:    `letter_id`: The letter that brought it; an equal draft of the same letter is told as
             such.
             `judged`: The draft with its verdict.
             `verdict`: That of the whole letter, whose faults decide whether sending again is asked
             for.
             `received`: When the letter came.
             `office`: Who answers.
    Returns: the part of the receipt that is this draft's.
    """
    draft, zone = judged.draft, office.zone
    open_word = "未能确定" if judged.outcome is Outcome.REFUSED else "待核定"
    rows = [
        Row(
            "稿件类别",
            judged.kind if judged.kind else open_word,
            shortened(judged.kind_evidence, 2 * EVIDENCE_CHARACTERS),
        ),
        *([Row("字数", length)] if (length := _length(draft)) else []),
        Row("事件日期", *_event_date(judged, open_word)),
        Row("报送时限", *_limit(judged, received, zone, open_word)),
    ]
    if judged.outcome is not Outcome.REFUSED:
        late_scores = judged.kind in office.wording.late_kinds
        rows.append(Row("得分", *_points(judged, late_scores=late_scores)))
    if judged.duplicate and not OF_DUPLICATE.isdisjoint(judged.reasons):
        equal = judged.duplicate.same_file or judged.duplicate.similarity >= 1
        label = "相同稿件" if equal else "相似稿件"
        rows.append(Row(label, *_duplicate(judged.duplicate, letter_id, zone)))
    if judged.replaces is not None:
        rows.append(Row("替换原稿", *_replaced(judged, judged.replaces, zone)))
    return DraftSection(
        title=shortened(draft.title, SUBJECT_CHARACTERS)
        or shortened(draft.file, SUBJECT_CHARACTERS),
        look=_style_of_draft(judged),
        rows=tuple(rows),
        objections=_objections_of_draft(judged, received, office),
        resend=resend.of_draft(judged, verdict, received, office),
    )


def _length(draft: Draft) -> str:
    """Say how long a draft is; nothing of one that was reported by its link alone."""
    if not draft.characters and not draft.images:
        return ""
    return f"{draft.characters}字" + pictures(len(draft.images))


def _replaced(judged: DraftVerdict, earlier: Replaced, zone: str) -> tuple[str, str]:
    """Name the draft that is corrected, and what becomes of it."""
    title = f"《{shortened(earlier.title, SUBJECT_CHARACTERS)}》"
    number = receipt_number(earlier.received, zone, earlier.letter)
    if judged.outcome is Outcome.REFUSED:
        return title, f"原回执编号{number}；本次来稿已退稿，原稿的登记不变"
    if Reason.REPLACES_DRAFT in judged.reasons:
        return title, f"原回执编号{number}；待工作人员确认，确认前原稿照旧有效"
    if earlier.outcome is Outcome.REFUSED:
        return title, f"原回执编号{number}；原稿已退稿，以本稿为准"
    return title, f"原回执编号{number}；原稿已由本稿替换，不再单独计入"


def is_late(judged: DraftVerdict) -> bool:
    """Tell whether a draft is accepted but late: it counts as handed in, without points (四.1)."""
    return judged.outcome is Outcome.ACCEPTED and judged.timely is Timely.LATE


def _style_of_draft(judged: DraftVerdict) -> OutcomeStyle:
    if is_late(judged):
        return replace(look_of(Outcome.HELD), word="逾期收稿")
    return look_of(judged.outcome)


def _objections_of_draft(
    judged: DraftVerdict, received: datetime, office: Office
) -> tuple[Objection, ...]:
    """
    List the reasons, the gravest first.

    A milder reason's advice speaks of a draft that is kept, so a refused draft is not given it.
    """
    refused = judged.outcome is Outcome.REFUSED
    said = office.wording.of_kind(judged.kind).said
    return tuple(
        Objection(
            said(reason.sentence),
            "",
            ""
            if refused and reason.outcome is not Outcome.REFUSED
            else said(_advice(reason, received, office)),
        )
        for reason in sorted(judged.reasons, key=lambda one: -one.outcome.severity)
    )


_TO_DO = {
    Reason.LATE: "稿件已收到并登记。如果事件日期认定有误，{when}直接回复本邮件，"
    "写明事件发生在哪一天、在稿件的什么地方可以看到，工作人员会核对。",
    Reason.DATE_UNCERTAIN: "{when}直接回复本邮件，写明事件发生在哪一天、在稿件的什么地方可以看到，"
    "工作人员会据此核定，不必重新报送。",
}
"""What an officer can do now about a day, instead of what to do another time."""


def _advice(reason: Reason, received: datetime, office: Office) -> str:
    words = _TO_DO.get(reason)
    if words is None:
        return reason.advice
    days = office.wording.answer_days
    when = f"请在{answered_until(received, days, office.zone)}前" if days else "请"
    return words.format(when=when)


def _event_date(judged: DraftVerdict, open_word: str) -> tuple[str, str]:
    event_date = judged.draft.event_date
    if event_date.day is None and judged.timely is Timely.NOT_APPLICABLE:
        return "不作要求", ""  # nobody will ask for the day of what has no limit
    evidence = shortened(event_date.evidence, EVIDENCE_CHARACTERS)
    note = f"依据：“{evidence}”" if evidence else ""
    if event_date.day is not None:
        return day_of(event_date.day), note
    doubt = f"稿件{event_date.doubt.value}" if event_date.doubt else ""
    return open_word, "；".join(part for part in (doubt, note) if part)


def _limit(judged: DraftVerdict, received: datetime, zone: str, open_word: str) -> tuple[str, str]:
    until = f"{deadline(judged.deadline, zone)}截止" if judged.deadline else ""
    match judged.timely:
        case Timely.ON_TIME if judged.outcome is Outcome.REFUSED:
            return until, ""  # a refused draft was not handed in
        case Timely.ON_TIME:
            return "按时报送", until
        case Timely.LATE if judged.deadline:
            return f"已逾期{lateness(received - judged.deadline)}", until
        case Timely.LATE:
            return "已逾期", ""
        case Timely.UNDETERMINED:
            return open_word, until
        case Timely.NOT_APPLICABLE:
            return "本类稿件不限报送时间", ""


def _points(judged: DraftVerdict, *, late_scores: bool) -> tuple[str, str]:
    """Give the points, or why there are none where no row above says it; the second is the note."""
    match judged.outcome:
        case Outcome.ACCEPTED if judged.points:
            return f"{judged.points}分（暂计）", ""
        case Outcome.HELD if judged.timely is Timely.LATE and not late_scores:
            return "不计分", "核定的类别、日期与上面不同时另算"
        case Outcome.HELD:
            return "核定后计分", ""
        case Outcome.ACCEPTED if judged.timely is not Timely.LATE:
            return "不计分", judged.points_evidence
        case _:
            return "不计分", ""


def _duplicate(duplicate: Duplicate, letter_id: int, zone: str) -> tuple[str, str]:
    likeness = f"相似度{percent(duplicate.similarity)}%" if duplicate.similarity < 1 else "内容相同"
    likeness = "文件完全相同" if duplicate.same_file else likeness
    title = f"《{shortened(duplicate.title, SUBJECT_CHARACTERS)}》"
    if duplicate.letter == letter_id:
        return title, f"同一封邮件中的第{duplicate.position}篇，{likeness}"
    return (
        title,
        f"{duplicate.unit or '单位待认领'}，{moment(duplicate.received, zone)}收到，{likeness}",
    )
