"""`shougao publish`: a letter as officers send it becomes files to print from, and its adoption is registered."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile

import pytest
from docx import Document
from PIL import Image

from tests.console.office import OfficeRoom, letter, packed, text_of

TITLE, _, TEXT = text_of(7).partition("\n")
LINES = [line for line in TEXT.splitlines() if line]


def photo(turn: int = 6, size: tuple[int, int] = (1200, 800)) -> bytes:
    """A photo that tells its place, held upright."""
    exif = Image.Exif()
    exif[0x0112] = turn
    exif[0x8825] = {1: "N", 2: (31.0, 40.0, 0.0), 3: "E", 4: (119.0, 57.0, 0.0)}
    out = io.BytesIO()
    Image.new("RGB", size, "steelblue").save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


def draft() -> bytes:
    document = Document()
    document.add_paragraph(TITLE)
    document.add_paragraph(LINES[0])
    document.add_picture(io.BytesIO(photo()))
    document.add_paragraph("图为检查现场")
    for line in LINES[1:]:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> OfficeRoom:
    room = OfficeRoom(tmp_path_factory.mktemp("office"))
    room.roster()
    files = {
        f"{TITLE}.docx": draft(),
        "企业仓库.jpg": photo(1, (3000, 2000)),
        "坏图.jpg": b"\xff\xd8\xff\xe0 broken",
    }
    room.receive(letter(7, attachment=("稿件.zip", packed(files))), "1")
    room.receive(letter(8), "2")
    room.run("poll")
    return room


def numbers(office: OfficeRoom) -> list[str]:
    drafts = sorted(office.export("drafts"), key=lambda one: TITLE not in one["title"])
    return [str(one["id"]) for one in drafts]


@pytest.fixture(scope="module")
def told(office: OfficeRoom) -> str:
    """What the command says of the package that it writes."""
    return office.run("publish", *numbers(office), "--out", "包.zip", "--by", "王敏").stdout


def test_the_package_holds_word_files_pages_and_clean_pictures(
    office: OfficeRoom, told: str
) -> None:
    assert "2 篇稿件，2 张图片" in told
    assert "打不开" in told
    with zipfile.ZipFile(office.folder / "包.zip") as package:
        names = package.namelist()
        stem = f"湖塘镇-{TITLE}"
        assert f"{stem}/{stem}.docx" in names
        assert f"{stem}/{stem}（公众号）.html" in names
        assert "信息稿件汇编（2篇）.docx" in names
        for number, size in ((1, (800, 1200)), (2, (3000, 2000))):
            raw = package.read(f"{stem}/{stem}-图{number}.jpg")
            assert b"Exif" not in raw
            with Image.open(io.BytesIO(raw)) as picture:
                assert picture.size == size
        listed = package.read("目录.txt").decode("utf-8-sig")
        assert "图3" in listed.partition("没有放进来")[2]
        word = Document(io.BytesIO(package.read(f"{stem}/{stem}.docx")))
    styles = [one.style.name if one.style else None for one in word.paragraphs]
    assert styles[:5] == ["稿件标题", "稿件署名", "公文正文", "图片", "图注"]
    assert "图为检查现场" in [one.text for one in word.paragraphs]
    assert not [one for one in office.folder.iterdir() if one.name.startswith(".包")]
    kept = [one for one in office.export("journal") if one["act"] == "exported"]
    assert [one["who"] for one in kept] == ["王敏"] * 2


def test_libreoffice_opens_it_and_counts_the_pages_of_its_contents(
    office: OfficeRoom, told: str
) -> None:
    assert told
    program, tool = shutil.which("soffice"), shutil.which("pdftotext")
    if program is None or tool is None:
        pytest.skip("LibreOffice or poppler is not installed")
    with zipfile.ZipFile(office.folder / "包.zip") as package:
        (office.folder / "book.docx").write_bytes(package.read("信息稿件汇编（2篇）.docx"))
    subprocess.run(
        [
            *(program, "--headless", f"-env:UserInstallation=file://{office.folder}/profile"),
            *("--convert-to", "pdf", "--outdir", str(office.folder), "book.docx"),
        ],
        cwd=office.folder,
        check=True,
        capture_output=True,
    )
    text = subprocess.run(
        [tool, "-layout", "book.pdf", "-"],
        cwd=office.folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    first, second, *_ = text.split("\f")
    assert "信息稿件汇编" in first
    entry = next(line for line in first.splitlines() if "．" in line)
    assert entry.rstrip().endswith("2")
    assert TITLE in second.replace(" ", "")


def test_publication_in_several_outlets_is_registered_in_one_act_and_once(
    office: OfficeRoom,
) -> None:
    mine, other = numbers(office)
    place = ("--to", "区政府网站", "--to", "市应急管理局简报 第3期", "--date", "2022-03-08")
    link = ("--url", "https://gov.example/1", "--url", "https://city.example/3")
    done = office.run("publish", mine, other, *place, *link, "--by", "王敏")
    assert "已登记 4 条录用" in done.stdout
    rows = office.export("adoptions")
    assert {(one["outlet"], one["tier"], one["url"]) for one in rows} == {
        ("区政府网站", 5, "https://gov.example/1"),
        ("市应急管理局简报", 3, "https://city.example/3"),
    }
    assert not list(office.folder.glob("出稿包*"))


def test_what_was_printed_is_kept_and_the_ledger_holds_together(office: OfficeRoom) -> None:
    mine = numbers(office)[0]
    printed = office.folder / "刊发.txt"
    printed.write_text(f"{TITLE}\n{TEXT.replace('专项检查', '检查')}", encoding="utf-8")
    assert "刊发稿已登记" in office.run("publish", mine, "--printed", str(printed)).stdout
    assert office.run("ledger", "verify").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("999",), 1, "没有第 999 号稿件"),
        (("1", "--to", "甲", "--url", "javascript:1"), 2, "https://"),
    ],
)
def test_what_cannot_be_is_told_with_its_remedy(
    office: OfficeRoom, arguments: tuple[str, ...], code: int, words: str
) -> None:
    assert words in office.run("publish", *arguments, code=code).stderr
