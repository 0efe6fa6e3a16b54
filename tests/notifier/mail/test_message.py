"""Letters as bytes, read back by another reader."""

import email
import email.charset
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.mail.message import OutgoingLetter, message_id_for, one_line, receipt_number, render

NOW = datetime(2022, 3, 7, 1, 31, 5, tzinfo=UTC)
SENDER = "inbox@office.example"
NAME = "信息宣传收稿邮箱"
LETTER = OutgoingLetter(
    subject="【已收稿】Re: 【工作动态】湖塘镇3月第1周信息",
    plain="钱一鸣同志：\n\n您好！\n",
    html="<p>钱一鸣同志：</p>\n",
    recipient="qian@hutang.example",
    copies=("zhou@hutang.example", "wu@hutang.example"),
    message_id="<receipt.12@office.example>",
    in_reply_to="<1@hutang.example>",
    references=("<0@hutang.example>", "<1@hutang.example>"),
    auto_submitted="auto-replied",
)
HEADERS = {
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Shougao",
    "MIME-Version",
    "Content-Type",
}


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def rendered(letter: OutgoingLetter = LETTER) -> EmailMessage:
    return read(render(letter, SENDER, NAME, NOW))


def test_a_library_that_changes_how_the_process_writes_utf_8_does_not_change_our_headers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = render(LETTER, SENDER, NAME, NOW)
    quoted = (email.charset.QP, email.charset.QP, "utf-8")
    monkeypatch.setitem(email.charset.CHARSETS, "utf-8", quoted)
    assert render(LETTER, SENDER, NAME, NOW) == before


def test_what_was_put_in_is_read_back() -> None:
    message = rendered()
    assert set(message.keys()) == HEADERS
    assert message["From"].addresses[0].display_name == NAME
    assert message["From"].addresses[0].addr_spec == SENDER
    assert message["To"] == "qian@hutang.example"
    assert [one.addr_spec for one in message["Cc"].addresses] == list(LETTER.copies)
    assert message["Subject"] == LETTER.subject
    assert message["Message-ID"] == LETTER.message_id
    assert message["In-Reply-To"] == LETTER.in_reply_to
    assert message["References"].split() == list(LETTER.references)
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Shougao"] == "receipt"
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert isinstance(plain, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content() == LETTER.plain.replace("\n", "\r\n")
    assert html.get_content() == LETTER.html.replace("\n", "\r\n")


def test_the_date_carries_the_offices_offset() -> None:
    date = rendered()["Date"]
    assert str(date) == "Mon, 07 Mar 2022 09:31:05 +0800"
    assert parsedate_to_datetime(str(date)) == NOW


def test_the_bytes_are_seven_bit_lines_with_crlf_and_always_the_same() -> None:
    long = replace(LETTER, plain="长" * 5000, subject="很长的主题" * 40)
    raw = render(long, SENDER, NAME, NOW)
    assert raw == render(long, SENDER, NAME, NOW)
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert len(read(raw)["Subject"]) == 200


def test_references_are_bounded_and_keep_the_root_of_the_thread() -> None:
    thread = tuple(f"<{n}.{'x' * 120}@hutang.example>" for n in range(50))
    message = rendered(replace(LETTER, references=thread, in_reply_to=thread[-1]))
    assert message["References"].split() == [thread[0], *thread[-19:]]


def test_what_is_no_message_id_is_left_out() -> None:
    message = rendered(replace(LETTER, in_reply_to="not one", references=("a b", "<ok@x.example>")))
    assert message["In-Reply-To"] is None
    assert message["References"] == "<ok@x.example>"


def test_what_is_no_address_is_left_out() -> None:
    message = rendered(replace(LETTER, recipient="钱@湖塘.example", copies=("a@b.example, c",)))
    assert message["To"].addresses == ()
    assert message["Cc"] is None


@pytest.mark.parametrize("name", ['Office, "the" <x@y.example>', "收稿<邮箱>", "", "=?utf-8?q?x?="])
def test_any_display_name_stays_a_name(name: str) -> None:
    message = read(render(LETTER, SENDER, name, NOW))
    assert [one.addr_spec for one in message["From"].addresses] == [SENDER]


hostile = st.text(
    st.one_of(st.sampled_from('\r\n\0\u2028\u0085\u202e<>@:,;"\\=? a中'), st.characters()),
    max_size=60,
)


@given(hostile, hostile, hostile, hostile, hostile)
def test_no_header_can_be_smuggled_in(
    subject: str, name: str, address: str, identifier: str, body: str
) -> None:
    letter = replace(
        LETTER,
        subject=f"{subject}\r\nBcc: victim@x.example\r\n\r\nbody",
        plain=body,
        html=body,
        recipient=address,
        copies=(address, "b@c.example\r\nBcc: victim@x.example"),
        message_id=f"<{identifier}>",
        in_reply_to=identifier,
        references=(identifier, f"<{identifier}>"),
        auto_submitted=f"auto-replied\r\n{identifier}",
    )
    raw = render(letter, SENDER, name, NOW)
    message = email.message_from_bytes(raw)
    assert set(message.keys()) <= HEADERS
    assert len(message.keys()) == len(set(message.keys()))
    assert raw.isascii()
    assert b"\0" not in raw
    assert len(message.get_payload()) == 2


@given(st.text("中文稿件 a1Z，。=?_-【】Re:\t", max_size=120))
def test_a_subject_is_read_back_whole(subject: str) -> None:
    message = rendered(replace(LETTER, subject=f"【已收稿】{subject}"))
    assert message["Subject"] == one_line(f"【已收稿】{subject}")


@given(st.text(max_size=200))
def test_a_body_is_read_back_whole(text: str) -> None:
    part = next(rendered(replace(LETTER, plain=text)).iter_parts())
    assert isinstance(part, EmailMessage)
    kept = "".join(mark for mark in text if mark >= " " or mark in "\t\n\r").replace("\x7f", "")
    kept = kept.replace("\r\n", "\n").replace("\r", "\n")
    assert part.get_content().replace("\r\n", "\n").rstrip("\n") == kept.rstrip("\n")


def test_undecodable_names_do_not_stop_a_letter() -> None:
    message = rendered(replace(LETTER, subject="稿\udcff件", plain="稿\udcff件\n"))
    assert message["Subject"] == "稿?件"


def test_numbers_and_message_ids_follow_from_the_ledger() -> None:
    assert message_id_for("receipt", 12, "office.example") == "<receipt.12@office.example>"
    evening = datetime(2022, 3, 7, 16, 30, tzinfo=UTC)
    assert receipt_number(evening, "Asia/Shanghai", 12) == "SG20220308-000012"


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2022, 3, 7, 9, 30)  # noqa: DTZ001
    with pytest.raises(ValueError, match="without a time zone"):
        receipt_number(naive, "Asia/Shanghai", 1)
    with pytest.raises(ValueError, match="without a time zone"):
        render(LETTER, SENDER, NAME, naive)
