"""What relays' replies mean."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.delivery.outcomes import backoff
from notifier.delivery.relay import (
    Accepted,
    ChannelPaused,
    PermanentFailure,
    QuotaExceeded,
    RelayRefused,
    Result,
    TransientFailure,
    Uncertain,
)
from notifier.delivery.smtp_replies import Stage, as_line, meaning, wants_login

MINUTE = timedelta(minutes=1)


SERVER, FROM = "smtp.office.example", "inbox@office.example"
ALL = tuple(Stage)
OVER_LETTER = (Stage.RCPT, Stage.DATA, Stage.END)
BEFORE = (Stage.GREETING, Stage.LOGIN, Stage.MAIL)


def read(stage: Stage, code: int, text: str) -> Result:
    return meaning(stage, code, text, SERVER, FROM)


def refusal(stage: Stage, code: int, text: str) -> RelayRefused:
    with pytest.raises(RelayRefused) as refused:
        read(stage, code, text)
    return refused.value


def test_a_250_is_sent() -> None:
    assert read(Stage.END, 250, "2.0.0 OK queued as 7") == Accepted("250 2.0.0 OK queued as 7")


@pytest.mark.parametrize("stage", ALL)
@pytest.mark.parametrize(
    ("code", "text", "least"),
    [
        (421, "HL:ICC,163 smtp4, too many connections", 10 * MINUTE),
        (421, "HL:IFC,163 smtp4", 10 * MINUTE),
        (554, "HL:ICC,163 smtp4", 10 * MINUTE),
        (450, "MI:CEL,163 smtp1,too many errors", 5 * MINUTE),
        (450, "MI:DMC", 5 * MINUTE),
        (450, "MI:CCL", 5 * MINUTE),
        (450, "RP:DRC,163 smtp", 5 * MINUTE),
        (451, "MI:SFQ", 15 * MINUTE),
        (451, "RP:QRC", 5 * MINUTE),
        (451, "Requested mail action not taken: too much fail authentication", 60 * MINUTE),
        (421, "4.7.0 try later", timedelta()),
        (550, "Error: system busy", 5 * MINUTE),
        (535, "Too many connections", 10 * MINUTE),
    ],
)
def test_what_the_relay_counts_against_us_rests_the_channel_whatever_it_answers(
    stage: Stage, code: int, text: str, least: timedelta
) -> None:
    result = read(stage, code, text)
    assert isinstance(result, ChannelPaused)
    assert result.after == least
    assert result.over_letter == (stage in OVER_LETTER)


@pytest.mark.parametrize("stage", BEFORE)
@pytest.mark.parametrize(("code", "text"), [(450, "4.7.1 try later"), (452, "4.3.1 no storage")])
def test_a_passing_refusal_before_the_letter_is_begun_is_no_letters(
    stage: Stage, code: int, text: str
) -> None:
    assert isinstance(read(stage, code, text), ChannelPaused)


@pytest.mark.parametrize(
    ("stage", "code", "text", "least"),
    [
        (Stage.RCPT, 450, "4.7.1 greylisted", timedelta()),
        (Stage.RCPT, 452, "4.2.2 mailbox full", timedelta()),
        (Stage.END, 452, "4.2.2 mailbox full", timedelta()),
        (Stage.END, 451, "DT:SPM ,163 smtp2,please try again", 2 * MINUTE),
        (Stage.END, 451, "4.3.0 local error", timedelta()),
        (Stage.RCPT, 550, "Domain frequency limited", 60 * MINUTE),
    ],
)
def test_a_passing_refusal_of_the_addressee_or_the_letter_is_tried_later(
    stage: Stage, code: int, text: str, least: timedelta
) -> None:
    assert read(stage, code, text) == TransientFailure(least, as_line(code, text))


@pytest.mark.parametrize("stage", ALL)
@pytest.mark.parametrize(
    ("code", "text"),
    [
        (550, "MI:STC,163 smtp1,too many mails today"),
        (554, "MI:STC"),
        (550, "RP:TRC"),
        (554, "HL:ITC,163 smtp1"),
    ],
)
def test_a_days_quota_is_waited_for_until_tomorrow(stage: Stage, code: int, text: str) -> None:
    assert isinstance(read(stage, code, text), QuotaExceeded)


@pytest.mark.parametrize(
    ("stage", "code", "text", "remedy"),
    [
        (Stage.GREETING, 554, "5.7.1 no service for you", "服务商"),
        (Stage.GREETING, 554, "IP 203.0.113.9 blocked using black.example", "网络"),
        (Stage.LOGIN, 550, "User suspended", "停用"),
        (Stage.MAIL, 553, "Mail from must equal authorized user", "relay.sender"),
        (Stage.MAIL, 550, "User has no permission", "relay.sender"),
        (Stage.MAIL, 553, "authentication is required,163 smtp4", "relay.url"),
        (Stage.MAIL, 530, "5.7.0 whatever", "relay.url"),
        (Stage.MAIL, 550, "User suspended", "停用"),
        (Stage.RCPT, 553, "authentication is required,163 smtp4", "relay.url"),
        (Stage.RCPT, 554, "5.7.1 <qian@hutang.example>: Relay access denied", "网络"),
        (Stage.RCPT, 554, "5.7.1 Client host [203.0.113.9] blocked using list.example", "网络"),
        (Stage.END, 550, "DT:SPM ,163 smtp2", "垃圾邮件"),
        (Stage.END, 554, "DT:SPM 163 smtp10", "垃圾邮件"),
        (Stage.END, 554, "DT:SUM 163 smtp10, envelope from and header from differ", "relay.sender"),
        (Stage.END, 554, "IP is rejected, smtp auth error limit exceed", "网络"),
        (Stage.END, 550, "User suspended", "停用"),
        (
            Stage.END,
            550,
            "5.7.60 Client does not have permissions to send as this sender",
            "sender",
        ),
        (
            Stage.RCPT,
            550,
            "5.7.1 Client does not have permissions to send as this sender",
            "sender",
        ),
        (Stage.RCPT, 550, "5.7.1 You are not allowed to send from this address", "relay.sender"),
        (Stage.RCPT, 501, "5.1.7 bad sender address", "relay.sender"),
        (Stage.RCPT, 535, "5.7.8 credentials expired", "relay.url"),
        (Stage.END, 530, "5.7.57 Client was not authenticated to send mail", "relay.url"),
    ],
)
def test_a_refusal_of_us_is_told_with_the_remedy_and_is_no_letters(
    stage: Stage, code: int, text: str, remedy: str
) -> None:
    told = refusal(stage, code, text)
    assert remedy in str(told)
    assert told.reply == as_line(code, text) and told.reply in str(told)
    assert SERVER in str(told) and "\n" not in str(told)
    assert told.over_letter == (stage in OVER_LETTER)


@pytest.mark.parametrize(
    ("stage", "code", "text"),
    [
        (Stage.RCPT, 550, "Invalid User: nobody@163.example"),
        (Stage.RCPT, 550, "5.1.1 User suspended"),
        (Stage.RCPT, 550, "5.7.1 you are not wanted here"),
        (Stage.MAIL, 552, "5.3.4 message size exceeds limit"),
        (Stage.END, 552, "Illegal Attachment"),
        (Stage.END, 552, "Requested mail action aborted: exceeded mailsize limit"),
        (Stage.END, 554, "5.6.0 malformed header"),
    ],
)
def test_a_clear_word_about_the_addressee_or_the_letter_is_for_good(
    stage: Stage, code: int, text: str
) -> None:
    assert isinstance(read(stage, code, text), PermanentFailure)


def test_a_demand_to_log_in_is_about_us_not_the_letter() -> None:
    assert wants_login(553, "authentication is required,163 smtp4")
    assert wants_login(530, "5.7.0 whatever")
    assert not wants_login(550, "Invalid User")
    assert not wants_login(250, "authentication is required")


@given(st.sampled_from(ALL), st.integers(-1, 999), st.text())
def test_any_reply_has_a_meaning_and_only_5yz_is_for_good(
    stage: Stage, code: int, text: str
) -> None:
    try:
        result = read(stage, code, text)
    except RelayRefused as refused:
        assert 500 <= code < 600
        assert str(refused).isprintable()
        return
    assert isinstance(result, Accepted) == (200 <= code < 300)
    if isinstance(result, PermanentFailure):
        assert 500 <= code < 600
    if isinstance(result, Uncertain):
        assert stage is Stage.END and not 400 <= code < 600
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
