"""A plan out of scan reports without a register: an item for each weakness, with all it was seen on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from milepost.authorities.finding_controls import controls_named
from milepost.domain.errors import UnknownFormat
from milepost.domain.finding import AssetReport, Facts, Finding, WeaknessKind
from milepost.domain.identity import preferred_name, weakness_names
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem, State
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.isolation import reading
from milepost.scanners.opening import open_report
from milepost.scanners.scanner import Part
from milepost.scanners.sheets.columns import TABLE

_RATINGS = {
    Severity.CRITICAL: "Critical",
    Severity.HIGH: "High",
    Severity.MODERATE: "Moderate",
    Severity.LOW: "Low",
}
_NOTHING = {Severity.INFO}
_FIELDS = frozenset(
    {
        *("id", "title", "description", "controls", "source_text", "source_ref", "source_type", "assets"),
        *("identified_date", "raw_severity", "remediation_plan", "cves", "kev_due", "status"),
    }
)


def is_scan(path: Path) -> bool:
    """Tell whether a file is the report of a scanner, not a plan or any other table."""
    try:
        return open_report(path)[0].name != TABLE
    except UnknownFormat:
        return False


def scan_plan(paths: Iterable[Path], as_of: date) -> PlanDocument:
    """Return the plan that scan reports add up to, the worst first; informational findings are left out.

    A weakness is detected on the day of the earliest scan that shows it; without one, on `as_of`.

    Raises:
        InputRefused: a report cannot be taken.
    """
    gathered = _Gathered(as_of)
    names = []
    for path in paths:
        names.append(path.name)
        with reading(path) as parts:
            gathered.take(parts)
    items = gathered.items()
    return PlanDocument(
        name=", ".join(names),
        layout="scan",
        title="findings of scans",
        fields=_FIELDS,
        items=items,
        problems=gathered.problems,
    )


@dataclass(slots=True)
class _Weakness:
    """What the reports say of one weakness."""

    facts: Facts
    first: datetime | None = None
    assets: dict[str, None] = field(default_factory=dict)
    tools: dict[str, None] = field(default_factory=dict)


class _Gathered:
    """The weaknesses of all reports by name."""

    def __init__(self, as_of: date) -> None:
        self.problems: list[Problem] = []
        self._as_of = as_of
        self._names: dict[str, _Weakness] = {}
        self._by_facts: dict[int, _Weakness | None] = {}
        self._kept: list[Facts] = []

    def take(self, parts: Iterator[Part]) -> None:
        """Add a report."""
        for part in parts:
            if isinstance(part, Problem):
                self.problems.append(part)
            elif isinstance(part, AssetReport):
                for finding in part.findings:
                    self._add(part, finding)

    def items(self) -> list[PlanItem]:
        """Return an item for each weakness, numbered from the worst on."""
        every = {id(each): each for each in self._names.values()}.values()
        ordered = sorted(every, key=lambda each: (-each.facts.severity.rank, each.facts.source_id))
        return [self._item(number, each) for number, each in enumerate(ordered, 1)]

    def _add(self, report: AssetReport, finding: Finding) -> None:
        weakness = self._weakness(finding.facts)
        if weakness is None:
            return
        coverage = report.coverage[finding.coverage]
        weakness.assets[_place(report, finding)] = None
        weakness.tools[coverage.tool] = None
        seen = finding.first_seen or coverage.scanned_at
        if seen is not None and (weakness.first is None or seen < weakness.first):
            weakness.first = seen

    def _weakness(self, facts: Facts) -> _Weakness | None:
        """Return the weakness that facts are about; equal facts are one object in a report."""
        if id(facts) not in self._by_facts:
            self._kept.append(facts)
            self._by_facts[id(facts)] = self._named(facts)
        return self._by_facts[id(facts)]

    def _named(self, facts: Facts) -> _Weakness | None:
        if facts.severity in _NOTHING or not facts.actionable:
            return None
        names = weakness_names(facts)
        held = next((self._names[name] for name in names if name in self._names), None) or _Weakness(facts)
        if facts.severity.rank > held.facts.severity.rank:
            held.facts = facts
        for name in names:
            self._names[name] = held
        return held

    def _item(self, number: int, weakness: _Weakness) -> PlanItem:
        facts = weakness.facts
        named = controls_named(facts)
        configuration = facts.kind is WeaknessKind.CONFIGURATION
        default = "CM-6" if configuration else "RA-5"
        return PlanItem(
            id=f"V-{number}",
            title=facts.title,
            description=facts.description or facts.title,
            controls=named.controls if named else (default,),
            source_text="\n".join(filter(None, weakness.tools)),
            source_ref=preferred_name(weakness_names(facts)).partition(":")[2],
            source_type="config" if configuration else "scan",
            assets=tuple(weakness.assets),
            identified_date=weakness.first.astimezone(UTC).date() if weakness.first else self._as_of,
            raw_severity=_RATINGS.get(facts.severity, ""),
            remediation_plan=facts.solution,
            cves=facts.cves or ((facts.source_id,) if facts.source == "cve" else ()),
            kev_due=date.fromisoformat(facts.kev_due) if facts.kev_due else None,
            status=State.IN_PROGRESS,
        )


def _place(report: AssetReport, finding: Finding) -> str:
    """Name the asset as inventories do: with the port and protocol, or the package in an image."""
    name = f"{report.asset.name}:{report.asset.version}" if report.asset.version else report.asset.name
    port, slash, protocol = finding.locator.partition("/")
    if slash and port.isdigit():
        return name if port == "0" else f"{name} ({port}/{protocol.upper()})"
    return f"{name} ({finding.locator})" if finding.locator else name
