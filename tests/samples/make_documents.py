"""
Makes the documents and pictures in this folder with the programs that people use.

    python tests/samples/make_documents.py [NAME of a folder …]

Needs LibreOffice with its Python bridge (Debian: python3-uno), Chromium, ImageMagick, python-docx,
openpyxl, reportlab, playwright; python-pptx and msoffcrypto-tool where they can be had
(their samples are left alone otherwise). What must be read in each is in expected.json beside it,
written by hand: it says what a person sees in draft.fodt, never what a parser made of it.
"""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import sys
import tempfile
import time
import wave
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

HERE = Path(__file__).parent
PASSWORD = "ht2022"
TITLE = "湖塘镇开展李喆基金消防演练"
LINES = (
    TITLE,
    "　　3月5日上午，湖塘镇组织开展消防安全演练，周镕、段晓堃到场。",
    "供稿：李喆　审核：周镕",
)
TRACKED = (
    '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info>'
    "<dc:creator>李喆</dc:creator><dc:date>2022-03-05T10:00:00</dc:date></office:change-info>"
    '<text:p>昨日</text:p></text:deletion></text:changed-region><text:changed-region text:id="c2">'
    "<text:insertion><office:change-info><dc:creator>李喆</dc:creator>"
    "<dc:date>2022-03-05T10:00:00</dc:date></office:change-info></text:insertion>"
    "</text:changed-region></text:tracked-changes>"
)
CHANGE = (
    '<text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>认真'
    '<text:change-end text:change-id="c2"/>'
)
COLUMNS = "".join(
    f"<text:p>　　{'第' + number + '段说的是消防演练，' * 12}就是这样。</text:p>"
    for number in "一二三四五六"
)
FILTERS = {
    "word/libreoffice.docx": ("MS Word 2007 XML", {}),
    "word/libreoffice-tracked.docx": ("MS Word 2007 XML", {}),
    "word/libreoffice-template.dotx": ("MS Word 2007 XML Template", {}),
    "word/libreoffice-macros.docm": ("MS Word 2007 XML VBA", {}),
    "word97/libreoffice.doc": ("MS Word 97", {}),
    "word97/libreoffice-tracked.doc": ("MS Word 97", {}),
    "word97/libreoffice-template.dot": ("MS Word 97 Vorlage", {}),
    "odf/libreoffice.odt": ("writer8", {}),
    "odf/libreoffice-tracked.odt": ("writer8", {}),
    "odf/libreoffice-template.ott": ("writer8_template", {}),
    "odf/libreoffice-locked.odt": ("writer8", {"Password": PASSWORD}),
    "rtf/libreoffice.rtf": ("Rich Text Format", {}),
    "rtf/libreoffice-tracked.rtf": ("Rich Text Format", {}),
    "html/libreoffice.html": ("HTML (StarWriter)", {}),
    "pdf/libreoffice.pdf": ("writer_pdf_Export", {}),
    "pdf/libreoffice-columns.pdf": ("writer_pdf_Export", {}),
}


def picture() -> Image.Image:
    """Small, and of something: a sky, a field, a house."""
    made = Image.new("RGB", (32, 24), (150, 190, 230))
    made.paste((90, 150, 80), (0, 15, 32, 24))
    made.paste((180, 60, 50), (10, 9, 20, 18))
    return made


