"""
What leaves the office: receipts to a relay, and a notice of a year.

    python -m bench.notifier [receipts] [drafts]

1,000 receipts are rendered, owed in a ledger on SQLite (every commit synced) and handed over one TLS
connection, with a login, to aiosmtpd in a process of its own; each is recorded as sent. Floor: the same
messages, ready made, sent by smtplib alone. Peer: what one would write without us, Jinja2, EmailMessage
and smtplib, with no ledger behind them.

The year's notice: 1,000,000 drafts of 40 units as the ledger's query gives them (alike ones in groups),
then points, targets and ranks, the .docx and the .xlsx. Floor: the same groups summed into the nine
columns, one plain sheet written by XlsxWriter. Seconds by the clock; CPU seconds stand beside them, for
a machine that others use.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import smtplib
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from multiprocessing.connection import Connection
from pathlib import Path

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from bench.notice_year import YEAR, GivenFigures, facts_of, floor_of_notice, year_of
from bench.rows import Row, note
from ledger.models.database import open_ledger
from ledger.outbox import Outbox
from ledger.row_values import OutgoingMessage
from ledger.states import LetterKind
from notifier.delivery.deliver import Ceilings, deliver
from notifier.delivery.smtp import SmtpRelay
from notifier.delivery.smtp_session import Tls
from notifier.letters.receipt import receipt
from notifier.mail.message import render
from notifier.mail.page import Office
from notifier.mail.templating import shipped
from notifier.notice.document import document
from notifier.notice.workbook import workbook
from rulebook.default_rules import NEWS
from rulebook.model import (
    Draft,
    DraftVerdict,
    EventDate,
    Outcome,
    Sender,
    Submission,
    Timely,
    Verdict,
)

NOW = datetime(2022, 3, 7, 1, 30, tzinfo=UTC)
FROM, PASSWORD = "inbox@office.example", "bench"
OFFICE = Office(
    "区应急管理局人事教育科", "信息宣传收稿邮箱", "如有疑问，请直接回复本邮件。",
    "office.example", "Asia/Shanghai", FROM,
)  # fmt: skip


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock and of this process's CPU."""

    clock: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.clock:7.2f} s {self.cpu:7.2f} s CPU"


class Watch:
    """Measures what is done inside its `with`."""

    def __enter__(self) -> Watch:
        self._clock, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.spent = Spent(time.perf_counter() - self._clock, time.process_time() - self._cpu)


def main() -> None:
    """Time sending and the notice."""
    receipts = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    drafts = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    with relay_beside() as server:
        post(receipts, server)
    notice(drafts)


@dataclass(frozen=True)
class Server:
    """Where the relay listens, and what to trust."""

    port: int
    trust: ssl.SSLContext


@contextlib.contextmanager
def relay_beside() -> Iterator[Server]:
    """Start aiosmtpd with TLS and AUTH in a process of its own: its work is not ours."""
    authority = trustme.CA()
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    issued = authority.issue_cert("localhost")
    pem = b"".join(one.bytes() for one in (issued.private_key_pem, *issued.cert_chain_pems))
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, pem))
    process.start()
    try:
        yield Server(ours.recv(), trust)
    finally:
        ours.send("stop")
        process.join()


class _Sink:
    async def handle_DATA(self, *_: object) -> str:  # noqa: N802  aiosmtpd's name
        return "250 OK"


class _Relay(Controller):
    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _serve(line: Connection, pem: bytes) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)
    relay = _Relay(
        _Sink(), hostname="localhost", port=0, ssl_context=context, auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=True),
    )  # fmt: skip
    relay.start()
    line.send(relay.port)
    line.recv()
    relay.stop(no_assert=True)


