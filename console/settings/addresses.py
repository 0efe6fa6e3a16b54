"""Addresses that the office writes into config.toml: what no mail server takes is told before the first letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_ADDRESS = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])", re.ASCII
)
"""What every server takes, RFC 5321; addresses in 汉字 (RFC 6531) are refused by most."""


def address_faults(named: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a sentence for each key whose value is no plain address."""
    for key, written in named:
        if _ADDRESS.fullmatch(written) is None or ".." in written:
            shown = "".join(one if one.isprintable() else "〔看不见的字符〕" for one in written)
            yield (
                f"{key} “{shown}”应为一个邮箱地址，只用半角的字母、数字和符号，"
                '如 "shougao@office.example"。'
            )
