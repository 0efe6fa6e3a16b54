"""What is wrong with config.toml is told all at once: unknown keys by meaning, items by name."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from console.settings.loading import ConfigError, load
from console.settings.meanings import MEANINGS, meant
from console.settings.sections import ConfigFile

ROOT = Path(__file__).resolve().parents[3]


def keys_of(kind: Any, at: str = "") -> set[str]:
    if get_origin(kind) is tuple:
        kind = get_args(kind)[0]
    if not dataclasses.is_dataclass(kind):
        return {at}
    hints = get_type_hints(kind)
    return {at}.union(*(keys_of(hint, f"{at}.{name}".strip(".")) for name, hint in hints.items()))


def complaints(folder: Path, *changes: tuple[str, str], example: str = "") -> list[str]:
    source = ROOT / "examples" / example / "config.toml" if example else ROOT / "config.toml"
    text = source.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(folder / "config.toml", {})
    return str(caught.value).split("\n")


def test_every_meaning_names_a_key_that_there_is() -> None:
    known = keys_of(ConfigFile)
    assert [key for one in MEANINGS for key in one.keys if key not in known] == []


@pytest.mark.parametrize(
    ("key", "table", "words"),
    [
        ("deadline_days", "provisions.kinds", "limit_count（报送时限"),
        ("deadline_days", "provisions", "[[provisions.kinds]] 的 limit_count"),
        ("deadline_hours", "provisions.timeliness", "是否想写 days（报送时限"),
        ("minWords", "provisions.kinds", "least（最少字数）"),
        ("media", "provisions", "[[provisions.outlets]]"),
        ("score", "provisions.kinds", "points（每条几分）"),
        ("nickname", "provisions.units", "aliases（别的叫法）"),
        ("smtp_host", "", "[relay] 的 url"),
        ("password", "mailbox", "password_file"),
        ("逾期扣分", "", "late_points"),
    ],
)
def test_an_unknown_key_is_explained_by_what_it_means(key: str, table: str, words: str) -> None:
    assert words in meant(key, table)


@pytest.mark.parametrize("key", ["zzz", "count", "days", "name"])
def test_a_key_that_says_nothing_is_explained_by_nothing(key: str) -> None:
    assert meant(key, "data") == ""


def test_all_that_is_wrong_is_told_at_once_and_nothing_that_is_not(tmp_path: Path) -> None:
    told = complaints(
        tmp_path,
        ("poll_seconds = 30", "poll_seconds = 0"),
        ("source =", "deadline_days = 3\nsource ="),
        ('name = "礼嘉镇"\ngroup = "板块"', 'name = "礼嘉镇"\ngroup = "乡镇"'),
        ('name = "前黄镇"\ngroup = "板块"', 'name = "前黄镇"\ngroup = 3'),
        ("imaps://wjqyjgljxx@163.com@imap", "pop3://wjqyjgljxx@163.com@imap"),
        ('name = "区应急管理局人事教育科"', ""),
    )
    assert [line for line in told if "deadline_days" in line and "limit_count" in line]
    assert [line for line in told if "poll_seconds 应大于 0" in line]
    assert [line for line in told if 'units“礼嘉镇”.group 的值 "乡镇" 不对' in line]
    assert [line for line in told if "units“前黄镇”.group 的值 3 不对" in line]
    assert [line for line in told if "pop3" in line or "imaps://" in line]
    assert [line for line in told if "缺少 office.name" in line]
    assert len(told) == 6, told


def test_a_target_is_named_by_what_it_asks_of_whom(tmp_path: Path) -> None:
    (told,) = complaints(tmp_path, ('kind = "工作动态"\ncount = 1', 'kind = "动态"\ncount = 1'))
    assert 'targets“科室、大队·动态·week”.kind 的值 "动态" 不对，应为 工作动态' in told
    assert "行 provisions[1]" in told


def test_a_key_in_chinese_is_answered_with_the_english_one(tmp_path: Path) -> None:
    told = complaints(tmp_path, ("poll_seconds = 30", "时限 = 30"))
    assert any("键名“时限”要用英文写。报送时限" in line for line in told)
