"""
What a letter is for, asked before any other rule: only a submission meets the form rule (五.4).

A mailbox is a conversation. The rule is pure; its evidence is a Chinese sentence, and a person of the
office may overrule it. Between two purposes the one that asks a person wins over the one that refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rulebook import purpose_words as words
from rulebook import units
from rulebook.conversation import Purpose, PurposeFinding, Thread
from rulebook.model import Draft, Submission
from rulebook.provisions import Provisions
from rulebook.reasons import Reason

_REPLY_PREFIX = re.compile(
    r"^(?:\s*(?:re|fw|fwd|回复|答复|转发|回覆|轉發)\s*(?:\[\d+\])?\s*[：:]\s*)+", re.IGNORECASE
)
_OUR_SUBJECT = re.compile(r"^【(?:已收稿|待核定|已退稿|更正|收稿|提醒|约稿|通报)[^】]*】")
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


def purpose(
    submission: Submission, thread: Thread | None, provisions: Provisions
) -> PurposeFinding:
    """
    Tell what a letter is for.

    Args:    `thread` is the letter of the same sender that this one answers, None for none.
    Returns: the purpose with its evidence. A stranger's letter is a submission only if it is plainly
             one; in doubt it is `OTHER`, which a person reads and no machine answers.
    """
    letter = _Letter(submission, thread, provisions)
    for rule in _RULES:
        found = rule(letter)
        if found is not None:
            return found
    return letter.other("没有稿件，也看不出与投稿有关")


class _Letter:
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
        self.forms = any(fault.reason is Reason.MISDIRECTED_FORM for fault in submission.faults)

    def found(self, purpose: Purpose, evidence: str) -> PurposeFinding:
        return PurposeFinding(purpose, evidence)

    def other(self, evidence: str) -> PurposeFinding:
        urgent = words.URGENT.search(f"{self.submission.subject}\n{self.own}")
        sounding = f"；含“{urgent[0]}”，请先看" if urgent else ""
        return PurposeFinding(Purpose.OTHER, evidence + sounding, urgent is not None)


_OFFICE_TAIL = re.compile(
    r"常州市|武进区|应急管理[局所办]|经济发展局|党政办(?:公室)?|宣传办|办公室|安监[局所办]"
    r"|宣传员|信息员|通讯员|[\s　\-—|｜/·:：()（）,，.。]"
    r"|\d{4}年\d{1,2}月\d{1,2}日"
)


def _unsigned(submission: Submission, provisions: Provisions) -> str:
    """The sender's words without closing lines that hold but a name, a unit, a day."""
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
        if len(_OFFICE_TAIL.sub("", rest)) > 3 or is_courtesy(lines[-1]):
            break
        lines.pop()
    return "\n".join(lines)


def _filed(path: str) -> bool:
    return path != "邮件正文"


def subject_proper(subject: str) -> str:
    """A subject without 回复：/Re: and without the bracketed word that our own letters begin with."""
    bare = subject
    while True:
        cut = _OUR_SUBJECT.sub("", _REPLY_PREFIX.sub("", bare)).strip()
        if cut == bare:
            return cut
        bare = cut


def _labelled(submission: Submission, provisions: Provisions) -> bool:
    """Whether the subject bears one of the office's labels for drafts in brackets or at its head."""
    labels = provisions.labels
    names = (*labels.news, *labels.opinion, *labels.article, *labels.commission)
    subject = subject_proper(submission.subject)
    return any(
        f"【{name}】" in subject or f"[{name}]" in subject or subject.startswith(name)
        for name in names
    )


def _outlet(text: str, provisions: Provisions) -> str:
    """The name of an outlet that a text gives, the longest; "" for none."""
    named = [
        name
        for outlet in provisions.outlets
        for name in (outlet.name, *outlet.aliases)
        if len(name) >= 3 and name in text
    ]
    return max(named, key=len, default="")


# -- the rules, each for one purpose, asked in this order --


