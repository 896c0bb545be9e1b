"""From the rows of a table to items: examples left out, milestones on rows of their own joined."""

import re
from collections.abc import Iterator
from datetime import date

from milepost.authorities.intake.cells import Convert, converters, filled, text_of
from milepost.authorities.intake.milestones import changes_in, milestones_in, split
from milepost.authorities.intake.tables import Cells
from milepost.authorities.intake.words import NOTHING, folded
from milepost.domain.plan_document import PlanSheet
from milepost.domain.plan_item import PlanItem, PlanMilestone
from milepost.domain.problem import Problem
from milepost.workbooks.dates import read_date

_GUIDES = frozenset({"guidance", "examples", "example", "mandatory or situational"})
_PREAMBLE = re.compile(r"unique identifier.*|.*example|enter the id provided.*|assign a unique.*", re.DOTALL)
_NAMES = ("id", "title", "description")
_FEW = 3
_CVE = re.compile(r"CVE-\d{4}-\d{4,}", re.IGNORECASE)
_MILESTONE = ("milestone_text", "milestone_due", "milestone_status", "milestone_completed")
_PACKED = ("milestones", "milestone_changes")
_BLANK = frozenset({"", None, "-", "--"})
"""What stands in an empty cell; eMASS's reports have dashes there."""


class RowReader:
    """Reads the rows of one sheet; `problems` gathers what could not be taken."""

    def __init__(self, sheet: PlanSheet, number: int, lines: tuple[int, ...]) -> None:
        """Take over a sheet, its number in the document, and the lines of its rows where it is text."""
        self._sheet = sheet
        self._number = number
        self._lines = lines
        self._columns = sheet.columns
        self._wanted: list[tuple[str, int, Convert]] = converters(sheet.columns)
        self._names = [sheet.columns[name] for name in _NAMES if name in sheet.columns]
        self.problems: list[Problem] = []

    def items(self, rows: list[Cells], first: int) -> Iterator[PlanItem]:
        """Yield the items of the rows from a row on (counted from 0)."""
        item: PlanItem | None = None
        for number, row in enumerate(rows[first:], first):
            if not any(cell not in ("", None) for cell in row) or self._is_guide(row):
                continue
            place = self._lines[number] if self._lines else number + 1
            if not self._names_something(row):
                if not (item and self._continues(item, row, place)):
                    self._unnamed(row, place)
                continue
            if item:
                yield item
            item = self._item(row, place)
        if item:
            yield item

    def _is_guide(self, row: Cells) -> bool:
        """Tell whether a row explains the columns: by its label in the first column, or by its example id."""
        if folded(text_of(row[0])) in _GUIDES and 0 not in self._columns.values():
            return True
        column = self._columns.get("id", 0)
        identifier = text_of(row[column]).casefold() if column < len(row) else ""
        return bool(_PREAMBLE.fullmatch(identifier))

    def _names_something(self, row: Cells) -> bool:
        width = len(row)
        return any(place < width and row[place] not in _BLANK for place in self._names)

    def _unnamed(self, row: Cells, place: int) -> None:
        """Report a row that says several things and names no weakness; a lone total or remark is none."""
        if sum(cell not in _BLANK for cell in row) >= _FEW:
            what = "the row has neither identifier nor name nor description, so it was not taken"
            where = f"line {place}" if self._lines else f"{self._sheet.name}!row {place}"
            self.problems.append(Problem(where, what, "give the row an identifier, or delete it"))

    def _item(self, row: Cells, place: int) -> PlanItem:
        item = PlanItem(sheet=self._number, row=place)
        for name, value, convert in filled(row, self._wanted):
            convert(item, name, value)
        self._own_row_milestone(item, row, place)
        item.poc = item.owner
        item.finding_key = item.source_ref
        if not item.cves and "CVE-" in (text := f"{item.title} {item.description} {item.source_ref}".upper()):
            item.cves = tuple(dict.fromkeys(_CVE.findall(text)))
        return item

    def _continues(self, item: PlanItem, row: Cells, place: int) -> bool:
        """Join a row to the item above it, if it has a milestone or a change of one."""
        before = len(item.milestones) + len(item.milestone_changes)
        self._own_row_milestone(item, row, place)
        for name in _PACKED:
            words = self._said(row, name)
            if words and name == "milestones":
                added = milestones_in(split(words).pieces, place, len(item.milestones))
                item.milestones = (*item.milestones, *added)
            elif words:
                changes = changes_in(split(words).pieces, place, len(item.milestone_changes))
                item.milestone_changes = (*item.milestone_changes, *changes)
        return len(item.milestones) + len(item.milestone_changes) > before

    def _own_row_milestone(self, item: PlanItem, row: Cells, place: int) -> None:
        """Read the milestone that has columns of its own."""
        if not any(self._said(row, name) for name in _MILESTONE):
            return
        status = folded(self._said(row, "milestone_status"))
        milestone = PlanMilestone(
            text=self._said(row, "milestone_text"),
            due=self._day(row, "milestone_due"),
            number=len(item.milestones) + 1,
            done=status in {"completed", "complete", "done", "closed"},
            archived=status == "archived",
            completed=self._day(row, "milestone_completed"),
            row=place,
            key=self._said(row, "milestone_number"),
            status_label=self._said(row, "milestone_status"),
            remark=self._said(row, "milestone_comments"),
        )
        item.milestones = (*item.milestones, milestone)

    def _said(self, row: Cells, name: str) -> str:
        column = self._columns.get(name)
        if column is None or column >= len(row):
            return ""
        text = text_of(row[column])
        return "" if text.casefold() in NOTHING else text

    def _day(self, row: Cells, name: str) -> date | None:
        return read_date(row[self._columns[name]]).day if self._said(row, name) else None
