"""
Forms that act once, and sentences that only we can put into a page's green bar.

A double click, or a reload after a lost answer, sends a form again: it is answered with what came of it
the first time, and nothing is done twice. What a redirect says is sealed, so that no link from outside
can put words into our pages.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator
from urllib.parse import parse_qsl

from markupsafe import Markup

MAX_FORMS = 2_000
"""So many forms are remembered: a day's work of an office."""

FIELD = "once"
SEAL = "seal"
_MAX_KEY = 64


def once_field() -> Markup:
    """Return the hidden field that makes a form act once."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        FIELD, secrets.token_urlsafe(12)
    )


class SentForms:
    """What came of forms that were sent: by the form's key and the account, where it led to."""

    def __init__(self) -> None:
        self._led_to: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._busy: dict[tuple[str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def sending(self, key: str, account: str) -> Iterator[str | None]:
        """
        Hold a form while it is dealt with, and yield where it led to before, None for the first time.

        The second of two at the same time waits for the first.
        """
        form = (key[:_MAX_KEY], account)
        with self._lock:
            lock = self._busy.setdefault(form, threading.Lock())
        try:
            with lock:
                yield self._led_to.get(form)
        finally:
            with self._lock:
                self._busy.pop(form, None)

    def remember(self, key: str, account: str, location: str) -> None:
        """Keep where a form led to."""
        with self._lock:
            self._led_to[(key[:_MAX_KEY], account)] = location
            while len(self._led_to) > MAX_FORMS:
                self._led_to.popitem(last=False)


class Seal:
    """Seals the query of a redirect for one account; the key lives as long as the program runs."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def sealed(self, location: str, account: str) -> str:
        """Return an address that says something with its seal; any other one as it is."""
        path, mark, query = location.partition("?")
        query, hash_mark, fragment = query.partition("#")
        if not mark or not any(name == "said" for name, _ in parse_qsl(query)):
            return location
        return f"{path}?{query}&{SEAL}={self._digest(query, account)}{hash_mark}{fragment}"

    def holds(self, query: str, account: str) -> bool:
        """Tell whether a query was sealed by us for this account."""
        before, mark, seal = query.rpartition(f"&{SEAL}=")
        return bool(mark) and hmac.compare_digest(self._digest(before, account), seal)

    def _digest(self, query: str, account: str) -> str:
        text = f"{account}\n{query}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()[:32]
