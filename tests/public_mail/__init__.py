"""
Public mail as it falls into any mailbox: lists, newsletters, bounces, replies of machines, adverts, notices.

Nobody in it sends a draft, so no letter of it may be answered. The same letters each time, but for
boundaries; headers as the programs write them that the generators name. All addresses are invented.
"""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.public_mail import lists, machines, people
from tests.public_mail.writing import Chance

KINDS: tuple[Callable[[int, Chance], bytes], ...] = (
    lists.mailman,
    lists.google_groups,
    lists.ezmlm,
    lists.forge_notice,
    lists.forwarded_list,
    lists.newsletter,
    lists.campaign,
    lists.unmarked_newsletter,
    lists.unmarked_report,
    lists.advert,
    lists.advert_packed,
    lists.scholarly,
    lists.phishing,
    machines.dsn,
    machines.auto_reply,
    machines.read_receipt,
    machines.recall,
    machines.calendar,
    machines.vendor_notice,
    machines.monitoring,
    people.citizen,
    people.company,
    people.superior,
    people.applicant,
    people.journalist,
    people.forged_thread,
    people.personal,
    people.broken,
)


def letters(count: int, seed: int = 2022) -> Iterator[bytes]:
    """Yield so many letters, each kind as often as the next."""
    chance = random.Random(seed)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        yield kind(number, chance)


def of_the_standard_library() -> Iterator[bytes]:
    """Yield the letters that CPython's own tests of `email` hold, where they are installed."""
    if importlib.util.find_spec("test") is None:
        return
    spec = importlib.util.find_spec("test.test_email")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(folder, "data").glob("msg_*.txt")):
            yield path.read_bytes()
