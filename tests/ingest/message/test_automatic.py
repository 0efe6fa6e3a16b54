"""Mail of machines is told from mail of people; what asks for no answer may still bring a draft."""

from __future__ import annotations

import pytest

from ingest.message.automatic import from_machine, machine_mail
from parsers.mime.headers import read_headers


def headers(*lines: str) -> bytes:
    return "\r\n".join(["From: a@b.example", *lines, "", ""]).encode()


@pytest.mark.parametrize(
    "header",
    [
        "Content-Type: multipart/report; report-type=delivery-status",
        "Content-Type: multipart/report; report-type=disposition-notification",
        "X-Failed-Recipients: gao@office.example",
    ],
)
def test_what_brings_no_draft_whatever_hangs_on_it_is_certain(header: str) -> None:
    found = machine_mail(read_headers(headers(header)), "a@b.example")
    assert found.certain
    assert found.no_answer
    assert found.reason


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: auto-replied (vacation)", "X-Autoreply: yes", "X-Vacation: 1"]
)
def test_what_a_program_answered_by_itself_is_told_and_never_answered(header: str) -> None:
    found = machine_mail(read_headers(headers(header)), "a@b.example")
    assert (bool(found.reason), found.certain, found.reply, found.no_answer) == (
        True, False, True, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-generated (rejected)",
        "Return-Path: <>",
        "Precedence: bulk",
        "Precedence: list",
        "List-Id: <news.example>",
        "Mailing-List: contact news@b.example",
        "Feedback-ID: 1:news:b",
        "List-Unsubscribe: <mailto:u@b.example>",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: OOF, AutoReply",
    ],
)
def test_what_asks_for_no_answer_is_not_answered_and_may_bring_a_draft(header: str) -> None:
    found = machine_mail(read_headers(headers(header)), "a@b.example")
    assert (bool(found.reason), found.certain, found.no_answer) == (True, False, True)


@pytest.mark.parametrize(
    "header",
    [
        "Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiDnqL/ku7Y=?=",
        "Subject: 【自动回复】稿件",
        "Subject: 自动回复：您好",
        "Subject: 已读回执：【工作动态】湖塘镇",
        "Subject: Automatic reply: 稿件",
        "Subject: Auto reply: 稿件",
        "Subject: 系统退信：稿件",
        "Subject: 退信",
        "Subject: 撤回：【工作动态】湖塘镇",
        "Subject: 召回: 稿件",
        "Subject: Recall: 稿件",
        "Subject: 已读: 稿件",
        "X-Auto-Response-Suppress: OOF",
    ],
)
def test_what_sounds_like_a_machine_may_be_answered_where_it_brings_a_draft(header: str) -> None:
    found = machine_mail(read_headers(headers(header)), "a@b.example")
    assert (bool(found.reason), found.certain, found.no_answer) == (True, False, False)


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Return-Path: <a@b.example>",
        "Precedence: first-class",
        "Subject: 关于自动回复系统建设的工作动态",
        "Subject: 自动回复系统建设的工作动态",
        "Subject: 退信重发：【工作动态】湖塘镇",
        "Subject: 撤回桥检查的工作动态",
        "X-Auto-Response-Suppress: None",
        "Content-Type: multipart/mixed; boundary=x",
    ],
)
def test_mail_of_a_person_is_left_alone(header: str) -> None:
    assert machine_mail(read_headers(headers(header)), "a@b.example").reason == ""


def test_addresses_where_nobody_reads_are_known() -> None:
    assert from_machine("mailer-daemon@x.example")
    assert from_machine("no-reply@x.example")
    assert not from_machine("norman@x.example")


def test_a_delivery_report_without_return_path_is_a_machines() -> None:
    assert machine_mail(read_headers(headers("Subject: x")), "mailer-daemon@b.example").certain
    assert not machine_mail(read_headers(headers("Subject: x")), "no-reply@b.example").certain
