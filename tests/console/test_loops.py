"""Machines that write to machines fall silent: another copy of the program, a responder that marks nothing."""

from __future__ import annotations

import email
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.console.office import OfficeRoom, letter
from tests.console.test_conversation import said

ADDRESSES = ("one@office.example", "two@office.example")
MARKS = ("Auto-Submitted", "X-Shougao", "X-Auto-Response-Suppress", "Precedence")


def _copy(folder: Path, own: str, other: str) -> OfficeRoom:
    """An office whose roster holds the other copy's address as an officer's."""
    room = OfficeRoom(folder)
    text = room.config.read_text(encoding="utf-8")
    lines = [
        f'sender = "{own}"' if line.startswith("sender = ") else line for line in text.splitlines()
    ]
    room.config.write_text("\n".join(lines), encoding="utf-8")
    path = room.folder / "roster.csv"
    path.write_text(
        f"单位,姓名,职务,联系电话,邮箱,备注\n湖塘镇,钱一鸣,科员,13800000001,{other},\n",
        encoding="utf-8",
    )
    room.run("roster", "import", str(path), "--yes")
    return room


def _outgoing(room: OfficeRoom, seen: set[str]) -> list[EmailMessage]:
    """What the room has sent since it was last asked."""
    found = []
    for raw in room.receipts():
        message = email.message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        if str(message["Message-ID"]) not in seen:
            seen.add(str(message["Message-ID"]))
            found.append(message)
    return found


@pytest.mark.parametrize("marked", [True, False], ids=["marked", "a relay strips our marks"])
def test_two_copies_that_write_to_each_other_fall_silent(tmp_path: Path, marked: bool) -> None:
    rooms = [
        _copy(tmp_path / own.partition("@")[0], own, other)
        for own, other in (ADDRESSES, ADDRESSES[::-1])
    ]
    rooms[0].receive(letter(1, sender=f"钱一鸣 <{ADDRESSES[1]}>"), "0.office")
    sent, seen = [0, 0], [set[str](), set[str]()]
    for turn in range(4):
        here = turn % 2
        rooms[here].run("poll")
        out = _outgoing(rooms[here], seen[here])
        sent[here] += len(out)
        for message in out:
            for mark in () if marked else MARKS:
                del message[mark]
            name = f"{turn}.{sent[here]}.office"
            rooms[1 - here].receive(message.as_bytes(), name)
    assert sent[0] == 1
    assert sent[1] <= (0 if marked else 1)


Words = Callable[[int], str]


@pytest.mark.parametrize(
    "words",
    [
        lambda turn: "本人外出学习，返岗前不看邮件，急事请联系李四。",
        lambda turn: (
            f"系统于{turn}时{turn * 7}分接到您的第{turn}封信，正在排队处理中，序号{turn}。"
        ),
    ],
    ids=["the same words", "with a number of its own"],
)
def test_a_responder_that_marks_nothing_is_stopped(tmp_path: Path, words: Words) -> None:
    room = OfficeRoom(tmp_path)
    room.roster()
    room.receive(letter(1), "0.office")
    seen: set[str] = set()
    answered = []
    for turn in range(1, 6):
        room.run("poll")
        out = _outgoing(room, seen)
        answered.append(len(out))
        for message in out:
            again = said(
                turn, f"回复：{message['Subject']}", words(turn), str(message["Message-ID"])
            )
            room.receive(again, f"{turn}.office")
    assert answered[0] == 1
    assert sum(answered) <= 3
    assert answered[-1] == 0


def test_who_asks_the_same_again_gets_a_days_cards_and_then_a_person(tmp_path: Path) -> None:
    room = OfficeRoom(tmp_path)
    room.roster()
    for number in range(1, 6):
        room.receive(said(number, "请教", "请问我镇本周积分多少，还差几篇？"), f"{number}.office")
    room.run("poll")
    assert [row["answered"] for row in room.export("letters")].count(True) == 3
    assert "请教" in room.run("letters", "list").stdout
