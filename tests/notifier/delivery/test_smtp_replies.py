"""What relays' replies mean."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.delivery.outcomes import backoff
from notifier.delivery.relay import Accepted, PermanentFailure, QuotaExceeded, TransientFailure
from notifier.delivery.smtp_replies import as_line, result_of, wants_login

MINUTE = timedelta(minutes=1)


def test_a_250_is_sent() -> None:
    assert result_of(250, "2.0.0 OK queued as 7") == Accepted("250 2.0.0 OK queued as 7")


@pytest.mark.parametrize(
    ("code", "text", "least"),
    [
        (421, "HL:ICC,163 smtp4, too many connections", 10 * MINUTE),
        (421, "HL:IFC,163 smtp4", 10 * MINUTE),
        (450, "MI:CEL,163 smtp1,too many errors", 5 * MINUTE),
        (450, "MI:DMC", 5 * MINUTE),
        (450, "MI:CCL", 5 * MINUTE),
        (450, "RP:DRC,163 smtp", 5 * MINUTE),
        (451, "DT:SPM ,163 smtp2,please try again", 2 * MINUTE),
        (451, "MI:SFQ", 15 * MINUTE),
        (451, "RP:QRC", 5 * MINUTE),
        (451, "Requested mail action not taken: too much fail authentication", 60 * MINUTE),
        (452, "4.3.1 Insufficient system storage", timedelta()),
        (550, "Domain frequency limited", 60 * MINUTE),
    ],
)
def test_passing_refusals_are_tried_later(code: int, text: str, least: timedelta) -> None:
    result = result_of(code, text)
    assert isinstance(result, TransientFailure)
    assert result.after >= least


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (550, "MI:STC,163 smtp1,too many mails today"),
        (554, "MI:STC"),
        (550, "RP:TRC"),
        (554, "HL:ITC,163 smtp1"),
    ],
)
def test_a_days_quota_is_waited_for_until_tomorrow(code: int, text: str) -> None:
    assert isinstance(result_of(code, text), QuotaExceeded)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (550, "DT:SPM ,163 smtp2"),
        (554, "DT:SPM 163 smtp10"),
        (554, "DT:SUM 163 smtp10, envelope from and header from do not match"),
        (552, "Illegal Attachment"),
        (552, "Requested mail action aborted: exceeded mailsize limit"),
        (550, "Invalid User: nobody@163.example"),
        (550, "5.1.1 User suspended"),
    ],
)
def test_a_clear_word_is_for_good(code: int, text: str) -> None:
    assert isinstance(result_of(code, text), PermanentFailure)


def test_a_demand_to_log_in_is_about_us_not_the_letter() -> None:
    assert wants_login(553, "authentication is required,163 smtp4")
    assert wants_login(530, "5.7.0 whatever")
    assert not wants_login(550, "Invalid User")
    assert not wants_login(250, "authentication is required")


@given(st.integers(-1, 999), st.text())
def test_any_reply_has_a_meaning_and_only_5yz_is_for_good(code: int, text: str) -> None:
    result = result_of(code, text)
    assert isinstance(result, Accepted) == (200 <= code < 300)
    if isinstance(result, PermanentFailure):
        assert 500 <= code < 600
    assert result.reply == as_line(code, text)
    assert result.reply.isprintable()
    assert len(result.reply) <= 500


@given(st.integers(0, 10_000), st.integers(0))
def test_rests_stay_between_a_minute_and_six_hours(tries: int, seed: int) -> None:
    assert MINUTE <= backoff(tries, seed) <= timedelta(hours=6)
    assert backoff(tries, seed) == backoff(tries, seed)


def test_rests_grow_and_differ_between_letters() -> None:
    for seed in range(20):
        rests = [backoff(tries, seed) for tries in range(9)]
        assert rests == sorted(rests)
    assert len({backoff(5, seed) for seed in range(20)}) > 10
    assert backoff(0, 1) == MINUTE
    assert backoff(39, 1) >= timedelta(hours=4.5)
