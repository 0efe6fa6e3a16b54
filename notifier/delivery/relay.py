"""What a relay is: the way by which our letters go out, and what becomes of one that it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    """This letter or its addressee not now, but later. `after`: the least time it is to rest."""

    after: timedelta
    reply: str


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The connection broke before the letter was complete: it was not taken, and is not to blame."""

    reply: str


@dataclass(frozen=True, slots=True)
class ChannelPaused:
    """
    The relay cannot be reached, or takes nothing from anybody, or from us, for a while.

    `after`: the least time it wants to be left alone; `over_letter`: it said so after the letter was
    begun, so that another one goes first next time.
    """

    after: timedelta
    reply: str
    over_letter: bool = False


@dataclass(frozen=True, slots=True)
class QuotaExceeded:
    """The relay takes nothing more from this account today."""

    reply: str


@dataclass(frozen=True, slots=True)
class PermanentFailure:
    """The letter will never be taken: do not try again."""

    reply: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The letter's last byte was sent and no answer came: it may have arrived."""

    reply: str


Result = (
    Accepted
    | TransientFailure
    | Interrupted
    | ChannelPaused
    | QuotaExceeded
    | PermanentFailure
    | Uncertain
)


class RelayRefused(Exception):
    """
    The relay will not have us until a person acts. The text: one Chinese line with the remedy.

    `reply`: what it said; `over_letter`: it said so after the letter was begun.
    """

    def __init__(self, sentence: str, reply: str = "", over_letter: bool = False) -> None:
        super().__init__(sentence)
        self.reply = reply
        self.over_letter = over_letter


def no_hook() -> None:
    """Do nothing before a letter's end."""


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

    def send(
        self,
        raw: bytes,
        sender: str,
        recipients: Sequence[str],
        before_end: Callable[[], None] = no_hook,
    ) -> Result:
        """
        Hand one message over, its bytes unchanged. The first recipient decides, the others are copies.

        `before_end` is called just before the relay can take the letter upon itself; when it raises,
        the letter is not sent.

        Raises: RelayRefused, and what `before_end` raises.
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
