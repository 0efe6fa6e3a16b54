"""The mailbox as a conversation: what a letter is for, which letter it answers, what it says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a letter is for; the values are those of exports and of the API."""

    SUBMISSION = "submission"
    RESUBMISSION = "resubmission"
    STATEMENT = "statement"
    THANKS = "thanks"
    WITHDRAWAL = "withdrawal"
    ADOPTION_REPORT = "adoption_report"
    INQUIRY = "inquiry"
    FORM = "form"
    OTHER = "other"
    AUTOMATIC = "automatic"

    @property
    def judged(self) -> bool:
        """Whether the regulation's rules on drafts apply to such a letter."""
        return self in JUDGED


JUDGED = frozenset({Purpose.SUBMISSION, Purpose.RESUBMISSION, Purpose.FORM})
"""What counts as submitted, and may be refused."""


@dataclass(frozen=True, slots=True)
class Correspondence:
    """
    What a letter says as a letter. All fields are bounded.

    `own_words`: the sender's text without quotation and signature; `answers`: the Message-IDs of
    In-Reply-To and References; `receipt_numbers`: letters' numbers as our receipts write them
    (SG20220307-000012), from subject and body; `links`: web addresses in the sender's own words;
    `forwarded`: the head of a letter that is handed on, "" for an answer; `papers`: the lines of
    attached papers that speak of adoptions, where no draft was read from them; `anchors`: where
    the words of a page lead (“链接”), told by no text.
    """

    own_words: str = ""
    answers: tuple[str, ...] = ()
    receipt_numbers: tuple[int, ...] = ()
    links: tuple[str, ...] = ()
    forwarded: str = ""
    papers: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """
    The letter of the same sender that this one answers.

    `letter`: its number; `by_header`: In-Reply-To or References named a Message-ID of our outbox,
    otherwise our receipt number stood in subject or quotation. A stranger's letter has no thread.
    """

    letter: int
    by_header: bool
    subject: str = ""


@dataclass(frozen=True, slots=True)
class PurposeFinding:
    """
    What a letter is for, why, and whether it sounds urgent to whoever reads it first.

    `figures`: it asks for points, rank or what is missing, which the ledger can tell. `says`: beside its
    drafts it says something about one (an objection that brings the archive again).
    """

    purpose: Purpose = Purpose.SUBMISSION
    evidence: str = ""
    urgent: bool = False
    figures: bool = False
    says: bool = False
