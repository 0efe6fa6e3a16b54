"""What a letter is for, sample by sample; whole letters are tried in tests/judgement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rulebook.conversation import Correspondence, Purpose, Thread
from rulebook.model import Sender, Submission
from rulebook.purpose import purpose
from rulebook.purpose_facts import is_courtesy, subject_proper
from tests.rulebook.builders import draft, letter, provisions

ANSWER = Thread(12, by_header=True)
STRANGER = Sender("孙某", "sun@elsewhere.example")


def said(words: str, subject: str = "回复：【已收稿】稿件") -> Submission:
    """A letter of an officer that brings nothing but words."""
    bare = replace(letter(), subject=subject, attachments=(), drafts=(), archives=0)
    return replace(bare, correspondence=Correspondence(own_words=words))


@pytest.mark.parametrize(
    ("words", "thread", "wanted"),
    [
        ("收到，谢谢！", ANSWER, Purpose.THANKS),
        ("好的，辛苦了", ANSWER, Purpose.THANKS),
        ("", ANSWER, Purpose.THANKS),
        ("收到，谢谢！但事件日期应为11月26日，请核实。", ANSWER, Purpose.STATEMENT),
        ("该稿领导要求撤回，请予撤稿。", ANSWER, Purpose.WITHDRAWAL),
        ("领导说不报了，拿掉吧", ANSWER, Purpose.WITHDRAWAL),
        ("请问我镇本季度积分多少，排第几？", None, Purpose.INQUIRY),
        ("还差几篇动态？", None, Purpose.INQUIRY),
    ],
)
def test_an_officers_words_tell_what_the_letter_is_for(
    words: str, thread: Thread | None, wanted: Purpose
) -> None:
    subject = "回复：【已收稿】稿件" if thread else "请教"
    assert purpose(said(words, subject), thread, provisions()).purpose is wanted


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("【工作动态】湖塘镇燃气检查", ""),
        ("【工作动态】湖塘镇燃气检查", "谢谢"),
        ("湖塘镇燃气检查", "请查收"),
        ("稿件", "请审阅，谢谢！"),
    ],
)
def test_a_fresh_letter_whose_attachment_was_forgotten_is_no_thanks(
    subject: str, words: str
) -> None:
    assert purpose(said(words, subject), None, provisions()).purpose is Purpose.SUBMISSION


def test_a_cloud_link_below_mere_courtesy_is_no_thanks() -> None:
    linked = replace(said("请查收", "湖塘镇"), cloud_links=("https://f.wps.cn/g/aB3dE5/",))
    assert purpose(linked, None, provisions()).purpose is Purpose.SUBMISSION


def test_an_answer_that_brings_drafts_is_a_resubmission() -> None:
    assert purpose(letter(draft()), ANSWER, provisions()).purpose is Purpose.RESUBMISSION
    assert purpose(letter(draft()), None, provisions()).purpose is Purpose.SUBMISSION


def test_a_strangers_words_are_for_people_whatever_they_say() -> None:
    for words in ("收稿邮箱您好，现举报某企业违规动火。", "请问积分多少？", "请撤稿。"):
        found = purpose(replace(said(words, "你好"), sender=STRANGER), None, provisions())
        assert found.purpose is Purpose.OTHER


def test_a_letter_that_sounds_urgent_says_so() -> None:
    found = purpose(replace(said("现举报某企业", "举报"), sender=STRANGER), None, provisions())
    assert found.urgent
    assert "举报" in found.evidence


@pytest.mark.parametrize("text", ["收到了吗？", "好的，请问还差几篇", "谢谢，但日期不对"])
def test_courtesy_with_a_question_or_an_objection_is_more_than_courtesy(text: str) -> None:
    assert not is_courtesy(text)


def test_a_subject_is_read_without_what_programs_put_before_it() -> None:
    assert subject_proper("回复：Re: 转发：【已收稿】Re：湖塘镇动态") == "湖塘镇动态"
