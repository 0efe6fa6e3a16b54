"""
What a journal entry holds of each act, as it is stored in JSON: keys and values never change.

`FACTS` names for each act the shape, or the shapes, of its facts. Days and times are ISO 8601; kinds,
outcomes and the like are their enumerations' values; an absent key of a change means "stays". Any
of them may have `rows`: by a row's name its digest as it stands from then on (ledger/row_digests.py).
"""

# no postponed annotations here: TypedDict would not see NotRequired in them
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from ledger import printing_facts
from ledger.hand_line_facts import HandLineAdded, HandLineRemoved, SharedAmong
from ledger.states import Act


class EnteredDraft(TypedDict):
    """How the program first judged a draft. `twin`: letter, position and percent of what it repeats."""

    sha256: str
    unit: str | None
    kind: str | None
    happened: str
    timely: str
    outcome: str
    points: int | float
    twin: NotRequired[list[int]]
    digests: NotRequired[dict[str, str]]


class Entered(TypedDict):
    """
    A letter's first verdict; `reasons`: the codes of Reason. Early entries have no purpose.

    `letter` and `drafts[…].digests`: SHA-256 over the columns of the rows (ledger/row_digests.py);
    `owed`: of each letter of ours that was owed at once, by its Message-ID (early: `answers`).
    """

    received: str
    purpose: NotRequired[str]
    outcome: str
    reasons: list[str]
    drafts: list[EnteredDraft]
    unit: NotRequired[str | None]
    letter: NotRequired[dict[str, str]]
    answers: NotRequired[dict[str, str]]
    owed: NotRequired[dict[str, dict[str, str]]]


class Ruled(TypedDict, total=False):
    """
    What a person decided about a draft: the fields of rulebook.rulings.Ruling that were set.

    `undoes`: the number of the entry that is taken back, and nothing else.
    """

    kind: str
    happened: str
    unit: str
    original: bool
    accepted: bool
    voided: bool
    commission: int
    withdrawn: bool
    superseded: bool
    replaces: bool
    submission: bool
    reopened: bool
    approved_by: str
    joined: bool
    uncommissioned: bool
    undoes: int


class Stated(TypedDict):
    """An officer's statement or request about a draft was entered, or settled without a decision."""

    statement: int
    asks: NotRequired[str]
    settled: NotRequired[bool]


class PurposeRuled(TypedDict):
    """A person said what a letter is for; the values are those of rulebook.conversation.Purpose."""

    before: str
    purpose: str


class Proposed(TypedDict):
    """
    A reported adoption: proposed by the program, corrected, confirmed, rejected or open again.

    `state`: a value of ProposalState; `adoption`: the number in the register; `digest`: of the row.
    """

    proposal: int
    state: str
    adoption: NotRequired[int]
    title: NotRequired[str]
    outlet: NotRequired[str]
    tier: NotRequired[int]
    day: NotRequired[str]
    url: NotRequired[str]
    draft: NotRequired[int]
    digest: NotRequired[str]


class Handled(TypedDict):
    """
    What a person did with a letter that is no submission: a value of Deed, "" when undone.

    `outbox`: the number of the letter of ours that was sent; `files`: SHA-256 of what went along.
    """

    deed: str
    to: NotRequired[str]
    outbox: NotRequired[int]
    files: NotRequired[list[str]]


class Asked(TypedDict):
    """
    An officer was asked about a draft, answered, or is no longer waited for (`closed`).

    `outbox`: the number of the letter that asks; `answer`: the letter that answered.
    """

    question: int
    outbox: NotRequired[int]
    answer: NotRequired[int]
    closed: NotRequired[bool]


class Assigned(TypedDict):
    """A held draft was given to a colleague by name, "" to nobody in particular."""

    assignee: str


class Noted(TypedDict, total=False):
    """A note about a draft, told in `why`; `manner`: how a letter entered by hand came."""

    manner: str


class Claimed(TypedDict):
    """An unknown sender's letter was claimed for a unit."""

    unit: str


class Retried(TypedDict):
    """A letter that was set aside waits again."""


class Adopted(TypedDict):
    """An adoption as it was recorded. `evidence`: SHA-256 of a file in the vault, or ""."""

    adoption: int
    unit: str
    title: str
    kind: str | None
    outlet: str
    tier: int | None
    day: str
    url: str
    evidence: str
    draft: int | None
    manner: NotRequired[str]


class AdoptionChanged(TypedDict):
    """What was changed of an adoption."""

    adoption: int
    manner: NotRequired[str]
    tier: NotRequired[int]
    draft: NotRequired[int | None]
    kind: NotRequired[str]
    evidence: NotRequired[str]
    withdrawn: NotRequired[bool]


class BonusSet(TypedDict):
    """附加分 of a unit and year; `points` is a decimal number as text."""

    unit: str
    year: int
    points: str


class Sanctioned(TypedDict):
    """A sanction as it was recorded; its reason is the entry's `why`."""

    sanction: int
    unit: str
    year: int
    approved_by: str
    day: str


