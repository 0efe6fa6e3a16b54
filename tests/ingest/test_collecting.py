"""Collecting: what is fetched, what is known by number only, what is passed over and comes later."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ingest.collecting import MAX_UNREADABLE, Collecting, CollectingNotes
from ingest.first_contact import FirstContact, survey
from ingest.mailboxes.mailbox import Mailbox, MessageInfo, MessageUnreadable, TransientError
from ingest.mailboxes.maildir import MaildirMailbox
from ledger.letters import LetterRepository
from ledger.score_lines import Scores
from ledger.sightings import Sightings
from ledger.states import Skipped
from ledger.storage.vault import Vault, VaultError
from tests.ingest.conftest import Account
from tests.ingest.netease import Script, wire
from tests.rulebook.builders import provisions

NOW = datetime(2022, 3, 8, 2, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=10)
LETTER = b"From: qian@hutang.example\r\nSubject: %d\r\n\r\ntext\r\n"


class Office:
    """A ledger, a vault and a clock that the test moves."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.now = NOW
        self.since = SINCE
        self.vault = Vault(folder / "vault")
        self.letters = LetterRepository(engine, Scores(lambda _day: provisions()))
        self.sightings = Sightings(engine)
        self.announced: list[FirstContact] = []
        self.notes = CollectingNotes()
        self.collecting = Collecting(
            vault=self.vault,
            letters=self.letters,
            sightings=self.sightings,
            since=lambda: self.since,
            answer_days=3,
            letter_bytes=1_000_000,
            now=lambda: self.now,
            soon=lambda: None,
        )

    def collect(self, mailbox: Mailbox) -> set[bytes]:
        self.notes = CollectingNotes()
        batches = self.collecting.run(mailbox, lambda: False, self.notes, self.announced.append)
        return {self.vault.get(one.digest) for batch in batches for one in batch}


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    return Office(engine, tmp_path)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "in" / part).mkdir(parents=True)
    return tmp_path / "in"


def deliver(box: Path, number: int, days_ago: float) -> None:
    file = box / "new" / f"{number}.M1.example"
    file.write_bytes(LETTER % number)
    moment = (NOW - timedelta(days=days_ago)).timestamp()
    os.utime(file, (moment, moment))


def test_letters_of_before_the_first_day_are_known_by_number_and_never_fetched(
    office: Office, box: Path
) -> None:
    for number in range(700):
        deliver(box, number, 400)
    deliver(box, 1000, 1)

    class Watched(MaildirMailbox):
        fetched = 0

        def fetch(self, message: MessageInfo) -> bytes:
            self.fetched += 1
            return super().fetch(message)

    mailbox = Watched(box)
    assert office.collect(mailbox) == {LETTER % 1000}
    assert mailbox.fetched == 1
    assert len(office.sightings.passed_over(mailbox.account, older=True)) == 700
    assert not office.notes.faults
    assert office.collect(mailbox) == set()


def test_once_the_first_day_is_set_earlier_they_are_collected(office: Office, box: Path) -> None:
    deliver(box, 1, 30)
    deliver(box, 2, 400)
    assert office.collect(MaildirMailbox(box)) == set()
    office.since = NOW - timedelta(days=60)
    assert office.collect(MaildirMailbox(box)) == {LETTER % 1}


def test_the_first_look_says_what_it_will_do_before_it_does_it_and_only_then(
    office: Office, box: Path
) -> None:
    for number, days in enumerate((400, 30, 9, 5, 2, 1)):
        deliver(box, number, days)
    office.collect(MaildirMailbox(box))
    (told,) = office.announced
    assert (told.letters, told.older, told.collected, told.answerable) == (6, 2, 4, 2)
    said = told.sentence("Asia/Shanghai")
    assert "共有6封" in said and "2022年2月26日以前的2封只记编号" in said
    assert "2封收到已超过3天，只登记，不答复" in said and "最多答复2封" in said
    deliver(box, 99, 0)
    office.collect(MaildirMailbox(box))
    assert len(office.announced) == 1


