"""Cells that no program wrote: what stands there cannot be read, so that nothing else of the row can be told."""

from __future__ import annotations

import typing
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    event,
    inspect,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.types import NullType

from ledger.models.base import Base
from rulebook.reasons import Reason

PACKED = ("notices", "inputs")
"""A column whose bytes are deflated by the program itself."""
_REASONS: Mapping[str, Callable[[Any], list[str]]] = {
    "reasons": lambda told: told,
    "faults": lambda told: [fault["reason"] for fault in told],
}
"""Columns that name reasons, and how."""
_READ = "read_columns"
"""The execution option of `reading`."""
FAULTS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, zlib.error)
"""What reading such a cell may raise."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that cannot be read: of what model, the row's key, the column's name."""

    model: type[Any]
    key: tuple[Any, ...]
    column: str

    @property
    def told(self) -> str:
        """The finding, in Chinese."""
        where = "，".join(str(one)[:20] for one in self.key)
        return f"{self.model.__tablename__} 表第 {where} 行的 {self.column} 栏读不懂，不是程序写的"


@contextmanager
def any_text(connection: Connection) -> Iterator[None]:
    """Have SQLite hand out even text that is no UTF-8, which otherwise fails the whole question."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.text_factory = _as_it_stands
    try:
        yield
    finally:
        driver.text_factory = str


def _as_it_stands(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def unreadable_cells(session: Session) -> Iterator[Cell]:
    """Look at every cell of every table for those that cannot be read."""
    dialect = session.get_bind().dialect
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__tablename__):
        model = mapper.class_
        hints = typing.get_type_hints(model)
        columns: Sequence[Any] = [attr.columns[0] for attr in mapper.column_attrs]
        names = [attr.columns[0].name for attr in mapper.column_attrs]
        shapes = [_shape(hints[attr.key]) for attr in mapper.column_attrs]
        keys = [columns.index(key) for key in mapper.primary_key]
        raw = select(
            *(type_coerce(one, NullType()).label(f"c{i}") for i, one in enumerate(columns))
        )
        found = session.connection().execute(raw)
        described = found.cursor.description if found.cursor is not None else ()
        readers = [
            one.type.dialect_impl(dialect).result_processor(dialect, told_of[1])
            for one, told_of in zip(columns, described, strict=True)
        ]
        for row in found:
            for index, value in enumerate(row):
                try:
                    read = readers[index]
                    told = value if read is None or value is None else read(value)
                    missing = told is None and not columns[index].nullable  # JSON's null
                    if missing or (told is not None and not shapes[index](told)):
                        raise TypeError
                    if told is not None and names[index] in _REASONS:
                        _ = [Reason[name] for name in _REASONS[names[index]](told)]
                    if isinstance(told, bytes) and (model.__tablename__, names[index]) == PACKED:
                        zlib.decompress(told)
                except FAULTS:
                    key = tuple(row[one] for one in keys)
                    yield Cell(model, key, names[index])


def leave_out(session: Session, cells: Sequence[Cell]) -> None:
    """
    Have the session see no row with such a cell any more.

    A statement that says by `reading` which columns of a model it asks for still sees the rows whose
    other cells are bad: a letter is there whatever stands in its `sent`.
    """

    def without(state: ORMExecuteState) -> None:
        if not state.is_select:
            return
        read: Mapping[type[Any], Collection[str]] = state.execution_options.get(_READ, {})
        keys: dict[type[Any], set[tuple[Any, ...]]] = defaultdict(set)
        for cell in cells:
            if cell.column in read.get(cell.model, (cell.column,)):
                keys[cell.model].add(cell.key)
        options = [with_loader_criteria(*one) for one in map(_not_among, keys, keys.values())]
        state.statement = state.statement.options(*options)

    event.listen(session, "do_orm_execute", without)


def reading(columns: Mapping[type[Any], Collection[str]]) -> dict[str, Any]:
    """Build the execution option by which a statement reads but the key and these attributes of a model."""
    return {
        _READ: {
            model: [inspect(model).attrs[name].columns[0].name for name in names]
            for model, names in columns.items()
        }
    }


def there(session: Session, model: type[Any], *names: str) -> set[tuple[Any, ...]]:
    """Return these attributes of all rows of a table, of those too whose other cells cannot be read."""
    asked = select(*(getattr(model, name) for name in names))
    rows = session.execute(asked.execution_options(**reading({model: names})))
    return {tuple(row) for row in rows}


def _not_among(
    model: type[Any], rows: Iterable[tuple[Any, ...]]
) -> tuple[type[Any], ColumnElement[bool]]:
    primary = inspect(model).primary_key
    wrong = or_(
        *(
            and_(*(column == value for column, value in zip(primary, row, strict=True)))
            for row in rows
        )
    )
    return model, not_(wrong)


def _shape(hint: Any) -> Any:
    """Return a test of what a column's values are, from its annotation."""
    (inner,) = typing.get_args(hint)
    if typing.get_origin(inner) is list:
        (member,) = typing.get_args(inner)
        kind = typing.get_origin(member) or member
        return lambda value: isinstance(value, list) and all(isinstance(x, kind) for x in value)
    if typing.get_origin(inner) is dict:
        return lambda value: isinstance(value, dict)
    kinds = set(typing.get_args(inner) or (inner,)) - {type(None)}
    if kinds <= {str, int, bytes}:  # what SQLite hands out as it stands
        return lambda value: isinstance(value, tuple(kinds))
    return lambda value: True
