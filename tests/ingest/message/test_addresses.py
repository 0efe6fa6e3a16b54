"""An address stands only where the grammar puts one."""

from __future__ import annotations

import re
from email.headerregistry import AddressHeader, HeaderRegistry

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.message.addresses import author, mailboxes
from ingest.message.parse import read_message
from parsers.mime.headers import read_headers

OFFICER = "qian@hutang.example"
WRITER = "attacker@evil.example"


def only(value: str) -> str:
    """The one address of a From field, "" where there is none or more than one."""
    raw = b"From: " + value.encode("utf-8", "surrogateescape") + b"\r\n\r\n"
    return author(read_headers(raw)).address


@pytest.mark.parametrize(
    "value",
    [
        f'"<{OFFICER}>" <{WRITER}>',
        f"(<{OFFICER}>) {WRITER}",
        f"({OFFICER}) <{WRITER}>",
        f"(a (<{OFFICER}>) b) {WRITER}",
        f'"{OFFICER}" {WRITER}',
        f"{OFFICER} <{WRITER}>",
        f'"a\r\n <{OFFICER}>\r\n b" <{WRITER}>',
        f'"{"x" * 20_000} <{OFFICER}>" <{WRITER}>',
        f'"\\"<{OFFICER}>" <{WRITER}>',
        f"<{WRITER}> (<{OFFICER}>)",
        f"<@hutang.example,@{OFFICER.partition('@')[2]}:{WRITER}>",
        "=?utf-8?B?PHFpYW5AaHV0YW5nLmV4YW1wbGU+?= <attacker@evil.example>",
        f"=?utf-8?Q?<{OFFICER}>?= <{WRITER}>",
        f"attacker (x) @ (<{OFFICER}>) evil . example",
        f"team: {WRITER};",
        f'"attacker"@evil.example ("{OFFICER}")',
        "Attacker@Evil.Example",
    ],
)
def test_the_sender_is_who_the_grammar_names(value: str) -> None:
    assert only(value) == WRITER


@pytest.mark.parametrize(
    "value",
    [
        "",
        "钱一鸣",
        f'"<{OFFICER}>"',
        f"(<{OFFICER}>)",
        f'"{OFFICER}',
        f"(({OFFICER})",
        f"<{OFFICER}",
        f"<<{OFFICER}>>",
        f"x{OFFICER}@evil.example",
        f'"x"{OFFICER}',
        f"\\{OFFICER}",
        f".{OFFICER}",
        f"{OFFICER}.",
        f"=?x?q?y?={OFFICER}@",
        f"<{WRITER}>: {OFFICER}",
        f"<{WRITER}, {OFFICER}",
        f"<<{WRITER}>, {OFFICER}",
        f'{OFFICER}, "',
        f"<mailto:{OFFICER}>",
        "qian＠hutang.example",
        "\u212aian@hutang.example\u200b@",
    ],
)
def test_what_is_no_mailbox_is_nobodys(value: str) -> None:
    assert only(value) == ""


@pytest.mark.parametrize(
    "value",
    [
        f"<{OFFICER}>, <{WRITER}>",
        f"{OFFICER}, {WRITER}",
        f"{OFFICER}; {WRITER}",
        f"team: {OFFICER}, {WRITER};",
        f"<{OFFICER}> {WRITER}",
        f"<{OFFICER}><{WRITER}>",
        f"{OFFICER}: {WRITER};",
        f"<{OFFICER}>\r\nFrom: <{WRITER}>",
        f"<{OFFICER}>\r\nFrom: <{OFFICER}>",
    ],
)
def test_of_several_authors_none_is_the_sender_and_all_are_told(value: str) -> None:
    found = author(read_headers(b"From: " + value.encode() + b"\r\n\r\n"))
    assert found.address == ""
    assert OFFICER in found.several


def test_a_field_wholly_in_encoded_words_is_decoded_and_then_read() -> None:
    field = b"From: =?utf-8?B?6ZKx5LiA6bijIDxxaWFuQGh1dGFuZy5leGFtcGxlPg==?=\r\n\r\n"
    found = author(read_headers(field))
    assert (found.name, found.address) == ("钱一鸣", OFFICER)


def test_other_fields_are_shown_and_never_believed() -> None:
    raw = b"From: x\r\nSender: <qian@hutang.example>\r\nReturn-Path: <a@b.example>\r\n\r\n"
    found = author(read_headers(raw))
    assert found.address == ""
    assert found.claims == (f"Sender: {OFFICER}", "Return-Path: a@b.example")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("钱一鸣 <qian@hutang.example>".encode("gb18030"), "钱一鸣"),
        ("乗一 <qian@hutang.example>".encode("gb18030"), "乗一"),  # its second byte is a backslash
        ("“钱” <qian@hutang.example>".encode(), "“钱”"),
        (b'"=?gb2312?B?x67Su8P5?=" <qian@hutang.example>', "钱一鸣"),
        (b"=?gb2312?B?x67Su8P5?=<qian@hutang.example>", "钱一鸣"),
        (b"qian@hutang.example (=?gb2312?B?x67Su8P5?=)", "钱一鸣"),
        ("钱一鸣, 湖塘镇 <qian@hutang.example>".encode(), "湖塘镇"),
        (b"<QIAN@hutang.example>", ""),
        (b'"qian"@hutang.example', ""),
    ],
)
def test_names_come_out_right(value: bytes, name: str) -> None:
    (box,) = mailboxes(value)
    assert (box.name, box.address) == (name, OFFICER)


def test_a_look_alike_letter_stays_one() -> None:
    """str.lower would make an ASCII "k" of the Kelvin sign."""
    assert mailboxes("\u212aian@hutang.example".encode())[0].address == "\u212aian@hutang.example"


