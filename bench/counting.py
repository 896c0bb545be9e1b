"""Counting the statements that go to the database, COPY included, many rows of one statement as one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

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
        """A cursor that counts what it is asked to send."""

        def __getattribute__(self, name: str) -> object:
            counter.statements += name in {"execute", "executemany", "copy"}
            return super().__getattribute__(name)

    with patch.object(connection, "make_cursor", lambda cursor: Counting(cursor, connection)):
        yield counter
