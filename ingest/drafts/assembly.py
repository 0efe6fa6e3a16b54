"""Pieces become drafts: which texts are drafts, which are forms or notes, whose picture is whose."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ingest.drafts import bordered, copies, enclosures, pictures
from ingest.drafts.notes import is_note
from ingest.drafts.picture_matching import DraftRef, match_draft
from ledger.fingerprint import bands_of
from parsers.drafts import (
    counts,
    document_types,
    layout,
    mail_body,
    reported_link,
    splitting,
    text,
)
from parsers.drafts.text import TextFacts
from parsers.suffixes import promises_document
from parsers.types import Container, Fact, Image, Limit, Limits, Other, Text, UnreadableFile
from rulebook.model import DayDoubt, Draft, EventDate, Fault, FileRole, Form
from rulebook.originality import essence
from rulebook.reasons import Reason, Remark

NOTE_CHARACTERS = 30
"""A shorter text beside a real draft is a note (captions, a read-me), not a draft of its own."""

LISTING_CHARACTERS = 24
"""What a list says beside each title it names, and once more for all: a kind, a number, a person."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A letter's facts, sorted. `roles` maps each path to its part in the letter."""

    drafts: tuple[Draft, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[Remark, ...]
    roles: Mapping[str, FileRole]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An approval sheet: what it says without blanks and marks, and who signed."""

    path: str
    text: str
    reviewer: str
    scanned: bool


def sort_pieces(
    facts: Sequence[Fact],
    *,
    received: date,
    unit_names: Sequence[str],
    subject: str = "",
    note: str = "",
    most: int = Limits().drafts,
) -> Pieces:
    """
    Drafts with their pictures, and what stands against the letter.

    A text that comes twice (a .docx and its .pdf) is one draft; a document may hold several. A text
    that was recognised in pictures is a draft only where there is no other. `received` is the office
    day; the subject tells how many drafts a lone document holds, and with the covering `note` how many
    there should be; what comes after `most` drafts is a fault.
    """
    roles = {fact.path: _role(fact) for fact in facts}
    faults = [
        Fault(fact.reason, _where(fact)) for fact in facts if isinstance(fact, UnreadableFile)
    ]
    remarks = [
        remark for fact in facts if isinstance(fact, Text | Container) for remark in fact.remarks
    ]
    if any(isinstance(fact, Image) and not fact.whole for fact in facts):
        remarks.append(Remark.DAMAGED_PICTURE)
    if any(isinstance(fact, Other) and fact.media_type.startswith("image/") for fact in facts):
        remarks.append(Remark.UNSHOWN_PICTURE)
    if any(isinstance(fact, Image) and fact.huge for fact in facts):
        remarks.append(Remark.HUGE_PICTURE)
    described: list[tuple[Text, TextFacts]] = []
    sheets: list[_Sheet] = []
    texts = [fact for fact in facts if isinstance(fact, Text)]
    written = any(
        fact.paragraphs and not fact.scanned and not is_note("\n".join(fact.paragraphs))
        for fact in texts
    )
    for fact in texts:
        reader = splitting.SplitContext(
            _name(fact.path),
            received,
            unit_names,
            subject if len(texts) == 1 else "",
            note if len(texts) == 1 else "",
            layout.by_text(fact.paragraphs, fact.looks),
        )
        each = bordered.describe_each(fact, reader)
        words = each[0]
        if words.secret_mark is not None:
            faults.append(Fault(Reason.SECRET_MARK, words.secret_mark))
        if words.form in (Form.ROSTER, Form.SURVEY):
            roles[fact.path] = FileRole.FORM
            faults.append(Fault(Reason.MISDIRECTED_FORM, f"{_name(fact.path)}（{words.form}）"))
        elif words.form is Form.APPROVAL:
            roles[fact.path] = FileRole.APPROVAL
            if words.reviewer:
                sheets.append(_sheet(fact, words.reviewer))
        elif words.form is Form.LISTING:
            roles[fact.path] = FileRole.LISTING
        elif fact.scanned and (written or document_types.names_sheet(fact.path)):
            roles[fact.path] = FileRole.APPROVAL  # a picture beside a text is no second draft
            if words.reviewer:
                sheets.append(_sheet(fact, words.reviewer))
        elif fact.paragraphs:
            described += [(fact, words) for words in each]
            if len(each) > 1:
                remarks.append(Remark.SEVERAL_IN_ONE)
        elif promises_document(fact.path) and not _holds_pictures(fact.path, facts):
            roles[fact.path] = FileRole.UNREAD
            faults.append(Fault(Reason.UNREADABLE_DRAFT, f"{_name(fact.path)}：里面没有文字"))
        else:
            roles[fact.path] = FileRole.OTHER
    if len(described) > most:
        faults.append(Fault(Reason.TOO_LARGE, f"{Limit.DRAFTS.clause}（{most}篇）"))
        described = described[:most]
    described, notes = _without_notes_and_twins(described)
    roles |= dict.fromkeys(notes, FileRole.NOTE)
    described, listings = _without_listings(described)
    roles |= dict.fromkeys(listings, FileRole.LISTING)
    described, enclosed = enclosures.without(described, subject, note)
    roles |= dict.fromkeys(enclosed, FileRole.NOTE)
    if enclosed:
        remarks.append(Remark.ENCLOSED_PAPER)
    holders = [
        DraftRef(
            fact.path,
            words.title,
            words.body if words.part else fact.paragraphs,
            part=words.part,
            day=words.event_date.day,
        )
        for fact, words in described
    ]
    pairing = pictures.pair(facts, holders)
    if pairing.open:
        remarks.append(Remark.PICTURES_OPEN)
    drafts = tuple(
        _draft(
            fact,
            words,
            pairing.owned.get(holder.key, ()),
            None if words.reviewer else _reviewer(holder, sheets, holders),
        )
        for (fact, words), holder in zip(described, holders, strict=True)
    )
    if drafts:
        archives = [_name(fact.path) for fact in facts if isinstance(fact, Container)]
        faults += _count_differs(subject, note, archives, drafts)
    return Pieces(drafts, tuple(faults), tuple(dict.fromkeys(remarks)), roles)


def _count_differs(
    subject: str, note: str, archives: Sequence[str], drafts: Sequence[Draft]
) -> list[Fault]:
    """Return the first place that tells another number of drafts than there are, with both numbers."""
    in_file: dict[str, int] = {}
    for draft in drafts:
        in_file[draft.file] = in_file.get(draft.file, 0) + 1
    sources = [("邮件主题", subject, len(drafts)), ("邮件正文", note, len(drafts))]
    sources += [("压缩包名", name, len(drafts)) for name in archives]
    sources += [(f"文件名“{_name(path)}”", _name(path), count) for path, count in in_file.items()]
    for source, words, count in sources:
        numbers = counts.drafts_told(words)
        if numbers and count not in numbers:
            stated = "或".join(map(str, sorted(numbers)))
            return [Fault(Reason.COUNT_DIFFERS, f"{source}写明{stated}篇，收到{count}篇")]
    return []


def body_draft(body: str, subject: str, received: date, unit_names: Sequence[str]) -> Draft:
    """Return the draft that stands in the body of a letter, so that its deadline can be told."""
    words = text.describe(
        tuple(mail_body.strip_body(body).splitlines()),
        (),
        file_name=subject,
        received=received,
        unit_names=unit_names,
    )
    draft = _draft(Text("邮件正文", "text/plain", tuple(words.body)), words, (), None)
    return replace(draft, file_digest=draft.digest)  # it has no file: no two letters share one


def linked_draft(body: str, received: date, unit_names: Sequence[str]) -> Draft | None:
    """Return the piece that a letter reports by title, outlet, day and link; None without them."""
    told = reported_link.read(body, received)
    if told is None:
        return None
    lines = (told.title, f"媒体：{told.outlet}　刊发日期：{told.day or '没有写明'}", told.link)
    words = text.describe(lines, (), file_name=told.title, received=received, unit_names=unit_names)
    draft = _draft(Text("邮件正文", "text/plain", lines), words, (), None)
    evidence = f"刊发日期：{told.day}" if told.day else ""
    digest = hashlib.sha256(essence("".join(lines)).encode()).hexdigest()
    return replace(
        draft,
        title=told.title,
        author=told.author,
        link=told.link,
        text="\n".join(lines),
        characters=0,
        digest=digest,
        file_digest=digest,
        bands=(),
        event_date=EventDate(told.day, evidence, None if told.day else DayDoubt.NO_DATE),
    )


def _sheet(fact: Text, reviewer: str) -> _Sheet:
    cells = [cell for table in fact.tables for row in table for cell in row]
    described = essence("".join([*fact.paragraphs, *cells]))
    return _Sheet(fact.path, described, reviewer, fact.scanned)


def _draft(fact: Text, words: TextFacts, images: Sequence[str], sheet: _Sheet | None) -> Draft:
    event_date: EventDate = words.event_date
    recognised = (Remark.REVIEWER_RECOGNISED,) if sheet and sheet.scanned else ()
    return Draft(
        file=fact.path,
        title=words.title,
        text="\n".join(words.body),
        characters=words.characters,
        event_date=event_date,
        digest=words.digest,
        file_digest=fact.digest,
        author=words.author,
        reviewer=sheet.reviewer if sheet else words.reviewer,
        named_unit=words.named_unit,
        images=tuple(images),
        remarks=(*fact.remarks, *recognised),
        label_line=words.label_line,
        part=words.part,
        maybe_several=words.maybe_several,
        bands=bands_of(words.essence) if words.body else (),
        scanned=fact.scanned,
        paper=words.paper,
    )


def _role(fact: Fact) -> FileRole:
    match fact:
        case Text():
            return FileRole.SCAN if fact.scanned else FileRole.DRAFT
        case Image():
            if fact.page_of:
                return FileRole.SCAN
            return FileRole.APPROVAL if document_types.names_sheet(fact.path) else FileRole.IMAGE
        case Container():
            return FileRole.ARCHIVE
        case Other():
            return fact.role
        case UnreadableFile():
            return FileRole.UNREAD


def _holds_pictures(path: str, facts: Sequence[Fact]) -> bool:
    """Return whether pictures lie in a document, which may be of its pages."""
    return any(isinstance(fact, Image) and fact.path.startswith(f"{path}/") for fact in facts)


def _where(fact: UnreadableFile) -> str:
    name = _name(fact.path)
    return f"{name}：{fact.detail}" if fact.detail else name


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _without_notes_and_twins(
    described: Sequence[tuple[Text, TextFacts]],
) -> tuple[list[tuple[Text, TextFacts]], list[str]]:
    """Drafts proper, and the paths of what only repeats or accompanies them."""
    beside_scans = any(fact.scanned for fact, _ in described)
    longest = max((words.characters for _, words in described), default=0)
    chosen: dict[str, tuple[Text, TextFacts]] = {}
    notes = []
    for fact, words in described:
        short = words.characters < NOTE_CHARACTERS < longest
        if beside_scans and not fact.scanned:
            short = is_note("\n".join(fact.paragraphs))
        if short and not words.part:
            notes.append(fact.path)
            continue
        same = words.digest
        if same not in chosen:
            same_drafts = (
                one for one, rival in chosen.items() if copies.is_same_draft((fact, words), rival)
            )
            same = next(same_drafts, same)
        rival = chosen.get(same)
        if rival is None:
            chosen[same] = (fact, words)
        elif copies.preference(fact) < copies.preference(rival[0]):
            chosen[same] = (fact, words)
            notes.append(rival[0].path)
        else:
            notes.append(fact.path)
    kept = {fact.path for fact, _ in chosen.values()}
    return list(chosen.values()), [note for note in notes if note not in kept]


def _without_listings(
    described: Sequence[tuple[Text, TextFacts]],
) -> tuple[list[tuple[Text, TextFacts]], list[str]]:
    """
    Drafts proper, and the paths of texts that only name the others.

    Such a list needs no heading that gives it away: take the others' titles out of it, and hardly
    anything is left.
    """
    if len(described) < 2:
        return list(described), []
    titles = [essence(words.title) for _, words in described]
    listings = []
    for index, (fact, words) in enumerate(described):
        # a text under the same title is another draft, not a list that names this one
        others = [title for title in titles if title != titles[index] and len(title) > 4]
        left = essence("".join(fact.paragraphs))
        named = [title for title in sorted(others, key=len, reverse=True) if title in left]
        for title in named:
            left = left.replace(title, "")
        every = len(named) == len(described) - 1 and not words.part
        if every and len(left) < LISTING_CHARACTERS * (len(named) + 1):
            listings.append(fact.path)
    return [(fact, words) for fact, words in described if fact.path not in listings], listings


def _reviewer(
    holder: DraftRef, sheets: Sequence[_Sheet], holders: Sequence[DraftRef]
) -> _Sheet | None:
    """
    Return the approval sheet that speaks for a draft.

    One that names its title, or belongs to it; else one that speaks for the whole letter.
    """
    title = essence(holder.title)
    naming = [sheet for sheet in sheets if len(title) > 4 and title in sheet.text]
    own = naming or [sheet for sheet in sheets if match_draft(sheet.path, holders) == holder.key]
    common = [
        sheet
        for sheet in sheets
        if match_draft(sheet.path, holders) is None
        and not any(essence(one.title) in sheet.text for one in holders)
    ]
    return next(iter([*own, *common]), None)
