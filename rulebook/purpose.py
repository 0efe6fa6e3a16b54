"""
What a letter is for, asked before any other rule: only a submission meets the form rule (五.4).

A mailbox is a conversation. The rule is pure; its evidence is a Chinese sentence, and a person of the
office may overrule it. Between two purposes the one that asks a person wins over the one that refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rulebook import purpose_talk
from rulebook import purpose_words as words
from rulebook.conversation import Purpose, PurposeFinding, Thread
from rulebook.model import Draft, Submission
from rulebook.provisions import Provisions
from rulebook.purpose_facts import LetterFacts, body_shape
from rulebook.reasons import Reason


def purpose(
    submission: Submission, thread: Thread | None, provisions: Provisions
) -> PurposeFinding:
    """
    Tell what a letter is for.

    Args:    `thread` is the letter of the same sender that this one answers, None for none.
    Returns: the purpose with its evidence. A stranger's letter is a submission only if it is plainly
             one; in doubt it is `OTHER`, which a person reads and no machine answers.
    """
    letter = LetterFacts(submission, thread, provisions)
    found, weight = _by_rule(letter)
    if weight is _CERTAIN or not purpose_talk.talks(letter):
        return found
    return purpose_talk.weighed(letter, found, weight)


def _by_rule(letter: LetterFacts) -> tuple[PurposeFinding, float | None]:
    """Return what the first rule that speaks says, and its weight against what sentences are like."""
    for rule, weight in _RULES:
        found = rule(letter)
        if found is not None:
            return found, weight
    return letter.other("没有稿件，也看不出与投稿有关"), 0.0


_FEW_WORDS = 40

_CALENDAR = (".ics", ".vcs")

# -- the rules, each for one purpose, asked in this order --


def _automatic(letter: LetterFacts) -> PurposeFinding | None:
    if letter.submission.automatic and not _packed_by_officer(letter):
        return letter.found(Purpose.AUTOMATIC, f"系统邮件：{letter.submission.automatic}")
    names = letter.submission.attachments
    if names and all(name.lower().endswith(_CALENDAR) for name in names):
        return letter.found(Purpose.AUTOMATIC, "日历邀请或答复")
    return None


def _packed_by_officer(letter: LetterFacts) -> bool:
    """Whether drafts or an archive of an officer hang on what a program is said to have answered."""
    ours = any(fault.reason is Reason.OWN_LETTER for fault in letter.submission.faults)
    return letter.known and not ours and bool(letter.drafts or letter.submission.archives)


def _answered_by_program(letter: LetterFacts) -> PurposeFinding | None:
    """Recognise an officer's drafts on an automatic reply: whose they are and whether is a person's word."""
    if not letter.submission.automatic:
        return None
    return letter.other(
        f"标明是自动回复（{letter.submission.automatic}），但附有稿件或压缩包，请核对"
    )


def _dangerous(letter: LetterFacts) -> PurposeFinding | None:
    """Recognise a 密级 mark or a virus: it is kept out whatever else the letter is for."""
    for fault in letter.submission.faults:
        if fault.reason in (Reason.SECRET_MARK, Reason.INFECTED):
            return letter.found(Purpose.SUBMISSION, fault.reason.sentence)
    return None


def _another_copy(letter: LetterFacts) -> PurposeFinding | None:
    """Recognise a receipt of another office's program that lost its marks on the way: no answer to it."""
    if letter.papers or not words.OUR_ANSWER.match(letter.submission.subject):
        return None
    if letter.answers_us and not words.SENT_BY_MACHINE.search(letter.own):
        return None
    return letter.other("像是另一套收稿系统发来的回执")


def _form(letter: LetterFacts) -> PurposeFinding | None:
    if letter.forms and not letter.drafts:
        return letter.found(Purpose.FORM, "附件是名单或汇总表")
    if letter.known and not letter.files and words.ROSTER_IN_BODY.search(letter.own):
        return letter.found(Purpose.FORM, "正文里是人员名单")
    return None


def _withdrawal(letter: LetterFacts) -> PurposeFinding | None:
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


def _plain_withdrawal(letter: LetterFacts) -> PurposeFinding | None:
    """Recognise that an officer takes his own piece back in so many words, in answer to us."""
    found = words.WITHDRAWAL_PLAIN.search(letter.own)
    denied = found is not None and words.WITHDRAWAL_DENIED.search(letter.own)
    if found is None or denied or not (letter.known and letter.answers_us) or letter.papers:
        return None
    return letter.found(Purpose.WITHDRAWAL, f"“{_around(letter.own, found)}”")


