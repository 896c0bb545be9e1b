"""Grype's table: the CSV of the template that comes with it (package, version, id, severity).

The table does not name what was scanned, nor the kind of a package: each goes by its name alone.
"""

from collections.abc import Iterator

from milepost.domain.finding import AssetKind, AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import unnamed_asset
from milepost.scanners.gathering import Gathering
from milepost.scanners.packages import SEVERITIES, name_weakness
from milepost.scanners.scanner import Head, Source
from milepost.scanners.software.occurrences import Occurrences
from milepost.scanners.tables import open_table

SCOPE = "grype"

_COLUMNS = ("Package", "Version Installed", "Vulnerability ID", "Severity")


class GrypeCsv:
    """The reader of the table that Grype's own template makes."""

    name = "grype-csv"
    title = "Grype (CSV of its template)"
    about = About(
        versions="the columns of templates/csv.tmpl",
        key="the file's name × Vulnerability ID × Package",
        coverage="everything Grype knows of",
        fields={
            "source_id": "Vulnerability ID",
            "title": "Vulnerability ID and Package",
            "severity": "Severity",
            "native_severity": "Severity",
            "cves": "Vulnerability ID",
            "package": "Package",
            "version": "Version Installed",
            "locator": "Package",
            "identifiers": "the file's name",
        },
        severities=SEVERITIES,
        sources=("Grype documentation: Using templates",),
        memory="grows with the rows of the table",
        grade=Grade.NONE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the four columns of the template."""
        return head.has_columns(*_COLUMNS)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems and the one thing that was scanned; see `Scanner.read`."""
        gathering = Gathering(source, SEVERITIES)
        occurrences = Occurrences(gathering)
        asset, problem = unnamed_asset(source, AssetKind.IMAGE)
        gathering.problems.append(problem)
        held = gathering.on(asset)
        held.scope(SCOPE, "Grype")
        table = open_table(source, *_COLUMNS)
        pick = table.pick(*_COLUMNS)
        known: dict[tuple[str, ...], Facts] = {}
        for line, cells in table.rows():
            said = pick(cells)
            facts = known.get(said)
            if facts is None:
                package, version, native, word = map(str.strip, said)
                if not native:
                    gathering.problem(f"line {line}", "the row has no id and was not read", "give its id")
                    continue
                severity = gathering.rate(word, f"line {line}")
                facts = _facts(package, version, native, (word, severity))
                if severity is not Severity.UNRATED:
                    known[said] = facts
            occurrences.add(held, facts, facts.package)
        occurrences.finish()
        yield from table.problems
        yield from gathering.parts()


SCANNER = GrypeCsv()


def _facts(package: str, version: str, native: str, rated: tuple[str, Severity]) -> Facts:
    weakness = name_weakness("grype", native, [])
    word, severity = rated
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=f"{weakness.source_id} in {package}",
        severity=severity,
        native_severity=word,
        cves=weakness.cves,
        package=package,
        version=version,
    )
