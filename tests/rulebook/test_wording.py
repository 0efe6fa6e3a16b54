from __future__ import annotations

import pytest

from rulebook.wording import Wording


@pytest.mark.parametrize(
    ("piece", "adoption", "work", "text", "told"),
    [
        ("信息", "采用", "政务信息", "没有报送稿件，3篇稿件被录用。", "没有报送信息，3篇信息被采用。"),
        ("信息", "采用", "政务信息", "政务信息稿件积分统计表", "政务信息积分统计表"),
        ("新闻稿件", "录用", "宣传", "本类稿件，新闻稿件", "本类新闻稿件，新闻稿件"),
        ("信息", "采用", "", "原稿《关于报送稿件的通知》和“稿件录用”", "原稿《关于报送稿件的通知》和“稿件录用”"),
        ("稿件", "录用", "", "稿件被录用", "稿件被录用"),
    ],
)  # fmt: skip
def test_drafts_and_adoptions_are_called_what_the_office_calls_them(
    piece: str, adoption: str, work: str, text: str, told: str
) -> None:
    wording = Wording(piece=piece, adoption=adoption, work=work)
    assert wording.renamed(text) == told
    assert wording.renamed(wording.renamed(text)) == told
