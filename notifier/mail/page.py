"""How our letters look and speak: blocks, looks, dates and names as people write them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from notifier.mail.message import one_line
from rulebook.deadlines import last_moment
from rulebook.labels import HEADLINES, OUTCOMES_IN_LETTERS
from rulebook.reasons import Outcome

EVIDENCE_CHARACTERS = 40
SUBJECT_CHARACTERS = 80
MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Office:
    """
    Who answers. `display_name` is the From name, `sender` its address, `contact` a whole sentence;
    `domain` stands in our Message-IDs; `zone` is an IANA name. `templates`: the folder of the
    office's own, see stationery.py.
    """

    name: str
    display_name: str
    contact: str
    domain: str
    zone: str
    sender: str
    templates: Path | None = None


COLOURS = {
    Outcome.ACCEPTED: ("#1a7f4b", "#edf7f1"),
    Outcome.HELD: ("#b26a00", "#fdf6e9"),
    Outcome.REFUSED: ("#c0342b", "#fdf0ef"),
    Outcome.IGNORED: ("#5f6b7a", "#f3f5f7"),
}
"""The colour of an outcome's words and the tint behind them."""


@dataclass(frozen=True, slots=True)
class OutcomeStyle:
    """How an outcome is told: the word of the subject, the headline, and its colours."""

    word: str
    headline: str
    colour: str
    tint: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; `note` is the evidence, in smaller print."""

    label: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """A reason as it is told: the thing it concerns, and what to do."""

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
    objections: tuple[Objection, ...]
    resend: str
    blocks: tuple[DraftSection, ...]
    scores: bool
    remarks: tuple[str, ...]
    office: Office


def look_of(outcome: Outcome) -> OutcomeStyle:
    """How an outcome is told."""
    colour, tint = COLOURS[outcome]
    return OutcomeStyle(OUTCOMES_IN_LETTERS[outcome], HEADLINES[outcome], colour, tint)


def deadline(until: datetime, zone: str) -> str:
    """An exclusive moment: 00:00 is told as 24:00 of the day before, as people say it."""
    day, hour = last_moment(until, zone)
    return f"{day.month}月{day.day}日{hour}"


def moment(when: datetime, zone: str) -> str:
    """A moment in office time, to the minute."""
    local = when.astimezone(ZoneInfo(zone))
    return f"{day_of(local.date())}{local:%H:%M}"


def day_of(day: date) -> str:
    """A day as people write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def pictures(count: int) -> str:
    """What follows the 字数 of a draft with pictures."""
    return f"，配图{count}张" if count else ""


def names_of(names: Iterable[str], joint: str = "、") -> str:
    """Names in one line, the first MOST_NAMES of them."""
    told = [shown(name, SUBJECT_CHARACTERS) for name in names]
    more = f"等{len(told)}个" if len(told) > MOST_NAMES else ""
    return joint.join(told[:MOST_NAMES]) + more


def shown(text: str, most: int) -> str:
    """One line of at most `most` characters."""
    line = one_line(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def one_of(ways: Sequence[str], key: str) -> str:
    """
    One of several wordings, always the same for a key: relays take letters that are all alike for
    spam.
    """
    return ways[hashlib.sha256(key.encode()).digest()[0] % len(ways)]


def lateness(late: timedelta) -> str:
    """How late something is, in the two largest of days, hours and minutes; "不到1分钟" for less."""
    minutes = int(late.total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "天"), (hours, "小时"), (minutes, "分钟")]
    while parts and not parts[0][0]:
        parts.pop(0)
    return "".join(f"{many}{unit}" for many, unit in parts[:2] if many) or "不到1分钟"