def _adoption_report(letter: LetterFacts) -> PurposeFinding | None:
    """Recognise that an outlet printed a draft. 五.4's packing rule does not bind such a letter."""
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
    if letter.labelled and (letter.drafts or letter.linked):
        return None
    if words.QUESTION.search(letter.own) and not letter.submission.correspondence.links:
        return None
    if subject and evidence:
        return letter.found(Purpose.ADOPTION_REPORT, f"主题“{subject[0]}”{_of(letter.outlet)}")
    if told and (letter.outlet or letter.submission.correspondence.links) and not letter.drafts:
        return letter.found(
            Purpose.ADOPTION_REPORT, f"“{_around(told.string, told)}”{_of(letter.outlet)}"
        )
    if _shows_an_outlet(letter):
        return letter.found(Purpose.ADOPTION_REPORT, f"写明媒体并附链接或截图{_of(letter.outlet)}")
    return None


def _shows_an_outlet(letter: LetterFacts) -> bool:
    """Recognise an officer's few words that name an outlet beside a link, a picture or a page of it."""
    shown = letter.submission.correspondence.links or letter.files
    return bool(
        letter.known
        and letter.outlet
        and shown
        and len(letter.own) <= _FEW_WORDS
        and not (letter.drafts or letter.submission.archives or letter.labelled or letter.linked)
    )


def _with_drafts(letter: LetterFacts) -> PurposeFinding | None:
    """Drafts in files: a submission, or a resubmission where the letter answers us or says so."""
    if not letter.drafts:
        return None
    if not letter.known:
        return _strangers_drafts(letter)
    paper = _statement_in_file(letter)
    if paper:
        return letter.found(Purpose.STATEMENT, f"附件“{paper}”是说明，不是稿件")
    if letter.answers_us:
        return _besides(letter, Purpose.RESUBMISSION, "回复本系统的邮件并附有稿件")
    marked = words.RESUBMITTED.search(f"{letter.subject}\n{letter.own[:400]}") or next(
        (
            found
            for draft in letter.drafts
            if (found := words.RESUBMITTED_NAME.search(draft.file.rpartition("/")[2]))
        ),
        None,
    )
    if marked:
        return _besides(letter, Purpose.RESUBMISSION, f"写明“{marked[0]}”")
    official = words.OFFICIAL_PAPER.search(letter.subject)
    if official and not letter.labelled and not letter.submission.archives:
        return letter.other(f"主题“{official[0]}”，附件是公文，不像稿件")
    return _besides(letter, Purpose.SUBMISSION, f"附有稿件{len(letter.drafts)}篇")


def _besides(letter: LetterFacts, purpose: Purpose, evidence: str) -> PurposeFinding:
    """Build the finding of drafts, and whether the letter says something that a person is to read."""
    if not purpose_talk.says(letter):
        return letter.found(purpose, evidence)
    return PurposeFinding(purpose, f"{evidence}，信中另有说明或询问", says=True)


def _statement_in_file(letter: LetterFacts) -> str:
    """Return the one bare document of an answer that explains something instead of being a draft."""
    loose = set(letter.submission.bare_attachments)
    if letter.submission.archives or not all(draft.file in loose for draft in letter.drafts):
        return ""
    for draft in letter.drafts:
        name = draft.file.rpartition("/")[2]
        if words.EXPLAINS.search(name.rpartition(".")[0]) or words.EXPLAINS.search(draft.title):
            return name
    return ""


def _strangers_drafts(letter: LetterFacts) -> PurposeFinding:
    commercial = words.COMMERCIAL.search(f"{letter.submission.subject}\n{letter.own}")
    if commercial:
        return letter.other(f"名单外的发件人，含“{commercial[0]}”")
    official = words.OFFICIAL_PAPER.search(letter.subject)
    company = words.COMPANY.search(letter.submission.sender.name) or words.COMPANY.search(
        letter.own
    )
    citizen = None if letter.labelled else letter.petition
    if citizen:
        return letter.other(f"名单外的发件人，像是来信反映情况：“{citizen}”")
    if company:
        return letter.other(f"名单外的发件人，含“{company[0]}”")
    if official and (not letter.labelled or words.ASKS_ALL.search(letter.subject)):
        return letter.other(f"名单外的发件人，主题“{official[0]}”")
    foreign = "" if letter.labelled else purpose_talk.foreign(letter)
    if foreign:
        return letter.other(f"名单外的发件人，不像投稿：“{foreign}”")
    if letter.labelled or letter.names_unit:
        return letter.found(Purpose.SUBMISSION, "附有稿件，写明了本区的单位或类别")
    if any(
        _packed(draft, letter)
        and draft.event_date.day
        and not words.PETITION.search(f"{draft.title}\n{draft.text[:80]}")
        for draft in letter.drafts
    ):
        return letter.found(Purpose.SUBMISSION, "压缩包里有写明日期的稿件")
    return letter.other("名单外的发件人，附件里看不出是哪个单位的稿件")


def _packed(draft: Draft, letter: LetterFacts) -> bool:
    loose = letter.submission.bare_attachments
    return letter.submission.archives > 0 and draft.file not in loose


