"""Nobody keeps the pages' server to himself: a slow head, a slow body, many connections."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from console.web.connection_limits import ConnectionLimits, limited

PATIENCE = 30.0
ANSWER = b"HTTP/1.1 200"


async def app(_scope: object, receive: object, send: object) -> None:
    while (await receive()).get("more_body"):  # type: ignore[operator]
        pass
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
    )  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b"ok"})  # type: ignore[operator]


@contextmanager
def serving(limits: ConnectionLimits, proxies: tuple[str, ...] = ()) -> Iterator[tuple[str, int]]:
    place = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            app, http=limited(limits, proxies), ws="none", lifespan="off", log_level="error"
        )
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([place])), daemon=True)
    thread.start()
    try:
        yield place.getsockname()
    finally:
        server.should_exit = True
        thread.join()
        place.close()


def connected(address: tuple[str, int]) -> socket.socket:
    return socket.create_connection(address, PATIENCE)


def is_cut(line: socket.socket) -> bool:
    try:
        return line.recv(1000) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: a",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nab",
    ],
    ids=["nothing", "half a head", "half a body"],
)
def test_who_sends_no_whole_request_is_cut_off_and_others_are_served(sent: bytes) -> None:
    limits = ConnectionLimits(head_seconds=0.3, body_seconds=0.3)
    with serving(limits) as address, connected(address) as slow:
        slow.sendall(sent)
        with connected(address) as other:
            other.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert other.recv(1000).startswith(ANSWER)
        assert is_cut(slow)


def test_a_second_request_on_the_same_connection_has_its_own_time() -> None:
    with serving(ConnectionLimits(head_seconds=PATIENCE)) as address, connected(address) as line:
        for _ in range(2):
            line.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
            answer = b""
            while not answer.endswith(b"\r\n\r\nok"):
                answer += line.recv(1000)
            assert answer.startswith(ANSWER)


def test_an_address_has_its_number_of_connections_and_a_proxy_is_not_counted() -> None:
    with serving(ConnectionLimits(per_address=2)) as address:
        with connected(address) as one, connected(address) as two, connected(address) as three:
            assert is_cut(three)
            for line in (one, two):
                line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                assert line.recv(1000).startswith(ANSWER)
                while line.recv(1000):
                    pass
        with connected(address) as again:
            again.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert again.recv(1000).startswith(ANSWER)
    with (
        serving(ConnectionLimits(per_address=1), ("127.0.0.1",)) as address,
        connected(address),
        connected(address) as two,
    ):
        two.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert two.recv(1000).startswith(ANSWER)
