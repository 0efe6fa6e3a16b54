"""What a person does with letters that are no submissions: answers them, hands them on, confirms adoptions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from console.application import Application
from ingest import preview
from ledger.conversation_types import Question
from ledger.errors import InvalidInput
from ledger.ids import DraftId, LetterId
from ledger.states import Deed
from notifier.letters import question
from notifier.letters.answer import MAX_CHARACTERS
from notifier.mail.message import Attachment
from rulebook import outlets

MAX_FORWARDED_BYTES = 20_000_000
"""A letter that is handed on, whole: more than that most relays refuse."""

_EVIDENCE = ("image/", "application/pdf")
_FAILED = (OSError, RuntimeError, MemoryError, TimeoutError)
"""A worker that dies over a letter costs its evidence, never the deed; see console.web.attachments."""


def answer_letter(
    application: Application,
    letter: LetterId,
    text: str,
    who: str,
    now: datetime,
    attachments: Sequence[Attachment] = (),
    key: str = "",
) -> int:
    """
    Answer a letter in its thread under the office's name; returns the number in the outbox.

    `key` tells answers to one letter apart: the same one is owed once.

    Raises:
        NotFound: there is no such letter.
        ConflictError: this very answer is owed already.
        InvalidInput: nothing is said, too much is, or the letter has no address to answer.

    """
    if not text.strip():
        raise InvalidInput("回信没有内容，请先写好再发出。")
    if len(text) > MAX_CHARACTERS:
        raise InvalidInput(f"回信超过 {MAX_CHARACTERS} 字，请分开写或作为附件。")
    concerned, _ = application.conversations.source(letter)
    if not concerned.address:
        raise InvalidInput("来信没有可以答复的发件地址。")
    message = application.composer.answer(concerned, text, now, tuple(attachments), _token(key))
    files = [hashlib.sha256(one.content).hexdigest() for one in attachments]
    return application.conversations.send(letter, message, Deed.ANSWERED, who, now, files=files)


def ask_officer(
    application: Application, draft: DraftId, text: str, who: str, now: datetime, key: str = ""
) -> Question:
    """
    Ask the officer about a held draft in its letter's thread; the draft waits for the answer (待补充).

    Raises:
        NotFound: there is no such draft.
        InvalidInput: nothing is asked, too much is, the draft is decided or its letter has no address.
        ConflictError: this very question is asked already.

    """
    text = text.strip()
    if not text:
        raise InvalidInput("请写明要报送人补充什么。")
    if len(text) > question.MAX_CHARACTERS:
        raise InvalidInput(f"要补充的内容超过 {question.MAX_CHARACTERS} 字，请写短一些。")
    key = _token(key) or f"{int(now.timestamp() * 1000):x}"
    return application.questions.ask(
        draft,
        text,
        who,
        now,
        lambda letter, title: application.composer.question(letter, title, text, f"{draft}.{key}"),
    )


def forward_letter(
    application: Application, letter: LetterId, to: str, note: str, who: str, now: datetime
) -> int:
    """
    Hand a letter on, whole, to an address of the office's list; returns the number in the outbox.

    Raises:
        NotFound: there is no such letter.
        InvalidInput: the address is not in `[office] forward_to`, or the letter is not kept.

    """
    allowed = application.settings.office.forward_to
    if to not in allowed:
        listed = "、".join(allowed) or "（还没有写）"
        raise InvalidInput(f"只能转交给 [office] forward_to 里的地址：{listed}。")
    concerned, digest = application.conversations.source(letter)
    if not digest:
        raise InvalidInput(f"第 {letter} 号来信的原件已不再保存，不能转交。")
    path = application.vault.path(digest)
    if path.stat().st_size > MAX_FORWARDED_BYTES:
        raise InvalidInput("来信超过 20 MB，不能作为附件转交，请下载后另行转交。")
    other = application.conversations.other_letter(letter)
    sender = f"{other.sender_name} <{other.sender_address}>" if other else concerned.address
    message = application.composer.forward(concerned, sender, path.read_bytes(), to, note, now)
    return application.conversations.send(letter, message, Deed.FORWARDED, who, now, note)


def confirm_adoption(
    application: Application, proposal: int, who: str, now: datetime, why: str = ""
) -> int:
    """
    Record a reported adoption with the letter's file that shows it; returns its number in the register.

    Raises:
        NotFound: there is no such proposal.
        InvalidInput: it was settled, or something about it is open.
        AlreadyRecorded: the register has it.

    """
    one = application.proposals.one(proposal)
    evidence = _evidence(application, one.letter, one.files) if one is not None else ("", "")
    return application.proposals.confirm(
        proposal, who, now, why, application.composer.adoption_outcome, evidence
    )


def reject_adoption(
    application: Application, proposal: int, who: str, why: str, now: datetime
) -> None:
    """
    Say that a reported adoption is none, and why; the reporter is told once all are settled.

    Raises:
        NotFound: there is no such proposal.
        InvalidInput: it was settled.

    """
    application.proposals.reject(proposal, who, why, now, application.composer.adoption_outcome)


def outlet_of(application: Application, outlet: str, now: datetime) -> tuple[str, int | None]:
    """Name an outlet as the regulation's list does, with its tier; None for one that is not listed."""
    known = outlets.tier_of(outlet, application.settings.provisions_at(now))
    return (known.name, known.tier) if known else (outlet, None)


def _token(key: str) -> str:
    """Make a form's key fit for a Message-ID."""
    return re.sub(r"[^A-Za-z0-9]", "", key)[:32].lower()


def _evidence(
    application: Application, letter: int, files: Sequence[Mapping[str, Any]]
) -> tuple[str, str]:
    """Put the first picture or PDF of a letter into the vault; returns its SHA-256 and name."""
    shown = [one for one in files if str(one["media_type"]).startswith(_EVIDENCE)]
    _, digest = application.conversations.source(letter)
    if not shown or not digest:
        return "", ""
    path = str(shown[0]["path"])
    limits = application.settings.limits.of_letter()
    try:
        content = application.workers.run(
            preview.file_of, application.vault.path(digest), path, limits
        ).result()
    except _FAILED:
        content = None
    if not content:
        return "", ""
    found = hashlib.sha256(content).hexdigest()
    application.vault.put(content, found)
    return found, path.rpartition("/")[2]
