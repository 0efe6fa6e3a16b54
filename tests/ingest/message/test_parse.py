"""Letters as Chinese mailers really write them."""

from __future__ import annotations

import base64
import json
import unicodedata
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.message.parse import Message, read_message
from parsers.mime.charsets import decode
from rulebook.reasons import Remark

ARCHIVE = b"PK\x05\x06" + bytes(18)
NAMES = ["关于李喆的稿件.zip", "周镕 段晓堃.rar", "稿件（定稿）.7z", "a.zip"]


def word(data: bytes, charset: str = "GB2312", letter: str = "B") -> bytes:
    quoted = "".join(f"={byte:02X}" for byte in data).encode()
    coded = quoted if letter == "Q" else base64.b64encode(data)
    return b"=?" + charset.encode() + b"?" + letter.encode() + b"?" + coded + b"?="


def with_headers(
    disposition: bytes,
    content_type: bytes = b"application/octet-stream",
    *,
    top: bytes = b"",
    body: bytes = "附件是稿件，请查收。李喆".encode("gb18030"),
    encoded: bytes = base64.b64encode(ARCHIVE),
) -> bytes:
    return (
        b"From: " + word("李喆".encode("gb18030")) + b" <Li@Hutang.example>\r\n"
        b"Message-ID: <1@hutang.example>\r\n" + top + b"MIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\n"
        b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + body
        + b"\r\n--X\r\nContent-Type: "
        + content_type
        + b"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: "
        + disposition
        + b"\r\n\r\n"
        + encoded
        + b"\r\n--X--\r\n"
    )


def split(data: bytes) -> tuple[bytes, bytes]:
    """In the middle of a character of two bytes."""
    middle = next((place for place, byte in enumerate(data) if byte > 0x7F), 0) + 1
    return data[:middle], data[middle:]


def shapes(name: str) -> dict[str, tuple[bytes, bytes]]:
    """The ways to write one name: Content-Disposition, Content-Type."""
    gbk, utf8 = name.encode("gb18030"), name.encode()
    one, two = split(gbk)
    plain = b"application/octet-stream"
    return {
        "RFC 2231 in UTF-8": (b"attachment; filename*=UTF-8''" + quote(utf8).encode(), plain),
        "RFC 2231, GBK called gb2312": (
            b"attachment; filename*=gb2312''" + quote(gbk).encode(),
            plain,
        ),
        "RFC 2231 split in a character": (
            b"attachment;\r\n filename*0*=gb2312''"
            + quote(one).encode()
            + b";\r\n filename*1*="
            + quote(two).encode(),
            plain,
        ),
        "RFC 2231 split in an escape": (
            b"attachment;\r\n filename*0*=gb2312''"
            + quote(gbk).encode()[:2]
            + b";\r\n filename*1*="
            + quote(gbk).encode()[2:],
            plain,
        ),
        "RFC 2047 quoted": (b'attachment; filename="' + word(gbk) + b'"', plain),
        "RFC 2047 quoted, Q": (b'attachment; filename="' + word(utf8, "utf-8", "Q") + b'"', plain),
        "RFC 2047 unquoted": (b"attachment; filename=" + word(gbk, "GB18030"), plain),
        "RFC 2047 split in a character": (
            b'attachment; filename="' + word(one) + b"\r\n " + word(two) + b'"',
            plain,
        ),
        "raw GBK": (b'attachment; filename="' + gbk + b'"', plain),
        "raw UTF-8": (b'attachment; filename="' + utf8 + b'"', plain),
        "name= alone": (b"attachment", b'application/octet-stream; name="' + word(gbk) + b'"'),
    }


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", list(shapes("甲.zip")))
def test_a_name_comes_out_right_in_every_shape(name: str, shape: str) -> None:
    disposition, content_type = shapes(name)[shape]
    message = read_message(with_headers(disposition, content_type))
    assert [attachment.name for attachment in message.attachments] == [name]
    assert message.attachments[0].data == ARCHIVE
    assert message.remarks == ()


MAIL = Path(__file__).resolve().parents[2] / "samples" / "mail"


@pytest.mark.parametrize(
    ("name", "facts"), json.loads((MAIL / "expected.json").read_text(encoding="utf-8")).items()
)
def test_every_sample_of_a_letter_is_read(name: str, facts: dict[str, object]) -> None:
    message = read_message((MAIL / name).read_bytes())
    names = [attachment.name for attachment in message.attachments]
    assert {"subject": message.subject, "sender": message.author.address, "names": names} == facts


