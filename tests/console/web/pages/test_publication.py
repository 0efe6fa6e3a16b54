"""出稿 in the browser: a package to print from, adoptions registered in one act and undone, printed words kept."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from console.application import Application
from ledger.queries import search
from ledger.queries.search import DraftQuery
from rulebook.model import Outcome

DAY = "2022-03-08"


def accepted(application: Application, unit: str) -> int:
    wanted = DraftQuery(unit=unit, outcome=Outcome.ACCEPTED)
    return search.search(application.engine, wanted)[0].draft


@pytest.fixture
def drafts(application: Application) -> list[int]:
    return [accepted(application, unit) for unit in ("湖塘镇", "洛阳镇")]


def form(drafts: list[int], **more: str) -> dict[str, Any]:
    return {"draft": [str(one) for one in drafts], "outlet-0": "区政府网站", "day-0": DAY, **more}


def test_drafts_are_searched_chosen_and_taken_along(
    application: Application, sign_in: Any, drafts: list[int]
) -> None:
    client = sign_in("editor")
    assert "湖塘镇开展危化品企业专项检查" in client.get("/publish?words=危化品").text
    got = client.post("/publish/package", data={**form(drafts), "book": "yes"})
    assert got.status_code == 200
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    with zipfile.ZipFile(io.BytesIO(got.content)) as package:
        names = package.namelist()
    assert sum(name.endswith(".docx") for name in names) == 3
    assert sum(name.endswith(".jpg") for name in names) == 2
    assert "出稿包" in client.get(f"/publish/{drafts[0]}").text


def test_every_draft_is_registered_with_every_outlet_and_all_is_undone_at_once(
    application: Application, sign_in: Any, drafts: list[int]
) -> None:
    client = sign_in("editor")
    sent = form(
        drafts,
        **{
            "outlet-1": "市应急管理局简报 第3期",
            "day-1": DAY,
            "url-0": "https://gov.example/",
            f"url-0-{drafts[1]}": "https://gov.example/2",
        },
    )
    told = client.post("/publish", data=sent, files={"evidence-0": ("报.pdf", b"%PDF-1.4")})
    assert told.status_code == 303
    rows = [one.printed for one in application.adoptions.listing()]
    assert len(rows) == 4
    assert {(one.outlet, one.tier) for one in rows} == {("区政府网站", 5), ("市应急管理局简报", 3)}
    assert {one.url for one in rows if one.draft == drafts[1]} == {"https://gov.example/2", ""}
    assert {one.evidence_name for one in rows if one.outlet == "区政府网站"} == {"报.pdf"}
    page = client.get(told.headers["location"]).text
    assert "已登记 4 条录用" in page
    assert "可以一并撤销" in page
    numbers = [str(one.id) for one in application.adoptions.listing()]
    undone = client.post("/publish/undo", data={"number": numbers, "draft": sent["draft"]})
    assert undone.status_code == 303
    assert all(one.withdrawn for one in application.adoptions.listing())
    assert "撤销登记" in client.get("/audit?who=editor").text


def test_one_that_cannot_be_registered_keeps_all_the_others_out(
    application: Application, sign_in: Any, drafts: list[int]
) -> None:
    client = sign_in("editor")
    told = client.post("/publish", data=form(drafts, **{"day-0": "2022-03-01"}))
    assert told.status_code == 400
    assert "早于" in told.text
    assert 'value="区政府网站"' in told.text
    assert application.adoptions.listing() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outlet-0": ""}, "请写明发布在哪里"),
        ({"day-0": "昨天"}, "不是日期"),
        ({"day-0": "2022-03-20"}, "还没有到"),
        ({"url-0": "javascript:alert(1)"}, "网址要以"),
        ({"tier-0": "99"}, "从列表里选择类别"),
        ({"draft": ["99999"]}, "没有第 99999 号"),
        ({"draft": []}, "先选择稿件"),
    ],
)
def test_what_cannot_be_used_is_told(
    sign_in: Any, drafts: list[int], changes: dict[str, Any], words: str
) -> None:
    told = sign_in("editor").post("/publish", data={**form(drafts[:1]), **changes})
    assert told.status_code == 400
    assert words in told.text


def test_the_same_once_more_registers_nothing(
    application: Application, sign_in: Any, drafts: list[int]
) -> None:
    client = sign_in("editor")
    assert client.post("/publish", data=form(drafts)).status_code == 303
    assert "已经登记过" in client.post("/publish", data=form(drafts)).text
    assert len(application.adoptions.listing()) == 2


def test_printed_words_are_compared_with_those_that_were_sent(
    application: Application, sign_in: Any, drafts: list[int]
) -> None:
    client = sign_in("editor")
    path = f"/publish/{drafts[0]}"
    sent = client.get(path).text
    words = "湖塘镇检查危化品企业\n3月7日，湖塘镇组织安全专家，对辖区内企业开展检查。<b>"
    kept = client.post(f"{path}/printed", data={"text": words, "outlet": "区政府网站"})
    assert kept.status_code == 303
    page = client.get(path).text
    assert "<del>" in page
    assert "<ins>" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page.partition("改动对照")[2].partition("</details>")[0]
    assert len(page) > len(sent)
    number = application.printed_texts.of_draft(drafts[0])[0].id
    assert client.post(f"{path}/printed/{number}", data={"deed": "withdraw"}).status_code == 303
    assert "已撤下" in client.get(path).text


def test_a_file_of_printed_words_is_read_behind_the_walls_and_comes_back_as_it_was(
    application: Application, sign_in: Any, drafts: list[int]
) -> None:
    client = sign_in("editor")
    path = f"/publish/{drafts[0]}"
    raw = "湖塘镇检查企业\n第一段刊发的文字。\n第二段。".encode("gb18030")
    assert client.post(f"{path}/printed", files={"file": ("../刊发.txt", raw)}).status_code == 303
    (one,) = application.printed_texts.of_draft(drafts[0])
    assert (one.title, one.file_name) == ("湖塘镇检查企业", "刊发.txt")
    assert client.get(f"{path}/printed/{one.id}/file").content == raw
    for name, content, words in (
        ("x.exe", b"MZ", "不是其中一种"),
        ("x.docx", b"PK\x03\x04 no", "读不出文字"),
        ("x.pdf", b"", "选择刊发稿的文件"),
    ):
        told = client.post(f"{path}/printed", files={"file": (name, content)})
        assert (told.status_code, words in told.text) == (400, True), name


def test_viewers_look_and_nothing_more(sign_in: Any, drafts: list[int]) -> None:
    client = sign_in("viewer")
    page = client.get(f"/publish?draft={drafts[0]}").text
    assert "下载出稿包" not in page
    assert "已发布到" not in page
    for path in ("/publish", "/publish/package", "/publish/undo", f"/publish/{drafts[0]}/printed"):
        assert client.post(path, data=form(drafts)).status_code == 403
    assert client.get("/publish/99999").status_code == 404


def test_a_draft_that_is_not_accepted_is_not_registered(
    application: Application, sign_in: Any
) -> None:
    held = search.search(application.engine, DraftQuery(outcome=Outcome.HELD))[0].draft
    told = sign_in("editor").post("/publish", data=form([held]))
    assert told.status_code == 400
    assert "核定" in told.text
    assert not [one for one in application.adoptions.listing() if one.printed.draft == held]
