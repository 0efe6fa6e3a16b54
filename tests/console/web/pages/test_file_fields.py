"""Every field for files says how to drop one, works without a script, and its form takes files."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from console.application import Application
from ledger.adoptions import AdoptionReport
from ledger.queries.search import DraftQuery, search
from rulebook.model import Outcome
from tests.console.office import NOW

TEMPLATES = Path(__file__).resolve().parents[4] / "console" / "web" / "templates"


def test_every_field_for_files_is_made_by_the_one_macro() -> None:
    of_their_own = [
        path.name
        for path in TEMPLATES.glob("*.html")
        if path.name != "macros.html" and 'type="file"' in path.read_text(encoding="utf-8")
    ]
    assert of_their_own == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/queue/new", {"files"}),
        ("/adoptions", {"evidence", "sheet"}),
        ("/adoptions/1", {"evidence"}),
        ("/officers", {"sheet"}),
        ("/notices/2022Q1", {"signed"}),
        ("/publish/{draft}", {"file"}),
        ("/publish?draft={draft}", {f"evidence-{number}" for number in range(5)}),
        ("/letters/{letter}", {"upload"}),
    ],
)
def test_a_page_with_files_has_a_zone_for_each_in_a_form_that_sends_them(
    application: Application, sign_in: Any, clock: Any, path: str, fields: set[str]
) -> None:
    accepted = search(application.engine, DraftQuery(outcome=Outcome.ACCEPTED))[0]
    printed = AdoptionReport("湖塘镇", "标题", "中国应急管理报", 2, date(2022, 3, 8), 1, None)
    application.adoptions.add(printed, "li", NOW)
    if path.startswith("/notices"):
        clock.now = NOW.replace(month=4, day=2)
    client = sign_in("editor")
    shown = client.get(path.format(draft=accepted.draft, letter=accepted.letter)).text
    forms = re.findall(r"<form[^>]*enctype=\"multipart/form-data\".*?</form>", shown, re.DOTALL)
    found = {
        name
        for form in forms
        for zone in re.findall(r"<div class=\"drop.*?</div>", form, re.DOTALL)
        for name in re.findall(r'<input type="file"\s+name="([^"]+)"', zone)
    }
    assert found == fields == set(re.findall(r'type="file"\s+name="([^"]+)"', shown))
    assert "把文件拖到这里也可以" in shown


def test_too_many_files_are_refused_in_words(sign_in: Any) -> None:
    files = [("files", (f"{number}.png", b"x")) for number in range(6)]
    answer = sign_in("editor").post("/queue/new", data={"title": "x"}, files=files)
    assert answer.status_code == 413
    assert "一次最多 5 个文件" in answer.text