def as_bytes(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


# -- LibreOffice --


def source(variant: str) -> str:
    """draft.fodt with its picture, and with revisions or in columns."""
    tracked = variant == "tracked"
    text = (HERE / "draft.fodt").read_text(encoding="utf-8")
    coded = base64.b64encode(as_bytes(picture(), "PNG")).decode()
    if variant == "columns":
        text = re.sub(r"(?s)<text:h.*</table:table>|<text:p><text:a.*?</text:p>", "", text)
        text = text.replace("</office:text>", f"{COLUMNS}</office:text>")
        text = text.replace("fo:margin-right=\"3cm\"/>", "fo:margin-right=\"3cm\"><style:columns "
            'fo:column-count="2" fo:column-gap="1cm"/></style:page-layout-properties>')  # fmt: skip
    return (
        text.replace("@PICTURE@", coded)
        .replace("@TRACKED@", TRACKED if tracked else "")
        .replace("@CHANGE@", CHANGE if tracked else "")
    )


def libreoffice() -> None:
    """One LibreOffice for all, spoken to over its bridge: passwords cannot be given by options."""
    import uno
    from com.sun.star.beans import PropertyValue

    def properties(**values: object) -> tuple[object, ...]:
        return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())

    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        pipe = "uno:pipe,name=shougao;urp;StarOffice.ComponentContext"
        office = subprocess.Popen([
            "soffice", "--headless", "--norestore", f"-env:UserInstallation={work.as_uri()}/profile",
            f"--accept={pipe.rpartition(';')[0].removeprefix('uno:')};",
        ])  # fmt: skip
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        context = None
        while context is None:
            try:
                context = resolver.resolve(pipe)
            except Exception:
                time.sleep(0.5)
        desktop = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context
        )
        for variant in ("", "tracked", "columns"):
            page = work / "draft.fodt"
            page.write_text(source(variant), encoding="utf-8")
            document = desktop.loadComponentFromURL(
                page.as_uri(), "_blank", 0, properties(Hidden=True)
            )
            for target, (filter_name, more) in FILTERS.items():
                if variant == next((v for v in ("tracked", "columns") if v in target), ""):
                    place = HERE / target
                    place.parent.mkdir(exist_ok=True)
                    options = properties(FilterName=filter_name, Overwrite=True, **more)
                    document.storeToURL(place.as_uri(), options)
            document.close(True)
        book = desktop.loadComponentFromURL(
            (HERE / "sheet" / "openpyxl.xlsx").as_uri(), "_blank", 0, properties(Hidden=True)
        )
        for target, filter_name in (
            ("sheet/libreoffice.xls", "MS Excel 97"), ("unopened/libreoffice.ods", "calc8"),
        ):  # fmt: skip
            place = HERE / target
            place.parent.mkdir(exist_ok=True)
            book.storeToURL(place.as_uri(), properties(FilterName=filter_name, Overwrite=True))
        book.close(True)
        desktop.terminate()
        office.wait()
    # Kingsoft's own format is Word's: the same streams under another name
    shutil.copy(HERE / "word97/libreoffice.doc", HERE / "word97/kingsoft.wps")


# -- other programs --


def word() -> None:
    document = docx.Document()
    document.add_heading(LINES[0], 0)
    for line in LINES[1:]:
        document.add_paragraph(line)
    document.add_picture(io.BytesIO(as_bytes(picture(), "JPEG")))
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "村", "户"
    document.save(str(_folder("word") / "python-docx.docx"))


def sheet() -> None:
    book = openpyxl.Workbook()
    assert isinstance(book.active, Worksheet)
    for row in (("序号", "姓名", "单位"), (1, "李喆", "湖塘镇"), (2, "周镕", "河畔镇")):
        book.active.append(row)
    book.save(_folder("sheet") / "openpyxl.xlsx")


def pdf() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    folder = _folder("pdf")
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

    def printed(name: str, lines: tuple[str, ...], rotate: int = 0, **options: object) -> None:
        canvas = Canvas(str(folder / name), invariant=1, **options)
        canvas.setFont("STSong-Light", 14)
        canvas.setPageRotation(rotate)
        for number, line in enumerate(lines):
            canvas.drawString(72, 760 - 28 * number, line)
        canvas.save()

    printed("reportlab.pdf", LINES)
    printed("reportlab-rotated.pdf", LINES, rotate=90)
    printed("reportlab-locked.pdf", LINES, encrypt=StandardEncryption(PASSWORD, "owner"))
    printed("reportlab-owner-locked.pdf", LINES, encrypt=StandardEncryption("", "owner"))
    scan = Canvas(str(folder / "reportlab-scan.pdf"), invariant=1)
    scan.drawInlineImage(picture(), 0, 0, 500, 700)
    scan.save()


def html() -> None:
    """Chromium saves a page as a web archive, and prints it."""
    from playwright.sync_api import sync_playwright

    page_text = "".join(f"<p>{line}</p>" for line in LINES)
    page_text = f"<html><head><meta charset=utf-8><title>标题栏</title></head><body>{page_text}</body></html>"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(page_text)
        session = page.context.new_cdp_session(page)
        saved = session.send("Page.captureSnapshot", {"format": "mhtml"})["data"]
        (_folder("html") / "chromium.mht").write_text(saved, encoding="utf-8", newline="")
        (_folder("pdf") / "chromium.pdf").write_bytes(page.pdf())
        browser.close()
    (_folder("html") / "gb2312.htm").write_bytes(
        page_text.replace("utf-8", "gb2312").encode("gb18030")
    )


