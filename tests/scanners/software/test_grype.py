"""Grype reports."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.finding import AssetKind, IdentifierKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import expected, named, read, read_text

FILES = (
    "grype/check_all_fields.json",
    "grype/many_vulns_with_epss_values.json",
    "grype/same_cve_different_paths.json",
    "series_grype/openrmfpro-api-artifact-2.10.13.json",
    "series_grype/openrmfpro-api-artifact-2.10.18.json",
    "series_grype/openrmfpro-api-artifact-2.11.04.json",
)


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]
    distinct_id_purl: int


class Step(msgspec.Struct):
    """What happens from one release to the next, counted apart."""

    v: str
    open: int
    new: int
    persist: int
    closed: int


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """Every vulnerability of a package is one finding; one at two paths of the system is the same."""
    raw = msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)
    reading = read(sample(f"scans/{name}"))
    merged = raw.records - raw.distinct_id_purl
    assert len(reading.findings) + merged == raw.records
    severities = Counter(f.facts.native_severity for f in reading.findings)
    assert severities <= Counter(raw.severity)
    assert (Counter(raw.severity) - severities).total() == merged
    assert not reading.problems


@pytest.mark.samples
def test_a_series_of_releases_opens_keeps_and_closes_as_counted_apart() -> None:
    """Identity holds over three releases of one image: 55, 30 and 6 open, none lost or doubled."""
    series = expected("scans/expected.json")["series_expected"]["grype api-artifact"]
    before: set[tuple[str, str, str]] = set()
    for step in msgspec.convert(series, list[Step]):
        now = read(sample(f"scans/series_grype/openrmfpro-api-artifact-{step.v}.json")).identities()
        assert (len(now), len(now - before), len(now & before), len(before - now)) == (
            step.open,
            step.new,
            step.persist,
            step.closed,
        )
        before = now


@pytest.mark.samples
def test_one_package_of_the_system_at_two_paths_is_one_occurrence() -> None:
    """Both matches say the same of the same place."""
    reading = read(sample("scans/grype/same_cve_different_paths.json"))
    assert (len(reading.findings), len(reading.identities())) == (1, 1)


def match(
    vulnerability: dict[str, object] | None = None, artifact: dict[str, object] | None = None, **more: object
) -> dict[str, object]:
    """Return a match."""
    flaw: dict[str, object] = {"id": "CVE-2024-0001", "severity": "High"}
    package: dict[str, object] = {"name": "libx", "version": "1.0", "type": "deb"}
    return {"vulnerability": flaw | (vulnerability or {}), "artifact": package | (artifact or {})} | more


def report(*matches: dict[str, object], **more: object) -> str:
    """Return a report of an image."""
    whole: dict[str, object] = {
        "matches": matches,
        "source": {"type": "image", "target": {"userInput": "team/app:1.2", "tags": []}},
        "descriptor": {"name": "grype", "version": "0.94.0", "timestamp": "2026-01-05T10:00:00Z"},
    }
    return msgspec.json.encode(whole | more).decode()


def test_a_match_with_all_that_grype_says(tmp_path: Path) -> None:
    """Fix, scores of CVSS 3 first, known exploitation, description of a related record."""
    flaw: dict[str, object] = {
        "fix": {"versions": ["1.1", "2.0"], "state": "fixed"},
        "cvss": [{"version": "2.0", "vector": "V2"}, {"version": "3.1", "vector": "V3"}],
        "knownExploited": [{"cve": "CVE-2024-0001", "dueDate": "2026-02-01"}],
        "dataSource": "https://a.example",
        "urls": ["https://b.example"],
    }
    related = [{"id": "CVE-2024-0001", "description": "A flaw"}]
    reading = read_text(tmp_path, report(match(flaw, relatedVulnerabilities=related)))
    (finding,) = reading.findings
    facts = finding.facts
    assert (facts.fixed_version, facts.vendor_status, facts.solution) == (
        "1.1, 2.0",
        "fixed",
        "Upgrade libx to 1.1, 2.0.",
    )
    assert (facts.cvss, facts.description) == (("V3", "V2"), "A flaw")
    assert (facts.exploit_known, facts.kev_due) == (True, "2026-02-01")
    assert facts.references == ("https://a.example", "https://b.example")
    (look,) = reading.only.coverage
    assert (look.scope, look.tool, look.scanned_at) == (
        "grype",
        "Grype 0.94.0",
        datetime(2026, 1, 5, 10, tzinfo=UTC),
    )


def test_an_advisory_goes_by_its_one_related_cve(tmp_path: Path) -> None:
    """So that Grype and Trivy mean the same by it."""
    found = match({"id": "GHSA-aaaa-bbbb-cccc"}, relatedVulnerabilities=[{"id": "CVE-2024-1111"}])
    facts = read_text(tmp_path, report(found)).findings[0].facts
    assert (facts.source, facts.source_id) == ("cve", "CVE-2024-1111")
    assert facts.aliases == ("GHSA-aaaa-bbbb-cccc",)


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("Critical", Severity.CRITICAL),
        ("Medium", Severity.MODERATE),
        ("Negligible", Severity.LOW),
        ("Unknown", Severity.UNRATED),
        (None, Severity.UNRATED),
    ],
)
def test_severities_keep_their_native_word(tmp_path: Path, word: str | None, severity: Severity) -> None:
    """Negligible is the vendor's rating and stays low: it is no remark."""
    reading = read_text(tmp_path, report(match({"severity": word})))
    assert (reading.findings[0].facts.severity, reading.findings[0].facts.native_severity) == (
        severity,
        word or "",
    )
    assert not reading.problems


