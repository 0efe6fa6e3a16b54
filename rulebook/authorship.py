"""四.1: whose draft it is. Points go to the unit that wrote; a draft of another unit is for a person."""

from __future__ import annotations

import re

from rulebook import units
from rulebook.model import Draft
from rulebook.provisions import Provisions

LEAD = 120
"""Characters of the text in which a draft says who did what."""

_SENT_FOR = re.compile(
    r"代\s*(?:为)?(?P<name>[^，。；：:\s]{2,16}?)\s*(?:报送|上报|投稿|投送|发送|发|报|转)"
)
_AREA = "(?:[一-鿿]{2,4}[省市区县]){0,3}"
_SHORT = 2
"""A name of so many characters (北区) may be part of another word."""


def of_another_unit(draft: Draft, subject: str, unit: str, provisions: Provisions) -> str:
    """
    Tell whom a draft names in place of the unit that sent it, in a sentence; "" for none.

    Source:  四.1 "工作动态和舆情信息每条1分"; rulebook "joint_draft".
    Returns: a sentence with both units when the subject says 代…报送, or when title and lead both
             name another unit as the doer and nothing names the sender's. A joint draft that names
             the sender's unit among others is the sender's.
    """
    if match := _SENT_FOR.search(subject):
        other = units.find(match["name"], provisions.units)
        if other is not None and other.name != unit:
            return f"邮件写明代{other.name}报送，发件人登记的单位是{unit}"
    signed = units.find(draft.named_unit or "", provisions.units)
    if is_named(draft, unit, provisions) or (signed is not None and signed.name == unit):
        return ""
    own = next((one for one in provisions.units if one.name == unit), None)
    anywhere = provisions.is_place(own)
    in_title = _named(draft.title, provisions, anywhere)
    in_lead = _named(draft.text[:LEAD], provisions, anywhere)
    both = [other for other in in_title if other in in_lead and other != unit]
    if not both:
        return ""
    return f"“{draft.title[:24]}”写的是{both[0]}，发件人登记的单位是{unit}"


def is_named(draft: Draft, unit: str, provisions: Provisions) -> bool:
    """Tell whether title or lead of a draft name a unit under any of its names."""
    own = next((one for one in provisions.units if one.name == unit), None)
    if own is None:
        return False
    text = f"{draft.title}\n{draft.text[:LEAD]}"
    longer = [
        name for other in provisions.units if other is not own for name in units.names_of(other)
    ]
    for name in units.names_of(own):
        hidden = text
        for other in longer:
            if name in other:  # 高新区 is not named by 高新区北区
                hidden = hidden.replace(other, "□")
        if name in hidden:
            return True
    return False


def _named(text: str, provisions: Provisions, anywhere: bool) -> list[str]:
    """
    List the units that a text names as doers, at the head of a clause.

    `anywhere`: a town's piece names another town nowhere by chance, while an office's tells of the towns
    it visits.
    """
    all_units = provisions.units
    owners = {name: one for one in all_units for name in units.names_of(one)}
    named: list[str] = []
    for name in units.all_names(all_units):
        if len(name) <= _SHORT or name not in text:
            continue  # most names: an expression for each would be worked out in vain
        head = rf"(?:^|[，,。；：:日午晚\s】”])(?:【[^】]*】)?{_AREA}{re.escape(name)}"
        loose = anywhere and provisions.is_place(owners[name])
        if loose or re.search(head, text, re.MULTILINE):
            text = text.replace(name, "□" * len(name))
            named.append(owners[name].name)
    return list(dict.fromkeys(named))
