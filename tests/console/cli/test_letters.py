"""`digest`, `reminders`, `templates`, as the office types them: looked at, then sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from tests.console.office import OfficeRoom, config_of_letters_long_ago
from tests.console.test_conversation import said


@pytest.fixture
def office(tmp_path: Path) -> OfficeRoom:
    return OfficeRoom(tmp_path)


def configured(office: OfficeRoom, old: str, new: str) -> tuple[str, str]:
    """The office's config.toml with one line changed."""
    text = config_of_letters_long_ago()
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


def test_a_notice_names_whom_staff_name_in_their_words_and_uses_the_offices_own_template(
    office: OfficeRoom,
) -> None:
    office.run(
        *("notice", "2022Q1", "--out", "made"),
        *("--name", "湖塘镇：综合性原创文章没有完成", "--name", "前黄镇", "--ask", "抓紧报送。"),
    )
    (made,) = (office.folder / "made").glob("*.docx")
    said = [paragraph.text for paragraph in Document(str(made)).paragraphs]
    assert "湖塘镇：综合性原创文章没有完成。" in said
    assert any(one.startswith("前黄镇：应报送") for one in said)
    assert not [one for one in said if one.startswith("雪堰镇：")]
    assert "抓紧报送。" in said
    folder = office.folder / "ours"
    folder.mkdir()
    own = configured(office, 'templates = ""', 'templates = "ours"')
    plain = Document()
    plain.add_paragraph("我们的通报：{{ title }}")
    plain.save(str(folder / "notice.docx"))
    office.run(*own, "notice", "2022Q1", "--out", "made")
    assert "我们的通报：关于" in Document(str(made)).paragraphs[0].text
    plain.add_paragraph("{{ nosuch }}")
    plain.save(str(folder / "notice.docx"))
    refused = office.run(*own, "notice", "2022Q1", "--out", "made", code=1)
    assert "通报模板无法使用：'nosuch' is undefined" in refused.stderr


def test_the_doctor_names_the_robots_and_the_broken_template_but_no_key(office: OfficeRoom) -> None:
    key = "abcdefghij1234567890"
    office.environment["SHOUGAO_PUSH"] = f"wecombot://{key}"
    (office.folder / "ours").mkdir()
    (office.folder / "ours" / "receipt.txt").write_text("{{ nosuch }}", encoding="utf-8")
    (office.folder / "ours" / "article.docx").write_bytes(b"garbage")
    own = configured(office, 'templates = ""', 'templates = "ours"')
    told = "".join(office.run(*own, "doctor").stdout.split())
    assert "第1个（企业微信）" in told
    assert "出稿模板不是Word文档" in told
    assert "receipt.txt第1行无法填写" in told
    assert key not in told
    office.environment["SHOUGAO_PUSH"] = f"nosuch://{key}"
    told = "".join(office.run(*own, "doctor", code=1).stdout.split())
    assert "推送地址第1个写法不对" in told
    assert key not in told


def test_examine_and_a_round_say_what_a_letter_is_for(office: OfficeRoom) -> None:
    office.roster()
    raw = said(1, "申请撤稿", "《湖塘镇夜查》请撤下。")
    path = office.folder / "letter.eml"
    path.write_bytes(raw)
    told = office.run("examine", str(path)).stdout
    assert "用途：撤稿（“申请撤稿" in told
    assert "程序会答复" in told
    office.receive(raw, "1.office")
    assert "撤稿" in office.run("poll").stdout
