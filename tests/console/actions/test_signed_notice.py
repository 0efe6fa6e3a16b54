"""The very file that was signed goes out: complete, held against the figures, frozen with them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from console.actions import notices, signed_notice
from console.actions.signed_notice import SignedFile, Unacknowledged
from console.application import Application, open_application
from ledger import journal
from ledger.errors import InvalidInput
from ledger.hand_lines import HandLine
from ledger.queries import export
from ledger.queries.figures import Summary
from ledger.states import Act
from parsers.papers import Paper
from rulebook.periods import parse
from tests.console.office import settings_in
from tests.console.signing import signed
from tests.ledgers import new_ledger

Q1 = parse("2022Q1")
APRIL = datetime(2022, 4, 6, 2, 0, tzinfo=UTC)
TODAY = date(2022, 4, 6)


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    new_ledger(tmp_path / "data" / "ledger.db")
    settings = settings_in(tmp_path)
    listed = replace(settings.notice, recipients=("heads@office.example",))
    with open_application(replace(settings, notice=listed), {}) as application:
        for unit, points in (("湖塘镇", 7), ("调查减灾科、火灾防治科", 3)):
            line = HandLine(unit, date(2022, 3, 9), points, "批示", "王主任")
            application.hand_lines.add(line, "li", APRIL)
        yield application


def summary(application: Application) -> Summary:
    return application.figures.summary(Q1, TODAY)


def draft(application: Application) -> bytes:
    built = notices.build_notice(application, Q1, notices.Choices(), TODAY)
    return next(content for name, content in built.files.items() if name.endswith(".docx"))


def file(application: Application, content: bytes, name: str = "通报（签发）.docx") -> SignedFile:
    return signed_notice.read_signed(application, name, content)


def test_the_file_that_was_signed_is_kept_and_mailed(application: Application) -> None:
    one = file(application, signed(draft(application), {"现将有关情况": "现将情况"}))
    assert signed_notice.period_of(one, "信息宣传") == Q1
    edition = signed_notice.publish_signed(application, summary(application), one, "li", APRIL)
    (kept,) = application.notices.published()
    assert edition == 1
    assert [Path(name).suffix for name in kept.files] == [".docx", ".xlsx"]
    assert application.vault.get(kept.files["通报（签发）.docx"]) == one.content
    owed = export.outbox(application.engine, application.zone)
    assert [row["addressee"] for row in owed] == ["heads@office.example"]


def test_with_something_left_to_fill_in_nothing_goes_out(application: Application) -> None:
    with pytest.raises(InvalidInput, match="文号、盖章处"):
        signed_notice.publish_signed(
            application, summary(application), file(application, draft(application)), "li", APRIL
        )
    ready = notices.build_notice(application, Q1, notices.Choices(number="〔2022〕9号"), TODAY)
    with pytest.raises(InvalidInput, match="盖章处"):
        notices.publish(application, ready, "li", APRIL)
    assert not application.notices.published()


def test_a_figure_that_was_edited_must_be_acknowledged(application: Application) -> None:
    one = file(application, signed(draft(application), {"7": "9"}))
    with pytest.raises(Unacknowledged) as told:
        signed_notice.publish_signed(application, summary(application), one, "li", APRIL)
    assert "湖塘镇的积分总计：文件里是“9”，台账是“7”" in told.value.sentences
    assert not application.notices.published()
    signed_notice.publish_signed(
        application, summary(application), one, "li", APRIL, "局长办公会决定"
    )
    (line,) = journal.history(application.engine, acts=(Act.PUBLISHED,))
    assert line.entry.why == "局长办公会决定"
    assert "湖塘镇的积分总计：文件里是“9”，台账是“7”" in line.entry.facts["acknowledged"]


def test_a_unit_that_was_deleted_from_the_table_is_missed(application: Application) -> None:
    one = file(application, signed(draft(application), {"雪堰镇": "某镇"}))
    with pytest.raises(Unacknowledged) as told:
        signed_notice.publish_signed(application, summary(application), one, "li", APRIL)
    assert told.value.sentences == ["积分统计表里没有找到“雪堰镇”一行，无法核对"]


def test_the_pdf_of_the_signed_file_is_looked_through_line_by_line(
    application: Application, tmp_path: Path
) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    for name, changes in (("right", {}), ("wrong", {"7": "9"})):
        source = tmp_path / f"{name}.docx"
        source.write_bytes(signed(draft(application), changes))
        subprocess.run(
            [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
             "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)],
            capture_output=True, timeout=200, check=True,
        )  # fmt: skip
    right, wrong = (
        file(application, (tmp_path / f"{name}.pdf").read_bytes(), "通报.pdf")
        for name in ("right", "wrong")
    )
    with pytest.raises(Unacknowledged) as told:
        signed_notice.publish_signed(application, summary(application), wrong, "li", APRIL)
    assert [sentence[:3] for sentence in told.value.sentences] == ["湖塘镇"]
    assert signed_notice.publish_signed(application, summary(application), right, "li", APRIL)


def test_a_scan_is_acknowledged_and_another_kind_of_file_refused(application: Application) -> None:
    scan = SignedFile("通报.pdf", b"%PDF-", Paper())
    with pytest.raises(Unacknowledged, match="扫描件"):
        signed_notice.publish_signed(application, summary(application), scan, "li", APRIL)
    with pytest.raises(InvalidInput, match="PDF"):
        file(application, b"", "通报.txt")
    with pytest.raises(InvalidInput, match="读不出来"):
        file(application, b"PK\x03\x04" + bytes(60), "通报.docx")


def test_the_period_is_asked_for_where_the_title_does_not_tell(application: Application) -> None:
    one = file(application, signed(draft(application), {"关于2022年第一季度": "关于近期"}))
    assert signed_notice.period_of(one, "信息宣传") is None


def test_what_changed_since_is_told_with_its_cause_in_the_next_notice(
    application: Application,
) -> None:
    one = file(application, signed(draft(application)))
    signed_notice.publish_signed(application, summary(application), one, "li", APRIL)
    line = HandLine("湖塘镇", date(2022, 3, 10), -2, "错情", "王主任")
    later = datetime(2022, 4, 20, 2, 0, tzinfo=UTC)
    application.hand_lines.add(line, "li", later)
    q2 = application.figures.summary(parse("2022Q2"), date(2022, 7, 6))
    facts = notices.facts_of(application, q2, notices.Choices(), date(2022, 7, 6))
    (change,) = facts.changes
    assert (change.unit, change.before, change.after) == ("湖塘镇", 7, 5)
    assert change.why == "4月20日加减分：错情"


def test_the_same_file_again_and_a_title_of_another_period_are_told_and_asked_for(
    application: Application,
) -> None:
    one = file(application, signed(draft(application), {"现将有关情况": "现将情况"}))
    signed_notice.publish_signed(application, summary(application), one, "li", APRIL)
    march = application.figures.summary(parse("2022-03"), TODAY)
    for about, words in (
        (summary(application), "作为2022年第一季度通报第 1 版发布过"),
        (march, "文件的标题写的是2022年第一季度"),
    ):
        with pytest.raises(Unacknowledged, match=words):
            signed_notice.publish_signed(application, about, one, "li", APRIL)
    assert len(application.notices.published()) == 1
