"""
Near duplicates: how long the question takes in a ledger of 1,000,000 drafts, and what is found.

    python -m bench.twins [drafts] [folder]

The ledger is bench.big_ledger's, whose fingerprints come in families as an office's drafts do; 240 texts of
the judgement corpus and 60 articles made of their sentences are entered into it through the book, then
asked for again, edited. The question is `Book.twins`: by digest, by fingerprint, and every candidate
confirmed word by word. The peer is datasketch's MinHashLSH over 10,000 articles, our fingerprints over
the same ones in the same run.
"""

from __future__ import annotations

import hashlib
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from rapidfuzz import fuzz

from bench.big_ledger import fill
from bench.ledger import NAMES, RULES
from ledger.fingerprint import bands
from ledger.ids import LetterId
from ledger.letter_types import Headers, StoredMessage
from ledger.letters import LetterRepository
from ledger.models.database import read_only
from ledger.score_lines import Scores
from rulebook.judge import judge
from rulebook.model import Draft, EventDate, Sender, Submission
from rulebook.originality import SHORTEST_ALIKE, essence

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "judgement" / "letters"
NOW = datetime(2022, 12, 1, 3, 0, tzinfo=UTC)
SENDER = Sender("钱一鸣", "qian@bench.example", NAMES[1], "钱一鸣")
ALIKE = RULES.near_duplicate
SHARES = (0.0, 0.05, 0.1, 0.2)
PEERS = 10_000


def main() -> None:
    """Fill a ledger with articles and measure how well and how fast duplicates are found."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    chance = random.Random(20220224)
    texts = corpus()
    known = [text for text in texts if len(essence(text)) >= SHORTEST_ALIKE]
    known += articles(texts, 60, chance)
    print(f"a fingerprint   {milliseconds(bands, known[-1:]):.2f} ms for 800 characters")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else name)
        engine = fill(folder / f"drafts-{count}.db", count, NAMES)
        path = Path(str(engine.url.database))
        print(f"{count:,} drafts, SQLite of {path.stat().st_size / 1e9:.1f} GB, {disk(path)}")
        letters = LetterRepository(read_only(engine), Scores(lambda _day: RULES))
        if not letters.duplicates(
            letter(draft(known[-1])), LetterId(0), 1
        ):  # the ledger may have been asked before
            enter(LetterRepository(engine, Scores(lambda _day: RULES)), known)
        fresh = [draft(text) for text in articles(texts, 60, chance)]
        ask_duplicates(letters, "a draft like no other", fresh)
        ask_duplicates(
            letters, "short ones like no other", [draft(shuffled(t, chance)) for t in known[:200]]
        )
        for share in SHARES:
            for how in (words, block):
                asked = [draft(how(text, share, chance)) for text in known]
                found = ask_duplicates(letters, f"{share:4.0%} of {how.__name__} edited", asked)
                alike = [
                    bool(one.bands) and alike_at_all(one.text, text)
                    for one, text in zip(asked, known, strict=True)
                ]
                hits = sum(one and two for one, two in zip(found, alike, strict=True))
                print(f"{'':34s} {hits} of {sum(alike)} that are {ALIKE:.0%} alike are found")
        engine.dispose()
    against_the_peer(texts, chance)


def corpus() -> list[str]:
    """Return the bodies of the judgement corpus: texts written like real ones."""
    found = []
    for path in sorted(CORPUS.glob("*.toml")):
        for letter in tomllib.loads(path.read_text(encoding="utf-8")).get("letter", ()):
            for file in letter.get("files", ()):
                lines = [line for line in file.get("text", "").splitlines() if line[:2] == "> "]
                found.append("\n".join(line[2:] for line in lines))
    return [text for text in found if text]


def articles(texts: Sequence[str], count: int, chance: random.Random) -> list[str]:
    """Texts of some 800 characters out of the corpus' sentences, each with figures of its own."""
    sentences = [one for text in texts for one in re.findall(r"[^。！？]{10,}[。！？]", text)]

    def anew(sentence: str) -> str:
        return re.sub(r"\d", lambda _digit: str(chance.randrange(10)), sentence)

    made = []
    for _ in range(count):
        text = ""
        while len(text) < 800:
            text += anew(chance.choice(sentences))
        made.append(text)
    return made