NAMED = st.text(
    st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),  # GBK's hanzi
        st.sampled_from("喆镕堃乗〇（）《》“”、，·—…①Ⅱ％０Ａ 𠮷䶮"),
        st.sampled_from("abcXYZ0189 _-.()[]&+=,;'!%#@~^"),
    ),
    min_size=1,
    max_size=30,
).map(lambda text: f"{text.strip()}稿件.zip")


@pytest.mark.parametrize("shape", list(shapes("甲.zip")))
@given(name=NAMED)
@settings(max_examples=60)
def test_any_name_comes_out_right_in_every_shape(shape: str, name: str) -> None:
    disposition, content_type = shapes(name)[shape]
    message = read_message(with_headers(disposition, content_type))
    assert [attachment.name for attachment in message.attachments] == [name]
    assert message.remarks == ()


@given(text=st.text(st.characters(codec="gb18030", exclude_categories=("Cc", "Cs", "Co", "Cn"))))
@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("gb18030", "gb2312"),
        ("gb18030", "GBK"),
        ("utf-8", "utf-8"),
        ("gb18030", "hz-gb-2313"),
        ("utf-16", "utf-16"),
    ],
)
def test_text_comes_out_right_whatever_its_label(text: str, encoding: str, label: str) -> None:
    """Bytes that make sense in two charsets are the label's; here only true labels are tried."""
    body = f"湖塘镇{text}稿件"
    if label == "hz-gb-2313":  # no such charset: the bytes decide
        try:
            body.encode(encoding).decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return
    assert decode(body.encode(encoding), label) == (body, False)


def test_text_labelled_gb2312_keeps_its_rare_characters() -> None:
    message = read_message(with_headers(b"attachment; filename=a.zip"))
    assert message.author.name == "李喆"
    assert message.author.address == "li@hutang.example"
    assert message.body == "附件是稿件，请查收。李喆"


@pytest.mark.parametrize(
    "subject",
    [
        word("关于李喆的稿件".encode("gb18030")),
        word("关于李喆的稿件".encode("gb18030")[:3])
        + b"\r\n "
        + word("关于李喆的稿件".encode("gb18030")[3:]),
        "关于李喆的稿件".encode("gb18030"),
        "关于李喆的稿件".encode(),
        word("关于李喆".encode(), "UTF-8") + b" " + word("的稿件".encode(), "utf-8", "Q"),
    ],
)
def test_a_subject_comes_out_right_in_every_shape(subject: bytes) -> None:
    raw = with_headers(b"attachment; filename=a.zip", top=b"Subject: " + subject + b"\r\n")
    assert read_message(raw).subject == "关于李喆的稿件"


def test_an_attachment_without_a_name_gets_one_after_its_type() -> None:
    message = read_message(with_headers(b"attachment", b"application/zip"))
    assert message.attachments[0].name == "附件2.zip"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.zip", "C:\\稿件\\passwd.zip", "/tmp/passwd.zip"]
)
def test_a_name_is_no_path(name: str) -> None:
    disposition = b"attachment; filename*=UTF-8''" + quote(name.encode()).encode()
    assert read_message(with_headers(disposition)).attachments[0].name == "passwd.zip"


def test_names_are_composed_and_carry_no_direction_marks() -> None:
    name = unicodedata.normalize("NFD", "Café\u202egpj.zip")
    disposition = b"attachment; filename*=UTF-8''" + quote(name.encode()).encode()
    assert read_message(with_headers(disposition)).attachments[0].name == "Caf\u00e9gpj.zip"


def split_in_a_character(name: str) -> bytes:
    """As Chinese mailers do: two words, cut in the middle of the third character (5 of GBK's bytes)."""
    raw = name.encode("gbk")
    words = [b"=?gb2312?B?%s?=" % base64.b64encode(piece) for piece in (raw[:5], raw[5:])]
    return b" ".join(words)


def test_names_that_split_a_character_are_found_each_in_its_place() -> None:
    titles = ["湖塘镇开展检查", "湖塘镇开展培训", "湖塘乡开展检查", "湖塘镇开展检查"]
    lines = [b"From: a@hutang.example", b"Content-Type: multipart/mixed; boundary=X", b""]
    for title in titles:
        lines += [
            b"--X",
            b"Content-Type: application/zip",
            b'Content-Disposition: attachment; filename="%s"'
            % split_in_a_character(f"{title}.zip"),
            b"",
            b"PK",
        ]
    message = read_message(b"\r\n".join([*lines, b"--X--", b""]))
    assert [file.name for file in message.attachments] == [f"{title}.zip" for title in titles]
    assert Remark.LOSSY_NAME not in message.remarks


