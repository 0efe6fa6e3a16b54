"""Pages of a letter's files as pictures: all of a PDF, a document laid out by LibreOffice behind the walls."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from ingest import preview
from ingest.sandbox import office
from parsers.types import Limits
from tests.console.office import letter, packed

SAMPLES = Path(__file__).parents[1] / "samples"


def kept(folder: Path, name: str, content: bytes) -> Path:
    """A letter that lies in a vault, with one file in its archive."""
    raw = folder / "letter"
    raw.write_bytes(letter(attachment=("稿.zip", packed({name: content}))))
    return raw


def test_all_pages_of_a_pdf_are_drawn_and_no_other_file_is(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    for _ in range(preview.MOST_PAGES + 2):
        document.new_page(595, 842)
    out = io.BytesIO()
    document.save(out)
    raw = kept(tmp_path, "扫描.pdf", out.getvalue())
    drawn = preview.pages(raw, "稿.zip/扫描.pdf", Limits())
    assert len(drawn) == preview.MOST_PAGES
    assert max(Image.open(io.BytesIO(drawn[0])).size) == preview.PAGE_EDGE
    assert preview.pages(raw, "稿.zip/没有.pdf", Limits()) == []
    assert preview.pages(kept(tmp_path, "稿.txt", b"text"), "稿.zip/稿.txt", Limits()) == []


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_a_document_is_laid_out_behind_the_walls_and_leaves_nothing(tmp_path: Path) -> None:
    document = (SAMPLES / "word" / "libreoffice.docx").read_bytes()
    pdf = office.as_pdf(document, "稿件.docx", tmp_path / "scratch")
    assert pdf is not None and preview.pages_of_pdf(pdf)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_what_is_no_document_or_has_no_libreoffice_is_not_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert office.as_pdf(b"MZ", "a.exe", tmp_path) is None
    monkeypatch.setattr(office, "PLACES", ())
    assert office.as_pdf(b"PK", "a.docx", tmp_path) is None
