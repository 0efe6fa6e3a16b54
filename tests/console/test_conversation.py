"""The mailbox as a conversation, as an office lives it: by the commands, on a mailbox of its own."""

from __future__ import annotations

import email
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.console.office import RECEIVED, OfficeRoom, letter, packed, text_of

SENDER = "钱一鸣 <qian@hutang.example>"
DUTY = "duty@office.example"


def said(
    number: int, subject: str, body: str, answers: str = "", sender: str = SENDER, **attached: bytes
) -> bytes:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "inbox@office.example"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<said{number}@hutang.example>"
    if answers:
        mail["In-Reply-To"] = answers
    mail.set_content(body, cte="base64")
    for name, content in attached.items():
        mail.add_attachment(content, "application", "octet-stream", filename=name.replace("_", "."))
    return mail.as_bytes()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> OfficeRoom:
    """A letter that was answered; then an answer of each kind to it, and letters of others."""
    room = OfficeRoom(tmp_path_factory.mktemp("office"))
    text = room.config.read_text(encoding="utf-8")
    room.config.write_text(
        text.replace("forward_to = []", f'forward_to = ["{DUTY}"]'), encoding="utf-8"
    )
    room.roster()
    room.receive(letter(1), "1.office")
    room.run("poll")
    receipt = str(sent(room)[0]["Message-ID"])
    again = text_of(1).replace("3月6日", "3月5日").encode("gb18030")
    letters = (
        said(2, "回复：【已收稿】Re: 【工作动态】湖塘镇1", "事件日期应为3月5日，请核实。", receipt),
        said(3, "请问", "请问我镇本周积分多少，还差几篇？"),
        said(4, "回复：【已收稿】Re: 【工作动态】湖塘镇1", "收到，谢谢！", receipt),
        said(5, "请各镇报送资料", "请各镇于周五前报送统计表。", sender="某局 <x@bureau.example>"),
        said(
            6, "回复：【已收稿】", "更正稿见附件。", receipt, 更正稿_zip=packed({"更正.txt": again})
        ),
        said(
            7,
            "稿件录用情况",
            "《湖塘镇开展危化品企业专项检查1》3月7日被中国应急管理报采用，"
            "链接 https://news.example/1",
        ),
        said(8, "申请撤稿", "《湖塘镇开展危化品企业专项检查1》一稿申请撤回。"),
    )
    for number, raw in enumerate(letters, 2):
        room.receive(raw, f"{number}.office", RECEIVED + timedelta(minutes=number))
    room.run("poll")
    return room


def sent(office: OfficeRoom) -> list[EmailMessage]:
    messages = [email.message_from_bytes(raw, policy=policy.default) for raw in office.receipts()]
    return [one for one in messages if isinstance(one, EmailMessage)]


def about(office: OfficeRoom, number: int) -> list[str]:
    """The subjects of what answers letter `number` of `said`."""
    return [
        str(one["Subject"])
        for one in sent(office)
        if one["In-Reply-To"] == f"<said{number}@hutang.example>"
    ]


def test_each_letter_gets_the_answer_that_it_calls_for_and_no_other(office: OfficeRoom) -> None:
    assert about(office, 2)[0].startswith("【已收悉】")
    assert about(office, 3)[0].startswith("【报送情况】")
    assert about(office, 4) == about(office, 5) == about(office, 7) == []
    assert about(office, 8)[0].startswith("【已收悉】")


def test_of_a_thread_two_answers_leave_within_an_hour_and_the_third_waits(
    office: OfficeRoom,
) -> None:
    assert about(office, 6) == []
    waiting = [row for row in office.export("drafts") if row["reasons"] == ["REPLACES_DRAFT"]]
    assert [row["outcome"] for row in waiting] == ["held"]


def test_statements_and_requests_are_listed_with_the_officers_own_words(
    office: OfficeRoom,
) -> None:
    listed = office.run("statements", "list").stdout
    assert "事件日期应为3月5日" in listed
    assert "撤稿" in listed
    assert "谢谢" not in listed


def test_others_letters_are_listed_and_dealt_with(office: OfficeRoom) -> None:
    assert "请各镇报送资料" in office.run("letters", "list").stdout
    number = next(
        str(row["id"]) for row in office.export("letters") if row["subject"] == "请各镇报送资料"
    )
    office.run("letters", "forward", number, "--to", "else@x.example", code=1)
    office.run("letters", "forward", number, "--to", DUTY)
    assert "请各镇报送资料" not in office.run("letters", "list").stdout
    office.run("letters", "answer", number, "--text", "已转交办理。")
    office.run("poll")
    forwarded = next(one for one in sent(office) if one["To"] == DUTY)
    assert [part.get_filename() for part in forwarded.iter_attachments()] == ["来信.eml"]
    answered = about(office, 5)
    assert answered == ["Re: 请各镇报送资料"]
    assert "转交" in office.run("letters", "thread", number).stdout


def test_a_reported_adoption_counts_when_it_is_confirmed(office: OfficeRoom) -> None:
    assert "中国应急管理报" in office.run("adoption", "proposed").stdout
    office.run("adoption", "confirm", "1")
    office.run("adoption", "confirm", "1", code=1)
    office.run("poll")
    assert about(office, 7) == ["【录用核实】Re: 稿件录用情况"]
    office.run("adoption", "reject", "1", "--why", "登记错了", "--undo")


def test_a_correction_takes_the_place_of_the_accepted_draft_and_is_withdrawn(
    office: OfficeRoom,
) -> None:
    rows = {row["id"]: row for row in office.export("drafts")}
    held = next(key for key, row in rows.items() if row["reasons"] == ["REPLACES_DRAFT"])
    told = office.run("decide", str(held), "--replace", "--why", "核对无误").stdout
    assert "已由本稿替换" in told
    points = sum(int(row["points"]) for row in office.export("scores"))
    assert points == 1
    told = office.run("decide", str(held), "--withdraw", "--why", "单位申请").stdout
    assert "已撤稿" in told
    assert sum(int(row["points"]) for row in office.export("scores")) == 0
    assert "与日志不符" not in office.run("ledger", "verify").stdout


def test_what_a_person_says_is_a_submission_is_judged_anew(office: OfficeRoom) -> None:
    number = next(str(row["id"]) for row in office.export("letters") if row["subject"] == "请问")
    office.run("letters", "purpose", number, "submission", "--why", "试")
    office.run("poll")
    row = next(row for row in office.export("letters") if row["subject"] == "请问")
    assert (row["purpose"], row["outcome"]) == ("submission", "refused")


def test_nothing_of_ours_was_left_behind(office: OfficeRoom) -> None:
    assert not list(Path(office.folder / "in" / "tmp").iterdir())
