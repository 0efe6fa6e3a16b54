"""Who is answered by a machine, when and how often: strangers, junk folders, old letters, loops."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ingest.answering_choices import Inquiries, StrangersAnswered
from ingest.examination_types import ExaminationResult
from ledger import answer_limits
from ledger.ids import LetterId
from ledger.letters import LetterRepository
from ledger.row_values import OutgoingMessage
from ledger.states import INBOX, LetterKind
from rulebook.model import Submission, Verdict
from rulebook.periods import Span, containing
from rulebook.reasons import Remark

Compose = Callable[[int, Submission, Verdict, ExaminationResult], Sequence[OutgoingMessage]]
"""(letter id, submission, verdict, examined) -> the letters owed for it."""

DAY = timedelta(days=1)

ONCE_A_MONTH = frozenset({Remark.NO_REVIEWER})
"""Hints that nearly every draft calls for: a unit is told once a month, staff see them always."""


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """
    `[answers]` of config.toml.

    `not_older_than_days`: letters received longer ago when they are entered are judged and not
    answered, 0 for no such limit. A stranger's letter that lies in folders for junk alone is never
    answered, since spam would learn that the address is read. `inquiries`: whether an officer
    who asks gets the unit's own card, `cards_per_day` at most; what is more is left to staff.
    """

    strangers: StrangersAnswered = StrangersAnswered.SUBMISSIONS
    not_older_than_days: int = 3
    inquiries: Inquiries = Inquiries.CARD
    cards_per_day: int = 3

    def withheld(
        self, submission: Submission, verdict: Verdict, now: datetime, folders: Collection[str]
    ) -> str:
        """
        Say why a letter that could be answered is not, "" when it is.

        `folders`: where in the mailbox the letter lies. Whether a letter may be answered at all is
        the verdict's (`Verdict.answer`).
        """
        if submission.sender.unit is None:
            if self.strangers is StrangersAnswered.NEVER:
                return "名单外的发件人，按设置不作答复"
            if folders and all(folder.upper() != INBOX for folder in folders):
                return "名单外的发件人，信在垃圾邮件一类的文件夹里"
        days = self.not_older_than_days
        if days and now - submission.received > timedelta(days=days):
            return f"收到的时间已超过{days}天，只登记，不再答复"
        return ""


@dataclass(frozen=True, slots=True)
class Answering:
    """
    Decides what a letter is answered as it is entered.

    How many letters of ours an address gets within a day is delivery's to keep: what is more waits.
    """

    letters: LetterRepository
    policy: AnswerPolicy
    compose: Compose
    now: datetime
    zone: str

    def decide(
        self,
        letter: LetterId,
        submission: Submission,
        verdict: Verdict,
        examined: ExaminationResult,
        within: Connection,
    ) -> tuple[str, tuple[OutgoingMessage, ...]]:
        """
        Say why a letter that might be answered is not, "" otherwise, and what is owed for it.

        Of a thread no more than two answers leave within an hour; the next waits for its turn.
        """
        address = submission.sender.address
        if not verdict.answer or not address:
            return "", ()
        withheld = self._withheld(letter, submission, verdict, within)
        if withheld:
            return withheld, ()
        said = self._without_what_was_told(letter, submission, verdict, within)
        owed = tuple(self.compose(letter, submission, said, examined))
        thread = verdict.thread.letter if verdict.thread else None
        earliest = answer_limits.earliest_answer(within, thread, self.now)
        if earliest > self.now:
            owed = tuple(replace(one, not_before=earliest) for one in owed)
        return "", owed

    def _without_what_was_told(
        self, letter: LetterId, submission: Submission, verdict: Verdict, within: Connection
    ) -> Verdict:
        """Leave out the hints of which the unit was told this month; the ledger keeps them all."""
        unit = submission.sender.unit
        hints = ONCE_A_MONTH.intersection(verdict.remarks)
        if unit is None or not hints:
            return verdict
        zone = ZoneInfo(self.zone)
        month = containing(submission.received.astimezone(zone).date(), Span.MONTH)
        since = datetime.combine(month.first, time(), zone)
        known = {
            hint for hint in hints if answer_limits.was_told(within, unit, hint, since, letter)
        }
        return replace(verdict, remarks=tuple(one for one in verdict.remarks if one not in known))

    def _withheld(
        self, letter: LetterId, submission: Submission, verdict: Verdict, within: Connection
    ) -> str:
        stranger = submission.sender.unit is None
        folders = self.letters.folders(letter, within) if stranger else ()
        withheld = self.policy.withheld(submission, verdict, self.now, folders)
        if withheld:
            return withheld
        address = submission.sender.address
        if verdict.purpose.figures and self.policy.inquiries is Inquiries.CARD:
            cards = answer_limits.owed_since(within, address, LetterKind.CARD, self.now - DAY)
            if cards >= self.policy.cards_per_day:
                return f"一天内已答复过{cards}次查询，留给工作人员答复"
            return ""  # who asks the same again is no machine: the cards of a day are counted
        if not submission.drafts and answer_limits.says_the_same_again(
            within, address, submission.correspondence.own_words, letter, submission.received
        ):
            return "同一地址一天内多次发来同样的话，可能是自动回复，不再由程序答复"
        return ""
