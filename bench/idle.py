"""What an idle round over an open connection costs: `python -m bench.idle`; the last word is CPU seconds."""

from __future__ import annotations

import os
import time
from pathlib import Path

from console.settings.urls import MaildirUrl, mailbox_url
from ingest.mailboxes.imap import ImapMailbox
from ledger.letter_types import Seen, Stamp

ROUNDS = 20


def main() -> None:
    """Print what a look at an IMAP account with nothing new costs."""
    url = mailbox_url(os.environ["SHOUGAO_MAILBOX"], Path.cwd())
    if isinstance(url, MaildirUrl):
        raise SystemExit("SHOUGAO_MAILBOX must name an IMAP account")
    mailbox = ImapMailbox(
        url.host, url.port, url.account, os.environ["SHOUGAO_MAILBOX_PASSWORD"], tls=url.tls
    )
    seen: dict[tuple[str, str, int], dict[str, Stamp]] = {}

    def known(account: str, folder: str, uidvalidity: int) -> Seen:
        return Seen(seen.setdefault((account, folder, uidvalidity), {}))

    for _ in range(2):  # the second look finds every folder quiet
        for arrival in mailbox.list_new(known):
            location = arrival.location
            place = (location.account, location.folder, location.uidvalidity)
            seen[place][location.uid] = Stamp(arrival.received, arrival.size)
    before = time.process_time()
    for _ in range(ROUNDS):
        for arrival in mailbox.list_new(known):
            raise SystemExit(f"not idle: {arrival}")
    spent = (time.process_time() - before) / ROUNDS
    mailbox.close()
    print(f"idle look, CPU seconds: {spent:.6f}")


if __name__ == "__main__":
    main()
