"""What a relay is: the way by which our letters go out, and what becomes of one that it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class Accepted:
    """The relay took the letter upon itself."""

    reply: str


@dataclass(frozen=True, slots=True)
class TransientFailure:
    """Not now, but later. `after`: the least time the relay wants to be left alone."""

    after: timedelta
    reply: str


@dataclass(frozen=True, slots=True)
class QuotaExceeded:
    """The relay takes nothing more from this account today."""

    reply: str


@dataclass(frozen=True, slots=True)
class PermanentFailure:
    """The letter will never be taken: do not try again."""

    reply: str


Result = Accepted | TransientFailure | QuotaExceeded | PermanentFailure


class RelayRefused(Exception):
    """The relay will not have us until a person acts. The text: one Chinese line with the remedy."""


class Relay(Protocol):
    """
    A way out that takes whole messages. Inside one `with` a connection is kept.

    `never_doubles`: a letter that is sent again stays one.
    """

    never_doubles: bool

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def send(self, raw: bytes, sender: str, recipients: Sequence[str]) -> Result:
        """
        Hand one message over, its bytes unchanged. The first recipient decides, the others are copies.

        Raises: RelayRefused.
        """
        ...

    def is_over_quota(self, reply: str) -> bool:
        """Tell whether a reply kept from an earlier try says: nothing more today."""
        ...

    def check(self) -> str:
        """
        Try the relay without sending anything.

        Returns: what was found, as a short Chinese clause.
        Raises:  RelayRefused, also when it cannot be reached.
        """
        ...
