"""`shougao ledger verify --anchor`: a chain that was computed anew no longer holds what was kept elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import journal
from ledger.models.database import open_ledger
from ledger.models.decisions import JournalRow
from tests.console.office import OfficeRoom, letter


@pytest.fixture
def office(tmp_path: Path) -> OfficeRoom:
    office = OfficeRoom(tmp_path)
    office.roster()
    office.receive(letter(1), "1.office")
    office.run("poll")
    return office


def backed_up(office: OfficeRoom) -> Path:
    """The file that lies beside a backup."""
    office.run("ledger", "backup", str(office.folder / "备份"))
    (kept,) = (office.folder / "备份").glob("*.anchor")
    return kept


def rebuild(office: OfficeRoom) -> None:
    """What somebody with the database in hands does: changes a line and computes all links anew."""
    engine = open_ledger(f"sqlite:///{office.folder / 'data' / 'ledger.db'}")
    with Session(engine) as session, session.begin():
        link = journal.BEGINNING
        for row in session.scalars(select(JournalRow).order_by(JournalRow.seq)):
            if row.seq == 2:
                row.who = "zhao"
            link = row.link = journal._link(link, row.seq, journal._entry(row))
    engine.dispose()


def test_a_file_of_a_backup_agrees_and_finds_a_chain_computed_anew(office: OfficeRoom) -> None:
    kept = backed_up(office)
    office.run("decide", "1", "--void", "--approved-by", "王局", "--why", "弄虚作假")
    told = office.run("ledger", "verify", "--anchor", str(kept)).stdout
    assert "与另存的 1 条存证一致。" in told
    rebuild(office)
    assert "日志链完好" in office.run("ledger", "verify").stdout
    told = office.run("ledger", "verify", "--anchor", str(kept), code=1).stdout
    assert "已不是当时的内容" in told
    assert "日志可能被整个改写过" in told
    assert "存证一致" not in told


def test_a_digest_alone_is_looked_for_in_the_chain(office: OfficeRoom) -> None:
    (digest,) = re.findall(r"[0-9a-f]{64}", backed_up(office).read_text(encoding="utf-8"))
    told = office.run("ledger", "verify", "--anchor", digest.upper()).stdout
    assert "与另存的 1 条存证一致。" in told
    rebuild(office)
    told = office.run("ledger", "verify", "--anchor", digest, code=1).stdout
    assert f"台账日志里没有校验值是 {digest} 的一条" in told


def test_every_line_of_a_file_is_compared(office: OfficeRoom) -> None:
    lines = [backed_up(office).read_text(encoding="utf-8")]
    office.run("decide", "1", "--void", "--approved-by", "王局", "--why", "弄虚作假")
    engine = open_ledger(f"sqlite:///{office.folder / 'data' / 'ledger.db'}")
    with Session(engine) as session:
        now = session.scalar(select(JournalRow.at).limit(1))
    assert now is not None
    lines.append(journal.anchor(engine, now))
    engine.dispose()
    file = office.folder / "存证.txt"
    file.write_text("\n".join(["存证", *lines]), encoding="utf-8")
    assert "另存的 2 条" in office.run("ledger", "verify", "--anchor", str(file)).stdout
    file.write_text("\n".join(lines).replace("第 ", "第 9"), encoding="utf-8")
    told = office.run("ledger", "verify", "--anchor", str(file), code=1).stdout
    assert told.count("而当时的日志有") == 2


def test_a_file_without_anchors_or_no_file_is_an_error_of_use(office: OfficeRoom) -> None:
    file = office.folder / "空.txt"
    file.write_text("没有什么", encoding="utf-8")
    told = office.run("ledger", "verify", "--anchor", str(file), code=2).stderr
    assert "里没有存证" in told
    told = office.run("ledger", "verify", "--anchor", str(office.folder / "无"), code=2).stderr
    assert "请检查文件名" in told
