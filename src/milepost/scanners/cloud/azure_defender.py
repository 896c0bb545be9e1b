"""Recommendations of Microsoft Defender for Cloud (Azure) as the portal exports them in CSV.

Each row is the state of one recommendation on one resource, healthy or not: nothing counts as assessed but
what is listed. Not applicable says nothing, except where people exempted the resource: then it is suppressed.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from milepost.domain.finding import AssetReport, Facts, WeaknessKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About
from milepost.scanners.cloud.occurrences import Occurrences
from milepost.scanners.cloud.resources import provider_asset
from milepost.scanners.gathering import Gathered
from milepost.scanners.scanner import Head, Source
from milepost.scanners.tables import Row, open_table
from milepost.scanners.text import plain
from milepost.scanners.times import iso_instant

SCOPE = "defender-for-cloud"
TOOL = "Microsoft Defender for Cloud"

_SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "informational": Severity.INFO,
}
_COLUMNS = ("resourceId", "recommendationId", "state")
_CONTROLS = msgspec.json.Decoder(dict[str, str | None])
_instant = lru_cache(maxsize=1 << 12)(iso_instant)


class _Cells(NamedTuple):
    resource_id: str
    resource_name: str
    recommendation_id: str
    recommendation_name: str
    title: str
    description: str
    steps: str
    severity: str
    state: str
    reason: str
    evaluated: str
    changed: str
    controls: str
    exported: str


class AzureDefender:
    """The reader of Defender for Cloud's recommendations."""

    name = "azure-defender"
    title = "Microsoft Defender for Cloud recommendations (CSV)"
    about = About(
        versions="the portal's export of recommendations with exportedTimestamp … nativeCloudAccountId",
        key="resourceId × the assessment's key (recommendationName, the end of recommendationId)",
        coverage="only what is listed: Healthy is gone, NotApplicable is not assessed, but exempt ones are"
        " suppressed",
        fields={
            "source_id": "recommendationName (a GUID), else the end of recommendationId",
            "title": "recommendationDisplayName",
            "severity": "severity",
            "description": "description",
            "solution": "remediationSteps",
            "family": "controls",
            "vendor_status": "notApplicableReason",
            "actionable": "state NotApplicable with a reason that says exempt",
            "first_seen": "statusChangeDate, else firstEvaluationDate",
            "scanned_at": "exportedTimestamp",
            "asset": "resourceId, resourceName",
        },
        severities=_SEVERITIES,
        sources=(
            "Microsoft Defender for Cloud documentation, recommendations and their states",
            "Azure REST API, Microsoft.Security assessments (status.code, status.cause)",
        ),
        samples=("scans/azure_defender",),
        memory="the findings of all assets; rows are streamed",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the columns of the resource, the recommendation and its state."""
        return head.has_columns(*_COLUMNS) and head.has_columns("recommendationName")

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems and then every resource; see `Scanner.read`."""
        table = open_table(source, *_COLUMNS)
        pick = table.pick(
            "resourceId",
            "resourceName",
            "recommendationId",
            "recommendationName",
            "recommendationDisplayName",
            "description",
            "remediationSteps",
            ("severity", "riskLevel"),
            "state",
            "notApplicableReason",
            "firstEvaluationDate",
            "statusChangeDate",
            "controls",
            "exportedTimestamp",
        )
        rows = _Rows(source)
        for row in table.rows():
            rows.take(row, _Cells(*pick(row.cells)))
        yield from table.problems
        yield from rows.occurrences.parts()


SCANNER = AzureDefender()


class _Rows:
    """The rows as they add up."""

    def __init__(self, source: Source) -> None:
        self.occurrences = Occurrences(source, _SEVERITIES)
        self._facts: dict[tuple[str, ...], Facts] = {}

    def take(self, row: Row, cells: _Cells) -> None:
        """Read one row; one without resource or recommendation becomes a problem."""
        place = f"line {row.line}"
        resource, key = cells.resource_id.strip(), _key(cells)
        if not resource or not key:
            what = "the row names no resource or no recommendation; it was not read"
            self.occurrences.gathering.problem(place, what, "export the recommendations again")
            return
        held = self.occurrences.on(resource, lambda: provider_asset(resource, name=cells.resource_name))
        scope = held.scope(SCOPE, TOOL, only_assessed=True)
        held.dated(_instant(cells.exported), scope=scope)
        self._add(held, scope, cells, key, place)

    def _add(self, held: Gathered, scope: int, cells: _Cells, key: str, place: str) -> None:
        state = cells.state.strip().lower()
        exempt = state == "notapplicable" and "exempt" in cells.reason.lower()
        if state == "healthy":
            held.passed(key, scope=scope)
        elif state == "notapplicable" and not exempt:
            held.skipped(key, scope=scope)
        elif state == "unhealthy" or exempt:
            facts = self._said(cells, key, place)
            shown = self.occurrences.suppressed(facts, cells.reason.strip()) if exempt else facts
            self.occurrences.found(held, shown, first_seen=_since(cells), scope=scope)
        else:
            held.skipped(key, scope=scope)
            what = f"the state “{cells.state}” is unknown; the row counts as not assessed"
            self.occurrences.gathering.problem(place, what, "set Healthy, Unhealthy or NotApplicable")

    def _said(self, cells: _Cells, key: str, place: str) -> Facts:
        """Return what is said of a recommendation, worked out once for all resources."""
        said = (key, cells.title, cells.severity, cells.description, cells.steps, cells.controls)
        facts = self._facts.get(said)
        if facts is None:
            severity = self.occurrences.gathering.rate(cells.severity, place)
            facts = self._facts[said] = _facts(cells, key, severity)
        return facts


def _key(cells: _Cells) -> str:
    """Return the assessment's key: the GUID that is the same on every resource."""
    return (
        cells.recommendation_name.strip().lower()
        or cells.recommendation_id.strip().rpartition("/")[2].lower()
    )


def _since(cells: _Cells) -> datetime | None:
    return _instant(cells.changed) or _instant(cells.evaluated)


def _facts(cells: _Cells, key: str, severity: Severity) -> Facts:
    return Facts(
        source=SCOPE,
        source_id=key,
        title=cells.title.strip() or key,
        severity=severity,
        native_severity=cells.severity.strip(),
        kind=WeaknessKind.CONFIGURATION,
        description=plain(cells.description),
        solution=plain(cells.steps),
        family=_family(cells.controls),
    )


@lru_cache(maxsize=1 << 10)
def _family(controls: str) -> str:
    """Return the names of the security controls, which stand as keys of a JSON object."""
    try:
        return ", ".join(_CONTROLS.decode(controls.strip() or "{}"))
    except (msgspec.DecodeError, ValueError):
        return controls.strip()
