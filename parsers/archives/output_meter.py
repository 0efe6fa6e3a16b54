"""The count that every archive keeps while it is unpacked: members, bytes, ratio, names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from parsers import junk
from parsers.archives import names
from parsers.types import Container, File, Refusal, ResourceBudget
from rulebook.reasons import Reason, Remark

CHUNK = 1 << 18
"""Bytes that are unpacked between two looks at the allowance."""

RATIO_FLOOR = 32_000_000
"""Bytes of output below which no ratio is absurd: blank pictures shrink a thousandfold."""


@dataclass(slots=True)
class OutputMeter:
    """What has come out of one archive so far. `packed` is the archive's own size in bytes."""

    file: File
    budget: ResourceBudget
    packed: int
    entries: int = 0
    bytes_out: int = 0
    lossy: bool = False
    taken: set[str] = field(default_factory=set)
    damaged: str = ""

    def spend(self, count: int) -> None:
        """Count bytes of real output. Raises LimitHit, and Refusal(UNSAFE_ARCHIVE) for a bomb."""
        self.bytes_out += count
        self.budget.spend_bytes(count)
        if self.bytes_out > max(RATIO_FLOOR, self.packed * self.budget.limits.ratio):
            raise Refusal(Reason.UNSAFE_ARCHIVE, "压缩比异常")

    def member(self, name: tuple[str, bool], data: bytes) -> Iterator[File]:
        """Yield the member as a file; junk is yielded, but not counted as an entry."""
        self.lossy |= name[1]
        child = self.file.child(names.unique(names.clean(name[0]), self.taken), data)
        if not junk.is_junk(child):
            self.entries += 1
        yield child

    def container(self, *remarks: Remark) -> Container:
        """
        Return the archive's own fact, once all members are out.

        Raises Refusal(DAMAGED_ARCHIVE) if a member was noted as damaged, EMPTY_ARCHIVE if nothing
        but junk came out.
        """
        if self.damaged:
            raise Refusal(Reason.DAMAGED_ARCHIVE, f"“{self.damaged}”校验错误")
        if not self.entries:
            raise Refusal(Reason.EMPTY_ARCHIVE)
        if self.lossy:
            remarks = (*remarks, Remark.LOSSY_NAME)
        return Container(self.file.path, self.file.media_type, self.entries, remarks)
