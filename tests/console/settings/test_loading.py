"""config.toml is read once and strictly."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from console.settings.loading import (
    ConfigError,
    ledger_url,
    load,
    mailbox_password,
    relay_password,
)
from console.settings.urls import MailboxUrl, MaildirUrl, RelayUrl
from notifier.delivery.smtp_session import Tls
from parsers.types import Limits
from rulebook.default_rules import NEWS, OFFICES, OPINION, TOWNS
from rulebook.provisions import BareRule, ReviewerRule

ROOT = Path(__file__).resolve().parents[3]
MAILBOX_FILE = (
    'password_file = ""                           # 留空则用环境变量 SHOUGAO_MAILBOX_PASSWORD'
)
WHOLE = (ROOT / "config.toml").read_text(encoding="utf-8")


def config(folder: Path, *changes: tuple[str, str]) -> Path:
    text = WHOLE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_offices_own_file_holds_the_whole_rulebook() -> None:
    settings = load(ROOT / "config.toml", {})
    assert settings.mailbox_url == MailboxUrl("wjqyjgljxx@163.com", "imap.163.com", 993, True)
    assert settings.relay_url == RelayUrl("wjqyjgljxx@163.com", "smtp.163.com", 465, Tls.IMPLICIT)
    (provisions,) = settings.provisions
    groups = [unit.group for unit in provisions.units]
    assert (groups.count(TOWNS), groups.count(OFFICES)) == (13, 10)
    assert provisions.effective_from == date(2022, 2, 24)
    assert provisions.points.adoption == (15, 12, 10, 6, 4)
    assert provisions.timeliness.days == 2
    assert provisions.timeliness.applies_to == (NEWS, OPINION)
    assert provisions.require_reviewer is ReviewerRule.WARN
    assert provisions.bare_attachment is BareRule.REFUSE
    assert {outlet.tier for outlet in provisions.outlets} == {1, 2, 3, 4, 5}
    assert len(provisions.targets) == 6


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("per_hour = 150", "per_houre = 150", ("relay.per_houre", "per_hour？", "行")),
        ('unit = "calendar"', 'unit = "moon"', ("timeliness.unit", "calendar", "workdays")),
        ("days = 2 ", 'days = "2" ', ("days", "引号")),
        ("max_tries = 3", "max_tries = 0", ("limits.max_tries", "大于 0")),
        ("xml_bytes = 16000000", "xml_bytes = 0", ("limits.xml_bytes", "大于 0")),
        ("since = 2022-01-01", 'since = "bald"', ("since",)),
        ('zone = "Asia/Shanghai"', 'zone = "Mond/Krater"', ("Mond/Krater", "Asia/Shanghai")),
        ("adoption = [15, 12, 10, 6, 4]", "adoption = [15]", ("adoption", "五个")),
        ("near_duplicate = 0.85", "near_duplicate = 85.0", ("near_duplicate", "0.7")),
        ('name = "新华社"\ntier = 1', 'name = "新华社"\ntier = 7', ("新华社", "1 至 5")),
        ('aliases = ["南夏墅"]', 'aliases = ["高新区"]', ("高新区", "南夏墅街道")),
        ("poll_seconds = 30", "", ()),
        ('name = "区应急管理局人事教育科"', "", ("office.name", "缺少")),
        ("[office]", "[office", ("第9行", "右方括号")),
        (
            "imaps://wjqyjgljxx@163.com@imap.163.com:993",
            "imaps://wjqyjgljxx@163.com:geheim@imap.163.com",
            ("密码",),
        ),
        ("smtps://wjqyjgljxx@163.com@smtp.163.com:465", "ftp://x", ("smtps://",)),
        (
            'sender = "wjqyjgljxx@163.com"',
            'sender = "收稿@163.com"',
            ("第47行", "relay.sender “收稿@163.com”", "半角"),
        ),
        ('sender = "wjqyjgljxx@163.com"', 'sender = "wjqyjgljxx＠163.com"', ("＠163.com", "半角")),
        ('sender = "wjqyjgljxx@163.com"', 'sender = ""', ("relay.sender “”应为一个邮箱地址",)),
        ("recipients = []", 'recipients = ["王@a.example"]', ("digest.recipients “王@a.example”",)),
        ("imaps://wjqyjgljxx@163.com@", "imaps://收稿@163.com@", ("账号“收稿@163.com”", "半角")),
    ],
)
def test_a_wrong_value_is_an_error_with_its_place_and_remedy(
    tmp_path: Path, old: str, new: str, words: tuple[str, ...]
) -> None:
    path = config(tmp_path, (old, new))
    if not words:
        assert load(path, {}).mailbox.poll_seconds == 30
        return
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert str(path) in str(caught.value)
    assert all(word in str(caught.value) for word in words), caught.value
    assert "geheim" not in str(caught.value)


def test_a_missing_file_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--config"):
        load(tmp_path / "absent.toml", {})


def test_the_environment_overrides_folder_mailbox_and_relay(tmp_path: Path) -> None:
    environ = {
        "SHOUGAO_DATA": str(tmp_path / "d"),
        "SHOUGAO_MAILBOX": f"maildir:{tmp_path / 'in'}",
        "SHOUGAO_RELAY": "smtp+starttls://a@relay.example",
    }
    settings = load(ROOT / "config.toml", environ)
    assert settings.data_dir == tmp_path / "d"
    assert settings.mailbox_url == MaildirUrl(tmp_path / "in")
    assert settings.relay_url == RelayUrl("a", "relay.example", 587, Tls.STARTTLS)


def test_relative_folders_count_from_the_file(tmp_path: Path) -> None:
    path = config(tmp_path, ("imaps://wjqyjgljxx@163.com@imap.163.com:993", "maildir:in"))
    settings = load(path, {})
    assert settings.data_dir == tmp_path / "data"
    assert settings.mailbox_url == MaildirUrl(tmp_path / "in")


def test_an_old_letter_is_judged_by_the_provisions_of_its_day(tmp_path: Path) -> None:
    path = config(tmp_path)
    later = WHOLE[WHOLE.index("[[provisions]]") :].replace("2022-01-01", "2023-01-01")
    path.write_text(WHOLE + later.replace("news = 1 ", "news = 3 "), encoding="utf-8")
    settings = load(path, {})
    new_year = datetime(2022, 12, 31, 16, 0, tzinfo=UTC)  # midnight in the office
    assert settings.provisions_at(new_year).points.news == 3
    assert settings.provisions_at(new_year.replace(hour=15)).points.news == 1
    assert settings.provisions_at(datetime(2000, 1, 1, tzinfo=UTC)).points.news == 1


def test_passwords_come_from_the_environment_or_a_file_and_never_from_the_toml(
    tmp_path: Path,
) -> None:
    settings = load(config(tmp_path), {})
    with pytest.raises(ConfigError, match="授权码"):
        mailbox_password(settings, {})
    assert mailbox_password(settings, {"SHOUGAO_MAILBOX_PASSWORD": "a"}) == "a"
    assert relay_password(settings, {"SHOUGAO_MAILBOX_PASSWORD": "a"}) == "a"
    assert (
        relay_password(settings, {"SHOUGAO_MAILBOX_PASSWORD": "a", "SHOUGAO_RELAY_PASSWORD": "b"})
        == "b"
    )
    (tmp_path / "secret").write_text("c\n")
    filed = load(config(tmp_path, (MAILBOX_FILE, 'password_file = "secret"')), {})
    assert mailbox_password(filed, {}) == "c"
    (tmp_path / "secret").unlink()
    with pytest.raises(ConfigError, match="secret"):
        mailbox_password(filed, {})
    with pytest.raises(ConfigError, match="password"):
        load(config(tmp_path, (MAILBOX_FILE, 'password = "geheim"')), {})


def test_the_ledger_may_lie_in_postgresql_its_password_elsewhere(tmp_path: Path) -> None:
    named = ('ledger = ""', 'ledger = "postgresql://shougao@db.example/shougao"')
    settings = load(config(tmp_path, named), {})
    secret = {"SHOUGAO_LEDGER_PASSWORD": "ge:heim"}
    url = ledger_url(settings, secret)
    assert url == "postgresql+psycopg://shougao:ge%3Aheim@db.example/shougao"
    assert ledger_url(load(ROOT / "config.toml", {}), {}).startswith("sqlite:///")


@pytest.mark.parametrize(
    ("url", "words"),
    [("postgresql://a:geheim@db.example/x", "不要写密码"), ("mysql://db.example/x", "留空")],
)
def test_a_ledger_url_with_a_password_or_of_another_kind_is_an_error(
    tmp_path: Path, url: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words) as told:
        load(config(tmp_path, ('ledger = ""', f'ledger = "{url}"')), {})
    assert "geheim" not in str(told.value)


def test_every_bound_of_the_parsers_is_a_key_of_config_toml() -> None:
    limits = load(ROOT / "config.toml", {}).limits
    for bound in fields(Limits):
        assert getattr(limits.of_letter(), bound.name) == getattr(limits, bound.name)


def test_a_clause_of_no_known_code_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "a-county" / "config.toml").read_text(encoding="utf-8")
    path = tmp_path / "config.toml"
    path.write_text(text.replace('"DATE_UNCERTAIN"', '"DATE_UNCERTIAN"'), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert "没有 DATE_UNCERTIAN 这个代号，是否想写 DATE_UNCERTAIN？" in str(caught.value)
