"""The assessor's Risk Exposure Table: open risks as items, risks corrected during testing as closed ones."""

from collections.abc import Mapping
from pathlib import Path

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.fedramp.forms import sheet_names
from milepost.authorities.intake.cells import text_of
from milepost.authorities.intake.reading import read_plan, tables_in
from milepost.authorities.intake.tables import Table
from milepost.authorities.intake.words import NOTHING, folded
from milepost.domain.errors import NotAllowed
from milepost.domain.plan_document import Part, PlanDocument
from milepost.domain.plan_item import PlanItem, Remark, State, Verification

ASSESSOR = "assessor (3PAO)"
"""Who verified what was corrected during testing: the table does not name a person."""
_SHEETS = ("risk exposure table", "risks corrected during testing")
_REMEDIATION, _VERIFICATION = "remediation description", "verification statement"


class RiskExposureTable:
    """The table of SAR appendix A: read only, because it is the assessor's statement."""

    name = "fedramp-ret"
    title = "FedRAMP Risk Exposure Table"
    suffix = ".xlsx"
    carries: frozenset[str] = frozenset()

    def recognises(self, path: Path) -> bool:
        """Tell by the names of its sheets."""
        return any(name.startswith(_SHEETS) for name in sheet_names(path))

    def read(self, path: Path, name: str) -> PlanDocument:
        """Read the risks of both sheets; see `PlanFormat.read`."""
        document = read_plan(path, name)
        document.layout, document.title, document.profile = self.name, self.title, "fedramp-rev5"
        tables = {table.name: table for table in tables_in(path)}
        for number, sheet in enumerate(document.sheets):
            if "remediation_plan" not in sheet.columns:
                sheet.columns.pop("milestones", None)
            if sheet.part is Part.CLOSED:
                _read_corrected(document, number, tables[sheet.name])
        document.fields = document.fields | {"verification", "remediation_plan", "closed_date", "comments"}
        return document

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Refuse: nobody but the assessor states what an assessment found.

        Raises:
            NotAllowed: always.
        """
        del plan, writing
        what = "the Risk Exposure Table is the assessor's statement (FedRAMP SAR, appendix A)"
        raise NotAllowed(what, where=out.name, fix="write the POA&M workbook instead: fedramp-poam")


FORMAT = RiskExposureTable()


def _read_corrected(document: PlanDocument, number: int, table: Table) -> None:
    """Read what the sheet of corrected risks says beyond what every plan says."""
    sheet = document.sheets[number]
    columns = _own_columns(sheet.headings)
    if _REMEDIATION in columns:
        sheet.columns["remediation_plan"] = columns[_REMEDIATION]
    for item in document.items:
        if item.sheet == number:
            cells = table.rows[item.row - 1]
            _correct(item, document, {what: text_of(cells[place]) for what, place in columns.items()})


def _own_columns(headings: Mapping[int, str]) -> dict[str, int]:
    """Return the columns that only the sheet of corrected risks has."""
    found: dict[str, int] = {}
    for place, heading in headings.items():
        for wanted in (_REMEDIATION, _VERIFICATION):
            if folded(heading).startswith(wanted):
                found.setdefault(wanted, place)
    return found


def _correct(item: PlanItem, document: PlanDocument, said: Mapping[str, str]) -> None:
    """Let a corrected risk be closed as of the table's day, verified by the assessor.

    Every such row becomes a closed item of the POA&M (RFC-0003 Review Initiation Checks, check 5H).
    """
    item.status = State.CLOSED_FALSE_POSITIVE if item.false_positive == "Yes" else State.CLOSED_COMPLETED
    item.remediation_plan = _meaning(said.get(_REMEDIATION, ""))
    item.closed_date = item.actual_completion_date = item.status_date = document.dated
    item.verification = Verification(ASSESSOR, document.dated)
    statement = _meaning(said.get(_VERIFICATION, ""))
    if statement:
        item.comments = (*item.comments, Remark(statement, document.dated, ASSESSOR))


def _meaning(text: str) -> str:
    return "" if text.casefold() in NOTHING else text
