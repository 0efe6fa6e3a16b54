"""Relays against a real SMTP server (aiosmtpd, with TLS and AUTH)."""

import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from notifier.delivery.relay import (
    Accepted,
    ChannelPaused,
    PermanentFailure,
    QuotaExceeded,
    RelayRefused,
    TransientFailure,
    Uncertain,
)
from notifier.delivery.smtp import SmtpRelay
from notifier.delivery.smtp_session import Tls
from tests.notifier.relays import PATIENT

FROM = "inbox@office.example"
TO = "qian@hutang.example"
COPY = "zhou@hutang.example"
RAW = (
    b"Message-ID: <receipt.1@office.example>\r\nSubject: receipt\r\n\r\n"
    b"one\r\n.two starts with a dot\r\n"
)

Serve = Callable[..., Any]


def relay_of(
    smtp: Any, tls: Tls = Tls.IMPLICIT, password: str = "right", account: str = FROM
) -> SmtpRelay:
    return SmtpRelay(smtp.host, smtp.port, account, password, tls, PATIENT, smtp.trust)


@pytest.mark.parametrize("tls", list(Tls))
def test_a_letter_arrives_with_its_bytes_unchanged(serve: Serve, tls: Tls) -> None:
    smtp = serve(tls)
    with relay_of(smtp, tls) as relay:
        result = relay.send(RAW, FROM, [TO, COPY])
    assert result == Accepted("250 2.0.0 OK queued")
    (taken,) = smtp.post.taken
    assert taken.content == RAW
    assert (taken.mail_from, taken.rcpt_tos) == (FROM, [TO, COPY])
    assert smtp.post.logins == 1


def test_one_connection_serves_a_whole_round(serve: Serve) -> None:
    smtp = serve()
    with relay_of(smtp) as relay:
        assert all(isinstance(relay.send(RAW, FROM, [TO]), Accepted) for _ in range(5))
    assert smtp.post.logins == smtp.post.connections == 1
    assert len(smtp.post.taken) == 5


@pytest.mark.parametrize("tls", list(Tls))
def test_the_last_bytes_of_a_letter_are_sent_at_once(
    serve: Serve, tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    set_option = socket.socket.setsockopt

    def noticed(line: socket.socket, *option: Any) -> None:
        asked.append((line.getpeername()[1], option))
        set_option(line, *option)

    smtp = serve(tls)
    monkeypatch.setattr(socket.socket, "setsockopt", noticed)
    with relay_of(smtp, tls) as relay:
        assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)
    assert (smtp.port, (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)) in asked


def test_a_relay_can_be_used_again_after_its_with(serve: Serve) -> None:
    smtp = serve()
    relay = relay_of(smtp)
    for _ in range(2):
        with relay:
            assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)
    assert smtp.post.logins == 2


def test_no_login_is_tried_without_an_account(serve: Serve) -> None:
    smtp = serve(Tls.NONE, auth=False)
    with relay_of(smtp, Tls.NONE, "", "") as relay:
        assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)
    assert smtp.post.logins == 0


def test_eight_bit_letters_are_announced_and_seven_bit_ones_are_not(serve: Serve) -> None:
    smtp = serve()
    with relay_of(smtp) as relay:
        relay.send(RAW, FROM, [TO])
        relay.send(RAW + "稿".encode() + b"\r\n", FROM, [TO])
    assert ["BODY=8BITMIME" in options for options in smtp.post.options] == [False, True]
    assert "稿".encode() in smtp.post.taken[1].content


@pytest.mark.parametrize("tls", [Tls.IMPLICIT, Tls.STARTTLS])
def test_a_wrong_password_is_refused_with_the_remedy(serve: Serve, tls: Tls) -> None:
    smtp = serve(tls)
    with relay_of(smtp, tls, "wrong") as relay, pytest.raises(RelayRefused) as refused:
        relay.send(RAW, FROM, [TO])
    assert "授权码" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "wrong" not in str(refused.value)