def _automatic(letter: _Letter) -> PurposeFinding | None:
    if letter.submission.automatic:
        return letter.found(Purpose.AUTOMATIC, f"系统邮件：{letter.submission.automatic}")
    return None


def _dangerous(letter: _Letter) -> PurposeFinding | None:
    """A 密级 mark or a virus is told and kept out whatever else the letter is for."""
    for fault in letter.submission.faults:
        if fault.reason in (Reason.SECRET_MARK, Reason.INFECTED):
            return letter.found(Purpose.SUBMISSION, fault.reason.sentence)
    return None


def _form(letter: _Letter) -> PurposeFinding | None:
    if letter.forms and not letter.drafts:
        return letter.found(Purpose.FORM, "附件是名单或汇总表")
    return None


def _withdrawal(letter: _Letter) -> PurposeFinding | None:
    found = words.WITHDRAWAL.search(letter.said)
    if found is None and (letter.answers_us or letter.submission.correspondence.receipt_numbers):
        found = words.WITHDRAWAL_COLLOQUIAL.search(letter.own)
    if found is None or not letter.known or words.WITHDRAWAL_DENIED.search(letter.said):
        return None
    if (letter.drafts and not _statement_in_file(letter)) or (
        letter.body_draft and len(letter.own) > 300
    ):
        return None
    return letter.found(Purpose.WITHDRAWAL, f"“{_around(letter.said, found)}”")


def _adoption_report(letter: _Letter) -> PurposeFinding | None:
    """An outlet printed a draft. 五.4's packing rule does not bind such a letter."""
    if not letter.known and not letter.names_unit:
        return None
    subject = words.ADOPTED_SUBJECT.search(letter.subject)
    text = f"{letter.own}\n{letter.submission.correspondence.forwarded}"
    told = words.ADOPTED.search(text) if len(letter.own) <= 1500 else None
    if (
        told is None
        and letter.outlet
        and letter.submission.correspondence.links
        and len(letter.own) <= 200
    ):
        told = words.PRINTED.search(letter.said)
    evidence = letter.submission.correspondence.links or letter.files or letter.outlet
    if letter.labelled and letter.drafts:
        return None
    if words.QUESTION.search(letter.own) and not letter.submission.correspondence.links:
        return None
    if subject and evidence:
        return letter.found(Purpose.ADOPTION_REPORT, f"主题“{subject[0]}”{_of(letter.outlet)}")
    if told and (letter.outlet or letter.submission.correspondence.links) and not letter.drafts:
        return letter.found(
            Purpose.ADOPTION_REPORT, f"“{_around(told.string, told)}”{_of(letter.outlet)}"
        )
    return None


def _with_drafts(letter: _Letter) -> PurposeFinding | None:
    """Drafts in files: a submission, or a resubmission where the letter answers us or says so."""
    if not letter.drafts:
        return None
    if not letter.known:
        return _strangers_drafts(letter)
    paper = _statement_in_file(letter)
    if paper:
        return letter.found(Purpose.STATEMENT, f"附件“{paper}”是说明，不是稿件")
    if letter.answers_us:
        return letter.found(Purpose.RESUBMISSION, "回复本系统的邮件并附有稿件")
    marked = words.RESUBMITTED.search(f"{letter.subject}\n{letter.own[:400]}") or next(
        (
            found
            for draft in letter.drafts
            if (found := words.RESUBMITTED_NAME.search(draft.file.rpartition("/")[2]))
        ),
        None,
    )
    if marked:
        return letter.found(Purpose.RESUBMISSION, f"写明“{marked[0]}”")
    official = words.OFFICIAL_PAPER.search(letter.subject)
    if official and not letter.labelled and not letter.submission.archives:
        return letter.other(f"主题“{official[0]}”，附件是公文，不像稿件")
    return letter.found(Purpose.SUBMISSION, f"附有稿件{len(letter.drafts)}篇")


