"""Sheets of counts, which say how many items there are and not which: written, never read as a plan."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from milepost.authorities.documents.contract import Writing
from milepost.authorities.forms.writing import HEADING, PLAIN, guarded
from milepost.authorities.sheets.cells import Value
from milepost.authorities.sheets.saving import saved
from milepost.authorities.sheets.text import letters
from milepost.authorities.sheets.writer import Line, SheetForm, WorkbookWriter
from milepost.domain.errors import UnknownFormat, WrongUse
from milepost.domain.plan_document import PlanDocument

Rows = Sequence[tuple[bool, Sequence[Value]]]
"""Rows of a report from the first on: whether it is one of headings, and its cells."""


def save_report(out: Path, sheet: str, rows: Rows, writing: Writing) -> None:
    """Write a report as a workbook or CSV, by the ending of the file.

    Raises:
        WrongUse: the ending is another one, or a base is given.
    """
    if writing.base is not None:
        raise WrongUse("a report of counts has no base", where=out.name, fix="write it without one")
    suffix = out.suffix.casefold()
    if suffix not in {".xlsx", ".csv"}:
        what = f"a report of counts is not written as {suffix or 'this'}"
        raise WrongUse(what, where=out.name, fix="name a file that ends in .xlsx or .csv")
    with saved(out) as file:
        if suffix == ".csv":
            text = StringIO(newline="")
            csv.writer(text).writerows([guarded(str(cell)) for cell in cells] for _, cells in rows)
            file.write(text.getvalue().encode("utf-8-sig"))
            return
        writer = WorkbookWriter(file, sheet, writing.as_of)
        widest = max(len(cells) for _, cells in rows)
        form = SheetForm(sheet, ((1, 1, 36.0), (2, max(widest, 2), 16.0)))
        writer.sheet(form, [_line(number, row) for number, row in enumerate(rows, 1)])
        writer.close()


def _line(number: int, row: tuple[bool, Sequence[Value]]) -> Line:
    is_heading, cells = row
    style = HEADING if is_heading else PLAIN
    return Line(number, tuple((letters(n), cell, style) for n, cell in enumerate(cells, 1)))


def refused(title: str, name: str) -> UnknownFormat:
    """Return the refusal to read a report as a plan."""
    what = f"{title} holds counts and no items"
    return UnknownFormat(what, where=name, fix="give the plan that it was counted from")


class CountReport:
    """What the reports of counts have alike: nothing of an item is carried, none is recognised."""

    title = ""
    suffix = ".csv"
    carries: frozenset[str] = frozenset()

    def recognises(self, path: Path) -> bool:
        """Recognise nothing: a report is no plan."""
        del path
        return False

    def read(self, path: Path, name: str) -> PlanDocument:
        """Refuse: a report is no plan.

        Raises:
            UnknownFormat: always.
        """
        del path
        raise refused(self.title, name)
