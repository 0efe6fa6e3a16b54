"""Builds the rooms from the settings and opens the doors between them; the one place that knows all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from console.settings import MaildirUrl, Settings
from ingest.examination import Desk, Examined
from ingest.imap import ImapMailbox
from ingest.intake import Intake
from ingest.mailbox import Mailbox
from ingest.maildir import MaildirMailbox
from ingest.workers import Workers, outcome_of
from ledger.book import Book, Owed
from ledger.database import open_ledger
from ledger.outbox import Outbox
from ledger.roster import Roster
from ledger.vault import Vault, VaultError
from notifier import receipt
from notifier.delivery import Ceilings, Delivered, deliver
from notifier.letter import message_id_for
from notifier.relays import MaildirRelay, Relay, SmtpRelay
from rulebook.terms import Submission, Verdict