class SanctionLifted(TypedDict):
    """A sanction was lifted."""

    sanction: int
    lifted: bool


class Published(TypedDict):
    """
    A published notice: its tables, and by a file's name its SHA-256.

    `acknowledged`: where the signed file differs from the tables, and which units object.
    """

    period: str
    figures: dict[str, Any]
    files: dict[str, str]
    acknowledged: NotRequired[list[str]]


class RosterChanged(TypedDict):
    """An officer, by number alone. `change`: added, updated or ended."""

    officer: int
    unit: str
    change: str
    digest: NotRequired[str]


class Baseline(TypedDict):
    """
    What was there without an entry when entries began to be asked of every row.

    Of each table how many rows, and the highest number among them.
    """

    letters: list[int]
    adoptions: list[int]
    officers: list[int]


class Purged(TypedDict):
    """How many letters, senders and officers were forgotten."""

    letters: int
    personal: int
    officers: NotRequired[int]


class AccountChanged(TypedDict):
    """
    An account.

    `change`: added, password, role, disabled, enabled, second_factor_on, second_factor_off, recovery_codes (new
    ones), recovery_code_used.
    """

    user: str
    change: str
    role: NotRequired[str]
    by: NotRequired[str]


class TokenChanged(TypedDict):
    """A program's token: added (with its scope, and until when), or revoked."""

    token: str
    change: str
    scope: NotRequired[str]
    expires: NotRequired[str]


class Accessed(TypedDict):
    """
    Somebody came in, went, or did not get in; a program read by its token (once a day).

    `change`: login, logout, everywhere (all sessions ended), session_ended (one of them), failed, locked,
    failed_code (a wrong second factor), api. `user`: the account, "" where
    there is none of the name that was tried; `host`: the address that asked.
    """

    change: str
    user: NotRequired[str]
    token: NotRequired[str]
    host: NotRequired[str]


class Exported(TypedDict):
    """What left the office by a person's hand, and in what form."""

    what: str
    rows: NotRequired[int]
    format: NotRequired[str]
    filter: NotRequired[Mapping[str, str]]
    period: NotRequired[str]


class RulesEntered(TypedDict):
    """A version of the provisions: its SHA-256, and in words how it differs from the one it replaces."""

    since: str
    digest: str
    source: str
    difference: list[str]
    correction: bool


class Amended(TypedDict, total=False):
    """
    What a draft says was corrected by hand, or a correction was taken back (`undoes`).

    `digests`: of the row as it is now; `kept`: SHA-256 of what was, by before/after and field.
    """

    fields: list[str]
    title: str
    origin: str
    digests: dict[str, str]
    kept: dict[str, str]
    undoes: int


class Drawn(TypedDict):
    """A draft was made by hand out of a letter: cut off the draft `of`, or of the letter as a whole (0)."""

    draft: EnteredDraft
    position: int
    of: int


FACTS: Mapping[Act, tuple[type, ...]] = {
    Act.ENTERED: (Entered,),
    Act.RULED: (Ruled,),
    Act.CLAIMED: (Claimed,),
    Act.RETRIED: (Retried,),
    Act.OWED_AGAIN: (printing_facts.OwedAgain,),
    Act.ADOPTED: (Adopted,),
    Act.ADOPTION_CHANGED: (AdoptionChanged,),
    Act.COMMISSIONED: (printing_facts.Commissioned,),
    Act.COMMISSION_CHANGED: (printing_facts.CommissionChanged,),
    Act.BONUS: (BonusSet,),
    Act.SANCTION: (Sanctioned, SanctionLifted),
    Act.PUBLISHED: (Published,),
    Act.ROSTER: (RosterChanged,),
    Act.PURGED: (Purged,),
    Act.BASELINE: (Baseline, printing_facts.OutboxBaseline, printing_facts.SealedBaseline),
    Act.ACCOUNT: (AccountChanged, TokenChanged),
    Act.EXPORTED: (Exported,),
    Act.STATED: (Stated,),
    Act.PURPOSE: (PurposeRuled,),
    Act.PROPOSED: (Proposed,),
    Act.HANDLED: (Handled,),
    Act.RULES: (RulesEntered,),
    Act.HAND_LINE: (HandLineAdded, HandLineRemoved),
    Act.SHARED: (SharedAmong,),
    Act.ASKED: (Asked,),
    Act.ASSIGNED: (Assigned,),
    Act.NOTED: (Noted,),
    Act.CHECKED: (printing_facts.Checked, printing_facts.CheckAnswered),
    Act.ACCESS: (Accessed,),
    Act.AMENDED: (Amended,),
    Act.DRAWN: (Drawn,),
    Act.PRINTED: (printing_facts.TextPrinted, printing_facts.PrintedTextRemoved),
    Act.REMINDED: (printing_facts.Reminded,),
    Act.COMMISSION_READ: (printing_facts.CommissionAnswered,),
    Act.BACKED_UP: (printing_facts.BackedUp,),
    Act.OWED: (printing_facts.Owed,),
}
