"""One raw letter -> everything it says. Pure and slow: it runs inside a confined worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ingest.drafts import assembly, scanned
from ingest.examination_types import ExaminationResult, ExaminerConfig
from ingest.message.authentication import authentication
from ingest.message.correspondence import correspondence
from ingest.message.parse import Attachment, Message, read_message
from ingest.message.passwords import passwords
from parsers import reading
from parsers.archives import volumes
from parsers.drafts import mail_body
from parsers.drafts.text import Passage
from parsers.mime.headers import Letter
from parsers.types import (
    Fact,
    File,
    Image,
    Other,
    ResourceBudget,
    Text,
    TextTooLong,
    UnreadableFile,
)
from rulebook.model import Draft, Fault, FileFact, FileRole, Sender, Submission
from rulebook.reasons import Reason, Remark

MAX_HEAD = 100_000
"""Characters of a body without end that are still read as a letter: whose words they are a person sees."""

_RECOGNISED = (
    FileRole.SCAN,
    FileRole.APPROVAL,
    FileRole.FORM,
    FileRole.LISTING,
    FileRole.NOTE,
)
"""Parts that a document without text can play once the text in its pages was recognised."""


def examine(
    raw: Letter,
    received: datetime,
    config: ExaminerConfig,
    *,
    head_only: bool = False,
    scans: Sequence[str] = (),
) -> ExaminationResult:
    """
    Read a letter (RFC 5322) and all that is packed in it.

    `received` is the server's moment; in the files named by `scans` text is recognised, as an
    earlier examination asked for.

    Damage becomes faults and remarks; what still raises is a bug of ours.
    """
    message = read_message(raw)
    asked: tuple[str, ...] = ()
    if head_only:
        submission = _too_large(message, received)
    elif _is_ours(message, config) or message.machine.certain:
        submission = _no_submission(message, received, config)
    else:
        submission, asked = _submission(message, received, config, scans)
    references = message.references
    if message.in_reply_to and message.in_reply_to not in references:
        references = (*references, message.in_reply_to)
    return ExaminationResult(
        submission=submission,
        message_id=message.message_id,
        references=references,
        sent=message.date,
        stamped=message.received_stamp,
        reply_to=message.reply_to,
        scans=asked,
    )


def _lines(fact: Fact) -> Sequence[str]:
    """Return what a document says, line by line; of a sheet its rows."""
    if not isinstance(fact, Text):
        return ()
    rows = ("\t".join(row) for table in fact.tables for row in table)
    return fact.paragraphs or tuple(rows)


def _is_ours(message: Message, config: ExaminerConfig) -> bool:
    return message.own or message.author.address in config.own_addresses


def _sender(message: Message) -> Sender:
    return Sender(message.author.name, message.author.address)


def _sender_faults(message: Message) -> tuple[Fault, ...]:
    """Say why nobody is the author by himself, and who the letter names, for a person's eyes."""
    author = message.author
    if author.address:
        return ()
    named = "；".join((*author.several, *author.claims))
    return (Fault(Reason.SEVERAL_SENDERS if author.several else Reason.NO_SENDER, named),)


def _too_large(message: Message, received: datetime) -> Submission:
    return Submission(
        subject=message.subject,
        sender=_sender(message),
        received=received,
        attachments=(),
        drafts=(),
        faults=(Fault(Reason.TOO_LARGE, "整封邮件超过了上限"), *_sender_faults(message)),
        remarks=message.remarks,
        automatic=message.machine.reason if message.machine.certain else "",
        no_answer=message.machine.reason if message.machine.no_answer else "",
    )


def _no_submission(message: Message, received: datetime, config: ExaminerConfig) -> Submission:
    ours = _is_ours(message, config)
    return Submission(
        subject=message.subject,
        sender=_sender(message),
        received=received,
        attachments=tuple(attachment.name for attachment in message.attachments),
        drafts=(),
        faults=(Fault(Reason.OWN_LETTER),) if ours else (),
        automatic="own letter" if ours else message.machine.reason,
        no_answer=message.machine.reason,
    )


