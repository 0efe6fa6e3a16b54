"""The cookie that carries a session's secret: read, set, deleted."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response


def cookie_name(request: Request) -> str:
    """
    Return the cookie's name for this request.

    Source: RFC 6265bis 4.1.3.2: behind TLS the prefix `__Host-` binds the cookie to this host.
    """
    return "__Host-shougao" if request.url.scheme == "https" else "shougao"


def session_secret(request: Request) -> str:
    """Return the secret in the request's cookie, "" without one."""
    return request.cookies.get(cookie_name(request), "")


def set_session_cookie(
    request: Request, response: Response, secret: str, lifetime: timedelta
) -> None:
    """
    Set the session's cookie: for this host, out of reach of scripts and of other sites.

    The lifetime is sent as Max-Age, since the browser's clock need not be ours.
    """
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=int(lifetime.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def delete_session_cookie(request: Request, response: Response) -> None:
    """Delete the session's cookie in the browser."""
    response.delete_cookie(
        cookie_name(request),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
