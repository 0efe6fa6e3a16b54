from __future__ import annotations

import pytest

from rulebook.kind_entries import KindEntry, LimitUnit
from rulebook.kind_rules import Kind
from rulebook.provisions import BareRule, ReviewerRule
from rulebook.wording import Wording, wording_of
from tests.rulebook.builders import provisions


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


BRIEF, LONG = Kind("要情"), Kind("长篇")
RULES = provisions(
    kinds=(
        KindEntry(BRIEF, limit=LimitUnit.DAYS, late_points=0.5),
        KindEntry("动态", limit=LimitUnit.DAYS),
        KindEntry(LONG),
    ),
    bare_attachment=BareRule.ACCEPT,
    require_reviewer=ReviewerRule.SHEET,
)


def test_the_words_follow_the_provisions() -> None:
    words = wording_of(RULES, "联络员", "办公室", 3, "政务信息", "信息", "采用")
    assert words == Wording(
        *("联络员", "办公室", "政务信息", "信息", "采用"),
        packed=False,
        limits=(("要情、动态", "事件发生后2天内"),),
        late_scores=True,
        late_kinds=(BRIEF,),
        answer_days=3,
        sheet=True,
    )
    plain = wording_of(provisions(), "联络员", "办公室")
    assert (plain.packed, plain.late_scores, plain.late_kinds, plain.sheet) == (
        *(True, False, ()),
        False,
    )
    assert (plain.answer_days, plain.piece, plain.adoption) == (7, "稿件", "录用")


def test_nothing_special_is_said_where_nothing_special_is_ruled() -> None:
    sentence = "已过时限，本稿不计分，打包后重新发送。稿件没有写明审核人。"
    assert Wording().said(sentence) == sentence
    assert Wording().answer_days == 7
    assert Wording(packed=False).said(sentence).startswith("已过时限，本稿不计分，重新发送。")
    assert Wording(late_scores=True).said(sentence).startswith("已过时限，按逾期计分，打包后")
    assert Wording(sheet=True).said(sentence).endswith("没有附审核表。")
    assert Wording("联络员", "办公室", "政务信息").said("报送人员、主管科室、信息报送") == (
        "联络员、办公室、政务信息"
    )


def test_of_some_kinds_late_ones_have_points() -> None:
    words = Wording(late_scores=True, late_kinds=(BRIEF,))
    assert [words.of_kind(kind).late_scores for kind in (BRIEF, LONG, None)] == [True, False, False]


def test_a_word_that_holds_ours_twice_is_put_in_once() -> None:
    assert Wording(piece="稿件与稿件").renamed("一篇稿件") == "一篇稿件与稿件"