def _submission(
    message: Message, received: datetime, config: ExaminerConfig, scans: Sequence[str]
) -> tuple[Submission, tuple[str, ...]]:
    """Return what a letter brings, and the files in which text should be recognised first."""
    known = passwords(
        message.subject,
        f"{message.body}\n{message.other_body}",
        [attachment.name for attachment in message.attachments],
    )
    budget = ResourceBudget(config.limits, known)
    day = received.astimezone(ZoneInfo(config.zone)).date()
    files = volumes.join(attached_files(message.attachments))
    decoration = {attachment.name for attachment in message.attachments if attachment.inline}
    top = reading.open_envelopes(files, budget)
    packed = [file for file in top if reading.is_archive(file)]
    loose = [
        file.path
        for file in top
        if not reading.is_archive(file)
        and not reading.is_junk(file)
        and not (file.path in decoration and file.media_type.startswith("image/"))
    ]
    body, too_long = _body(message, budget)
    read = tuple(reading.read(top, budget))
    facts: Sequence[Fact] = read
    left = scanned.Wanted()
    if scans and config.recognition is not None:
        facts, left = scanned.recognised(
            facts, scans, top, config.limits, known, config.recognition
        )
    body_is_draft = mail_body.looks_like_draft(body)
    pieces = assembly.sort_pieces(
        facts,
        received=day,
        unit_names=config.unit_names,
        subject=message.subject,
        note="" if body_is_draft else mail_body.strip_body(body),
        most=config.limits.drafts,
    )
    wanted = left if not pieces.drafts else scanned.Wanted()
    if not scans:
        again = ResourceBudget(config.limits, known, started=budget.started)
        shown = [fact for fact in facts if fact.path not in decoration]
        wanted = scanned.wanted(shown, pieces.drafts, top, again)
        if wanted.pages:  # a note beside pages is none of the drafts
            pieces = replace(pieces, drafts=())
    drafts = pieces.drafts
    faults = (
        *_sender_faults(message),
        *too_long,
        *pieces.faults,
        *(scanned.unread(facts, wanted) if not drafts else ()),
    )
    brings = bool(message.attachments) and bool(packed or drafts)
    if body_is_draft and not drafts and not packed:
        drafts = (assembly.body_draft(body, message.subject, day, config.unit_names),)
    if config.by_link and not drafts and not packed:
        linked = assembly.linked_draft(body, day, config.unit_names)
        drafts, body_is_draft = ((linked,), True) if linked else (drafts, body_is_draft)
    remarks = [*message.remarks, *pieces.remarks]
    if packed and _repeats(body, pieces.drafts):
        remarks.append(Remark.BODY_REPEATS_DRAFT)
    submission = Submission(
        subject=message.subject,
        sender=_sender(message),
        received=received,
        attachments=tuple(attachment.name for attachment in message.attachments),
        drafts=drafts,
        files=_file_facts(read, pieces),
        faults=faults,
        remarks=tuple(dict.fromkeys(remarks)),
        automatic="" if brings and not message.machine.reply else message.machine.reason,
        no_answer=message.machine.reason if message.machine.no_answer else "",
        authentication=authentication(
            message.authentication_results,
            config.authserv_ids,
            message.author.address.rpartition("@")[2],
        ),
        archives=len(packed),
        bare_attachments=tuple(loose),
        cloud_links=message.cloud_links,
        body_is_draft=body_is_draft,
        body_characters=len(message.body),
        correspondence=correspondence(message, body or message.body[:MAX_HEAD], map(_lines, read)),
    )
    if scans or config.recognition is None:
        return submission, ()
    return submission, (*wanted.pages, *wanted.sheets)


def attached_files(attachments: Sequence[Attachment]) -> list[File]:
    """Attachments as files, every path once: equal names are numbered."""
    taken: set[str] = set()
    files = []
    for attachment in attachments:
        path = f"{attachment.inside}/{attachment.name}" if attachment.inside else attachment.name
        number = 1
        unique = path
        while unique in taken:
            number += 1
            unique = f"{path}({number})"
        taken.add(unique)
        files.append(File(unique, attachment.data))
    return files


def _body(message: Message, budget: ResourceBudget) -> tuple[str, tuple[Fault, ...]]:
    """Return the body as far as it is judged, and what stands against it: one without end is not read."""
    try:
        budget.spend_text(message.body.splitlines())
    except TextTooLong as error:
        return "", (Fault(Reason.TOO_LARGE, f"邮件正文{error.detail}"),)
    return message.body, ()


def _repeats(body: str, drafts: Sequence[Draft]) -> bool:
    if len(body) <= 60:
        return False
    passage = Passage(body)
    return any(passage.holds(draft.text) for draft in drafts)


def _role(fact: Fact, of_path: FileRole) -> FileRole:
    """Return a file's part; one that could not be opened is unread, unless its text was recognised."""
    unread = isinstance(fact, UnreadableFile) and of_path not in _RECOGNISED
    return FileRole.UNREAD if unread else of_path


def _file_facts(facts: Sequence[Fact], pieces: assembly.Pieces) -> tuple[FileFact, ...]:
    return tuple(
        FileFact(
            fact.path,
            _role(fact, pieces.roles[fact.path]),
            fact.media_type,
            fact.size,
            fact.digest,
            width=fact.width if isinstance(fact, Image) else 0,
            height=fact.height if isinstance(fact, Image) else 0,
            taken_at=fact.taken_at if isinstance(fact, Image) else None,
            seconds=fact.seconds if isinstance(fact, Other) else None,
        )
        for fact in facts
    )
