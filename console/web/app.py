"""The office's pages as one ASGI application."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles

from console.actions.backup_jobs import BackupJobs
from console.application import Application
from console.clock import now
from console.offices.paused import paused_office
from console.policy import Permission
from console.settings.loading import Settings
from console.web import api
from console.web.accounts import Doorkeeper, Passwords
from console.web.attachments import VaultFiles
from console.web.downloads import ANYTHING
from console.web.metrics import meters
from console.web.middleware import (
    CsrfMiddleware,
    RequestMetricsMiddleware,
    SecurityHeadersMiddleware,
    TrustedHostMiddleware,
    set_security_headers,
)
from console.web.once import Seal, SentForms
from console.web.pages import (
    account,
    accounts,
    adoption,
    adoption_import,
    adoptions,
    annual_bonus,
    audit,
    backups,
    collect,
    commissions,
    conversations,
    dashboard,
    draft_entry,
    editing,
    export,
    hand_points,
    ledger,
    letter,
    login,
    notices,
    officers,
    outbox,
    publication,
    publication_history,
    questions,
    queue,
    reading,
    reminders,
    review,
    roster_import,
    rules,
    rules_edit,
    saved,
    service,
    tokens,
    undo,
    unit,
)
from console.web.prefix import PrefixMiddleware, prefixed
from console.web.redirects import redirect
from console.web.request_context import WebContext
from console.web.summary_cache import Summaries
from console.web.templating import environment
from console.web.tickets import Tickets
from ledger.accounts import Accounts
from ledger.api_tokens import ApiTokens
from ledger.errors import InvalidInput, RulesChanged
from ledger.models.database import read_only
from ledger.queries.figures import Figures
from ledger.second_factors import SecondFactors
from ledger.sessions import Sessions
from ledger.storage.vault import VaultError
from rulebook.provisions import Provisions

PAGES = (
    dashboard,
    draft_entry,
    queue,
    review,
    editing,
    reading,
    saved,
    unit,
    questions,
    roster_import,
    ledger,
    export,
    publication,
    publication_history,
    letter,
    conversations,
    adoption,
    adoption_import,
    adoptions,
    collect,
    commissions,
    reminders,
    notices,
    annual_bonus,
    hand_points,
    officers,
    outbox,
    rules,
    rules_edit,
    audit,
    undo,
    login,
    account,
    accounts,
    tokens,
    service,
    backups,
    api,
)
TROUBLES = {
    401: ("没有登录", "请登录后再试。"),
    400: ("看不懂这个请求", "请回到上一页，再试一次。"),
    403: ("没有权限", "您的账号不能做这件事；需要时请管理员调整角色。"),
    404: ("没有这一页", "地址可能写错了，或者内容已按期清除。"),
    405: ("不能这样打开", "请从工作台的页面里操作。"),
    413: ("文件太大或太多", "一次最多 5 个文件；大的请分成几个小的，或压缩图片后再试。"),
}
BROKEN = ("程序出错了", "这次操作没有完成。请再试一次；如果还是不行，请告诉管理员，日志里有原因。")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the main menu, for those who have the permission."""

    name: str
    path: str
    permission: Permission = Permission.READ


COMMISSIONS = "/commissions"
NAVIGATION = (
    Entry("今日", "/"),
    Entry("待核", "/queue"),
    Entry("往来", "/conversations"),
    Entry("台账", "/drafts"),
    Entry("出稿", "/publish"),
    Entry("录用", "/adoptions"),
    Entry("约稿", COMMISSIONS),
    Entry("通报", "/notices"),
    Entry("人员", "/officers"),
    Entry("规则", "/rules"),
    Entry("审计", "/audit"),
    Entry("管理", "/accounts", Permission.ADMINISTER),
)


def _menu(provisions: Sequence[Provisions]) -> tuple[Entry, ...]:
    """Return the main menu: an office whose kinds know no asked piece has no page of them in it."""
    asks = any(one.commission_kind for one in provisions)
    return tuple(one for one in NAVIGATION if asks or one.path != COMMISSIONS)