def _statement_in_file(letter: _Letter) -> str:
    """The one bare document of an answer that explains something instead of being a draft."""
    loose = set(letter.submission.bare_attachments)
    if letter.submission.archives or not all(draft.file in loose for draft in letter.drafts):
        return ""
    for draft in letter.drafts:
        name = draft.file.rpartition("/")[2]
        if words.EXPLAINS.search(name.rpartition(".")[0]) or words.EXPLAINS.search(draft.title):
            return name
    return ""


def _strangers_drafts(letter: _Letter) -> PurposeFinding:
    commercial = words.COMMERCIAL.search(f"{letter.submission.subject}\n{letter.own}")
    if commercial:
        return letter.other(f"名单外的发件人，含“{commercial[0]}”")
    official = words.OFFICIAL_PAPER.search(letter.subject)
    company = words.COMPANY.search(letter.submission.sender.name) or words.COMPANY.search(
        letter.own
    )
    if company:
        return letter.other(f"名单外的发件人，含“{company[0]}”")
    if official and (not letter.labelled or words.ASKS_ALL.search(letter.subject)):
        return letter.other(f"名单外的发件人，主题“{official[0]}”")
    if letter.labelled or letter.names_unit:
        return letter.found(Purpose.SUBMISSION, "附有稿件，写明了本区的单位或类别")
    if any(_packed(draft, letter) and draft.event_date.day for draft in letter.drafts):
        return letter.found(Purpose.SUBMISSION, "压缩包里有写明日期的稿件")
    return letter.other("名单外的发件人，附件里看不出是哪个单位的稿件")


def _packed(draft: Draft, letter: _Letter) -> bool:
    loose = letter.submission.bare_attachments
    return letter.submission.archives > 0 and draft.file not in loose


def _draft_in_body(letter: _Letter) -> PurposeFinding | None:
    """A draft in the body has a draft's shape, not certain verbs: title, dated lead, third person."""
    if letter.drafts or letter.submission.archives:
        return None
    shape = body_shape(letter.own)
    if letter.answers_us and shape < 4:
        return None
    if shape >= 3 and (letter.known or letter.labelled or (letter.names_unit and shape >= 4)):
        kind = Purpose.RESUBMISSION if letter.answers_us else Purpose.SUBMISSION
        return letter.found(kind, "邮件正文是一篇稿件（有标题或日期开头的完整报道）")
    return None


def body_shape(text: str) -> int:
    """
    How much the words of a letter look like a draft, 0 to 6.

    One each for: a title line; a lead that begins with a day or a place and a day; 120 characters
    and more; two paragraphs of prose; a by-line. Minus two where the writer speaks to the reader.
    """
    lines = [line for line in text.split("\n") if line and not words.GREETING.match(line)]
    if not lines:
        return 0
    prose = [line for line in lines if len(line) >= 40]
    length = sum(len(line) for line in prose)
    titled = (
        len(lines) >= 2 and 6 <= len(lines[0]) <= 40 and not re.search(r"[。！!？?：:]$", lines[0])
    )
    lead = prose[0] if prose else ""
    score = 0
    score += titled and bool(prose) and not words.TO_READER.search(lines[0])
    score += bool(words.DATED_LEAD.search(lead[:40]))
    score += length >= 80
    score += length >= 160
    score += bool(words.BYLINE.search(text))
    score += bool(words.REPORTED.search("\n".join(prose)))
    addressed = sum(bool(words.TO_READER.search(line)) for line in prose)
    if addressed and addressed * 2 >= len(prose):
        score -= 2
    return max(score, 0)


def _thanks(letter: _Letter) -> PurposeFinding | None:
    """Nothing but courtesy once quotation and signature are cut."""
    if letter.papers or (letter.files and not letter.answers_us):
        return None
    if not letter.own and letter.answers_us:
        return letter.found(Purpose.THANKS, "回复本系统的邮件，没有写内容")
    if letter.own and is_courtesy(letter.own):
        return letter.found(Purpose.THANKS, f"只是致谢：“{letter.own[:20]}”")
    return None


