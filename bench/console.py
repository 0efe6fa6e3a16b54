"""
The console's pages over a large ledger: how long each takes, beside a file served by the same server.

    python -m bench.console FOLDER [drafts] [--postgres]

FOLDER keeps the ledger (1,000,000 drafts of 40 units over 5 years, see
bench/big_ledger.py; some minutes to build), so that a second run begins at once. The
pages are served by one worker in a process of its own and asked for one after the other, as the
browser of a person at work does. Milliseconds are medians of whole answers, body included; beside
them the processor's own time in the server, which other programs on the machine do not stretch.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import multiprocessing
import os
import re
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

from bench import big_ledger
from bench.big_postgresql import copy
from bench.big_talk import TALK, furnish
from bench.ledger import NAMES, RULES
from bench.postgresql import postgresql
from bench.rows import Row, note
from console.application import open_application
from console.settings.loading import Settings, load
from console.state import last_round
from console.web.accounts import token_hash
from ledger.accounts import Accounts
from ledger.api_tokens import ApiTokens
from ledger.models.decisions import AdoptionRow, StandingRow
from ledger.sessions import NewSession, Sessions
from ledger.states import Act, Role
from rulebook.model import Outcome

CONFIG = Path(__file__).resolve().parents[1] / "config.toml"
NOW = datetime(2022, 12, 30, 3, 0, tzinfo=UTC)
SECRET = "a-cookie-and-token-for-the-bench-alone"
TIMES = 15
AIM_MS, AIM_KB = 200, 100
STATIC = "/static/seal.svg"


def main() -> None:
    """Build the ledger unless it is there, ask for each page, and print what an answer costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("drafts", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    count = given.drafts
    folder = given.folder / f"console-{count}"
    if not (folder / "whole").exists():
        build(folder, count)
    with ExitStack() as running:
        url = ""
        if given.postgres:
            url = running.enter_context(postgresql(given.folder / "pg")).create(f"console{count}")
            copy(folder / "ledger.db", url).dispose()
        settings = settings_of(folder, url)
        paths = pages(folder, settings)
        port, worker = running.enter_context(served(settings))
        kept = "PostgreSQL, copied from" if url else ""
        size = (folder / "ledger.db").stat().st_size / 1e9
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        print(f"{count:,} drafts, {kept} SQLite of {size:.1f} GB, one worker\n")
        ask = asker(port)
        floor, _ = timed(ask, STATIC, worker)
        slow = []
        for title, path in paths:
            taken, work = timed(ask, path, worker)
            print(
                f"{title:34s} {taken:8.1f} ms {work:8.1f} ms CPU {taken / floor:7.1f} × the floor"
            )
            aim = f"< {AIM_MS} ms"
            note(Row(f"page: {title}", taken, "ms", "a static file", floor, aim, taken < AIM_MS))
            if taken >= AIM_MS:
                slow.append(title)
        print(f"{'a static file (the floor)':34s} {floor:8.1f} ms")
        weight = first_paint(port)
        print(f"\nfirst paint of 今日: {weight / 1000:.1f} KB transferred (aim: under {AIM_KB})")
        met = weight < AIM_KB * 1000
        note(Row("first paint of 今日", weight / 1000, "KB", aim=f"< {AIM_KB} KB", met=met))
        print(f"over {AIM_MS} ms: {'、'.join(slow) or 'none'}")
        if slow or not met:
            sys.exit(1)


def settings_of(folder: Path, url: str = "") -> Settings:
    """Return the office's settings with the bench's units and this folder's ledger, or that of a URL."""
    office = load(CONFIG, {})
    ledger = office.storage.ledger
    if url:
        place = make_url(url).set(drivername="postgresql")
        ledger = place.render_as_string(hide_password=False)
    return replace(
        office,
        data_dir=folder,
        storage=replace(office.storage, ledger=ledger),
        provisions=(
            replace(
                office.provisions[-1],
                since=RULES.since,
                effective_from=RULES.effective_from,
                units=RULES.units,
                targets=RULES.targets,
            ),
        ),
    )


# -- the ledger --


def build(folder: Path, count: int) -> None:
    """Build the big ledger in `folder`, with some letters set aside, and people's lines in the journal."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = big_ledger.fill(folder / "ledger.db", count, NAMES)
    acts = [act.value for act in Act if act not in (Act.ENTERED, Act.DRAWN)]  # these need facts
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE letters SET state = 'set_aside' WHERE id % ? = 7", (max(1, count // 12),)
        )
        for number, act in enumerate(acts):
            connection.exec_driver_sql(
                "UPDATE journal SET who = 'person' || (seq % 5), act = ?, facts = '{}' "
                "WHERE seq % 97 = 0 AND seq / 97 % ? = ?",
                (act, len(acts), number),
            )
        for statement in TALK:
            connection.exec_driver_sql(statement)
        # Shougao never runs ANALYZE: the database plans without knowing that nearly all are settled
        connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    engine.dispose()
    last_round.record_round(folder, NOW - timedelta(minutes=1), "", 2.0)
    (folder / "whole").touch()


def pages(folder: Path, settings: Settings) -> list[tuple[str, str]]:
    """Every page, and the searches people make."""
    with open_application(settings, {}) as application:
        people = Accounts(application.engine)
        if not people.accounts():
            people.add("bench", Role.ADMIN, "bench", NOW)
        tokens, sessions = ApiTokens(application.engine), Sessions(application.engine)
        if not tokens.tokens():
            tokens.add("bench", token_hash(SECRET), "bench", NOW)
        account = people.accounts()[0].id
        sessions.end_all(account)
        sessions.begin(NewSession(token_hash(SECRET), account, NOW + timedelta(hours=12)), NOW)
        if not application.notices.published():
            furnish(application, NAMES, NOW)
        with Session(application.engine) as session:
            held = session.scalars(
                select(StandingRow.draft_id).where(StandingRow.outcome == Outcome.HELD).limit(99)
            ).all()
            printed = session.scalars(select(func.max(AdoptionRow.id))).one()
    return [
        ("今日", "/"),
        ("待核", "/queue"),
        ("待核: one draft", f"/queue/{held[-1]}"),
        ("待核: a late one", f"/queue/{held[0]}"),
        ("待核: of a reason", "/queue?reason=DATE_UNCERTAIN"),
        ("待核: of a rare reason", "/queue?reason=TOO_SHORT"),
        ("待核: of a unit", f"/queue?unit={NAMES[7]}"),
        ("待核: of a kind, the latest first", "/queue?kind=COMMISSION&order=newest"),
        ("待核: mine", "/queue?mine=1"),
        ("待核: older than a month", "/queue?age=30"),
        ("待核: urgent", "/queue?view=urgent"),
        ("待核: stated", "/queue?view=stated"),
        ("待核: waiting", "/queue?view=waiting"),
        (
            "待核: what a button will do",
            f"/queue/{held[-1]}/preview?deed=confirm&happened=2022-12-01",
        ),
        ("补录", "/queue/new"),
        ("往来", "/conversations"),
        ("往来: statements", "/conversations?tab=statements"),
        ("往来: adoptions", "/conversations?tab=adoptions"),
        ("往来: handled", "/conversations?tab=handled"),
        ("台账", "/drafts"),
        ("台账: a sender's address", "/drafts?q=officer7@town.example"),
        ("台账: a receipt's number", "/drafts?q=SG20220101-000777"),
        ("台账: the longest first", "/drafts?order=longest"),
        ("台账: by event", "/drafts?order=latest_event"),
        ("台账: counts of all", "/drafts/counts"),
        ("台账: counts of a word", "/drafts/counts?q=检查"),
        ("台账: counts of a rare word", "/drafts/counts?q=罕见之词"),
        ("台账: counts of a unit", f"/drafts/counts?unit={NAMES[7]}"),
        (
            "台账: counts of a unit's year",
            f"/drafts/counts?unit={NAMES[7]}&from=2022-01-01&to=2022-12-31",
        ),
        ("单位", f"/units/{NAMES[7]}"),
        ("单位: another year", f"/units/{NAMES[7]}?year=2019"),
        ("出稿", "/publish"),
        ("出稿: two chosen", f"/publish?draft={held[0] + 1}&draft={held[0] + 2}"),
        ("出稿: a word looked for", f"/publish?words=安全生产&unit={NAMES[7]}"),
        ("出稿: the changes of one", f"/publish/{held[0] + 1}"),
        ("催报", "/reminders"),
        ("台账: the oldest first", "/drafts?order=oldest"),
        ("台账: a rare word", "/drafts?q=罕见之词"),
        ("台账: a common word", "/drafts?q=安全生产"),
        ("台账: two characters", "/drafts?q=检查"),
        ("台账: one character", "/drafts?q=安"),
        ("台账: a word that is nowhere", "/drafts?q=不存在的词"),
        ("台账: common words together", "/drafts?q=安全生产 消防车间"),
        ("台账: unit", f"/drafts?unit={NAMES[7]}"),
        ("台账: unit and kind", f"/drafts?unit={NAMES[7]}&kind=COMMISSION"),
        ("台账: kind", "/drafts?kind=COMMISSION"),
        ("台账: outcome", "/drafts?outcome=held"),
        ("台账: late", "/drafts?timely=late"),
        ("台账: a timeliness that is nowhere", "/drafts?timely=undetermined"),
        ("台账: late of a unit", f"/drafts?timely=late&unit={NAMES[7]}"),
        ("台账: adopted", "/drafts?adopted=yes"),
        ("台账: not adopted", "/drafts?adopted=no"),
        ("台账: a reason", "/drafts?reason=TOO_SHORT"),
        ("台账: a quarter", "/drafts?from=2020-01-01&to=2020-03-31"),
        ("台账: far back", "/drafts?after=2018-02-01_10000"),
        ("来信", "/letters"),
        ("来信: held", "/letters?outcome=held"),
        ("来信: set aside", "/letters?state=set_aside"),
        ("来信: settled", "/letters?state=settled"),
        ("来信: waiting (none)", "/letters?state=collected"),
        ("来信: a month", "/letters?from=2020-01-01&to=2020-01-31"),
        ("来信: a word", "/letters?q=工作动态"),
        ("来信: an address", "/letters?q=officer7@town.example"),
        ("来信: a word that is nowhere", "/letters?q=不存在的词"),
        ("来信: counts of all", "/letters/counts"),
        ("来信: counts of an address", "/letters/counts?q=officer7@town.example"),
        ("a letter", f"/letters/{held[50]}"),
        ("录用", "/adoptions"),
        ("录用: of a unit", f"/adoptions?unit={NAMES[7]}"),
        ("录用: waiting for a tier", "/adoptions?untiered=yes"),
        ("录用: a quarter", "/adoptions?period=2022Q3"),
        ("录用: one", f"/adoptions/{printed}"),
        ("录用: an outlet typed", "/adoptions/outlet?outlet=新华"),
        (
            "录用: drafts for a title",
            f"/adoptions/drafts?unit={NAMES[7]}&title=安全生产检查督查&day=2022-12-01",
        ),
        ("约稿", "/commissions"),
        ("约稿: one", "/commissions/1"),
        ("通报", "/notices"),
        ("通报: a quarter", "/notices/2022Q4"),
        ("通报: a year", "/notices/2022"),
        ("通报: published", "/notices/published/1"),
        ("通报: what changed since", "/notices/published/1/changes"),
        ("附加分", "/merits"),
        ("宣传员", "/officers"),
        ("宣传员: one", "/officers/1"),
        ("宣传员: a new one", "/officers/new"),
        ("规则", "/rules"),
        ("审计", "/audit"),
        ("审计: everything", "/audit?act=all"),
        ("审计: a person", "/audit?who=person3"),
        ("审计: nobody", "/audit?who=nobody"),
        ("审计: a rare act", "/audit?act=published"),
        ("账号", "/account"),
        ("待发", "/outbox"),
        ("管理: accounts", "/accounts"),
        ("管理: tokens", "/tokens"),
        ("管理: the service", "/service"),
        ("API: drafts", "/api/v1/drafts"),
        ("API: drafts of a word", "/api/v1/drafts?q=检查&limit=500"),
        ("API: letters", "/api/v1/letters?limit=500"),
        ("API: points", "/api/v1/points?period=2022Q4"),
        ("API: description", "/api/v1/openapi.json"),
        ("/metrics", "/metrics"),
        ("/healthz", "/healthz"),
    ]


# -- the server, and who asks it --


@contextmanager
def served(settings: Settings) -> Iterator[tuple[int, int]]:
    """Start the console with a clock in 2022 in a process of its own; yields its port and process id."""
    # asyncio switches Nagle's algorithm off only where the protocol was named, as its own servers do
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    start = multiprocessing.get_context("fork")
    process = start.Process(target=serve, args=(settings, listener), daemon=False)
    process.start()
    port = listener.getsockname()[1]
    try:
        yield port, process.pid or 0
    finally:
        process.terminate()
        process.join(30)
        listener.close()


def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve the pages from `listener` with the clock held in 2022; runs in a process of its own."""
    import uvicorn

    from console.web.app import create_app

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with open_application(settings, {}) as application:
        app = create_app(application, lambda: NOW)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        server.run(sockets=[listener])


Ask = Callable[[str], tuple[int, bytes]]


def asker(port: int) -> Ask:
    """Asks over one connection that is kept, with the bench's cookie."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(path: str) -> tuple[int, bytes]:
        connection.request("GET", encoded(path), headers=HEADERS)
        answer = connection.getresponse()
        return answer.status, answer.read()

    return ask


HEADERS = {
    "Cookie": f"shougao={SECRET}",
    "Authorization": f"Bearer {SECRET}",
    "Accept-Encoding": "gzip",
}


def encoded(path: str) -> str:
    """Percent-encode a path as a browser would."""
    from urllib.parse import quote

    return quote(path, safe="/?=&:%-_")


def timed(ask: Ask, path: str, worker: int) -> tuple[float, float]:
    """Median milliseconds of an answer, the first one left out, and the worker's own per answer."""
    status, body = ask(path)
    if status not in (200, 503):  # /healthz tells of a full disk by 503
        sys.exit(f"{path}: {status} {body[:300]!r}")
    taken, before = [], worked(worker)
    for _ in range(TIMES):
        begun = time.perf_counter()
        ask(path)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken), (worked(worker) - before) / TIMES


def worked(process: int) -> float:
    """Milliseconds that all threads of a process have had a processor (Linux)."""
    tasks = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6


def first_paint(port: int) -> int:
    """Bytes of 今日 and everything that it names, heads included, as an empty cache asks for them."""
    page, total = fetched(port, "/")
    for path in sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.decode()))):
        total += fetched(port, path)[1]
    return total


def fetched(port: int, path: str) -> tuple[bytes, int]:
    """Return the unpacked body of an answer, and how many bytes it took on the wire."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers=HEADERS)
    answer = connection.getresponse()
    body = answer.read()
    heads = sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 17
    squeezed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(body) if squeezed else body), len(body) + heads


if __name__ == "__main__":
    main()
