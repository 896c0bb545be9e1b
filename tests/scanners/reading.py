"""Read a report as the product does, and say in few words what came out."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import msgspec

from milepost.domain.finding import AssetReport, Finding, IdentifierKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.opening import open_report, read_report
from tests.samples import sample


class Reading(NamedTuple):
    """What a report gave."""

    scanner: str
    reports: list[AssetReport]
    problems: list[Problem]

    @property
    def only(self) -> AssetReport:
        """Return the one asset of the report."""
        (report,) = self.reports
        return report

    @property
    def findings(self) -> list[Finding]:
        """Return the findings of all assets."""
        return [finding for report in self.reports for finding in report.findings]

    @property
    def severities(self) -> Counter[Severity]:
        """Count the findings by severity."""
        return Counter(finding.facts.severity for finding in self.findings)

    def identities(self) -> set[tuple[str, str, str]]:
        """Return what tells the occurrences of one asset apart."""
        return {(f.facts.source, f.facts.source_id, f.locator) for f in self.findings}


def read(path: Path) -> Reading:
    """Read a file through the product's door."""
    scanner, source = open_report(path)
    parts = list(read_report(source, scanner))
    reports = [part for part in parts if isinstance(part, AssetReport)]
    return Reading(scanner.name, reports, [part for part in parts if isinstance(part, Problem)])


def read_text(folder: Path, text: str, name: str = "report") -> Reading:
    """Write a report and read it."""
    return read(written(folder, text, name))


def written(folder: Path, text: str, name: str = "report") -> Path:
    """Write a report as it stands, line ends and all."""
    path = folder / name
    path.write_bytes(text.encode())
    return path


def named(report: AssetReport, kind: IdentifierKind) -> list[str]:
    """Return the identifiers of one kind."""
    return [identifier.value for identifier in report.asset.identifiers if identifier.kind == kind]


def expected(name: str) -> dict[str, dict[str, object]]:
    """Return the independent counts that come with the real files."""
    return msgspec.json.decode(sample(name).read_bytes(), type=dict[str, dict[str, object]])
