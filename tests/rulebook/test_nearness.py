"""Sentences are told by those they are like; what nobody reads must be courtesy in each clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rulebook import nearness
from rulebook.conversation import Correspondence, Purpose
from rulebook.nearness import MAX_SENTENCES, Act, hear, nearest
from rulebook.purpose import purpose
from tests.rulebook.builders import draft, letter, provisions
from tests.rulebook.test_purpose import ANSWER, said

NEW_TO_THE_EXAMPLES = [
    ("同一件事邻镇报了就算，我们报了就不算", Act.STATEMENT),
    ("劳烦把周二那封底稿拿掉，没过审", Act.WITHDRAWAL),
    ("昨儿个晚报三版登了咱们那条", Act.ADOPTION),
    ("咱科目前排第几，总分多少", Act.INQUIRY),
    ("承蒙老师一年来悉心指点", Act.THANKS),
    ("诚邀贵单位莅临展会，附报价单", Act.OTHER),
]


@pytest.mark.parametrize(("sentence", "act"), NEW_TO_THE_EXAMPLES)
def test_a_sentence_nobody_wrote_before_is_told_by_those_it_is_like(
    sentence: str, act: Act
) -> None:
    (heard,) = hear(sentence)
    assert heard.act is act
    assert sum(heard.likely.values()) == pytest.approx(1)


def test_the_evidence_names_the_nearest_known_sentence() -> None:
    finding = purpose(said("刚才那个发错了，请无视"), ANSWER, provisions())
    assert finding.purpose is Purpose.WITHDRAWAL
    assert nearest("发错啦，请不要处理它", Act.WITHDRAWAL) == "发错了，请不要处理"
    other = purpose(said("前面那个没脱敏，清掉吧"), ANSWER, provisions())
    assert other.purpose is Purpose.WITHDRAWAL
    assert "相近" in other.evidence


@pytest.mark.parametrize(
    "line", ["删，谢谢", "撤掉", "老师好\n撤掉", "5.18", "谢谢，改成23人", "好的，日期写错了"]
)
def test_a_short_line_that_asks_for_something_is_no_thanks(line: str) -> None:
    assert purpose(said(line), ANSWER, provisions()).purpose is not Purpose.THANKS


def test_a_thanks_whose_subject_tells_something_is_read() -> None:
    letter = said("谢谢老师们指导！", "请撤下昨天的稿件")
    assert purpose(letter, None, provisions()).purpose is not Purpose.THANKS


def test_a_colleagues_question_about_something_else_is_answered_by_no_machine() -> None:
    for subject, line in (("用车", "明早能不能留一辆车？"), ("考试", "证书什么时候发？")):
        assert purpose(said(line, subject), None, provisions()).purpose is Purpose.OTHER


def test_a_body_of_megabytes_is_heard_at_its_head_and_its_end() -> None:
    heard = hear("这是很长的一句话，" * 200_000 + "。\n" + "谢谢。" * 100_000)
    assert len(heard) <= MAX_SENTENCES
    assert hear("") == ()
    assert hear("？！…\n\n") == () or all(one.sentence for one in hear("？！…\n\n"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("我们不认可迟报，请复核，稿子再发一次。", True),
        ("已重新打包。那篇被公众号转了，这个算录用吗？", True),
        ("按要求重新打包，请查收。", False),
        ("日期补上了，是3月21日，麻烦再看一下，谢谢！", False),
        ("这样打包可以吗？收到请回复。", False),
        ("", False),
    ],
)
def test_what_is_said_beside_drafts_is_not_lost(words: str, says: bool) -> None:
    brought = replace(letter(draft()), correspondence=Correspondence(own_words=words))
    found = purpose(brought, ANSWER, provisions())
    assert found.purpose is Purpose.RESUBMISSION
    assert found.says is says


def test_of_many_sentences_the_first_ten_and_the_last_four_are_heard() -> None:
    sentences = [f"第{number}件事说完了。" for number in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"]
    assert [one.sentence for one in hear("".join(sentences))] == sentences[:10] + sentences[-4:]
    assert len(hear("".join(sentences[:14]))) == 14
    (long,) = hear("长" * 91)
    assert long.sentence == "长" * 90


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Act, str]]:
    """A few sentences alone are known; a test may change them before it asks."""
    few = dict.fromkeys(Act, "丙")
    monkeypatch.setattr(nearness, "_SPOKEN", few)
    caches = nearness._heard, nearness._known, nearness._counted, nearness._likelihood
    for one in caches:
        one.cache_clear()
    yield few
    for one in caches:
        one.cache_clear()


def test_how_likely_is_reckoned_from_runs_of_one_to_three_characters(
    spoken: dict[Act, str],
) -> None:
    spoken[Act.THANKS], spoken[Act.OTHER] = "甲", "乙乙"
    # 15 runs are known, of an act 5 and of OTHER 7; “甲” has four runs beside the marks of its ends
    thanks, other = (1 + 0.6) / (5 + 0.6 * 15), 0.6 / (7 + 0.6 * 15)
    weights = [1.0, (other / thanks) ** 2, *[(0.6 / 1.6) ** 2] * 6]
    (heard,) = hear("甲")
    assert heard.likely[Act.THANKS] == pytest.approx(weights[0] / sum(weights))
    assert heard.likely[Act.OTHER] == pytest.approx(weights[1] / sum(weights))
    (unknown,) = hear("戊")
    less = (14 / 16) ** 2
    assert unknown.likely[Act.OTHER] == pytest.approx(less / (7 + less))


def test_nearest_is_what_shares_most_for_its_length_and_the_first_of_several(
    spoken: dict[Act, str],
) -> None:
    spoken[Act.OTHER] = "一二三四五甲乙丙丁戊己庚辛壬癸\n一二三 / 一二四"
    assert nearest("一二三四五六七八", Act.OTHER) == "一二三"
    assert nearest("一二五", Act.OTHER) == "一二三"
