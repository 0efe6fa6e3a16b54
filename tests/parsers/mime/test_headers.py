"""What a file must show to be taken for a letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsers.mime.headers import looks_like_mail, read_headers

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
OTHERS = [
    path
    for path in sorted(SAMPLES.rglob("*.*"))
    if path.suffix not in {".eml", ".mht", ".py", ".pyc", ".md", ".json"}
]


@pytest.mark.parametrize("sample", sorted(SAMPLES.rglob("*.eml")), ids=lambda path: path.name)
def test_every_letter_we_have_is_one(sample: Path) -> None:
    assert looks_like_mail(sample.read_bytes())


@pytest.mark.parametrize(
    "broken",
    [
        b"Subject: \xd5\xbf\xb8\xe5",
        b"\xef\xbb\xbfFrom: qian@hutang.example\n\nx",
        b"From qian@hutang.example Mon Mar  7 09:30:00 2022\nReceived: by mx\n",
        b"\r\n\r\nno header before this line\nCONTENT-TYPE : text/plain\n",
        b"\x00\x00X-QQ-MIME: TCMime 1.0\r" + b"\nX-Mailer: QQMail",
    ],
)
def test_a_wreck_of_a_letter_still_is_one(broken: bytes) -> None:
    assert looks_like_mail(broken)


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"\n",
        b"PK\x03\x04",
        b"%PDF-1.7\n1 0 obj\n<< /Subject (x) >>\n",
        "3月7日：检查".encode(),
    ],
)
def test_what_is_no_letter_is_none(other: bytes) -> None:
    assert not looks_like_mail(other)


def test_no_archive_document_or_picture_is_taken_for_a_letter() -> None:
    assert len(OTHERS) > 50
    assert [path.name for path in OTHERS if looks_like_mail(path.read_bytes())] == []


def test_what_goes_on_with_a_misnamed_field_is_no_part_of_the_field_before() -> None:
    raw = b"From: nobody\r\nFr om: x\r\n qian@hutang.example\r\nSubject: a\r\n b\r\n\r\n"
    headers = read_headers(raw)
    assert headers.raw("from") == b"nobody"
    assert headers.raw("subject") == b"a b"


def test_a_field_goes_on_behind_a_line_that_was_not_indented() -> None:
    raw = b"References: <1@a.example>\r\n<2@a.example>\r\n <3@a.example>\r\nSubject: a\r\n\r\n"
    assert b"<3@a.example>" in read_headers(raw).raw("references")
