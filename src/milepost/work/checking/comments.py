"""What a check found, written into the cells of the user's own workbook as comments."""

from collections.abc import Sequence
from pathlib import Path

from milepost.authorities.sheets.notes import Note, annotate
from milepost.authorities.sheets.saving import saved
from milepost.checks.rule import Finding
from milepost.domain.errors import WrongUse
from milepost.domain.plan_document import PlanSheet, column_letters
from milepost.work.checking.check_document import Checked

_AUTHOR = "Milepost"


def write_commented(checked: Checked, source: Path, out: Path) -> int:
    """Write the workbook with a comment at each finding; return how many cells have one.

    Raises:
        WrongUse: the document is no workbook, or the output is the document itself.
        InputRefused: the workbook cannot be taken.
    """
    sheets = {sheet.name: sheet for sheet in checked.document.sheets if not sheet.lines}
    if not sheets:
        what = "only a workbook can take comments"
        raise WrongUse(what, where=source.name, fix="choose --format text, json or sarif")
    if out.exists() and out.samefile(source):
        raise WrongUse("the output is the document itself", where=str(out), fix="choose another name for it")
    with saved(out) as file:
        return annotate(source, file, _notes(checked, sheets), _AUTHOR)


def _notes(checked: Checked, sheets: dict[str, PlanSheet]) -> dict[str, list[Note]]:
    """Gather the findings by sheet and cell; what is about no row stands at the headings."""
    cells: dict[tuple[str, int, str], list[Finding]] = {}
    first = checked.document.sheets[0].name
    for finding in checked.report.findings:
        name = finding.place.sheet if finding.place.sheet in sheets else first
        row = finding.place.row or sheets[name].header_row
        column = finding.place.column or _first_column(sheets[name])
        cells.setdefault((name, row, column), []).append(finding)
    notes: dict[str, list[Note]] = {}
    for (name, row, column), findings in cells.items():
        notes.setdefault(name, []).append(Note(row, column, _words(findings)))
    return notes


def _first_column(sheet: PlanSheet) -> str:
    column = sheet.columns.get("id", min(sheet.columns.values(), default=0))
    return column_letters(column)


def _words(findings: Sequence[Finding]) -> str:
    return "\n".join(
        f"{each.level.value.upper()} {each.rule.id}: {each.what}. {each.rule.fix}"
        + (f" [waived: {each.waiver}]" if each.waiver else "")
        for each in findings
    )