def test_a_full_width_password_is_refused_with_the_remedy(serve: Serve) -> None:
    smtp = serve()
    with relay_of(smtp, password="密码") as relay, pytest.raises(RelayRefused, match="全角"):
        relay.send(RAW, FROM, [TO])


def test_an_untrusted_certificate_is_refused(serve: Serve) -> None:
    smtp = serve()
    relay = SmtpRelay(smtp.host, smtp.port, FROM, "right", Tls.IMPLICIT, PATIENT)
    with relay, pytest.raises(RelayRefused, match="证书不"):
        relay.send(RAW, FROM, [TO])
    assert smtp.post.connections == 0


@pytest.mark.parametrize("tls", [Tls.IMPLICIT, Tls.STARTTLS])
def test_another_servers_certificate_is_refused(serve: Serve, tls: Tls) -> None:
    smtp = serve(tls, name="other.example")
    with relay_of(smtp, tls) as relay, pytest.raises(RelayRefused, match="证书不"):
        relay.send(RAW, FROM, [TO])
    assert smtp.post.logins == 0


def test_a_port_without_tls_is_told_apart(serve: Serve) -> None:
    smtp = serve(Tls.NONE)
    with relay_of(smtp, Tls.IMPLICIT) as relay, pytest.raises(RelayRefused, match="465"):
        relay.send(RAW, FROM, [TO])


def test_a_server_without_starttls_never_gets_the_password(serve: Serve) -> None:
    smtp = serve(Tls.NONE)
    with relay_of(smtp, Tls.STARTTLS) as relay, pytest.raises(RelayRefused, match="STARTTLS"):
        relay.send(RAW, FROM, [TO])
    assert smtp.post.logins == 0


@pytest.mark.parametrize("hidden", [True, False])
def test_a_server_without_login_is_told_apart(serve: Serve, hidden: bool) -> None:
    smtp = serve(Tls.NONE, auth=False)
    smtp.post.hide_auth = hidden
    with relay_of(smtp, Tls.NONE) as relay, pytest.raises(RelayRefused, match="不提供登录"):
        relay.send(RAW, FROM, [TO])


def test_a_server_that_wants_a_login_is_no_fault_of_the_letter(serve: Serve) -> None:
    smtp = serve(Tls.NONE, auth=False)
    smtp.post.mail = ["553 authentication is required,smtp4"]
    with relay_of(smtp, Tls.NONE, "", "") as relay, pytest.raises(RelayRefused, match="先登录"):
        relay.send(RAW, FROM, [TO])


@pytest.mark.parametrize(
    ("stage", "answer", "kind"),
    [
        ("mail", "421 HL:ICC,163 smtp4", ChannelPaused),
        ("data", "421 HL:ICC,163 smtp4", ChannelPaused),
        ("mail", "450 MI:DMC,163 smtp4", ChannelPaused),
        ("data", "450 MI:DMC,163 smtp4", ChannelPaused),
        ("data", "451 DT:SPM,163 smtp4,please try again", TransientFailure),
        ("mail", "550 MI:STC,163 smtp4", QuotaExceeded),
        ("data", "554 HL:ITC,163 smtp4", QuotaExceeded),
        ("mail", "552 too large", PermanentFailure),
        ("data", "552 Illegal Attachment", PermanentFailure),
        ("mail", "354 nonsense", ChannelPaused),
        ("data", "354 nonsense", Uncertain),
    ],
)
def test_a_refusal_is_understood_and_the_next_letter_goes_out(
    serve: Serve, stage: str, answer: str, kind: type
) -> None:
    smtp = serve()
    setattr(smtp.post, stage, [answer])
    with relay_of(smtp) as relay:
        result = relay.send(RAW, FROM, [TO])
        assert isinstance(result, kind)
        assert result.reply == answer
        assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)
    assert len(smtp.post.taken) == 1
    assert smtp.post.resets == (0 if answer.startswith("421") else 1)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("450 RP:QRC", ChannelPaused),
        ("450 4.7.1 greylisted", TransientFailure),
        ("550 RP:TRC", QuotaExceeded),
        ("550 Invalid User", PermanentFailure),
    ],
)
def test_the_addressees_refusal_decides(serve: Serve, answer: str, kind: type) -> None:
    smtp = serve()
    smtp.post.rcpt[TO] = answer
    with relay_of(smtp) as relay:
        assert isinstance(relay.send(RAW, FROM, [TO]), kind)
        assert isinstance(relay.send(RAW, FROM, [COPY]), Accepted)
    assert smtp.post.taken[0].rcpt_tos == [COPY]


