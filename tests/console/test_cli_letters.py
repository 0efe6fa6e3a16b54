"""`digest`, `reminders`, `templates`, as the office types them: looked at, then sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.office import ROOT, OfficeRoom


@pytest.fixture
def office(tmp_path: Path) -> OfficeRoom:
    return OfficeRoom(tmp_path)


def configured(office: OfficeRoom, old: str, new: str) -> tuple[str, str]:
    """The office's config.toml with one line changed."""
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    assert old in text
    place = office.folder / "config.toml"
    place.write_text(text.replace(old, new, 1), encoding="utf-8")
    return "--config", str(place)


def test_the_digest_is_shown_as_text_and_as_a_page_of_its_own(office: OfficeRoom) -> None:
    assert "收稿日报" in office.run("digest").stdout
    page = office.folder / "digest.html"
    office.run("digest", "--html", str(page))
    assert "cid:" not in page.read_text(encoding="utf-8")
    assert office.export("outbox") == []


def test_a_push_without_addresses_says_where_they_belong(office: OfficeRoom) -> None:
    refused = office.run("digest", "--push", code=2)
    assert "SHOUGAO_PUSH" in refused.stderr


def test_templates_are_copied_checked_and_never_written_over(office: OfficeRoom) -> None:
    folder = office.folder / "ours"
    office.run("templates", "--out", str(folder))
    assert "extends" in (folder / "说明.txt").read_text(encoding="utf-8-sig")
    (folder / "receipt.txt").write_text("我们的话", encoding="utf-8")
    assert "receipt.txt" in office.run("templates", "--out", str(folder)).stdout
    assert (folder / "receipt.txt").read_text(encoding="utf-8") == "我们的话"
    own = configured(office, 'templates = ""', 'templates = "ours"')
    assert "都可以使用" in office.run(*own, "templates").stdout
    (folder / "receipt.txt").write_text("{{ page.nosuch }}", encoding="utf-8")
    assert "receipt.txt 第1行无法填写" in office.run(*own, "templates", code=1).stdout


def test_reminders_are_looked_at_before_they_are_sent(office: OfficeRoom) -> None:
    office.roster()
    own = configured(office, "days_before_week = 2", "days_before_week = 6")  # whatever today is
    shown = office.run(*own, "reminders").stdout
    assert "确认后加上 --send" in shown
    assert "还差" in shown
    assert office.export("outbox") == []
    office.run(*own, "reminders", "--send")
    sent = [row for row in office.export("outbox") if row["kind"] == "reminder"]
    assert sent
    office.run(*own, "reminders", "--send")
    assert len([row for row in office.export("outbox") if row["kind"] == "reminder"]) == len(sent)
