"""
A config.toml as people save it: each slip is named with its line, its key and how to write it.

The samples were made by somebody who had not seen the program: their few sections are carried over
into a whole file, and lines are counted anew.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from console.cli.app import main
from console.settings.loading import ConfigError, load, mailbox_password
from console.settings.spelling import assumed_encoding, config_text, explain
from tests.console.settings.test_loading import WHOLE, config

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "office" / "config"
CASES = json.loads((SAMPLES / "index.json").read_text(encoding="utf-8"))["cases"]
ENGLISH = re.compile(r"Expected|Traceback|Invalid|Illegal|Unclosed|Cannot|[Ss]hould be|TOMLDecode")
RENAMED = (
    ("letter_mb", "letter_bytes"),
    ("imaps://mail", "imaps://a@mail"),
    ("smtps://mail", "smtps://a@mail"),
    ("schedule", "digest"),
)


def _part(pattern: str) -> str:
    found = re.search(pattern, WHOLE, re.DOTALL)
    assert found
    return found[0]


LIMITS = [
    line.split("#")[0].strip()
    for line in _part(r"\[limits\].*?\n\n").splitlines()[1:]
    if line and not re.match("letter_bytes|workers", line)
]
PROVISIONS = _part(r"\[\[provisions\]\].*?(?=\n\[provisions\.points)").splitlines()
BELOW = _part(r"\[provisions\.points\].*?(?=\n\[provisions\.timeliness\])")
BELOW += "\n" + _part(r"\n\[provisions\.labels\].*")


def carried(text: str) -> tuple[str, dict[int, int]]:
    """The sample as a whole file, and where its lines now stand."""
    for old, new in RENAMED:
        text = text.replace(old, new)
    text = re.sub(r"^digest(?=\s*[=：])", "at", text, flags=re.MULTILINE)
    end = "\r\n" if "\r\n" in text else "\n"
    lines: list[str] = []
    places: dict[int, int] = {}
    for number, line in enumerate(text.split(end), 1):
        stripped = line.strip()
        if stripped.startswith("[provisions.timeliness"):
            lines += ["[data]", 'folder = "data"', *PROVISIONS]
        lines.append(line)
        places[number] = len(lines)
        if stripped == "[office]":
            lines.append('display_name = "收稿"')
        if stripped == "[limits]":
            lines += LIMITS
    return end.join([*lines, *BELOW.splitlines(), ""]), places


def written(folder: Path, name: str) -> tuple[Path, dict[int, int]]:
    raw = (SAMPLES / name).read_bytes()
    encoding = "utf-16" if raw[:2] == b"\xff\xfe" else "utf-8"
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    try:
        text = raw.removeprefix(mark).decode(encoding)
    except UnicodeDecodeError:
        encoding = "gbk"
        text = raw.decode(encoding)
    text, places = carried(text)
    path = folder / "config.toml"
    path.write_bytes(mark + text.encode(encoding))
    return path, places


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_a_file_of_windows_hands_is_read_or_its_slip_is_named(
    tmp_path: Path, case: dict[str, Any]
) -> None:
    path, places = written(tmp_path, case["file"])
    try:
        settings = load(path, {})
    except ConfigError as error:
        told = str(error).replace(str(path), "config.toml")
    else:
        assert "accept" in case["verdict"]
        assert settings.office.name == "某区应急管理局"
        return
    assert "refuse" in case["verdict"]
    assert not ENGLISH.search(told), told
    assert "13800000100" not in told
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", told)
    for word in case["must_name"]:
        for old, new in (*RENAMED, ("digest", "at")):
            word = new if word == old else word
        word = "[digest]" if word == "[schedule]" else word
        if word.isdigit() and int(word) in (case["line"], 6):
            word = f"第{places[int(word)]}行"
        assert word in told, told


PLACED = [
    case
    for case in CASES
    if "Error" in case["python_tomllib"]
    and case["column"]
    and not assumed_encoding((SAMPLES / case["file"]).read_bytes())  # read as what it is
]


@pytest.mark.parametrize("case", PLACED, ids=lambda case: case["file"])
def test_what_is_no_toml_is_named_with_line_and_column(case: dict[str, Any]) -> None:
    text = config_text((SAMPLES / case["file"]).read_bytes(), Path("config.toml"))
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    (first, *_) = explain(text, caught.value)
    assert first.startswith(f"第{case['line']}行")
    if "又出现了一次" not in first:
        assert first.startswith(f"第{case['line']}行第{case['column']}列，")


def test_one_section_where_several_may_stand_is_told_to_be_written_with_two_brackets(
    tmp_path: Path,
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes((SAMPLES / "c13_string_for_list.toml").read_bytes())
    with pytest.raises(
        ConfigError, match=r"第22行 provisions 的值 .*两层方括号：\[\[provisions\]\]"
    ):
        load(path, {})


def test_an_encoding_that_had_to_be_assumed_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = written(tmp_path, "c03_gbk.toml")
    monkeypatch.setattr("sys.argv", ["shougao", "--config", str(path), "config", "check"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    told = capsys.readouterr().out
    assert "GBK" in told
    assert "某区应急管理局" in told


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gbk"])
def test_a_password_file_of_windows_hands_is_read_as_it_was_meant(
    tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "password").write_bytes("geheim密\r\n".encode(encoding))
    path = config(tmp_path, ('url = "imaps', 'password_file = "password"\nurl = "imaps'))
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('\npassword_file = ""                           # 留空则用环', "\n#", 1)
    )
    assert mailbox_password(load(path, {}), {}) == "geheim密"


def test_a_retired_key_is_named_as_retired_with_what_to_do(tmp_path: Path) -> None:
    changed = config(
        tmp_path, ("[provisions.labels]", "[provisions.labels]\narticle_features = []")
    )
    with pytest.raises(ConfigError, match=r"第\d+行 .*article_features 已停用.*config upgrade"):
        load(changed, {})
