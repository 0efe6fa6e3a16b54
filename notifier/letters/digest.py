"""The daily digest for the office's staff: what came, what waits, what is late, is all well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ledger.states import LetterKind
from notifier.mail.charts import stacked_bars
from notifier.mail.message import Attachment, OutgoingLetter, message_id_for
from notifier.mail.page import Office, day_of, shortened
from notifier.mail.templating import render
from rulebook.model import Outcome

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
    """
    What one unit sent since the last digest, drafts by outcome and by kind.

    `accepted` is 实报, late ones included (rulebook/counts.py); letters without a draft are in `kinds` alone.
    """

    unit: str
    accepted: int
    held: int
    refused: int
    kinds: str

    @property
    def all(self) -> int:
        """All drafts of the unit, whatever became of them."""
        return self.accepted + self.held + self.refused


@dataclass(frozen=True, slots=True)
class Lagging:
    """Units that lack the same: what is missing, of which period."""

    units: tuple[str, ...]
    missing: str
    period: str


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """
    Everything the digest says.

    `letters`: submissions that came since the last one; `days` are the last fortnight's by outcome, the oldest
    first, as (day, accepted, held, refused). `in_mailbox` is None when the mailbox could not be asked;
    `missing` of those letters the ledger should know and does not; beside them lie `older` ones from
    before the first day, and some that the server cannot hand over (`passed_over`). `more` counts what waits beyond
    the listed. `undelivered`: letters of ours that were given up. `console`: the address of the
    pages, empty when they have none. `anchor`: the head of the journal's chain.

    `others`: letters that are no submissions and wait to be read; `statements`: what officers say of
    drafts or ask to take back; `unanswered`: letters that no machine answered since they came too
    long ago, or for another reason; `more_…` beyond the listed. `from_junk`: officers' letters that
    lay in a folder for junk; strangers' there are only counted. `refused` are drafts; `turned_back`:
    letters refused in which there was no draft.
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
    recorded: int
    missing: int = 0
    undelivered: tuple[Item, ...] = ()
    console: str = ""
    older: int = 0
    passed_over: int = 0
    anchor: str = ""
    others: tuple[Item, ...] = ()
    more_others: int = 0
    statements: tuple[Item, ...] = ()
    unanswered: tuple[Item, ...] = ()
    more_unanswered: int = 0
    from_junk: tuple[Item, ...] = ()
    strangers_junk: int = 0
    turned_back: tuple[Item, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to report."""
        all_well = all(one.level is Level.OK for one in self.health) and not self.missing
        contents = (
            *(self.waiting, self.adopted, self.behind, self.undelivered),
            *(self.came, self.late, self.refused, self.turned_back),
            *(self.others, self.statements, self.unanswered, self.from_junk),
        )
        return all_well and not self.letters and not any(contents)

    @property
    def held(self) -> int:
        """How much waits for a person."""
        return len(self.waiting) + self.more


def digest_letter(
    facts: DigestFacts, recipient: str, number: int, office: Office
) -> OutgoingLetter:
    """
    Write the digest for one address.

    Args:    `number`: the address's place in the list, so that each letter has a Message-ID of its
             own, the same at every try.
    """
    plain, html = render(LetterKind.DIGEST, values(facts, office), office.templates, office.wording)
    picture = Attachment(f"{CHART}.png", "image/png", _chart(facts.days), CHART)
    return OutgoingLetter(
        subject=f"【收稿日报】{day_of(facts.day)}：{headline(facts)}",
        plain=plain,
        html=html,
        recipient=recipient,
        copies=(),
        message_id=message_id_for(f"digest.{facts.day.isoformat()}", number, office.domain),
        in_reply_to="",
        references=(),
        auto_submitted="auto-generated",
        attachments=() if facts.quiet else (picture,),
        kind=LetterKind.DIGEST,
    )


def values(facts: DigestFacts, office: Office) -> dict[str, object]:
    """Gather what the templates may say."""
    called = office.wording.renamed
    facts = replace(facts, came=tuple(replace(one, kinds=called(one.kinds)) for one in facts.came))
    return {
        "facts": facts,
        "office": office,
        "headline": headline(facts),
        "counted": counted(facts),
        "day": day_of(facts.day),
        "chart": CHART,
        "width": WIDTH,
        "height": HEIGHT,
        "colours": {outcome.name: colour for outcome, colour in COLOURS.items()},
        "most": max((one.all for one in facts.came), default=1) or 1,
        "troubles": [one for one in facts.health if one.level is not Level.OK],
        "shown": lambda text: shortened(text, TITLE_CHARACTERS),
    }


def headline(facts: DigestFacts) -> str:
    """Sum up the day in one line."""
    if facts.quiet:
        return "没有新来稿，一切正常"
    parts = []
    failing = [one.name for one in facts.health if one.level is Level.FAIL]
    if failing:
        parts.append(f"{'、'.join(failing)}有故障")
    if facts.missing:
        parts.append(f"有{facts.missing}封来信没有登记")
    parts.append(f"来稿{facts.letters}封" if facts.letters else "没有新来稿")
    if facts.held:
        parts.append(f"待核定{facts.held}件")
    if facts.statements:
        parts.append(f"报送人说明{len(facts.statements)}件")
    if facts.others:
        parts.append(f"其他来信{len(facts.others) + facts.more_others}封")
    if facts.undelivered:
        parts.append(f"{len(facts.undelivered)}封邮件无法送达")
    if facts.behind:
        lacking = {unit for one in facts.behind for unit in one.units}
        parts.append(f"{len(lacking)}个单位未完成任务")
    return "，".join(parts)


def counted(facts: DigestFacts) -> str:
    """Compare the mailbox with the ledger in a sentence."""
    if facts.in_mailbox is None:
        return "邮箱未能查询，下一次日报再核对。"
    if facts.missing:
        return (
            f"邮箱现有{facts.in_mailbox}封，已登记{facts.recorded}封，有{facts.missing}封早已收到却没有登记："
            "下一轮收信会补上；如果明天仍有差数，请告诉管理员。"
        )
    beside = ""
    if facts.passed_over:
        beside += f"另有{facts.passed_over}封服务器交不出来，会继续再取。"
    if facts.older:
        beside += f"另有{facts.older}封是起收日期以前的旧信，只记编号。"
    if facts.strangers_junk:
        beside += f"垃圾邮件一类的文件夹里有{facts.strangers_junk}封名单外的来信，不予答复。"
    fresh = facts.in_mailbox - facts.recorded
    if fresh > 0:
        return f"邮箱现有{facts.in_mailbox}封，已登记{facts.recorded}封，{fresh}封刚到，下一轮登记。{beside}"
    return f"邮箱现有{facts.in_mailbox}封，已登记{facts.recorded}封，全部相符。{beside}"


def _chart(days: Sequence[tuple[date, int, int, int]]) -> bytes:
    columns = [(accepted, held, refused) for _, accepted, held, refused in days]
    return stacked_bars(columns, list(COLOURS.values()), WIDTH, HEIGHT)
