"""One letter read and judged as a round would, with nothing stored and nothing sent."""

from __future__ import annotations

import hashlib
from datetime import datetime

from ingest.intake import Intake
from ingest.sandbox.pool import Workers, outcome_of
from ledger.letters import LetterRepository
from rulebook.model import Submission, Verdict


def examine(
    raw: bytes,
    received: datetime,
    *,
    workers: Workers,
    letters: LetterRepository,
    intake: Intake,
    letter_bytes: int,
) -> tuple[Submission, Verdict]:
    """
    Examine one letter in a worker and judge it.

    A letter that the ledger knows is judged as it was then: it does not repeat itself.

    Args:
        raw: the letter as it came.
        received: when it came.
        workers: the processes that read it.
        letters: says whether the ledger knows it.
        intake: judges it.
        letter_bytes: of a larger one only the head is read.

    Raises:
        WorkerLost: the worker died or hung.

    """
    examined = outcome_of(workers.submit(raw, received, head_only=len(raw) > letter_bytes))
    own = letters.letter_of(hashlib.sha256(raw).hexdigest())
    if own is None:
        return intake.consider(examined, received)
    return intake.consider(examined, received, own, before=received)
