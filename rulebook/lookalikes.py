"""
Senders who look like an officer and are not: told to staff beside the real address, never believed.

Source: Unicode UTS 39 (confusables): a short list of the letters that mail addresses are forged with;
        RFC 5321 4.1.2 (an address's letters).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rulebook.model import Fault, Sender, Submission
from rulebook.reasons import Reason, Remark

_LIKE_LATIN = str.maketrans(
    "аеорсухіјѕԁһӏԛԝмтквнгпαορικνυτχγɡıⅼ",
    "aeopcyxijsdhlqwmtkbhrnaopiknutxygil",
)
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "-": None, "_": None})
_ADDRESS = re.compile(
    r"[^\s<>()\[\],;:\"'“”（）＜＞@＠]{1,64}[@＠][^\s<>()\[\],;:\"'“”（）＜＞@＠]{3,200}"
)
_MAX_NAME = 1_000
_MIN_NAME = 2
"""Hanzi of a person's name; a shorter one is in too many words."""


@dataclass(frozen=True, slots=True)
class Contact:
    """An officer as senders know one: name, unit, registered addresses."""

    name: str
    unit: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """
    What makes a sender look like another. `evidence`: Chinese clauses, empty for an honest sender.

    `deceptive`: it can hardly be by chance, so that nobody should be answered.
    """

    evidence: tuple[str, ...] = ()
    deceptive: bool = False


def likeness(sender: Sender, contacts: Iterable[Contact]) -> Likeness:
    """
    Compare a sender's name and address with those of the roster.

    Args:
        sender: as the roster knows them; `unit` and `officer` are None for a stranger.
        contacts: everybody on the roster.
    """
    name, address = sender.name[:_MAX_NAME], sender.address
    known = tuple(contacts)
    own = {one for contact in known if contact.name == sender.officer for one in contact.addresses}
    evidence = [*_hidden(name, address), *_other_addresses(name, {address, *own})]
    if sender.unit is None:
        evidence += _similar_address(address, known)
    deceptive = bool(evidence)
    evidence += _other_officer(name, sender, known)
    return Likeness(tuple(dict.fromkeys(evidence)), deceptive)


def shown_sender(name: str, address: str, unit: str | None) -> str:
    """Return how a sender is shown in one line: a stranger's name never without the real address."""
    if not name or not address:
        return name or address
    return name if unit else f"{name} <{address}>"


def is_worth_comparing(sender: Sender) -> bool:
    """Return whether a sender may look like another: not an officer under their own name."""
    return not (sender.officer and sender.name in ("", sender.officer))


def told_of_likeness(submission: Submission, contacts: Iterable[Contact]) -> Submission:
    """Add to a letter what makes its sender look like another, for staff."""
    sender = submission.sender
    seen = likeness(sender, contacts)
    if not seen.evidence:
        return submission
    real = (
        f"真实的发件邮箱是“{sender.address}”"
        if sender.address
        else "发件人一栏没有唯一的、可以确认的发件邮箱"
    )
    detail = f"{'；'.join(seen.evidence)}；{real}"
    is_stranger = sender.unit is None
    fault = (Fault(Reason.LOOKALIKE_SENDER, detail),) if is_stranger else ()
    unasked = "发件人与别人相像" if is_stranger and seen.deceptive else ""
    return replace(
        submission,
        remarks=(*submission.remarks, Remark.LOOKALIKE_SENDER),
        faults=(*submission.faults, *fault),
        no_answer=submission.no_answer or unasked,
    )


def skeleton(address: str) -> str:
    """Return what an address looks like: full width, other scripts, zero width and 0/o, 1/l undone."""
    plain = unicodedata.normalize("NFKC", address).casefold()
    visible = "".join(one for one in plain if unicodedata.category(one) not in ("Cf", "Mn", "Cc"))
    latin = visible.translate(_LIKE_LATIN).translate(_ALIKE)
    return latin.replace("rn", "m").replace("vv", "w").replace("cl", "d")


def _hidden(name: str, address: str) -> Iterable[str]:
    for text, what in ((name, "显示名"), (address, "发件邮箱")):
        hidden = [one for one in text if unicodedata.category(one) == "Cf"]
        if hidden:
            yield f"{what}里有看不见的字符（{'、'.join(f'U+{ord(one):04X}' for one in hidden[:3])}）"
    foreign = [one for one in address if not one.isascii() and unicodedata.category(one) != "Cf"]
    if foreign:
        letters = "、".join(f"“{one}”U+{ord(one):04X}" for one in foreign[:3])
        yield f"发件邮箱里有不是英文字母的字符（{letters}）"


def _other_addresses(name: str, own: set[str]) -> Iterable[str]:
    for shown in _ADDRESS.findall(name)[:3]:
        if shown.casefold() not in own:
            yield f"显示名里写着别的邮箱“{shown}”"


def _similar_address(address: str, contacts: Sequence[Contact]) -> Iterable[str]:
    looks = skeleton(address)
    for contact in contacts:
        for one in contact.addresses:
            if address and one != address and skeleton(one) == looks:
                yield f"发件邮箱与{contact.unit}报送人员{contact.name}登记的“{one}”相像，但不是同一个"


def _other_officer(name: str, sender: Sender, contacts: Sequence[Contact]) -> Iterable[str]:
    """Name an officer whose name is shown though the letter comes from another address."""
    shown = "".join(unicodedata.normalize("NFKC", name).split())
    if sender.officer and sender.officer in shown:
        return
    for contact in contacts:
        is_named = len(contact.name) >= _MIN_NAME and contact.name in shown
        if is_named and sender.officer != contact.name:
            yield f"显示名是{contact.unit}报送人员“{contact.name}”，发件邮箱却不是其登记的邮箱"
