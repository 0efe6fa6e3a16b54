"""The door: login, logout, one-time links, one's own account."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from console.web.accounts import (
    SHORTEST,
    TooOften,
    authenticate,
    digest,
    new_secret,
    objection,
)
from console.web.request_context import (
    Visit,
    action,
    cookie_name,
    give_cookie,
    go,
    own_path,
    page,
    take_cookie,
)
from ledger.accounts import Account
from ledger.models.accounts import Role

WRONG = "账号或密码不对。"
ENDED = "登录已经到期，刚才填写的内容没有保存。请重新登录后再做一次。"


def login(visit: Visit) -> Response:
    if visit.login is not None:
        return go(own_path(visit.asked("next") or "/"))
    ended = ENDED if visit.asked("ended") else ""
    return _login(visit, own_path(visit.asked("next") or "/"), said=ended)


def log_in(visit: Visit) -> Response:
    target, name = own_path(visit.filled("next") or "/"), visit.filled("name").strip()
    try:
        account = _known(visit, name, visit.filled("password"))
    except TooOften as error:
        return _login(visit, target, name, _later(visit, error), 429)
    if account is None:
        return _login(visit, target, name, WRONG, 401)
    return _open(visit, account.id, target)


def log_out(visit: Visit) -> Response:
    secret = visit.request.cookies.get(cookie_name(visit.request), "")
    if secret:
        visit.desk.people.log_out(digest(secret))
    return _gone(visit)


def welcome(visit: Visit) -> Response:
    return _welcome(visit)


def accept(visit: Visit) -> Response:
    token = digest(visit.request.path_params["secret"])
    account = visit.desk.people.invited(token, visit.now)
    if account is None:
        return _welcome(visit)
    password = visit.filled("password")
    trouble = objection(account.name, password, visit.filled("again"))
    if trouble:
        return _welcome(visit, trouble, 400)
    accepted = visit.desk.people.accept(token, visit.desk.passwords.hash(password), visit.now)
    return _open(visit, accepted.id, "/") if accepted else _welcome(visit)


def account(visit: Visit) -> Response:
    return _account(visit, said="密码已改。" if visit.asked("said") == "password" else "")


def change_password(visit: Visit) -> Response:
    mine = visit.account
    try:  # counted like a login: whoever sits down at an open browser shall not guess on
        known = _known(visit, mine.name, visit.filled("current"))
    except TooOften as error:
        return _account(visit, trouble=_later(visit, error))
    if known is None:
        return _account(visit, trouble="现在的密码不对。")
    password = visit.filled("password")
    trouble = objection(mine.name, password, visit.filled("again"))
    if trouble:
        return _account(visit, trouble=trouble)
    visit.desk.people.set_password(
        mine.name, visit.desk.passwords.hash(password), mine.name, visit.now
    )
    return _open(visit, mine.id, "/account?said=password")


def log_out_everywhere(visit: Visit) -> Response:
    visit.desk.people.log_out_everywhere(visit.account.id)
    return _gone(visit)


def _known(visit: Visit, name: str, password: str) -> Account | None:
    host = visit.request.client.host if visit.request.client else ""
    return authenticate(visit.desk.people, visit.desk.passwords, name, password, host, visit.now)


def _later(visit: Visit, error: TooOften) -> str:
    minutes = max(1, int((error.until - visit.now) / timedelta(minutes=1)) + 1)
    return f"试错的次数太多，请过 {minutes} 分钟再试。"


def _gone(visit: Visit) -> Response:
    """To the door, leaving nothing in the browser: thumbnails are kept there for an hour."""
    answer = go("/login")
    take_cookie(visit.request, answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _login(
    visit: Visit,
    target: str,
    name: str = "",
    trouble: str = "",
    status: int = 200,
    said: str = "",
) -> Response:
    return visit.render("login.html", status, next=target, name=name, trouble=trouble, said=said)


def _welcome(visit: Visit, trouble: str = "", status: int = 200) -> Response:
    token = digest(visit.request.path_params["secret"])
    invited = visit.desk.people.invited(token, visit.now)
    return visit.render(
        "welcome.html",
        status if invited else 410,
        account=invited,
        shortest=SHORTEST,
        trouble=trouble,
    )


def _account(visit: Visit, said: str = "", trouble: str = "") -> Response:
    return visit.render(
        "account.html",
        400 if trouble else 200,
        here="/account",
        said=said,
        trouble=trouble,
        shortest=SHORTEST,
        sessions=visit.desk.people.sessions(visit.account.id, visit.now),
    )


def _open(visit: Visit, account_id: int, target: str) -> Response:
    secret = new_secret()
    lasts = timedelta(hours=visit.desk.house.settings.console.session_hours)
    visit.desk.people.log_in(account_id, digest(secret), visit.now, visit.now + lasts)
    answer = go(target)
    give_cookie(visit.request, answer, secret, lasts)
    return answer


routes = (
    page("/login", login, None),
    action("/login", log_in, None),
    action("/logout", log_out, None),
    page("/welcome/{secret}", welcome, None),
    action("/welcome/{secret}", accept, None),
    page("/account", account),
    action("/account/password", change_password, Role.VIEWER),
    action("/account/logout-everywhere", log_out_everywhere, Role.VIEWER),
)