def test_without_a_limit_of_age_every_letter_may_be_answered() -> None:
    moments = [NOW - timedelta(days=days) for days in (1, 100)]
    assert survey(moments, NOW - timedelta(days=200), 0, NOW).answerable == 2


def test_a_letter_that_cannot_be_had_is_recorded_and_asked_for_again_later(
    office: Office, account: Account
) -> None:
    broken = True

    class Refusing(Script):
        def command(self, line: bytes) -> bytes | None:
            if broken and b"UID FETCH 2 " in line:
                return line.split()[0] + b" NO cannot read it\r\n"
            return None

    for number in range(1, 4):
        account.deliver(LETTER % number, received=(NOW - timedelta(days=1)).timestamp())
    with wire(account.server.port, Refusing) as line:
        mailbox = account.mailbox(line.port)
        assert office.collect(mailbox) == {LETTER % 1, LETTER % 3}
        (letter,) = office.sightings.passed_over()
        assert (letter.folder, letter.uid, letter.tries) == ("INBOX", "2", 1)
        assert letter.received == NOW - timedelta(days=1)
        assert "cannot read it" in letter.detail
        asked = len(line.commands)
        assert office.collect(mailbox) == set()
        assert not any("FETCH 2 " in command for command in line.commands[asked:])
        office.now += timedelta(minutes=1)
        assert office.collect(mailbox) == set()
        assert office.sightings.passed_over()[0].tries == 2
        broken = False
        office.now += timedelta(minutes=2)
        assert office.collect(mailbox) == {LETTER % 2}
        assert office.sightings.passed_over() == []


def test_a_letter_that_came_short_is_never_in_the_ledger(office: Office, account: Account) -> None:
    class Short(Script):
        def command(self, line: bytes) -> bytes | None:
            if b"BODY.PEEK" not in line:
                return None
            return b"* 1 FETCH (UID 1 BODY[] {0}\r\n)\r\n" + line.split()[0] + b" OK done\r\n"

    account.deliver(LETTER % 1, received=NOW.timestamp())
    with wire(account.server.port, Short) as line:
        assert office.collect(account.mailbox(line.port)) == set()
    assert office.sightings.passed_over()[0].skipped is Skipped.INCOMPLETE
    assert office.letters.census() == {}
    office.now += timedelta(minutes=1)
    assert office.collect(account.mailbox()) == {LETTER % 1}


def test_a_server_that_hands_over_no_letter_at_all_is_unwell(office: Office, box: Path) -> None:
    class Broken(MaildirMailbox):
        def fetch(self, message: MessageInfo) -> bytes:
            raise MessageUnreadable("NO")

    for number in range(MAX_UNREADABLE + 5):
        deliver(box, number, 1)
    with pytest.raises(TransientError):
        office.collect(Broken(box))
    assert len(office.sightings.passed_over()) == MAX_UNREADABLE


def test_a_large_letter_that_does_not_fit_waits_and_those_behind_it_do_not(
    office: Office, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        deliver(box, number, days_ago=3 - number / 2)
    large = box / "new" / "1.M1.example"
    large.write_bytes(large.read_bytes() * 20)
    os.utime(large, ((NOW - timedelta(days=2)).timestamp(),) * 2)
    monkeypatch.setattr("ingest.collecting.MAX_UNSYNCED_BYTES", 200)

    def full(*_: object) -> tuple[str, int]:
        raise VaultError("无法写入：磁盘已满")

    mailbox = MaildirMailbox(box)
    with monkeypatch.context() as disk:
        disk.setattr(Vault, "put_pieces", full)
        with pytest.raises(VaultError, match="磁盘已满"):
            office.collect(mailbox)
    assert len(office.letters.backlog()) == 2
    assert office.collect(mailbox) == {LETTER % 1 * 20}
