"""Letters as mail programs read them, whatever their writers did to the rules."""

from __future__ import annotations

import base64
import binascii

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.mime import encodings, parameters, tree
from parsers.mime.encodings import Encoding
from parsers.mime.headers import read_block, read_headers

DATA = b"PK\x05\x06" + bytes(range(60))
CODED = base64.encodebytes(DATA)


def letter(part: bytes, content: bytes = CODED, top: bytes = b"", boundary: bytes = b"X") -> bytes:
    return (
        b"From: qian@hutang.example\r\nTo: shougao@office.example\r\n"
        + top
        + b"Content-Type: multipart/mixed; boundary=X\r\n\r\n--"
        + boundary
        + b"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--"
        + (
            boundary
            + b"\r\nContent-Type: application/zip; name=a.zip\r\n"
            + part
            + b"\r\n\r\n"
            + content
        )
        + (b"\r\n--" + boundary + b"--\r\n")
    )


def contents(raw: bytes) -> list[bytes]:
    return [leaf.data[:] for leaf in tree.leaves(raw)[0]]


@pytest.mark.parametrize(
    "value",
    [
        b"base64", b"base64 ", b"base64\t", b" \tbase64 \t ", b"BASE64", b"Base64;", b"base64; x=y", b"base64 (x)",
        b"(x) base64", b"(a (b)) base64 (c)", b'"base64"', b"'base64'", b"\r\n base64", b"\r\n\tbase64\t", b"base64,",
        b"base64\r\nContent-Transfer-Encoding: base64", b"7bit\r\nContent-Transfer-Encoding: base64",
        b"base64\r\nContent-Transfer-Encoding: 7bit", b"\r\n (x)\r\n base64",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "name",
    [b"Content-Transfer-Encoding:", b"content-transfer-encoding :", b"CONTENT-TRANSFER-ENCODING:"],
)
def test_an_encoding_is_read_however_it_is_written(name: bytes, value: bytes) -> None:
    assert contents(letter(name + value)) == [b"hello", DATA]


@pytest.mark.parametrize(
    "value",
    [
        b"multipart/mixed; boundary=X", b'multipart/mixed; boundary="X"', b"MULTIPART/MIXED; BOUNDARY=X",
        b"multipart/mixed;boundary=X;", b"multipart/mixed; boundary=X (c)", b'multipart/mixed; boundary="X" (c)',
        b"multipart/mixed (c); boundary=X", b"multipart/mixed boundary=X", b"multipart/mixed;\r\n\tboundary=X",
        b"multipart/mixed; boundary = X", b'multipart/mixed; charset="gb2312"; boundary=X ',
        b"multipart/mixed; boundary=X \t", b"multipart/mixed; boundary=X; boundary=Y",
        b"multipart/mixed\r\nContent-Type: multipart/mixed; boundary=X",
    ],
)  # fmt: skip
def test_a_content_type_is_read_however_it_is_written(value: bytes) -> None:
    raw = letter(b"Content-Transfer-Encoding: base64")
    assert contents(raw.replace(b"multipart/mixed; boundary=X", value, 1)) == [b"hello", DATA]


def damaged(raw: bytes) -> list[bytes]:
    leaves, is_damaged = tree.leaves(raw)
    assert is_damaged
    return [leaf.data[:] for leaf in leaves]


@pytest.mark.parametrize(
    "line", [b"garbage without colon\r\n", b"\xff\xfe\r\n", b"no field (at all)\r\n"]
)
def test_a_line_without_colon_breaks_no_header_block(line: bytes) -> None:
    assert damaged(letter(b"Content-Transfer-Encoding: base64", top=line)) == [b"hello", DATA]
    part = line + b"Content-Transfer-Encoding: base64"
    assert damaged(letter(part)) == [b"hello", DATA]


def test_an_empty_line_among_the_fields_hides_no_part() -> None:
    assert damaged(letter(b"Content-Transfer-Encoding: base64", top=b"\r\n")) == [b"hello", DATA]


def test_fields_behind_an_empty_line_name_no_sender() -> None:
    headers = read_headers(
        b"Subject: x\r\n\r\nMIME-Version: 1.0\r\nFrom: qian@hutang.example\r\n\r\n"
    )
    assert not headers.has("from")


def test_where_no_field_follows_the_body_begins_with_the_broken_line() -> None:
    block = read_block(b"Subject: x\r\nbody without empty line\r\n\r\nmore", 0, 43)
    assert block.headers.text("subject") == "x"
    assert block.damaged


def test_one_boundary_on_two_levels_hides_no_part() -> None:
    inner = (
        b"Content-Type: multipart/alternative; boundary=X\r\n\r\n--X\r\nContent-Type: text/plain\r\n\r\n"
        b"eins\r\n--X\r\nContent-Type: text/html\r\n\r\nzwei\r\n--X--\r\n\r\n--X\r\n"
    )
    raw = letter(b"Content-Transfer-Encoding: base64")
    whole = raw.replace(b"Content-Type: text/plain\r\n\r\nhello\r\n--X\r\n", inner, 1)
    assert damaged(whole) == [b"eins", b"zwei", DATA]


def test_a_boundary_that_is_missing_or_another_is_found() -> None:
    raw = letter(b"Content-Transfer-Encoding: base64", boundary=b"Y")
    assert damaged(raw) == [b"hello", DATA]
    assert damaged(raw.replace(b"; boundary=X", b"", 1)) == [b"hello", DATA]


def test_a_letter_that_was_cut_off_has_its_last_part() -> None:
    raw = letter(b"Content-Transfer-Encoding: base64")
    assert contents(raw[: raw.rindex(b"\r\n--X--")]) == [b"hello", DATA]


@pytest.mark.parametrize(
    "coded",
    [
        base64.b64encode(DATA[:10]) + b"\r\n" + base64.b64encode(DATA[10:]),
        CODED.rstrip(b"=\n"),
        CODED + b"!!\r\n",
    ],
)
def test_base64_in_pieces_without_padding_or_with_foreign_marks_is_read(coded: bytes) -> None:
    assert damaged(letter(b"Content-Transfer-Encoding: base64", coded))[1] == DATA


def test_a_letter_in_a_letter_is_entered_whatever_its_encoding() -> None:
    inner = letter(b"Content-Transfer-Encoding: base64", top=b"Subject: inner\r\n")
    for encoding, content in (("base64", base64.encodebytes(inner)), ("8bit", inner)):
        part = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: " + encoding.encode()
        raw = letter(b"").split(b"--X\r\n")[0].replace(b"boundary=X", b"boundary=O")
        raw += b"--O\r\n" + part + b"\r\n\r\n" + content + b"\r\n--O--\r\n"
        leaves, _ = tree.leaves(raw)
        assert [(leaf.inside, leaf.data[:]) for leaf in leaves] == [
            ("inner", b"hello"),
            ("inner", DATA),
        ]


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b'attachment; filename="x.zip"; filename*=UTF-8\'\'%E7%A8%BF.zip', "稿.zip"),
        (b"attachment; filename*=UTF-8''%E7%A8%BF.zip; filename=x.zip", "稿.zip"),
        (b"attachment; filename=\xe7\xa8\xbf(1) .zip", "稿(1) .zip"),
        ("attachment; filename=\"稿“一”.zip\"".encode("gb18030"), "稿“一”.zip"),
        ("attachment; filename=\"稿乗\"".encode("gb18030"), "稿乗"),
        (b'attachment; filename="a"b".zip"', 'a"b".zip'),
        (b'attachment; filename="C:\\dir\\a.zip"', "a.zip"),
        (b"attachment; filename=%E7%A8%BF.zip", "稿.zip"),
        (b"attachment; filename=100%.zip", "100%.zip"),
        (b"attachment filename=a.zip", "a.zip"),
        (b"filename=a.zip", "a.zip"),
        (b'attachment; filename="=?gb2312?B?uOU=?= =?gb2312?B?uOU=?=.zip"', "稿稿.zip"),
    ],
)  # fmt: skip
def test_a_name_is_read_however_it_is_written(field: bytes, name: str) -> None:
    raw = letter(b"Content-Disposition: " + field).replace(b"; name=a.zip", b"", 1)
    assert tree.leaves(raw)[0][1].name == name


