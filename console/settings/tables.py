"""Arrays of tables of a parsed config.toml changed item by item, comments kept (tomlkit)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.items import AoT, Comment, Table, Whitespace

Item = Mapping[str, Any]


def put_items(
    parent: Any, name: str, wanted: Sequence[Item], identity: Callable[[Item], Any]
) -> None:
    """
    Have an array of tables hold these items in this order.

    An item that is there already (by its identity) keeps its place in the text, its comments and the
    keys that `wanted` does not name; a key whose value is None goes.
    """
    there: list[Table] = list(parent.get(name, ()))
    if len(there) == len(wanted) and all(
        _holds(table, item) for table, item in zip(there, wanted, strict=True)
    ):
        return  # not even a blank line moves
    after_last = _take_trailing(there[-1]) if there else []
    known = {identity(item.unwrap()): item for item in there}
    renamed = _renamed(there, wanted, identity)
    array = AoT([])
    for number, item in enumerate(wanted):
        table = known.pop(identity(item), None) or renamed.get(number)
        if table is None:
            table = tomlkit.table()
        put_values(table, item)
        _take_trailing(table)
        table.add(tomlkit.nl())
        array.append(table)
    if not wanted:
        if name in parent:
            del parent[name]
        return
    last = array[-1]
    if after_last or not there or identity(there[-1].unwrap()) == identity(wanted[-1]):
        _take_trailing(last)
        if after_last and not isinstance(after_last[0], Whitespace):
            last.add(tomlkit.nl())
    for piece in after_last:
        last.value.body.append((None, piece))
    parent[name] = array


def _holds(table: Table, item: Item) -> bool:
    """Whether a table says what an item wants it to."""
    there = table.unwrap()
    return all(
        key not in there if value is None else there.get(key) == value
        for key, value in item.items()
    )


def _renamed(
    there: Sequence[Table], wanted: Sequence[Item], identity: Callable[[Item], Any]
) -> dict[int, Table]:
    """Find items that only bear another name: in a list as long as before, the ones at their places."""
    if len(there) != len(wanted):
        return {}
    before = [identity(item.unwrap()) for item in there]
    after = [identity(item) for item in wanted]
    return {
        number: there[number]
        for number, (old, new) in enumerate(zip(before, after, strict=True))
        if old not in after and new not in before
    }


def put_values(table: Any, values: Item) -> None:
    """Set what differs; the comment behind a value stays. None takes the key out."""
    for key, value in values.items():
        if value is None:
            if key in table:
                del table[key]
        elif key not in table:
            table[key] = _written(value)
        elif _plain(table[key]) != value:
            trivia = getattr(table[key], "trivia", None)
            table[key] = _written(value)
            if trivia is not None and hasattr(table[key], "trivia"):
                table[key].trivia.comment = trivia.comment
                table[key].trivia.comment_ws = trivia.comment_ws


def _written(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        array = tomlkit.array()
        for one in value:
            table = tomlkit.inline_table()
            table.update(one)
            array.append(table)
        return array
    return tomlkit.item(value)


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value


def _take_trailing(table: Table) -> list[Any]:
    """Take what stands behind the last key of a table (blank lines, comments) off it."""
    body = table.value.body
    taken: list[Any] = []
    while body and body[-1][0] is None and isinstance(body[-1][1], Comment | Whitespace):
        taken.insert(0, body.pop()[1])
    return taken
