"""gosec's JSON reports."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import UnknownFormat
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import expected, read, read_text
from tests.scanners.source_code.made import Json, broken_clauses, json, read_json


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


@pytest.mark.samples
def test_the_real_file_gives_the_counts_that_were_made_apart() -> None:
    """Every issue is one finding; the last one as it stands in the file."""
    raw = msgspec.convert(expected("scans/expected.json")["gosec/Grype_gosec_results.json"]["raw"], Raw)
    reading = read(sample("scans/gosec/Grype_gosec_results.json"))
    assert len(reading.identities()) == len(reading.findings) == raw.records
    assert Counter(f.facts.native_severity for f in reading.findings) == raw.severity
    facts = reading.findings[6].facts
    assert (facts.source, facts.source_id, facts.severity) == ("gosec", "G301", Severity.MODERATE)
    assert facts.title == "Expect directory permissions to be 0750 or less"
    assert (facts.cwes, facts.references) == (
        ("CWE-276",),
        ("https://cwe.mitre.org/data/definitions/276.html",),
    )
    assert reading.findings[6].locator.startswith("file/tar.go ")


def issue(file: str = "/home/me/code/pkg/a.go", line: str = "7", **more: object) -> Json:
    """Return an issue."""
    code = f"6: before\n{line}: open(name)\n8: after\n"
    base: Json = {"rule_id": "G304", "severity": "HIGH", "confidence": "LOW", "details": "Inclusion"}
    return base | {"file": file, "line": line, "column": "2", "code": code} | more


def report(*issues: Json, **more: object) -> Json:
    """Return a report."""
    return {"Golang errors": {}, "Issues": issues, "Stats": {}, "GosecVersion": "2.20.0"} | more


def test_the_contract_is_kept_whatever_is_broken(tmp_path: Path) -> None:
    """Wrong types, hostile and cut-off variants of a report that uses every member that is read."""
    suppressed = issue(
        file="b/c.go", cwe={"id": "22", "url": "https://a.example"}, suppressions=[{"kind": "inSource"}]
    )
    whole = report(issue(autofix="do otherwise"), suppressed)
    assert broken_clauses(tmp_path, json(whole)) == []


def test_the_place_does_not_move_with_lines_and_check_outs(tmp_path: Path) -> None:
    """The same code elsewhere on another machine, further down, rated otherwise."""
    before = report(issue())
    after = report(issue(file="C:\\builds\\9\\pkg\\a.go", line="70", severity="LOW", details="Otherwise"))
    assert read_json(tmp_path, before).identities() == read_json(tmp_path, after).identities()


def test_equal_code_twice_is_two_occurrences(tmp_path: Path) -> None:
    """The second is numbered; a relative path stays whole."""
    reading = read_json(tmp_path, report(issue(file="a/b/c.go"), issue(file="a/b/c.go", line="90")))
    first, second = (finding.locator for finding in reading.findings)
    assert first.startswith("a/b/c.go ")
    assert second == f"{first} #2"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"nosec": True}, "suppressed: nosec"),
        (
            {"suppressions": [{"kind": "inSource", "justification": "checked"}]},
            "suppressed: inSource: checked",
        ),
        ({"nosec": False, "suppressions": None}, ""),
    ],
)
def test_suppressed_issues_stay_and_open_no_item(tmp_path: Path, more: Json, status: str) -> None:
    """As `-track-suppressions` lists them."""
    reading = read_json(tmp_path, report(issue() | more))
    facts = reading.findings[0].facts
    assert (facts.vendor_status, facts.actionable) == (status, not status)
    assert any("suppressed" in p.what for p in reading.problems) == bool(status)


def test_code_that_did_not_compile_closes_nothing(tmp_path: Path) -> None:
    """It was not looked at."""
    reading = read_json(tmp_path, report(issue(), **{"Golang errors": {"b.go": [{"line": 1}]}}))
    assert reading.only.coverage[0].assessed == frozenset()
    assert "1 files did not compile, b.go the first" in reading.problems[1].what


def test_an_empty_report_is_a_clean_scan(tmp_path: Path) -> None:
    """Whether the list is empty or null."""
    nothing: tuple[object, ...] = ([], None)
    for issues in nothing:
        reading = read_json(tmp_path, report() | {"Issues": issues})
        assert (reading.findings, reading.only.coverage[0].assessed) == ([], None)


def test_a_broken_issue_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """An unknown severity is unrated and said."""
    reading = read_json(tmp_path, report({"rule_id": "G1"}, issue(severity="Awful")))
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED]
    assert [p.where for p in reading.problems][1:] == ["report, Issues[0]", "report, Issues[1]"]


def test_other_issues_are_not_taken_for_it(tmp_path: Path) -> None:
    """A list of that name alone is not enough."""
    with pytest.raises(UnknownFormat):
        read_text(tmp_path, '{"Issues": [{"id": 1}]}')
