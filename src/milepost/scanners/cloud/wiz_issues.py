"""Issues of Wiz as it exports them in CSV: what its controls found on resources.

An issue is a control on a resource; its own id is new when it comes back. The export is whatever a filter
leaves of the issues: nothing counts as assessed but what is listed.
"""

from collections.abc import Iterator
from typing import NamedTuple

from milepost.domain.finding import AssetReport, Facts, WeaknessKind
from milepost.domain.problem import Problem
from milepost.scanners.about import About
from milepost.scanners.cloud.occurrences import Occurrences
from milepost.scanners.cloud.wiz import (
    SEVERITIES,
    SOURCE,
    TOOL,
    Standing,
    standing_of,
    wiz_asset,
    wiz_instant,
)
from milepost.scanners.gathering import Gathered
from milepost.scanners.scanner import Head, Source
from milepost.scanners.tables import open_table

SCOPE = "wiz:issues"

_COLUMNS = ("Issue ID", "Title", "Severity", "Status")


class _Cells(NamedTuple):
    issue: str
    control: str
    title: str
    severity: str
    status: str
    resolution: str
    note: str
    description: str
    advice: str
    created: str
    external: str
    vertex: str
    name: str
    kind: str


class WizIssues:
    """The reader of Wiz's issues."""

    name = "wiz-issues"
    title = "Wiz issues (CSV)"
    about = About(
        versions="the report of issues with Created At, Title … Issue ID",
        key="Resource external ID × Control ID; without a control, × Issue ID",
        coverage="only what is listed; RESOLVED is gone, unless the control was changed or switched off: then"
        " it is not assessed; REJECTED opens no item",
        fields={
            "source_id": "Control ID, else Issue ID",
            "title": "Title",
            "severity": "Severity",
            "description": "Description",
            "solution": "Remediation Recommendation",
            "vendor_status": "Status REJECTED with Resolution or Note",
            "actionable": "Status REJECTED",
            "first_seen": "Created At",
            "asset": "Resource external ID (else Resource vertex ID), Resource Type, Resource Name",
        },
        severities=SEVERITIES,
        sources=("Wiz documentation, issues report", "reference of the project, section 3.2"),
        samples=("scans/wiz",),
        memory="the findings of all assets; rows are streamed",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the issue's id beside title, severity and status."""
        return head.has_columns(*_COLUMNS) and (
            head.has_columns("Resource external ID") or head.has_columns("Resource vertex ID")
        )

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems and then every resource; see `Scanner.read`."""
        table = open_table(source, *_COLUMNS)
        pick = table.pick(
            "Issue ID",
            "Control ID",
            "Title",
            "Severity",
            "Status",
            "Resolution",
            "Note",
            "Description",
            "Remediation Recommendation",
            "Created At",
            "Resource external ID",
            "Resource vertex ID",
            "Resource Name",
            "Resource Type",
        )
        rows = _Rows(source)
        for row in table.rows():
            rows.take(_Cells(*pick(row.cells)), f"line {row.line}")
        yield from table.problems
        yield from rows.occurrences.parts()


SCANNER = WizIssues()


class _Rows:
    """The rows as they add up."""

    def __init__(self, source: Source) -> None:
        self.occurrences = Occurrences(source, SEVERITIES)
        self._facts: dict[tuple[str, ...], Facts] = {}

    def take(self, cells: _Cells, place: str) -> None:
        """Read one row; one without resource or control becomes a problem."""
        resource, weakness = cells.external.strip() or cells.vertex.strip(), _weakness(cells)
        if not resource or not weakness:
            what = "the row names no resource or no control; it was not read"
            self.occurrences.gathering.problem(place, what, "export the issues with their resources")
            return
        held = self.occurrences.on(resource, lambda: wiz_asset(resource, cells.name, cells.kind))
        scope = held.scope(SCOPE, TOOL, only_assessed=True)
        standing = standing_of(cells.status, cells.resolution)
        if standing is Standing.GONE:
            held.passed(weakness, scope=scope)
        elif standing is Standing.UNTESTED:
            held.skipped(weakness, scope=scope)
        else:
            self._add(held, scope, cells, standing, place)

    def _add(self, held: Gathered, scope: int, cells: _Cells, standing: Standing | None, place: str) -> None:
        if standing is None:
            what = f"the status “{cells.status}” is unknown; the issue is taken as open"
            self.occurrences.gathering.problem(place, what, "check it in the tool")
        facts = self._said(cells, place)
        if standing is Standing.SUPPRESSED:
            facts = self.occurrences.suppressed(facts, cells.resolution.strip() or cells.note.strip())
        self.occurrences.found(held, facts, first_seen=wiz_instant(cells.created), scope=scope)

    def _said(self, cells: _Cells, place: str) -> Facts:
        """Return what is said of a control, worked out once for all resources."""
        said = (_weakness(cells), cells.title, cells.severity, cells.description, cells.advice)
        facts = self._facts.get(said)
        if facts is None:
            facts = self._facts[said] = Facts(
                source=SOURCE,
                source_id=said[0],
                title=cells.title.strip(),
                severity=self.occurrences.gathering.rate(cells.severity, place),
                native_severity=cells.severity.strip(),
                kind=WeaknessKind.CONFIGURATION,
                description=cells.description.strip(),
                solution=cells.advice.strip(),
            )
        return facts


def _weakness(cells: _Cells) -> str:
    return cells.control.strip().lower() or cells.issue.strip().lower()
