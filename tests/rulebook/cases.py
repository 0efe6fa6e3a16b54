"""Letters of every sort with an office's switches and what was sent before, for hypothesis."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from rulebook.model import Authentication, Draft, Duplicate, EventDate, Fault, Submission
from rulebook.provisions import (
    BareRule,
    Points,
    Provisions,
    ReviewerRule,
    StrangerRule,
    UnaskedRule,
)
from rulebook.reasons import Reason, Remark
from tests.rulebook.builders import (
    EVENT,
    IN_TIME,
    OFFICER,
    OPINION_TEXT,
    PLAIN_TEXT,
    STRANGER,
    TOO_LATE,
    draft,
    duplicate,
    letter,
    provisions,
)

SENDERS = [OFFICER, STRANGER, replace(OFFICER, ended=True)]
FAULTS = [Reason.DAMAGED_ARCHIVE, Reason.INFECTED, Reason.SECRET_MARK, Reason.UNREADABLE_DRAFT]
TWINS = [
    None,
    duplicate(),
    duplicate(same_file=True),
    duplicate(refused=True),
    duplicate(similarity=0.2),
    duplicate(unverified=True),
]
happenings = st.sampled_from([EventDate(EVENT), EventDate(None), EventDate(date(2022, 4, 1))])


@st.composite
def cases(pick: st.DrawFn) -> tuple[Submission, Provisions, dict[str, Duplicate]]:
    """A letter of some drafts, an office's switches, and what was sent before."""
    pieces: list[Draft] = []
    duplicates: dict[str, Duplicate] = {}
    for number in range(pick(st.integers(0, 4))):
        file = (
            f"稿件.zip/{pick(st.sampled_from(['动态', '舆情', '综合', '约稿', '春']))}{number}.docx"
        )
        pieces.append(
            draft(
                file,
                event_date=pick(happenings),
                characters=pick(st.sampled_from([60, 799, 800])),
                reviewer=pick(st.sampled_from(["周正", ""])),
                named_unit=pick(st.sampled_from(["湖塘镇", "高新区", None])),
                text=pick(st.sampled_from([OPINION_TEXT, PLAIN_TEXT, draft().text])),
                remarks=pick(st.sampled_from([(), (Remark.TRACKED_CHANGES,)])),
            )
        )
        earlier = pick(st.sampled_from(TWINS))
        if earlier is not None:
            duplicates[file] = earlier
    submission = letter(
        *pieces,
        subject=pick(st.sampled_from(["来稿", "【工作动态】"])),
        sender=pick(st.sampled_from(SENDERS)),
        received=pick(st.sampled_from([IN_TIME, TOO_LATE])),
        faults=tuple(Fault(reason) for reason in pick(st.lists(st.sampled_from(FAULTS)))),
        authentication=pick(st.sampled_from(Authentication)),
        automatic=pick(st.sampled_from(["", "", "", "auto-replied"])),
        archives=pick(st.sampled_from([1, 1, 0])),
        body_is_draft=pick(st.booleans()),
    )
    rules = provisions(
        require_reviewer=pick(st.sampled_from(ReviewerRule)),
        unknown_sender=pick(st.sampled_from(StrangerRule)),
        unasked_commission=pick(st.sampled_from(UnaskedRule)),
        points=Points(weekly_cap=pick(st.sampled_from([0, 0, 1]))),
        effective_from=pick(st.sampled_from([date(2022, 2, 24), IN_TIME.date(), TOO_LATE.date()])),
        bare_attachment=pick(st.sampled_from(BareRule)),
    )
    return submission, rules, duplicates
