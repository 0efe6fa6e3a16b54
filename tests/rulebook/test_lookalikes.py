"""Who looks like an officer and is not is told to staff, beside the real address."""

from __future__ import annotations

import pytest

from rulebook.lookalikes import (
    Contact,
    is_worth_comparing,
    likeness,
    shown_sender,
    skeleton,
    told_of_likeness,
)
from rulebook.model import Sender
from rulebook.reasons import Reason, Remark
from tests.rulebook.builders import letter

CONTACTS = (
    Contact("钱一鸣", "湖塘镇", ("qian@hutang.example",)),
    Contact("李若川", "前黄镇", ("li@qianhuang.example",)),
)


def evidence(name: str, address: str) -> str:
    return "；".join(likeness(Sender(name, address), CONTACTS).evidence)


@pytest.mark.parametrize(
    "address",
    [
        "qiаn@hutang.example",  # a Cyrillic а
        "qian@hutαng.example",
        "qiａn@hutang.example",
        "qia\u200bn@hutang.example",
        "qlan@hutang.example",
        "qian@hutang.examp1e",
        "q-ian@hutang.example",
    ],
)
def test_an_address_that_reads_like_an_officers_is_told(address: str) -> None:
    found = likeness(Sender("", address), CONTACTS)
    assert found.deceptive
    assert "qian@hutang.example" in "；".join(found.evidence)


def test_without_one_sender_no_empty_address_is_called_the_real_one() -> None:
    told = told_of_likeness(letter(sender=Sender("钱一鸣", "")), CONTACTS)
    (fault,) = (one for one in told.faults if one.reason is Reason.LOOKALIKE_SENDER)
    assert "“”" not in fault.detail
    assert "没有唯一的、可以确认的发件邮箱" in fault.detail


def test_characters_that_nobody_sees_are_told() -> None:
    assert "U+200B" in evidence("钱一\u200b鸣", "a@b.example")
    assert "U+202E" in evidence("x\u202ey", "a@b.example")


@pytest.mark.parametrize(
    "name", ["qian@hutang.example", "钱一鸣 <qian@hutang.example>", "qian＠hutang.example"]
)
def test_another_address_as_the_display_name_is_told(name: str) -> None:
    found = likeness(Sender(name, "attacker@evil.example"), CONTACTS)
    assert found.deceptive
    assert "别的邮箱" in "；".join(found.evidence)


def test_an_officers_name_from_an_unknown_address_is_told_and_may_be_honest() -> None:
    found = likeness(Sender("湖塘镇钱一鸣", "qym@mail.example"), CONTACTS)
    assert not found.deceptive
    assert found.evidence == ("显示名是湖塘镇报送人员“钱一鸣”，发件邮箱却不是其登记的邮箱",)


def test_an_officer_under_another_officers_name_is_told() -> None:
    sender = Sender("李若川", "qian@hutang.example", "湖塘镇", "钱一鸣")
    assert "李若川" in "；".join(likeness(sender, CONTACTS).evidence)


@pytest.mark.parametrize(
    "sender",
    [
        Sender("钱一鸣", "qian@hutang.example", "湖塘镇", "钱一鸣"),
        Sender("qian@hutang.example", "qian@hutang.example", "湖塘镇", "钱一鸣"),
        Sender("湖塘镇经发局", "qian@hutang.example", "湖塘镇", "钱一鸣"),
        Sender("王芳", "wang@mail.example"),
        Sender("", "news@mail.example"),
    ],
)
def test_of_an_honest_sender_nothing_is_told(sender: Sender) -> None:
    assert likeness(sender, CONTACTS).evidence == ()


def test_only_an_officer_under_their_own_name_need_not_be_compared() -> None:
    assert not is_worth_comparing(Sender("钱一鸣", "qian@hutang.example", "湖塘镇", "钱一鸣"))
    assert is_worth_comparing(Sender("李若川", "qian@hutang.example", "湖塘镇", "钱一鸣"))
    assert is_worth_comparing(Sender("钱一鸣", "a@b.example"))


