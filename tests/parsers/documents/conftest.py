"""Documents made for the tests, by the programs that people use or by hand where no program would."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pytest

import parsers
from parsers.types import Fact, File, Limits, ResourceBudget, Text

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "word97"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="{target}" Type="http://schemas.openxmlformats.org'
    '/officeDocument/2006/relationships/{kind}"/></Relationships>'
)

Members = Sequence[tuple[str, str | bytes]]


@pytest.fixture(scope="session")
def samples() -> Path:
    return SAMPLES


@pytest.fixture(scope="session")
def read() -> Callable[..., list[Fact]]:
    """All facts of one file, as the whole of the room finds them."""

    def facts(name: str, data: bytes, limits: Limits | None = None) -> list[Fact]:
        return list(parsers.read([File(name, data)], ResourceBudget(limits or Limits())))

    return facts


@pytest.fixture(scope="session")
def read_text(read: Callable[..., list[Fact]]) -> Callable[..., Text]:
    """The one Text of a file."""

    def text(name: str, data: bytes) -> Text:
        (found,) = (fact for fact in read(name, data) if fact.path == name)
        assert isinstance(found, Text), found
        return found

    return text


@pytest.fixture(scope="session")
def packed() -> Callable[[Members], bytes]:
    """A zip of these members."""

    def build(members: Members) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                archive.writestr(name, content)
        return buffer.getvalue()

    return build


@pytest.fixture(scope="session")
def docx_of(packed: Callable[[Members], bytes]) -> Callable[..., bytes]:
    """A .docx with this body (w: is bound), and these further members."""

    def build(body: str, *more: tuple[str, str | bytes], namespace: str = W) -> bytes:
        document = (
            f'<w:document xmlns:w="{namespace}" xmlns:mc="mc" xmlns:v="v">'
            f"<w:body>{body}</w:body></w:document>"
        )
        return packed(
            [
                ("[Content_Types].xml", TYPES),
                (
                    "_rels/.rels",
                    RELATIONS.format(target="word/document.xml", kind="officeDocument"),
                ),
                ("word/document.xml", document),
                *more,
            ]
        )

    return build


@pytest.fixture(scope="session")
def draft_docx() -> bytes:
    """A draft as python-docx writes it: heading, paragraph, table, by-line."""
    document = docx.Document()
    document.add_heading("河畔镇开展消防演练", 0)
    document.add_paragraph("　　3月5日上午，河畔镇组织开展消防安全演练，120余人参加。")
    table = document.add_table(rows=2, cols=3)
    for row, words in zip(
        table.rows, [("姓名", "单位", "电话"), ("张三", "", "12345")], strict=True
    ):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    document.add_paragraph("审核：李四")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def converted(
    draft_docx: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], bytes]:
    """The draft in another format, as LibreOffice saves it."""
    program = shutil.which("soffice")
    folder = tmp_path_factory.mktemp("office")
    source = folder / "draft.docx"
    source.write_bytes(draft_docx)

    def convert(suffix: str) -> bytes:
        if program is None:
            pytest.skip("LibreOffice (soffice) is not installed")
        target = source.with_suffix(f".{suffix}")
        if not target.exists():
            profile = f"-env:UserInstallation={folder.as_uri()}/profile"
            command = [program, "--headless", profile, "--convert-to", suffix, "--outdir"]
            subprocess.run([*command, folder, source], check=True, capture_output=True, timeout=120)
        return target.read_bytes()

    return convert


@pytest.fixture(scope="session")
def ofd_of(packed: Callable[[Members], bytes]) -> Callable[..., bytes]:
    """An .ofd of one page with these (x, y, text) runs; the files as GB/T 33190 lays them."""

    def build(*runs: tuple[float, float, str]) -> bytes:
        space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
        shapes = "".join(
            f'<ofd:TextObject ID="{number}" Boundary="{x} {y} 150 6" Font="1" Size="5">'
            f'<ofd:TextCode X="0" Y="5">{text}</ofd:TextCode></ofd:TextObject>'
            for number, (x, y, text) in enumerate(runs, 10)
        )
        return packed(
            [
                (
                    "OFD.xml",
                    f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
                    "</ofd:DocBody></ofd:OFD>",
                ),
                (
                    "Doc_0/Document.xml",
                    f'<ofd:Document {space}><ofd:Pages><ofd:Page ID="1" '
                    'BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
                ),
                (
                    "Doc_0/Pages/Page_0/Content.xml",
                    f"<ofd:Page {space}><ofd:Content><ofd:Layer>{shapes}</ofd:Layer>"
                    "</ofd:Content></ofd:Page>",
                ),
            ]
        )

    return build
