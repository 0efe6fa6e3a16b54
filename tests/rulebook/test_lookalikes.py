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
