"""
The site that `bench.hosts` plays on: a host each for database, bucket, mail and relay, and those that work.

All servers are real: PostgreSQL, OpenStack Swift by its S3 interface, Dovecot, Postfix. Each working host
has the installation's folder of offices for itself, as machines do; they share the servers alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import shutil
import sys
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import docx
from sqlalchemy import Engine, create_engine

from bench.network import Host, network
from bench.postfix import Postfix, postfix
from bench.postgresql import PostgreSql, postgresql
from bench.s3 import KEY, SECRET, S3Service
from bench.servers import NOBODY, Dovecot, dovecot
from bench.swift import swift
from console.settings.loading import MAILBOX_PASSWORD, VAULT_PASSWORD, variable_of
from console.spreadsheets.roster import read_roster
from ledger.journal import PROGRAM
from ledger.models.database import open_ledger
from ledger.roster import Roster
from tests.console.office import (
    NO_CEILINGS,
    ROSTER,
    config_of_letters_long_ago,
    letter,
    packed,
    settings_in,
    text_of,
)

PASSWORD = "correct horse-battery"
BUCKET = "letters"
DATABASE, MAIL, RELAY, STORE = "database", "mail", "relay", "bucket"
SERVERS = (DATABASE, STORE, MAIL, RELAY)
FIRST = 1_646_616_600
"""When the first letter was received; each is received a second after the one before it."""
PAIR = 10
"""Each tenth letter of an office brings the draft of the fifth before it once more."""
SWAPS = (
    *NO_CEILINGS,
    ("workers = 2", "workers = 1"),
    ('kind = "inline"', 'kind = "procrastinate"'),
)
_MARK = "稿件的正文写在这里"


@dataclass
class Site:
    """Everything there is: the servers, the working hosts, the offices and their ledgers."""

    folder: Path
    hosts: dict[str, Host]
    pollers: list[Host]
    workers: list[Host]
    database: PostgreSql
    store: S3Service
    mail: Dovecot
    relay: Postfix
    offices: list[str]
    ledgers: dict[str, Engine]
    came: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The letters that have come to each office so far, by number."""
    repeated: dict[int, int] = field(default_factory=dict)
    """Letters that bring an earlier one's draft, and that one."""
    names: set[str] = field(default_factory=set)
    """What the bucket is to hold of them."""
    _pattern: bytes = field(default_factory=lambda: _docx())

    @property
    def given(self) -> int:
        """Letters that have come so far."""
        return sum(map(len, self.came.values()))

    def receive(self, many: int, offices: Sequence[str] = ()) -> None:
        """Have letters come, to one office after the other, of these or of all."""
        offices = offices or self.offices
        for number in range(self.given, self.given + many):
            office = offices[number % len(offices)]
            before = self.came[office]
            if len(before) % PAIR == PAIR - 1:
                self.repeated[number] = before[-PAIR // 2]
            before.append(number)
            raw = self.letter(number).replace(b"\n", b"\r\n")  # as the mail server hands it out
            digest = hashlib.sha256(raw).hexdigest()
            self.names.add(f"{office}/{digest[:2]}/{digest}")
            maildir = self.mail.maildir(office)
            file = maildir / "tmp" / f"{FIRST + number}.M{number}.hosts"
            file.write_bytes(raw)
            os.utime(file, (FIRST + number, FIRST + number))
            os.chown(file, NOBODY, NOBODY)
            file.rename(maildir / "new" / file.name)

    def letter(self, number: int) -> bytes:
        """Return a letter as officers send them: a zip with a Word file."""
        draft = _filled(self._pattern, text_of(self.repeated.get(number, number)))
        return letter(number, attachment=(f"湖塘镇稿件{number}.zip", packed({"稿件.docx": draft})))

    def start(self, host: Host) -> None:
        """Have a host do its work for all offices."""
        poller = host in self.pollers
        command = ["run", "--no-pages"] if poller else ["worker", "--concurrency", "1"]
        program = [sys.executable, "-m", "console", *command]
        host.start("shougao", program, self.environment(host), self.log(host))

    def set_engine(self, host: Host, kind: str) -> None:
        """Have a host's programs share the work, or do it all, from their next start on."""
        for office in self.offices:
            config = self.folder / host.name / office / "config.toml"
            text = re.sub(
                r'^kind = "(?:inline|procrastinate)"$',
                f'kind = "{kind}"',
                config.read_text(encoding="utf-8"),
                flags=re.M,
            )
            config.write_text(text, encoding="utf-8")

    def environment(self, host: Host) -> dict[str, str]:
        """Return what commands on a host see."""
        own = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
        for office in self.offices:
            own[variable_of(office, MAILBOX_PASSWORD)] = PASSWORD
            own[variable_of(office, VAULT_PASSWORD)] = SECRET
        return own | {
            "LANG": "C.UTF-8",
            "SHOUGAO_OFFICES": str(self.folder / host.name),
            "SSL_CERT_FILE": str(self.mail.ca),
        }

    def log(self, host: Host) -> Path:
        """Where a host's programs write what they have to say."""
        return self.folder / f"{host.name}.log"


@contextlib.contextmanager
def site(offices: int, pollers: int, workers: int) -> Iterator[Site]:
    """
    Build a site; nothing works on it yet, and nothing of it is left at the end.

    Raises: NoNetwork, NoServer where something is not to be had; the text says what.
    """
    polling = [f"poller-{number}" for number in range(1, pollers + 1)]
    working = [f"worker-{number}" for number in range(1, workers + 1)]
    names = [f"office{number:02}" for number in range(1, offices + 1)]
    with contextlib.ExitStack() as at_the_end:
        folder = Path(tempfile.mkdtemp(prefix="hosts-"))
        at_the_end.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        hosts = at_the_end.enter_context(network([*SERVERS, *polling, *working]))
        machine = hosts[DATABASE]
        database = at_the_end.enter_context(
            postgresql(
                folder / "pg",
                f"listen_addresses={machine.address}",
                "max_connections=1500",
                "shared_preload_libraries=pg_stat_statements",
                prefix=machine.prefix,
            )
        )
        machine = hosts[STORE]
        store = at_the_end.enter_context(swift(folder / "swift", machine.address, machine.prefix))
        store.make_bucket(BUCKET)
        machine = hosts[MAIL]
        mail = at_the_end.enter_context(
            dovecot(dict.fromkeys(names, PASSWORD), machine.address, machine.prefix)
        )
        machine = hosts[RELAY]
        (folder / "relay").mkdir()
        relay = at_the_end.enter_context(postfix(folder / "relay", machine.address, machine.prefix))
        ledgers = {name: create_engine(url) for name, url in _ledgers(folder, database, names)}
        for engine in ledgers.values():
            at_the_end.callback(engine.dispose)
        made = Site(
            folder,
            hosts,
            [hosts[name] for name in polling],
            [hosts[name] for name in working],
            database,
            store,
            mail,
            relay,
            names,
            ledgers,
        )
        for host in (*made.pollers, *made.workers):
            for name in names:
                office = folder / host.name / name
                office.mkdir(parents=True)
                (office / "config.toml").write_text(_config(made, name), encoding="utf-8")
        yield made


def _ledgers(folder: Path, database: PostgreSql, names: list[str]) -> list[tuple[str, str]]:
    """Make a ledger for each office, with the same two officers on its roster."""
    ledger = open_ledger(database.create("pattern"))
    roster = folder / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    units = settings_in(folder).provisions[-1].units
    Roster(ledger).enter(read_roster(roster, units), PROGRAM, datetime.now(UTC))
    ledger.dispose()
    return [(name, database.create(name, "pattern")) for name in names]


def _config(made: Site, office: str) -> str:
    text = config_of_letters_long_ago()
    address = made.hosts[DATABASE].address
    swaps = (
        *SWAPS,
        ('ledger = ""', f'ledger = "postgresql://postgres@{address}/{office}"'),
        (
            "imaps://wjqyjgljxx@163.com@imap.163.com:993",
            f"imaps://{office}@{made.mail.host}:{made.mail.tls_port}",
        ),
        (
            "smtps://wjqyjgljxx@163.com@smtp.163.com:465",
            f"smtp://{made.hosts[RELAY].address}:{made.relay.port}",
        ),
    )
    for before, after in swaps:
        if before not in text:
            raise ValueError(f"config.toml no longer says {before}")
        text = text.replace(before, after)
    head, section = text.split("[vault]", 1)
    vault = (
        f'[vault]\nurl = "s3://{BUCKET}/{office}"\nendpoint = "{made.store.endpoint}"\n'
        f'key = "{KEY}"\n\n'
    )
    return head + vault + section[section.index("[mailbox]") :]


def _docx() -> bytes:
    document = docx.Document()
    document.add_paragraph(_MARK)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _filled(pattern: bytes, text: str) -> bytes:
    """Return the Word file with these paragraphs."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(pattern)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                lines = "</w:t></w:r></w:p><w:p><w:r><w:t>".join(text.splitlines())
                data = data.decode().replace(_MARK, lines).encode()
            # an equal draft is an equal file, whenever it was packed
            target.writestr(
                zipfile.ZipInfo(name, (2022, 3, 7, 9, 0, 0)), data, zipfile.ZIP_DEFLATED
            )
    return out.getvalue()
