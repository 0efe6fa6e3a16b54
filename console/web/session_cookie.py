"""The cookie that carries a session's secret: read, set, deleted."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from console.settings.loading import Settings


def cookie_name(request: Request) -> str:
    """
    Return the cookie's name for this request; each office of several has its own.

    Source: RFC 6265bis 4.1.3: behind TLS the prefix `__Host-` binds the cookie to this host, whose whole
            it must then be sent to; `__Secure-` allows for an office's own path.
    """
    settings = _settings(request)
    name = f"shougao-{settings.key}" if settings.key else "shougao"
    if request.url.scheme != "https":
        return name
    return f"__Secure-{name}" if settings.prefix else f"__Host-{name}"


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
        path=f"{_settings(request).prefix}/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def delete_session_cookie(request: Request, response: Response) -> None:
    """Delete the session's cookie in the browser."""
    response.delete_cookie(
        cookie_name(request),
        path=f"{_settings(request).prefix}/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.web.application.settings
    return settings
