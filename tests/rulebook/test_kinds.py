"""四.1: an explicit label first, then the features of the text, else a person decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.default_rules import ARTICLE, COMMISSION, NEWS, OPINION
from rulebook.kinds import KindFinding, decide, sounds_urgent
from rulebook.model import EventDate, Kind
from rulebook.provisions import Labels, Provisions
from rulebook.reasons import Reason
from tests.rulebook.builders import (
    LABELS,
    NEWS_TEXT,
    OPINION_TEXT,
    PLAIN_TEXT,
    article,
    draft,
    provisions,
)
from tests.rulebook.unlabelled import BLANK, LEAD, PACKED, RULES, kind_of, plain

LABELLED = [
    ("工作动态", NEWS),
    ("动态", NEWS),
    ("舆情信息", OPINION),
    ("舆情", OPINION),
    ("约稿", COMMISSION),
]
ARTICLE_WORDS = ["综合性原创文章", "综合性文章", "综合文章", "原创文章", "综合"]


# -- labels --


@pytest.mark.parametrize(("word", "kind"), LABELLED)
@pytest.mark.parametrize("shape", ["【{}】湖塘镇", "湖塘镇{}", "（{}）3月", "[{}] 湖塘镇", "{}"])
def test_a_label_in_the_subject_names_the_kind(word: str, kind: Kind, shape: str) -> None:
    found = decide(plain(), shape.format(word), RULES)
    assert (found.kind, found.reason) == (kind, None)


@pytest.mark.parametrize(("word", "kind"), LABELLED)
@pytest.mark.parametrize(
    "file",
    ["稿件.zip/{}.docx", "稿件.zip/{}/3月.docx", "稿件.zip/{}/甲/3月.docx", "{}.zip/3月.docx"],
)
def test_a_label_in_file_folder_or_archive_names_the_kind(word: str, kind: Kind, file: str) -> None:
    assert kind_of(plain(file=file.format(word))) is kind


@pytest.mark.parametrize(("word", "kind"), LABELLED)
@pytest.mark.parametrize("title", ["【{}】春日", "{}：春日", "{}|春日", "（{}）春日"])
def test_a_label_in_the_title_names_the_kind(word: str, kind: Kind, title: str) -> None:
    assert kind_of(plain(title=title.format(word))) is kind


@pytest.mark.parametrize(("word", "kind"), LABELLED)
def test_a_label_above_the_title_names_the_kind(word: str, kind: Kind) -> None:
    assert kind_of(plain(label_line=word)) is kind


@pytest.mark.parametrize("word", ARTICLE_WORDS)
def test_every_word_for_an_article_names_it(word: str) -> None:
    piece = article(file=PACKED)
    found = decide(piece, f"【{word}】湖塘镇", RULES)
    assert (found.kind, found.reason) == (ARTICLE, None)


def test_the_evidence_tells_where_the_label_stood_and_which_word_it_was() -> None:
    found = decide(plain(), "【工作动态】湖塘镇", RULES)
    assert found.evidence == "邮件主题“【工作动态】湖塘镇”标有“工作动态”"


@pytest.mark.parametrize(
    "changes",
    [
        {"label_line": "舆情"},
        {"title": "【舆情】春日"},
        {"file": "稿件.zip/舆情.docx"},
        {"file": "稿件.zip/舆情/3月.docx"},
        {"file": "舆情.zip/3月.docx"},
    ],
)
def test_a_label_nearer_to_the_draft_outweighs_the_subjects(changes: dict[str, str]) -> None:
    assert kind_of(plain(**changes), "【工作动态】湖塘镇") == OPINION


def test_the_nearest_folder_outweighs_those_above_it() -> None:
    assert kind_of(plain(file="稿件.zip/动态/舆情/3月.docx")) == OPINION


def test_one_letter_may_carry_several_kinds() -> None:
    subject = "湖塘镇工作动态、舆情信息"
    assert kind_of(plain(file="稿件.zip/工作动态/1.docx"), subject) == NEWS
    assert kind_of(plain(file="稿件.zip/舆情信息/2.docx"), subject) == OPINION


def test_a_subject_that_names_two_kinds_names_none() -> None:
    found = decide(plain(), "湖塘镇工作动态、舆情信息", RULES)
    assert (found.kind, found.reason) == (None, Reason.KIND_UNCERTAIN)


def test_a_bracketed_word_outweighs_a_loose_one() -> None:
    assert kind_of(plain(), "【工作动态】湖塘镇舆情") == NEWS


def test_a_long_label_is_not_taken_for_the_short_one_within_it() -> None:
    rules = provisions(
        labels=Labels(news=("动态",), opinion=("舆情动态",), article=(), commission=())
    )
    assert kind_of(plain(), "湖塘镇舆情动态", rules) == OPINION


@pytest.mark.parametrize(
    "subject",
    [
        "综合行政执法大队来稿",
        "综合治理",
        "动态监测",
        "舆情应对培训",
        "综合协调科来稿",
    ],
)
def test_words_that_merely_contain_a_label_are_none(subject: str) -> None:
    assert decide(plain(), subject, RULES).kind is None


@pytest.mark.parametrize("title", ["关于综合施策的思考", "湖塘镇掌握企业动态", "一次舆情的启示"])
def test_in_the_prose_of_a_title_a_loose_word_is_no_label(title: str) -> None:
    assert decide(plain(title=title), BLANK, RULES).kind is None


# -- length (三.1, 三.2) --


@pytest.mark.parametrize(
    ("characters", "reason"), [(0, Reason.TOO_SHORT), (799, Reason.TOO_SHORT), (800, None)]
)
def test_an_article_has_at_least_800_characters(characters: int, reason: Reason | None) -> None:
    found = decide(article(characters), BLANK, RULES)
    assert (found.kind, found.reason) == (ARTICLE, reason)


def test_the_evidence_of_a_short_article_names_both_figures() -> None:
    assert "正文640字，不足800字" in decide(article(640), BLANK, RULES).evidence


texts = st.sampled_from([NEWS_TEXT, OPINION_TEXT, PLAIN_TEXT, "一、甲\n二、乙\n三、丙\n"])
dates = st.sampled_from([EventDate(None), draft().event_date])


@given(st.integers(0, 799), texts, dates, st.sampled_from(ARTICLE_WORDS))
def test_a_short_article_is_never_downgraded_whatever_its_text(
    characters: int, text: str, event_date: EventDate, word: str
) -> None:
    piece = plain(characters=characters, text=text, event_date=event_date)
    found = decide(piece, f"【{word}】湖塘镇", RULES)
    assert (found.kind, found.reason) == (ARTICLE, Reason.TOO_SHORT)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_the_switch_says_how_long_an_article_is(characters: int, least: int) -> None:
    found = decide(article(characters), BLANK, provisions(article_characters=least))
    assert found.kind == ARTICLE
    assert (found.reason is Reason.TOO_SHORT) == (characters < least)


@given(st.integers(0, 799), texts, dates)
def test_a_text_below_the_length_is_never_taken_for_an_article(
    characters: int, text: str, event_date: EventDate
) -> None:
    piece = plain(characters=characters, text=text, event_date=event_date)
    assert decide(piece, BLANK, RULES).kind != ARTICLE


@pytest.mark.parametrize(("word", "kind"), LABELLED)
@pytest.mark.parametrize("characters", [12, 2400])
def test_no_other_kind_asks_for_a_length(word: str, kind: Kind, characters: int) -> None:
    found = decide(plain(characters=characters), f"【{word}】", RULES)
    assert (found.kind, found.reason) == (kind, None)


# -- label against features --


def test_a_report_label_on_a_text_of_the_net_is_for_a_person() -> None:
    found = decide(plain(text=OPINION_TEXT), "【工作动态】湖塘镇", RULES)
    assert (found.kind, found.reason) == (None, Reason.KIND_UNCERTAIN)
    assert "工作动态" in found.evidence
    assert "网民" in found.evidence


def test_an_opinion_label_on_a_report_without_a_word_of_the_net_is_for_a_person() -> None:
    found = decide(draft(file=PACKED), "【舆情信息】湖塘镇", RULES)
    assert (found.kind, found.reason) == (None, Reason.KIND_UNCERTAIN)
    assert "舆情信息" in found.evidence
    assert "开展" in found.evidence


def test_an_opinion_label_stands_where_the_text_speaks_of_the_net_at_all() -> None:
    text = f"{NEWS_TEXT}有网民点评。"
    assert kind_of(draft(file=PACKED, text=text), "【舆情信息】湖塘镇") == OPINION


def test_where_the_office_lists_no_words_of_the_net_an_opinion_label_stands() -> None:
    rules = provisions(labels=replace(LABELS, opinion_features=()))
    assert kind_of(draft(file=PACKED), "【舆情信息】湖塘镇", rules) == OPINION


def test_two_words_of_the_net_do_not_yet_speak_against_a_label() -> None:
    assert kind_of(plain(text=f"{LEAD}有网友在微博点赞。"), "【工作动态】湖塘镇") == NEWS


@pytest.mark.parametrize(("word", "kind"), LABELLED)
def test_a_label_stands_where_the_text_tells_nothing(word: str, kind: Kind) -> None:
    found = decide(plain(), f"【{word}】湖塘镇", RULES)
    assert (found.kind, found.reason) == (kind, None)


@pytest.mark.parametrize("text", [NEWS_TEXT, OPINION_TEXT, PLAIN_TEXT])
def test_a_commission_may_read_like_anything(text: str) -> None:
    assert kind_of(plain(text=text), "【约稿】湖塘镇") == COMMISSION


# -- whatever comes --

words = st.sampled_from(
    [
        "工作动态",
        "舆情",
        "综合",
        "约稿",
        "【",
        "】",
        "（",
        "）",
        "：",
        "湖塘镇",
        "执法",
        "/",
        ".zip",
        " ",
    ]
)
scraps = st.lists(words, max_size=6).map("".join)


@given(scraps, scraps, scraps, scraps, texts, st.integers(0, 2000))
def test_a_kind_is_certain_or_a_person_is_asked_and_the_evidence_is_told(
    subject: str, title: str, file: str, line: str, text: str, characters: int
) -> None:
    piece = plain(title=title, file=file, label_line=line, text=text, characters=characters)
    found = decide(piece, subject, RULES)
    assert found.evidence
    assert (found.kind is None) == (found.reason is Reason.KIND_UNCERTAIN)
    assert found.reason in (None, Reason.KIND_UNCERTAIN, Reason.TOO_SHORT)
    assert found == decide(piece, subject, RULES)


def test_the_offices_own_words_are_known(office: Provisions) -> None:
    labels = office.labels
    for kind, named in (
        (NEWS, labels.news),
        (OPINION, labels.opinion),
        (ARTICLE, labels.article),
        (COMMISSION, labels.commission),
    ):
        for word in named:
            found = decide(plain(characters=900), f"【{word}】湖塘镇", office)
            assert found == KindFinding(kind, found.evidence), word


def test_no_name_of_a_unit_is_taken_for_a_label(office: Provisions) -> None:
    for unit in office.units:
        for name in (unit.name, *unit.members, *unit.aliases):
            assert kind_of(plain(), f"{name}来稿", office) is None, name


def test_a_dated_text_that_speaks_of_a_unit_is_news(office: Provisions) -> None:
    told = plain(
        text="一封感谢信寄到了湖塘镇。", event_date=EventDate(date(2022, 3, 7)), named_unit=None
    )
    assert decide(told, BLANK, office).kind == NEWS
    elsewhere = replace(told, text="一封感谢信寄到了河畔镇。")
    assert decide(elsewhere, BLANK, office).kind is None


@pytest.mark.parametrize(
    ("kind", "text", "urgent"),
    [
        (OPINION, "网友发帖称现场有人员伤亡", True),
        (None, "网友发帖称现场有人员伤亡", True),
        (NEWS, "召开会议，通报一起伤亡事故", False),
        (OPINION, "网友咨询办事窗口的时间", False),
    ],
)
def test_a_report_that_names_an_accident_is_looked_at_first(
    kind: Kind | None, text: str, urgent: bool
) -> None:
    rules = provisions(labels=replace(LABELS, urgent=("伤亡", "")))
    assert sounds_urgent(draft(PACKED, title="情况", text=text), kind, rules) is urgent
    assert not sounds_urgent(draft(PACKED, text=text), kind, provisions())
