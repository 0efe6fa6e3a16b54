"""通报 in the browser: looked at, chosen, published as it was seen, compared ever after."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from console.actions import adoptions
from console.application import Application
from ledger.queries import export, search
from ledger.queries.search import DraftQuery
from rulebook.model import Outcome
from tests.console.office import NOW
from tests.console.signing import signed
from tests.console.web.conftest import Clock


def seen(client: TestClient) -> str:
    found = re.search(r'name="seen" value="(\w+)"', client.get("/notices/2022Q1").text)
    assert found
    return found[1]


@pytest.fixture
def in_april(sign_in: Any, clock: Clock) -> TestClient:
    clock.forward(timedelta(days=30))
    client: TestClient = sign_in("editor")
    return client


def signed_file(client: TestClient) -> dict[str, Any]:
    """The draft as staff fetch, fill in and sign it."""
    draft = client.post("/notices/2022Q1/docx", data={}).content
    return {"signed": ("通报（签发）.docx", signed(draft), "application/octet-stream")}


def publish(client: TestClient, **fields: str) -> Any:
    data = {"seen": seen(client), "sure": "yes", **fields}
    return client.post("/notices/2022Q1/publish", data=data, files=signed_file(client))


def adopt(application: Application) -> None:
    draft = search.search(application.engine, DraftQuery(unit="洛阳镇", outcome=Outcome.ACCEPTED))[
        0
    ]
    one = adoptions.printed(
        application.settings, "洛阳镇", draft.title, "人民日报", date(2022, 3, 8), draft.draft
    )
    application.adoptions.add(one, "test", NOW)


def test_a_period_is_chosen_and_its_tables_and_words_are_shown(sign_in: Any) -> None:
    client = sign_in("viewer")
    assert "还没有发布过通报" in client.get("/notices").text
    assert client.get("/notices?period=2022Q1").headers["location"] == "/notices/2022Q1"
    text = client.get("/notices/2022Q1").text
    for words in (
        "积分统计表（板块）",
        "积分统计表（科室、大队）",
        "现将有关情况通报如下",
        "雪堰镇",
    ):
        assert words in text
    assert "还没有结束" in text
    assert "formaction" not in text  # a viewer fetches and publishes nothing
    assert client.get("/notices?period=heute").status_code == 400


def test_whom_staff_name_stands_in_the_words_and_in_the_file(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    choices = {"name": ["湖塘镇", "火星"], "number": "〔2022〕3号", "demands": "请抓紧。"}
    text = client.get("/notices/2022Q1", params=choices).text
    assert "湖塘镇：" in text
    assert "火星" not in text
    told = client.post("/notices/2022Q1/docx", data=choices)
    assert told.headers["content-disposition"].startswith("attachment;")
    words = zipfile.ZipFile(io.BytesIO(told.content)).read("word/document.xml").decode()
    assert "湖塘镇：" in words
    assert "请抓紧。" in words
    assert "〔2022〕3号" in words
    assert client.post("/notices/2022Q1/xlsx", data=choices).content[:2] == b"PK"
    assert "通报草稿" in client.get("/audit?who=editor&act=exported").text


def test_before_its_end_no_period_is_published(application: Application, sign_in: Any) -> None:
    client = sign_in("editor")
    told = publish(client)
    assert told.status_code == 400
    assert "还没有结束" in told.text
    assert not application.notices.published()


def test_a_notice_is_published_as_it_was_seen(
    application: Application, in_april: TestClient
) -> None:
    known = seen(in_april)
    unsure = in_april.post("/notices/2022Q1/publish", data={"seen": known})
    assert (unsure.status_code, "内容已经核对" in unsure.text) == (400, True)
    told = in_april.post("/notices/2022Q1/publish", data={"seen": known, "sure": "yes"})
    assert (told.status_code, "请选择签发的通报" in told.text) == (400, True)
    assert publish(in_april).status_code == 303
    (published,) = application.notices.published()
    assert (published.edition, published.who) == (1, "editor")
    assert "第 1 版" in in_april.get("/notices").text
    path = f"/notices/published/{published.id}"
    assert "没有变动" in in_april.get(path).text
    for number, digest in enumerate(published.files.values()):
        told = in_april.get(f"{path}/files/{number}")
        assert told.content == application.vault.get(digest)
    assert in_april.get(f"{path}/files/7").status_code == 404


def test_what_moved_since_the_preview_is_looked_at_first(
    application: Application, in_april: TestClient
) -> None:
    known = seen(in_april)
    adopt(application)
    told = in_april.post(
        "/notices/2022Q1/publish", data={"seen": known, "sure": "yes", "demands": "请抓紧。"}
    )
    assert told.status_code == 409
    assert "数字又有变动" in told.text
    assert "请抓紧。" in told.text  # what was written is not lost
    assert not application.notices.published()


def test_what_changes_after_the_publication_is_told_beside_it(
    application: Application, in_april: TestClient
) -> None:
    publish(in_april)
    adopt(application)
    number = application.notices.published()[0].id
    assert "1 个单位有变动" in in_april.get(f"/notices/published/{number}/changes").text
    assert "洛阳镇" in in_april.get(f"/notices/published/{number}").text
    again = publish(in_april)
    assert again.status_code == 303
    assert application.notices.published()[0].edition == 2


def test_the_distribution_list_is_owed_the_notice(
    application: Application, in_april: TestClient
) -> None:
    notice = replace(application.settings.notice, recipients=("heads@office.example",))
    settings = replace(application.settings, notice=notice)
    object.__setattr__(application, "settings", settings)  # else config.toml would be laid out anew
    publish(in_april)
    owed = [
        one
        for one in export.outbox(application.engine, application.zone)
        if one["kind"] == "notice"
    ]
    assert [one["addressee"] for one in owed] == ["heads@office.example"]


def test_the_draft_itself_is_not_published(application: Application, in_april: TestClient) -> None:
    draft = in_april.post("/notices/2022Q1/docx", data={}).content
    told = in_april.post(
        "/notices/2022Q1/publish",
        data={"seen": seen(in_april), "sure": "yes"},
        files={"signed": ("通报.docx", draft, "application/octet-stream")},
    )
    assert (told.status_code, "还有没填好的地方：文号、盖章处" in told.text) == (400, True)
    assert not application.notices.published()


def test_a_file_that_differs_is_published_with_a_reason_alone(
    application: Application, in_april: TestClient
) -> None:
    draft = in_april.post("/notices/2022Q1/docx", data={}).content
    files = {"signed": ("通报.docx", signed(draft, {"雪堰镇": "某镇"}), "application/octet-stream")}
    fields = {"seen": seen(in_april), "sure": "yes"}
    told = in_april.post("/notices/2022Q1/publish", data=fields, files=files)
    assert (told.status_code, "没有找到“雪堰镇”一行" in told.text) == (409, True)
    fields["why"] = "单位已更名"
    told = in_april.post("/notices/2022Q1/publish", data=fields, files=files)
    assert told.status_code == 303
    assert application.notices.published()[0].edition == 1


@pytest.mark.parametrize("path", ["docx", "xlsx", "publish"])
def test_a_viewer_takes_nothing_along_and_publishes_nothing(sign_in: Any, path: str) -> None:
    told = sign_in("viewer").post(f"/notices/2022Q1/{path}", data={"sure": "yes"})
    assert told.status_code == 403


@pytest.mark.parametrize("path", ["/notices/2022Q9", "/notices/nix", "/notices/published/9"])
def test_what_is_no_period_is_not_found(sign_in: Any, path: str) -> None:
    assert sign_in("viewer").get(path).status_code == 404


def test_units_are_asked_to_check_before_the_notice_and_the_page_tells_who_answered(
    application: Application, in_april: TestClient
) -> None:
    text = in_april.get("/notices/2022Q1").text
    assert "寄出核对信" in text
    told = in_april.post("/notices/2022Q1/check", data={"until": "2022-01-01"})
    assert (told.status_code, "已经过了" in told.text) == (400, True)
    assert in_april.post("/notices/2022Q1/check", data={"until": ""}).status_code == 400
    until = (NOW + timedelta(days=40)).date().isoformat()
    assert in_april.post("/notices/2022Q1/check", data={"until": until}).status_code == 303
    owed = export.outbox(application.engine, application.zone)
    assert [one for one in owed if one["kind"] == "check"]
    assert "未回复" in in_april.get("/notices/2022Q1").text
