"""The doctor names what is missing and how to mend it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from console.cli.doctor import print_findings
from console.doctor.examination import examine
from console.doctor.findings import Finding, Level
from ingest.sandbox.confinement import SandboxStatus
from tests.console.office import ROOT, OfficeRoom


def by_subject(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.subject: finding for finding in findings}


def test_a_sound_office_has_nothing_wrong(office: OfficeRoom) -> None:
    office.roster()
    findings = examine(ROOT / "config.toml", office.environment)
    assert not [finding for finding in findings if finding.level is Level.FAIL]
    found = by_subject(findings)
    assert found["收稿邮箱"].found == "INBOX 0 封"
    assert "2 名" in found["台账"].found
    assert "rar" in found["压缩格式"].found
    assert found["发信服务器"].level is Level.OK


def test_each_fault_comes_with_its_remedy(tmp_path: Path) -> None:
    environ = {
        "SHOUGAO_DATA": str(tmp_path / "data"),
        "SHOUGAO_MAILBOX": f"maildir:{tmp_path / 'absent'}",
        "SHOUGAO_RELAY": "smtp://a@127.0.0.1:1",
    }
    found = by_subject(examine(ROOT / "config.toml", environ))
    assert found["收稿邮箱"].level is Level.FAIL
    assert found["发信服务器"].level is Level.FAIL
    assert found["台账"].level is Level.WARN
    assert all(finding.remedy for finding in found.values() if finding.level is not Level.OK), found


def test_without_a_password_the_login_is_not_even_tried(tmp_path: Path) -> None:
    found = by_subject(examine(ROOT / "config.toml", {"SHOUGAO_DATA": str(tmp_path)}))
    assert found["收稿邮箱"].level is Level.FAIL
    assert "SHOUGAO_MAILBOX_PASSWORD" in found["收稿邮箱"].remedy


def test_programs_are_told_as_json(office: OfficeRoom) -> None:
    told = json.loads(office.run("doctor", "--json").stdout)
    assert {"level", "subject", "found", "remedy", "detail"} == set(told[0])
    assert {one["subject"] for one in told} >= {
        "时间",
        "数据目录",
        "台账",
        "收稿邮箱",
        "第一次收取",
    }


def test_status_says_what_healthz_says(office: OfficeRoom) -> None:
    told = json.loads(office.run("status", "--json").stdout)
    assert told["ok"] is True
    assert {"name": "收信", "level": "warn"}.items() <= told["findings"][0].items()
    assert "还没有收过信" in office.run("status").stdout


def test_a_bad_config_is_told_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[offise]\n", encoding="utf-8")
    findings = examine(path, {})
    assert {finding.level for finding in findings} == {Level.FAIL}
    print_findings(findings)
    assert "offise" in capsys.readouterr().out


STANDING = SandboxStatus(2_000_000_000, 600_000_000, 256, 60, landlock_abi=7, seccomp=True)


@pytest.mark.parametrize(
    ("walls", "told"),
    [
        (STANDING, "Landlock 第 7 版"),
        (replace(STANDING, landlock_abi=0), "不提供 Landlock"),
        (replace(STANDING, seccomp=False), "TCP 已由 Landlock 挡住"),
        (replace(STANDING, seccomp=False, landlock_abi=3), "能打开网络连接"),
        (SandboxStatus(), "不受限制"),
    ],
)
def test_it_tells_which_walls_do_not_stand_around_the_workers(
    office: OfficeRoom, monkeypatch: pytest.MonkeyPatch, walls: SandboxStatus, told: str
) -> None:
    monkeypatch.setattr("console.doctor.machine.probe", lambda: walls)
    finding = by_subject(examine(ROOT / "config.toml", office.environment))["解析隔离"]
    assert told in finding.found
    assert finding.level is (Level.OK if walls == STANDING else Level.WARN)
    assert bool(finding.remedy) is (walls != STANDING)
