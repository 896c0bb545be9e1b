"""Counting the statements that go to the database, COPY included, many rows of one statement as one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper


@dataclass(slots=True)
class Counter:
    """How many statements were sent."""

    statements: int = 0


@contextmanager
def counted(connection: BaseDatabaseWrapper) -> Iterator[Counter]:
    """Count every statement that goes through a connection while the block runs."""
    counter = Counter()

    class Counting(CursorWrapper):
        def __getattr__(self, name: str) -> object:
            counter.statements += name == "copy"
            return super().__getattr__(name)

        def _execute(self, *given: object) -> object:
            counter.statements += 1
            return super()._execute(*given)

        def _executemany(self, *given: object) -> object:
            counter.statements += 1
            return super()._executemany(*given)

    held = connection.make_cursor
    connection.make_cursor = lambda cursor: Counting(cursor, connection)
    try:
        yield counter
    finally:
        connection.make_cursor = held