def test_a_name_that_stays_lossy_is_flagged_and_kept() -> None:
    message = read_message(with_headers(b'attachment; filename="' + b"\xff\xfe\x80.zip" + b'"'))
    assert message.attachments[0].data == ARCHIVE
    assert Remark.LOSSY_NAME in message.remarks


def test_an_inline_archive_is_an_attachment_and_a_signature_picture_is_inline() -> None:
    message = read_message(with_headers(b"inline; filename=a.zip"))
    assert (message.attachments[0].name, message.attachments[0].inline) == ("a.zip", False)
    picture = with_headers(
        b'inline; filename="logo.png"\r\nContent-ID: <logo@hutang>', b"image/png"
    )
    assert read_message(picture).attachments[0].inline


def test_a_forwarded_letter_is_entered() -> None:
    inner = EmailMessage()
    inner["Subject"] = "三月稿件"
    inner.set_content("内层正文")
    inner.add_attachment(ARCHIVE, maintype="application", subtype="zip", filename="稿件.zip")
    outer = EmailMessage()
    outer["From"] = "钱一鸣 <qian@hutang.example>"
    outer.set_content("转发")
    outer.add_attachment(inner)
    message = read_message(outer.as_bytes())
    assert message.body == "转发"
    assert [(found.name, found.inside, found.data) for found in message.attachments] == [
        ("稿件.zip", "三月稿件", ARCHIVE)
    ]


def test_broken_base64_costs_no_other_part() -> None:
    raw = with_headers(b"attachment; filename=a.zip", encoded=b"UEsFBg!!!\xff=A=AAAAAAA")
    message = read_message(raw)
    assert message.body.startswith("附件是稿件")
    assert [attachment.name for attachment in message.attachments] == ["a.zip"]
    assert Remark.DAMAGED_MESSAGE in message.remarks


def test_html_alone_becomes_text() -> None:
    mail = EmailMessage()
    mail["From"] = "qian@hutang.example"
    mail.set_content(
        "<style>p{}</style><p>3月6日，湖塘镇</p><div>开展检查<br>下一行</div>", subtype="html"
    )
    assert read_message(mail.as_bytes()).body.split("\n") == [
        "3月6日，湖塘镇",
        "开展检查",
        "下一行",
    ]


def test_threads_and_moments_are_read() -> None:
    top = (
        b"Received: from a by b; Mon, 07 Mar 2022 09:30:00 +0800 (CST)\r\n"
        b"Date: Mon, 7 Mar 2022 09:29:00 +0800\r\nIn-Reply-To: <b@x.example>\r\n"
        b"References: <a@x.example>\r\n <b@x.example> <a@x.example>\r\nReply-To: r@x.example\r\n"
    )
    message = read_message(with_headers(b"attachment; filename=a.zip", top=top))
    assert message.message_id == "<1@hutang.example>"
    assert message.in_reply_to == "<b@x.example>"
    assert message.references == ("<a@x.example>", "<b@x.example>")
    assert message.reply_to == "r@x.example"
    assert message.received_stamp == datetime(2022, 3, 7, 1, 30, tzinfo=UTC)
    assert message.date is not None
    assert message.date.utcoffset() == timedelta(hours=8)


def test_a_header_block_alone_is_a_letter_too() -> None:
    message = read_message(b"From: a@b.example\r\nSubject: x\r\n\r\n")
    assert (message.author.address, message.attachments) == ("a@b.example", ())


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_no_bytes_can_break_the_reading(data: bytes) -> None:
    assert isinstance(read_message(data), Message)


@given(st.integers(0, 700), st.binary(max_size=6))
@settings(max_examples=200)
def test_no_damage_to_a_letter_can_break_the_reading(place: int, junk: bytes) -> None:
    raw = with_headers(shapes("李喆.zip")["RFC 2047 split in a character"][0])
    assert isinstance(read_message(raw[:place] + junk + raw[place + len(junk) :]), Message)


def test_a_nest_of_a_thousand_parts_is_survived() -> None:
    raw = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
    for depth in range(1000):
        raw += (
            f"--b{depth}\r\nContent-Type: multipart/mixed; boundary=b{depth + 1}\r\n\r\n".encode()
        )
    assert read_message(raw).author.address == "a@b.example"