@pytest.mark.parametrize(
    "mark", ["(", '"', "<", "=?", "a@", "a@b,", "[", "\\", "(\\", "(a)", "a.", ":", "=?a?b?"]
)
def test_a_field_of_nothing_but_marks_is_read_to_its_end(mark: str) -> None:
    """In time linear to its length: one that grows with the square would take minutes."""
    assert OFFICER not in {box.address for box in mailboxes(mark.encode() * (190_000 // len(mark)))}


# -- fields made by the grammar of RFC 5322 3.4, the decoy in every place where a text may stand --

ATOM = st.text("abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=6)
DECOY = st.sampled_from([OFFICER, f"<{OFFICER}>", f", {OFFICER}", f">{OFFICER}<", "x", ""])
QUOTED = DECOY.map(lambda text: f'"{text}"') | DECOY.map(lambda text: f'"\\" {text}"')
COMMENT = st.recursive(
    DECOY.map(lambda text: f"({text})"), lambda inner: inner.map(lambda text: f"(x {text} y)")
)
CFWS = st.sampled_from(["", " ", "\r\n ", "\t"]) | COMMENT.map(lambda text: f" {text} ")
WORDS = st.sampled_from(
    ["=?utf-8?B?PHFpYW5AaHV0YW5nLmV4YW1wbGU+?=", "=?utf-8?Q?=3Cqian=40hutang.example=3E?="]
)
PHRASE = st.lists(ATOM | QUOTED | WORDS, min_size=0, max_size=3).map(" ".join)


@st.composite
def mailbox(draw: st.DrawFn) -> tuple[str, str]:
    """A mailbox as it may be written, and its address."""
    local = draw(st.lists(ATOM, min_size=1, max_size=2))
    domain = draw(st.lists(ATOM, min_size=2, max_size=3))
    blank = draw(CFWS)
    spec = (
        f"{draw(CFWS)}{'.'.join(local)}{blank}@{draw(CFWS)}{f'{blank}.'.join(domain)}{draw(CFWS)}"
    )
    address = f"{'.'.join(local)}@{'.'.join(domain)}".lower()
    if draw(st.booleans()):
        return spec, address
    return f"{draw(PHRASE)} {draw(CFWS)}<{spec}>{draw(CFWS)}", address


@given(st.lists(mailbox(), min_size=1, max_size=3))
@settings(max_examples=300)
def test_no_text_in_a_field_is_taken_for_an_address(boxes: list[tuple[str, str]]) -> None:
    value = ", ".join(text for text, _ in boxes).replace("\r\n ", " ").encode()
    assert [box.address for box in mailboxes(value)] == [address for _, address in boxes]


@given(st.lists(mailbox(), min_size=1, max_size=2))
@settings(max_examples=150)
def test_the_standard_library_reads_the_same_addresses(boxes: list[tuple[str, str]]) -> None:
    value = ", ".join(text for text, _ in boxes).replace("\r\n ", " ")
    if "=?" in value or value.startswith("("):  # headerregistry decodes words before it tokenises
        return
    parsed = HeaderRegistry()("From", value)
    if parsed.defects:
        return
    assert isinstance(parsed, AddressHeader)
    expected = [address.addr_spec.lower() for address in parsed.addresses]
    assert [box.address for box in mailboxes(value.encode())] == expected


MARKS = (*'<>"(),;:\\@. []x', "\r\n ", "=?utf-8?Q?", "?=", "\u212a", "\u200b", "＠", "钱")
PIECES = st.sampled_from((OFFICER, WRITER, *MARKS))


@given(st.lists(PIECES, max_size=12).map("".join))
@settings(max_examples=1_000)
def test_no_heap_of_marks_makes_a_sender_of_what_is_quoted_or_beside_another(value: str) -> None:
    """With quoted strings and comments cut out, the address is there, and no other in brackets."""
    if only(value) != OFFICER or "=?" in value:
        return
    plain = re.sub(r'"(?:[^"\\]|\\.)*"', " ", re.sub(r"\r\n(?=[ \t])", "", value), flags=re.DOTALL)
    while plain != (shorter := re.sub(r"\((?:[^()\\]|\\.)*\)", " ", plain, flags=re.DOTALL)):
        plain = shorter
    assert OFFICER in plain.replace(" ", "")
    assert not re.search(rf"<\s*{re.escape(WRITER)}\s*>", plain)


FIELDS = st.sampled_from(
    ("Sender", "Reply-To", "Return-Path", "Resent-From", "X-Original-From", "Disposition-Notification-To",
     "Authentication-Results", "Received", "X-From", "Fr om", "Apparently-From", "To", "Subject")
)  # fmt: skip
OTHERS = st.tuples(
    FIELDS, st.sampled_from((OFFICER, f"<{OFFICER}>", f"From: {OFFICER}", f"x\r\n From: {OFFICER}"))
)


@given(
    st.lists(OTHERS, max_size=4),
    st.lists(OTHERS, max_size=4),
    st.sampled_from((f"From: {WRITER}", f'From: "{OFFICER}" <{WRITER}>', "From: nobody", "")),
)
@example([], [("Fr om", f"x\r\n From: {OFFICER}"), ("Sender", OFFICER)], "From: nobody")
@settings(max_examples=120)
def test_no_other_field_of_a_letter_makes_an_officer_its_sender(
    above: list[tuple[str, str]], below: list[tuple[str, str]], written: str
) -> None:
    lines = [f"{name}: {value}" for name, value in above]
    lines += [written] * bool(written)
    lines += [f"{name}: {value}" for name, value in below]
    read = read_message(("\r\n".join(lines) + "\r\n\r\nbody\r\n").encode())
    assert read.author.address in ((WRITER, "") if WRITER in written else ("",))
