"""Odd surroundings: an ASCII locale, a long TMPDIR, an open umask. Words, not tracebacks."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.console.office import OfficeRoom, letter


@pytest.mark.parametrize(
    "locale",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "gbk"},
    ],
)
def test_in_any_locale_a_letter_is_told(office: OfficeRoom, locale: dict[str, str]) -> None:
    path = office.folder / "letter.eml"
    path.write_bytes(letter(1))
    done = subprocess.run(
        [sys.executable, "-m", "console", "--config", str(office.config), "examine", str(path)],
        env={**office.environment, **locale},
        cwd=office.folder,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert b"Traceback" not in done.stderr


def test_a_folder_of_temporary_files_with_a_long_name_is_no_hindrance(office: OfficeRoom) -> None:
    folder = office.folder / ("x" * 150)
    folder.mkdir()
    office.environment["TMPDIR"] = str(folder)
    office.roster()
    office.receive(letter(1), "1700000001.M1.test")
    office.run("poll")
    assert [row["state"] for row in office.export("letters")] == ["settled"]


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_what_holds_personal_data_is_the_offices_alone_whatever_the_umask(
    office: OfficeRoom,
) -> None:
    office.receive(letter(1), "1700000001.M1.test")
    before = os.umask(0)
    try:
        office.run("poll")
        office.run("export", "letters", "--out", "letters.jsonl")
    finally:
        os.umask(before)
    data = office.folder / "data"
    open_to_others = [
        path.name
        for path in (*data.rglob("*"), office.folder / "letters.jsonl")
        if path.is_file() and path.stat().st_mode & 0o077
    ]
    assert open_to_others == []
