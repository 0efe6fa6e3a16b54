"""A large letter is read part by part, and says what it would say read at once."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import piecewise, tree
from ingest.message import read_message
from rulebook.reasons import Remark

MAIL = sorted((Path(__file__).resolve().parents[1] / "samples" / "mail").glob("*.eml"))
CODINGS = {
    "base64": base64.encodebytes,
    "quoted-printable": lambda data: binascii.b2a_qp(data, istext=False),
    "8bit": lambda data: data,
}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every letter is a large one, and decoded in the smallest steps."""
    monkeypatch.setattr(piecewise, "LARGE", 0)
    monkeypatch.setattr(piecewise, "PIECE", 0)
    monkeypatch.setattr(piecewise, "_STEP", 5)


def shown(leaves: list[tree.Leaf]) -> list[tuple[object, ...]]:
    return [
        (leaf.content_type, leaf.charset, leaf.filename, leaf.disposition, leaf.data, leaf.inside)
        for leaf in leaves
    ]


@pytest.mark.parametrize("path", MAIL, ids=lambda path: path.name)
def test_the_samples_read_the_same(path: Path, small: None) -> None:
    raw = path.read_bytes()
    at_once, damaged = tree.leaves(raw)
    with piecewise.opened(path) as mapped:
        assert not isinstance(mapped, bytes)
        found, hurt = piecewise.leaves(mapped)
    assert shown(found) == shown(at_once)
    assert hurt == damaged


def letter(parts: list[tuple[str, bytes]], end: bytes = b"\r\n") -> bytes:
    lines = [b"From: a@hutang.example", b"Content-Type: multipart/mixed; boundary=X", b"", b"vor"]
    for number, (coding, data) in enumerate(parts):
        lines += [
            b"--X",
            b"Content-Type: application/octet-stream; name=%d.bin" % number,
            b"Content-Transfer-Encoding: " + coding.encode(),
            b"",
            CODINGS[coding](data).replace(b"\n", end)
            if coding == "base64"
            else CODINGS[coding](data),
        ]
    return end.join([*lines, b"--X--", b""])


@given(
    st.lists(st.tuples(st.sampled_from(sorted(CODINGS)), st.binary(max_size=120)), max_size=4),
    st.sampled_from([b"\r\n", b"\n"]),
)
def test_whatever_is_attached_comes_out_as_it_went_in(
    parts: list[tuple[str, bytes]], end: bytes
) -> None:
    parts = [part for part in parts if b"--X" not in part[1] and b"\n" not in part[1]]
    raw = letter(parts, end)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("LARGE", 0), ("PIECE", 0), ("_STEP", 5)):
            patch.setattr(piecewise, name, value)
        found, damaged = piecewise.leaves(raw)
    assert not damaged
    assert [leaf.data for leaf in found if leaf.filename] == [data for _, data in parts]


@pytest.mark.parametrize("broken", [b"QUJD*A==", b"QUJDR", b"QUJD====QUJD"])
def test_broken_base64_is_told_and_what_can_be_read_is_read(broken: bytes, small: None) -> None:
    raw = letter([("8bit", b"")]).replace(b"8bit\r\n\r\n", b"base64\r\n\r\n" + broken)
    (leaf,), damaged = piecewise.leaves(raw)
    assert damaged
    assert leaf.data.startswith(b"ABC")


def test_a_letter_larger_than_the_mime_reader_takes_is_whole() -> None:
    line = b"2022" * 18 + b"\r\n"
    text = line * (110_000_000 // len(line))
    message = read_message(
        b"From: a@hutang.example\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\n"
        b"Content-Type: text/plain\r\n\r\nhello\r\n--X\r\n"
        b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + text
        + b"--X--\r\n"
    )
    assert message.body == "hello"
    assert Remark.DAMAGED_MESSAGE not in message.remarks
    assert [len(file.data) for file in message.attachments] == [len(text) // len(line) * 54]
