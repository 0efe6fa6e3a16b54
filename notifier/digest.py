"""The daily digest for the office's staff: what came, what waits, what is late, is all well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from notifier.charts import stacked_bars
from notifier.letter import Attachment, Letter, message_id_for
from notifier.page import Office, day_of, shown, templates
from rulebook.terms import Outcome

TITLE_CHARACTERS = 60
COLOURS = {
    Outcome.ACCEPTED: "#1a7f4b",
    Outcome.HELD: "#e0a030",
    Outcome.REFUSED: "#c0342b",
}
CHART = "days"
WIDTH, HEIGHT = 560, 72


class Level(StrEnum):
    """How a part of the system stands."""

    OK = "正常"
    WARN = "注意"
    FAIL = "故障"


@dataclass(frozen=True, slots=True)
class Health:
    """One thing that must work: how it stands, and the remedy where it does not."""

    name: str
    level: Level
    sentence: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A draft or letter worth a line. `link` into the console, empty when there is none."""

    title: str
    unit: str
    note: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """What one unit sent since the last digest, drafts by outcome and by kind."""

    unit: str
    accepted: int
    held: int
    refused: int
    kinds: str

    @property
    def all(self) -> int:
        return self.accepted + self.held + self.refused


@dataclass(frozen=True, slots=True)
class Lagging:
    """A unit behind its targets: what is missing, until when."""

    unit: str
    missing: str
    until: str


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """
    Everything the digest says. `letters` came since the last one; `days` are the last fortnight's
    letters by outcome, the oldest first, as (day, accepted, held, refused). `in_mailbox` is None when
    the mailbox could not be asked. `more` counts what waits beyond the listed.
    """

    day: date
    letters: int
    came: tuple[Came, ...]
    waiting: tuple[Item, ...]
    more: int
    late: tuple[Item, ...]
    refused: tuple[Item, ...]
    behind: tuple[Lagging, ...]
    adopted: tuple[Item, ...]
    health: tuple[Health, ...]
    days: tuple[tuple[date, int, int, int], ...]
    in_mailbox: int | None
    in_ledger: int
    console: str = ""

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to report."""
        all_well = all(one.level is Level.OK for one in self.health)
        something = self.letters or self.waiting or self.adopted or self.behind
        return not something and all_well and not self.discrepancy

    @property
    def discrepancy(self) -> int:
        """How many letters lie in the mailbox that the ledger does not know; 0 when all are known."""
        return 0 if self.in_mailbox is None else max(0, self.in_mailbox - self.in_ledger)


def digest(facts: DigestFacts, recipient: str, number: int, office: Office) -> Letter:
    """
    The digest for one address. `number` is its place in the list: each letter has a Message-ID of its
    own, the same at every try.
    """
    values = {
        "facts": facts,
        "office": office,
        "headline": headline(facts),
        "day": day_of(facts.day),
        "chart": CHART,
        "width": WIDTH,
        "height": HEIGHT,
        "colours": {outcome.name: colour for outcome, colour in COLOURS.items()},
        "most": max((one.all for one in facts.came), default=1) or 1,
        "troubles": [one for one in facts.health if one.level is not Level.OK],
        "shown": lambda text: shown(text, TITLE_CHARACTERS),
    }
    picture = Attachment(f"{CHART}.png", "image/png", _chart(facts.days), CHART)
    return Letter(
        subject=f"【收稿日报】{day_of(facts.day)}：{headline(facts)}",
        plain=templates().get_template("digest.txt").render(**values),
        html=templates().get_template("digest.html").render(**values),
        recipient=recipient,
        copies=(),
        message_id=message_id_for(f"digest.{facts.day.isoformat()}", number, office.domain),
        in_reply_to="",
        references=(),
        auto_submitted="auto-generated",
        attachments=() if facts.quiet else (picture,),
        kind="digest",
    )


def headline(facts: DigestFacts) -> str:
    """The whole day in one line."""
    parts = []
    failing = [one.name for one in facts.health if one.level is Level.FAIL]
    if failing:
        parts.append(f"{'、'.join(failing)}有故障")
    if facts.discrepancy:
        parts.append(f"邮箱比台账多{facts.discrepancy}封")
    if facts.quiet:
        return "没有新来稿，一切正常"
    parts.append(f"来信{facts.letters}封" if facts.letters else "没有新来信")
    waiting = len(facts.waiting) + facts.more
    if waiting:
        parts.append(f"待核定{waiting}件")
    if facts.behind:
        parts.append(f"{len({one.unit for one in facts.behind})}个单位未完成任务")
    return "，".join(parts)


def _chart(days: Sequence[tuple[date, int, int, int]]) -> bytes:
    columns = [(accepted, held, refused) for _, accepted, held, refused in days]
    return stacked_bars(columns, list(COLOURS.values()), WIDTH, HEIGHT)
