"""The notice as it was signed: the very file that goes out, held against the figures, then frozen with them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import TypeVar
from zoneinfo import ZoneInfo

from console.actions import notices
from console.actions.notice_check import objections
from console.actions.notices import BuiltNotice, Choices, FiguresOf
from console.application import Application
from ingest.sandbox.pool import PoolBroken, WorkerLost, outcome_of
from ledger.errors import InvalidInput
from ledger.queries.figures import Summary
from notifier.notice import text, workbook
from notifier.notice.comparing import disagreements
from parsers import papers
from parsers.papers import Paper
from rulebook.periods import Period, Span, containing, within

T = TypeVar("T")
ENDINGS = (".docx", ".pdf")
_YEAR = re.compile(r"关于(\d{4})年")


class Unacknowledged(Exception):
    """What somebody has to take note of, with a reason, before the notice goes out."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("；".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class SignedFile:
    """The file that staff edited, printed and signed, or its PDF; and what stands in it."""

    name: str
    content: bytes
    paper: Paper


def read_signed(application: Application, name: str, content: bytes) -> SignedFile:
    """
    Read a signed notice behind the walls.

    Raises: InvalidInput for a file that is neither Word nor PDF, or that cannot be read at all.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS:
        raise InvalidInput("请选择签发的通报：Word（.docx）或 PDF 文件。")
    limits = application.settings.limits.of_letter()
    try:
        paper = outcome_of(application.workers.run(papers.read, f"通报{ending}", content, limits))
    except (WorkerLost, PoolBroken):
        raise InvalidInput("这个文件读不出来，请另存一份再试。") from None
    if not paper.text and ending == ".docx":
        raise InvalidInput("这个文件读不出来，可能已损坏，请另存一份再试。")
    return SignedFile(PurePath(name).name, content, paper)


def period_of(signed: SignedFile, work: str) -> Period | None:
    """Find the period that a signed notice is about by its title, which names the `work`; None for none."""
    told = "".join((signed.name + signed.paper.text[:600]).split())
    years = {int(year) for year in _YEAR.findall(told) if int(year) > 0}
    found = {
        period
        for year in years
        for span in (Span.MONTH, Span.QUARTER, Span.HALF, Span.YEAR)
        for period in within(containing(date(year, 7, 1), Span.YEAR), span)
        if f"关于{period.label}{work}" in told
    }
    return found.pop() if len(found) == 1 else None


def _looks_wrong(application: Application, period: Period, signed: SignedFile) -> list[str]:
    """Tell what speaks against this being the file: its title names another period, or it went out before."""
    titled = period_of(signed, application.settings.words.work)
    digest = hashlib.sha256(signed.content).hexdigest()
    told = []
    if titled is not None and titled != period:
        told.append(f"文件的标题写的是{titled.label}，而发布的时段是{period.label}")
    for one in application.notices.published():
        if digest in one.files.values():
            day = one.published.astimezone(ZoneInfo(application.settings.zone)).date()
            told.append(
                f"这份文件已于 {day} 作为{one.period.label}通报第 {one.edition} 版发布过，"
                "再发布会另存一版、再寄一次"
            )
    return told


def publish_signed(
    application: Application,
    summary: Summary,
    signed: SignedFile,
    who: str,
    moment: datetime,
    why: str = "",
    choices: Choices | None = None,
    figures_of: FiguresOf | None = None,
) -> int:
    """
    Freeze the figures beside the file that was signed, and owe that file to the distribution list.

    Args:    `why`: the reason for publishing although the file differs from the figures, or a unit
             objects; it stands in the journal.
    Returns: the edition, counted from 1.
    Raises:  InvalidInput while something is not filled in or the period has not ended;
             Unacknowledged while there is something to take note of and no reason is given.
    """
    today = moment.astimezone(ZoneInfo(application.settings.zone)).date()
    facts = notices.facts_of(application, summary, choices or Choices(), today, figures_of)
    open_points = [
        *_looks_wrong(application, summary.period, signed),
        *objections(application, summary.period),
        *disagreements(
            summary.tables,
            summary.columns,
            facts.cumulative,
            signed.paper.text,
            signed.paper.tables,
        ),
    ]
    notices.refuse_unfinished(signed.paper.text)
    if open_points and not why.strip():
        raise Unacknowledged(open_points)
    files = {signed.name: signed.content, f"{text.title(facts)}.xlsx": workbook.workbook(facts)}
    ready = BuiltNotice(facts, summary, files)
    return notices.publish(application, ready, who, moment, open_points, why.strip())
