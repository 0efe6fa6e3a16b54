"""What became of drafts outside: the words that were printed, and where, registered in one act."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import PurePath

from sqlalchemy.orm import Session

from console.actions.adoptions import Evidence, printed, with_evidence
from console.application import Application
from ingest.sandbox.pool import PoolBroken, WorkerLost, outcome_of
from ledger.adoptions import AlreadyRecorded
from ledger.errors import InvalidInput, NotFound
from ledger.journal import hold
from ledger.models.database import read_only
from ledger.printed_texts import PrintedText
from ledger.queries import search
from ledger.queries.search import DraftHit
from parsers import papers
from rulebook import outlets
from rulebook.reasons import Outcome

MAX_DRAFTS = 100
ENDINGS = (".docx", ".doc", ".wps", ".pdf", ".html", ".htm", ".mht", ".txt", ".odt", ".rtf")
_ISSUE = re.compile(r"^(.{2,}?)[\s,，（(]*(（?第\s*[\d一二三四五六七八九十百]{1,6}\s*期）?)[)）]?$")


@dataclass(frozen=True, slots=True)
class Outlet:
    """
    Where drafts were printed, and when. `name` may end in “第3期”; `tier` None follows the list of that day.

    `links`: by a draft's number its address, else `url` for all.
    """

    name: str
    day: date
    tier: int | None = None
    url: str = ""
    links: Mapping[int, str] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was registered: numbers of adoptions; `known`: those that stood there before, in sentences."""

    numbers: tuple[int, ...]
    known: tuple[str, ...]
    untiered: int


def record_printed(
    application: Application,
    drafts: Sequence[int],
    places: Sequence[Outlet],
    who: str,
    now: datetime,
    why: str = "",
    titles: Mapping[int, str] | None = None,
) -> Recorded:
    """
    Register drafts as printed by outlets: all of them or, where one cannot be, none.

    What is registered already is told and left alone.
    Args:    `titles`: by a draft's number the title under which it was printed; by default its own.
    Raises:  NotFound; InvalidInput for a draft without a unit, a refused one, or what Adoptions.add raises.
    """
    wanted = [_printable(application, one) for one in dict.fromkeys(drafts)]
    if not wanted or not places:
        raise InvalidInput("请选择稿件，并写明发布在哪里。" if not places else "请先选择稿件。")
    if len(wanted) > MAX_DRAFTS:
        raise InvalidInput(f"一次最多登记 {MAX_DRAFTS} 篇，请分几次。")
    numbers, known, untiered = [], [], 0
    settings = application.settings
    # evidence is in the vault before any row names it
    proofs = [_with_proof(application, place) for place in places]
    with Session(application.engine) as session, session.begin():
        hold(session)
        for draft in wanted:
            title = (titles or {}).get(draft.draft) or draft.title
            for place, proof in zip(places, proofs, strict=True):
                name, issue = without_issue(place.name)
                known_outlet = outlets.tier_of(place.name, settings.provisions_on_day(place.day))
                if known_outlet is not None:
                    name, issue = place.name, ""
                one = printed(
                    settings,
                    draft.unit or "",
                    title,
                    name,
                    place.day,
                    draft.draft,
                    place.tier,
                    place.links.get(draft.draft, place.url),
                )
                one = replace(one, evidence=proof[0], evidence_name=proof[1])
                reason = "，".join(part for part in (issue, why) if part)
                try:
                    numbers.append(application.adoptions.add_in(session, one, who, now, reason))
                except AlreadyRecorded as error:
                    known.append(str(error))
                    continue
                except InvalidInput as error:
                    raise InvalidInput(f"《{title[:40]}》：{error}") from None
                untiered += one.tier is None
    return Recorded(tuple(numbers), tuple(known), untiered)


def without_issue(name: str) -> tuple[str, str]:
    """Part “区应急管理局简报 第3期” in the outlet and the issue, "" without one."""
    found = _ISSUE.match(name.strip())
    return (found[1].strip(), found[2].strip("（） ")) if found else (name.strip(), "")


def _with_proof(application: Application, place: Outlet) -> tuple[str, str]:
    blank = printed(application.settings, "", "", place.name, place.day)
    kept = with_evidence(application.vault, blank, place.evidence)
    return kept.evidence, kept.evidence_name


def _printable(application: Application, number: int) -> DraftHit:
    draft = search.one(read_only(application.engine), number)
    if draft is None:
        raise NotFound(f"没有第 {number} 号稿件。")
    if draft.unit is None:
        raise InvalidInput(f"第 {number} 号稿件还不知道是哪个单位的，请先核定。")
    if draft.outcome is not Outcome.ACCEPTED:
        raise InvalidInput(f"第 {number} 号稿件《{draft.title[:40]}》还没有收稿，请先核定。")
    return draft


def keep_printed(
    application: Application,
    draft: int,
    outlet: str,
    title: str,
    words: str,
    file: tuple[str, bytes] | None,
    who: str,
    now: datetime,
) -> int:
    """
    Keep what was printed of a draft: typed or pasted words, else those of a file, read behind the walls.

    Raises: NotFound; AlreadyExists; InvalidInput for a file of another kind or without readable text.
    """
    digest = name = ""
    if file is not None and file[1]:
        name, content = PurePath(file[0].replace("\\", "/")).name[:200], file[1]
        if not words.strip():
            words = _words_of(application, name, content)
        digest = hashlib.sha256(content).hexdigest()
        application.vault.put(content, digest)
    if not words.strip():
        raise InvalidInput("请选择刊发稿的文件，或者粘贴刊发的正文。")
    title, words = _title_apart(title, words)
    kept = PrintedText(draft, title, words, outlet, digest, name)
    return application.printed_texts.add(kept, who, now)


def _words_of(application: Application, name: str, content: bytes) -> str:
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS:
        raise InvalidInput(f"刊发稿请用 Word、PDF、网页或文本文件；“{name[:60]}”不是其中一种。")
    limits = application.settings.limits.of_letter()
    try:
        paper = outcome_of(application.workers.run(papers.read, f"刊发稿{ending}", content, limits))
    except (WorkerLost, PoolBroken):
        paper = papers.Paper()
    if not paper.text.strip():
        raise InvalidInput("这个文件里读不出文字（可能是扫描件或已损坏），请改为粘贴刊发的正文。")
    return paper.text


def _title_apart(title: str, words: str) -> tuple[str, str]:
    """Take the first line for the title where none was given and it looks like one."""
    lines = [line.strip() for line in words.replace("\r\n", "\n").split("\n")]
    lines = [line for line in lines if line]
    first = lines[0] if lines else ""
    title = " ".join(title.split())
    if len(lines) > 1 and (
        first == title or (not title and len(first) <= 60 and first[-1] not in "。；：")
    ):
        return first, "\n".join(lines[1:])
    return title, "\n".join(lines)
