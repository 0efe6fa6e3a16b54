"""Titles, days and people of drafts as real pages print them; written before any of it was tried.

First run: 19 of 24 then 16 of 22, then 11 of 14 right in everything; four that stay open or held are left out.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from parsers.drafts.splitting import SplitContext, describe_each

UNITS = (
    *("湖塘镇应急管理局", "湖塘镇经济发展局", "高新北区", "湖塘镇", "牛塘镇", "雪堰镇", "南夏墅街道"),
    *("高新区", "执法大队", "办公室", "基础科", "危化科", "政策法规科", "人事教育科", "西太湖", "科教城", "礼嘉镇"),
)  # fmt: skip
PAGES = tomllib.loads((Path(__file__).parent / "pages.toml").read_text("utf-8"))["page"]


@pytest.mark.parametrize("page", PAGES, ids=[page["title"][:12] for page in PAGES])
def test_a_page_says_what_a_person_reads_in_it(page: dict[str, object]) -> None:
    received = page["received"]
    assert isinstance(received, date)
    lines = str(page["text"]).strip("\n").split("\n")
    (found,) = describe_each(lines, (), SplitContext("稿件.docx", received, UNITS))
    assert not found.maybe_several
    assert (found.title, found.author, found.reviewer) == (
        page["title"],
        page["author"],
        page["reviewer"],
    )
    assert found.event_date.day == page.get("day")
