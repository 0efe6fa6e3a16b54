"""An office's own article.docx is tried before anybody needs it."""

from __future__ import annotations

import io

import pytest
from docx import Document

from notifier.publication import checking
from notifier.publication.document import shipped


def changed(old: str, new: str) -> bytes:
    """Our template with words of a paragraph changed."""
    document = Document(io.BytesIO(shipped()))
    paragraph = next(one for one in document.paragraphs if old in one.text)
    words = paragraph.text.replace(old, new)
    for run in paragraph.runs[1:]:
        run.text = ""
    paragraph.runs[0].text = words
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def told(template: bytes) -> list[str]:
    return list(checking.faults(template, "某局"))


def test_our_own_template_is_without_fault() -> None:
    assert told(shipped()) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{{ heading }}", "{{ headding }}", "{{ headding }} 没有这个名字，是否想写 heading？"),
        ("{{ heading }}", "{{ leed }}", "{{ leed }} 没有这个名字，请删去"),
        ("{{ article.byline }}", "{{ article.bylin }}", "是否想写 article.byline？"),
        ("{{ block.caption }}", "{{ block.captions }}", "是否想写 block.caption？"),
        ("{{ block.text }}", "｛｛ block.text ｝｝", "全角花括号"),
        ("{{ heading }}", "{{ heading ", "不成对"),
        ("{%p endif %}", "", "出稿模板 article.docx 无法使用"),
        ("{{ heading }}", "{{ heading|nosuch }}", "出稿模板 article.docx 无法使用"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(old: str, new: str, words: str) -> None:
    (sentence,) = told(changed(old, new))
    assert words in sentence


@pytest.mark.parametrize("garbage", [b"", b"garbage", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_document_is_named(garbage: bytes) -> None:
    (sentence,) = told(garbage)
    assert "出稿模板不是 Word 文档" in sentence
