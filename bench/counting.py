"""
字数 against LibreOffice's own statistics, `python -m bench.counting [texts]`.

Takes bodies of the labelled corpus, lets one LibreOffice run count them all, and prints how many
counts are equal: as they stand, and with the marks of either width (“”—…) taken away, which Word
counts as Chinese characters and LibreOffice gives to the word beside them or leaves out.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import subprocess
import tempfile
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx

from parsers.drafts.character_count import count
from tests.judgement.corpus import load, plain

_SAID = re.compile(r'word-count="(\d+)"')


def main() -> None:
    """Compare our 字数 with LibreOffice's count, text by text."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("texts", nargs="?", type=int, default=60)
    office = shutil.which("soffice")
    if office is None:
        raise SystemExit("LibreOffice (soffice) is not installed")
    bodies = [
        "\n".join(line[2:] for line in piece.lines if line.startswith("> ")).translate(
            {ord("⟦"): None, ord("⟧"): None}
        )
        for letter in load()
        for piece in letter.pieces
        if piece.expected
    ]
    texts = [plain(body) for body in bodies if body][: arguments.parse_args().texts]
    bare = ["".join(one for one in text if not _of_either_width(one)) for text in texts]
    counts = counted_by_office(office, [*texts, *bare])
    for name, ours, theirs in (
        ("as they stand", texts, counts[: len(texts)]),
        ("without marks of either width", bare, counts[len(texts) :]),
    ):
        equal = sum(count(text) == other for text, other in zip(ours, theirs, strict=True))
        print(f"{name:32} {equal} of {len(texts)} equal")
        for text, other in zip(ours, theirs, strict=True):
            if name != "as they stand" and count(text) != other:
                print(f"  {count(text)} here, {other} there: {text[:60]}")


def _of_either_width(character: str) -> bool:
    """Return whether it is a mark that East Asian fonts set wide and others narrow."""
    ambiguous = unicodedata.east_asian_width(character) == "A"
    return ambiguous and unicodedata.category(character)[0] not in "LM"


def counted_by_office(office: str, texts: Sequence[str]) -> list[int]:
    """LibreOffice's word count of each text, from the statistics it saves."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, text in enumerate(texts):
            document = docx.Document()
            for line in text.split("\n"):
                document.add_paragraph(line)
            names.append(f"{folder}/{number}.docx")
            document.save(names[-1])
        subprocess.run(
            [
                office, f"-env:UserInstallation=file://{folder}/profile", "--headless",
                "--convert-to", "odt", "--outdir", folder, *names,
            ],
            check=True, capture_output=True, timeout=900,
        )  # fmt: skip
        return [_words(Path(folder, f"{number}.odt").read_bytes()) for number in range(len(texts))]


def _words(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        match = _SAID.search(package.read("meta.xml").decode())
    return int(match[1]) if match else -1


if __name__ == "__main__":
    main()
