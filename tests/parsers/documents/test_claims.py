"""Every sample has exactly one reader, and no bytes make a reader raise anything unforeseen."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import parsers
from parsers import mediatypes
from parsers.documents import html, odf, ofd, pdf, plain, rtf, sheet, unopened, word, word97
from parsers.pictures import images
from parsers.types import File, LimitHit, Limits, Refusal, ResourceBudget

SAMPLES = sorted(
    path
    for path in (Path(__file__).resolve().parents[2] / "samples" / "word97").iterdir()
    if path.suffix != ".json"
)
READERS = {
    mediatypes.DOCX: word,
    mediatypes.LOCKED_OFFICE: word,
    mediatypes.DOC: word97,
    mediatypes.WORKS: word97,
    mediatypes.PDF: pdf,
    mediatypes.RTF: rtf,
    mediatypes.ODT: odf,
    mediatypes.OFD: ofd,
    mediatypes.HTML: html,
    mediatypes.MHT: html,
    mediatypes.XLSX: sheet,
    mediatypes.XLS: sheet,
    mediatypes.PPTX: unopened,
    mediatypes.PPT: unopened,
    mediatypes.ODS: unopened,
    mediatypes.ODP: unopened,
    mediatypes.TEXT: plain,
    "image/jpeg": images,
    "image/png": images,
    "image/tiff": images,
    "image/heic": images,
    "image/x-unheard-of": images,
}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_every_sample_is_claimed_by_exactly_one_parser(sample):
    file = parsers.identify(File(sample.name, sample.read_bytes()))
    assert [parser for parser in parsers.PARSERS if parser.claims(file)] == [word97]


@pytest.mark.parametrize("media_type", READERS)
def test_every_type_is_claimed_by_exactly_one_parser(media_type):
    assert parsers.claimant(File("a", b"x", media_type)) is READERS[media_type]


@pytest.mark.parametrize("name", ["slides.pptx", "letter.docx"])
def test_odd_types_are_nobodys(name):
    assert parsers.claimant(File(name, b"x", mediatypes.UNKNOWN)) is None


@pytest.mark.parametrize(
    ("name", "reader"),
    [("稿件.wps", word97), ("附表.et", unopened), ("演示.dps", unopened), ("附件", None)],
)
def test_a_compound_file_of_unknown_make_is_what_its_name_says(name, reader):
    assert parsers.claimant(File(name, b"x", mediatypes.OLE)) is reader


def survives(name: str, data: bytes, media_type: str) -> None:
    with contextlib.suppress(Refusal, LimitHit):
        list(READERS[media_type].parse(File(name, data, media_type), ResourceBudget(Limits())))


@pytest.mark.parametrize("media_type", READERS)
@settings(max_examples=40, deadline=None)
@given(data=st.binary(min_size=1, max_size=400))
def test_random_bytes_raise_nothing_but_refusals(media_type, data):
    survives("a.doc", data, media_type)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_mutilated_document_raises_nothing_but_refusals(data, draft_docx, ofd_of):
    sources = [
        (mediatypes.DOCX, draft_docx),
        (mediatypes.OFD, ofd_of((10, 10, "甲"))),
        *((mediatypes.DOC, path.read_bytes()) for path in SAMPLES),
    ]
    media_type, whole = data.draw(st.sampled_from(sources))
    broken = io.BytesIO(whole)
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=20)):
        broken.seek(place)
        broken.write(data.draw(st.binary(min_size=1, max_size=4)))
    end = data.draw(st.integers(len(whole) // 2, len(whole)))
    survives("a.doc", broken.getvalue()[:end], media_type)
