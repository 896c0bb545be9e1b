"""Rows in bulk, the same on SQLite and PostgreSQL: one statement for a batch, never one for a row."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, connections, models

Value = int | str | bytes | bool | None
Row = Sequence[Value]
Found = tuple[Any, ...]  # what a statement finds is known where it is written, not here

_PARAMETERS = 30_000
_FETCHED = 2_000
_AS_THEY_ARE = (
    models.BooleanField,
    models.CharField,
    models.ForeignKey,
    models.IntegerField,
    models.TextField,
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


def insert(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows: COPY on PostgreSQL, one prepared statement on SQLite."""
    if not rows:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if on_postgresql():
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def number(objects: Sequence[models.Model]) -> None:
    """Give new objects of one model their keys."""
    if objects:
        keys = allocate(objects[0]._meta.db_table, len(objects))
        for key, each in zip(keys, objects, strict=True):
            each.pk = key


def insert_objects(objects: Sequence[models.Model]) -> None:
    """Insert numbered objects of one model: one statement where `bulk_create` takes many."""
    if not objects:
        return
    meta = objects[0]._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    values = [_values(field, objects) for field in fields]
    insert(meta.db_table, [field.column or "" for field in fields], list(zip(*values, strict=True)))


def _values(field: "models.Field[Any, Any]", objects: Sequence[models.Model]) -> list[Value]:
    """Return one field of all objects as the database takes it; text and numbers are what they are."""
    values = [getattr(each, field.attname) for each in objects]
    if isinstance(field, _AS_THEY_ARE):
        return values
    database = connections[connection.alias]
    return [field.get_db_prep_save(value, database) for value in values]


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


def select(statement: str, values: Iterable[int | str], *before: Value) -> Iterator[Found]:
    """Run a statement that ends in `IN ({})` for any number of values, a few thousand at a time."""
    for text, parameters in _chunks(statement, values, before):
        with connection.cursor() as cursor:
            cursor.execute(text, parameters)
            while rows := cursor.fetchmany(_FETCHED):
                yield from rows


def execute(statement: str, values: Iterable[int | str], *before: Value) -> None:
    """Run a changing statement that ends in `IN ({})` for any number of values."""
    for text, parameters in _chunks(statement, values, before):
        with connection.cursor() as cursor:
            cursor.execute(text, parameters)


def _chunks(
    statement: str, values: Iterable[int | str], before: Sequence[Value]
) -> Iterator[tuple[str, list[Any]]]:
    remaining = iter(values)
    while chunk := list(islice(remaining, _PARAMETERS)):
        if on_postgresql():
            kind = "bigint" if isinstance(chunk[0], int) else "text"
            yield statement.replace("IN ({})", f"= ANY(%s::{kind}[])"), [*before, _array(chunk, kind)]
        else:
            yield statement.format(", ".join(["%s"] * len(chunk))), [*before, *chunk]


def _array(values: Sequence[Value], kind: str) -> list[Value] | str:
    """Return an array for PostgreSQL; of numbers as it writes them, a tenth of the driver's time."""
    if kind == "text":
        return list(values)
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
