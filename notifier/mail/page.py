"""What a letter's templates are filled with; dates, names and outcomes as people write them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from notifier.mail.message import one_line
from rulebook.deadlines import last_moment
from rulebook.labels import GONE, HEADLINES, OUTCOMES_IN_LETTERS
from rulebook.reasons import Outcome
from rulebook.wording import Wording

EVIDENCE_CHARACTERS = 40
SUBJECT_CHARACTERS = 80
MAX_NAMES = 12
NO_SUBJECT = "（无主题）"

_OUR_WORDS = "|".join(
    (
        *dict.fromkeys((*OUTCOMES_IN_LETTERS.values(), *GONE.values())),
        *(
            "逾期收稿",
            "部分退稿",
            "部分待核定",
            "更正",
            "已收悉",
            "正在识别",
            r"[^【】]{1,8}核实",  # 录用 or what the office calls it
            "报送情况",
        ),
    )
)
_BEFORE_SUBJECT = re.compile(
    rf"^(?:\s*(?:re|aw|sv|回复|答复|回覆|答覆)\s*(?:\[\d+\])?\s*[:：]"
    rf"|\s*(?:fwd?|转发|轉發|轉寄)\s*[:：](?=[\s\w:：]*【(?:{_OUR_WORDS})】)|\s*【(?:{_OUR_WORDS})】)+\s*",
    re.IGNORECASE,
)
"""Signs of an answer, and the words in which our answers' subjects begin; matched at the beginning."""


@dataclass(frozen=True, slots=True)
class Office:
    """
    Who answers.

    `display_name` is the From name, `sender` its address, `contact` a whole sentence; `domain` stands
    in our Message-IDs; `zone` is an IANA name. `templates`: the folder of the office's own, see
    `templating.py`. `wording`: how our own sentences are put.
    """

    name: str
    display_name: str
    contact: str
    domain: str
    zone: str
    sender: str
    templates: Path | None = None
    wording: Wording = field(default_factory=Wording)


SUBJECT_LABEL = "邮件主题"
"""The row that repeats what the sender wrote."""

COLOURS = {
    Outcome.ACCEPTED: ("#1a7f4b", "#edf7f1"),
    Outcome.HELD: ("#b26a00", "#fdf6e9"),
    Outcome.REFUSED: ("#c0342b", "#fdf0ef"),
    Outcome.IGNORED: ("#5f6b7a", "#f3f5f7"),
}
"""The colour of an outcome's words and the tint behind them."""


@dataclass(frozen=True, slots=True)
class OutcomeStyle:
    """How an outcome is shown: the word of the subject, the headline, and its colours."""

    word: str
    headline: str
    colour: str
    tint: str


@dataclass(frozen=True, slots=True)
class Row:
    """
    One line of a table; `note` is the evidence, in smaller print.

    `verbatim`: the text is a person's, a title or a demand: the office's words do not enter it.
    """

    label: str
    text: str
    note: str = ""
    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """A reason as a reader sees it: the sentence, the thing it concerns, and what to do."""

    sentence: str
    detail: str
    advice: str


@dataclass(frozen=True, slots=True)
class DraftSection:
    """One draft of the receipt."""

    title: str
    look: OutcomeStyle
    rows: tuple[Row, ...]
    objections: tuple[Objection, ...]
    resend: str


@dataclass(frozen=True, slots=True)
class LetterView:
    """All that the templates say."""

    look: OutcomeStyle
    salutation: str
    opening: str
    facts: tuple[Row, ...]
    office: Office
    objections: tuple[Objection, ...] = ()
    resend: str = ""
    blocks: tuple[DraftSection, ...] = ()
    scores: bool = False
    remarks: tuple[str, ...] = ()
    by_person: bool = False


