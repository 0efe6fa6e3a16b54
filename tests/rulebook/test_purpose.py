"""What a letter is for, sample by sample; whole letters are tried in tests/judgement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rulebook.conversation import Correspondence, Purpose, Thread
from rulebook.model import Sender, Submission
from rulebook.provisions import Outlet
from rulebook.purpose import purpose
from rulebook.purpose_facts import is_courtesy, subject_proper
from tests.rulebook.builders import draft, letter, provisions

ANSWER = Thread(12, by_header=True)
PRINTS = provisions(outlets=(Outlet("江南报", 1),))
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


def told(submission: Submission) -> tuple[Purpose, str]:
    """What a letter that answers nothing is for, and the evidence."""
    found = purpose(submission, None, PRINTS)
    return found.purpose, found.evidence


def test_an_officers_drafts_on_an_automatic_reply_are_for_a_person() -> None:
    found, evidence = told(letter(draft(), automatic="自动回复"))
    assert found is Purpose.OTHER and evidence.startswith("标明是自动回复（自动回复）")


@pytest.mark.parametrize(("length", "taken_back"), [(300, True), (301, False)])
def test_a_long_text_that_speaks_of_taking_back_is_a_draft(length: int, taken_back: bool) -> None:
    words = "请撤回该稿件。"
    long = replace(said(words + "丁" * (length - len(words)), "湖塘镇"), body_is_draft=True)
    assert (
        told(long) == (Purpose.WITHDRAWAL, "“湖塘镇 请撤回该稿件。丁丁丁丁丁丁丁丁”")
    ) is taken_back


@pytest.mark.parametrize(
    ("words", "subject", "archives", "report"),
    [
        ("江南报" + "丁" * 37, "湖塘镇", 0, True),
        ("江南报" + "丁" * 38, "湖塘镇", 0, False),
        ("江南报", "【工作动态】湖塘镇", 0, False),
        ("江南报", "湖塘镇", 1, False),
    ],
)
def test_few_words_that_name_an_outlet_beside_a_page_of_it_report_an_adoption(
    words: str, subject: str, archives: int, report: bool
) -> None:
    shown = replace(said(words, subject), attachments=("版面.pdf",), archives=archives)
    assert (told(shown)[0] is Purpose.ADOPTION_REPORT) is report


@pytest.mark.parametrize(
    ("words", "brings"),
    [
        (f"3月7日，湖塘镇{'丁' * 160}（通讯员 丁某）。", True),
        (f"3月7日，湖塘镇{'丁' * 160}", False),
        (f"3月7日，湖塘镇我们小区{'丁' * 160}（通讯员 丁某）。", False),
    ],
)
def test_a_strangers_words_are_a_draft_where_their_shape_is_plainly_one(
    words: str, brings: bool
) -> None:
    written = replace(said(words, "你好"), sender=STRANGER)
    assert (told(written)[0] is Purpose.SUBMISSION) is brings


def test_a_file_that_cannot_be_read_as_a_draft_is_an_attempt_of_an_officer() -> None:
    bare = replace(said("", "湖塘镇"), attachments=("稿.xyz",), bare_attachments=("稿.xyz",))
    assert told(bare) == (Purpose.SUBMISSION, "附有文件")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("为什么退我的稿？", True),
        ("为什么退我的稿？" + "丁" * 392, True),
        ("为什么退我的稿？" + "丁" * 393, False),
        ("收到了吗？", False),
        ("请查收。", False),
    ],
)
def test_what_is_asked_beside_drafts_is_read_by_a_person(words: str, says: bool) -> None:
    both = replace(letter(draft()), correspondence=Correspondence(own_words=words))
    assert purpose(both, None, provisions()).says is says


def test_of_what_is_quoted_as_evidence_forty_characters_stand() -> None:
    words = (
        "我们湖塘镇上周四报的那篇冬春季森林防火专项检查的动态已经在江南报第三版上登出来了特此告知"
    )
    found = purpose(said(words), ANSWER, provisions())
    assert found.purpose is Purpose.ADOPTION_REPORT
    assert found.evidence.startswith(f"“{words[:40]}”，与“")
