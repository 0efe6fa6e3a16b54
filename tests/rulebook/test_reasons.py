"""Every objection tells an officer courteously what is wrong and the one thing to do."""

from __future__ import annotations

import re

import pytest

from rulebook import labels
from rulebook.reasons import Outcome, Reason, Remark

CHINESE = re.compile(r"[\u4e00-\u9fff]")
RUDE = ("错误", "违规", "不合格", "必须", "不准", "不许", "禁止", "你", "非法", "警告")
JARGON = re.compile(r"(?i)exception|error|null|none|header|mime|traceback|timeout|bug")

answered = [reason for reason in Reason if reason.outcome is not Outcome.IGNORED]


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_a_reason_leads_to_an_outcome(reason: Reason) -> None:
    assert isinstance(reason.outcome, Outcome)


@pytest.mark.parametrize("reason", [*Reason, *Remark], ids=lambda told: told.name)
def test_a_sentence_is_one_chinese_sentence(reason: Reason | Remark) -> None:
    assert len(CHINESE.findall(reason.sentence)) >= 8
    assert reason.sentence.endswith("。")
    assert reason.sentence.count("。") == 1
    assert not re.search(r"[,;!?！]", reason.sentence)


@pytest.mark.parametrize("reason", [*Reason, *Remark], ids=lambda told: told.name)
def test_nobody_is_scolded_or_told_of_our_machinery(reason: Reason | Remark) -> None:
    words = reason.sentence + (reason.advice if isinstance(reason, Reason) else "")
    assert not [word for word in RUDE if word in words]
    assert not JARGON.search(words)


@pytest.mark.parametrize("reason", answered, ids=lambda reason: reason.name)
def test_whoever_is_answered_gets_one_piece_of_advice(reason: Reason) -> None:
    assert CHINESE.search(reason.advice)
    assert reason.advice.endswith("。")
    assert reason.advice.count("。") == 1
    assert reason.advice != reason.sentence


@pytest.mark.parametrize(
    "reason",
    [reason for reason in Reason if reason.outcome is Outcome.REFUSED],
    ids=lambda reason: reason.name,
)
def test_a_refusal_says_what_to_do_next(reason: Reason) -> None:
    assert re.search(r"请|无需", reason.advice)


@pytest.mark.parametrize(
    "reason",
    [reason for reason in Reason if reason.outcome is Outcome.HELD],
    ids=lambda reason: reason.name,
)
def test_what_is_held_is_with_a_person_of_the_office(reason: Reason) -> None:
    assert "工作人员" in reason.advice


def test_what_is_ignored_is_never_answered_and_needs_no_advice() -> None:
    ignored = {reason for reason in Reason if reason.outcome is Outcome.IGNORED}
    ignored -= set(labels.GONE)  # a person's decision, of which the sender is told
    assert ignored == {Reason.AUTOMATIC, Reason.OWN_LETTER}
    assert all(reason.advice == "" for reason in ignored)


def test_no_two_reasons_are_alike() -> None:
    # members of equal value would silently become aliases of one another
    assert len(Reason.__members__) == len(list(Reason))
    assert len({reason.sentence for reason in Reason}) == len(Reason)
    answers = [reason.advice for reason in answered]
    assert len(set(answers)) == len(answers)


def test_no_two_remarks_are_alike() -> None:
    assert len(Remark.__members__) == len(list(Remark))
    assert len({remark.sentence for remark in Remark}) == len(Remark)


def test_a_code_is_a_name_fit_for_exports() -> None:
    codes = [*Reason.__members__, *Remark.__members__]
    assert all(re.fullmatch(r"[A-Z][A-Z_]{2,29}", code) for code in codes)


def test_outcomes_go_from_ignored_to_refused() -> None:
    assert sorted(Outcome, key=lambda outcome: outcome.severity) == [
        Outcome.IGNORED,
        Outcome.ACCEPTED,
        Outcome.HELD,
        Outcome.REFUSED,
    ]
    assert sorted(outcome.severity for outcome in Outcome) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("outcome", "names"),
    [
        (
            Outcome.REFUSED,
            "BODY_DRAFT BARE_ATTACHMENT CLOUD_ATTACHMENT NO_ATTACHMENT LOCKED_ARCHIVE "
            "DAMAGED_ARCHIVE UNSAFE_ARCHIVE EMPTY_ARCHIVE NO_TEXT UNREADABLE_DRAFT LOCKED_DRAFT INFECTED "
            "TOO_LARGE MISDIRECTED_FORM SECRET_MARK",
        ),
        (
            Outcome.HELD,
            "UNKNOWN_SENDER DATE_UNCERTAIN DATE_IN_FUTURE KIND_UNCERTAIN TOO_SHORT DUPLICATE",
        ),
        (Outcome.ACCEPTED, "LATE"),
    ],
)
def test_the_regulations_objections_lead_where_the_rulebook_says(
    outcome: Outcome, names: str
) -> None:
    assert {name: Reason[name].outcome for name in names.split()} == dict.fromkeys(
        names.split(), outcome
    )


def test_no_sender_is_told_of_doubts_about_who_they_are_or_what_they_say() -> None:
    for_staff = {one for one in Remark if one.for_staff}
    assert for_staff == {Remark.LOOKALIKE_SENDER, Remark.DOUBTFUL_WORDS}