def draft(text: str) -> Draft:
    """Return a draft with this text and its fingerprint."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Draft(
        "a.zip/稿.docx", "标题", text, len(text), EventDate(date(2022, 12, 1)), digest, digest[::-1], bands=bands(text),
    )  # fmt: skip


def enter(letters: LetterRepository, texts: Iterable[str]) -> None:
    """Enter each text as a letter of its own."""
    mark = f"{time.time_ns():x}."
    for number, text in enumerate(texts):
        seen = StoredMessage("a", "INBOX", 1, f"{mark}{number}", NOW, f"{mark}{number:032d}", 9)
        (pending,) = letters.collect([seen], NOW)
        submission = letter(draft(text))
        verdict = judge(submission, RULES, {})
        letters.enter(pending.id, submission, verdict, Headers("", NOW), [], NOW, NOW.date())


def letter(one: Draft) -> Submission:
    """Wrap a draft into a letter in good form."""
    return Submission("【工作动态】", SENDER, NOW, ("a.zip",), (one,), archives=1)


def ask_duplicates(letters: LetterRepository, title: str, asked: Sequence[Draft]) -> list[bool]:
    """Whether each has a twin; prints median, 95th percentile and the longest question."""
    clock, cpu, found = [], [], []
    for one in asked:
        begun, worked = time.perf_counter(), time.process_time()
        found.append(bool(letters.duplicates(letter(one), LetterId(0), ALIKE)))
        cpu.append((time.process_time() - worked) * 1000)
        clock.append((time.perf_counter() - begun) * 1000)
    clock.sort()
    cpu.sort()
    print(
        f"{title:34s} {statistics.median(clock):6.2f} ms, 95 %: {clock[len(clock) * 95 // 100]:6.2f}, "
        f"longest {clock[-1]:6.2f}; CPU {statistics.median(cpu):6.2f}, 95 %: {cpu[len(cpu) * 95 // 100]:6.2f}   "
        f"(aim: under 50)",
        flush=True,
    )
    return found


def words(text: str, share: float, chance: random.Random) -> str:
    """So much of a text replaced, left out or added to, a word of one to four characters at a time."""
    kept = list(text)
    left = round(share * len(text))
    while left > 0:
        size = min(left, chance.randrange(1, 5))
        offset = chance.randrange(len(kept))
        new = [chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(size)]
        match chance.randrange(4):
            case 0:
                del kept[offset : offset + size]
            case 1:
                kept[offset:offset] = new
            case _:
                kept[offset : offset + size] = new
        left -= size
    return "".join(kept)


def block(text: str, share: float, chance: random.Random) -> str:
    """So much of a text rewritten in one piece."""
    size = round(share * len(text))
    offset = chance.randrange(len(text) - size + 1)
    new = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(size))
    return text[:offset] + new + text[offset + size :]


def shuffled(text: str, chance: random.Random) -> str:
    """Return the characters of a text in another order: its vocabulary without its phrases."""
    return "".join(chance.sample(text, len(text)))


def alike_at_all(one: str, other: str) -> bool:
    """Return whether two texts count as near duplicates."""
    return fuzz.ratio(essence(one), essence(other)) >= 100 * ALIKE


def disk(path: Path) -> str:
    """Return how much of the ledger's file is fingerprints, as words."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            used = connection.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'bands'")
            return f"{used.fetchone()[0] / 1e6:.0f} MB of it fingerprints"
        except sqlite3.OperationalError:  # this SQLite was built without dbstat
            rows = connection.execute("SELECT count(*) FROM bands").fetchone()[0]
            return f"{rows:,} rows of fingerprints"


def milliseconds(work: Callable[[str], object], texts: Sequence[str], times: int = 200) -> float:
    """Return the CPU milliseconds that `work` takes a text."""
    for text in texts:
        work(text)
    begun = time.process_time()
    for _ in range(times):
        for text in texts:
            work(text)
    return (time.process_time() - begun) * 1000 / times / len(texts)


def against_the_peer(texts: Sequence[str], chance: random.Random) -> None:
    """10,000 articles of 800 characters: seconds to enter them and to ask for 200 of them, edited."""
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        print("\nthe peer is left out: pip install datasketch")
        return
    known = articles(texts, PEERS, chance)
    queries = {share: [words(text, share, chance) for text in known[:200]] for share in SHARES}
    print(f"\n{PEERS:,} articles of 800 characters, CPU seconds")

    def theirs(text: str) -> MinHash:
        made = MinHash(num_perm=64)
        characters = essence(text)
        made.update_batch({characters[at : at + 2].encode() for at in range(len(characters) - 1)})
        return made

    begun = time.process_time()
    index = MinHashLSH(num_perm=64, params=(16, 4))
    for number, text in enumerate(known):
        index.insert(number, theirs(text))
    built = time.process_time()
    found = {
        share: sum(number in index.query(theirs(text)) for number, text in enumerate(asked))
        for share, asked in queries.items()
    }
    compared("datasketch, in memory", built - begun, time.process_time() - built, found)

    begun = time.process_time()
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(f"{folder}/b")) as ours:
        ours.execute("CREATE TABLE bands (key, draft, PRIMARY KEY (key, draft)) WITHOUT ROWID")
        for number, text in enumerate(known):
            rows = [(key, number) for key in set(bands(text))]
            ours.executemany("INSERT INTO bands VALUES (?, ?)", rows)
        ours.commit()
        built = time.process_time()
        query = f"SELECT DISTINCT draft FROM bands WHERE key IN ({','.join('?' * 16)})"
        found = {
            share: sum(
                (number,) in set(ours.execute(query, bands(text)))
                for number, text in enumerate(asked)
            )
            for share, asked in queries.items()
        }
    compared("ours, on the disk", built - begun, time.process_time() - built, found)


def compared(title: str, build: float, ask: float, found: dict[float, int]) -> None:
    """Print one line of the comparison with the peer."""
    recall = " / ".join(str(one) for one in found.values())
    print(
        f"{title:24s} {build:6.1f} to enter, {ask:5.2f} to ask 800 times; among the candidates: {recall} of 200"
    )


if __name__ == "__main__":
    main()
