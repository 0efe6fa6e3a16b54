"""
How fast files are read, against programs that do the same, in the same run.

    python -m bench.parsers [--size MB]

Archives: MB/s of what comes out, of 7zz, bsdtar and unar, which write it to the disk of /dev/shm; ours
and theirs in turn, memory kept as the workers keep it.
Documents: ms a file, of catdoc, antiword, pdftotext (a start for each file, which is most of it),
LibreOffice (one start for all files) and markitdown (without its start and its first file, as ours
is). markitdown is no dependency of the project: it is taken from the Python that MARKITDOWN_PYTHON
names, else from the one behind the `markitdown` on the PATH.
CPU seconds of a process and its children are counted, so that other people on the machine do not; a
program that is not installed is named as missing. The last column is the peer's cost over ours:
above 1 we are faster.
"""

from __future__ import annotations

import argparse
import bz2
import contextlib
import gzip
import lzma
import os
import resource
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from backports import zstd

import parsers
from bench.rows import Row, note
from console.demo.files import rarred
from ingest.sandbox.malloc import keep_freed_memory
from parsers.archives.sevenzip.program import binary
from parsers.types import Container, File, Limits, ResourceBudget, Text

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "tests" / "samples"
LIMITS = Limits(bytes=2_000_000_000, entries=100_000, seconds=600, ratio=100_000)
TEXTS = 200
"""Files a document format is read in: a start of Python or of a program weighs nothing among them."""

TURNS = 5
PYTHON = "MARKITDOWN_PYTHON"

_HEAD = f"{'':<26}{'ours':>10}{'peer':>10}   peer's cost over ours"


def spent() -> float:
    """CPU seconds of this process and of its children that have ended."""
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def cost(work: Callable[[], object]) -> float:
    """Return the CPU seconds that `work` takes."""
    before = spent()
    work()
    return max(spent() - before, 1e-6)


def ours(file: Path, times: int = 1) -> Callable[[], None]:
    """Return a function that reads a file with our parsers, so many times."""

    def read() -> None:
        data = file.read_bytes()
        for _ in range(times):
            facts = list(parsers.read([File(file.name, data)], ResourceBudget(LIMITS)))
            assert any(isinstance(fact, Text | Container) for fact in facts), facts

    return read


