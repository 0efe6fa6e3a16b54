"""One letter that the server cannot hand over costs that letter alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from ingest.mailboxes.mailbox import MessageLocation, MessageUnreadable, TransientError
from ledger.states import Skipped
from tests.ingest.conftest import Account, Ledger
from tests.ingest.netease import NetEase, Script, wire

LETTER = b"From: qian@hutang.example\r\nSubject: %d\r\n\r\n" + b"text\r\n" * 40
BAD = 13
"""The UID that the server cannot hand over."""
MANY = 25
FETCH = re.compile(rb"UID FETCH ([\d,:]+) ")


def asked(line: bytes) -> list[int]:
    """The UIDs of a FETCH command, none for another command."""
    found = FETCH.search(line)
    uids: list[int] = []
    for part in found[1].split(b",") if found else ():
        first, _, last = part.partition(b":")
        uids += range(int(first), int(last or first) + 1)
    return uids


def refusing(said: str, sizes: bool = True) -> type[Script]:
    """A server that answers a FETCH of the bad letter so; `sizes`: already when asked for its size."""

    class Refusing(Script):
        def command(self, line: bytes) -> bytes | None:
            if BAD not in asked(line) or (not sizes and b"RFC822.SIZE" in line):
                return None
            return said.encode().replace(b"TAG", line.split()[0])

    return Refusing


def deliver(account: Account, letters: int = MANY) -> list[bytes]:
    for number in range(letters):
        account.deliver(LETTER % number)
    return [LETTER % number for number in range(letters) if number != BAD - 1]


def the_bad_one(ledger: Ledger) -> MessageLocation:
    (fault,) = ledger.faults
    assert fault.location is not None
    assert fault.location.uid == str(BAD)
    assert fault.detail
    return fault.location


@pytest.mark.parametrize("sizes", [True, False], ids=["sizes", "content"])
@pytest.mark.parametrize(
    "said",
    [
        "TAG NO [SERVERBUG-X] cannot read this message\r\n",
        "TAG BAD internal parse error\r\n",
        "* BYE oops\r\n",
        "* 13 FETCH (UID 13 RFC822.SIZE abc)\r\nTAG OK done\r\n",
        '* 13 FETCH (UID 13 INTERNALDATE "99-Foo-2022 99:99:99 +9999"\r\nTAG OK done\r\n',
        "* 13 FETCH nonsense\r\nTAG OK done\r\n",
        "* 13 FETCH (UID 13 RFC822.SIZE 900 BODY[] {966367641600}\r\nabc)\r\nTAG OK done\r\n",
    ],
)
def test_all_others_arrive_and_the_one_is_named(
    account: Account, ledger: Ledger, said: str, sizes: bool
) -> None:
    others = deliver(account)
    account.deliver(LETTER % 99, "Junk")
    with wire(account.server.port, refusing(said, sizes)) as line:
        mailbox = account.mailbox(line.port)
        assert ledger.collect(mailbox) == [*others, LETTER % 99]
        assert the_bad_one(ledger).folder == "INBOX"


def test_it_arrives_as_soon_as_the_server_hands_it_over(account: Account, ledger: Ledger) -> None:
    deliver(account)
    with wire(account.server.port, refusing("TAG NO cannot\r\n")) as line:
        ledger.collect(account.mailbox(line.port))
    assert ledger.collect(account.mailbox()) == [LETTER % (BAD - 1)]


def test_what_came_untagged_before_a_no_is_taken(account: Account, ledger: Ledger) -> None:
    """RFC 2180 4.1.2: a server may hand over what it can, and say NO."""

    class Partly(Script):
        def command(self, line: bytes) -> bytes | None:
            uids = asked(line)
            if BAD not in uids or b"RFC822.SIZE" not in line:
                return None
            told = "".join(
                f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(LETTER % (uid - 1))}"
                ' INTERNALDATE "05-Mar-2022 09:30:00 +0800")\r\n'
                for uid in uids
                if uid != BAD
            )
            return told.encode() + line.split()[0] + b" NO some could not be read\r\n"

    others = deliver(account)
    with wire(account.server.port, Partly) as line:
        assert ledger.collect(account.mailbox(line.port)) == others
        the_bad_one(ledger)
        questions = [command for command in line.commands if "RFC822.SIZE" in command]
        assert len(questions) <= 6


def test_a_moment_that_cannot_be_read_keeps_no_letter_back(
    account: Account, ledger: Ledger
) -> None:
    class Mangled(Script):
        def answer(self, line: bytes) -> bytes:
            if b"UID 13 " not in line:
                return line
            return re.sub(rb'(?<=INTERNALDATE ")[^"]*', b"05-Mar-2022 09:30:00 +9999", line)

    deliver(account)
    with wire(account.server.port, Mangled) as line:
        assert len(ledger.collect(account.mailbox(line.port))) == MANY
        assert not ledger.faults


def test_a_connection_that_is_lost_over_every_letter_is_the_servers_fault(
    account: Account, ledger: Ledger
) -> None:
    class Dying(Script):
        def command(self, line: bytes) -> bytes | None:
            return b"* BYE oops\r\n" if asked(line) else None

    deliver(account, 3)
    with wire(account.server.port, Dying) as line, pytest.raises(TransientError):
        ledger.collect(account.mailbox(line.port))
    assert not ledger.faults


def test_a_server_that_refuses_all_for_being_busy_blames_no_letter(
    account: Account, ledger: Ledger
) -> None:
    class Busy(Script):
        def command(self, line: bytes) -> bytes | None:
            return (
                line.split()[0] + b" NO System busy, try again later\r\n" if asked(line) else None
            )

    deliver(account, 3)
    with wire(account.server.port, Busy) as line, pytest.raises(TransientError, match="busy"):
        ledger.collect(account.mailbox(line.port))
    assert not ledger.faults


# folders and answers that follow no grammar


def test_a_junk_folder_without_permission_costs_only_itself(
    account: Account, ledger: Ledger
) -> None:
    class Closed(Script):
        def command(self, line: bytes) -> bytes | None:
            if b"EXAMINE" in line and b"Junk" in line:
                return line.split()[0] + b" NO [NOPERM] Permission denied\r\n"
            return None

    account.deliver(LETTER % 1)
    account.deliver(LETTER % 2, "Junk")
    account.deliver(LETTER % 3, "垃圾邮件")
    with wire(account.server.port, Closed) as line:
        mailbox = account.mailbox(line.port, junk_folders=("垃圾邮件",))
        assert ledger.collect(mailbox) == [LETTER % 1, LETTER % 3]
        (fault,) = ledger.faults
        assert (fault.folder, fault.location) == ("Junk", None)
        assert "权限" in fault.detail and "密码" not in fault.detail
        assert mailbox.count() == {"INBOX": 1, "垃圾邮件": 1}
        assert {folder for folder, _ in mailbox.uids()} == {"INBOX", "垃圾邮件"}


@pytest.mark.parametrize("script", [Script, NetEase])
def test_a_folder_whose_name_is_sent_raw_costs_only_itself(
    account: Account, ledger: Ledger, script: type[Script]
) -> None:
    class Raw(script):  # type: ignore[misc, valid-type]
        def answer(self, line: bytes) -> bytes:
            told: bytes = super().answer(line)
            return told.replace(b"R&-D", b"R&D")

    account.deliver(LETTER % 1)
    account.deliver(LETTER % 2, "R&D")
    account.deliver(LETTER % 3, "Junk")
    with wire(account.server.port, Raw) as line:
        mailbox = account.mailbox(line.port, identity={"name": "test"})
        assert ledger.collect(mailbox) == [LETTER % 1, LETTER % 3]
        assert not ledger.faults


def test_a_search_answer_in_two_lines_is_one_answer(account: Account, ledger: Ledger) -> None:
    class Split(Script):
        def answer(self, line: bytes) -> bytes:
            if not line.startswith(b"* SEARCH 1 2"):
                return line
            return b"* SEARCH 1 2\r\n* SEARCH" + line.removeprefix(b"* SEARCH 1 2")

    for number in range(4):
        account.deliver(LETTER % number)
    with wire(account.server.port, Split) as line:
        assert len(ledger.collect(account.mailbox(line.port))) == 4


# less than the letter


def short_of(give: Callable[[bytes], bytes], times: int) -> type[Script]:
    """A server that gives what `give` leaves of the bad letter, the first `times` times."""
    left = iter(range(times))

    class Short(Script):
        def command(self, line: bytes) -> bytes | None:
            if BAD not in asked(line) or b"RFC822.SIZE" in line or next(left, None) is None:
                return None
            content = give(LETTER % (BAD - 1))
            named = re.search(rb"BODY\.PEEK\[\](<\d+)?", line)
            at = b""
            if named and named[1]:
                at = named[1] + b">"
                content = content[int(named[1][1:]) :]
            head = b"* 13 FETCH (UID 13 BODY[]%s {%d}\r\n" % (at, len(content))
            return head + content + b")\r\n" + line.split()[0] + b" OK done\r\n"

    return Short


@pytest.mark.parametrize("give", [lambda raw: b"", lambda raw: raw[:100]], ids=["empty", "cut"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_letter_that_came_short_is_asked_for_again(
    account: Account, ledger: Ledger, give: Callable[[bytes], bytes], times: int
) -> None:
    deliver(account, BAD)
    with wire(account.server.port, short_of(give, times)) as line:
        letters = ledger.collect(account.mailbox(line.port))
    assert letters[-1] == LETTER % (BAD - 1)
    assert not ledger.faults


@pytest.mark.parametrize("give", [lambda raw: b"", lambda raw: raw[:100]], ids=["empty", "cut"])
def test_a_letter_that_stays_short_is_held_and_comes_when_it_is_whole(
    account: Account, ledger: Ledger, give: Callable[[bytes], bytes]
) -> None:
    others = deliver(account, BAD)
    with wire(account.server.port, short_of(give, 100)) as line:
        assert ledger.collect(account.mailbox(line.port)) == others
    the_bad_one(ledger)
    (fault,) = ledger.faults
    assert fault.skipped is Skipped.INCOMPLETE and "服务器没有给全" in fault.detail
    assert ledger.collect(account.mailbox()) == [LETTER % (BAD - 1)]


def test_pieces_of_a_large_letter_that_stay_short_are_not_the_letter(
    account: Account, ledger: Ledger
) -> None:
    deliver(account, BAD)
    with wire(account.server.port, short_of(lambda raw: raw[:100], 100)) as line:
        mailbox = account.mailbox(line.port)
        *_, arrival = mailbox.list_new(ledger.known)
        with pytest.raises(MessageUnreadable, match="没有给全"):
            b"".join(mailbox.fetch_chunks(arrival))


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("ingest.mailboxes.imap.FIRST_UIDS", 20)
    yield
