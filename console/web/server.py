"""The pages' server: its port is bound before the command says so; it stops within a few seconds."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from console.application import Application
from console.web.connection_limits import ConnectionLimits, limited

GRACE_SECONDS = 5
"""How long pages that are being answered may take when the service stops."""
_ANYWHERE = frozenset({"", "0.0.0.0", "::", "*"})


class NoPlace(Exception):
    """The pages cannot be served there; the text says why and what to do, on one line."""


def place(host: str, port: int, address: str = "") -> list[socket.socket]:
    """
    Open sockets that listen on every address of `host`.

    Args:    `address`: how browsers reach the pages. Without one they are not opened to every network:
             no name would be refused, and passwords would travel in the clear.
    Raises:  NoPlace.
    """
    if host in _ANYWHERE and not address:
        raise NoPlace(
            f"没有打开工作台：监听地址“{host}”对所有网络开放，要先在 config.toml 的 [console] 里写 "
            "address（浏览器里的网址，如 https://shougao.example），并放在带 TLS 的反向代理后面；"
            "只在本机用的，host 写 127.0.0.1。"
        )
    if not 0 <= port <= 65_535:  # getaddrinfo would take it modulo 65,536
        raise NoPlace(f"端口 {port} 不存在，请写 1 至 65535。")
    taken: list[socket.socket] = []
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, where in dict.fromkeys(addresses):
            # the protocol by name: without it asyncio leaves Nagle's algorithm on, 40 ms an answer
            one = socket.socket(family, kind, protocol)
            taken.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                one.bind(where)
                one.listen(128)
            except OSError as error:
                # "localhost" may stand for an IPv6 address that this machine does not have
                if error.errno != errno.EADDRNOTAVAIL or len(addresses) == 1:
                    raise
                taken.remove(one)
                one.close()
        if not taken:
            raise OSError(errno.EADDRNOTAVAIL, "no address")
    except OSError as error:
        for one in taken:
            one.close()
        raise NoPlace(_why(host, port, error)) from None
    return taken


@contextlib.contextmanager
def serving(
    application: Application,
    host: str,
    places: list[socket.socket],
    limits: ConnectionLimits = ConnectionLimits(),  # noqa: B008  frozen
) -> Iterator[threading.Thread]:
    """Serve an office's pages in a thread until the block ends; the thread ends early if it fails."""
    from console.web.app import create_app

    where = application.settings.console
    app = create_app(application, hosts=own_names(where.address, host))
    with serving_app(app, where.address, where.proxies, places, limits) as thread:
        yield thread


@contextlib.contextmanager
def serving_app(
    app: ASGIApp,
    address: str,
    proxies: tuple[str, ...],
    places: list[socket.socket],
    limits: ConnectionLimits = ConnectionLimits(),  # noqa: B008  frozen
) -> Iterator[threading.Thread]:
    """Serve an application in a thread until the block ends; with an `address` the `proxies` are believed."""
    import uvicorn  # slow to load, and needed here alone

    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=limited(limits, proxies),
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            # without a proxy of the office's, X-Forwarded-For is what a stranger likes to be called
            proxy_headers=bool(address),
            forwarded_allow_ips=list(proxies),
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    thread = threading.Thread(target=server.run, args=(places,), name="pages", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        server.should_exit = True
        thread.join(GRACE_SECONDS + 5)
        for one in places:
            one.close()


def own_names(address: str, host: str) -> frozenset[str] | None:
    """
    Return the names by which browsers may ask for the pages: the office's address and this machine's.

    None, any name, when the pages are open to everywhere and config.toml names no address.
    """
    address_name = urlsplit(address).hostname
    if host in _ANYWHERE and not address_name:
        return None
    names = {address_name or "", host.lower(), "localhost", socket.gethostname().lower()}
    return frozenset(names - {""})


def _why(host: str, port: int, error: OSError) -> str:
    code = error.errno
    if code == errno.EADDRINUSE:
        return (
            f"{host}:{port} 已被别的程序占用（shougao run 会自带工作台，不必另开）。"
            "请用 --port 换一个端口，或改 config.toml 里 [console] 的 port。"
        )
    if code in (errno.EACCES, errno.EPERM):
        return f"没有权限使用端口 {port}。请用 1024 以上的端口，再由反向代理转发。"
    return f"这台机器没有 {host} 这个地址。请改 --host，或 config.toml 里 [console] 的 host。"