def run(*command: str, cwd: Path | None = None) -> None:
    """Run a command quietly."""
    subprocess.run(
        command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def repeated(times: int, *command: str) -> Callable[[], None]:
    """Return a function that runs a command so many times."""

    def work() -> None:
        for _ in range(times):
            run(*command)

    return work


# -- archives --


def unpacked(file: Path) -> Callable[[], None]:
    """Only what the peers do, too: the members' bytes, their checksums compared."""

    def unpack() -> None:
        whole = parsers.identify(File(file.name, file.read_bytes()))
        parser = parsers.claimant(whole)
        assert parser is not None
        assert list(parser.parse(whole, ResourceBudget(LIMITS)))

    return unpack


def material(folder: Path, size: int) -> int:
    """Photos, which do not shrink, and texts, which do; the bytes of all of them."""
    folder.mkdir()
    text = (SAMPLES / "plain" / "utf-8.txt").read_bytes() * 200
    whole = 0
    number = 0
    while whole < size:
        number += 1
        for name, data in (
            (f"照片{number}.bin", os.urandom(1_500_000)),
            (f"稿件{number}.bin", text * 10),
        ):
            (folder / name).write_bytes(data)
            whole += len(data)
    return whole


def archives(work: Path, size: int) -> Iterator[tuple[str, Path, int]]:
    """Yield each archive's format, path and unpacked bytes."""
    whole = material(work / "稿件", size)
    program = str(binary())
    for kind in ("zip", "7z"):
        run(program, "a", f"-t{kind}", "-mx=3", f"稿件.{kind}", "稿件", cwd=work)
        yield kind, work / f"稿件.{kind}", whole
    members = {f"稿件/{file.name}": file.read_bytes() for file in sorted((work / "稿件").iterdir())}
    with tarfile.open(work / "稿件.tar", "w") as archive:
        archive.add(work / "稿件", "稿件")
    packed = (work / "稿件.tar").read_bytes()
    for ending, pack in (
        ("tar", bytes),
        ("tar.gz", lambda data: gzip.compress(data, 3)),
        ("tar.bz2", lambda data: bz2.compress(data, 3)),
        ("tar.xz", lambda data: lzma.compress(data, preset=3)),
        ("tar.zst", zstd.compress),
    ):
        (work / f"稿件.{ending}").write_bytes(pack(packed))
        yield ending, work / f"稿件.{ending}", whole
    (work / "稿件.bin.gz").write_bytes(gzip.compress(b"".join(members.values()), 3))
    yield "gz", work / "稿件.bin.gz", whole
    (work / "稿件.rar").write_bytes(rarred(members))  # no free program packs a large one
    yield "rar5 (stored)", work / "稿件.rar", whole
    yield "rar5 (small)", SAMPLES / "rar" / "rar5-crc.rar", 4096


def unpackers(archive: Path, out: Path) -> dict[str, list[str]]:
    """Return the peers' commands that unpack an archive into `out`, by name."""
    return {
        "7zz": [str(binary()), "x", "-y", f"-o{out}", str(archive)],
        "bsdtar": ["bsdtar", "-xf", str(archive), "-C", str(out)],
        "unar": ["unar", "-q", "-f", "-o", str(out), str(archive)],
    }


def show_archives(size: int) -> None:
    """Print MB/s for each archive format, beside the peers."""
    print(f"archives, MB/s\n{_HEAD}")
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as name:
        out = Path(name, "out")
        for kind, archive, whole in archives(Path(name), size):
            mine = unpacked(archive)
            mine()  # what is loaded once
            for peer, command in unpackers(archive, out).items():
                label = f"{kind} / {peer}"
                if peer == "7zz" and kind.startswith("tar."):
                    continue  # it would write the tar itself
                if peer == "bsdtar" and kind == "gz":
                    continue  # it opens archives alone
                try:
                    ours_, theirs = in_turn(mine, fresh(out, command))
                except FileNotFoundError:
                    print(f"{label:<26}  not installed")
                except subprocess.CalledProcessError:
                    print(f"{label:<26}  cannot read it")
                else:
                    note(Row(f"unpack {kind}, CPU", ours_, "s", peer, theirs))
                    rates = whole / ours_ / 1e6, whole / theirs / 1e6
                    print(f"{label:<26}{rates[0]:>10.1f}{rates[1]:>10.1f}   {theirs / ours_:.2f}")


def fresh(out: Path, command: Sequence[str]) -> Callable[[], float]:
    """Return a function that empties a folder and tells what a command costs that fills it."""

    def work() -> float:
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        return cost(lambda: run(*command))

    return work


def in_turn(ours: Callable[[], None], theirs: Callable[[], float]) -> tuple[float, float]:
    """Return the least of TURNS costs of each, taken in turn: what disturbs the one disturbs the other."""
    pairs = [(cost(ours), theirs()) for _ in range(TURNS)]
    return min(mine for mine, _ in pairs), min(other for _, other in pairs)


# -- documents --

PEERS = {
    "word/libreoffice.docx": ("markitdown",),
    "word97/libreoffice.doc": ("catdoc", "antiword"),
    "word97/kingsoft.wps": ("catdoc", "antiword"),
    "pdf/libreoffice.pdf": ("pdftotext", "markitdown"),
    "rtf/libreoffice.rtf": (),
    "odf/libreoffice.odt": (),
    "ofd/by-hand.ofd": (),
    "html/libreoffice.html": ("markitdown",),
    "sheet/openpyxl.xlsx": ("markitdown",),
    "plain/gbk.txt": ("markitdown",),
}
_NO_OFFICE = ("ofd", "sheet", "pdf")

_MARKITDOWN = """
import sys, time
from markitdown import MarkItDown
reader, file, times = MarkItDown(), sys.argv[1], int(sys.argv[2])
reader.convert(file)
before = time.process_time()
for _ in range(times):
    reader.convert(file)
print((time.process_time() - before) / times)
"""


def show_documents() -> None:
    """Print milliseconds a file for each document format, beside the peers."""
    print(f"\ndocuments, ms a file\n{_HEAD}")
    for name, peers in PEERS.items():
        file = SAMPLES / name
        cost(ours(file))  # what is loaded once, for the first file
        mine = cost(ours(file, TEXTS)) / TEXTS
        label = file.suffix[1:]
        for peer in peers:
            _beside(f"{label} / {peer}", mine, _spent_by(peer, file))
        if file.parent.name not in _NO_OFFICE:
            _office(file, label, mine)
        elif not peers:
            print(f"{label:<26}{mine * 1e3:>10.2f}")


def _beside(label: str, mine: float, theirs: float | str) -> None:
    line = f"{label:<26}{mine * 1e3:>10.2f}"
    if isinstance(theirs, str):
        print(f"{line}{'':>10}   {theirs}")
    else:
        note(
            Row(
                f"read {label.partition(' / ')[0]}, CPU",
                mine * 1e3,
                "ms",
                label.partition(" / ")[2],
                theirs * 1e3,
            )
        )
        print(f"{line}{theirs * 1e3:>10.2f}   {theirs / mine:.1f}")


def _spent_by(peer: str, file: Path) -> float | str:
    """CPU seconds a file, or why there are none."""
    if peer == "markitdown":
        return _markitdown(file)
    if shutil.which(peer) is None:
        return "not installed"
    arguments = [str(file), "-"] if peer == "pdftotext" else [str(file)]
    return cost(repeated(20, peer, *arguments)) / 20


def _markitdown(file: Path) -> float | str:
    python = os.environ.get(PYTHON, "") or _behind(shutil.which("markitdown"))
    if not python:
        return f"not installed (name a Python that has it in {PYTHON})"
    done = subprocess.run(
        [python, "-c", _MARKITDOWN, str(file), "20"], capture_output=True, text=True, check=False
    )
    return float(done.stdout) if done.returncode == 0 else "cannot read it"


def _behind(script: str | None) -> str:
    """Return the Python that a console script names in its first line."""
    first = Path(script).read_bytes().partition(b"\n")[0] if script else b""
    return first[2:].decode().strip() if first.startswith(b"#!") else ""


def _office(file: Path, label: str, mine: float, copies: int = 20) -> None:
    """LibreOffice, started once for so many copies."""
    label = f"{label} / libreoffice"
    if shutil.which("soffice") is None:
        _beside(label, mine, "not installed")
        return
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        copied = [
            str(shutil.copy(file, work / f"{number}{file.suffix}")) for number in range(copies)
        ]
        profile = f"-env:UserInstallation={work.as_uri()}/profile"
        command = ["soffice", "--headless", profile, "--convert-to", "txt:Text", "--outdir", name]
        run(*command, copied[0])  # the profile is made with the first start
        theirs = cost(lambda: run(*command, *copied)) / copies
    _beside(label, mine, theirs)


def main() -> None:
    """Print both tables."""
    about = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    about.add_argument("--size", type=int, default=30, help="MB in an archive")
    options = about.parse_args()
    keep_freed_memory()
    with contextlib.suppress(BrokenPipeError):
        show_archives(options.size * 1_000_000)
        show_documents()


if __name__ == "__main__":
    main()