def plain() -> None:
    folder = _folder("plain")
    text = "\r\n".join(LINES) + "\r\n"
    for name, encoding, mark in (
        ("gbk.txt", "gb18030", b""),
        ("gb18030-bom.txt", "gb18030", b"\x84\x31\x95\x33"),
        ("utf-8.txt", "utf-8", b""),
        ("utf-8-bom.txt", "utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le-bom.txt", "utf-16-le", b"\xff\xfe"),
        ("utf-16-be-bom.txt", "utf-16-be", b"\xfe\xff"),
        ("utf-16-le.txt", "utf-16-le", b""),
        ("utf-16-be.txt", "utf-16-be", b""),
    ):
        (folder / name).write_bytes(mark + text.encode(encoding))
    (folder / "short-gbk.txt").write_bytes("开展检查。".encode("gbk"))
    (folder / "unix.md").write_text(f"# {TITLE}\n\n" + "\n\n".join(LINES[1:]), encoding="utf-8")


def images() -> None:
    """By ImageMagick where it can, by Pillow otherwise; the photo has a date and a place."""
    import pillow_heif

    folder = _folder("images")
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2022:03:05 09:30:00"
    exif.get_ifd(0x8825)[2] = (31.0, 42.0, 0.0)
    (folder / "pillow-exif.jpg").write_bytes(as_bytes(picture(), "JPEG", exif=exif))
    turned = Image.Exif()
    turned[0x0112] = 6
    (folder / "pillow-turned.jpg").write_bytes(as_bytes(picture(), "JPEG", exif=turned))
    (folder / "half.jpg").write_bytes(as_bytes(picture(), "JPEG", quality=95)[:600])
    original = HERE / "images" / "imagemagick.png"
    original.write_bytes(as_bytes(picture(), "PNG"))
    for ending in ("jpg", "gif", "bmp", "tiff", "webp"):
        subprocess.run(
            ["convert", str(original), "-strip", str(folder / f"imagemagick.{ending}")], check=True
        )
    pillow_heif.from_pillow(picture()).save(folder / "libheif.heic", quality=50)


def media() -> None:
    """A second of sound by Python's own writer, and of film as Chromium records it."""
    from playwright.sync_api import sync_playwright

    with wave.open(str(_folder("media") / "python.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(4000)
        sound.writeframes(bytes([128]) * 4000)
    script = """async () => {
        const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
        canvas.width = canvas.height = 16;
        const made = [], film = new MediaRecorder(canvas.captureStream(5), {mimeType: "video/webm"});
        film.ondataavailable = (part) => made.push(part.data);
        const ended = new Promise((done) => (film.onstop = done));
        film.start();
        const timer = setInterval(() => pen.fillRect(0, 0, Math.random() * 16, 8), 100);
        setTimeout(() => film.stop(), 800);
        await ended;
        clearInterval(timer);
        return [...new Uint8Array(await new Blob(made).arrayBuffer())];
    }"""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        (_folder("media") / "chromium.webm").write_bytes(bytes(browser.new_page().evaluate(script)))
        browser.close()


def pptx() -> None:
    from pptx import Presentation

    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[6])
    slide.shapes.add_textbox(0, 0, 5_000_000, 900_000).text_frame.text = TITLE
    slides.save(_folder("unopened") / "python-pptx.pptx")


def office_lock() -> None:
    """As Office locks a document: msoffcrypto writes what [MS-OFFCRYPTO] says."""
    import msoffcrypto

    with (HERE / "word/python-docx.docx").open("rb") as plain_file:
        locked = msoffcrypto.OfficeFile(plain_file)
        with (HERE / "word/msoffcrypto-locked.docx").open("wb") as out:
            locked.encrypt(PASSWORD, out)


def ofd() -> None:
    """By hand, as GB/T 33190-2016 7 and 11 lay it out: no program that writes OFD can be had here."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    shapes = "".join(
        f'<ofd:TextObject ID="{10 + number}" Boundary="30 {20 + 10 * number} 150 6" Font="3" Size="5">'
        f'<ofd:TextCode X="0" Y="5" DeltaX="g {len(line)} 5">{line}</ofd:TextCode></ofd:TextObject>'
        for number, line in enumerate(LINES)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    members = {
        "OFD.xml": f'<ofd:OFD {space} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        "<ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>"
        "0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>"
        '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {space}><ofd:Content><ofd:Layer ID=\"2\">{shapes}"
        "</ofd:Layer></ofd:Content></ofd:Page>",
    }  # fmt: skip
    with zipfile.ZipFile(_folder("ofd") / "by-hand.ofd", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), head + content)


def _folder(name: str) -> Path:
    (HERE / name).mkdir(exist_ok=True)
    return HERE / name


MAKERS: tuple[Callable[[], None], ...] = (
    word, sheet, pdf, html, plain, images, media, pptx, office_lock, libreoffice, ofd,
)  # fmt: skip


if __name__ == "__main__":
    for make in MAKERS:
        if make.__name__ in sys.argv[1:] or len(sys.argv) == 1:
            try:
                make()
            except ImportError as error:
                print(f"{make.__name__}: {error}, left alone")
