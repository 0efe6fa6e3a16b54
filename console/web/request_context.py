"""What a page gets: one request with who sent it, what they may do, what they filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment
from sqlalchemy import Engine
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from console.actions.backup_jobs import BackupJobs
from console.application import Application
from console.policy import Actor, Outsider, Permission, allows
from console.settings.sections import SecondFactorRule
from console.web.accounts import Doorkeeper
from console.web.attachments import VaultFiles
from console.web.metrics import Meters
from console.web.once import Seal, SentForms
from console.web.summary_cache import Summaries
from console.web.tickets import Tickets
from ledger.accounts import Account
from ledger.api_tokens import ApiTokens
from ledger.queries.figures import Figures
from ledger.queries.undoing import Undoable, undoable
from ledger.sessions import Login
from ledger.states import Role
from rulebook.wording import Wording

MAX_SAID = 300
"""Characters of a sentence in the green bar."""

SPOKEN = frozenset({"trouble", "message", "missing"})
"""What of a template's values is a sentence of ours."""


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """A login whose password was right, before its code: whose, which password's hash, where it wants to go."""

    account: str
    password: str
    target: str


@dataclass(frozen=True, slots=True)
class NewAuthenticator:
    """An authenticator that has not shown its first code: whose, and the secret it shares with us."""

    account: str
    secret: str


@dataclass(frozen=True, slots=True)
class OneTimeSecret:
    """What is shown once: to whom, of what, the secret lines themselves, and what to do with them."""

    to: str
    title: str
    lines: tuple[str, ...]
    advice: str
    back: str


@dataclass(frozen=True, slots=True)
class WebContext:
    """What all pages share. `reader` is a read-only engine, which never waits for writers; `now` is the clock."""

    application: Application
    reader: Engine
    door: Doorkeeper
    tokens: ApiTokens
    pending_logins: Tickets[PendingLogin]
    new_authenticators: Tickets[NewAuthenticator]
    one_time_secrets: Tickets[OneTimeSecret]
    figures: Figures
    summaries: Summaries
    templates: Environment
    wording: Wording
    meters: Meters
    files: VaultFiles
    sent_forms: SentForms
    seal: Seal
    backups: BackupJobs
    now: Callable[[], datetime]

    @property
    def idle(self) -> timedelta:
        """After how long without a deed a login ends."""
        return timedelta(minutes=self.application.settings.console.idle_minutes)

    def needs_second_factor(self, account: Account) -> bool:
        """Return whether an account has to set up a second factor before it may work."""
        rule = self.application.settings.console.second_factor
        asked = rule is SecondFactorRule.ALL or (
            rule is SecondFactorRule.ADMINS and account.role is Role.ADMIN
        )
        return asked and not account.second_factor


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request. `now` is the same moment all through its page."""

    request: Request
    web: WebContext
    login: Login | None
    form: FormData
    now: datetime

    @property
    def account(self) -> Account:
        """Who sent it. Raises HTTPException(401) for a stranger, whom only open pages let in."""
        if self.login is None:
            raise HTTPException(401)
        return self.login.account

    @property
    def actor(self) -> Actor:
        """Who it is to the policy."""
        return actor_of(self.login)

    @property
    def today(self) -> date:
        """The office's present day."""
        return self.day_of(self.now)

    def day_of(self, moment: datetime) -> date:
        """Return the office's day of a moment."""
        return moment.astimezone(ZoneInfo(self.web.application.zone)).date()

    def query(self, name: str) -> str:
        """Return a field of the address, without blanks around it."""
        return self.request.query_params.get(name, "").strip()

    @property
    def said(self) -> str:
        """Return what the form before this page came to, "" unless we ourselves say so."""
        if self.login is None:
            return ""
        ours = self.web.seal.holds(self.request.url.query, self.account.name)
        return self.in_words(self.query("said")[:MAX_SAID]) if ours else ""

    def in_words(self, sentence: str) -> str:
        """Put a sentence of ours into the office's words; what others wrote stands in it quoted."""
        return self.web.wording.said(sentence)

    @property
    def undo_for(self) -> timedelta:
        """For how long one's own decision can be taken back from the bar at the top."""
        return timedelta(minutes=self.web.application.settings.answers.grace_minutes)

    @property
    def undoable(self) -> list[Undoable]:
        """List what the person has just decided and can take back, the latest first."""
        if self.login is None or not self.may(Permission.DECIDE) or not self.undo_for:
            return []
        return undoable(self.web.reader, self.account.name, self.now - self.undo_for)

    def form_value(self, name: str) -> str:
        """Return a text field of the form, exactly as typed."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def upload(self, name: str) -> UploadFile | None:
        """Return a file of the form, None when none was chosen."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    @property
    def host(self) -> str:
        """The address that asks, "" where the server does not tell."""
        return self.request.client.host if self.request.client else ""

    def number(self, name: str) -> int:
        """Return a number of the path. Raises HTTPException(404) where no row can have it."""
        value: int = self.request.path_params[name]
        if value > 2**62:
            raise HTTPException(404)
        return value

    def may(self, permission: Permission) -> bool:
        """Return whether the person has the permission."""
        return allows(self.actor, permission)

    def render(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """Render a template of console/web/templates."""
        for name in SPOKEN & context.keys():
            if isinstance(context[name], str):
                context[name] = self.in_words(context[name])
        text = self.web.templates.get_template(template).render(ctx=self, **context)
        return HTMLResponse(text, status)


def actor_of(login: Login | None) -> Actor:
    """Return who a session stands for; without one it is a stranger."""
    return login.account.role if login else Outsider.STRANGER
