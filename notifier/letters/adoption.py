"""What became of an officer's report of adoptions (录用报送, 四.2), once each of them is settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.states import LetterKind
from notifier.letters.answered_letter import AnsweredLetter, answer_to
from notifier.mail.message import OutgoingLetter, receipt_number
from notifier.mail.page import (
    DraftSection,
    LetterView,
    Office,
    OutcomeStyle,
    Row,
    day_of,
    look_of,
    moment,
    shortened,
)
from rulebook.reasons import Outcome

TITLE_CHARACTERS = 80
STYLE = OutcomeStyle("录用核实", "录用报送核实结果", "#1f4e79", "#eef3f8")


@dataclass(frozen=True, slots=True)
class SettledAdoption:
    """One reported adoption. `tier`: its name, empty while it is open; `why`: the words of whoever decided."""

    title: str
    outlet: str
    tier: str
    day: date | None
    confirmed: bool
    why: str


def adoption_outcome(
    answered: AnsweredLetter, settled: tuple[SettledAdoption, ...], key: str, office: Office
) -> OutgoingLetter:
    """
    Tell the reporter which adoptions were recorded and which were not, and why.

    Args:    `key`: the same for the same outcome, so that its Message-ID is the same at every try.
    """
    confirmed = sum(one.confirmed for one in settled)
    rejected = len(settled) - confirmed
    told = [f"已登记{confirmed}件"] if confirmed else []
    told += [f"未予登记{rejected}件"] if rejected else []
    page = LetterView(
        look=STYLE,
        salutation=answered.salutation,
        opening=f"您报送的录用情况已经核实：{'，'.join(told)}。感谢您及时报送。",
        facts=(
            Row("收件编号", receipt_number(answered.received, office.zone, answered.letter)),
            Row("收到时间", moment(answered.received, office.zone)),
            *((Row("报送单位", answered.unit),) if answered.unit else ()),
            Row("邮件主题", answered.shown_subject),
        ),
        blocks=tuple(_section(one) for one in settled),
        remarks=("录用积分按规定的载体类别计算，以通报公布的为准。",),
        office=office,
    )
    subject = f"【{office.wording.renamed(STYLE.word)}】Re: {answered.shown_subject}"
    return answer_to(answered, LetterKind.ADOPTION, page, subject, key=key)


def _section(one: SettledAdoption) -> DraftSection:
    style = look_of(Outcome.ACCEPTED if one.confirmed else Outcome.HELD)
    word = "已登记" if one.confirmed else "未登记"
    tier = one.tier or "类别待定"
    rows = [
        Row("录用载体", one.outlet or "（未写明）", tier if one.confirmed else "", verbatim=True),
        *((Row("录用日期", day_of(one.day)),) if one.day else ()),
        *((Row("说明", shortened(one.why, 300), verbatim=True),) if one.why else ()),
    ]
    return DraftSection(
        shortened(one.title, TITLE_CHARACTERS) or "（未写明标题）",
        OutcomeStyle(word, word, style.colour, style.tint),
        tuple(rows),
        (),
        "",
    )
