"""What the purpose of a letter is told by: its words, its files, its shape, worked out once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from rulebook import purpose_words as words
from rulebook import units
from rulebook.conversation import Purpose, PurposeFinding, Thread
from rulebook.model import FileRole, Submission
from rulebook.provisions import Provisions
from rulebook.reasons import Reason

_REPLY_PREFIX = re.compile(
    r"^(?:\s*(?:re|fw|fwd|回复|答复|转发|回覆|轉發)\s*(?:\[\d+\])?\s*[：:]\s*)+", re.IGNORECASE
)


_OUR_SUBJECT = re.compile(
    r"^【(?:已收稿|待核定|已退稿|更正|收稿|提醒|约稿|通报|已收悉|报送情况|录用核实)[^】]*】"
)


_LINK = re.compile(r"https?://\S+")


_SENTENCES = re.compile(r"[。！!？?；;\n]+")


_BLANKS = re.compile(r"[\s　，,。.！!？?~～、；;：:…\-—_()（）【】\[\]\"“”'^*]+")


_ARCHIVE_FAULTS = frozenset(
    {
        Reason.LOCKED_ARCHIVE,
        Reason.DAMAGED_ARCHIVE,
        Reason.SPLIT_ARCHIVE,
        Reason.UNSUPPORTED_ARCHIVE,
        Reason.UNSAFE_ARCHIVE,
        Reason.EMPTY_ARCHIVE,
        Reason.UNREADABLE_DRAFT,
        Reason.LOCKED_DRAFT,
        Reason.TOO_LARGE,
        Reason.INFECTED,
        Reason.SECRET_MARK,
    }
)


_HEAD_LINES = 10
"""Within so many lines a body's draft begins."""

_SEEN = ("image/", "video/", "audio/")


_NO_CONTENT = frozenset({FileRole.ARCHIVE, FileRole.JUNK})


class LetterFacts:
    """A letter with what several rules ask of it, worked out once."""

    def __init__(
        self, submission: Submission, thread: Thread | None, provisions: Provisions
    ) -> None:
        self.submission = submission
        self.thread = thread
        self.known = submission.sender.unit is not None
        self.subject = subject_proper(submission.subject)
        self.own = _unsigned(submission, provisions)
        ours = _OUR_SUBJECT.search(_REPLY_PREFIX.sub("", submission.subject)) is not None
        same = thread is not None and subject_proper(thread.subject) == self.subject
        self.said = self.own if ours or same else f"{self.subject}\n{self.own}"
        self.answers_us = thread is not None
        self.body_draft = submission.body_is_draft
        self.drafts = tuple(
            draft for draft in submission.drafts if not (self.body_draft and not _filed(draft.file))
        )
        self.linked = any(draft.link for draft in submission.drafts)
        pictures = {file.path for file in submission.files if file.media_type.startswith("image/")}
        self.files = tuple(submission.attachments)
        self.papers = tuple(name for name in self.files if name not in pictures)
        self.names_unit = bool(
            units.find(f"{submission.subject}\n{self.own}", provisions.units)
            or any(draft.named_unit for draft in submission.drafts)
            or any(units.find(draft.title, provisions.units) for draft in submission.drafts)
        )
        self.labelled = _labelled(submission, provisions)
        self.outlet = _outlet(
            f"{self.subject}\n{self.own}\n{submission.correspondence.forwarded}", provisions
        )
        self.faulty = any(fault.reason in _ARCHIVE_FAULTS for fault in submission.faults)
        self.only_pictures = all(
            file.media_type.startswith(_SEEN) or file.role in _NO_CONTENT
            for file in submission.files
        )
        self.petition = _petition(submission, self.own)
        self.forms = any(fault.reason is Reason.MISDIRECTED_FORM for fault in submission.faults)

    def found(self, purpose: Purpose, evidence: str) -> PurposeFinding:
        """Build a finding with its evidence in Chinese."""
        return PurposeFinding(purpose, evidence)

    def other(self, evidence: str) -> PurposeFinding:
        """Build the finding of a letter that is for something else, and whether it sounds urgent."""
        urgent = words.URGENT.search(f"{self.submission.subject}\n{self.own}")
        sounding = f"；含“{urgent[0]}”，请先看" if urgent else ""
        return PurposeFinding(Purpose.OTHER, evidence + sounding, urgent is not None)


_OFFICE_TAIL = re.compile(
    r"应急管理[局所办]|经济发展局|党政办(?:公室)?|宣传办|办公室|安监[局所办]"
    r"|宣传员|信息员|通讯员|[\s　\-—|｜/·:：()（）,，.。]"
    r"|\d{4}年\d{1,2}月\d{1,2}日"
)


_SPEAKS = re.compile(r"[\d撤删退改换补附不没是对错废急了的吗好请别勿要收谢]")
"""What stands in no name: “撤掉” below a greeting is the whole letter."""


def _unsigned(submission: Submission, provisions: Provisions) -> str:
    """Return the sender's words without closing lines that hold but a name, a unit, a day."""
    sender = submission.sender
    names = [
        sender.name,
        sender.officer or "",
        (sender.officer or "")[1:],
        *units.all_names(provisions.units),
    ]
    lines = _LINK.sub(" ", submission.correspondence.own_words).split("\n")
    while lines and len(lines[-1]) <= 40:
        rest = lines[-1]
        for name in names:
            rest = rest.replace(name, "") if len(name) >= 2 else rest
        rest = _OFFICE_TAIL.sub("", rest)
        named = not rest or (len(lines) > 1 and len(rest) <= 3 and not _SPEAKS.search(rest))
        if not named or is_courtesy(lines[-1]):
            break
        lines.pop()
    return "\n".join(lines)


