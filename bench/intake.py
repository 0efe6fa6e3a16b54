"""
A full round over real IMAP against a floor and a peer, in one run: `python -m bench.intake`.

Floor: base64-decoding, inflating and hashing the same bytes with the standard library's C
functions, one process, CPU seconds. Peers, doing only download, unpack, text: imap_tools + zipfile +
python-docx, and mbsync + ripmime + bsdtar + docx2txt where these are installed. Ours: `shougao poll`,
receipts and ledger included, wall seconds; of three turns, each between two measurements of the
floor, the one in the middle counts.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import docx
from imap_tools import MailBoxUnencrypted
from PIL import Image

from bench import c_tools
from bench.rows import Row, note
from bench.servers import Dovecot, dovecot

ACCOUNT, PASSWORD = "inbox", "bench-password"
STOPPING = 120.0
"""Seconds in which a service that is told to stop has ended."""

TURNS = 3
"""Turns of ours: the pace of a machine that is shared changes from minute to minute."""

NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
"""Set on some machines; it would make every start compile the whole program again."""

ROOT = Path(__file__).resolve().parent.parent
ROSTER = "单位,姓名,职务,联系电话,邮箱,备注\n湖塘镇,钱一鸣,科员,13800000001,qian@hutang.example,\n"
SENTENCE = "{day}，湖塘镇应急管理局组织人员开展安全生产检查，发现隐患{n}处。"
COMMON = [
    bytes((high, low)).decode("gb2312", "ignore")
    for high in range(0xB0, 0xD7)
    for low in range(0xA1, 0xFF)
]
"""The 3,700 common characters: drafts are as different as those of real officers, not one form."""


def main() -> None:
    """Time the floor, a peer and `shougao poll` on the same letters, and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--letters", type=int, default=200)
    count = arguments.parse_args().letters
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        base.chmod(0o755)
        with dovecot({ACCOUNT: PASSWORD}) as server:
            inbox = server.maildir(ACCOUNT)
            letters = list(make_letters(count))
            for number, letter in enumerate(letters):
                deliver(inbox, number, letter)
            size = sum(map(len, letters))
            print(f"{count} letters, {size / 1e6:.0f} MB, {size / count / 1e6:.1f} MB each")
            os.sync()  # these letters came some time ago: writing them down is nobody's work here
            peer = time_peer(server.host, server.port)
            if away := c_tools.missing():
                print(f"not installed: {', '.join(away)}; not compared with programs in C")
                in_c = 0.0
            else:
                in_c = c_tools.seconds(server.host, server.port, ACCOUNT, PASSWORD)
            turns = []
            before = time_floor(letters)
            for turn in range(TURNS):
                fresh = base / str(turn)
                turns.append(time_ours(fresh, server, count))
                shutil.rmtree(fresh)
                os.sync()  # no turn waits for what the one before it wrote
                after = time_floor(letters)
                turns[-1].floor = (before + after) / 2
                before = after
            del letters
    middle = sorted(turns, key=lambda turn: turn.wall / turn.floor)[TURNS // 2]
    floor, ours = middle.floor, middle.wall
    memory, idle = max(turn.memory for turn in turns), max(turn.idle for turn in turns)
    print(f"floor  {floor:7.2f} s CPU   base64 + inflate + SHA-256, one process")
    print(f"peer   {peer:7.2f} s wall  imap_tools + zipfile + python-docx")
    if in_c:
        print(f"in C   {in_c:7.2f} s wall  mbsync + ripmime + bsdtar + docx2txt")
    print(f"ours   {ours:7.2f} s wall  shougao poll, receipts and ledger included")
    every = ", ".join(f"{turn.wall / turn.floor:.2f}" for turn in turns)
    note(
        Row(
            "a round of letters",
            ours,
            "s",
            "floor: decode, inflate, hash",
            floor,
            "≤ 0.8 ×",
            ours <= 0.8 * floor,
        )
    )
    note(
        Row(
            "a round of letters",
            ours,
            "s",
            "imap_tools, zipfile, python-docx",
            peer,
            "≤ 1/6",
            6 * ours <= peer,
        )
    )
    if in_c:
        programs = "mbsync, ripmime, bsdtar, docx2txt"
        note(Row("a round of letters", ours, "s", programs, in_c, "≤ 1/4", 4 * ours <= in_c))
        print(f"C tools / ours {in_c / ours:5.2f}   (aim: at least 4.00)")
    note(Row("peak memory of a process", memory / 1e6, "MB", aim="≤ 250 MB", met=memory <= 250e6))
    note(Row("a round with nothing new, CPU", idle * 1000, "ms", aim="≤ 10 ms", met=idle <= 0.01))
    print(f"ours / floor  {ours / floor:5.2f}   (aim: at most 0.80; turns: {every})")
    print(f"peer / ours   {peer / ours:5.2f}   (aim: at least 6.00)")
    print(f"peak memory of any process  {memory / 1e6:.0f} MB   (aim: under 250)")
    print(f"idle round over an open connection  {idle * 1000:.1f} ms CPU   (aim: under 10)")


def make_letters(count: int) -> Iterator[bytes]:
    """Letters of 2-8 MB: one or two .docx and three photos in a zip."""
    dice = random.Random(20220305)
    today = datetime.now(UTC)
    for number in range(count):
        packed = io.BytesIO()
        size = dice.uniform(1.4e6, 5.8e6)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in range(dice.choice((1, 1, 2))):
                archive.writestr(f"稿件{number}-{part}.docx", document(dice, number, part, today))
            for part in range(3):
                archive.writestr(f"图{part + 1}.jpg", photo(dice, int(size / 3)))
        yield submission(number, packed.getvalue())


def submission(number: int, packed: bytes) -> bytes:
    """Write an officer's letter with this archive, as it lies in a mailbox."""
    mail = EmailMessage()
    mail["From"] = "钱一鸣 <qian@hutang.example>"
    mail["To"] = "inbox@office.example"
    mail["Subject"] = f"【工作动态】湖塘镇第{number}期"
    mail["Date"] = datetime.now(UTC)
    mail["Message-ID"] = f"<bench-{number}@hutang.example>"
    mail.set_content("请查收附件。")
    mail.add_attachment(packed, maintype="application", subtype="zip", filename=f"稿件{number}.zip")
    return mail.as_bytes().replace(b"\n", b"\r\n")


def document(dice: random.Random, number: int, part: int, today: datetime) -> bytes:
    """Return a .docx of some 600 characters, dated yesterday."""
    word = docx.Document()
    word.add_paragraph(f"湖塘镇开展第{number}-{part}次安全生产检查")
    day = (today - timedelta(days=1)).strftime("%Y年%m月%d日")
    for _ in range(12):
        words = ("".join(dice.choices(COMMON, k=dice.randrange(6, 16))) for _ in range(8))
        head = SENTENCE.format(day=day, n=dice.randrange(2, 9999))
        word.add_paragraph(head + "，".join(words) + "。")
    word.add_paragraph("撰稿：钱一鸣  审核：赵立新")
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def photo(dice: random.Random, size: int) -> bytes:
    """Return a real JPEG of about `size` bytes: noise, the quality chosen once, cut to measure by area."""
    pixels = max(64, int((size / 0.63) ** 0.5))
    picture = Image.frombytes("RGB", (pixels, pixels), dice.randbytes(pixels * pixels * 3))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()


def deliver(inbox: Path, number: int, letter: bytes, *, give_away: bool = True) -> None:
    """Put a letter into a maildir as Dovecot does; `give_away`: all of it to the user that Dovecot becomes."""
    # named as Dovecot's own delivery does, with the size (Maildir++): else it reads all to tell it
    name = f"{1700000000 + number}.M{number}.bench,S={len(letter)},W={len(letter)}"
    (inbox / "tmp").mkdir(parents=True, exist_ok=True)
    (inbox / "new").mkdir(exist_ok=True)
    (inbox / "cur").mkdir(exist_ok=True)
    (inbox / "tmp" / name).write_bytes(letter)
    if give_away:
        subprocess.run(["chown", "-R", "nobody:nogroup", str(inbox)], check=False)
    (inbox / "tmp" / name).rename(inbox / "new" / name)


def time_floor(letters: list[bytes]) -> float:
    """CPU seconds for what no program can leave out."""
    before = time.process_time()
    for letter in letters:
        hashlib.sha256(letter).digest()
        start = letter.index(b"\r\n\r\n", letter.index(b"filename")) + 4
        packed = base64.b64decode(letter[start : letter.index(b"\r\n--", start)])
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            for info in archive.infolist():
                at = info.header_offset
                name, extra = packed[at + 26 : at + 28], packed[at + 28 : at + 30]
                begin = at + 30 + int.from_bytes(name, "little") + int.from_bytes(extra, "little")
                stream = memoryview(packed)[begin : begin + info.compress_size]
                hashlib.sha256(zlib.decompress(stream, -15, info.file_size)).digest()
    return time.process_time() - before


def time_peer(host: str, port: int) -> float:
    """Return the wall seconds that imap_tools needs to fetch and parse the same letters."""
    before = time.perf_counter()
    with MailBoxUnencrypted(host, port).login(ACCOUNT, PASSWORD) as mailbox:
        characters = 0
        for message in mailbox.fetch(mark_seen=False, bulk=False):
            for attachment in message.attachments:
                with zipfile.ZipFile(io.BytesIO(attachment.payload)) as archive:
                    for info in archive.infolist():
                        raw = archive.read(info)
                        if info.filename.endswith(".docx"):
                            word = docx.Document(io.BytesIO(raw))
                            characters += sum(len(line.text) for line in word.paragraphs)
        assert characters
    return time.perf_counter() - before


@dataclass
class Turn:
    """
    What one turn cost.

    Units: `wall` seconds of `shougao poll`; `memory` peak bytes of any of its processes; `idle` CPU
    seconds of a round with nothing new; `floor` CPU seconds of the floor at that time.
    """

    wall: float
    memory: int
    idle: float
    floor: float = 0.0


class Office:
    """The program over one mailbox of a real Dovecot; what it sends lies in a folder."""

    def __init__(self, folder: Path, server: Dovecot) -> None:
        folder.mkdir()
        self.sent = folder / "out" / "new"
        self.inbox = server.maildir(ACCOUNT)
        config, roster = folder / "config.toml", folder / "roster.csv"
        config.write_text(without_ceilings((ROOT / "config.toml").read_text(encoding="utf-8")))
        roster.write_text(ROSTER, encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if name != NO_BYTECODE}
        self.environment = kept | {
            "SHOUGAO_DATA": str(folder / "data"),
            "SHOUGAO_MAILBOX": f"imap://{ACCOUNT}@{server.host}:{server.port}",
            "SHOUGAO_MAILBOX_PASSWORD": PASSWORD,
            "SHOUGAO_RELAY": f"maildir:{folder / 'out'}",
        }
        self.command = [sys.executable, "-m", "console", "--config", str(config)]
        self.run("roster", "import", str(roster))

    def run(self, *arguments: str) -> None:
        """Run a command to its end."""
        subprocess.run(
            [*self.command, *arguments],
            env=self.environment,
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def begin(self, *arguments: str, stdout: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start a command."""
        return subprocess.Popen(
            [*self.command, *arguments], env=self.environment, cwd=ROOT, stdout=stdout
        )

    @contextmanager
    def service(self) -> Iterator[subprocess.Popen[bytes]]:
        """Have the service run, and end it in order."""
        process = self.begin("run", "--no-pages")
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOPPING)

    def receipts(self) -> int:
        """Count what was handed over."""
        return sum(1 for _ in self.sent.iterdir()) if self.sent.exists() else 0


def time_ours(base: Path, server: Dovecot, count: int) -> Turn:
    """One turn with a new ledger."""
    office = Office(base, server)
    before = time.perf_counter()
    process = office.begin("poll", stdout=subprocess.PIPE)
    memory = PeakMemory(process.pid)
    memory.start()
    output, _ = process.communicate()
    wall = time.perf_counter() - before
    memory.finish()
    assert process.returncode == 0, output
    receipts = office.receipts()
    assert receipts == count, f"{receipts} receipts for {count} letters\n{output!r}"
    idle = subprocess.run(
        [sys.executable, "-m", "bench.idle"],
        env=office.environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return Turn(wall, memory.peak, float(idle.stdout.split()[-1]))


def without_ceilings(config: str) -> str:
    """Return the office's settings without its bounds on letters sent: one officer wrote them all."""
    config = re.sub(r"(?m)^(per_\w+) = \d+", r"\1 = 1000000", config)
    return config.replace("not_older_than_days = 3", "not_older_than_days = 0").replace(
        '\nsince = ""', '\nsince = "2000-01-01"'
    )


class PeakMemory(threading.Thread):
    """Watches the high-water mark of a process and all its descendants."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._done = threading.Event()
        self.peak = 0

    def run(self) -> None:
        """Look at the family every half second until told to stop."""
        while not self._done.wait(0.5):
            for pid in self._family():
                try:
                    status = Path(f"/proc/{pid}/status").read_text()
                except OSError:
                    continue
                if match := re.search(r"VmHWM:\s+(\d+) kB", status):
                    self.peak = max(self.peak, int(match[1]) * 1024)

    def finish(self) -> None:
        """Stop watching and wait for the thread."""
        self._done.set()
        self.join()

    def _family(self) -> list[int]:
        family = [self._root]
        for pid in family:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                try:
                    family += map(int, children.read_text().split())
                except OSError:
                    continue
        return family


if __name__ == "__main__":
    main()
