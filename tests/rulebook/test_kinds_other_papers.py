"""四.1: a paper that is no draft (a notice, an obituary, a pledge) gets no kind by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rulebook.default_rules import NEWS
from rulebook.kinds import decide
from rulebook.reasons import Reason
from tests.rulebook.builders import LABELS, NEWS_TEXT, draft, provisions

BLANK = "湖塘镇来稿"
PACKED = "稿件.zip/3月.docx"
PAPERS = replace(provisions(), labels=replace(LABELS, other_papers=("的通知", "讣告", "承诺书")))


@pytest.mark.parametrize("title", ["关于做好元旦期间安全工作的通知", "讣告", "安全生产承诺书》"])
def test_a_paper_that_is_no_draft_is_held(title: str) -> None:
    found = decide(draft(file=PACKED, title=title, text=NEWS_TEXT), BLANK, PAPERS)
    assert (found.kind, found.reason) == (None, Reason.KIND_UNCERTAIN)
    assert "标题像" in found.evidence


@pytest.mark.parametrize("title", ["湖塘镇企业签订安全承诺书", "区安委会印发关于防火的通知"])
def test_news_of_a_paper_is_news(title: str) -> None:
    assert decide(draft(file=PACKED, title=title, text=NEWS_TEXT), BLANK, PAPERS).kind == NEWS


def test_a_label_goes_before_the_name_of_a_paper() -> None:
    named = draft(file=PACKED, title="讣告", text=NEWS_TEXT)
    assert decide(named, "【工作动态】湖塘镇", PAPERS).kind == NEWS