@pytest.mark.parametrize(
    "mark", [b";", b'"', b"(", b'"; "', b"a=;", b"\\", b'\\"', b"a ", b"=", b'x="', b"(("]
)
def test_a_field_of_nothing_but_marks_is_read_to_its_end(mark: bytes) -> None:
    """In time linear to its length: one that grows with the square would take minutes."""
    value = b"multipart/mixed; " + mark * (90_000 // len(mark))
    assert len(parameters.parse(value).parameters) <= parameters.MAX_PARAMETERS
    assert encodings.of([value], b"") is Encoding.UNKNOWN


@given(st.binary(max_size=2_000), st.integers(1, 700))
@settings(max_examples=100)
def test_any_content_comes_out_as_it_went_in(data: bytes, width: int) -> None:
    coded = base64.b64encode(data)
    lines = b"\r\n".join(coded[place : place + width] for place in range(0, len(coded), width))
    steps = iter([lines[place : place + 77] for place in range(0, len(lines), 77)])
    assert b"".join(encodings.decode(steps, Encoding.BASE64)) == data


@given(
    st.lists(
        st.sampled_from(
            [
                b"--X",
                b"--X--",
                b"\r\n",
                b"\n",
                b"Content-Type: multipart/mixed; boundary=X",
                b"Content-Type: message/rfc822",
                b"From: a@b.example",
                b"x",
                b" ",
                b"\r\n\r\n",
            ]
        ),
        max_size=40,
    )
)
@settings(max_examples=300)
def test_no_heap_of_parts_trips_the_reader(pieces: list[bytes]) -> None:
    leaves, _ = tree.leaves(b"".join(pieces))
    assert len(leaves) <= tree.MAX_LEAVES


@pytest.mark.parametrize(
    "field",
    [b"X-Nothing: 1", b"Content-Transfer-Encoding: 7bit", b"Content-Transfer-Encoding: mac-base64"],
)
def test_packed_files_in_base64_are_read_though_no_field_tells_of_it(field: bytes) -> None:
    packed = b"PK\x03\x04" + bytes(range(90))
    assert contents(letter(field, base64.encodebytes(packed))) == [b"hello", packed]


def test_a_packed_file_that_no_field_names_is_no_text() -> None:
    packed = b"PK\x03\x04" + bytes(range(90))
    fields = b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=X\n\n"
    part = b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(packed)
    raw = fields + b"--X\n\nhello\n--X\n" + part + b"--X--\n"
    kinds = [leaf.content_type for leaf in tree.leaves(raw)[0]]
    assert kinds == ["text/plain", "application/octet-stream"]


def test_a_text_that_begins_like_a_packed_file_stays_a_text() -> None:
    text = b"UEsDBBQAAAAI stands at the head of every zip"
    assert contents(letter(b"X-Nothing: 1", text)) == [b"hello", text]


def uuencoded(name: bytes, data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[i : i + 45]) for i in range(0, len(data), 45)]
    return b"begin 644 " + name + b"\n" + b"".join(lines) + b"`\nend\n"


@given(st.binary(min_size=1, max_size=300), st.binary(max_size=300))
@settings(max_examples=50)
def test_files_uuencoded_in_a_text_are_attachments_of_it(one: bytes, other: bytes) -> None:
    name = "湖塘镇.zip".encode("gbk")
    text = b"hello\n\n" + uuencoded(name, one) + b"\n" + uuencoded(b"b.doc", other) + b"bye\n"
    raw = b"From: a@b.example\nSubject: x\n\n" + text
    found = tree.leaves(raw)[0]
    assert [(leaf.name, leaf.data[:]) for leaf in found[1:]] == [
        ("湖塘镇.zip", one),
        ("b.doc", other),
    ]
    assert found[0].data[:] == b"hello\n\n\nbye\n"


@pytest.mark.parametrize(
    "text",
    [
        b"begin 644 a\nnot uuencoded, lower case\nend\n",
        b"begin 644 a.zip\nM1234\n",
        b"begin the day\nend\n",
    ],
)
def test_a_text_that_only_begins_so_stays_whole(text: bytes) -> None:
    (only,) = tree.leaves(b"From: a@b.example\n\n" + text)[0]
    assert only.data[:] == text
