"""An office replaces a template without touching code; a slip in it loses no letter."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from ledger.states import LetterKind
from notifier.letters import samples
from notifier.mail import templating
from notifier.mail.page import Office
from notifier.mail.templating import NAMES, faults, render, shipped


def said(office: Office, letter: str, folder: Path | None) -> tuple[str, str]:
    return render(letter, samples.values(office)[letter], folder)


@pytest.mark.parametrize("letter", LetterKind)
def test_the_shipped_templates_say_everything_of_the_example(office: Office, letter: str) -> None:
    plain, html = said(office, letter, None)
    by_people = letter in (LetterKind.ANSWER, LetterKind.FORWARD, LetterKind.QUESTION)
    for said_in in (plain, html):
        assert "区应急管理局人事教育科" in said_in
        assert ("本邮件由系统自动发送" in said_in) is not by_people
    assert "{{" not in plain + html


def test_an_offices_own_words_take_the_place_of_ours(office: Office, tmp_path: Path) -> None:
    for form in ("txt", "html"):
        (tmp_path / f"receipt.{form}").write_text(
            f'{{% extends "自带/receipt.{form}" %}}{{% block signature %}}某区应急局{{% endblock %}}',
            encoding="utf-8",
        )
    for letter in ("receipt", "reminder", "correction"):  # those that build on it change along
        plain, html = said(office, letter, tmp_path)
        assert "某区应急局" in plain
        assert "某区应急局" in html
        assert "张三同志" in plain
    assert "某区应急局" not in said(office, "digest", tmp_path)[0]


def test_a_changed_template_is_used_at_once(office: Office, tmp_path: Path) -> None:
    place = tmp_path / "receipt.txt"
    for words in ("第一稿", "第二稿，更长"):
        place.write_text(words, encoding="utf-8")
        assert said(office, "receipt", tmp_path)[0] == words


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{{ page.opening ", "receipt.txt 第1行写错"),
        ("甲\n{{ page.nosuch }}", "receipt.txt 第2行无法填写：没有“nosuch”这个名字"),
        ("{{ page.openning }}", "没有“openning”这个名字，是否想写 opening？"),
        ("{% include 'nosuch.txt' %}", "引用了不存在的模板"),
        ("{{ 1 // 0 }}", "receipt.txt 第1行无法填写：ZeroDivisionError"),
        ("{{ page.__class__.__mro__ }}", "receipt.txt 第1行无法填写：SecurityError"),
    ],
)
def test_a_broken_template_is_named_and_the_letter_goes_out_in_our_words(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture, written: str, told: str
) -> None:
    (tmp_path / "receipt.txt").write_text(written, encoding="utf-8")
    with caplog.at_level(logging.ERROR):
        assert said(office, "receipt", tmp_path) == said(office, "receipt", None)
    assert told in caplog.text
    found = list(faults(tmp_path, samples.values(office)))
    assert found
    assert all(told in one or "缺的一半" in one for one in found)
    assert len(found) == len(
        set(found)
    )  # what the receipt lacks is told once, not for each letter on it


def test_what_is_not_utf_8_is_told_as_such(office: Office, tmp_path: Path) -> None:
    (tmp_path / "digest.html").write_bytes("日报".encode("gb18030"))
    assert said(office, "digest", tmp_path) == said(office, "digest", None)
    (found,) = faults(tmp_path, samples.values(office))
    assert "不是 UTF-8" in found


def test_a_misnamed_template_and_a_missing_folder_are_told(office: Office, tmp_path: Path) -> None:
    (tmp_path / "reciept.html").write_text("", encoding="utf-8")
    (found,) = faults(tmp_path, samples.values(office))
    assert "reciept.html 不会被用到" in found
    (found,) = faults(tmp_path / "nosuch", samples.values(office))
    assert "不存在" in found


def test_a_copy_of_ours_to_start_from_has_no_faults(office: Office, tmp_path: Path) -> None:
    for name, content in {**shipped(), "说明.txt": templating.guide()}.items():
        (tmp_path / name).write_bytes(content)
    assert set(NAMES) <= {path.name for path in tmp_path.iterdir()}
    assert list(faults(tmp_path, samples.values(office))) == []
    assert said(office, "digest", tmp_path) == said(office, "digest", None)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "甲\n｛｛ page.opening ｝｝",
            "receipt.txt 第2行的标记“｛｛ page.opening ｝｝”用了全角花括号",
        ),
        ("{{ page.opening ｝}", "用了全角花括号"),
        ("{% if page.scores %}甲{% endif ", "第1行的“{%”没有对应的“%}”，请补上缺的一半"),
        ("page.opening }}", "第1行的“}}”前面没有对应的一半"),
        ("{# {{ #}{{ '}}' }}{% raw %}{{{% endraw %}", ""),
    ],
)
def test_marks_that_would_stand_in_letters_as_they_are_are_told(
    office: Office, tmp_path: Path, written: str, told: str
) -> None:
    for form in ("txt", "html"):
        (tmp_path / f"receipt.{form}").write_text(written, encoding="utf-8")
    found = list(faults(tmp_path, samples.values(office)))
    assert any(told in one for one in found) if told else found == []
