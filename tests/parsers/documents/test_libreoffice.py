"""
What LibreOffice writes in each format says to us what it says to LibreOffice.

Two documents with all that drafts have are saved by LibreOffice in each format (as .wps, too: WPS Office
writes Word's binary format under that name), and each file is read by us and exported as text by
LibreOffice itself. Where the two differ on purpose stands below.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from parsers.types import Text

HERE = Path(__file__).resolve().parent
FORMATS = ("docx", "doc", "rtf", "odt", "html", "pdf")
COMPARED = ("docx", "doc", "wps", "rtf", "odt", "html")
MAKERS = (b"Word.Document.8", b"KWPS.Document.9")
"""The ProgID by which Word and WPS mark the same binary format: what WPS saves as .wps."""


@dataclass(frozen=True)
class Wanted:
    """
    How our text is meant to differ: `otherwise`: LibreOffice's words and ours in their place (Word
    counts neither the numbers of lists nor those of notes; deletions and hidden words are not the
    draft's); `more`: what its export leaves out.
    """

    otherwise: Mapping[str, str]
    more: tuple[str, ...] = ()


WANTED = {
    "varied": Wanted(
        {
            "脚注1": "脚注",
            "尾注i": "尾注",
            "1.自动": "自动",
            "2.自动": "自动",
            "修订：删去的话": "修订：",
            "看不见的字": "",
        },
        ("脚注里的说明", "尾注里的说明", "框里的文字"),
    ),
    "numbered": Wanted(
        {"一、检查": "检查", "二、下步": "下步", "（1）餐": "餐", "（2）学": "学"}
        | {"一?检查": "检查", "二?下步": "下步", "(1)餐": "餐", "(2)学": "学"}
        | {"1.检查": "检查", "2.下步": "下步", "1.餐": "餐", "2.学": "学"}
    ),
}
NOT_IN_HTML = ("修订：删去的话", "框里的文字")
"""LibreOffice's HTML knows no revisions, what was deleted is ordinary text; boxes become pictures."""


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """NAME.FORMAT of both documents in all formats, and NAME-FORMAT.txt: one start a format."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    folder = tmp_path_factory.mktemp("saved")
    profile = f"-env:UserInstallation={folder.as_uri()}/profile"

    def convert(kind: str, *files: Path) -> None:
        command = [program, "--headless", profile, "--convert-to", kind, "--outdir", str(folder)]
        subprocess.run([*command, *files], check=True, capture_output=True, timeout=240)

    for suffix in FORMATS:
        convert(suffix, *(HERE / f"{name}.fodt" for name in WANTED))
    for name in WANTED:
        document = (folder / f"{name}.doc").read_bytes()
        assert MAKERS[0] in document
        (folder / f"{name}.wps").write_bytes(document.replace(*MAKERS))
    copies = []
    for suffix in COMPARED:
        for name in WANTED:
            source = folder / f"{name}.{suffix}"
            copies.append(source.with_name(f"{name}-{suffix}.{suffix}"))
            shutil.copy(source, copies[-1])
    convert("txt:Text (encoded):UTF8", *copies)
    return folder


def bare(text: str) -> str:
    return re.sub(r"[\s\ufeff\u00ad]", "", text)


@pytest.mark.parametrize("name", WANTED)
@pytest.mark.parametrize("suffix", COMPARED)
def test_what_is_read_is_what_libreoffice_exports(
    saved: Path, read_text: Callable[..., Text], name: str, suffix: str
) -> None:
    found = read_text(f"{name}.{suffix}", (saved / f"{name}.{suffix}").read_bytes())
    ours = bare("".join(found.paragraphs))
    theirs = bare((saved / f"{name}-{suffix}.txt").read_text(encoding="utf-8-sig"))
    for told, wanted in WANTED[name].otherwise.items():
        if suffix != "html" or told not in NOT_IN_HTML:
            theirs = theirs.replace(told, wanted)
    for more in WANTED[name].more:
        if suffix == "html" and more in NOT_IN_HTML:
            continue
        assert ours.count(more) == 1
        if more not in theirs:
            ours = ours.replace(more, "")
    assert ours == theirs


@pytest.mark.parametrize("name", WANTED)
def test_a_pdf_holds_every_paragraph_of_the_document_in_order(
    saved: Path, read_text: Callable[..., Text], name: str
) -> None:
    """LibreOffice cannot export the text of a PDF: the same document's .odt is the measure."""
    found = read_text(f"{name}.pdf", (saved / f"{name}.pdf").read_bytes())
    ours = bare("".join(found.paragraphs))
    place = 0
    for line in (saved / f"{name}-odt.txt").read_text(encoding="utf-8-sig").splitlines():
        told = (
            bare(line).replace("看不见的字", "").replace("注音湖塘镇", "镇").replace("😀𠮷。", "")
        )
        place = ours.find(told, place)
        assert place >= 0, told
