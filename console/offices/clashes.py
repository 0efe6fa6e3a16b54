"""What no two offices may share: a mailbox, a ledger, a data folder, a bucket's prefix, an address."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from console.settings.loading import ConfigError, Settings
from console.settings.urls import MaildirUrl, bucket_place


@dataclass(frozen=True, slots=True)
class _Claim:
    """What an office has for itself. `mailbox`, `ledger`, `pages`: what tells it from another's."""

    mailbox: str
    data: Path
    ledger: str
    bucket: str
    pages: str


class Claims:
    """
    Which office has what. Whoever came first keeps it; safe in any thread.

    Two offices on one mailbox would answer each letter twice; two on one ledger would be one office.
    """

    def __init__(self) -> None:
        self._taken: dict[str, _Claim] = {}
        self._lock = threading.Lock()

    def take(self, settings: Settings) -> None:
        """
        Note what an office has; what it had before is forgotten.

        Raises:
            ConfigError: another office has it; the text names both and says what to change.

        """
        claim = _claim(settings)
        with self._lock:
            for name, other in self._taken.items():
                if name != settings.key and (what := _shared(claim, other)):
                    raise ConfigError(
                        f"{settings.path}：{what}与单位 {name} 的相同。各单位必须各用各的，请改其中一个。"
                    )
            self._taken[settings.key] = claim

    def release(self, name: str) -> None:
        """Forget an office that is closed; one that has nothing is no error."""
        with self._lock:
            self._taken.pop(name, None)


def _claim(settings: Settings) -> _Claim:
    box = settings.mailbox_url
    mailbox = (
        f"maildir:{box.path.resolve()}"
        if isinstance(box, MaildirUrl)
        else f"{box.account}@{box.host}:{box.port}".lower()
    )
    ledger = ""
    if named := settings.storage.ledger:
        url = make_url(named)
        options: Mapping[str, object] = url.query
        ledger = (
            f"{(url.host or '').lower()}:{url.port or 5432}/{url.database} {sorted(options.items())} "
            f"{settings.storage.schema or 'public'}"
        )
    bucket = ""
    if settings.vault.url:
        name, prefix = bucket_place(settings.vault.url)
        bucket = (
            f"{settings.vault.endpoint.rstrip('/').lower()} {name}/{prefix}{'/' if prefix else ''}"
        )
    return _Claim(mailbox, settings.data_dir.resolve(), ledger, bucket, settings.pages_url.lower())


def _shared(one: _Claim, other: _Claim) -> str:
    if one.mailbox == other.mailbox:
        return "收稿邮箱（[mailbox] url）"
    if one.data.is_relative_to(other.data) or other.data.is_relative_to(one.data):
        return f"数据目录（[data] folder，{one.data}）"
    if one.ledger and one.ledger == other.ledger:
        return "PostgreSQL 台账（[data] ledger）"
    buckets = sorted((one.bucket, other.bucket))
    if buckets[0] and buckets[1].startswith(buckets[0]):
        return "存放原件的桶和前缀（[vault] url）"
    return "网址（[console] address）" if one.pages == other.pages else ""
