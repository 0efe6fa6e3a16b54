"""Letters whose text is in pictures: put aside in a round until all others are entered, within a budget."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import OperationalError

from ingest.answering import AnswerPolicy
from ingest.examination_types import ExaminationResult
from ledger.letter_types import Pending
from ledger.row_values import OutgoingMessage
from rulebook.conversation import Purpose, PurposeFinding
from rulebook.model import Authentication, Submission, Verdict
from rulebook.reasons import Reason

_log = logging.getLogger(__name__)

ComposeNotice = Callable[[int, Submission, ExaminationResult], Sequence[OutgoingMessage]]
"""(letter id, submission, examined) -> the letter that says 正在识别."""

Owe = Callable[[Sequence[OutgoingMessage], datetime], int]
"""Owes letters of ours; one that is owed already, by its Message-ID, is left out."""


@dataclass(frozen=True, slots=True)
class RecognitionPlan:
    """
    How a round deals with letters whose text has to be recognised.

    `seconds`: after so many no further letter of the round is begun; the rest wait for the next one.
    `compose`, `owe`: what is told to the officer at once.
    """

    seconds: float
    compose: ComposeNotice
    owe: Owe

    def tell(
        self,
        pending: Pending,
        examined: ExaminationResult,
        judged: tuple[Submission, Verdict],
        answers: AnswerPolicy,
        now: datetime,
    ) -> bool:
        """
        Tell the officer that the text is being recognised, once; say whether that is owed now.

        Nobody is told whom a machine would not answer, nor who sent a draft that can be read already.
        """
        submission, verdict = judged
        if submission.drafts or not verdict.answer or not verdict.purpose.purpose.judged:
            return False
        if not submission.sender.address or answers.withheld(submission, verdict, now, ()):
            return False
        try:
            return self.owe(self.compose(pending.id, submission, examined), now) > 0
        except OperationalError as error:
            _log.warning("第 %d 号来信正在识别，没有另行告知：%s", pending.id, error.orig)
            return False


UNCLAIMED = PurposeFinding(
    Purpose.OTHER, "名单外的发件人，稿件是照片或扫描件；认定为投稿以后才识别文字"
)
"""What a stranger's letter of pictures is taken for: a person reads it, and no machine answers."""


def is_unclaimed(examined: ExaminationResult, submission: Submission) -> bool:
    """Whether a letter's only text is in pictures and its sender is nobody's officer."""
    return bool(
        examined.scans
        and submission.sender.unit is None
        and not submission.drafts
        and not _is_secret(submission)
    )


def _is_secret(submission: Submission) -> bool:
    return any(fault.reason is Reason.SECRET_MARK for fault in submission.faults)


def is_wanted(pending: Pending, examined: ExaminationResult, unit: str | None) -> bool:
    """
    Whether text should be recognised in a letter before it is judged.

    A stranger's letter is recognised only once a person has claimed it (`pending.purpose`): anybody
    may send pictures, and each page takes seconds.
    """
    submission = examined.submission
    if not examined.scans or _is_secret(submission):
        return False
    known = unit is not None and submission.authentication is not Authentication.FAILED
    return known or pending.purpose is not None
