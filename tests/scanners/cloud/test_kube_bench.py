"""kube-bench's JSON reports."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import UnknownFormat
from milepost.domain.finding import AssetKind, IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text
from tests.scanners.source_code.made import Json, broken_clauses, json, read_json

NAME = "kube_bench/kube-bench-report-many-vuln.json"


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


@pytest.mark.samples
def test_the_real_file_gives_the_counts_that_were_made_apart() -> None:
    """Four tests failed, twenty passed; the second failure as it stands in the file."""
    raw = msgspec.convert(expected("scans/expected.json")[NAME]["raw"], Raw)
    reading = read(sample(f"scans/{NAME}"))
    assessed = reading.only.coverage[0].assessed or frozenset()
    passed = len(assessed) - len(reading.findings)
    assert len(reading.findings) + passed == raw.records
    words = Counter(f.facts.native_severity for f in reading.findings)
    assert words + Counter({"PASS": passed}) == raw.severity
    finding = reading.findings[1]
    facts = finding.facts
    assert (facts.source, facts.source_id, finding.locator) == ("kube-bench", "1.5 4.1.2", "node")
    assert facts.title == ("Ensure that the kubelet service file ownership is set to root:root (Scored)")
    assert (facts.severity, facts.kind) == (Severity.UNRATED, WeaknessKind.CONFIGURATION)
    assert facts.solution.startswith("Run the below command (based on the file location")
    assert "Expected: 'root:root' is present" in finding.output


def case(number: str = "1.1.1", status: str = "FAIL", **more: object) -> Json:
    """Return a result."""
    return {"test_number": number, "test_desc": "A setting", "status": status, "remediation": "Set it"} | more


def group(*results: Json, version: str = "cis-1.6", node: str = "master") -> Json:
    """Return a group of controls."""
    section = {"section": "1.1", "desc": "Files", "results": results}
    return {"id": "1", "version": version, "text": "Plane", "node_type": node, "tests": [section]}


def reading(folder: Path, *groups: Json) -> Reading:
    """Write a report and read it."""
    return read_json(folder, {"Controls": groups, "Totals": {}})


def test_the_contract_is_kept_whatever_is_broken(tmp_path: Path) -> None:
    """Wrong types, hostile and cut-off variants of a report."""
    results = (case(audit="ls", actual_value="x"), case("1.1.2", "PASS"), case("1.1.3", "WARN"))
    assert broken_clauses(tmp_path, json({"Controls": [group(*results)], "Totals": {}})) == []
    assert broken_clauses(tmp_path, json([group(*results)])) == []


def test_an_object_a_list_and_one_group_say_the_same(tmp_path: Path) -> None:
    """As kube-bench writes them in its versions."""
    one = group(case())
    whole = {"Controls": [one], "Totals": {"total_fail": 1}}
    shapes = (whole, [one], one, [whole])
    found = [read_json(tmp_path, shape).identities() for shape in shapes[:3]]
    assert found == [{("kube-bench", "1.6 1.1.1", "master")}] * 3
    assert read_json(tmp_path, shapes[3]).identities() == found[0]


def test_only_what_failed_or_passed_is_assessed(tmp_path: Path) -> None:
    """A warning means that a person has to look; an unknown word is said."""
    results = [
        case(f"1.1.{number}", status) for number, status in enumerate(["FAIL", "PASS", "WARN", "INFO", "ODD"])
    ]
    found = reading(tmp_path, group(*results))
    look = found.only.coverage[0]
    assert len(found.findings) == 1
    assert (look.assessed, look.unassessed) == (
        frozenset({"1.6 1.1.0", "1.6 1.1.1"}),
        frozenset({"1.6 1.1.2", "1.6 1.1.3", "1.6 1.1.4"}),
    )
    assert ["ODD" in problem.what for problem in found.problems] == [False, True]


def test_the_node_is_named_after_the_file_and_that_is_said(tmp_path: Path) -> None:
    """The report names no host."""
    found = reading(tmp_path, group())
    assert (found.only.asset.kind, named(found.only, IdentifierKind.NAME)) == (AssetKind.HOST, ["report"])
    assert "does not name what was scanned" in found.problems[0].what


def test_the_identity_does_not_change_with_words(tmp_path: Path) -> None:
    """Nor with the way in which the benchmark's version is written, nor with order."""
    before = reading(tmp_path, group(case(), case("1.1.2")))
    later = group(case("1.1.2", audit="b"), case(test_desc="Otherwise"), version="1.6")
    assert before.identities() == reading(tmp_path, later).identities()


def test_a_test_on_two_types_of_node_is_two_occurrences(tmp_path: Path) -> None:
    """The type is the place; the same test twice on one of them is one."""
    found = reading(tmp_path, group(case()), group(case(), case(), node="node"))
    assert [finding.locator for finding in found.findings] == ["master", "node"]


def test_secrets_in_what_was_found_are_masked(tmp_path: Path) -> None:
    """The command line of a process may carry some."""
    found = reading(tmp_path, group(case(actual_value="--token=abcdef123456")))
    assert "abcdef123456" not in found.findings[0].output


def test_broken_results_are_named_and_lose_no_other(tmp_path: Path) -> None:
    """With their place."""
    found = reading(tmp_path, group({"test_number": 5}, case()), {"tests": [7]})
    assert len(found.findings) == 1
    assert [problem.where for problem in found.problems][1:] == [
        "report, Controls[0].tests[0].results[0].test_number",
        "report, Controls[1].tests[0]",
    ]


@pytest.mark.parametrize("text", ['{"Controls": []}', '{"tests": []}', '[{"node_type": "a"}]'])
def test_other_json_is_not_taken_for_it(tmp_path: Path, text: str) -> None:
    """Groups must have tests."""
    with pytest.raises(UnknownFormat):
        read_text(tmp_path, text)
