"""The notice as LibreOffice lays it out: 22 lines of 28 characters, and numbers at the outer corner."""

import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from notifier.notice.document import document
from notifier.notice.workbook import workbook

MILLIMETRE = 72 / 25.4


def as_pdf(packed: bytes, name: str, folder: Path) -> pypdfium2.PdfDocument:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: pages cannot be laid out")
    source = folder / name
    source.write_bytes(packed)
    profile = (folder / "profile").as_uri()
    done = subprocess.run(
        [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), str(source)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    made = source.with_suffix(".pdf")
    if not made.exists():
        if "could not be loaded" in done.stderr:
            pytest.skip(f"this LibreOffice cannot open {source.suffix}")
        pytest.fail(done.stderr)
    return pypdfium2.PdfDocument(made)


def boxes(page: pypdfium2.PdfPage, wanted: str) -> list[tuple[float, float]]:
    """Left and bottom edges, in points, of every such character."""
    text = page.get_textpage()
    found = [
        text.get_charbox(index)[:2]
        for index in range(text.count_chars())
        if text.get_text_range(index, 1) == wanted
    ]
    text.close()
    return found


def has_chinese_fonts() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    return bool(subprocess.run([lister, ":lang=zh"], capture_output=True, check=False).stdout)


@pytest.fixture
def long_pages(facts, tmp_path):
    """A notice with one long paragraph of one character, laid out."""
    if not has_chinese_fonts():
        pytest.skip("no Chinese font is installed: lines cannot be measured")
    pdf = as_pdf(document(facts(requirements=("字" * 3000,))), "notice.docx", tmp_path)
    yield pdf
    pdf.close()


def test_a_page_holds_22_lines_of_28_characters(long_pages):
    full = []
    for page in long_pages:
        lines = Counter(round(bottom) for _, bottom in boxes(page, "字"))
        if len(lines) > 15 and set(lines.values()) == {28}:
            full.append(len(lines))
    assert full
    assert set(full) == {22}


def test_lines_keep_to_the_type_area(long_pages):
    for page in long_pages:
        for left, bottom in boxes(page, "字"):
            assert 27 * MILLIMETRE < left < (210 - 26) * MILLIMETRE - 12
            assert 34 * MILLIMETRE < bottom < (297 - 37) * MILLIMETRE


def test_the_number_stands_right_on_odd_pages_and_left_on_even_ones(long_pages):
    for index in range(4):
        below = [
            (left, bottom)
            for left, bottom in boxes(long_pages[index], "—")
            if bottom < 33 * MILLIMETRE
        ]
        assert len(below) == 2
        lefts = [left for left, _ in below]
        if index % 2 == 0:
            assert min(lefts) > 105 * MILLIMETRE
            assert max(lefts) < (210 - 26) * MILLIMETRE
        else:
            assert min(lefts) > 28 * MILLIMETRE
            assert max(lefts) < 105 * MILLIMETRE


def test_a_table_of_125_rows_repeats_its_heads_on_every_page(facts, tmp_path):
    row = facts().groups[0][1][0]
    rows = tuple(replace(row, unit=f"第{number}镇", rank=number) for number in range(1, 126))
    pdf = as_pdf(document(facts(towns=rows, offices=())), "notice.docx", tmp_path)
    headed = rows_seen = 0
    for page in pdf:
        text = page.get_textpage()
        said = text.get_text_range()
        headed += "单位" in said and "第" in said
        rows_seen += said.count("镇")
        text.close()
    pdf.close()
    assert headed >= 5
    assert rows_seen >= 125


def test_heads_of_a_year_with_points_by_hand_break_where_they_read(facts, tmp_path):
    row = replace(facts().groups[0][1][0], correction=0, by_hand=-3)
    packed = document(facts(period="2022", towns=(row,), offices=()))
    pdf = as_pdf(packed, "notice.docx", tmp_path)
    said = "".join(page.get_textpage().get_text_range() for page in pdf)
    pdf.close()
    for lines in ("工作动态/\r\n舆情", "综合性\r\n文章/\r\n约稿", "积分\r\n总计"):
        assert lines in said


def test_the_workbook_opens_and_its_sums_agree(facts, tmp_path):
    pdf = as_pdf(workbook(facts()), "notice.xlsx", tmp_path)
    text = pdf[0].get_textpage()
    said = text.get_text_range()
    text.close()
    pdf.close()
    assert "核对" in said
    assert "#" not in said
    assert said.count("51") == 3  # this period, the year so far, and the check beside them
