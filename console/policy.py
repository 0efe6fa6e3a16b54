"""
Who may see and do what in the office's pages and its API: one table of actors × permissions.

Pages, templates, exports and the API ask `allows`; nothing else compares roles. Accounts and API tokens
are managed by administrators, and by the command (`shougao user`, `shougao token`), that is by whoever may
read the ledger's folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum

from console.spreadsheets.roster import mask
from ledger.states import Role


class Permission(StrEnum):
    """Something that an actor may be allowed to see or do."""

    ENTER = "enter"
    """Open the login page and one's one-time link; log out."""
    READ_STATUS = "read_status"
    """Ask whether the service is well, and what the API looks like."""
    READ_METRICS = "read_metrics"
    USE_API = "use_api"
    """Read drafts, letters and points as JSON."""
    READ = "read"
    """Look at every page, at letters with their files, and at the audit."""
    MANAGE_OWN_ACCOUNT = "manage_own_account"
    SEE_PHONES = "see_phones"
    """See officers' telephone numbers in full."""
    EXPORT = "export"
    """Take the ledger's drafts or the draft of a notice away as a file."""
    DECIDE = "decide"
    """Confirm, correct or refuse a draft; claim a letter; have one examined again."""
    RECORD_ADOPTIONS = "record_adoptions"
    COMMISSION = "commission"
    REMIND = "remind"
    """Write to units of what they owe."""
    EDIT_ROSTER = "edit_roster"
    EDIT_BONUSES = "edit_bonuses"
    """Enter 附加分 (五.2), what cancels it (五.3), ±points by hand, and who shares a draft's points."""
    PUBLISH = "publish"
    """Publish a notice."""
    EDIT_RULES = "edit_rules"
    """Change the provisions: as a version from a day on, or as a correction."""
    ADMINISTER = "administer"
    """Manage accounts and programs' tokens; see how the service stands."""


class Outsider(Enum):
    """Somebody without an account."""

    STRANGER = "stranger"
    PROGRAM = "program"
    """A program that sends an API token."""
    METER = "meter"
    """A program whose token opens the service's measures alone."""


Actor = Role | Outsider

_STRANGER = frozenset({Permission.ENTER, Permission.READ_STATUS})
_PROGRAM = _STRANGER | {Permission.READ_METRICS, Permission.USE_API}
_METER = _STRANGER | {Permission.READ_METRICS}
_VIEWER = _STRANGER | {
    Permission.READ_METRICS,
    Permission.READ,
    Permission.MANAGE_OWN_ACCOUNT,
}
_EDITOR = _VIEWER | {
    Permission.SEE_PHONES,
    Permission.EXPORT,
    Permission.DECIDE,
    Permission.RECORD_ADOPTIONS,
    Permission.COMMISSION,
    Permission.REMIND,
    Permission.EDIT_ROSTER,
    Permission.EDIT_BONUSES,
    Permission.PUBLISH,
}
_GRANTED: Mapping[Actor, frozenset[Permission]] = {
    Outsider.STRANGER: _STRANGER,
    Outsider.PROGRAM: _PROGRAM,
    Outsider.METER: _METER,
    Role.VIEWER: _VIEWER,
    Role.EDITOR: _EDITOR,
    Role.ADMIN: _EDITOR | {Permission.EDIT_RULES, Permission.ADMINISTER},
}


def allows(actor: Actor, permission: Permission) -> bool:
    """Return whether the actor has the permission."""
    return permission in _GRANTED[actor]


def phone_for(actor: Actor, number: str) -> str:
    """Return a telephone number as the actor may see it: in full, or masked."""
    return number if allows(actor, Permission.SEE_PHONES) else mask(number)
