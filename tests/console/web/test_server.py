"""The pages' server: where it may be reached, how it starts and stops."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from console.application import open_application
from console.cli.web import FIRST_LINK, first_login
from console.web.server import NoPlace, own_names, place
from ledger.accounts import Accounts
from ledger.states import Role
from tests.console.office import (
    NOW,
    OfficeRoom,
    config_of_letters_long_ago,
    letter,
    settings_in,
)
from tests.ledgers import new_ledger


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


@pytest.fixture
def room(office: OfficeRoom) -> OfficeRoom:
    """An office whose config.toml gives the pages a free port."""
    text = config_of_letters_long_ago()
    changed = re.sub(r"(?m)^port = \d+(?=.*\n.*address)", f"port = {free_port()}", text)
    assert changed != text
    (office.folder / "config.toml").write_text(changed, encoding="utf-8")
    return office


def started(room: OfficeRoom, command: str) -> tuple[subprocess.Popen[str], int]:
    """`shougao COMMAND` in its own process, answering at the port."""
    config = room.folder / "config.toml"
    found = re.search(
        r"(?m)^port = (\d+)", config.read_text(encoding="utf-8").split("[console]")[1]
    )
    assert found
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "--config", str(config), command],
        env=room.environment, cwd=room.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    said = ""
    for line in process.stdout:  # where the link is comes last, when the pages are about to answer
        said += line
        if FIRST_LINK in line:
            break
    else:
        raise AssertionError(process.wait())
    assert "/welcome/" not in said  # a log is read by others, too
    return process, int(found[1])


def test_the_first_link_stands_in_a_private_file_until_a_password_is_set(room: OfficeRoom) -> None:
    process, _ = started(room, "console")
    process.kill()
    process.wait()
    (file,) = room.folder.rglob(FIRST_LINK)
    assert file.stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(r"http://\S+/welcome/\S{43}\n", file.read_text(encoding="utf-8"))


def test_the_first_link_is_the_administrators_though_others_were_added_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_ledger(tmp_path / "data" / "ledger.db")
    with open_application(settings_in(tmp_path), {}) as application:
        accounts = Accounts(application.engine)
        accounts.add("丙", Role.VIEWER, "test", NOW)
        first_login(application)
        assert "为 admin 设置密码" in capsys.readouterr().out
        accounts.set_role("丙", Role.ADMIN, "test", NOW)
        accounts.set_disabled("admin", True, "test", NOW)
        first_login(application)
        assert "为 丙 设置密码" in capsys.readouterr().out


def link_of(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


@pytest.mark.parametrize(
    ("command", "number"), [("console", signal.SIGINT), ("run", signal.SIGTERM)]
)
def test_a_signal_ends_it_though_browsers_hold_their_connections(
    room: OfficeRoom, command: str, number: signal.Signals
) -> None:
    process, port = started(room, command)
    try:
        kept = link_of(port)
        kept.request("GET", "/login")
        assert kept.getresponse().read()
        half = socket.create_connection(("127.0.0.1", port))
        half.sendall(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\nna")
        process.send_signal(number)
        rest, _ = process.communicate(timeout=90)
        assert process.returncode == 0, rest
        assert "Traceback" not in rest
        half.close()
        kept.close()
    finally:
        process.kill()
        process.wait()


def test_a_taken_port_is_told_in_one_line_with_the_remedy(office: OfficeRoom) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        told = office.run("console", "--port", str(other.getsockname()[1]), code=1)
    assert "已被别的程序占用" in told.stderr
    assert "--port" in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("127.0.0.1", 99_999, "不存在"),
        ("192.0.2.7", 0, "没有"),
        ("no-such-host.invalid", 0, "没有"),
    ],
)
def test_a_place_that_cannot_be_is_told(host: str, port: int, words: str) -> None:
    with pytest.raises(NoPlace, match=words):
        place(host, port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_the_pages_are_not_open_to_every_network_without_an_address(host: str) -> None:
    with pytest.raises(NoPlace, match="address"):
        place(host, 0)


def test_with_an_address_they_are() -> None:
    for one in place("0.0.0.0", 0, "https://shougao.example"):
        one.close()


def test_a_place_answers_without_waiting_for_more_to_send() -> None:
    (one,) = place("127.0.0.1", 0)
    assert one.proto == socket.IPPROTO_TCP
    one.close()


def test_a_strangers_name_for_this_machine_opens_nothing(room: OfficeRoom) -> None:
    process, port = started(room, "console")
    try:
        for host, status in (
            ("rebound.example", 421), ("", 421), ("127.0.0.1", 200), (f"localhost:{port}", 200), ("[", 421),
        ):  # fmt: skip
            asked = link_of(port)
            asked.putrequest("GET", "/login", skip_host=True)
            asked.putheader("Host", host)
            asked.endheaders()
            assert asked.getresponse().status == status, host
            asked.close()
    finally:
        process.terminate()
        process.communicate(timeout=90)


@pytest.mark.parametrize(
    ("host", "address", "names"),
    [
        ("0.0.0.0", "", None),
        ("0.0.0.0", "https://shougao.example", {"shougao.example", "0.0.0.0", "localhost"}),
        ("127.0.0.1", "", {"127.0.0.1", "localhost"}),
    ],
)
def test_the_names_of_the_pages(host: str, address: str, names: set[str] | None) -> None:
    own = own_names(address, host)
    assert own == (None if names is None else names | {socket.gethostname().lower()})


def test_an_account_made_before_the_first_start_does_not_keep_the_service_from_starting(
    room: OfficeRoom,
) -> None:
    config = room.folder / "config.toml"
    room.config.write_text(config.read_text(encoding="utf-8"), encoding="utf-8")
    room.run("user", "add", "李四")
    process, _ = started(room, "run")
    process.terminate()
    assert process.wait() == 0


def test_where_the_pages_cannot_start_it_is_told_and_letters_are_answered(room: OfficeRoom) -> None:
    text = (room.folder / "config.toml").read_text(encoding="utf-8")
    room.config.write_text(text, encoding="utf-8")
    room.roster()
    room.receive(letter(1), "1.a")
    found = re.search(r"(?m)^port = (\d+)", text.split("[console]")[1])
    assert found
    with socket.create_server(("127.0.0.1", int(found[1]))):
        process = subprocess.Popen(
            [sys.executable, "-m", "console", "--config", str(room.config), "run"],
            env=room.environment, cwd=room.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        patience = threading.Timer(120, process.kill)
        patience.start()
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "发出回执 1 封" in line:
                process.terminate()
        patience.cancel()
    assert process.wait() == 0
    assert any("没有工作台" in line and "已被别的程序占用" in line for line in said)
    assert len(room.receipts()) == 1
