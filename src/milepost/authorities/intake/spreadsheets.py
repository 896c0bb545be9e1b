"""Tables from .xlsx and .xlsm workbooks: the package is checked first, formulas give their last value."""

from pathlib import Path
from typing import cast

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, load_workbook

from milepost.authorities.intake.tables import Cells, Table
from milepost.domain.errors import DamagedInput, UnknownFormat
from milepost.workbooks.package import opened

_CELLS = 20_000_000
"""The most cells that a sheet may span: a few cells in far corners would fill the memory."""
_WORKBOOK = "xl/workbook.xml"


def spreadsheet_tables(path: Path) -> list[Table]:
    """Return the tables of a workbook, one a sheet, in order.

    Raises:
        InputRefused: the package is damaged, hostile, too large or no such workbook.
    """
    with opened(path) as package:
        if _WORKBOOK not in package.members:
            what = "this package is no .xlsx workbook"
            fix = "save it as .xlsx in a spreadsheet program"
            raise UnknownFormat(what, where=path.name, fix=fix)
    try:
        workbook = load_workbook(path)
        return [_table(workbook, name) for name in _names(workbook)]
    except (CalamineError, OSError, ValueError) as cause:
        what = f"the workbook cannot be read ({cause})"
        fix = "save it again in a spreadsheet program"
        raise DamagedInput(what, where=path.name, fix=fix) from cause


def _names(workbook: CalamineWorkbook) -> list[str]:
    wanted = (sheet for sheet in workbook.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet)
    return [sheet.name for sheet in wanted if sheet.visible is SheetVisibleEnum.Visible]


def _table(workbook: CalamineWorkbook, name: str) -> Table:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None or sheet.end is None:
        return Table(name, [])
    if (sheet.end[0] + 1) * (sheet.end[1] + 1) > _CELLS:
        raise ValueError(f"the sheet {name} spans more than {_CELLS:,} cells")
    return Table(name, cast("list[Cells]", sheet.to_python(skip_empty_area=False)))
