"""clamd is asked by INSTREAM: a real one where it is installed, and a server that speaks its protocol."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.virus_scan import Clamd, NotScanned, ScannerAway
from tests.clamd import MARK, NAME, PROGRAM, clamd, speaking
from tests.console.office import letter, packed

REAL = pytest.mark.skipif(PROGRAM is None, reason="clamd is not installed")


@pytest.fixture
def carrier(tmp_path: Path) -> Path:
    """A letter with a zip in which the mark lies, so that it must be unpacked to be found."""
    path = tmp_path / "letter.eml"
    path.write_bytes(letter(1, attachment=("稿件.zip", packed({"稿件.doc": MARK * 20}))))
    return path


@REAL
def test_clamd_finds_what_a_letter_carries_in_its_archive(carrier: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean.eml"
    clean.write_bytes(letter(2))
    with clamd() as address:
        scanner = Clamd(address)
        scanner.ping()
        assert scanner.scan(carrier).startswith(NAME)
        assert scanner.scan(clean) == ""


@REAL
def test_a_letter_that_clamd_will_not_look_at_is_not_called_clean(tmp_path: Path) -> None:
    large = tmp_path / "large.eml"
    large.write_bytes(b"From: a@b.example\r\n\r\n" + b"text\r\n" * 500_000)
    with clamd("1M") as address, pytest.raises(NotScanned, match="StreamMaxLength"):
        Clamd(address).scan(large)


def test_who_speaks_the_protocol_is_understood(tmp_path: Path) -> None:
    letters = {name: tmp_path / name for name in ("found", "clean", "empty")}
    letters["found"].write_bytes(b"a" * 1_000_000 + MARK)
    letters["clean"].write_bytes(b"b" * 1_000_000)
    letters["empty"].write_bytes(b"")
    with speaking() as address:
        assert [Clamd(address).scan(path) for path in letters.values()] == [NAME, "", ""]


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"nonsense\0"])
def test_whatever_is_no_verdict_is_none(tmp_path: Path, answer: bytes) -> None:
    path = tmp_path / "letter"
    path.write_bytes(b"text")
    with speaking(answer) as address, pytest.raises(NotScanned):
        Clamd(address).scan(path)


def test_a_scanner_that_is_away_or_silent_is_told(tmp_path: Path) -> None:
    path = tmp_path / "letter"
    path.write_bytes(b"text")
    for address in (str(tmp_path / "absent"), "127.0.0.1:1"):
        with pytest.raises(ScannerAway, match="连不上"):
            Clamd(address).scan(path)
