"""Semgrep's JSON reports."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import UnknownFormat
from milepost.domain.finding import AssetKind, WeaknessKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import expected, read, read_text
from tests.scanners.source_code.made import Json, broken_clauses, json, member, read_json


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


@pytest.mark.samples
def test_the_real_file_gives_the_counts_that_were_made_apart() -> None:
    """Every result is one finding with its own word for the severity."""
    raw = msgspec.convert(expected("scans/expected.json")["semgrep/many_findings.json"]["raw"], Raw)
    reading = read(sample("scans/semgrep/many_findings.json"))
    assert len(reading.identities()) == len(reading.findings) == raw.records
    assert Counter(f.facts.native_severity for f in reading.findings) == raw.severity
    finding = reading.findings[2]
    assert finding.facts.source_id == "java.lang.security.audit.cbc-padding-oracle.cbc-padding-oracle"
    assert (finding.facts.severity, finding.facts.cwes) == (Severity.LOW, ("CWE-696",))
    assert finding.output.startswith(
        "src/main/java/org/owasp/benchmark/testcode/BenchmarkTest01150.java:66\njavax.crypto.Cipher"
    )
    assert finding.facts.references == (
        "https://capec.mitre.org/data/definitions/463.html",
        "https://find-sec-bugs.github.io/bugs.htm#PADDING_ORACLE",
    )


def result(line: int = 3, path: str = "src/a.py", check_id: str = "rules.one", **extra: object) -> Json:
    """Return a result."""
    base: Json = {"message": "A flaw", "severity": "ERROR", "lines": "call(x)", "metadata": {}}
    place: Json = {"line": line, "col": 1}
    return {"check_id": check_id, "path": path, "start": place, "end": place, "extra": base | extra}


def report(*results: Json, **more: object) -> Json:
    """Return a report."""
    return {"version": "1.90.0", "results": results, "errors": [], "paths": {"scanned": []}} | more


def test_the_contract_is_kept_whatever_is_broken(tmp_path: Path) -> None:
    """Wrong types, hostile and cut-off variants of a report that uses every member that is read."""
    dependency = {"found_dependency": {"package": "lodash", "version": "4.1.0"}}
    metadata = {"cwe": ["CWE-79: XSS"], "references": ["https://a.example"], "category": "security"}
    whole = report(
        result(metadata=metadata, fix="y()", is_ignored=True),
        result(check_id="ssc-1", sca_info={"dependency_match": dependency}, metadata=metadata),
        errors=[{"rule_id": "rules.two", "level": "warn", "message": "m"}],
    )
    assert broken_clauses(tmp_path, json(whole)) == []


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("ERROR", Severity.HIGH),
        ("WARNING", Severity.MODERATE),
        ("INFO", Severity.LOW),
        ("CRITICAL", Severity.CRITICAL),
        ("MEDIUM", Severity.MODERATE),
        ("INVENTORY", Severity.INFO),
        (None, Severity.UNRATED),
    ],
)
def test_the_older_words_are_laid_on_the_newer_ones(
    tmp_path: Path, word: str | None, severity: Severity
) -> None:
    """As Semgrep's documentation says; a missing word is unrated without a problem."""
    reading = read_json(tmp_path, report(result(severity=word)))
    assert reading.findings[0].facts.severity is severity
    assert len(reading.problems) == 1


def test_the_place_does_not_move_with_lines_and_words(tmp_path: Path) -> None:
    """Nor with the severity, the indent, the order or Semgrep's version."""
    before = report(result(), result(path="b.py"))
    after = report(
        result(path="./b.py", line=8, message="In other words"),
        result(line=77, severity="INFO", lines="    call(x)"),
        version="2.0",
    )
    assert read_json(tmp_path, before).identities() == read_json(tmp_path, after).identities()


def test_withheld_lines_and_fingerprints_are_not_used(tmp_path: Path) -> None:
    """The open edition withholds them; equal places are numbered, an equal result is one."""
    lines = [3, 9, 3]
    results = [result(line, lines="requires login", fingerprint="requires login") for line in lines]
    reading = read_json(tmp_path, report(*results))
    assert [finding.locator for finding in reading.findings] == ["src/a.py", "src/a.py #2"]
    assert "login" not in reading.findings[0].output


def test_an_ignored_result_stays_and_opens_no_item(tmp_path: Path) -> None:
    """As `nosemgrep` in the code says."""
    reading = read_json(tmp_path, report(result(is_ignored=True), result(path="b.py")))
    assert [f.facts.actionable for f in reading.findings] == [False, True]
    assert reading.findings[0].facts.vendor_status == "suppressed: nosemgrep"
    assert "1 findings are suppressed" in reading.problems[1].what


def test_secrets_are_neither_kept_nor_hashed(tmp_path: Path) -> None:
    """The file alone is the place, and the code is left out."""
    found = result(check_id="generic.secrets.security.detected-key", lines="key = 12345678")
    (finding,) = read_json(tmp_path, report(found)).findings
    assert (finding.facts.kind, finding.locator) == (WeaknessKind.SECRET, "src/a.py")
    assert "12345678" not in finding.output


def test_a_vulnerable_dependency_goes_by_its_cve_and_package(tmp_path: Path) -> None:
    """And by the lock file that it stands in."""
    dependency = {"dependency_match": {"found_dependency": {"package": "lodash", "version": "4.17.20"}}}
    metadata = {"sca-vuln-database-identifier": "CVE-2021-23337"}
    found = result(check_id="ssc-abc", path="package-lock.json", sca_info=dependency, metadata=metadata)
    (finding,) = read_json(tmp_path, report(found)).findings
    assert (finding.facts.source, finding.facts.source_id) == ("cve", "CVE-2021-23337")
    assert (finding.locator, finding.facts.version) == ("package-lock.json lodash", "4.17.20")


@pytest.mark.parametrize(
    ("errors", "assessed", "unassessed"),
    [
        ([], None, set()),
        ([{"level": "warn", "rule_id": "rules.two"}], None, {"rules.two"}),
        ([{"level": "error", "message": "out of memory"}], frozenset(), set()),
    ],
)
def test_errors_leave_rules_or_everything_unassessed(
    tmp_path: Path, errors: list[Json], assessed: frozenset[str] | None, unassessed: set[str]
) -> None:
    """A scan that failed closes nothing."""
    reading = read_json(tmp_path, report(result(), errors=errors))
    (look,) = reading.only.coverage
    assert (look.assessed, set(look.unassessed), look.tool) == (assessed, unassessed, "Semgrep 1.90.0")


def test_a_broken_result_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """With its place in the list."""
    reading = read_json(tmp_path, report({"check_id": 5}, result()))
    assert len(reading.findings) == 1
    assert [p.where for p in reading.problems][1:] == ["report, results[0].check_id"]


def test_a_report_without_results_is_a_clean_scan(tmp_path: Path) -> None:
    """It is recognised by what stands around them."""
    whole = report()
    assert member(whole, "paths") == {"scanned": []}
    reading = read_json(tmp_path, whole)
    assert (reading.scanner, reading.findings, reading.only.asset.kind) == ("semgrep", [], AssetKind.CODE)
    assert reading.only.coverage[0].assessed is None


@pytest.mark.parametrize("text", ['{"results": []}', '{"results": [{"check_type": "a", "check_id": "b"}]}'])
def test_other_results_are_not_taken_for_it(tmp_path: Path, text: str) -> None:
    """Many formats have a list of that name."""
    with pytest.raises(UnknownFormat):
        read_text(tmp_path, text)