def create_app(
    application: Application,
    clock: Callable[[], datetime] = now,
    hosts: frozenset[str] | None = None,
) -> Starlette:
    """
    Build the pages over an open application, whose workers unpack files that somebody looks at.

    Args:
        application: open as long as the pages are served.
        clock: tells the present moment.
        hosts: the names by which browsers may ask for the pages; None: by any.
    """
    reader = read_only(application.engine)
    figures = Figures(
        reader, application.settings.provisions_on_day, application.settings.calendar.is_workday
    )
    web = WebContext(
        application=application,
        reader=reader,
        door=Doorkeeper(
            Accounts(application.engine),
            Sessions(application.engine),
            SecondFactors(application.engine),
            Passwords(),
        ),
        tokens=ApiTokens(application.engine),
        pending_logins=Tickets(),
        new_authenticators=Tickets(),
        one_time_secrets=Tickets(),
        figures=figures,
        summaries=Summaries(reader, figures),
        templates=environment(
            application.zone,
            application.settings.office.name,
            _menu(application.settings.provisions),
            application.settings.provisions,
            application.settings.wording(),
        ),
        wording=application.settings.wording(),
        meters=meters(),
        files=VaultFiles(application.workers, application.settings.limits.of_letter()),
        sent_forms=SentForms(),
        seal=Seal(),
        backups=BackupJobs(application, clock),
        now=clock,
    )
    app = Starlette(
        routes=[
            *(route for page in PAGES for route in page.routes),
            Mount("/static", ImmutableStaticFiles(directory=Path(__file__).parent / "static")),
        ],
        middleware=[
            Middleware(RequestMetricsMiddleware, tell=web.meters.tell),
            # pages hold no secret beside what a stranger chooses, so squeezing tells nothing (BREACH)
            Middleware(
                GZipMiddleware,
                minimum_size=1000,
                compresslevel=5,
                exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, ANYTHING),
            ),
            Middleware(SecurityHeadersMiddleware),
            Middleware(TrustedHostMiddleware, hosts=hosts),
            Middleware(CsrfMiddleware, address=application.settings.console.address),
            *(
                [Middleware(PrefixMiddleware, prefix=prefix, key=application.settings.key)]
                if (prefix := application.settings.prefix)
                else []
            ),
        ],
        exception_handlers={
            HTTPException: _http_error,
            RulesChanged: _rules_changed,
            InvalidInput: _refused,
            VaultError: _vault_away,
            500: _server_error,
        },
    )
    web.templates.globals["resting"] = partial(_resting, application.settings)
    app.state.web = web
    return app


def _resting(settings: Settings) -> str:
    """Say how an office of several rests, "" for one that works or is alone."""
    resting = paused_office(settings)
    return resting.sentence(settings.zone) if resting else ""


class ImmutableStaticFiles(StaticFiles):
    """Our own files; their addresses change with their content, so browsers may keep them."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """Answer with the file, to be cached for good."""
        answer = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405 and request.method == "GET":
        return redirect(_page_above(request))
    title, advice = TROUBLES.get(error.status_code, TROUBLES[400])
    return _error_page(request, error.status_code, title, advice)


def _page_above(request: Request) -> str:
    """
    Return the nearest page above an address that only takes forms.

    Whoever reloads what a refused form came to, or logs in again, asks for such an address.
    """
    path = request.url.path
    while path := path.rpartition("/")[0]:
        scope = {**request.scope, "path": path, "raw_path": path.encode()}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            return path
    return "/"


def _rules_changed(request: Request, error: Exception) -> Response:
    return _error_page(request, 503, "规定刚刚更改", str(error))


def _refused(request: Request, error: Exception) -> Response:
    """Tell what the ledger refused where a page has no words of its own for it."""
    return _error_page(request, 400, "没有登记", f"{error}请返回上一页改好再试。")


def _vault_away(request: Request, error: Exception) -> Response:
    return _error_page(request, 503, "原件暂时取不到", str(error))


def _server_error(request: Request, _error: Exception) -> Response:
    answer = _error_page(request, 500, *BROKEN)
    settings = request.app.state.web.application.settings
    answer = Response(
        prefixed(bytes(answer.body), settings.prefix, settings.key), 500, media_type="text/html"
    )
    set_security_headers(answer.headers, request.url.scheme)  # this answer passes by the middleware
    return answer


def _error_page(request: Request, status: int, title: str, advice: str) -> Response:
    web: WebContext = request.app.state.web
    text = web.templates.get_template("error.html").render(title=title, advice=advice)
    return Response(text, status, media_type="text/html")