def is_courtesy(text: str) -> bool:
    """Whether a text says nothing but 收到, 谢谢, 好的 and the like."""
    if len(text) > 200 or "?" in text or "？" in text:
        return False
    rest = "".join(words.COURTESY.sub("", _BLANKS.sub("", part)) for part in _SENTENCES.split(text))
    return len(rest) <= 1 or _all_courteous(text)


def _all_courteous(text: str) -> bool:
    """A longer thanks: each clause thanks, wishes or promises, and none asks, objects or names a day."""
    if words.ASKS.search(text) or words.OBJECTION.search(text) or re.search(r"\d", text):
        return False
    clauses = [part for part in re.split(r"[，,。！!；;\n]+", text) if len(part.strip()) > 2]
    courteous = sum(bool(words.COURTEOUS.search(part)) for part in clauses)
    return bool(clauses) and courteous * 3 >= len(clauses) * 2 and "谢" in text


def _inquiry(letter: _Letter) -> PurposeFinding | None:
    if not letter.known:
        return None
    found = words.INQUIRY.search(letter.said)
    if found is None and not letter.answers_us and not letter.files:
        found = words.QUESTION.search(letter.said)
    if found is None or words.OBJECTION.search(letter.said):
        return None
    return letter.found(Purpose.INQUIRY, f"“{_around(letter.said, found)}”")


def _statement(letter: _Letter) -> PurposeFinding | None:
    """An officer says something about a draft: in answer to us, or naming our receipt's number."""
    if not letter.known:
        return None
    if letter.answers_us and (letter.own or letter.files):
        return letter.found(Purpose.STATEMENT, f"回复本系统的邮件{_quoted(letter.own)}")
    found = words.OBJECTION.search(letter.said)
    if found:
        return letter.found(Purpose.STATEMENT, f"“{_around(letter.said, found)}”")
    return None


def _attempt(letter: _Letter) -> PurposeFinding | None:
    """A submission that went wrong: an archive that cannot be read, a link, a forgotten attachment."""
    submission = letter.submission
    plain = letter.known or letter.labelled
    if not plain and not (letter.names_unit and submission.archives):
        return None
    if submission.archives or letter.faulty:
        return letter.found(Purpose.SUBMISSION, "附有压缩包或文件")
    if submission.cloud_links and not letter.answers_us:
        return letter.found(Purpose.SUBMISSION, "正文里是超大附件的链接")
    if submission.bare_attachments and not letter.answers_us:
        official = words.OFFICIAL_PAPER.search(letter.subject)
        if not official or letter.labelled:
            return letter.found(Purpose.SUBMISSION, "附有文件")
        return None
    if letter.answers_us or words.OBJECTION.search(letter.said):
        return None
    spoken = words.SUBMITTING.search(letter.said)
    if letter.known and (letter.labelled or spoken):
        why = f"“{spoken[0]}”" if spoken else "主题写明类别"
        return letter.found(Purpose.SUBMISSION, f"{why}，但没有附件")
    return None


_RULES = (
    _automatic,
    _dangerous,
    _withdrawal,
    _adoption_report,
    _form,
    _with_drafts,
    _thanks,
    _draft_in_body,
    _inquiry,
    _attempt,
    _statement,
)


def _around(text: str, found: re.Match[str], width: int = 12) -> str:
    """What was recognised, with a few characters on either side."""
    start, end = max(found.start() - width, 0), found.end() + width
    return " ".join(text[start:end].split())


def _quoted(text: str) -> str:
    return f"：“{text[:40]}”" if text else ""


def _of(outlet: str) -> str:
    return f"（{outlet}）" if outlet else ""


def plainly_submitted(finding: PurposeFinding) -> bool:
    """Whether a stranger's letter may be answered by a machine at all."""
    return finding.purpose in (Purpose.SUBMISSION, Purpose.RESUBMISSION)


def titles_named(text: str, titles: Iterable[str]) -> Sequence[str]:
    """Which of these titles stand in a text, blanks and punctuation apart."""
    bare = _BLANKS.sub("", text)
    return tuple(title for title in titles if len(title) >= 4 and _BLANKS.sub("", title) in bare)
