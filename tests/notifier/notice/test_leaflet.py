"""The officers' sheet: every sentence is the reasons' own, and what cannot happen here is not on it."""

from __future__ import annotations

import io
from dataclasses import replace

from docx import Document

from notifier.notice.leaflet import document, leaflet, markdown
from rulebook.provisions import BareRule, BodyRule, ReviewerRule, default_provisions
from rulebook.reasons import Reason
from rulebook.wording import wording_of

PROVISIONS = default_provisions()


def sheet_of(**changes: object) -> str:
    provisions = replace(PROVISIONS, **changes)  # type: ignore[arg-type]
    words = wording_of(provisions, "信息员", "办公室")
    return markdown(leaflet(provisions, words, "inbox@office.example", "某局"))


def test_it_says_what_receipts_say_in_the_offices_words() -> None:
    told = sheet_of()
    assert Reason.LOCKED_ARCHIVE.sentence in told
    assert Reason.LOCKED_ARCHIVE.advice in told
    assert "宣传员" not in told
    assert "人事教育科" not in told
    assert "inbox@office.example" in told
    for kind in PROVISIONS.kind_rules:
        assert f"| {kind.name} |" in told


def test_what_the_regulation_does_not_ask_for_is_not_on_it() -> None:
    assert Reason.NO_REVIEWER.sentence in sheet_of(require_reviewer=ReviewerRule.REFUSE)
    assert Reason.NO_REVIEWER.sentence not in sheet_of(require_reviewer=ReviewerRule.WARN)
    open_house = sheet_of(bare_attachment=BareRule.ACCEPT, body_draft=BodyRule.ACCEPT)
    assert Reason.BODY_DRAFT.sentence not in open_house
    assert "压缩成一个 zip" not in open_house.partition("## 怎样标明类别")[0]


def test_word_and_markdown_say_the_same() -> None:
    words = wording_of(PROVISIONS, "宣传员", "人事教育科")
    sheet = leaflet(PROVISIONS, words, "inbox@office.example", "某局")
    word = Document(io.BytesIO(document(sheet)))
    told = [one.text for one in word.paragraphs]
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    for part in sheet.parts:
        assert part.heading in told
        for number, one in enumerate(part.sentences, 1):
            assert f"{number}. {one}" in told
        for row in part.table.rows if part.table else ():
            assert set(row) <= set(cells)