def test_a_stranger_is_held_for_it_with_the_real_address_and_not_answered() -> None:
    forged = letter(sender=Sender("qian@hutang.example", "attacker@evil.example"))
    marked = told_of_likeness(forged, CONTACTS)
    assert marked.remarks == (Remark.LOOKALIKE_SENDER,)
    (fault,) = marked.faults
    assert fault.reason is Reason.LOOKALIKE_SENDER
    assert "attacker@evil.example" in fault.detail
    assert marked.no_answer


def test_an_officers_letter_is_marked_and_not_held() -> None:
    odd = letter(sender=Sender("李若川", "qian@hutang.example", "湖塘镇", "钱一鸣"))
    marked = told_of_likeness(odd, CONTACTS)
    assert (marked.remarks, marked.faults, marked.no_answer) == ((Remark.LOOKALIKE_SENDER,), (), "")


def test_a_strangers_name_is_never_shown_without_the_address() -> None:
    assert shown_sender("钱一鸣", "a@b.example", None) == "钱一鸣 <a@b.example>"
    assert shown_sender("钱一鸣", "qian@hutang.example", "湖塘镇") == "钱一鸣"
    assert shown_sender("", "a@b.example", None) == "a@b.example"


def test_different_addresses_do_not_look_alike() -> None:
    assert skeleton("qian@hutang.example") != skeleton("qian@hutangzhen.example")
    assert skeleton("qian@hutang.example") != skeleton("wang@hutang.example")


@pytest.mark.parametrize(
    ("one", "other"),
    [("ma5k", "mask"), ("b0b", "bob"), ("i1l|", "llll"), ("a_b-c", "abc"), ("rnvvcl", "mwd")],
)
def test_letters_that_look_alike_are_one(one: str, other: str) -> None:
    assert skeleton(f"{one}@x.example") == skeleton(f"{other}@x.example")


def test_of_an_endless_name_the_head_is_read() -> None:
    for before, seen in ((997, True), (998, False)):
        assert bool(evidence("甲" * before + "钱一鸣", "a@b.example")) is seen


def test_a_name_of_one_character_is_in_too_many_words() -> None:
    short = (Contact("王", "前黄镇"), Contact("王芳", "湖塘镇"))
    found = likeness(Sender("王芳芳", "a@b.example"), short).evidence
    assert found == ("显示名是湖塘镇报送人员“王芳”，发件邮箱却不是其登记的邮箱",)


def test_of_many_hidden_or_foreign_characters_three_are_shown() -> None:
    told = evidence("a\u200bb\u200cc\u200dd\u202e", "a@b.example")
    assert told == "显示名里有看不见的字符（U+200B、U+200C、U+200D）"
    told = evidence("", "αβγδ@b.example")
    assert told == "发件邮箱里有不是英文字母的字符（“α”U+03B1、“β”U+03B2、“γ”U+03B3）"


def test_an_officer_may_show_any_address_of_their_own_and_no_other() -> None:
    both = (
        Contact("钱一鸣", "湖塘镇", ("qian@hutang.example", "qym@hutang.example")),
        *CONTACTS[1:],
    )
    for shown, told in (("qym@hutang.example", False), ("li@qianhuang.example", True)):
        sender = Sender(f"钱一鸣 {shown}", "qian@hutang.example", "湖塘镇", "钱一鸣")
        assert bool(likeness(sender, both).evidence) is told


def test_who_may_be_honest_and_who_is_of_the_office_is_answered() -> None:
    for sender in (
        Sender("湖塘镇钱一鸣", "qym@mail.example"),
        Sender("钱\u200b一鸣", "qian@hutang.example", "湖塘镇", "钱一鸣"),
    ):
        marked = told_of_likeness(letter(sender=sender), CONTACTS)
        assert (marked.remarks, marked.no_answer) == ((Remark.LOOKALIKE_SENDER,), "")
