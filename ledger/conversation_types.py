"""What people read of the mailbox as a conversation: statements, other letters, threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.states import Deed, DeliveryState, LetterKind
from rulebook.conversation import Purpose


@dataclass(frozen=True, slots=True)
class Statement:
    """
    What an officer says about a draft, or that it be taken back (`asks` WITHDRAWAL).

    `draft`, `title`: None and "" where none is named; `words`: the officer's own.
    """

    id: int
    letter: int
    draft: int | None
    title: str
    asks: Purpose
    words: str
    received: datetime
    sender_name: str
    unit: str | None
    settled: datetime | None
    settled_by: str


@dataclass(frozen=True, slots=True)
class OtherLetter:
    """
    A letter that is no submission, for a person to read. `deed`: what was done with it.

    `withheld`: why no machine answered it.
    """

    letter: int
    received: datetime
    subject: str
    sender_name: str
    sender_address: str
    unit: str | None
    purpose: Purpose
    evidence: str
    urgent: bool
    words: str
    attachments: tuple[str, ...]
    withheld: str
    deed: Deed | None
    handled: datetime | None
    handled_by: str


@dataclass(frozen=True, slots=True)
class Question:
    """
    What staff asked the officer of a held draft, by whom and when.

    `answered`: when an answer came, in letter `answer`; `closed`: nobody waits for one any more.
    """

    id: int
    draft: int
    letter: int
    words: str
    asked: datetime
    asked_by: str
    answered: datetime | None
    answer: int | None
    closed: datetime | None

    @property
    def waits(self) -> bool:
        """Whether the draft waits for the officer (待补充)."""
        return self.answered is None and self.closed is None


@dataclass(frozen=True, slots=True)
class ThreadItem:
    """
    One letter of a thread: theirs (`outgoing` None) or one of ours (the number in the outbox).

    `at`: when it was received, or sent or owed; `words`: of theirs the sender's own. `by`: who of the
    office wrote it, "" for the program.
    """

    letter: int
    outgoing: int | None
    at: datetime
    subject: str
    who: str
    purpose: Purpose | None = None
    kind: LetterKind | None = None
    state: DeliveryState | None = None
    words: str = ""
    by: str = ""
