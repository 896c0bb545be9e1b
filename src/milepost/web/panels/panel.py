"""A panel: a chart, the table of the same numbers, and that table as CSV."""

import csv
from io import StringIO
from typing import Final, NamedTuple

from milepost.reports.report import Chart, Table

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Panel(NamedTuple):
    """A chart with its table; `name` leads to its CSV, `note` says how it counts.

    Without a chart there is nothing to draw, and `note` says why.
    """

    name: str
    title: str
    table: Table
    chart: Chart | None
    note: str = ""


def as_csv(table: Table) -> str:
    """Return a table as CSV; no cell can be taken for a formula, and numbers bear no commas."""
    text = StringIO()
    written = csv.writer(text, lineterminator="\n")
    written.writerow([column.heading for column in table.columns])
    for row in table.rows:
        cells = zip(row, table.columns, strict=True)
        written.writerow([_number(cell) if column.numbers else _plain(cell) for cell, column in cells])
    return text.getvalue()


def _number(cell: str) -> str:
    return cell.replace(",", "")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
