"""What every deed is held to, whichever door it comes through: words, names of doers, figures, links."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from urllib.parse import urlsplit

from ledger.errors import InvalidInput
from rulebook.rulings import Ruling

PROGRAM = "shougao"
"""Who it was when no person did it."""
OURS = frozenset({PROGRAM, "程序", "收稿"})
"""What the program is called in the journal: nobody shall be taken for it."""
MAX_POINTS = 10_000
"""More than that at once is a slip of the pen."""
MAX_DOER = 64


def filled(called: str, written: str) -> str:
    """Return words that have to be there, without blanks around them. Raises: InvalidInput naming them."""
    if is_blank(written):
        raise InvalidInput(f"请写明{called}。")
    return written.strip()


def is_blank(written: str) -> bool:
    """Whether nothing can be read in it: blanks and signs without a shape alone."""
    return all(unicodedata.category(sign)[0] in "ZC" for sign in written)


def doer(written: str) -> str:
    """
    Return who does a deed, in one spelling.

    Raises: InvalidInput for nobody, and for a name under which the journal means the program itself.
    """
    shown = "".join(
        sign
        for sign in unicodedata.normalize("NFKC", written)
        if unicodedata.category(sign) != "Cf"
    )
    name = " ".join(shown.split())
    if is_blank(name) or not name.isprintable() or len(name) > MAX_DOER:
        raise InvalidInput(f"请写明是谁办的（最多 {MAX_DOER} 个字）。")
    if name.casefold() in OURS:
        raise InvalidInput(f"“{name}”在日志里指程序自己，请写经办人的姓名。")
    return name


def points_in_range(called: str, points: int | Decimal, *, least: int = -MAX_POINTS) -> None:
    """Check that points are a number within bounds, of two decimals at most. Raises: InvalidInput."""
    exact = Decimal(points)
    if (
        not exact.is_finite()
        or not least <= exact <= MAX_POINTS
        or exact != exact.quantize(Decimal("0.01"))
    ):
        within = f"在 {least} 到 {MAX_POINTS} 之间" if least == 0 else f"在 {MAX_POINTS} 以内"
        raise InvalidInput(f"{called}{within}，最多两位小数。")


def web_address(written: str) -> str:
    """Return a link that a page may show, "" for none. Raises: InvalidInput for another than http and https."""
    link = written.strip()
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        known = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        known = False
    if not known or any(sign.isspace() or unicodedata.category(sign) == "Cc" for sign in link):
        raise InvalidInput(
            f"网址要以 http:// 或 https:// 开头（现在是“{link[:60]}”）；没有网址的不填。"
        )
    return link


def check_ruling(ruling: Ruling, voided: bool, why: str) -> None:
    """
    Check that what takes points away says why, and a void who ordered it; `voided`: it was before.

    Raises: InvalidInput.
    """
    if ruling.accepted is False:
        filled("不予收录的理由，报送人会在更正回执里看到", why)
    if ruling.voided and not voided:
        filled("积分作废的理由", why)
        filled("积分作废由谁决定（批准人）", ruling.approved_by or "")
