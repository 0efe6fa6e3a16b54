"""
Raw letters in a bucket of an S3 service, for an office whose work is shared by several machines.

The bucket is what counts: a letter is kept once the service has acknowledged it. The folder holds copies of
what this machine works on, since programs read files; they leave it when nobody has used them for a while.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import obstore
from obstore.exceptions import (
    BaseError,
    GenericError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from ledger.storage.vault import OriginalDamaged, Vault, VaultError, not_written

IN_USE = timedelta(minutes=15)
"""So long a copy that somebody asked for stays: it is opened a moment later."""

UNUSED = timedelta(hours=1)
"""After so long a copy leaves the folder, also that of a letter which another machine had to remove."""

TIDY_EVERY = 60.0
"""Seconds between two looks at the folder."""

_CHUNK = 1 << 20
_TIMEOUTS = {"timeout": "120s", "connect_timeout": "10s"}
_RETRIES: Any = {"max_retries": 3, "retry_timeout": timedelta(minutes=2)}


@dataclass(frozen=True, slots=True)
class Bucket:
    """
    Where in which S3 service the letters lie, and who asks.

    `endpoint`: the service's address, empty for Amazon's own; `region`: empty where the service has
    none; `virtual_hosted`: whether the bucket's name belongs into the host's; `secret` is shown nowhere.
    """

    name: str
    prefix: str
    endpoint: str
    region: str
    key: str
    secret: str = field(repr=False)
    virtual_hosted: bool = False

    @property
    def place(self) -> str:
        """Name the place as config.toml does."""
        return f"s3://{self.name}/{self.prefix}".rstrip("/")

    def open(self) -> S3Store:
        """Return the client; nothing is asked yet."""
        config: Any = {
            "access_key_id": self.key,
            "secret_access_key": self.secret,
            "region": self.region or "us-east-1",
            "virtual_hosted_style_request": self.virtual_hosted,
        }
        if self.endpoint:
            config["endpoint"] = self.endpoint
        options: Any = {**_TIMEOUTS, "allow_http": self.endpoint.startswith("http://")}
        return S3Store(
            self.name,
            prefix=self.prefix or None,
            config=config,
            client_options=options,
            retry_config=_RETRIES,
        )


class _Missing(Exception):
    """The service has no such object."""


class _Turn:
    """Lets one thread a minute tidy the folder."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = -TIDY_EVERY

    def is_due(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now - self._last < TIDY_EVERY:
                return False
            self._last = now
            return True


@dataclass(frozen=True, slots=True)
class S3Vault(Vault):
    """
    Objects `ab/abcdef…` named by the SHA-256 of their bytes, copies of which lie in `folder`.

    `copies_bytes`: what the copies may take up, beside those in use (IN_USE).

    Raises: as Vault; VaultError also when the service does not answer or refuses us.
    """

    bucket: Bucket
    store: S3Store
    copies_bytes: int
    _turn: _Turn = field(default_factory=_Turn, repr=False, compare=False)

    @property
    def _copies(self) -> Vault:
        return Vault(self.folder)

    @property
    def place(self) -> str:
        """Name the place to a person."""
        return self.bucket.place

    def put(self, raw: bytes, digest: str) -> None:
        """Keep `raw` in the bucket; of what lies there already the bytes are compared first."""
        self._upload(digest, len(raw), raw)
        self._keep_copy(digest, [raw])

    def put_pieces(self, pieces: Iterable[bytes]) -> tuple[str, int]:
        """Keep a letter that comes piece by piece: its name is known when it is here as a whole."""
        digest, size = self._copies.put_pieces(pieces)
        with self._copies.path(digest).open("rb") as file:
            self._upload(digest, size, file)
        self._tidy()
        return digest, size

    def path(self, digest: str) -> Path:
        """
        Return where a copy of the letter lies, fetched where there was none; of a missing one nothing lies there.

        Raises: VaultError when the service does not answer, or the copy cannot be written.
        """
        path = self._copies.path(digest)
        with contextlib.suppress(FileNotFoundError):
            os.utime(path)  # it is in use
            return path
        with contextlib.suppress(_Missing):
            self._keep_copy(digest, self._pieces(digest), needed=True)
        return path

    def get(self, digest: str) -> bytes:
        """Return the letter's bytes, of a copy where it is sound."""
        if self._copies.is_sound(digest):
            return self._copies.get(digest)
        try:
            raw = b"".join(self._pieces(digest))
        except _Missing as error:
            raise OriginalDamaged(f"原件 {self.place}/{_key(digest)} 不见了") from error
        if hashlib.sha256(raw).hexdigest() != digest:
            raise OriginalDamaged(f"原件 {self.place}/{_key(digest)} 已被改动或损坏")
        return raw

    def is_sound(self, digest: str) -> bool:
        """Tell whether the bucket has the letter and its bytes are those that were put; a copy proves nothing."""
        hashed = hashlib.sha256()
        try:
            for piece in self._pieces(digest):
                hashed.update(piece)
        except _Missing:
            return False
        return hashed.hexdigest() == digest

    def holds(self, digest: str) -> bool:
        """Tell whether the bucket has the letter."""
        try:
            with self._told():
                obstore.head(self.store, _key(digest))
        except _Missing:
            self.holds_more_than(0)  # a bucket that is missing has no letter, too: that is told
            return False
        return True

    def holds_more_than(self, many: int) -> bool:
        """Tell whether there are more letters than so many; no more are listed."""
        found = 0
        with self._told():
            for page in obstore.list(self.store, chunk_size=many + 1):
                found += len(page)
                if found > many:
                    return True
        return False

    def drop(self, digest: str) -> None:
        """Remove a letter that must not be kept, and this machine's copy; others lose theirs when unused."""
        self._copies.drop(digest)
        with contextlib.suppress(_Missing), self._told():
            obstore.delete(self.store, _key(digest))

    def try_out(self) -> None:
        """Write, read and remove an object. Raises VaultError where one of them cannot be done."""
        raw = b"shougao doctor\n"
        digest = hashlib.sha256(raw).hexdigest()
        with self._told():
            obstore.put(self.store, _key(digest), raw)
            sound = self.is_sound(digest)
            obstore.delete(self.store, _key(digest))
        if not sound:
            raise VaultError(f"{self.place} 读出来的和写进去的不一样")

    def _upload(self, digest: str, size: int, content: bytes | IO[bytes]) -> None:
        with self._told():
            if not self._holds_size(digest, size) or not self.is_sound(digest):
                obstore.put(self.store, _key(digest), content)

    def _holds_size(self, digest: str, size: int) -> bool:
        try:
            with self._told():
                return obstore.head(self.store, _key(digest))["size"] == size
        except _Missing:
            return False

    def _pieces(self, digest: str) -> Iterator[bytes]:
        with self._told():
            for piece in obstore.get(self.store, _key(digest)).stream(min_chunk_size=_CHUNK):
                yield bytes(piece)

    def _keep_copy(self, digest: str, pieces: Iterable[bytes], *, needed: bool = False) -> None:
        """Write a copy; where the bucket has the letter and nobody waits for the copy, a full disk is no harm."""
        if not self._copies.is_sound(digest):
            try:
                with self._passing(pieces) as partial:
                    self._give_name(partial, self._copies.path(digest))
            except OSError as error:
                if needed:
                    raise not_written(self.folder, error) from error
        self._tidy()

    def _tidy(self) -> None:
        """Remove copies that nobody has used for long, and the oldest ones beyond the folder's bound."""
        if not self._turn.is_due():
            return
        copies: list[tuple[float, int, Path]] = []
        for path in self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f]*"):
            with contextlib.suppress(OSError):
                state = path.stat()
                copies.append((state.st_mtime, state.st_size, path))
        now = time.time()
        left = sum(size for _, size, _ in copies)
        for used, size, path in sorted(copies):
            age = now - used
            if age < IN_USE.total_seconds() or (
                age < UNUSED.total_seconds() and left <= self.copies_bytes
            ):
                continue
            with contextlib.suppress(OSError):
                path.unlink()
            left -= size

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Tell the service's refusals in our words; that an object is missing is for the caller."""
        try:
            yield
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise self._no_bucket() from error
            raise _Missing from error
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise VaultError(
                f"S3 服务不接受我们的密钥，或密钥无权读写 {self.place}；"
                "请检查 [vault] key 和它的密码，密钥应能读、写、删、列出这个桶。"
            ) from error
        except GenericError as error:
            if "NoSuchBucket" in str(error):
                raise self._no_bucket() from error
            raise VaultError(
                f"S3 服务没有回应（{self.bucket.endpoint or self.bucket.region}），请检查网络和 [vault] endpoint。"
            ) from error
        except BaseError as error:
            raise VaultError(f"S3 服务出错：{type(error).__name__}") from error

    def _no_bucket(self) -> VaultError:
        return VaultError(f"S3 里没有桶“{self.bucket.name}”，请先建好，或改正 [vault] url。")


def open_s3_vault(folder: Path, bucket: Bucket, copies_bytes: int) -> S3Vault:
    """Wire a bucket and the folder of this machine's copies together; nothing is asked yet."""
    return S3Vault(folder, bucket, bucket.open(), copies_bytes)


def _key(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
