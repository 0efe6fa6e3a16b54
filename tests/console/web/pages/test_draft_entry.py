"""补录 in the browser: the form keeps what was typed, and a viewer enters nothing."""

from __future__ import annotations

from typing import Any

from console.application import Application
from ledger.queries import letter_lists, letter_views

FORM = {
    "unit": "湖塘镇",
    "title": "湖塘镇开展夜间巡查",
    "text": "3月6日，湖塘镇组织夜间巡查。\n撰稿：钱一鸣 审核：赵立新",
    "manner": "纸质",
    "received": "2022-03-07T09:30",
}


def test_a_draft_is_entered_with_its_pictures_and_waits_to_be_judged(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    assert 'href="/queue/new"' in client.get("/queue").text
    files = {"files": ("照片.jpg", b"\xff\xd8\xff\xe0", "image/jpeg")}
    told = client.post("/queue/new", data=FORM, files=files, follow_redirects=True)
    assert "已补录为第" in told.text
    latest = max(one.id for one in letter_lists.letters(application.engine, limit=500))
    letter = letter_views.letter(application.engine, latest)
    assert letter is not None
    assert letter.line.received.isoformat() == "2022-03-07T01:30:00+00:00"
    assert (letter.line.by_hand, letter.line.manner) == (True, "纸质")
    assert "补录，纸质来稿" in client.get(f"/letters/{latest}").text
    raw = application.vault.get(letter.digest)
    assert b"X-Entered-By-Hand: yes" in raw
    again = client.post("/queue/new", data=FORM, files=files)
    assert "已经补录过" in again.text
    assert FORM["text"].split("\n")[0] in again.text, "what was typed stays"


def test_what_is_lacking_is_told_and_a_viewer_enters_nothing(sign_in: Any) -> None:
    client = sign_in("editor")
    for field, words in (
        ("unit", "选择单位"),
        ("title", "标题"),
        ("text", "正文"),
        ("manner", "来稿方式"),
    ):
        answer = client.post("/queue/new", data={**FORM, field: ""})
        assert answer.status_code == 400
        assert words in answer.text
    assert "看不懂" in client.post("/queue/new", data={**FORM, "received": "gestern"}).text
    assert "晚于现在" in client.post("/queue/new", data={**FORM, "received": "2030-01-01"}).text
    viewer = sign_in("viewer")
    assert viewer.post("/queue/new", data=FORM).status_code == 403
    assert "<textarea" not in viewer.get("/queue/new").text
