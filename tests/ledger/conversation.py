"""A ledger in which officers answer: letters of every purpose, entered as the service enters them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from ledger.conversations import Conversations
from ledger.letter_types import Headers, StoredMessage
from ledger.proposals import Proposals
from ledger.row_values import OutgoingMessage
from ledger.states import LetterKind
from rulebook.conversation import Correspondence, Purpose, PurposeFinding, Thread
from rulebook.judge import LedgerContext, judge
from rulebook.model import Draft, Sender, Submission
from tests.ledger.world import MARCH, OFFICE, World, receipt

OFFICER = Sender("钱一鸣", "qian@town.example", "湖塘镇", "钱一鸣")
STRANGER = Sender("某人", "who@elsewhere.example")


class Talk(World):
    """The world with the mailbox as a conversation."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.conversations = Conversations(engine, self.decisions)
        self.proposals = Proposals(engine, self.adoptions)

    def send(self, *drafts: object, received: datetime = MARCH, sender: Sender = OFFICER) -> int:
        """A submission in a packed archive."""
        return self._enter(Purpose.SUBMISSION, "", None, received, sender, drafts)

    def answer(self, letter: int, *drafts: object, received: datetime = MARCH) -> int:
        """An answer to our receipt that brings drafts."""
        thread = Thread(letter, by_header=True)
        return self._enter(Purpose.RESUBMISSION, "改好了", thread, received, OFFICER, drafts)

    def say(
        self,
        purpose: Purpose,
        words: str,
        thread: int | None = None,
        *,
        received: datetime = MARCH,
        sender: Sender = OFFICER,
        subject: str = "来信",
        answered: LetterKind | None = None,
        answers: tuple[str, ...] = (),
    ) -> int:
        """A letter of words alone; `answered` by a machine with a letter of this kind."""
        tied = Thread(thread, by_header=True) if thread is not None else None
        return self._enter(purpose, words, tied, received, sender, (), subject, answered, answers)

    def _enter(
        self,
        purpose: Purpose,
        words: str,
        thread: Thread | None,
        received: datetime,
        sender: Sender,
        drafts: tuple[object, ...],
        subject: str = "【工作动态】湖塘镇",
        answered: LetterKind | None = LetterKind.RECEIPT,
        answers: tuple[str, ...] = (),
    ) -> int:
        self.entered += 1
        seen = StoredMessage(
            "a", "INBOX", 1, str(self.entered), received, f"{self.entered:064d}", 9
        )
        (pending,) = self.letters.collect([seen], received)
        submission = Submission(
            subject,
            sender,
            received,
            ("稿.zip",) if drafts else (),
            tuple(one for one in drafts if isinstance(one, Draft)),
            archives=1 if drafts else 0,
            correspondence=Correspondence(own_words=words, answers=answers),
        )
        if purpose is Purpose.RESUBMISSION:
            replaced = self.letters.replaced(submission, thread, pending.id)
        else:
            replaced = self.letters.earlier_versions(submission, pending.id)
        duplicates = self.letters.duplicates(submission, pending.id, 0.85, replaced=replaced)
        context = LedgerContext(
            thread=thread, replaces=replaced, purpose=PurposeFinding(purpose, "试")
        )
        verdict = judge(submission, self.rules, duplicates, known=context)
        owed: list[OutgoingMessage] = []
        if answered is not None:
            message = receipt(f"<{answered}.{self.entered}@office.example>")
            owed = [replace(message, kind=answered, recipient=sender.address)]
        headers = Headers(f"<{self.entered}@town.example>", received)
        day = received.astimezone(OFFICE).date()
        assert self.letters.enter(pending.id, submission, verdict, headers, owed, received, day)
        return pending.id
