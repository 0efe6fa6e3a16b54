"""Pieces become drafts: which texts are drafts, which are forms or notes, whose picture is whose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from ledger.fingerprint import bands
from parsers import several, text
from parsers.text import TextFacts
from parsers.types import Container, Fact, Image, Other, Text, Unread
from rulebook.reasons import Reason, Remark
from rulebook.terms import Draft, Fault, Form, Happened

NOTE_CHARACTERS = 30
"""A shorter text beside a real draft is a note (captions, a read-me), not a draft of its own."""

EDITABLE_FIRST = ("wordprocessing", "msword", "opendocument", "rtf", "ofd", "pdf", "text")
"""Of two files with one text the one that the office would rather open."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A letter's facts, sorted. `roles` maps each path to its part in the letter."""

    drafts: tuple[Draft, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[Remark, ...]
    roles: Mapping[str, str]


def sort_pieces(
    facts: Sequence[Fact], *, received: date, unit_names: Sequence[str], subject: str = ""
) -> Pieces:
    """
    Drafts with their pictures, and what stands against the letter.

    A text that comes twice (a .docx and its .pdf) is one draft; a document may hold several.
    `received` is the office day; the subject tells how many drafts a lone document holds.
    """
    roles = {fact.path: _role(fact) for fact in facts}
    faults = [Fault(fact.reason, _where(fact)) for fact in facts if isinstance(fact, Unread)]
    remarks = [
        remark for fact in facts if isinstance(fact, Text | Container) for remark in fact.remarks
    ]
    if any(isinstance(fact, Image) and not fact.whole for fact in facts):
        remarks.append(Remark.DAMAGED_PICTURE)
    said: list[tuple[Text, TextFacts]] = []
    reviewer = ""
    texts = [fact for fact in facts if isinstance(fact, Text)]
    for fact in texts:
        reader = several.Reader(
            _name(fact.path), received, unit_names, subject if len(texts) == 1 else ""
        )
        each = several.describe_each(fact.paragraphs, fact.tables, reader)
        words = each[0]
        if words.secret_mark is not None:
            faults.append(Fault(Reason.SECRET_MARK, words.secret_mark))
        if words.form in (Form.ROSTER, Form.SURVEY):
            roles[fact.path] = "form"
            faults.append(Fault(Reason.MISDIRECTED_FORM, f"{_name(fact.path)}（{words.form}）"))
        elif words.form is Form.APPROVAL:
            roles[fact.path] = "approval"
            reviewer = reviewer or words.reviewer
        elif words.form is Form.LISTING:
            roles[fact.path] = "listing"
        elif fact.paragraphs:
            said += [(fact, words) for words in each]
            if len(each) > 1:
                remarks.append(Remark.SEVERAL_IN_ONE)
        else:
            roles[fact.path] = "other"
    said, notes = _without_notes_and_twins(said)
    roles |= dict.fromkeys(notes, "note")
    pictures = _pictures(facts, [fact for fact, _ in said])
    drafts = tuple(
        _draft(fact, words, () if words.part else pictures.get(fact.path, ()), reviewer)
        for fact, words in said
    )
    return Pieces(drafts, tuple(faults), tuple(dict.fromkeys(remarks)), roles)


def body_draft(body: str, subject: str, received: date, unit_names: Sequence[str]) -> Draft:
    """The draft that stands in the body of a letter, so that its deadline can be told."""
    words = text.describe(
        tuple(text.strip_body(body).splitlines()),
        (),
        file_name=subject,
        received=received,
        unit_names=unit_names,
    )
    return _draft(Text("邮件正文", "text/plain", tuple(words.body)), words, (), "")


def _draft(fact: Text, words: TextFacts, images: Sequence[str], reviewer: str) -> Draft:
    happened: Happened = words.happened
    return Draft(
        file=fact.path,
        title=words.title,
        text="\n".join(words.body),
        characters=words.characters,
        happened=happened,
        digest=words.digest,
        file_digest=fact.digest,
        author=words.author,
        reviewer=words.reviewer or reviewer,
        named_unit=words.named_unit,
        images=tuple(images),
        remarks=fact.remarks,
        label_line=words.label_line,
        part=words.part,
        maybe_several=words.maybe_several,
        bands=bands("\n".join(words.body)),
    )


def _role(fact: Fact) -> str:
    match fact:
        case Text():
            return "draft"
        case Image():
            return "image"
        case Container():
            return "archive"
        case Other():
            return fact.role
        case Unread():
            return "unread"


def _where(fact: Unread) -> str:
    name = _name(fact.path)
    return f"{name}：{fact.detail}" if fact.detail else name


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _without_notes_and_twins(
    said: Sequence[tuple[Text, TextFacts]],
) -> tuple[list[tuple[Text, TextFacts]], list[str]]:
    """Drafts proper, and the paths of what only repeats or accompanies them."""
    longest = max((words.characters for _, words in said), default=0)
    chosen: dict[str, tuple[Text, TextFacts]] = {}
    notes = []
    for fact, words in said:
        if words.characters < NOTE_CHARACTERS < longest:
            notes.append(fact.path)
            continue
        rival = chosen.get(words.digest)
        if rival is None:
            chosen[words.digest] = (fact, words)
        elif _preference(fact) < _preference(rival[0]):
            chosen[words.digest] = (fact, words)
            notes.append(rival[0].path)
        else:
            notes.append(fact.path)
    kept = {fact.path for fact, _ in chosen.values()}
    return list(chosen.values()), [note for note in notes if note not in kept]


def _preference(fact: Text) -> tuple[int, int]:
    """Packed before bare, editable before printed."""
    packed = "/" in fact.path
    rank = next(
        (place for place, word in enumerate(EDITABLE_FIRST) if word in fact.media_type),
        len(EDITABLE_FIRST),
    )
    return (0 if packed else 1, rank)


def _pictures(facts: Sequence[Fact], texts: Sequence[Text]) -> dict[str, tuple[str, ...]]:
    """
    Whose picture is whose: embedded in the text; named like it; alone with it in a folder;
    or in the only draft's letter. A picture that fits several drafts goes to none.
    """
    owned: dict[str, list[str]] = {fact.path: [] for fact in texts}
    for fact in facts:
        if isinstance(fact, Image) and (owner := _owner(fact.path, list(owned))) is not None:
            owned[owner].append(fact.path)
    return {path: tuple(images) for path, images in owned.items()}


def _owner(image: str, drafts: Sequence[str]) -> str | None:
    embedding = [draft for draft in drafts if image.startswith(f"{draft}/")]
    if embedding:
        return embedding[0]
    if len(drafts) == 1:
        return drafts[0]
    stem = _stem(image)
    namesakes = [draft for draft in drafts if _stem(draft) and _stem(draft) in stem]
    if len(namesakes) == 1:
        return namesakes[0]
    folder = PurePosixPath(image).parent
    for level in (folder, *folder.parents):
        if level == PurePosixPath("."):
            break
        inside = [draft for draft in drafts if level in PurePosixPath(draft).parents]
        if inside:
            return inside[0] if len(inside) == 1 else None
    return None


def _stem(path: str) -> str:
    """A file's name without its ending, numbers and brackets: what two names have in common."""
    return re.sub(r"[\s\d_()（）\-—图]+", "", PurePosixPath(_name(path)).stem)
