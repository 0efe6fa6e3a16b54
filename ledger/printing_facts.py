"""What a journal entry holds of commissions, prints, backups, letters of ours; see ledger/journal_facts.py."""

# no postponed annotations here: TypedDict would not see NotRequired in them
from typing import NotRequired, TypedDict


class Commissioned(TypedDict):
    """A commission as it was recorded."""

    commission: int
    topic: str
    units: list[str]
    asked: str
    due: str


class CommissionChanged(TypedDict):
    """A commission was closed, opened again, or asks for something else: what was changed."""

    commission: int
    closed: NotRequired[bool]
    topic: NotRequired[str]
    units: NotRequired[list[str]]
    due: NotRequired[str]
    note: NotRequired[str]


class Reminded(TypedDict):
    """Units were written to by a person: of what they owe, or of a commission. `recipients`: how many letters."""

    units: list[str]
    recipients: int
    commission: NotRequired[int]


class TextPrinted(TypedDict):
    """What was printed of a draft: SHA-256 of the words, and of the file they stood in ("" if typed)."""

    printed: int
    outlet: str
    text: str
    file: str


class PrintedTextRemoved(TypedDict):
    """A printed text was taken back, or put back."""

    printed: int
    withdrawn: bool


class Checked(TypedDict):
    """Units were mailed their own rows of a period, to be checked until a day."""

    period: str
    until: str
    units: list[str]


class CheckAnswered(TypedDict):
    """A unit has looked at its rows: which mailed checks its letter answers, by their numbers."""

    checks: list[int]


class CommissionAnswered(TypedDict):
    """A unit has read what was written of a commission: it answered with a letter."""

    commission: int
    unit: str


class BackedUp(TypedDict):
    """
    A backup was made, or a restore of one was tried.

    `backup`: made, tried, or failed with the entry's `why`; `copy`: the file's name; `held`: how many
    originals belong to it; `found`: how many letters a trial found.
    """

    backup: str
    copy: NotRequired[str]
    held: NotRequired[int]
    found: NotRequired[int]


class Owed(TypedDict, total=False):
    """
    Letters of ours were owed, or gave way to a later one before they left (`withdrawn`).

    `owed`: by a letter's Message-ID SHA-256 over its columns (ledger/row_digests.py); `withdrawn`:
    Message-IDs.
    """

    owed: dict[str, dict[str, str]]
    withdrawn: list[str]


class OwedAgain(TypedDict):
    """Letters of ours that were not sent, or perhaps, are owed again: their numbers in the outbox."""

    outbox: list[int]


class OutboxBaseline(TypedDict):
    """How many letters of ours there were before each had an entry, and the highest number among them."""

    outbox: list[int]


class SealedBaseline(TypedDict):
    """The digests (`rows`) of what stood in the sealed tables when entries began to hold them."""
