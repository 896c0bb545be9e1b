"""The rows of the sheet: what the plan says, and where it says nothing new the base's own cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from milepost.authorities.emass.devices import DeviceLists
from milepost.authorities.emass.entries import Entry, entries
from milepost.authorities.emass.former_workbook import Base, BaseItem
from milepost.authorities.emass.layout import MILESTONE, Form
from milepost.authorities.emass.matching import matched_entries
from milepost.authorities.emass.values import RULES, status_word
from milepost.authorities.sheets.cells import Value
from milepost.domain.plan_item import PlanItem

_DECIDED = frozenset({"actual_completion_date", "scheduled_date"})
"""Fields that follow from the status: what the base has of them does not outlive a change of it."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the rows go: the columns in order, the field of each, the generation, the base if there is one.

    `silent` plans keep what the base says wherever they say nothing: all but those read from eMASS itself,
    which speak of every column.
    """

    columns: tuple[str, ...]
    fields: Mapping[str, str]
    form: Form
    as_of: date
    first_row: int
    silent: bool
    base: Base | None = None


@dataclass(slots=True)
class _Line:
    """A row to be written: the row of the base that it continues (0: none), and its milestones.

    A `whole` row is one of the base's with all its cells.
    """

    row: int = 0
    whole: bool = False
    entries: list[tuple[Entry, Entry | None]] = field(default_factory=list)


@dataclass(slots=True)
class Composer:
    """Lays out items as rows of values."""

    target: Target
    devices: DeviceLists
    count: int = 0

    def rows(self, items: Sequence[PlanItem], former: Mapping[int, BaseItem]) -> Iterator[list[Value]]:
        """Yield the rows of all items; what stands before the first item of the base stays there."""
        for number in self.target.base.above if self.target.base else ():
            yield [self._kept(number, column) for column in self.target.columns]
            self.count += 1
        for number, item in enumerate(items):
            yield from self._item(item, former.get(number))

    def _item(self, item: PlanItem, former: BaseItem | None) -> Iterator[list[Value]]:
        for number, line in enumerate(self._lines(item, former)):
            owner = item if number == 0 else None
            yield [self._value(column, line, owner, former) for column in self.target.columns]
            self.count += 1

    def _lines(self, item: PlanItem, former: BaseItem | None) -> list[_Line]:
        now = entries(item, self.target.form, self.target.as_of)
        if former is None:
            return _laid(0, [(entry, None) for entry in now if not self._accepted(item)])
        before = entries(former.item, self.target.form, self.target.as_of)
        same = matched_entries(now, before)
        paired = [(entry, same.get(number)) for number, entry in enumerate(now)]
        if self._accepted(item):
            paired = [pair for pair in paired if pair[1] is not None]
        if self.target.silent:
            taken = {id(entry) for entry in same.values()}
            paired += [(entry, entry) for entry in before if id(entry) not in taken]
        if [pair[1] for pair in paired] == before:
            return _as_they_stand(former, paired)
        return _laid(former.item.row, paired)

    def _accepted(self, item: PlanItem) -> bool:
        return self.target.form.own_rows and status_word(item) == "Risk Accepted"

    def _value(self, column: str, line: _Line, item: PlanItem | None, former: BaseItem | None) -> Value:
        name = self.target.fields.get(column, "")
        if name in MILESTONE:
            return self._of_milestone(name, column, line)
        if item is None or not name:
            return self._kept(line.row, column)
        return self._of_item(name, column, item, former)

    def _of_item(self, name: str, column: str, item: PlanItem, former: BaseItem | None) -> Value:
        form = self.target.form
        said = RULES[name](item, form)
        before = RULES[name](former.item, form) if former else None
        if former and (said == before or self._stays(name, said, before, item)):
            return self._kept(former.item.row, column)
        if name == "scheduled_date" and self._accepted(item):
            return None
        return self.devices.cell(item, str(said)) if name == "assets" and said else said

    def _stays(self, name: str, said: Value, before: Value, item: PlanItem) -> bool:
        """Tell whether the base's value holds: its own number, or what a silent plan does not speak of."""
        if name == "id":
            return bool(before)
        if said or not self.target.silent:
            return False
        return name not in _DECIDED or not item.status

    def _of_milestone(self, name: str, column: str, line: _Line) -> Value:
        for entry, former in line.entries:
            if name in entry.cells:
                said = entry.cells[name]
                if former and (said == former.cells[name] or not said):
                    return self._kept(former.row, column)
                return said
        rows = [former.row for _, former in line.entries if former]
        if line.entries:
            return self._kept(rows[0], column) if rows else None
        return self._kept(line.row, column) if line.whole else None

    def _kept(self, number: int, column: str) -> Value:
        base = self.target.base
        return base.kept(number, column, self.target.first_row + self.count) if base and number else None


def _laid(first: int, paired: Sequence[tuple[Entry, Entry | None]]) -> list[_Line]:
    """Give the item its row and each milestone one, the first beside it; a row of the base stays one."""
    lines = [_Line(first)]
    places: dict[int, _Line] = {}
    for entry, former in paired:
        row = former.row if former else 0
        line = places.get(row) if row else None
        if line is None:
            line = lines[0] if not lines[0].entries else _Line(row)
            lines += [line] if line is not lines[0] else []
            places[row] = line
        line.entries.append((entry, former))
    return lines


def _as_they_stand(former: BaseItem, paired: Sequence[tuple[Entry, Entry | None]]) -> list[_Line]:
    """Lay the milestones on the rows that they have in the base, blank rows between them included."""
    lines = {number: _Line(number, whole=True) for number in former.rows}
    for entry, before in paired:
        lines[before.row if before else former.item.row].entries.append((entry, before))
    return list(lines.values())
