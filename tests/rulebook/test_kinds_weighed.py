"""四.1: what an unlabelled text is by its words, its length and its headings, and what weighs against a label."""

from __future__ import annotations

import pytest

from rulebook.default_rules import ARTICLE, COMMISSION, NEWS, OPINION
from rulebook.kind_entries import KindEntry
from rulebook.kind_rules import Role
from rulebook.kinds import decide
from rulebook.model import Kind
from rulebook.reasons import Reason
from tests.rulebook.builders import OPINION_TEXT, article, draft, provisions
from tests.rulebook.unlabelled import BLANK, LEAD, PACKED, RULES, kind_of, plain

# -- features --


def test_without_a_label_the_words_of_a_report_tell_news() -> None:
    found = decide(draft(file=PACKED), BLANK, RULES)
    assert (found.kind, found.reason) == (NEWS, None)
    assert "没有标注类别" in found.evidence
    assert "开展" in found.evidence


def test_without_a_label_the_words_of_the_net_tell_an_opinion() -> None:
    found = decide(plain(text=OPINION_TEXT), BLANK, RULES)
    assert (found.kind, found.reason) == (OPINION, None)
    assert "网民" in found.evidence


def test_without_a_label_length_and_headings_tell_an_article() -> None:
    found = decide(article(file=PACKED, title="实践与思考"), BLANK, RULES)
    assert (found.kind, found.reason) == (ARTICLE, None)
    assert "1200字" in found.evidence


def test_a_text_that_tells_nothing_is_for_a_person() -> None:
    found = decide(plain(), BLANK, RULES)
    assert (found.kind, found.reason) == (None, Reason.KIND_UNCERTAIN)
    assert found.evidence


def test_a_text_that_speaks_for_two_kinds_alike_is_for_a_person() -> None:
    both = plain(text=f"{LEAD}有网民在微博称，某地开展检查。")
    assert decide(both, BLANK, RULES).reason is Reason.KIND_UNCERTAIN


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("有网友留言。", None),
        ("有网友在微博留言。", OPINION),
        ("镇里组织了一次活动。", None),
        ("镇里组织召开了一次活动。", NEWS),
    ],
)
def test_one_word_alone_tells_no_kind_and_two_do(text: str, kind: Kind | None) -> None:
    assert kind_of(plain(text=LEAD + text)) is kind


@pytest.mark.parametrize(("before", "kind"), [(58, OPINION), (59, None)])
def test_the_first_60_characters_lead(before: int, kind: Kind | None) -> None:
    """A word that ends with the 60th counts twice, which is enough; one that ends with the 61st once."""
    assert kind_of(plain(text="春" * before + "网友留言。")) is kind


def test_a_day_adds_nothing_to_a_long_text() -> None:
    dated = plain(characters=1200, event_date=draft().event_date)
    assert kind_of(dated) is None
    with_a_heading = plain(characters=1200, text="一、摸底", event_date=draft().event_date)
    assert kind_of(with_a_heading) == ARTICLE


def test_two_kinds_alone_may_be_told_alike() -> None:
    """An office without essays, one word of each of its two kinds in the lead."""
    deeds = KindEntry("快讯", features=("组织", "召开"))
    voices = KindEntry("民声", Role.OPINION, features=("网友", "抖音"))
    two = provisions(kinds=(deeds, voices))
    assert kind_of(plain(text="网友留言，镇里组织了活动。"), rules=two) is None
    assert kind_of(plain(text="网友留言，镇里组织召开了活动。"), rules=two) == "快讯"


def test_kinds_that_are_taken_for_one_another_end_where_they_began() -> None:
    circle = (
        KindEntry("快讯", least=500, short_as="简报"),
        KindEntry("简报", least=900, short_as="快讯"),
    )
    finding = decide(plain(title="【快讯】春日"), BLANK, provisions(kinds=circle))
    assert finding.kind == "快讯"
    assert finding.reason is None


def test_a_title_of_the_net_speaks_against_a_report_that_tells_as_much_of_deeds() -> None:
    text = f"{LEAD}网友在抖音、微博议论，镇里开展检查、组织培训、召开会议。"
    piece = plain(file="稿件.zip/【工作动态】.docx", title="网民反映小区停水", text=text)
    finding = decide(piece, BLANK, RULES)
    assert finding.reason is Reason.KIND_UNCERTAIN
    assert "标题和内容像" in finding.evidence


def test_twice_as_many_signs_are_clear_enough_against_a_label() -> None:
    twice = f"{LEAD}网友在抖音、微博和评论区议论，镇里组织召开了会议。"
    piece = plain(file="稿件.zip/【工作动态】.docx", text=twice)
    assert decide(piece, BLANK, RULES).reason is Reason.KIND_UNCERTAIN
    less = plain(file="稿件.zip/【工作动态】.docx", text=twice.replace("召开", "召开培训"))
    assert decide(less, BLANK, RULES).kind == NEWS


def test_a_day_counts_as_a_sign_of_news() -> None:
    piece = plain(text=f"{LEAD}3月7日，镇里组织了一次活动。", event_date=draft().event_date)
    assert kind_of(piece) == NEWS


@pytest.mark.parametrize("characters", [800, 1200])
def test_length_alone_tells_an_article_where_no_other_sign_speaks(characters: int) -> None:
    assert kind_of(plain(characters=characters)) == ARTICLE


def test_a_text_as_long_as_an_article_is_not_taken_for_news() -> None:
    assert kind_of(draft(file=PACKED, characters=799)) == NEWS
    assert kind_of(draft(file=PACKED, characters=800)) != NEWS


def test_headings_outweigh_a_long_texts_words_of_the_net() -> None:
    text = f"一、问题\n二、原因\n三、对策\n{LEAD}网民在微博和抖音各有说法。"
    assert kind_of(plain(text=text, characters=1200)) == ARTICLE
    assert kind_of(plain(text=text, characters=700)) == OPINION


def test_no_text_is_ever_taken_for_a_commission() -> None:
    assert kind_of(plain(text="根据约稿要求，现报送如下。")) != COMMISSION