def test_an_ended_mailbox_does_not_keep_the_letter_from_the_successor(serve: Serve) -> None:
    smtp = serve()
    smtp.post.rcpt[TO] = "550 Invalid User"
    with relay_of(smtp) as relay:
        result = relay.send(RAW, FROM, [TO, COPY])
    assert result == Accepted(f"250 2.0.0 OK queued; {TO}: 550 Invalid User")
    assert smtp.post.taken[0].rcpt_tos == [COPY]


def test_a_refused_copy_does_not_keep_the_letter_from_the_addressee(serve: Serve) -> None:
    smtp = serve()
    smtp.post.rcpt[COPY] = "450 MI:DMC"
    with relay_of(smtp) as relay:
        assert isinstance(relay.send(RAW, FROM, [TO, COPY]), Accepted)
    assert smtp.post.taken[0].rcpt_tos == [TO]


def test_a_connection_dropped_while_idle_is_opened_anew(serve: Serve) -> None:
    smtp = serve()
    smtp.post.mail = ["250 OK", "421 4.4.2 idle too long"]
    with relay_of(smtp) as relay:
        assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)
        assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)
    assert smtp.post.logins == 2


def test_a_connection_dropped_after_the_letters_end_leaves_it_uncertain(serve: Serve) -> None:
    smtp = serve()
    smtp.post.drop_data = 1
    with relay_of(smtp) as relay:
        assert isinstance(relay.send(RAW, FROM, [TO]), Uncertain)
        assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)
    assert smtp.post.logins == 2
    assert len(smtp.post.taken) == 1


def test_an_unreachable_server_costs_one_try_a_round() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        relay = SmtpRelay("127.0.0.1", closed.getsockname()[1], FROM, "right", Tls.NONE, PATIENT)
        with relay:
            first = relay.send(RAW, FROM, [TO])
            assert isinstance(first, ChannelPaused)
            assert relay.send(RAW, FROM, [TO]) is first
        with relay:
            assert relay.send(RAW, FROM, [TO]) is not first
        with pytest.raises(RelayRefused, match="连不上"):
            relay.check()


@pytest.mark.parametrize("address", ["", "钱@hutang.example", "a b@x.example", "a@x\r\nRCPT", "a"])
def test_an_address_that_is_none_is_never_offered(serve: Serve, address: str) -> None:
    smtp = serve()
    with relay_of(smtp) as relay:
        assert isinstance(relay.send(RAW, FROM, [address, COPY]), PermanentFailure)
    assert smtp.post.connections == 0


@pytest.mark.parametrize("tls", list(Tls))
def test_a_check_logs_in_and_sends_nothing(serve: Serve, tls: Tls) -> None:
    smtp = serve(tls)
    assert "登录成功" in relay_of(smtp, tls).check()
    assert smtp.post.logins == 1
    assert smtp.post.options == []
    with pytest.raises(RelayRefused, match="授权码"):
        relay_of(smtp, tls, "wrong").check()


def test_a_password_is_never_shown() -> None:
    relay = SmtpRelay(
        "mail.example", 465, FROM, "geheim", Tls.IMPLICIT, PATIENT, ssl.create_default_context()
    )
    assert "geheim" not in f"{relay!r} {relay}"
    assert "mail.example:465" in repr(relay)


def test_rests_of_the_relay_are_kept(serve: Serve) -> None:
    smtp = serve()
    smtp.post.data = ["451 MI:SFQ"]
    with relay_of(smtp) as relay:
        result = relay.send(RAW, FROM, [TO])
    assert result == ChannelPaused(timedelta(minutes=15), "451 MI:SFQ", over_letter=True)
