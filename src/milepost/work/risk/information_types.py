"""The information that a system holds, read from a table or from words, for its FIPS 199 category."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from milepost.authorities.intake.reading import tables_in
from milepost.authorities.intake.tables import Cells, Table
from milepost.domain.errors import EmptyInput, InputRefused, UnknownFormat
from milepost.domain.impact_level import ImpactLevel, InformationType, Objective, SecurityCategory

_NAMES: Final = ("name", "information type", "type")
_IMPACTS: Final = {
    "low": ImpactLevel.LOW,
    "l": ImpactLevel.LOW,
    "moderate": ImpactLevel.MODERATE,
    "medium": ImpactLevel.MODERATE,
    "m": ImpactLevel.MODERATE,
    "high": ImpactLevel.HIGH,
    "h": ImpactLevel.HIGH,
    "not applicable": ImpactLevel.NOT_APPLICABLE,
    "n/a": ImpactLevel.NOT_APPLICABLE,
    "na": ImpactLevel.NOT_APPLICABLE,
}
_HOW: Final = "write Low, Moderate or High, or for confidentiality N/A"


def types_in(path: Path) -> list[InformationType]:
    """Read the types in a .xlsx, .csv or .md table with a name and the three objectives as headings.

    Raises:
        InputRefused: the file or a cell of it cannot be taken; the sentence names the place.
    """
    for table in tables_in(path):
        for number, row in enumerate(table.rows):
            columns = _columns(row)
            if columns is not None:
                return _types(path.name, table, number, columns)
    headings = ", ".join(["name", *Objective])
    raise UnknownFormat("no table of information types was found", where=path.name, fix=f"head it {headings}")


def type_of(text: str) -> InformationType:
    """Read a type as a command takes it: `Payroll=M:H:L`, in the order of the objectives.

    Raises:
        InputRefused: it is not written so.
    """
    name, _, impacts = text.rpartition("=")
    parts = impacts.split(":")
    if not name.strip() or len(parts) != len(Objective):
        fix = "write NAME=CONFIDENTIALITY:INTEGRITY:AVAILABILITY, like Payroll=M:H:L"
        raise InputRefused(f"'{text}' is no information type", fix=fix)
    return _type(name.strip(), parts, name.strip())


def _columns(row: Cells) -> list[int] | None:
    """Return the columns of name, confidentiality, integrity and availability if a row is their heading."""
    words = [str(cell or "").strip().casefold() for cell in row]
    name = next((words.index(word) for word in _NAMES if word in words), None)
    if name is None or not set(Objective) <= set(words):
        return None
    return [name, *(words.index(objective) for objective in Objective)]


def _types(file: str, table: Table, heading: int, columns: Sequence[int]) -> list[InformationType]:
    found = []
    for number, row in enumerate(table.rows[heading + 1 :], heading + 1):
        name, *impacts = (_cell(row, column) for column in columns)
        if name or any(impacts):
            place = f"line {table.lines[number]}" if table.lines else f"{table.name}, row {number + 1}"
            found.append(_type(name, impacts, f"{file}, {place}"))
    if not found:
        raise EmptyInput("the table names no information type", where=file, fix="write a line for each")
    return found


def _cell(row: Cells, column: int) -> str:
    return str(row[column] if column < len(row) and row[column] is not None else "").strip()


def _type(name: str, impacts: Sequence[str], where: str) -> InformationType:
    if not name:
        raise InputRefused("an information type has no name", where=where, fix="write its name")
    levels = [
        _impact(text, f"{where}, {objective}") for objective, text in zip(Objective, impacts, strict=True)
    ]
    try:
        return InformationType(name, SecurityCategory(*levels))
    except InputRefused as refused:
        raise InputRefused(refused.what, where=where, fix=refused.fix) from refused


def _impact(text: str, where: str) -> ImpactLevel:
    level = _IMPACTS.get(" ".join(text.casefold().replace("_", " ").split()))
    if level is None:
        raise InputRefused(f"'{text}' is no impact", where=where, fix=_HOW)
    return level
