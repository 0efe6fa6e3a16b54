"""A draft of another unit is for a person, a joint one is the sender's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rulebook.authorship import is_named, of_another_unit
from rulebook.judge import judge
from rulebook.model import DraftVerdict, Duplicate, Submission, Verdict
from rulebook.provisions import JointDraft, Provisions
from rulebook.reasons import Outcome, Reason, Remark
from rulebook.rulings import FirstVerdict, Ruling, apply_rulings
from tests.rulebook.builders import EVENT, IN_TIME, draft, duplicate, letter, provisions

RULES = provisions()
OTHERS = draft(
    title="高新区开展厂房检查",
    text="3月7日，高新区组织人员开展厂房检查，并召开会议部署培训。",
    named_unit="高新区",
)
JOINT = draft(
    title="湖塘镇与高新区联合开展演练",
    text="3月7日，湖塘镇与高新区联合开展演练，并召开会议部署培训。",
    named_unit="高新区",
)


def verdict_on(
    submission: Submission,
    rules: Provisions = RULES,
    duplicates: dict[str, Duplicate] | None = None,
) -> Verdict:
    return judge(submission, rules, duplicates or {})


def only(verdict: Verdict) -> DraftVerdict:
    (one,) = verdict.drafts
    return one


def test_title_and_lead_of_another_unit_are_held_with_both_units() -> None:
    verdict = verdict_on(letter(OTHERS))
    assert (verdict.outcome, verdict.reasons) == (Outcome.HELD, (Reason.OTHER_UNIT,))
    assert "高新区" in verdict.faults[0].detail
    assert "湖塘镇" in verdict.faults[0].detail
    assert Remark.UNIT_DIFFERS not in verdict.remarks


def test_a_letter_sent_for_another_unit_is_held() -> None:
    sentence = of_another_unit(draft(), "代高新北区报送舆情1条", "湖塘镇", RULES)
    assert "高新北区" in sentence
    assert of_another_unit(draft(), "代湖塘镇报送舆情1条", "湖塘镇", RULES) == ""


def test_a_joint_draft_is_the_senders_and_not_warned() -> None:
    verdict = verdict_on(letter(JOINT))
    assert (verdict.outcome, verdict.remarks) == (Outcome.ACCEPTED, ())


@pytest.mark.parametrize("title", ["湖塘镇赴高新区学习考察", "高新区来湖塘镇交流"])
def test_a_draft_that_names_the_senders_unit_is_its_own(title: str) -> None:
    assert of_another_unit(draft(title=title), "", "湖塘镇", RULES) == ""


def test_an_office_tells_of_the_towns_it_visits() -> None:
    piece = draft(title="检查组赴高新区督查", text="3月7日，检查组赴高新区开展督查。")
    assert of_another_unit(piece, "", "调查减灾科、火灾防治科", RULES) == ""


def test_a_longer_name_does_not_name_the_shorter_unit() -> None:
    piece = draft(title="高新区北区开展检查", text="3月7日，高新区北区开展检查。")
    assert not is_named(piece, "高新区", RULES)
    assert is_named(piece, "高新北区", RULES)


def test_each_named_unit_gets_its_point_where_the_office_wants_it() -> None:
    earlier: Duplicate = duplicate(unit="高新区")
    for rule, reasons in ((JointDraft.SENDER, (Reason.DUPLICATE,)), (JointDraft.EACH, ())):
        verdict = verdict_on(letter(JOINT), provisions(joint_draft=rule), {JOINT.key: earlier})
        assert only(verdict).reasons == reasons


def test_a_person_who_names_the_unit_settles_it() -> None:
    first = FirstVerdict(
        "湖塘镇", only(verdict_on(letter(OTHERS))).kind, EVENT, IN_TIME, (), (Reason.OTHER_UNIT,)
    )
    after = apply_rulings(first, [Ruling(unit="高新区")], RULES)
    assert (after.unit, after.outcome, after.reasons) == ("高新区", Outcome.ACCEPTED, ())


def test_the_by_line_of_the_senders_unit_settles_it_and_no_by_line_does_not() -> None:
    told = "“高新区开展厂房检查”写的是高新区，发件人登记的单位是湖塘镇"
    for by_line, sentence in ((None, told), ("某某办", told), ("湖塘镇应急管理局", "")):
        piece = replace(OTHERS, named_unit=by_line)
        assert of_another_unit(piece, "", "湖塘镇", RULES) == sentence


def test_a_unit_in_the_title_alone_is_no_doer() -> None:
    piece = draft(
        title="高新区企业负责人座谈会召开", text="3月7日，有关部门召开座谈会。", named_unit=None
    )
    assert of_another_unit(piece, "", "湖塘镇", RULES) == ""


def test_a_name_of_two_characters_names_nobody() -> None:
    piece = draft(title="北区开展检查", text="3月7日，北区开展检查。", named_unit=None)
    assert of_another_unit(piece, "", "湖塘镇", RULES) == ""


def test_a_long_title_is_told_by_its_head() -> None:
    piece = replace(OTHERS, title="高新区开展厂房检查" + "治" * 30)
    told = of_another_unit(piece, "", "湖塘镇", RULES)
    assert told.startswith(f"“高新区开展厂房检查{'治' * 15}”写的是")


def test_only_the_head_of_a_text_names_a_unit() -> None:
    for before, named in ((117, True), (118, False)):
        piece = draft(title="检查", text="治" * before + "高新区")
        assert is_named(piece, "高新区", RULES) is named
    assert is_named(draft(), "没有的镇", RULES) is False
