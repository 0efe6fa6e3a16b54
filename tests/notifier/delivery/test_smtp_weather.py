"""Refusals of us, silences and cuts, against a real SMTP server and through a wire that fails."""

import smtplib
from collections.abc import Callable
from typing import Any

import pytest

from notifier.delivery.relay import (
    Accepted,
    ChannelPaused,
    Interrupted,
    RelayRefused,
    Uncertain,
)
from notifier.delivery.send_log import NotRemembered
from notifier.delivery.smtp import SmtpRelay
from notifier.delivery.smtp_session import Timeouts, Tls
from tests.notifier.relays import HASTY, PATIENT, Wire

FROM = "inbox@office.example"
TO = "qian@hutang.example"
RAW = (
    b"Message-ID: <receipt.1@office.example>\r\nSubject: receipt\r\n\r\n"
    b"one\r\n.two starts with a dot\r\n"
)

Serve = Callable[..., Any]


def relay_of(smtp: Any) -> SmtpRelay:
    return SmtpRelay(smtp.host, smtp.port, FROM, "right", Tls.IMPLICIT, PATIENT, smtp.trust)


@pytest.mark.parametrize(
    ("stage", "answer", "remedy"),
    [
        ("mail", "553 Mail from must equal authorized user", "relay.sender"),
        ("mail", "550 User suspended", "停用"),
        ("data", "550 DT:SPM,163 smtp4", "垃圾邮件"),
        ("data", "554 DT:SUM,163 smtp4", "relay.sender"),
    ],
)
def test_a_refusal_of_us_is_raised_with_the_remedy(
    serve: Serve, stage: str, answer: str, remedy: str
) -> None:
    smtp = serve()
    setattr(smtp.post, stage, [answer])
    with relay_of(smtp) as relay:
        with pytest.raises(RelayRefused, match=remedy) as refused:
            relay.send(RAW, FROM, [TO])
        assert refused.value.over_letter == (stage == "data")
        assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)


def through(smtp: Any, wire: Wire, timeouts: Timeouts) -> SmtpRelay:
    return SmtpRelay("127.0.0.1", wire.port, FROM, "right", Tls.NONE, timeouts)


@pytest.mark.parametrize("silent", [True, False])
@pytest.mark.parametrize(
    ("fatal", "kind"),
    [
        (b"mail FROM", ChannelPaused),
        (b"rcpt TO", Interrupted),
        (b"DATA", Interrupted),
        (b"Subject: receipt", Interrupted),
        (b"\r\n.\r\n", Uncertain),
    ],
)
def test_a_silence_or_a_cut_is_read_by_what_was_waited_for(
    serve: Serve, fatal: bytes, kind: type, silent: bool
) -> None:
    smtp = serve(Tls.NONE)
    heard = fatal != b"Subject: receipt"
    with (
        Wire((smtp.host, smtp.port), fatal, heard=heard, silent=silent) as wire,
        through(smtp, wire, HASTY if silent else PATIENT) as relay,
    ):
        result = relay.send(RAW, FROM, [TO])
        if heard:
            assert isinstance(result, kind), result
        else:  # cut inside the letter: the last byte may have left before the cut was noticed
            assert isinstance(result, Interrupted | Uncertain)
    assert len(smtp.post.taken) == (fatal == b"\r\n.\r\n")


def test_each_step_waits_as_long_as_rfc_5321_says() -> None:
    assert Timeouts() == Timeouts(command=300, data=120, block=180, end=600)


def test_the_sockets_time_out_is_that_of_the_step(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    smtp = serve(Tls.NONE)
    waited: list[float] = []
    known = smtplib.SMTP.getreply

    def noticed(client: smtplib.SMTP) -> tuple[int, bytes]:
        assert client.sock is not None
        waited.append(client.sock.gettimeout() or 0.0)
        return known(client)

    monkeypatch.setattr(smtplib.SMTP, "getreply", noticed)
    with SmtpRelay(smtp.host, smtp.port, FROM, "right", Tls.NONE, Timeouts()) as relay:
        assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)
    greeting, *_, mail, rcpt, data, end, _quit = waited
    assert (greeting, mail, rcpt, data, end) == (300, 300, 300, 120, 600)


def test_a_relay_that_takes_its_time_after_the_end_gets_the_letter_once(serve: Serve) -> None:
    smtp = serve(Tls.NONE)
    smtp.post.slow = 1.0
    patient_at_the_end = Timeouts(command=0.5, data=0.5, block=0.5, end=10)
    with SmtpRelay(smtp.host, smtp.port, FROM, "right", Tls.NONE, patient_at_the_end) as relay:
        assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)
    assert len(smtp.post.taken) == 1


def test_a_letter_whose_end_may_not_be_sent_is_not_sent(serve: Serve) -> None:
    smtp = serve()

    def refuse() -> None:
        raise NotRemembered("磁盘已满")

    with relay_of(smtp) as relay:
        with pytest.raises(NotRemembered):
            relay.send(RAW, FROM, [TO], refuse)
        assert isinstance(relay.send(RAW, FROM, [TO]), Accepted)
    assert len(smtp.post.taken) == 1


def test_a_large_letter_arrives_whole(serve: Serve) -> None:
    smtp = serve()
    raw = RAW + b".dots\r\n" * 40_000
    with relay_of(smtp) as relay:
        assert isinstance(relay.send(raw, FROM, [TO]), Accepted)
    assert smtp.post.taken[0].content == raw
