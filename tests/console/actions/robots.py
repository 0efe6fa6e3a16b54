"""What stands for the office's chat robots."""

from __future__ import annotations

from notifier.delivery.push import Message, Target


class Chat:
    """Which targets were told what, and who refuses."""

    def __init__(self) -> None:
        self.told: list[tuple[int, Message]] = []
        self.refusing: set[int] = set()

    def __call__(self, message: Message, target: Target) -> bool:
        self.told.append((target.number, message))
        return target.number not in self.refusing
