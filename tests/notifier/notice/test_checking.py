"""An office's own notice.docx is tried before anybody needs it."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from console.settings.loading import load
from notifier.notice import checking
from notifier.notice.document import shipped
from rulebook.provisions import Provisions

ROOT = Path(__file__).resolve().parents[3]


def rules(example: str = "") -> Provisions:
    path = ROOT / "examples" / example / "config.toml" if example else ROOT / "config.toml"
    return load(path, {}).provisions_on_day(date(2023, 6, 1))


def changed(old: str, new: str) -> bytes:
    """Our template with words of a paragraph changed."""
    document = Document(io.BytesIO(shipped()))
    for paragraph in document.paragraphs:
        if old in paragraph.text:
            words = paragraph.text.replace(old, new)
            for run in paragraph.runs[1:]:
                run.text = ""
            paragraph.runs[0].text = words
            out = io.BytesIO()
            document.save(out)
            return out.getvalue()
    raise AssertionError(old)


def told(template: bytes) -> list[str]:
    return list(checking.faults(template, rules(), "某局"))


def test_our_own_template_is_without_fault() -> None:
    assert told(shipped()) == []


@pytest.mark.parametrize("garbage", [b"", b"garbage", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_document_is_named(garbage: bytes) -> None:
    (sentence,) = told(garbage)
    assert "不是 Word 文档" in sentence


def test_a_misspelt_tag_is_named_with_the_one_that_was_meant() -> None:
    (sentence,) = told(changed("{{ lead }}", "{{ leed }}"))
    assert "{{ leed }}" in sentence
    assert "是否想写 lead？" in sentence


def test_full_width_braces_are_named_with_how_to_write_them() -> None:
    (sentence,) = told(changed("{{ lead }}", "｛｛ lead ｝｝"))
    assert "全角花括号" in sentence
    assert sentence.endswith("{{ lead }}")


def test_a_tag_without_its_end_is_named() -> None:
    (sentence,) = told(changed("{{ lead }}", "{{ lead "))
    assert "不成对" in sentence


@pytest.mark.parametrize("example", ["", "a-county", "b-education"])
def test_the_workbook_of_a_sample_is_made_for_every_office(example: str) -> None:
    assert checking.workbook_works(rules(example), "某局")
