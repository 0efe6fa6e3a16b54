"""
The tree beside what two other readers make of the same letters, with where and why they differ.

`email` is Python's own; `fast_mail_parser` is what this project used before. A difference that is
not in the table is a fault, of ours or of theirs, and has to be looked at.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fast_mail_parser
import mailparser
import pytest

from parsers.mime import tree

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
LETTERS = sorted(
    [*SAMPLES.glob("mail/*.eml"), *SAMPLES.glob("cases/*.eml"), *SAMPLES.glob("letters/*.eml")]
)

DIFFERENCES = {
    (
        "email",
        "mime-u_cte_trail.eml",
    ): "“base64 ” with a blank behind it is not decoded (cpython#98188)",
    ("email", "mime-u_cte_comment.eml"): "“base64 (x)” is not decoded",
    ("email", "mime-u_cte_fold.eml"): "a folded value keeps its blank and is not decoded",
    (
        "email",
        "mime-u_header_break.eml",
    ): "a line without colon ends the header block: no part is found",
    ("email", "mime-u_same_boundary.eml"): "the parts behind the first closing boundary are lost",
    ("fast", "mime-u_cte_trail.eml"): "“base64 ” with a blank behind it is not decoded",
    ("fast", "mime-u_cte_comment.eml"): "“base64 (x)” is not decoded",
    ("fast", "mime-u_cte_fold.eml"): "a folded value keeps its blank and is not decoded",
    (
        "fast",
        "mime-u_header_break.eml",
    ): "a line without colon ends the header block: no part is found",
    ("fast", "mime-u_same_boundary.eml"): "the parts behind the first closing boundary are lost",
    ("fast", "mime-k_dmg.eml"): "broken base64 is an error: the whole letter is refused",
    ("fast", "cut-off.eml"): "base64 that breaks off is an error: the whole letter is refused",
}
"""(reader, letter) → what the other reader makes of it."""


def digests(contents: list[bytes]) -> list[str]:
    """Contents without the line ends around them, about which readers disagree, in any order."""
    return sorted(
        hashlib.sha256(one.replace(b"\r\n", b"\n").strip()).hexdigest()
        for one in contents
        if one.strip()
    )


def ours(raw: bytes) -> list[bytes]:
    return [leaf.data[:] for leaf in tree.leaves(raw)[0]]


def by_email(raw: bytes) -> list[bytes]:
    parts = email.message_from_bytes(raw, policy=email.policy.compat32).walk()
    found = [part.get_payload(decode=True) for part in parts if not part.is_multipart()]
    return [one for one in found if isinstance(one, bytes)]


def by_fast(raw: bytes) -> list[bytes]:
    def walk(node: Any) -> list[bytes]:
        if node.children:
            return [one for child in node.children for one in walk(child)]
        return [node.content or b""]

    try:
        return walk(fast_mail_parser.parse_email_tree(raw, mode="lazy"))
    except fast_mail_parser.ParseError:
        return []


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.name)
@pytest.mark.parametrize(("name", "reader"), [("email", by_email), ("fast", by_fast)])
def test_other_readers_find_the_same_contents_but_for_their_faults(
    name: str, reader: Callable[[bytes], list[bytes]], path: Path
) -> None:
    raw = path.read_bytes()
    same = digests(reader(raw)) == digests(ours(raw))
    assert same == ((name, path.name) not in DIFFERENCES), (name, path.name)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("mail/*.eml")), ids=lambda path: path.name)
def test_mail_parser_counts_as_many_attachments_or_fewer(path: Path) -> None:
    """It is built on `email`, and gives names that it cannot decode another form: only counted."""
    facts = json.loads((SAMPLES / "mail" / "expected.json").read_text(encoding="utf-8"))
    parsed = mailparser.parse_from_bytes(path.read_bytes())
    named = [one for one in parsed.attachments if one["mail_content_type"] != "message/rfc822"]
    leaves = [leaf for leaf in tree.leaves(path.read_bytes())[0] if leaf.name]
    assert len(leaves) >= len([one for one in named if one["filename"]]) - 1
    assert set(facts[path.name]["names"]) >= {leaf.name for leaf in leaves}
