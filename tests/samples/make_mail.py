"""
Makes the letters in mail/: one name of an attachment in each shape that Chinese mailers write.

    python -m tests.samples.make_mail
"""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

from tests.ingest.message.test_parse import ARCHIVE, shapes, with_headers, word

HERE = Path(__file__).parent
NAME = "李喆、周镕的稿件（定稿）.zip"


def main() -> None:
    folder = HERE / "mail"
    folder.mkdir(exist_ok=True)
    subject = b"Subject: " + word("湖塘镇稿件".encode("gb18030")) + b"\r\n"
    facts = {}
    for number, (shape, (disposition, content_type)) in enumerate(shapes(NAME).items(), 1):
        name = f"{number:02}-{shape.lower().replace(' ', '-').replace(',', '')}.eml"
        name = name.replace("=", "")
        (folder / name).write_bytes(with_headers(disposition, content_type, top=subject))
        facts[name] = {"subject": "湖塘镇稿件", "sender": "li@hutang.example", "names": [NAME]}
    others = {
        "forwarded.eml": _forwarded(),
        "winmail.eml": _with("winmail.dat", (HERE / "tnef/winmail.dat").read_bytes()),
        "html-and-picture.eml": _page(),
        "cut-off.eml": with_headers(b"attachment; filename=a.zip", top=subject)[:-15],
    }
    told = {
        "forwarded.eml": ("转发：稿件", ["稿件.zip"]),
        "winmail.eml": ("稿件", ["winmail.dat"]),
        "html-and-picture.eml": ("密码：ht2022", ["logo.png", "稿件.7z"]),
        "cut-off.eml": ("湖塘镇稿件", ["a.zip"]),
    }
    for name, raw in others.items():
        (folder / name).write_bytes(raw)
        facts[name] = {
            "subject": told[name][0],
            "sender": "li@hutang.example",
            "names": told[name][1],
        }
    text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8")


def _letter(subject: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = "李喆 <li@hutang.example>"
    letter["Subject"] = subject
    letter["Message-ID"] = "<1@hutang.example>"
    return letter


def _fixed(letter: EmailMessage) -> bytes:
    for number, part in enumerate(one for one in letter.walk() if one.is_multipart()):
        if part.get_content_maintype() == "multipart":
            part.set_boundary(f"----=_Part_{number}")
    return letter.as_bytes()


def _with(name: str, data: bytes, subject: str = "稿件") -> bytes:
    letter = _letter(subject)
    letter.set_content("见附件。")
    letter.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return _fixed(letter)


def _forwarded() -> bytes:
    inner = _letter("稿件")
    inner.set_content("见附件。")
    inner.add_attachment(ARCHIVE, maintype="application", subtype="zip", filename="稿件.zip")
    outer = _letter("转发：稿件")
    outer.set_content("转发")
    outer.add_attachment(inner)
    return _fixed(outer)


def _page() -> bytes:
    letter = _letter("密码：ht2022")
    letter.set_content(
        "<p>3月5日，湖塘镇<b>稿件</b>见附件。<img src='cid:logo'></p>", subtype="html"
    )
    logo = (HERE / "images/imagemagick.png").read_bytes()
    letter.add_related(
        logo, "image", "png", cid="<logo>", filename="logo.png", disposition="inline"
    )
    locked = (HERE / "sevenzip/encrypted-names.7z").read_bytes()
    letter.add_attachment(locked, maintype="application", subtype="x-7z", filename="稿件.7z")
    return _fixed(letter)


if __name__ == "__main__":
    main()
