"""The states and words that the ledger's rows keep: their values are stored and never change."""

from __future__ import annotations

from enum import StrEnum

INBOX = "INBOX"
"""The mailbox's own folder (RFC 9051 5.1); whatever else is watched is a folder for junk."""


class LetterState(StrEnum):
    """Where a letter stands on its way."""

    COLLECTED = "collected"
    EXAMINED = "examined"
    SETTLED = "settled"
    SET_ASIDE = "set_aside"


class Skipped(StrEnum):
    """Why a letter of the mailbox was passed over."""

    OLDER = "older"
    """It came before the day from which letters are collected."""
    UNREADABLE = "unreadable"
    """The server cannot hand it over."""
    INCOMPLETE = "incomplete"
    """The server gave less than the letter."""


class DeliveryState(StrEnum):
    """
    Where an owed letter of ours stands.

    UNCERTAIN: twice the relay took its last byte and nobody knows whether the letter; a person decides.
    """

    OWED = "owed"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    GIVEN_UP = "given_up"


class WaitReason(StrEnum):
    """Why a letter that is owed has not left yet."""

    NEXT = "next"
    LATER = "later"
    GRACE = "grace"
    RELAY = "relay"
    ADDRESS_CEILING = "address_ceiling"
    STRANGERS_CEILING = "strangers_ceiling"


class Act(StrEnum):
    """What a line of the journal tells."""

    ENTERED = "entered"
    RULED = "ruled"
    CLAIMED = "claimed"
    RETRIED = "retried"
    OWED_AGAIN = "owed_again"
    ADOPTED = "adopted"
    ADOPTION_CHANGED = "adoption_changed"
    COMMISSIONED = "commissioned"
    COMMISSION_CHANGED = "commission_changed"
    BONUS = "bonus"
    SANCTION = "sanction"
    PUBLISHED = "published"
    ROSTER = "roster"
    PURGED = "purged"
    BASELINE = "baseline"
    ACCOUNT = "account"
    EXPORTED = "exported"
    STATED = "stated"
    PURPOSE = "purpose"
    PROPOSED = "proposed"
    HANDLED = "handled"
    RULES = "rules"
    HAND_LINE = "hand_line"
    SHARED = "shared"
    ASKED = "asked"
    ASSIGNED = "assigned"
    NOTED = "noted"
    CHECKED = "checked"
    ACCESS = "access"
    AMENDED = "amended"
    DRAWN = "drawn"
    PRINTED = "printed"
    REMINDED = "reminded"
    BACKED_UP = "backed_up"
    COMMISSION_READ = "commission_read"
    OWED = "owed"


class Role(StrEnum):
    """What an account may do: look; also decide and record; also manage people and publish."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"


class TokenScope(StrEnum):
    """What a program may ask with its token: drafts, letters and points, or the service's measures alone."""

    READ = "read"
    METRICS = "metrics"


class LetterKind(StrEnum):
    """Why a letter of ours is written (`outbox.kind`)."""

    RECEIPT = "receipt"
    CORRECTION = "correction"
    REMINDER = "reminder"
    COMMISSION = "commission"
    NOTICE = "notice"
    DIGEST = "digest"
    ACKNOWLEDGMENT = "acknowledgment"
    CARD = "card"
    ADOPTION = "adoption"
    ANSWER = "answer"
    FORWARD = "forward"
    QUESTION = "question"
    CHECK = "check"
    RECOGNISING = "recognising"


class ProposalState(StrEnum):
    """Where a reported adoption stands: only a confirmed one is in the register and counts."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Deed(StrEnum):
    """What a person did with a letter that is no submission."""

    READ = "read"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