def post(count: int, server: Server) -> None:
    """Time sending so many receipts, by us and by a loop over smtplib."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_ledger(f"sqlite:///{Path(folder) / 'ledger.db'}")
        outbox = Outbox(engine)
        relay = SmtpRelay(
            "localhost", server.port, FROM, PASSWORD, Tls.IMPLICIT, context=server.trust
        )
        with Watch() as rendering:
            raws = [_receipt(number) for number in range(count)]
        with Watch() as owing:
            Outbox(engine).enqueue_once(
                [_owed(number, raw) for number, raw in enumerate(raws)], NOW
            )
        with Watch() as sending:
            done = deliver(outbox, relay, FROM, NOW, Ceilings(10 * count, 10 * count))
        assert done.sent == count, done
        engine.dispose()
    with Watch() as floor, _login(server) as client:
        assert client.sock is not None
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as ours
        for number, raw in enumerate(raws):
            client.sendmail(FROM, [_address(number)], raw)
    with Watch() as peer, _login(server) as client:
        _by_hand(client, count)
    elapsed = Spent(
        sum(one.spent.clock for one in (rendering, owing, sending)),
        sum(one.spent.cpu for one in (rendering, owing, sending)),
    )
    print(f"{count:,} receipts of {sum(map(len, raws)) // count:,} bytes, one connection")
    print(f"  rendered              {rendering.spent}")
    print(f"  owed in the ledger    {owing.spent}")
    print(f"  sent and recorded     {sending.spent}")
    print(f"  in all                {elapsed}   (aim: 10 s per 1,000)")
    print(f"  floor: smtplib alone  {floor.spent}   {_ratio(elapsed, floor.spent)}")
    print(f"  peer: by hand         {peer.spent}   {_ratio(elapsed, peer.spent)}\n")
    what, met = f"{count:,} receipts out", elapsed.clock <= count / 100
    note(Row(what, elapsed.clock, "s", "smtplib alone", floor.spent.clock, "10 s per 1,000", met))
    note(Row(what, elapsed.clock, "s", "Jinja2, EmailMessage, smtplib", peer.spent.clock))


def _ratio(ours: Spent, theirs: Spent) -> str:
    return f"we need {ours.clock / theirs.clock:.1f} times the time, {ours.cpu / theirs.cpu:.1f} times the CPU"


def _address(number: int) -> str:
    return f"officer{number % 60}@town.example"


def _receipt(number: int) -> bytes:
    return render(_letter(number), FROM, OFFICE.display_name, NOW)


def _letter(number: int):  # type: ignore[no-untyped-def]
    """Return a receipt for two drafts, one in time and one late."""
    event_date = EventDate(date(2022, 3, 6), "3月6日，第7单位组织人员对辖区危化品企业开展专项检查")
    draft = Draft("稿件.zip/检查.docx", f"第7单位开展危化品企业专项检查（{number}）", "", 412,
                  event_date, "d" * 64, "f" * 64)  # fmt: skip
    on_time = DraftVerdict(
        draft, NEWS, "邮件主题标有“工作动态”", "第07单位",
        datetime(2022, 3, 8, 16, tzinfo=UTC), Timely.ON_TIME, Outcome.ACCEPTED, (), 1,
    )  # fmt: skip
    late = replace(on_time, timely=Timely.LATE, deadline=NOW - timedelta(days=1), points=0)
    sender = Sender("钱一鸣", _address(number), "第07单位", "钱一鸣")
    letter = Submission(f"【工作动态】第7单位{number}", sender, NOW, ("稿件.zip",), (draft, draft))
    return receipt(
        number, letter, Verdict(Outcome.ACCEPTED, (), (on_time, late)), OFFICE,
        message_id=f"<{number}@town.example>", references=(), reply_to="",
    )  # fmt: skip


def _owed(number: int, raw: bytes) -> OutgoingMessage:
    return OutgoingMessage(
        LetterKind.RECEIPT, _address(number), (), "回执", f"<receipt.{number}@office.example>", raw
    )


@contextlib.contextmanager
def _login(server: Server) -> Iterator[smtplib.SMTP_SSL]:
    with smtplib.SMTP_SSL("localhost", server.port, "[127.0.0.1]", context=server.trust) as client:
        client.login(FROM, PASSWORD)
        yield client


def _by_hand(client: smtplib.SMTP_SSL, count: int) -> None:
    from jinja2 import DictLoader, Environment

    templates = Environment(loader=DictLoader(_texts()), autoescape=True)
    page = _page()
    for number in range(count):
        message = EmailMessage()
        message["From"], message["To"] = FROM, _address(number)
        message["Subject"] = f"【已收稿】Re: 【工作动态】第7单位{number}"
        message["Message-ID"] = f"<peer.{number}@office.example>"
        message.set_content(templates.get_template("receipt.txt").render(page=page))
        html = templates.get_template("receipt.html").render(page=page)
        message.add_alternative(html, subtype="html")
        client.send_message(message)


def _texts() -> dict[str, str]:
    looks = (Path(__file__).parents[1] / "notifier" / "templates" / "_looks.html").read_text(
        "utf-8"
    )
    letters = {name: raw.decode() for name, raw in shipped().items() if not name.endswith(".docx")}
    return {**letters, "_looks.html": looks}


def _page() -> object:
    from notifier.letters.samples import page

    return page(OFFICE)


def notice(count: int) -> None:
    """Time a year's notice of so many drafts."""
    with Watch() as making:
        facts = year_of(count)
    total = sum(draft.times for draft in facts.drafts)
    figures = GivenFigures(facts)
    with Watch() as adding:
        summary = figures.summary(YEAR, date(2023, 1, 5))
    with Watch() as writing:
        notice_facts = facts_of(summary)
        files = document(notice_facts), workbook(notice_facts)
    with Watch() as floor:
        floor_of_notice(facts)
    elapsed = Spent(adding.spent.clock + writing.spent.clock, adding.spent.cpu + writing.spent.cpu)
    print(
        f"a year's notice of {total:,} drafts in {len(facts.drafts):,} groups, "
        f"{len(facts.adoptions):,} adoptions (made up in {making.spent.clock:.1f} s)"
    )
    print(f"  points and targets    {adding.spent}")
    print(f"  .docx and .xlsx       {writing.spent}   {len(files[0]):,} + {len(files[1]):,} bytes")
    print(f"  in all                {elapsed}   (aim: 3 s after the query)")
    print(f"  floor: sums, a sheet  {floor.spent}   {_ratio(elapsed, floor.spent)}")
    what, met = f"a year's notice of {total:,} drafts", elapsed.clock <= 3
    note(Row(what, elapsed.clock, "s", "sums and a plain sheet", floor.spent.clock, "≤ 3 s", met))


if __name__ == "__main__":
    main()
