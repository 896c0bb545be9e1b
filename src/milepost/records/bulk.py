"""Rows in bulk, the same on SQLite and PostgreSQL: one statement for a batch, never one for a row."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

import msgspec
from django.db import connection, connections, models

Value = int | float | str | bytes | bool | None
Row = Sequence[Value]
Object = TypeVar("Object", bound=models.Model)
Found = tuple[Any, ...]  # what a statement finds is known where it is written, not here

_VALUES = 30_000
_FETCHED = 2_000
_TYPES = (
    (str, "text"),
    (bool, "bool"),
    (int, "int8"),
    (float, "float8"),
    (bytes, "bytea"),
    (datetime, "timestamptz"),
    (date, "date"),
)


def on_postgresql() -> bool:
    """Tell whether the register is kept in PostgreSQL."""
    return connection.vendor == "postgresql"


def allocate(table: str, count: int) -> range | list[int]:
    """Reserve `count` primary keys of a table; the caller holds the write lock or the sequence gives them."""
    if not count:
        return range(0)
    with connection.cursor() as cursor:
        if on_postgresql():
            cursor.execute(
                "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass))"
                " FROM generate_series(1, %s)",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        first = cursor.fetchone()[0] + 1
        return range(first, first + count)


def reserve(table: str, count: int) -> Iterator[int]:
    """Yield up to `count` primary keys of a table, allocated when the first is asked for."""
    yield from allocate(table, count)


def lock(tables: Iterable[str]) -> None:
    """Keep others from writing to tables until the transaction ends; SQLite does so anyway."""
    if on_postgresql():
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")


def number_on(table: str) -> None:
    """Let the next row get a number beyond all that are there; SQLite sees to that itself."""
    if on_postgresql():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), greatest(max(id), 1), max(id) IS NOT NULL)"
                f" FROM {table}",
                [table],
            )


def insert(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows: COPY on PostgreSQL, one prepared statement on SQLite."""
    if not rows:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if on_postgresql():
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                copy.set_types(_types(rows))
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def _types(rows: Sequence[Row]) -> list[str]:
    """Return PostgreSQL's types of the values, so that the driver need not look at each: half its time."""
    return [
        _type(next((row[place] for row in rows if row[place] is not None), ""))
        for place in range(len(rows[0]))
    ]


def _type(value: object) -> str:
    return next(name for kind, name in _TYPES if isinstance(value, kind))


def columns_of(instance: models.Model) -> dict[str, Value]:
    """Return the columns of an object as the database takes them: what many rows may have in common."""
    database = connections[connection.alias]
    fields = [field for field in instance._meta.concrete_fields if not field.generated]
    return {
        field.column or "": field.get_db_prep_save(getattr(instance, field.attname), database)
        for field in fields
    }


def update(table: str, columns: Sequence[str], types: Sequence[str], rows: Sequence[Row]) -> None:
    """Set columns of many rows, each row given as (values…, id); `types` are PostgreSQL's, for its arrays."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if on_postgresql():
            sets = ", ".join(f'"{column}" = new.c{place}' for place, column in enumerate(columns))
            arrays = ", ".join([*(f"%s::{kind}[]" for kind in types), "%s::bigint[]"])
            names = ", ".join([*(f"c{place}" for place in range(len(columns))), "id"])
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS new({names}) WHERE {table}.id = new.id",
                [
                    _array(values, kind)
                    for values, kind in zip(zip(*rows, strict=True), (*types, "bigint"), strict=True)
                ],
            )
            return
        sets = ", ".join(f'"{column}" = %s' for column in columns)
        cursor.executemany(f"UPDATE {table} SET {sets} WHERE id = %s", rows)


def rows(statement: str, *values: Value) -> Iterator[Found]:
    """Run a statement as it stands, and yield what it finds a few thousand at a time."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        while found := cursor.fetchmany(_FETCHED):
            yield from found


def select(statement: str, values: Iterable[int | str], *before: Value) -> Iterator[Found]:
    """Run a statement that ends in `IN ({})` for any number of values, a few thousand at a time."""
    for text, parameters in _chunks(statement, values, before):
        with connection.cursor() as cursor:
            cursor.execute(text, parameters)
            while rows := cursor.fetchmany(_FETCHED):
                yield from rows


def objects(model: type[Object], statement: str, values: Iterable[int | str]) -> Iterator[Object]:
    """Run a statement that gives rows of a model and has an `IN ({})`; the ORM's own looks at each value."""
    for text, parameters in _chunks(statement, values, ()):
        yield from models.QuerySet(model).raw(text, parameters)


def execute(statement: str, values: Iterable[int | str], *before: Value) -> None:
    """Run a changing statement that ends in `IN ({})` for any number of values."""
    for text, parameters in _chunks(statement, values, before):
        with connection.cursor() as cursor:
            cursor.execute(text, parameters)


def _chunks(
    statement: str, values: Iterable[int | str], before: Sequence[Value]
) -> Iterator[tuple[str, list[Any]]]:
    """Yield the statement with its values as one array; a mark for each value takes long to understand."""
    remaining = iter(values)
    while chunk := list(islice(remaining, _VALUES)):
        if on_postgresql():
            kind = "bigint" if isinstance(chunk[0], int) else "text"
            yield statement.replace("IN ({})", f"= ANY(%s::{kind}[])"), [*before, _array(chunk, kind)]
        else:
            array = msgspec.json.encode(chunk).decode()
            yield statement.format("SELECT value FROM json_each(%s)"), [*before, array]


def _array(values: Sequence[Value], kind: str) -> list[Value] | str:
    """Return an array for PostgreSQL; of numbers as it writes them, a tenth of the driver's time."""
    if kind == "text":
        return list(values)
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
