"""The text of a draft in parts: evidence and doubt are marked, every word is there once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from console.web.draft_text import DOUBT, OF_DATE, paragraphs
from ledger.queries.letter_views import DraftView


def shown(text: str, date_evidence: str = "") -> list[list[tuple[str, str]]]:
    view = SimpleNamespace(text=text, date_evidence=date_evidence, kind_evidence="")
    return paragraphs(cast(DraftView, view))


def test_what_was_recognised_with_doubt_is_marked() -> None:
    (line,) = shown("3月7日，湖塘镇检查〔？〕企业。〔此处文字未能识别〕完")
    assert [words for words, why in line if why == DOUBT] == [
        "湖塘镇检查〔？〕"[-7:],
        "〔此处文字未能识别〕",
    ]
    assert (
        "".join(words for words, _ in line)
        == "3月7日，湖塘镇检查〔？〕企业。〔此处文字未能识别〕完"
    )


def test_evidence_is_marked_before_doubt() -> None:
    (line,) = shown("3月7日，湖塘镇检查〔？〕。", "3月7日")
    assert line[0] == ("", "") or line[0][0] == ""
    assert ("3月7日", OF_DATE) in line and any(why == DOUBT for _, why in line)