def _draft_in_body(letter: LetterFacts) -> PurposeFinding | None:
    """Recognise a draft in the body by its shape, not by certain verbs: title, dated lead, third person."""
    if letter.drafts or letter.submission.archives:
        return None
    if letter.linked:
        return letter.found(Purpose.SUBMISSION, "按标题、媒体、刊发日期和链接报送的稿件")
    if not letter.names_unit and not words.MATTER.search(letter.own):
        return None
    shape = body_shape(letter.own)
    plain = shape.whole or shape.score >= 4
    if letter.answers_us and (not plain or words.EXPLAINS.search(letter.own[:60])):
        return None
    if not letter.known and not letter.labelled and (letter.petition or _sells(letter)):
        return None
    if ((shape.whole or shape.score >= 3) and (letter.known or letter.labelled)) or (
        plain and letter.names_unit
    ):
        kind = Purpose.RESUBMISSION if letter.answers_us else Purpose.SUBMISSION
        return letter.found(kind, "邮件正文是一篇稿件（有标题或日期开头的完整报道）")
    return None


def _sells(letter: LetterFacts) -> bool:
    """Whether a stranger's letter is a company's or a newsletter's, by its name, subject or words."""
    submission = letter.submission
    return bool(
        words.COMPANY.search(submission.sender.name)
        or words.COMMERCIAL.search(submission.subject)
        or words.PERIODICAL.search(f"{submission.sender.name}\n{submission.subject}\n{letter.own}")
        or len(submission.correspondence.links) > 1
        or purpose_talk.foreign(letter)
    )


def _thanks(letter: LetterFacts) -> PurposeFinding | None:
    """Nothing but courtesy once quotation and signature are cut."""
    card = letter.only_pictures and words.FESTIVE.search(f"{letter.subject}\n{letter.own}")
    if letter.papers or (letter.files and not letter.answers_us and not card):
        return None
    if letter.submission.cloud_links and not letter.answers_us:
        return None
    if not letter.own and letter.answers_us and not letter.submission.faults:
        return letter.found(Purpose.THANKS, "回复本系统的邮件，没有写内容")
    if letter.own and purpose_talk.thanks(letter):
        return letter.found(Purpose.THANKS, f"只是致谢：“{letter.own[:20]}”")
    return None


def _account(letter: LetterFacts) -> PurposeFinding | None:
    """Recognise trouble with another system: only a person can tell whom to ask."""
    found = (
        words.ACCOUNT.search(letter.said)
        if letter.known and not (letter.files or letter.answers_us)
        else None
    )
    return letter.other(f"“{_around(letter.said, found)}”") if found else None


def _inquiry(letter: LetterFacts) -> PurposeFinding | None:
    if not letter.known:
        return None
    found = words.INQUIRY.search(letter.said)
    figures = found is not None
    if found is None and not letter.answers_us and not letter.files:
        found = words.QUESTION.search(letter.said) if words.DESK.search(letter.said) else None
    if found is None or words.OBJECTION.search(letter.said):
        return None
    return PurposeFinding(Purpose.INQUIRY, f"“{_around(letter.said, found)}”", figures=figures)


def _statement(letter: LetterFacts) -> PurposeFinding | None:
    """Recognise what an officer says about a draft: in answer to us, or naming our receipt's number."""
    if not letter.known:
        return None
    if letter.answers_us and (letter.own or letter.files):
        return letter.found(Purpose.STATEMENT, f"回复本系统的邮件{_quoted(letter.own)}")
    found = words.OBJECTION.search(letter.said)
    if found and words.DESK.search(letter.said):
        return letter.found(Purpose.STATEMENT, f"“{_around(letter.said, found)}”")
    return None


def _attempt(letter: LetterFacts) -> PurposeFinding | None:
    """Recognise a failed submission: an unreadable archive, a link, a forgotten attachment."""
    submission = letter.submission
    plain = letter.known or letter.labelled
    if not plain and (
        not (letter.names_unit and submission.archives)
        or letter.petition
        or letter.only_pictures
        or purpose_talk.foreign(letter)
    ):
        return None
    if submission.archives or (letter.faulty and (letter.files or not letter.answers_us)):
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


_CERTAIN = None
_RULES: tuple[tuple[Callable[[LetterFacts], PurposeFinding | None], float | None], ...] = (
    (_automatic, _CERTAIN),
    (_dangerous, _CERTAIN),
    (_answered_by_program, _CERTAIN),
    (_another_copy, _CERTAIN),
    (_plain_withdrawal, _CERTAIN),
    (_withdrawal, 0.4),
    (_adoption_report, 0.6),
    (_form, _CERTAIN),
    (_with_drafts, _CERTAIN),
    (_thanks, 0.5),
    (_draft_in_body, _CERTAIN),
    (_account, 0.7),
    (_inquiry, 0.35),
    (_attempt, 0.3),
    (_statement, 0.2),
)


def _around(text: str, found: re.Match[str], width: int = 12) -> str:
    """Quote what was recognised, with a few characters on either side."""
    start, end = max(found.start() - width, 0), found.end() + width
    return " ".join(text[start:end].split())


def _quoted(text: str) -> str:
    return f"：“{text[:40]}”" if text else ""


def _of(outlet: str) -> str:
    return f"（{outlet}）" if outlet else ""
