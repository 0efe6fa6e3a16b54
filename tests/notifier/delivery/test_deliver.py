"""What is owed goes out: a real ledger, and relays that are real or scripted."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.letters import LetterRepository
from ledger.outbox import Outbox
from ledger.states import DeliveryState, LetterState
from notifier.delivery.deliver import MAX_READ, MAX_TRIES, Ceilings, Delivered
from notifier.delivery.maildir import MaildirRelay
from notifier.delivery.relay import (
    Accepted,
    PermanentFailure,
    QuotaExceeded,
    RelayRefused,
    Result,
    TransientFailure,
    no_hook,
)
from notifier.delivery.smtp import SmtpRelay
from notifier.delivery.smtp_session import Tls
from tests.notifier.delivering import (
    FROM,
    LATER,
    NOON,
    QIAN,
    SCORES,
    SUN,
    ScriptedRelay,
    go,
    killed_before_the_record,
    owe,
    raw_of,
    row,
    states,
)
from tests.notifier.relays import PATIENT


def test_what_was_sent_is_settled_and_not_sent_again(engine: Engine) -> None:
    owe(engine, 1, QIAN, SUN)
    relay = ScriptedRelay()
    assert go(engine, relay) == Delivered(sent=1)
    assert go(engine, relay) == Delivered()
    assert relay.offered == [(raw_of(1), (QIAN, SUN))]
    assert LetterRepository(engine, SCORES).census() == {LetterState.SETTLED: 1}


def test_the_longest_owed_goes_first(engine: Engine) -> None:
    for number in range(1, 6):
        owe(engine, number, QIAN if number % 2 else SUN)
    relay = ScriptedRelay()
    assert go(engine, relay) == Delivered(sent=5)
    assert [raw for raw, _ in relay.offered] == [raw_of(number) for number in range(1, 6)]


def test_an_addressees_letters_keep_their_order_and_others_do_not_wait(engine: Engine) -> None:
    owe(engine, 1, QIAN)
    owe(engine, 2, QIAN)
    owe(engine, 3, SUN)
    relay = ScriptedRelay(LATER)
    assert go(engine, relay) == Delivered(sent=1, postponed=1)
    assert [raw for raw, _ in relay.offered] == [raw_of(1), raw_of(3)]
    assert go(engine, relay, NOON + timedelta(seconds=30)) == Delivered()
    assert go(engine, relay, NOON + timedelta(hours=1)) == Delivered(sent=2)
    assert [raw for raw, _ in relay.offered[2:]] == [raw_of(1), raw_of(2)]


def test_the_rest_that_the_relay_asks_for_is_kept(engine: Engine) -> None:
    owe(engine, 1)
    relay = ScriptedRelay(TransientFailure(timedelta(minutes=15), "451 MI:SFQ"))
    go(engine, relay)
    assert go(engine, relay, NOON + timedelta(minutes=14)) == Delivered()
    assert go(engine, relay, NOON + timedelta(minutes=15)) == Delivered(sent=1)


def test_ceilings_of_the_hour_and_the_day_are_kept(engine: Engine) -> None:
    for number in range(1, 9):
        owe(engine, number)
    relay = ScriptedRelay()
    ceilings = Ceilings(per_hour=2, per_day=5)
    sent = [
        go(engine, relay, NOON + timedelta(minutes=minutes), ceilings).sent
        for minutes in (0, 30, 61, 122, 183, 24 * 60 + 1)
    ]
    assert sent == [2, 0, 2, 1, 0, 2]


def test_after_the_days_quota_everything_waits(engine: Engine) -> None:
    owe(engine, 1, QIAN)
    owe(engine, 2, SUN)
    relay = ScriptedRelay(QuotaExceeded("550 MI:STC"))
    done = go(engine, relay)
    assert (done.sent, done.postponed) == (0, 1)
    assert "今天不再收信" in done.trouble
    assert len(relay.offered) == 1
    assert go(engine, relay, NOON + timedelta(days=1)) == Delivered(sent=2)


def test_until_the_offices_next_day_a_relay_that_is_full_is_left_alone(engine: Engine) -> None:
    for number in range(1, 4):
        owe(engine, number, f"officer{number}@town.example")
    go(engine, ScriptedRelay(QuotaExceeded("550 MI:STC,163 smtp4")))
    relay = ScriptedRelay()
    midnight = datetime(2022, 3, 7, 16, 0, tzinfo=UTC)  # 24:00 in the office
    for hours in (1, 6, 11.9):
        done = go(engine, relay, NOON + timedelta(hours=hours))
        assert "今天不再收信" in done.trouble
    assert relay.offered == []
    assert go(engine, relay, midnight + timedelta(minutes=30)) == Delivered(sent=3)


def test_a_long_queue_behind_one_addressee_does_not_starve_the_others(engine: Engine) -> None:
    for number in range(1, MAX_READ + 6):
        owe(engine, number, QIAN)
    owe(engine, 500, SUN)
    relay = ScriptedRelay(LATER)
    assert go(engine, relay, ceilings=Ceilings(500, 900)) == Delivered(sent=1, postponed=1)
    assert [raw for raw, _ in relay.offered] == [raw_of(1), raw_of(500)]


def test_many_letters_need_one_connection(engine: Engine, serve: Callable[..., Any]) -> None:
    for number in range(1, MAX_READ + 6):
        owe(engine, number)
    smtp = serve(Tls.IMPLICIT)
    relay = SmtpRelay(smtp.host, smtp.port, FROM, "right", Tls.IMPLICIT, PATIENT, smtp.trust)
    done = go(engine, relay, ceilings=Ceilings(500, 900))
    assert done == Delivered(sent=MAX_READ + 5)
    assert (smtp.post.connections, smtp.post.logins) == (1, 1)


def test_what_a_relay_that_never_doubles_took_before_it_broke_is_recorded(engine: Engine) -> None:
    for number in range(1, 6):
        owe(engine, number)
    relay = ScriptedRelay(*[Accepted("250")] * 3, RuntimeError("broken"), never_doubles=True)
    with pytest.raises(RuntimeError):
        go(engine, relay)
    assert states(engine) == [DeliveryState.SENT] * 3 + [DeliveryState.OWED] * 2
    assert go(engine, relay) == Delivered(sent=2)
    assert [raw for raw, _ in relay.offered[4:]] == [raw_of(4), raw_of(5)]


def test_where_a_letter_could_double_each_is_recorded_before_the_next(engine: Engine) -> None:
    for number in range(1, 4):
        owe(engine, number)
    seen = []

    class Watching(ScriptedRelay):
        def send(
            self,
            raw: bytes,
            sender: str,
            recipients: Sequence[str],
            before_end: Callable[[], None] = no_hook,
        ) -> Result:
            seen.append(states(engine).count(DeliveryState.SENT))
            return super().send(raw, sender, recipients, before_end)

    assert go(engine, Watching()) == Delivered(sent=3)
    assert seen == [0, 1, 2]


def test_the_backlog_and_what_was_given_up_can_be_seen(engine: Engine) -> None:
    for number, recipient in enumerate((QIAN, SUN, "x@town.example"), 1):
        owe(engine, number, recipient)
    go(engine, ScriptedRelay(PermanentFailure("550 Invalid User"), LATER))
    outbox = Outbox(engine)
    (lost,) = outbox.unsent(NOON - timedelta(hours=1))
    assert (lost.recipient, lost.subject, lost.reply) == (QIAN, "回执1", "550 Invalid User")
    waiting = outbox.waiting(NOON)
    assert (waiting.many, waiting.oldest, waiting.replies) == (1, NOON, ("450 MI:DMC",))
    assert outbox.unsent(NOON + timedelta(seconds=1)) == []


def test_a_letter_refused_for_good_is_given_up_and_the_next_goes_out(engine: Engine) -> None:
    owe(engine, 1)
    owe(engine, 2)
    assert go(engine, ScriptedRelay(PermanentFailure("550 DT:SPM"))) == Delivered(
        sent=1, given_up=1
    )
    assert states(engine) == [DeliveryState.GIVEN_UP, DeliveryState.SENT]
    assert LetterRepository(engine, SCORES).census() == {LetterState.SETTLED: 2}


def test_a_letter_always_postponed_is_given_up_in_the_end(engine: Engine) -> None:
    owe(engine, 1)
    relay = ScriptedRelay(*[LATER] * (MAX_TRIES + 5))
    done = [go(engine, relay, NOON + timedelta(days=day)) for day in range(MAX_TRIES)]
    assert done[-2] == Delivered(postponed=1)
    assert done[-1] == Delivered(given_up=1)
    assert go(engine, relay, NOON + timedelta(days=MAX_TRIES)) == Delivered()


def test_a_relay_that_refuses_us_costs_no_letter_a_try(engine: Engine) -> None:
    owe(engine, 1)
    relay = ScriptedRelay(RelayRefused("请检查授权码。"))
    assert go(engine, relay) == Delivered(trouble="请检查授权码。", refused=True)
    (due,) = Outbox(engine).due(NOON, 10)
    assert due.tries == 0
    assert go(engine, relay) == Delivered(sent=1)


def test_killed_before_the_record_a_letter_is_repeated_under_its_message_id(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(engine, 1)
    relay = MaildirRelay(tmp_path / "out")

    killed_before_the_record(engine, relay, monkeypatch)
    assert go(engine, relay) == Delivered(sent=1)
    (path,) = (tmp_path / "out" / "new").iterdir()
    assert path.read_bytes() == raw_of(1)


def test_a_real_server_gets_every_letter_once_in_spite_of_its_moods(
    engine: Engine, serve: Callable[..., Any]
) -> None:
    for number in range(1, 7):
        owe(engine, number, f"officer{number}@town.example")
    smtp = serve(Tls.STARTTLS)
    smtp.post.mail = ["250 OK", "450 MI:DMC,163 smtp4", "250 OK", "421 HL:ICC,163 smtp4"]
    smtp.post.data = ["250 OK", "451 DT:SPM,163 smtp4", "250 OK"]
    relay = SmtpRelay(smtp.host, smtp.port, FROM, "right", Tls.STARTTLS, PATIENT, smtp.trust)
    now, sent = NOON, 0
    for _ in range(5):
        sent += go(engine, relay, now).sent
        now += timedelta(hours=1)
    assert sent == 6
    taken = [envelope.content for envelope in smtp.post.taken]
    assert sorted(taken) == [raw_of(number) for number in range(1, 7)]
    assert states(engine) == [DeliveryState.SENT] * 6


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        ("421 HL:ICC,163 smtp4", timedelta(minutes=10)),
        ("450 RP:DRC,163 smtp4", timedelta(minutes=5)),
        ("451 MI:SFQ,163 smtp4", timedelta(minutes=15)),
    ],
)
def test_what_rests_the_channel_costs_no_letter_a_try_at_any_stage(
    engine: Engine, serve: Callable[..., Any], stage: str, answer: str, rest: timedelta
) -> None:
    owe(engine, 1)
    smtp = serve(Tls.IMPLICIT)
    if stage == "rcpt":
        smtp.post.rcpt[QIAN] = answer
    else:
        getattr(smtp.post, stage).append(answer)
    relay = SmtpRelay(smtp.host, smtp.port, FROM, "right", Tls.IMPLICIT, PATIENT, smtp.trust)
    done = go(engine, relay)
    assert (done.rest, done.refused, done.given_up) == (rest, False, 0)
    assert answer[4:] in done.trouble
    assert (row(engine).state, row(engine).tries) == (DeliveryState.OWED, 0)
    assert (row(engine).not_before > NOON) == (stage != "mail")


@pytest.mark.parametrize(
    ("stage", "answer", "state"),
    [
        ("data", "451 DT:SPM,163 smtp4", DeliveryState.OWED),
        ("rcpt", "450 4.7.1 greylisted", DeliveryState.OWED),
        ("data", "554 HL:ITC,163 smtp4", DeliveryState.OWED),
        ("mail", "554 DT:SUM 163 smtp4", DeliveryState.OWED),
        ("data", "554 DT:SUM 163 smtp4", DeliveryState.OWED),
        ("data", "552 Illegal Attachment", DeliveryState.GIVEN_UP),
        ("rcpt", "550 Invalid User", DeliveryState.GIVEN_UP),
    ],
)
def test_a_reply_is_read_with_the_command_it_answers(
    engine: Engine, serve: Callable[..., Any], stage: str, answer: str, state: DeliveryState
) -> None:
    owe(engine, 1)
    smtp = serve(Tls.IMPLICIT)
    if stage == "rcpt":
        smtp.post.rcpt[QIAN] = answer
    else:
        getattr(smtp.post, stage).append(answer)
    relay = SmtpRelay(smtp.host, smtp.port, FROM, "right", Tls.IMPLICIT, PATIENT, smtp.trust)
    done = go(engine, relay)
    assert states(engine) == [state]
    assert done.refused == ("HL:ITC" in answer or "DT:SUM" in answer)
    assert row(engine).tries == (0 if done.refused else 1)


def test_killed_after_the_relays_250_a_letter_goes_out_again_under_its_message_id(
    engine: Engine, serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(engine, 1)
    smtp = serve(Tls.IMPLICIT)
    relay = SmtpRelay(smtp.host, smtp.port, FROM, "right", Tls.IMPLICIT, PATIENT, smtp.trust)

    killed_before_the_record(engine, relay, monkeypatch)
    assert go(engine, relay) == Delivered(sent=1)
    assert [envelope.content for envelope in smtp.post.taken] == [raw_of(1)] * 2
