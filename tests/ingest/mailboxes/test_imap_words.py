"""Every refusal of a login by its own words and remedy; only a wrong password is called one."""

from __future__ import annotations

import pytest

from ingest.mailboxes.imap_words import Refusal, login_sentence, refusal_of, spoken
from ingest.mailboxes.mailbox import MailboxRefused, TransientError
from tests.ingest.conftest import PASSWORD, Account, Ledger
from tests.ingest.netease import Script, wire

QQ = (
    "Login fail. Account is abnormal, service is not open, password is incorrect, login frequency"
    " limited, or system is busy. More information at https://help.example/detail"
)
SAID = [
    ("[UNAVAILABLE] Maximum number of connections from user+IP exceeded", Refusal.TOO_MANY),
    ("[ALERT] Too many simultaneous connections. (Failure)", Refusal.TOO_MANY),
    ("Too many connections", Refusal.TOO_MANY),
    ("[UNAVAILABLE] Temporary authentication failure.", Refusal.BUSY),
    ("LOGIN System busy!", Refusal.BUSY),
    ("系统繁忙，请稍后再试", Refusal.BUSY),
    ("ERR.LOGIN.REQCODE login too frequently", Refusal.FREQUENT),
    ("LOGIN account is locked", Refusal.LOCKED),
    ("账号已被冻结", Refusal.LOCKED),
    ("user suspended", Refusal.LOCKED),
    ("[EXPIRED] password expired", Refusal.EXPIRED),
    ("EXAMINE Unsafe Login. Please contact kefu@188.example for help", Refusal.CLOSED),
    ("IMAP service is disabled for this account", Refusal.CLOSED),
    (QQ, Refusal.NAMES_ALL),
    ("LOGIN Login error or password error", None),
    ("[AUTHENTICATIONFAILED] Authentication failed.", None),
]


@pytest.mark.parametrize(("text", "refusal"), SAID)
def test_what_servers_say_is_understood(text: str, refusal: Refusal | None) -> None:
    assert refusal_of(text) is refusal


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_names_the_account_or_the_server_and_a_remedy(refusal: Refusal) -> None:
    sentence = login_sentence(refusal, "inbox@office.example", "said")
    assert "said" in sentence and sentence.endswith("。")
    assert "检查账号和密码" not in sentence or refusal is Refusal.PASSWORD


def test_words_that_the_library_gives_as_bytes_are_read() -> None:
    assert spoken(ValueError(str("系统繁忙".encode("gb18030")))) == "系统繁忙"
    assert spoken(ValueError(str("系统繁忙".encode()))) == "系统繁忙"


@pytest.mark.parametrize(("text", "refusal"), SAID)
def test_a_login_refused_over_the_wire_is_told_by_its_own_words(
    account: Account, ledger: Ledger, text: str, refusal: Refusal | None
) -> None:
    class Refusing(Script):
        def command(self, line: bytes) -> bytes | None:
            if b" LOGIN " not in line:
                return None
            return line.split()[0] + b" NO " + text.encode() + b"\r\n"

    passing = refusal is not None and refusal.passing
    with (
        wire(account.server.port, Refusing) as line,
        pytest.raises(TransientError if passing else MailboxRefused) as caught,
    ):
        ledger.collect(account.mailbox(line.port))
    assert ("检查账号和密码" in str(caught.value)) is (refusal is None)


def test_a_refused_secret_is_not_tried_again_at_every_look(
    account: Account, ledger: Ledger
) -> None:
    with wire(account.server.port) as line:
        mailbox = account.mailbox(line.port, password="revoked")
        for _ in range(50):
            with pytest.raises(MailboxRefused, match="授权码"):
                ledger.collect(mailbox)
        assert line.commands.count("LOGIN") == 1


def test_another_secret_is_tried_at_once(account: Account, ledger: Ledger) -> None:
    secrets = iter(["revoked", "revoked", PASSWORD])
    account.deliver(b"Subject: 1\r\n\r\n1\r\n")
    mailbox = account.mailbox(password=lambda: next(secrets))
    for _ in range(2):
        with pytest.raises(MailboxRefused):
            ledger.collect(mailbox)
    assert len(ledger.collect(mailbox)) == 1


def test_a_busy_server_is_left_alone_for_a_while(account: Account, ledger: Ledger) -> None:
    class Busy(Script):
        def command(self, line: bytes) -> bytes | None:
            return line.split()[0] + b" NO [INUSE] busy\r\n" if b" LOGIN " in line else None

    with wire(account.server.port, Busy) as line:
        mailbox = account.mailbox(line.port)
        for _ in range(5):
            with pytest.raises(TransientError, match="繁忙"):
                ledger.collect(mailbox)
        assert line.commands.count("LOGIN") == 1


def test_a_server_that_complains_of_a_command_is_left_alone_for_a_while(
    account: Account, ledger: Ledger
) -> None:
    class Frequent(Script):
        def command(self, line: bytes) -> bytes | None:
            refused = line.split()[0] + b" NO too frequent, try again later\r\n"
            return refused if b" FETCH " in line else None

    account.deliver(b"Subject: 1\r\n\r\n1\r\n")
    with wire(account.server.port, Frequent) as line:
        mailbox = account.mailbox(line.port)
        for _ in range(5):
            with pytest.raises(TransientError, match="frequent"):
                ledger.collect(mailbox)
        assert len([one for one in line.commands if "FETCH" in one]) == 1
        assert line.commands.count("LOGIN") == 1
    assert not ledger.faults
