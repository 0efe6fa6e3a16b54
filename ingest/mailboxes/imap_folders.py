"""
The folders of an IMAP account: which are watched, and what the server tells of them unopened.

Source: RFC 3501 7.2 (LIST, STATUS); RFC 6154 (SPECIAL-USE); RFC 5819 (LIST-STATUS).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from imapclient import IMAPClient, imap_utf7
from imapclient.exceptions import IMAPClientError
from imapclient.response_parser import parse_response

_log = logging.getLogger(__name__)

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
    return _folders(client, folder_lines), statuses


def list_folders(client: IMAPClient) -> Listing:
    """List all folders; one whose name follows no rule is left out, and costs no other."""
    kind, data = client._imap.list('""', '"*"')
    if kind != "OK":
        raise IMAPClientError(f"LIST failed: {data!r}")
    return _folders(client, data)


def search_all(client: IMAPClient) -> list[int]:
    """
    Return the UIDs of the open folder, sorted.

    QUIRK: imapclient accepts one untagged SEARCH answer; a server may split a long one.
    """
    lines = client._raw_command_untagged(b"SEARCH", [b"ALL"])
    return sorted(
        {
            int(word)
            for line in lines
            if isinstance(line, bytes)
            for word in line.partition(b"(")[0].split()
            if word.isdigit()
        }
    )


def _folders(client: IMAPClient, lines: Sequence[Any]) -> Listing:
    """
    Parse the untagged LIST answers one by one.

    QUIRK: imapclient raises whatever comes up over a name that is no modified UTF-7 (“R&D” sent raw),
    and then nothing is listed at all. A name may also come as a literal: a pair, and a rest.
    """
    listing: list[tuple[Any, Any, str]] = []
    for line in lines:
        if line in (b"", b")", None):
            continue
        try:
            listing += client._proc_folder_list([line])
        except Exception as error:  # imapclient names none of what it raises here
            _log.info("有一个文件夹列不出来：%r：%s", line, error)
    return listing


def _statuses(lines: Sequence[Any]) -> Iterator[tuple[str, FolderStatus]]:
    """Yield the untagged STATUS answers (RFC 3501 7.2.4): folder, status."""
    for line in lines:
        try:
            parsed = parse_response([line])
        except IMAPClientError:
            continue
        if len(parsed) < 2 or not isinstance(parsed[-1], tuple):
            continue
        name, pairs = parsed[0], parsed[-1]
        items = {
            bytes(key).upper(): value
            for key, value in zip(pairs[::2], pairs[1::2], strict=False)
            if isinstance(key, bytes)
        }
        told = [items.get(key) for key in (b"UIDVALIDITY", b"UIDNEXT", b"MESSAGES")]
        if all(isinstance(number, int) for number in told):
            try:
                folder = imap_utf7.decode(name if isinstance(name, bytes) else str(name).encode())
            except (LookupError, ValueError):  # “R&D” sent raw
                continue
            yield (
                folder,
                FolderStatus(items[b"UIDVALIDITY"], items[b"UIDNEXT"], items[b"MESSAGES"]),
            )
