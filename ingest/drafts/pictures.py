"""Whose picture is whose: each is counted once, and what only decorates a paper is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.drafts.picture_matching import DraftRef, match_draft
from parsers.drafts import document_types
from parsers.types import Fact, Image

SMALLEST_EDGE = 100
SMALLEST_AREA = 30_000
"""Pixels; with less a picture is an icon, a mark, a line."""

SIGNATURE_HEIGHT = 160
SIGNATURE_SHAPE = 1.8
"""A picture in a document that is no higher, and so many times as wide, is a signature or a letterhead."""

_DECORATION = re.compile(r"logo|徽标|图标|二维码|签名|签字|手签|公章|印章", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pairing:
    """By a draft's key the paths of its pictures; `open`: those of which nobody can tell whose they are."""

    owned: dict[str, tuple[str, ...]]
    open: tuple[str, ...] = ()


def pair(facts: Sequence[Fact], holders: Sequence[DraftRef]) -> Pairing:
    """
    Say whose picture is whose. Pages of a scan, approval sheets and decorations are nobody's.

    A picture that lies in a document and beside it is counted once, as the document's.
    """
    owned: dict[str, list[str]] = {holder.key: [] for holder in holders}
    same: dict[str, list[Image]] = {}
    for fact in facts:
        if isinstance(fact, Image) and _counts(fact):
            same.setdefault(fact.digest or fact.path, []).append(fact)
    unclear: list[str] = []
    for copies in same.values():
        keys = {
            match_draft(one.path, holders, one.taken_at.date() if one.taken_at else None): one
            for one in copies
        }
        inside = [one for one in copies if one.embedded]
        sure = {match_draft(one.path, holders) for one in inside} - {None}
        owners = sure or set(keys) - {None}
        for key in owners:
            if key is not None:
                beside = [one for one in copies if not one.embedded]
                owned[key].append((beside or copies)[0].path)
        if not owners and holders:
            unclear.append(copies[0].path)
    return Pairing({key: tuple(paths) for key, paths in owned.items()}, tuple(unclear))


def _counts(fact: Image) -> bool:
    return not (fact.page_of or document_types.names_sheet(fact.path) or is_decoration(fact))


def is_decoration(fact: Image) -> bool:
    """Whether a picture is a logo, a signature or a line, by its size and name."""
    if _DECORATION.search(fact.path.rpartition("/")[2]):
        return True
    if not fact.width or not fact.height:
        return False
    if min(fact.width, fact.height) < SMALLEST_EDGE or fact.width * fact.height < SMALLEST_AREA:
        return True
    flat = fact.height <= SIGNATURE_HEIGHT and fact.width >= SIGNATURE_SHAPE * fact.height
    return fact.embedded and flat
