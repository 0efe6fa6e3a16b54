"""One draft saved twice is one draft: 稿.docx and the .pdf made from it."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.drafts.assembly import Pieces, sort_pieces
from parsers.types import Text

BODY = (
    "3月7日，湖塘镇应急管理局组织执法人员对辖区危化品企业开展专项检查，重点检查危险化学品储存、特殊作业审批、"
    "应急物资配备等情况，共发现隐患7条，已当场责令整改4条，限期整改3条。"
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def text(path: str, *paragraphs: str, digest: str = "") -> Text:
    kind = "application/pdf" if path.endswith("pdf") else WORD
    return Text(path, kind, ("湖塘镇开展检查", *paragraphs), digest=digest or path)


def sorted_(*facts: Text) -> Pieces:
    return sort_pieces(facts, received=date(2022, 3, 8), unit_names=("湖塘镇",))


@pytest.mark.parametrize("pdf_first", [True, False])
def test_a_pdf_with_page_numbers_is_the_word_file_of_its_name(pdf_first: bool) -> None:
    word = text("稿.zip/湖塘镇检查.docx", BODY)
    printed = text("稿.zip/湖塘镇检查.pdf", BODY, "第1页共1页")
    pieces = sorted_(*((printed, word) if pdf_first else (word, printed)))
    (draft,) = pieces.drafts
    assert draft.file == word.path
    assert pieces.roles[printed.path] == "note"


def test_under_another_name_it_is_a_draft_that_the_ledger_is_asked_about() -> None:
    pieces = sorted_(text("稿.zip/1.docx", BODY), text("稿.zip/2.pdf", BODY, "第1页共1页"))
    first, second = pieces.drafts
    assert len(set(first.bands) & set(second.bands)) > 4


def test_two_drafts_of_one_name_that_say_different_things_are_two() -> None:
    other = "3月6日，湖塘镇召开例会，传达区安委会会议精神，部署清明期间森林防火工作，各村书记参加会议并作表态发言。"
    assert len(sorted_(text("稿.zip/稿.docx", BODY), text("稿.zip/稿.pdf", other)).drafts) == 2


@pytest.mark.parametrize(
    "last", ["湖塘镇检查（最终版）.docx", "湖塘镇检查（修改稿）.docx", "检查-定稿.docx"]
)
def test_the_last_version_supersedes_the_first_in_one_letter(last: str) -> None:
    changed = BODY.replace("隐患7条", "隐患9条")
    pieces = sorted_(text("稿.zip/湖塘镇检查.docx", BODY), text(f"稿.zip/{last}", changed))
    (draft,) = pieces.drafts
    assert draft.file == f"稿.zip/{last}"


def test_two_drafts_of_one_title_without_a_word_of_versions_stay_two() -> None:
    changed = BODY.replace("隐患7条", "隐患9条")
    assert len(sorted_(text("稿.zip/甲.docx", BODY), text("稿.zip/乙.docx", changed)).drafts) == 2
