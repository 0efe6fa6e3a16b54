"""
The folders of an IMAP account: which are watched, and what the server tells of them unopened.

Source: RFC 3501 7.2 (LIST, STATUS); RFC 6154 (SPECIAL-USE); RFC 5819 (LIST-STATUS).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from imapclient import IMAPClient, imap_utf7
from imapclient.exceptions import IMAPClientError
from imapclient.response_parser import parse_response

INBOX = "INBOX"

_STATUS = "STATUS (MESSAGES UIDNEXT UIDVALIDITY)"

Listing = Sequence[tuple[Any, Any, str]]
"""Flags, delimiter and name of each folder, as imapclient gives them."""


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """STATUS of a folder; equal to the last one means that no message is new."""

    uidvalidity: int
    uidnext: int
    messages: int


def watched(listing: Listing, junk_names: Collection[str]) -> tuple[str, ...]:
    """
    Choose INBOX, then what is marked or named as junk.

    Args: junk_names: in lower case; of a whole name, or of its last part.
    """
    chosen = [INBOX]
    for flags, delimiter, name in listing:
        marks = {bytes(flag).lower() for flag in flags}
        if b"\\noselect" in marks or b"\\nonexistent" in marks or name.upper() == INBOX:
            continue
        separator = delimiter.decode() if isinstance(delimiter, bytes) else "/"
        last = name.rpartition(separator)[2]
        if b"\\junk" in marks or {name.lower(), last.lower()} & set(junk_names):
            chosen.append(name)
    return tuple(dict.fromkeys(chosen))


def list_with_status(client: IMAPClient) -> tuple[Listing, dict[str, FolderStatus]]:
    """
    Ask for all folders and their STATUS in one command (LIST-STATUS). No folder may be open.

    QUIRK: imapclient knows no LIST-STATUS; its own imaplib connection does the talking.
    """
    imap = client._imap
    imap.untagged_responses.clear()
    marks = "SPECIAL-USE " if client.has_capability("SPECIAL-USE") else ""
    kind, data = imap._simple_command("LIST", '""', '"*"', f"RETURN ({marks}{_STATUS})")
    if kind != "OK":
        raise IMAPClientError(f"LIST failed: {data!r}")
    _, folder_lines = imap._untagged_response(kind, data, "LIST")
    _, status_lines = imap._untagged_response(kind, data, "STATUS")
    statuses = dict(_statuses([line for line in status_lines if line]))
    return client._proc_folder_list(folder_lines), statuses


def _statuses(lines: Sequence[Any]) -> Iterator[tuple[str, FolderStatus]]:
    """Yield the untagged STATUS answers (RFC 3501 7.2.4): folder, status."""
    for line in lines:
        parsed = parse_response([line])
        if len(parsed) < 2 or not isinstance(parsed[-1], tuple):
            continue
        name, pairs = parsed[0], parsed[-1]
        items = {
            bytes(key).upper(): value for key, value in zip(pairs[::2], pairs[1::2], strict=False)
        }
        if {b"UIDVALIDITY", b"UIDNEXT", b"MESSAGES"} <= items.keys():
            yield (
                imap_utf7.decode(name if isinstance(name, bytes) else str(name).encode()),
                FolderStatus(items[b"UIDVALIDITY"], items[b"UIDNEXT"], items[b"MESSAGES"]),
            )
