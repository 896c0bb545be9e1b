"""A workbook without a base: the headings of 2026 and the block above them, and our own lists; no more."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from milepost.authorities.emass.layout import DATES
from milepost.authorities.emass.words import words
from milepost.authorities.sheets.styles import DATE_FORMAT, Style
from milepost.authorities.sheets.writer import Line, SheetForm, Validation
from milepost.domain.plan_document import PlanDocument

if TYPE_CHECKING:
    from milepost.authorities.sheets.cells import Value

SHEET = "POA&M"
HEADER_ROW = 7
FIRST_ROW = 8
"""Rows of headings and of the first item, in every import workbook since 2018."""
_REACH = 1000
_BANNER = "***** CONTROLLED UNCLASSIFIED INFORMATION *****"
_BOLD = Style(bold=True)
_PLAIN = Style()
_DAY = Style(number_format=DATE_FORMAT)
_HEADING = Style(bold=True, fill="FFD9E1F2", border=True, centred=True)
_BLOCK = (
    (
        2,
        (
            ("A", "Date Exported:", ""),
            ("L", "System Type:", "system_type"),
            ("P", "OMB Project ID:", "investment"),
        ),
    ),
    (3, (("A", "Exported By:", ""),)),
    (4, (("A", "CC/S/A/FA:", "provider"), ("L", "POC Name:", ""))),
    (5, (("A", "System / Project Name:", "system"), ("L", "POC Phone:", ""), ("P", "Security Costs:", ""))),
    (6, (("A", "DoW IT Registration No:", "registration"), ("L", "POC E-Mail:", ""))),
)
"""The labels above the headings: row, column, text, the fact of the plan that stands beside."""
_BESIDE = {"A": "D", "L": "M", "P": "Q"}
_LEVELS = (
    *("raw_severity", "adjusted_severity", "relevance", "likelihood", "impact", "risk_level"),
    "resulting_risk",
)


def lines(headings: Mapping[str, str], plan: PlanDocument, as_of: date) -> Iterator[Line]:
    """Lay out the rows above the items."""
    yield Line(1, (("A", _BANNER, Style(bold=True, wrapped=False)),))
    for number, labels in _BLOCK:
        cells: list[tuple[str, Value, Style]] = []
        for column, label, fact in labels:
            exported = label == "Date Exported:"
            value: Value = as_of if exported else plan.facts.get(fact, "")
            cells += [(column, label, _BOLD), (_BESIDE[column], value, _DAY if exported else _PLAIN)]
        yield Line(number, tuple(cells))
    yield Line(HEADER_ROW, tuple((column, text, _HEADING) for column, text in headings.items()))


def styles(headings: Mapping[str, str], letters: Mapping[str, str]) -> tuple[tuple[str, Style], ...]:
    """Return the look of each column of data."""
    dated = {letters[name] for name in DATES if name in letters}
    return tuple((column, _DAY if column in dated else _PLAIN) for column in headings)


def form(headings: Mapping[str, str], letters: Mapping[str, str]) -> SheetForm:
    """Return the sheet: column A without width, drop-down lists for what eMASS has lists of."""
    known = words()
    lists = [(letters[name], known.levels) for name in _LEVELS if name in letters]
    lists += [(letters["status"], known.statuses), (letters["milestone_status"], known.milestone_statuses)]
    return SheetForm(
        SHEET,
        ((1, 1, 0.0), (2, len(headings) + 1, 24.0)),
        frozen=HEADER_ROW,
        merged=(f"A1:{list(headings)[-1]}1", *(f"A{row}:C{row}" for row in range(2, HEADER_ROW))),
        validations=tuple(_drop_down(column, choices) for column, choices in lists),
        reach=_REACH,
    )


def _drop_down(column: str, choices: tuple[str, ...]) -> Validation:
    return Validation("list", f"{column}{FIRST_ROW}:{column}#", f'"{",".join(choices)}"')
