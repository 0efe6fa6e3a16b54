"""What a relay is: the way by which our letters go out."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from notifier.delivery.smtp_replies import Result


class RelayRefused(Exception):
    """The relay will not have us until a person acts. The text: one Chinese line with the remedy."""


class Relay(Protocol):
    """
    Takes whole messages. Inside one `with` a connection is kept. `never_doubles`: a letter that is
    sent again stays one.
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

    def check(self) -> str:
        """What a trial found, as a short Chinese clause. Raises: RelayRefused, also when offline."""
        ...