def _filed(path: str) -> bool:
    return path != "邮件正文"


def subject_proper(subject: str) -> str:
    """Strip 回复：/Re: from a subject, and the bracketed word that our own letters begin with."""
    bare = subject
    while True:
        cut = _OUR_SUBJECT.sub("", _REPLY_PREFIX.sub("", bare)).strip()
        if cut == bare:
            return cut
        bare = cut


def _labelled(submission: Submission, provisions: Provisions) -> bool:
    """Whether the subject bears one of the office's labels for drafts in brackets or at its head."""
    names = [name for rule in provisions.kind_rules for name in rule.labels]
    subject = subject_proper(submission.subject)
    return any(
        f"【{name}】" in subject or f"[{name}]" in subject or subject.startswith(name)
        for name in names
    )


def _petition(submission: Submission, own: str) -> str:
    """Return the words in which somebody asks for help or reports a wrong in his own name; "" for none."""
    papers = "\n".join(draft.text[:150] for draft in submission.drafts[:3])
    found = words.PETITIONER.search(f"{submission.subject}\n{own[:1_500]}\n{papers}")
    return found[0] if found else ""


def _outlet(text: str, provisions: Provisions) -> str:
    """Return the longest name of an outlet that a text gives; "" for none."""
    named = [
        name
        for outlet in provisions.outlets
        for name in (outlet.name, *outlet.aliases)
        if len(name) >= 3 and name in text
    ]
    return max(named, key=len, default="")


@dataclass(frozen=True, slots=True)
class BodyShape:
    """
    How much the words of a letter look like a draft.

    `score` 0 to 6; `whole`: a title, below it a dated lead about what offices report, and at least 60
    characters.
    """

    score: int
    whole: bool


def body_shape(text: str) -> BodyShape:
    """
    Tell how much the words of a letter look like a draft.

    One each for: a title line; a lead that begins with a day or a place and a day; 80 characters
    and more; 160; a by-line; verbs of reports. Minus two where the writer speaks to the reader. Lines
    to the reader above the title are left out.
    """
    lines = [line for line in text.split("\n") if line and not words.GREETING.match(line)]
    lines = _from_title(lines)
    while len(lines) > 2 and _introduces(lines[0]):
        lines = lines[1:]
    if not lines:
        return BodyShape(0, False)
    prose = [line for line in lines if len(line) >= 40]
    length = sum(len(line) for line in prose)
    lead = prose[0] if prose else ""
    titled = len(lines) >= 2 and bool(prose) and _is_title(lines[0])
    # what people in the news say is said to nobody here: “谢谢你们……”4月25日，……
    dated = any(words.DATED_LEAD.search(one[:40]) for one in (lead, _SAID.sub("", lead)))
    score = titled + dated + (length >= 80) + (length >= 160)
    score += bool(words.BYLINE.search(text))
    score += bool(words.REPORTED.search("\n".join(prose)))
    addressed = sum(bool(words.TO_READER.search(_SAID.sub("", line))) for line in prose)
    spoken = addressed > 0 and addressed * 2 >= len(prose)
    whole = titled and dated and length >= 60 and lead is lines[1] and not spoken
    whole = whole and bool(words.MATTER.search(lines[0] + lead[:40]))
    return BodyShape(max(score - 2 * spoken, 0), whole)


_SAID = re.compile("“[^“”]{0,200}”")


def _from_title(lines: list[str]) -> list[str]:
    """Return the lines from a title on that has a dated lead below it, whatever is said above to the reader."""
    for number, (line, below) in enumerate(pairwise(lines[:_HEAD_LINES])):
        if _is_title(line) and len(below) >= 40 and words.DATED_LEAD.search(below[:40]):
            return lines[number:]
    return lines


def _is_title(line: str) -> bool:
    return (
        6 <= len(line) <= 40
        and not re.search(r"[。！!？?：:，,；;]$", line)
        and not words.TO_READER.search(line)
    )


def _introduces(line: str) -> bool:
    """Recognise “按要求改好了，全文如下：”: a line to the reader above the draft."""
    if len(line) > 40 or words.DATED_LEAD.search(line):
        return False
    return line.endswith(("：", ":")) or (
        line.endswith(("。", "！", "!", "，", ",")) and bool(words.TO_READER.search(line))
    )


_DEEDS = ("删", "撤", "退", "改", "错", "换", "急")
"""One character that is no courtesy."""


def is_courtesy(text: str) -> bool:
    """Whether a text says nothing but 收到, 谢谢, 好的 and the like."""
    if len(text) > 200 or "?" in text or "？" in text:
        return False
    rest = "".join(words.COURTESY.sub("", _BLANKS.sub("", part)) for part in _SENTENCES.split(text))
    return (len(rest) <= 1 and rest not in _DEEDS) or _all_courteous(text)


def _all_courteous(text: str) -> bool:
    """Recognise a longer thanks: each clause thanks or wishes, and none asks, objects or names a day."""
    if words.ASKS.search(text) or words.OBJECTION.search(text) or re.search(r"\d", text):
        return False
    clauses = [part for part in re.split(r"[，,。！!；;\n]+", text) if len(part.strip()) > 2]
    courteous = sum(bool(words.COURTEOUS.search(part)) for part in clauses)
    opened = words.ACKNOWLEDGED.search(text)
    return bool(clauses) and courteous * 3 >= len(clauses) * 2 and opened is not None
