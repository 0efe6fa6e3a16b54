"""Each way in which a mail server fails has one cause and one remedy, in Chinese."""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from console.doctor import mail
from console.doctor.findings import Finding, Level
from console.settings.loading import Settings, load
from ingest.mailboxes.maildir import MaildirMailbox
from ledger.network_errors import cause_of
from tests.console.doctor import servers

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
FOREIGN = re.compile(r"Errno|_|\[[A-Z]|[A-Za-z]{3,} [A-Za-z]{3,}")
"""A system's or a server's own words."""

Ask = Callable[[str], Finding]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask the doctor about an address; the finding that is no good."""
    monkeypatch.setattr(mail, "PATIENCE", 1.0)

    def asked(address: str) -> Finding:
        variable = "SHOUGAO_MAILBOX" if address.startswith("imap") else "SHOUGAO_RELAY"
        environ = {
            "SHOUGAO_DATA": str(tmp_path),
            variable: address,
            "SHOUGAO_MAILBOX_PASSWORD": "secret",
        }
        settings = load(ROOT / "config.toml", environ)
        if variable == "SHOUGAO_MAILBOX":
            (finding,) = mail.mailbox(settings, environ, NOW)
        else:
            (finding,) = mail.relay(settings, environ)
        assert finding.level is Level.FAIL
        assert finding.remedy
        assert not FOREIGN.search((finding.found + finding.remedy).replace("mailbox.url", "")), (
            finding
        )
        assert "secret" not in str(finding)
        return finding

    return asked


SCHEMES = pytest.mark.parametrize("scheme", ["imaps", "smtps"])


@SCHEMES
def test_a_port_that_nobody_serves(ask: Ask, scheme: str) -> None:
    with socket.create_server((servers.HOST, 0)) as closed:
        port = closed.getsockname()[1]
    assert f"没有开放 {port} 端口" in ask(f"{scheme}://a@127.0.0.1:{port}").found


@SCHEMES
def test_a_name_that_is_none(ask: Ask, scheme: str) -> None:
    found = ask(f"{scheme}://a@absent.invalid:993")
    assert "找不到名为 absent.invalid" in found.found or "域名服务器没有答复" in found.found
    assert "DNS" in found.remedy


def test_a_firewall_that_swallows(ask: Ask) -> None:
    with servers.listening(servers.silent) as port:
        found = ask(f"imaps://a@127.0.0.1:{port}")
    assert "超时" in found.found
    assert f"放行本机到 127.0.0.1 的 {port} 端口" in found.remedy


@SCHEMES
def test_a_port_without_tls(ask: Ask, scheme: str) -> None:
    with servers.listening(servers.plain) as port:
        found = ask(f"{scheme}://a@127.0.0.1:{port}")
    assert "不使用加密连接" in found.found
    assert "993" in found.remedy


def test_a_server_that_hangs_up(ask: Ask) -> None:
    with servers.listening(servers.hanging_up) as port:
        assert "断开" in ask(f"imaps://a@127.0.0.1:{port}").found


CERTIFICATES = [
    ("untrusted", "不可信", "根证书"),
    ("name", "不是发给 127.0.0.1 的", "主机名"),
    ("expired", "已经过期", "日期"),
    ("early", "没有到生效日期", "校准"),
]


@SCHEMES
@pytest.mark.parametrize(("fault", "cause", "remedy"), CERTIFICATES)
def test_a_certificate_that_will_not_do(
    ask: Ask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    fault: str,
    cause: str,
    remedy: str,
) -> None:
    authority = trustme.CA()
    trusted = trustme.CA() if fault == "untrusted" else authority
    trusted.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    now = datetime.now(UTC)
    certificate = authority.issue_cert(
        "mail.example" if fault == "name" else "127.0.0.1",
        not_before=now + timedelta(days=1) if fault == "early" else now - timedelta(days=9),
        not_after=now - timedelta(days=1) if fault == "expired" else now + timedelta(days=9),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    with servers.listening(servers.secured(context)) as port:
        found = ask(f"{scheme}://a@127.0.0.1:{port}")
    assert cause in found.found
    assert remedy in found.remedy


@pytest.mark.parametrize(
    ("words", "cause", "remedy"),
    [
        (b"[AUTHENTICATIONFAILED] Authentication failed.", "登录被拒绝", "授权码"),
        (b"LOGIN account is locked", "锁定", "解除"),
        (b"LOGIN System busy!", "繁忙", "稍后"),
        (b"IMAP service is disabled for this account", "IMAP 服务没有开启", "开启 IMAP 服务"),
        (b"[UNAVAILABLE] Too many connections", "连接数已满", "关闭其他"),
        (b"[EXPIRED] password expired", "已过期", "重新生成"),
    ],
)
def test_a_login_that_is_refused(ask: Ask, words: bytes, cause: str, remedy: str) -> None:
    with servers.listening(servers.refusing_imap(words)) as port:
        found = ask(f"imap://a@127.0.0.1:{port}")
    assert cause in found.found
    assert remedy in found.remedy
    assert words.split()[-1].decode().rstrip("!.") in found.detail


def test_a_relay_that_refuses_the_login(ask: Ask) -> None:
    with servers.listening(servers.refusing_smtp(b"535 Error: authentication failed")) as port:
        found = ask(f"smtp://a@127.0.0.1:{port}")
    assert "拒绝账号 a 登录" in found.found
    assert "授权码" in found.remedy
    assert "535" in found.detail


def test_a_full_machine_and_a_cut_cable_are_told_apart() -> None:
    unreachable = OSError(101, "Network is unreachable")
    assert cause_of(unreachable, "mail.example", 993, "mailbox.url").found == "网络不通"
    forbidden = PermissionError(1, "Operation not permitted")
    assert "防火墙" in cause_of(forbidden, "mail.example", 993, "mailbox.url").remedy
    again = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    assert "域名服务器" in cause_of(again, "mail.example", 993, "mailbox.url").found


def netease(tmp_path: Path) -> Settings:
    environ = {
        "SHOUGAO_DATA": str(tmp_path / "data"),
        "SHOUGAO_MAILBOX": "imaps://office@163.com@imap.163.com:993",
    }
    return load(ROOT / "config.toml", environ)


@pytest.mark.parametrize(
    ("letters", "oldest", "level", "told"),
    [
        (3, 2, Level.WARN, "看不出来"),
        (25, 29, Level.WARN, "最近30天"),
        (25, 60, Level.OK, "30天以前"),
    ],
)
def test_the_thirty_days_of_netease_are_seen_by_the_oldest_letter(
    tmp_path: Path, letters: int, oldest: int, level: Level, told: str
) -> None:
    box = tmp_path / "box"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    for number in range(letters):
        path = box / "new" / f"17000{number:05}.M1.example"
        path.write_bytes(b"Subject: 1\r\n\r\n1\r\n")
        moment = NOW - timedelta(days=oldest - number * oldest / letters)
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    settings = netease(tmp_path)
    (finding,) = mail._thirty_days(settings, MaildirMailbox(box, ()), letters, NOW)
    assert finding.level is level
    assert told in finding.found
