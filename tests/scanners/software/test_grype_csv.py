"""The table that Grype's own template makes."""

from pathlib import Path

from milepost.domain.finding import AssetKind
from milepost.domain.severity import Severity
from milepost.scanners.opening import head_of
from milepost.scanners.software.grype_csv import SCANNER
from tests.scanners.reading import read_text

HEADER = '"Package","Version Installed","Vulnerability ID","Severity"\n'


def test_rows_are_findings_on_what_the_file_is_named_after(tmp_path: Path) -> None:
    """The table does not name it, which is said; a package in two versions is one occurrence."""
    rows = "".join(f'"libx","{version}","CVE-2024-0001","Low"\n' for version in ("2.0", "1.0"))
    rows += '"a","1","GHSA-aaaa-bbbb-cccc","High"\n'
    reading = read_text(tmp_path, HEADER + rows, "shop.csv")
    assert reading.scanner == "grype-csv"
    assert (reading.only.asset.kind, reading.only.asset.name) == (AssetKind.IMAGE, "shop")
    assert reading.identities() == {("cve", "CVE-2024-0001", "libx"), ("ghsa", "GHSA-aaaa-bbbb-cccc", "a")}
    assert [f.facts.version for f in reading.findings] == ["1.0, 2.0", "1"]
    assert ["does not name what was scanned" in problem.what for problem in reading.problems] == [True]


def test_broken_rows_are_named_and_lose_no_other(tmp_path: Path) -> None:
    """By their lines; an unknown severity is unrated and said."""
    rows = '"libx","1","","Low"\n"libx","1"\n"libx","1","CVE-2024-0001","Awful"\n'
    reading = read_text(tmp_path, HEADER + rows)
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED]
    assert sorted(problem.where for problem in reading.problems) == [
        "report",
        "report, line 2",
        "report, line 3",
        "report, line 4",
    ]


def test_an_empty_table_is_a_clean_scan(tmp_path: Path) -> None:
    """Grype looks for everything that it knows."""
    (coverage,) = read_text(tmp_path, HEADER).only.coverage
    assert (coverage.scope, coverage.assessed) == ("grype", None)


def test_look_alikes_are_left_alone() -> None:
    """A table with another column for the version."""
    assert not SCANNER.recognises(head_of(b"Package,Version,Vulnerability ID,Severity\na,1,b,Low\n"))
