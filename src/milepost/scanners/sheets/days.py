"""Dates in a column: what comes first is told by the column's other values, or by a person."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from milepost.workbooks.dates import read_date
from milepost.workbooks.sheets import LATER_EPOCH, Value

_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T].*)?", re.ASCII)
_SERIAL = re.compile(r"\d{5}", re.ASCII)
_TWELVE = 12
_CENTURY = 2000


class Order(StrEnum):
    """What comes first in `01/02/2026`."""

    MONTH = "month first"
    DAY = "day first"


@dataclass(slots=True)
class DayColumn:
    """The dates of one column.

    `look` learns from all its values; it is asked once, before the first that can be read two ways is read.
    `stated` is the order that a person gave. `evidence` are texts that can be read in one order alone, the
    first of each order; `doubtful` counts those that can be read either way.
    """

    stated: str = ""
    later_dates: bool = False
    look: Callable[[], None] | None = None
    evidence: dict[Order, str] = field(default_factory=dict)
    doubtful: int = 0
    example: str = ""
    _known: dict[Value, date | None] = field(default_factory=dict)

    def learn(self, values: Iterable[Value]) -> None:
        """Take note of what the values of the column tell of their order."""
        for value in values:
            found = _SLASHED.fullmatch(value.strip()) if isinstance(value, str) else None
            if found is None:
                continue
            first, second = int(found[1]), int(found[2])
            if first > _TWELVE:
                self.evidence.setdefault(Order.DAY, found[0])
            elif second > _TWELVE:
                self.evidence.setdefault(Order.MONTH, found[0])
            elif first != second:
                self.doubtful += 1
                self.example = self.example or found[0]

    @property
    def order(self) -> Order:
        """The order in which doubtful dates are read: as stated, else as the others, else month first."""
        if self.stated:
            return Order(self.stated)
        return Order.DAY if set(self.evidence) == {Order.DAY} else Order.MONTH

    def doubt(self) -> str:
        """Say what is doubtful about the column; empty where nothing is."""
        if not self.doubtful:
            return ""
        several = f"{self.doubtful} dates like {self.example}" if self.doubtful > 1 else self.example
        told = f"{several} can be read two ways, and counts as {self.order}"
        if self.stated:
            return f"{told}, as is stated"
        if len(self.evidence) > 1:
            return f"{told}, though the column has dates of both kinds"
        if self.evidence:
            return f"{told}, as {self.evidence[self.order]} in the same column must be"
        return f"{told}, as is the custom in the United States"

    def read(self, value: Value) -> date | None:
        """Return the day that a value means; None where it means no single day."""
        if isinstance(value, str):
            if value not in self._known:
                self._known[value] = self._from_text(value.strip())
            return self._known[value]
        if isinstance(value, float):
            return self._plain(value + LATER_EPOCH if self.later_dates else value)
        return value if isinstance(value, date) else None

    def _from_text(self, text: str) -> date | None:
        if _SERIAL.fullmatch(text):
            return self.read(float(text))
        found = _SLASHED.fullmatch(text)
        return self._slashed(found) if found else self._plain(text)

    def _slashed(self, found: re.Match[str]) -> date | None:
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if len(found[3]) == 2:  # noqa: PLR2004 - two digits
            year += _CENTURY
        if first <= _TWELVE and second <= _TWELVE and self.look:
            self.look()
        by_day = first > _TWELVE or (second <= _TWELVE and self.order is Order.DAY)
        day, month = (first, second) if by_day else (second, first)
        return self._plain(f"{year:04}-{month:02}-{day:02}")

    def _plain(self, value: str | float) -> date | None:
        found = read_date(value)
        return found.day if found.precision == "day" else None
