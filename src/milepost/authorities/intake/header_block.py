"""What stands above the items: system, provider, impact level, date, found by their labels."""

from datetime import date

from milepost.authorities.intake.cells import text_of
from milepost.authorities.intake.tables import Cells
from milepost.authorities.intake.words import folded
from milepost.workbooks.dates import read_date

_LABELS = {
    "csp": "provider",
    "cloud service provider": "provider",
    "system name": "system",
    "cloud service offering": "system",
    "system project name": "system",
    "impact level": "impact_level",
    "poam date": "date",
    "poa m date": "date",
    "ret date": "date",
    "date exported": "date",
    "system type": "system_type",
    "omb project id": "investment",
    "dod it registration no": "registration",
    "dow it registration no": "registration",
}
_PLACEHOLDERS = frozenset({"text", "date", ""})
_GUIDES = frozenset({"guidance"})


def facts_above(rows: list[Cells]) -> dict[str, str]:
    """Return the facts in the rows above the headings; the places in an empty template hold none."""
    facts: dict[str, str] = {}
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            name = _LABELS.get(folded(cell)) if isinstance(cell, str) else None
            if name:
                beside = (
                    _beside(row, column) if str(cell).strip().endswith(":") else _below(rows, number, column)
                )
                if beside.casefold() not in _PLACEHOLDERS:
                    facts.setdefault(name, beside)
    return facts


def dated(facts: dict[str, str]) -> date | None:
    """Return the day that a document says it is of."""
    return read_date(facts["date"]).day if "date" in facts else None


def _beside(row: Cells, column: int) -> str:
    for cell in row[column + 1 :]:
        text = text_of(cell)
        if text:
            return "" if text.endswith(":") else text
    return ""


def _below(rows: list[Cells], number: int, column: int) -> str:
    """Return the lowest value below a label; a row named Guidance holds none."""
    below = [
        text_of(row[column])
        for row in rows[number + 1 :]
        if column < len(row) and folded(text_of(row[0])) not in _GUIDES
    ]
    return next((text for text in reversed(below) if text), "")
