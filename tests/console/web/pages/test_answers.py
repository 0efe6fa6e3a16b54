"""Staff answer in a letter's thread: phrases, files, once; what is typed survives a slip."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from console.application import Application
from ledger import journal
from ledger.models.letters import LetterRow, OutboxRow
from ledger.states import Act, LetterKind
from rulebook.conversation import Purpose

OTHER = 2


@pytest.fixture(autouse=True)
def other(application: Application) -> None:
    with Session(application.engine) as session, session.begin():
        session.execute(
            update(LetterRow)
            .where(LetterRow.id == OTHER)
            .values(purpose=Purpose.OTHER, own_words="请问电话", sender_address="who@mail.example")
        )


def answers(application: Application) -> list[OutboxRow]:
    with Session(application.engine) as session:
        query = select(OutboxRow).where(OutboxRow.kind == LetterKind.ANSWER)
        return list(session.scalars(query))


def once(text: str, action: str) -> str:
    found = re.search(rf'action="{re.escape(action)}"[^>]*>\s*<input[^>]*value="([^"]+)"', text)
    assert found is not None
    return found[1]


PATH = f"/conversations/letters/{OTHER}"


def test_the_letters_page_offers_the_offices_phrases_and_the_threads_files(sign_in: Any) -> None:
    text = sign_in("editor").get(f"/letters/{OTHER}").text
    assert 'data-insert="来信收悉，谢谢。"' in text
    assert 'data-keep="editor:answer-2"' in text
    assert f'name="file" value="{OTHER}/0"' in text
    assert 'name="upload"' in text
    assert 'name="upload"' not in sign_in("viewer").get(f"/letters/{OTHER}").text


def test_an_answer_carries_files_of_the_thread_and_uploaded_ones_under_safe_names(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    answer = client.post(
        PATH,
        data={"deed": "answer", "back": "letter", "text": "见附件。", "file": f"{OTHER}/0"},
        files={"upload": ("C:\\tmp\\..\\须知\u202etxt.pdf", b"%PDF-1.4 x", "text/html")},
        follow_redirects=True,
    )
    assert "附件 2 个" in answer.text
    assert 'data-forget="editor:answer-2"' in answer.text
    (owed,) = answers(application)
    message = message_from_bytes(owed.raw, policy=default)
    names = [part.get_filename() for part in message.iter_attachments()]
    with Session(application.engine) as session:
        (first, *_) = session.get_one(LetterRow, OTHER).files
    assert names == [first["path"].rpartition("/")[2], "须知txt.pdf"]
    assert message["In-Reply-To"]
    (line,) = journal.history(application.engine, letter=OTHER, acts=(Act.HANDLED,))
    assert line.entry.who == "editor"
    assert line.entry.facts["outbox"] == owed.id
    assert len(line.entry.facts["files"]) == 2
    page = client.get(f"/letters/{OTHER}").text
    assert "本单位 · editor" in page
    assert "见附件。" in page


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("安装.exe", b"MZ\x90", "可运行的程序"),
        ("图片.jpg", b"MZ\x90", "可运行的程序"),
        ("脚本.JS", b"1", "可运行的程序"),
        ("空.docx", b"", "是空的"),
        ("大.zip", b"0" * 15_000_001, "超过 15 MB"),
    ],
)
def test_what_must_not_be_sent_is_refused_and_the_words_stay(
    application: Application, sign_in: Any, name: str, content: bytes, told: str
) -> None:
    refused = sign_in("editor").post(
        PATH,
        data={"deed": "answer", "back": "letter", "text": "写了很久的话"},
        files={"upload": (name, content)},
    )
    assert refused.status_code == 400
    assert told in refused.text
    assert "写了很久的话</textarea>" in refused.text
    assert not answers(application)


def test_files_of_other_threads_do_not_go_along(application: Application, sign_in: Any) -> None:
    for value in ("1/0", "2/999", "x/0", "2/-1"):
        data = {"deed": "answer", "back": "letter", "text": "好", "file": value}
        assert sign_in("editor").post(PATH, data=data).status_code == 400
    assert not answers(application)


def test_one_form_sends_one_answer_however_often_it_is_sent(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    key = once(client.get(f"/letters/{OTHER}").text, PATH)
    data = {"deed": "answer", "back": "letter", "text": "好的。", "once": key}
    first, second = client.post(PATH, data=data), client.post(PATH, data=data)
    assert first.headers["location"] == second.headers["location"]
    assert "自动发给" in client.get(second.headers["location"]).text
    assert len(answers(application)) == 1


def test_nobody_outside_puts_words_into_the_green_bar(sign_in: Any) -> None:
    client = sign_in("editor")
    for query in ("said=您的账号已停用，请拨打", "said=x&seal=00", "seal=&said=请拨打"):
        assert "请拨打" not in client.get(f"/queue?{query}").text
    told = client.post(PATH, data={"deed": "read"})
    assert "来信已阅" in client.get(told.headers["location"]).text
    changed = told.headers["location"].replace("%E5%B7%B2", "%E6%9C%AA")
    assert changed != told.headers["location"]
    assert "来信未阅" not in client.get(changed).text


def test_a_letter_is_said_to_be_a_submission_by_one_click(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    answer = client.post(PATH, data={"deed": "submission", "back": "letter"}, follow_redirects=True)
    assert "定为投稿" in answer.text
    with Session(application.engine) as session:
        row = session.get_one(LetterRow, OTHER)
        assert Purpose.SUBMISSION in (row.purpose_ruled, row.purpose)