def in_words(page: LetterView) -> LetterView:
    """Put what a letter says of ours into the office's words; titles, subjects and quotations stay."""
    said = page.office.wording.said
    renamed = page.office.wording.renamed

    def rows(facts: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(
            replace(one, label=renamed(one.label))
            if one.verbatim or one.label == SUBJECT_LABEL
            else Row(renamed(one.label), renamed(one.text), renamed(one.note))
            for one in facts
        )

    # what is said of a draft was put by its kind already, see Wording.of_kind
    of_draft = replace(page.office.wording, late_scores=False).said

    def worded(
        objections: tuple[Objection, ...], put: Callable[[str], str]
    ) -> tuple[Objection, ...]:
        return tuple(
            replace(one, sentence=put(one.sentence), advice=put(one.advice)) for one in objections
        )

    return replace(
        page,
        look=replace(page.look, headline=renamed(page.look.headline)),
        opening=page.opening if page.by_person else renamed(page.opening),
        facts=rows(page.facts),
        objections=worded(page.objections, said),
        resend=renamed(page.resend),
        blocks=tuple(
            replace(
                one,
                rows=rows(one.rows),
                objections=worded(one.objections, of_draft),
                resend=renamed(one.resend),
            )
            for one in page.blocks
        ),
        remarks=tuple(said(one) for one in page.remarks),
    )


def look_of(outcome: Outcome) -> OutcomeStyle:
    """Choose the words and colours of an outcome."""
    colour, tint = COLOURS[outcome]
    return OutcomeStyle(OUTCOMES_IN_LETTERS[outcome], HEADLINES[outcome], colour, tint)


def thread_subject(subject: str) -> str:
    """
    Return a subject as an answer repeats it: without the “Re:” and 【已收稿】 that earlier answers put before it.

    Only words of ours in brackets go; a kind such as 【工作动态】 stays.
    """
    line = _BEFORE_SUBJECT.sub("", one_line(subject), count=1)
    return shortened(line, SUBJECT_CHARACTERS) or NO_SUBJECT


def answered_until(received: datetime, days: int, zone: str) -> str:
    """Write the last moment of the office day that lies `days` after a letter came."""
    day = received.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return f"{day.month}月{day.day}日24:00"


def deadline(until: datetime, zone: str) -> str:
    """Write an exclusive moment: 00:00 is 24:00 of the day before, as people say it."""
    day, hour = last_moment(until, zone)
    return f"{day.month}月{day.day}日{hour}"


def moment(when: datetime, zone: str) -> str:
    """Write a moment in office time, to the minute."""
    local = when.astimezone(ZoneInfo(zone))
    return f"{day_of(local.date())}{local:%H:%M}"


def day_of(day: date) -> str:
    """Write a day in Chinese."""
    return f"{day.year}年{day.month}月{day.day}日"


def pictures(count: int) -> str:
    """Write what follows the 字数 of a draft with pictures."""
    return f"，配图{count}张" if count else ""


def names_of(names: Iterable[str], joint: str = "、") -> str:
    """List names in one line, the first MAX_NAMES of them."""
    lines = [shortened(name, SUBJECT_CHARACTERS) for name in names]
    more = f"等{len(lines)}个" if len(lines) > MAX_NAMES else ""
    return joint.join(lines[:MAX_NAMES]) + more


def shortened(text: str, most: int) -> str:
    """Cut text to one line of at most `most` characters."""
    line = one_line(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def one_of(wordings: Sequence[str], key: str) -> str:
    """Choose a wording, always the same for a key: relays take letters that are all alike for spam."""
    return wordings[hashlib.sha256(key.encode()).digest()[0] % len(wordings)]


def lateness(late: timedelta) -> str:
    """Write a duration in the two largest of days, hours and minutes; "不到1分钟" for less."""
    minutes = int(late.total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "天"), (hours, "小时"), (minutes, "分钟")]
    while parts and not parts[0][0]:
        parts.pop(0)
    return "".join(f"{many}{unit}" for many, unit in parts[:2] if many) or "不到1分钟"
