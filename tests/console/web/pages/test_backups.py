"""备份 from the pages: made and tried beside them, listed, told who did it; nothing else can be named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from console.actions.backups import alone
from console.application import Application
from console.state import backup_job, last_backup
from console.state.backup_job import BackupJob, JobState
from console.state.last_backup import LastBackup
from console.web.request_context import WebContext
from tests.console.office import NOW
from tests.console.web.conftest import SignIn


@pytest.fixture
def folder(application: Application, tmp_path: Path) -> Path:
    """Where an earlier backup says that backups go."""
    folder = tmp_path / "backup"
    last_backup.record(application.settings.data_dir, LastBackup(str(folder)))
    return folder


def web(client: TestClient) -> WebContext:
    context: WebContext = client.app.state.web  # type: ignore[attr-defined]
    return context


def after(client: TestClient, path: str, **data: str) -> str:
    """What the page says when the work that a form asked for is done."""
    answer = client.post(path, data=data)
    assert answer.status_code == 303
    assert "/backups" in answer.headers["location"]
    web(client).backups.wait()
    return client.get("/backups").text


def test_a_backup_is_made_listed_and_tried_and_the_journal_says_who(
    sign_in: SignIn, folder: Path
) -> None:
    client = sign_in("admin")
    shown = after(client, "/backups")
    (copy,) = folder.glob("ledger-*.db")
    assert f"已备份为 {copy.name}" in shown and "最近三份总是留着" in shown
    shown = after(client, "/backups/try", copy=copy.name)
    assert f"试恢复成功：{copy.name}" in shown and "，可以恢复" in shown
    lines = client.get("/audit?act=backed_up").text
    assert (
        "已做好" in lines
        and "试恢复成功" in lines
        and lines.count("<td>admin") + lines.count(">admin</") >= 2
    )


@pytest.mark.parametrize("name", ["", "../ledger.db", "/etc/passwd", "ledger-20220101T000000.db"])
def test_only_what_is_listed_is_tried(sign_in: SignIn, folder: Path, name: str) -> None:
    folder.mkdir()
    (folder / "ledger-x.db").write_bytes(b"none of ours")
    client = sign_in("admin")
    answer = client.post("/backups/try", data={"copy": name}, follow_redirects=True)
    assert "没有这份备份" in answer.text and "ledger-x.db" not in answer.text


def test_a_second_one_waits_for_the_first_whoever_makes_it(
    application: Application, sign_in: SignIn, folder: Path
) -> None:
    client = sign_in("admin")
    with alone(application.settings.data_dir):  # `shougao ledger backup`
        answer = client.post("/backups", follow_redirects=True)
    assert "请等它做完" in answer.text
    assert not folder.exists()


def test_a_damaged_copy_and_one_that_was_cut_off_are_told(
    application: Application, sign_in: SignIn, folder: Path
) -> None:
    client, data = sign_in("admin"), application.settings.data_dir
    folder.mkdir()
    (folder / "ledger-20220101T000000.db").write_bytes(b"garbage")
    shown = after(client, "/backups/try", copy="ledger-20220101T000000.db")
    assert "不是台账的备份" in shown and 'role="alert"' in shown
    job = BackupJob("admin", NOW, JobState.AT_WORK, "正在备份")
    backup_job.record(data, job)
    assert "程序中途停止了" in client.get("/backups").text
    with alone(data):
        shown = client.get("/backups").text
        assert "正在备份" in shown and "hx-trigger" in shown and "disabled" in shown
    backup_job.record(data, replace(job, state=JobState.DONE, ended=NOW + timedelta(1)))
    assert "hx-trigger" not in client.get("/backups").text
    (data / backup_job.NAME).write_text(json.dumps({"who": 1}))
    assert client.get("/backups").status_code == 200


def test_without_a_folder_it_is_said_where_to_name_one(sign_in: SignIn) -> None:
    client = sign_in("admin")
    assert "[backup]" in client.get("/backups").text
    assert "还没有备份目录" in client.post("/backups", follow_redirects=True).text
    assert "一直保存" in client.get("/backups").text


def test_it_is_for_administrators_alone(sign_in: SignIn, folder: Path) -> None:
    client = sign_in("editor")
    assert client.get("/backups").status_code == 403
    assert client.post("/backups").status_code == 403
    assert client.post("/backups/try", data={"copy": "x"}).status_code == 403
    assert not folder.exists()
