"""Mail of machines is told from mail of people; what the server said of the sender is heard."""

from __future__ import annotations

import pytest

from ingest.message.automatic import authentication, automatic, from_machine
from ingest.message.headers import read_headers
from rulebook.model import Authentication


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (rejected)",
        "Return-Path: <>",
        "Precedence: bulk",
        "Precedence: list",
        "List-Id: <news.example>",
        "Content-Type: multipart/report; report-type=delivery-status",
        "X-Autoreply: yes",
        "X-Auto-Response-Suppress: All",
        "Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiDnqL/ku7Y=?=",
        "Subject: 系统退信：稿件",
        "Subject: Automatic reply: 稿件",
    ],
)
def test_mail_of_a_machine_is_recognised(header: str) -> None:
    assert automatic(read_headers(f"From: a@b.example\r\n{header}\r\n\r\n".encode()))


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Return-Path: <a@b.example>",
        "Precedence: first-class",
        "Subject: 关于自动回复系统建设的工作动态",
        "Content-Type: multipart/mixed; boundary=x",
    ],
)
def test_mail_of_a_person_is_left_alone(header: str) -> None:
    assert automatic(read_headers(f"From: a@b.example\r\n{header}\r\n\r\n".encode())) == ""


def test_addresses_where_nobody_reads_are_known() -> None:
    assert from_machine("mailer-daemon@x.example")
    assert from_machine("no-reply@x.example")
    assert not from_machine("norman@x.example")


@pytest.mark.parametrize(
    ("values", "ids", "verdict"),
    [
        ((), (), Authentication.UNKNOWN),
        (("mx.office.example; spf=pass; dkim=pass",), (), Authentication.PASSED),
        (("mx.office.example; spf=fail smtp.mailfrom=a.example",), (), Authentication.FAILED),
        (("mx.office.example; spf=fail; dkim=pass",), (), Authentication.PASSED),
        (("mx.office.example; spf=pass; dmarc=fail (p=none)",), (), Authentication.FAILED),
        (("mx.office.example; spf=softfail",), (), Authentication.UNKNOWN),
        (("mx.office.example; none",), (), Authentication.UNKNOWN),
        (
            ("forged.example; dmarc=pass", "mx.office.example; dmarc=fail"),
            ("mx.office.example",),
            Authentication.FAILED,
        ),
        (("forged.example; dmarc=fail",), ("mx.office.example",), Authentication.UNKNOWN),
        (
            ("mx.office.example; dmarc=fail", "mx.office.example; dmarc=pass"),
            ("mx.office.example",),
            Authentication.FAILED,
        ),
    ],
)
def test_only_the_own_servers_topmost_word_counts(
    values: tuple[str, ...], ids: tuple[str, ...], verdict: Authentication
) -> None:
    assert authentication(values, ids) is verdict
