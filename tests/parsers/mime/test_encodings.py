"""Contents in base64, however their lines and the steps that they are read in fall."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.mime import encodings
from parsers.mime.encodings import BrokenEncoding, Encoding


def in_steps(text: bytes, size: int) -> Iterator[bytes]:
    return (text[offset : offset + size] for offset in range(0, len(text), size))


def in_lines(text: bytes, width: int, end: bytes) -> bytes:
    return end.join(text[offset : offset + width] for offset in range(0, len(text), width)) + end


def decoded(text: bytes, step: int) -> bytes:
    return b"".join(encodings.decode(in_steps(text, step), Encoding.BASE64))


LINE_ENDS = st.sampled_from([b"\r\n", b"\n", b" \r\n", b"\t\n"])


@given(
    st.binary(max_size=400), st.integers(1, 90), LINE_ENDS, st.integers(1, 500), st.integers(0, 3)
)
def test_lines_and_steps_of_any_length_give_the_same_content(
    content: bytes, width: int, end: bytes, step: int, blank: int
) -> None:
    text = in_lines(base64.b64encode(content), width, end) + b"\r\n" * blank
    assert decoded(text, step) == content


@given(st.binary(min_size=200, max_size=400), st.integers(0, 260), st.sampled_from(b"!.\0\xff@"))
def test_a_foreign_character_is_told_wherever_it_stands(
    content: bytes, place: int, foreign: int
) -> None:
    text = bytearray(in_lines(base64.b64encode(content), 76, b"\r\n"))
    text[min(place, len(text) - 3)] = foreign
    with pytest.raises(BrokenEncoding):
        decoded(bytes(text), 10_000)


@pytest.mark.parametrize("lines", [2, 3, 50])
def test_pieces_that_each_end_with_a_sign_of_equality_are_broken(lines: int) -> None:
    text = b"QQ==\r\n" * lines
    with pytest.raises(BrokenEncoding):
        decoded(text, 10_000)
    assert b"".join(encodings.decode_broken(iter((text,)))) == b"A" * lines


@given(
    st.binary(min_size=90, max_size=3_000), st.integers(1, 30), st.sampled_from([b"\r\n", b"\n"])
)
def test_lines_of_one_length_are_decoded_at_once(content: bytes, quads: int, end: bytes) -> None:
    text = in_lines(base64.b64encode(content), 4 * quads, end)
    around = b"\r\n" + text + b"--boundary"
    assert encodings.decode_at_once(around, 2, 2 + len(text)) == content
    assert encodings.decode_at_once(around, 2, 2 + len(text) - len(end)) == content


@given(st.binary(min_size=200, max_size=2_000), st.data())
def test_decoded_at_once_nothing_that_is_no_base64_is_passed_over(
    content: bytes, data: st.DataObject
) -> None:
    text = bytearray(in_lines(base64.b64encode(content), 76, b"\r\n"))
    place = data.draw(st.integers(0, len(text) - 3))
    text[place] = data.draw(st.sampled_from(b"!=\n -"))
    try:
        in_steps = decoded(bytes(text), 4_096)
    except BrokenEncoding:
        in_steps = None
    assert encodings.decode_at_once(bytes(text), 0, len(text)) in (None, in_steps)
