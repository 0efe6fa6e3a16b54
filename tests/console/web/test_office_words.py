"""What pages say of their own (the green bar, refusals, headings, exports) is said in the office's words."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from console.application import Application, open_application
from console.settings.loading import load
from ledger.models.decisions import StandingRow
from rulebook.model import Outcome, Timely

OURS = re.compile("稿件|录用")
NOTICE = re.compile(r'<(?:p|div) class="notice[^>]*>(.*?)</(?:p|div)>', re.DOTALL)
QUOTED = re.compile(r"《[^《》]*》|“[^“”]*”")
WORDS = {"officer": "信息员", "piece": "信息", "adoption": "采用"}


@pytest.fixture
def application(made: Path, tmp_path: Path) -> Iterator[Application]:
    folder = tmp_path / "demo"
    shutil.copytree(made, folder)
    config = folder / "config.toml"
    text = config.read_text("utf-8")
    for name, word in WORDS.items():
        text, found = re.subn(rf'^{name} = ".*?"', f'{name} = "{word}"', text, flags=re.M)
        assert found == 1, name
    config.write_text(text, encoding="utf-8")
    with open_application(load(config, {}), {}) as application:
        yield application


def notices(text: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", one).strip() for one in NOTICE.findall(text)]


def test_every_refusal_and_the_green_bar_speak_the_offices_words(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("admin")
    with Session(application.engine) as session:
        held = session.query(StandingRow).filter_by(outcome=Outcome.HELD).first()
        taken = (
            session.query(StandingRow)
            .filter_by(outcome=Outcome.ACCEPTED, timely=Timely.ON_TIME)
            .first()
        )
        assert held is not None and taken is not None
        waiting, accepted = held.draft_id, taken.draft_id
    told = [
        client.post(path, data=data, follow_redirects=True).text
        for path, data in (
            ("/queue/several", {"deed": "confirm"}),
            ("/queue/several", {"deed": "assign", "draft": str(waiting), "assignee": "admin"}),
            (f"/queue/{waiting}", {"deed": "correct", "seen": "0"}),
            (f"/queue/{accepted}/note", {"note": "记一笔"}),
            (f"/queue/{accepted}/share", {"approved_by": "王", "partner": "火星"}),
            ("/adoptions", {"title": "", "unit": "湖塘镇"}),
            ("/adoptions/import", {}),
            ("/publish/printed", {}),
            ("/commissions", {"topic": "防汛", "due": "2022-03-30"}),
            ("/points/add", {"unit": "湖塘镇", "points": "x", "day": "2022-03-07"}),
        )
    ]
    found = [line for text in told for line in notices(text)]
    assert len(found) >= 7, found
    assert any("信息" in line for line in found)
    assert [line for line in found if OURS.search(QUOTED.sub("", line))] == []


def test_headings_menus_and_tables_taken_along_do_too(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("admin")
    for path in (
        "/",
        "/queue",
        "/drafts",
        "/adoptions",
        "/publish",
        "/notices",
        "/rules",
        "/points",
    ):
        text = client.get(path).text
        heads = re.findall(r"<(?:h1|h2|th|label|nav|legend|button)\b[^>]*>(.*?)</", text, re.DOTALL)
        assert [one for one in heads if OURS.search(re.sub(r"<[^>]+>", "", one))] == [], path
    head = client.post("/drafts/export", data={"format": "csv"}).text.splitlines()[0]
    assert "信息编号" in head and "采用" in head
    assert not OURS.search(head)