def test_a_package_outside_the_system_is_placed_by_its_path(tmp_path: Path) -> None:
    """The first of its paths, without the version."""
    locations = [{"path": "/opt/b-1.0/x"}, {"path": "/opt/a-1.0/x"}]
    found = match(artifact={"type": "python", "locations": locations})
    assert read_text(tmp_path, report(found)).findings[0].locator == "libx /opt/a-/x"


@pytest.mark.parametrize(
    ("source", "kind", "identifier"),
    [
        ({"type": "directory", "target": "/srv/App"}, AssetKind.CODE, "name:/srv/app"),
        ({"type": "directory", "target": "."}, AssetKind.CODE, "name:report"),
        ({"type": "image", "target": {"userInput": "", "tags": ["a/b:1"]}}, AssetKind.IMAGE, "image:a/b"),
        (None, AssetKind.CODE, "name:report"),
    ],
)
def test_what_was_scanned_names_the_asset(
    tmp_path: Path, source: dict[str, object] | None, kind: AssetKind, identifier: str
) -> None:
    """An image by repository, a directory by path, else the file's name and a problem."""
    reading = read_text(tmp_path, report(source=source))
    assert reading.only.asset.kind is kind
    assert [f"{kind}:{value}" for kind, value in reading.only.asset.identifiers] == [identifier]
    assert bool(reading.problems) == identifier.endswith("report")


def test_what_a_scan_was_told_to_leave_out_is_not_assessed(tmp_path: Path) -> None:
    """An ignored match may still be there."""
    reading = read_text(tmp_path, report(ignoredMatches=[match()]))
    assert reading.only.coverage[0].unassessed == frozenset({"CVE-2024-0001"})


def test_a_broken_match_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """With its JSON path; an unknown severity is unrated and said."""
    broken: dict[str, object] = {"vulnerability": {}}
    awful = match({"severity": "Awful"}, {"name": "liby"})
    text = report(broken, awful, match(), ignoredMatches=[broken])
    reading = read_text(tmp_path, text)
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED, Severity.HIGH]
    assert [problem.where for problem in reading.problems] == [
        "report, matches[0].vulnerability",
        "report, matches[1]",
        "report, ignoredMatches[0].vulnerability",
    ]


def test_an_empty_report_is_a_clean_scan(tmp_path: Path) -> None:
    """Grype always looks for everything that it knows."""
    reading = read_text(tmp_path, report())
    assert named(reading.only, IdentifierKind.IMAGE) == ["team/app"]
    assert (reading.findings, reading.only.coverage[0].assessed, reading.problems) == ([], None, [])


def test_a_package_outside_the_system_at_two_places_is_two_occurrences(tmp_path: Path) -> None:
    """Each copy has to be replaced."""
    places = [{"type": "python", "locations": [{"path": path}]} for path in ("/a/x", "/b/x")]
    reading = read_text(tmp_path, report(*(match(artifact=dict(place)) for place in places)))
    assert sorted(f.locator for f in reading.findings) == ["libx /a/x", "libx /b/x"]


def test_two_ratings_of_one_occurrence_are_said_and_the_worse_counts(tmp_path: Path) -> None:
    """Whichever comes first."""
    records = [match({"severity": "Low"}), match({"severity": "High"})]
    for order in (records, records[::-1]):
        reading = read_text(tmp_path, report(*order))
        assert [f.facts.severity for f in reading.findings] == [Severity.HIGH]
        assert "1 records repeat an occurrence" in reading.problems[0].what


def test_versions_of_one_package_come_together(tmp_path: Path) -> None:
    """In an order that does not follow the report's."""
    records = [match(artifact={"version": version}) for version in ("2.0", "1.0")]
    for order in (records, records[::-1]):
        reading = read_text(tmp_path, report(*order))
        assert [f.facts.version for f in reading.findings] == ["1.0, 2.0"]
        assert not reading.problems


def test_reports_of_the_first_versions_are_read(tmp_path: Path) -> None:
    """Links, one fixed version and a score each, without a descriptor."""
    flaw: dict[str, object] = {
        "links": ["https://a.example"],
        "fixedInVersion": "1.1",
        "cvssV2": {"vector": "V2"},
        "cvssV3": {"vector": "V3"},
    }
    old = report(match(flaw, matchDetails={"matcher": "apk-matcher"}), descriptor=None)
    facts = read_text(tmp_path, old.replace(',"descriptor":null', "")).findings[0].facts
    assert (facts.references, facts.fixed_version, facts.cvss) == (
        ("https://a.example",),
        "1.1",
        ("V3", "V2"),
    )


def test_identity_survives_what_changes_next_month(tmp_path: Path) -> None:
    """Another tag, version, rating, description and order."""
    before = read_text(tmp_path, report(match(), match({"id": "CVE-2024-0002"})))
    other: dict[str, object] = {"severity": "Low", "description": "Other words"}
    again = [match({"id": name} | other, {"version": "9"}) for name in ("CVE-2024-0002", "CVE-2024-0001")]
    target = {"type": "image", "target": {"userInput": "team/app:9@sha256:00"}}
    after = read_text(tmp_path, report(*again, source=target))
    assert before.identities() == after.identities()
    assert before.only.asset.identifiers == after.only.asset.identifiers
