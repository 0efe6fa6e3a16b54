"""Writes compound files ([MS-CFB] version 3), since no library here does: enough for a small .msg."""

from __future__ import annotations

import itertools
import struct

Tree = dict[str, "bytes | Tree"]
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096


def _padded(data: bytes, size: int) -> bytes:
    return data + bytes(-len(data) % size)


def write(tree: Tree) -> bytes:
    """The file; streams below 4,096 bytes lie in the mini stream, as the format asks."""
    entries: list[tuple[str, int, bytes | None, int, int]] = []  # name, type, data, child, right

    def add(name: str, node: bytes | Tree, kind: int) -> int:
        number = len(entries)
        entries.append((name, kind, node if isinstance(node, bytes) else None, _NONE, _NONE))
        if not isinstance(node, bytes):
            names = sorted(node, key=lambda one: (len(one), one.upper()))
            numbers = [
                add(one, node[one], 2 if isinstance(node[one], bytes) else 1) for one in names
            ]
            for left, right in itertools.pairwise(numbers):
                entries[left] = (*entries[left][:4], right)
            entries[number] = (*entries[number][:3], numbers[0] if numbers else _NONE, _NONE)
        return number

    add("Root Entry", tree, 5)
    mini, mini_fat, large = b"", [], []
    places: dict[int, int] = {}
    for number, (_, kind, data, _, _) in enumerate(entries):
        if kind != 2 or not data:
            continue
        if len(data) >= _CUTOFF:
            large.append(number)
            continue
        places[number] = first = len(mini) // _MINI
        mini += _padded(data, _MINI)
        last = len(mini) // _MINI
        mini_fat += [*range(first + 1, last), _END]
    chunks: list[bytes] = []
    fat: list[int] = []

    def lay(data: bytes) -> int:
        first = len(fat)
        sectors = len(_padded(data, _SECTOR)) // _SECTOR
        chunks.append(_padded(data, _SECTOR))
        fat.extend([*range(first + 1, first + sectors), _END] if sectors else [])
        return first if sectors else _END

    for number in large:
        places[number] = lay(entries[number][2] or b"")
    mini_start = lay(mini)
    mini_fat_data = b"".join(struct.pack("<L", one) for one in mini_fat)
    mini_fat_data += b"\xff" * (-len(mini_fat_data) % _SECTOR)
    mini_fat_start = lay(mini_fat_data)
    directory = b""
    for number, (name, kind, data, child, right) in enumerate(entries):
        coded = (name + "\0").encode("utf-16-le")
        start = mini_start if kind == 5 else places.get(number, _END if data == b"" else 0)
        size = len(mini) if kind == 5 else len(data or b"")
        directory += (
            _padded(coded, 64)[:64]
            + struct.pack("<HBBLLL", len(coded), kind, 1, _NONE, right, child)
            + bytes(36)
            + struct.pack("<LQ", start if kind != 1 else 0, size)
        )
    directory_start = lay(directory)
    fat_sectors = 1
    while (len(fat) + fat_sectors) * 4 > fat_sectors * _SECTOR:
        fat_sectors += 1
    first_fat = len(fat)
    fat += [_FAT] * fat_sectors
    table = b"".join(struct.pack("<L", one) for one in fat)
    chunks.append(table + b"\xff" * (-len(table) % _SECTOR))
    difat = [*range(first_fat, first_fat + fat_sectors)]
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
        + struct.pack("<LLLLL", 0, fat_sectors, directory_start, 0, _CUTOFF)
        + struct.pack("<LLLL", mini_fat_start, len(mini_fat_data) // _SECTOR, _END, 0)
        + b"".join(struct.pack("<L", one) for one in difat + [_FREE] * (109 - len(difat)))
    )
    return header + b"".join(chunks)


def outlook_message(subject: str, body: str, attached: dict[str, bytes]) -> bytes:
    """A .msg ([MS-OXMSG] 2): properties in tables, their values in streams."""

    def table(header: bytes, values: dict[str, bytes]) -> bytes:
        rows = b"".join(
            struct.pack("<LLLL", int(tag, 16), 6, len(data) + (2 if tag.endswith("1F") else 0), 0)
            for tag, data in values.items()
        )
        method = struct.pack("<LLLL", 0x37050003, 6, 1, 0) if len(header) == 8 else b""
        return header + rows + method

    def storage(header: bytes, values: dict[str, bytes]) -> Tree:
        streams: Tree = {f"__substg1.0_{tag}": data for tag, data in values.items()}
        streams["__properties_version1.0"] = table(header, values)
        return streams

    count = len(attached)
    head = bytes(8) + struct.pack("<LLLL", 0, count, 0, count) + bytes(8)
    values = {
        "001A001F": "IPM.Note".encode("utf-16-le"),
        "0037001F": subject.encode("utf-16-le"),
        "1000001F": body.encode("utf-16-le"),
    }
    tree = storage(head, values)
    for number, (name, data) in enumerate(attached.items()):
        tree[f"__attach_version1.0_#{number:08X}"] = storage(
            bytes(8), {"3707001F": name.encode("utf-16-le"), "37010102": data}
        )
    return write(tree)
