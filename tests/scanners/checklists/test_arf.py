"""ARF report collections: SCAP results with the assets that they are about."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.finding import IdentifierKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import expected, named, read, read_text

FILES = ("arf_rule_and_cpe_check.xml", "arf_simple_rule_fail.xml")
ARF = "http://scap.nist.gov/schema/asset-reporting-format/1.1"
ASSETS = "http://scap.nist.gov/schema/asset-identification/1.1"
XCCDF = "http://checklists.nist.gov/xccdf/1.2"
RULE = "xccdf_mil.disa.stig_rule_SV-204393r603261_rule"


class Expected(msgspec.Struct):
    """The independent counts of one TestResult."""

    results: dict[str, int]


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_reports_give_the_counts_that_were_made_apart(name: str) -> None:
    """Failures are findings; what does not apply is assessed; what was not selected is not."""
    counts = expected("dod/expected_counts.json")[f"arf/{name}"]
    (result,) = msgspec.convert(counts["test_results"], list[Expected])
    reading = read(sample(f"dod/arf/{name}"))
    (coverage,) = reading.only.coverage
    assert len(reading.findings) == result.results["fail"]
    assert len(coverage.assessed or ()) == result.results["fail"] + result.results.get("notapplicable", 0)
    assert len(coverage.unassessed) == result.results.get("notselected", 0)
    assert reading.problems == []


@pytest.mark.samples
def test_a_real_report_read_by_eye() -> None:
    """The only rule of the simple report, its host and its time."""
    reading = read(sample("dod/arf/arf_simple_rule_fail.xml"))
    (coverage,), facts = reading.only.coverage, reading.findings[0].facts
    assert facts.source_id == "xccdf_com.example.www_rule_test-fail"
    assert (facts.title, facts.severity, facts.native_severity) == (
        "This rule always fail",
        Severity.UNRATED,
        "unknown",
    )
    assert coverage.scanned_at == datetime(2021, 11, 30, 12, 51, 50, tzinfo=UTC)
    assert coverage.tool.startswith("openscap 1.3.5 :: ")
    assert named(reading.only, IdentifierKind.HOSTNAME) == ["rh-hony"]
    assert "10.43.12.70" in named(reading.only, IdentifierKind.IP)


def device(asset_id: str, name: str) -> str:
    """Return an asset with a name and an address."""
    return (
        f'<asset id="{asset_id}"><ai:computing-device><ai:connections><ai:connection><ai:ip-address>'
        f"<ai:ip-v4>10.0.0.{len(name)}</ai:ip-v4></ai:ip-address></ai:connection></ai:connections>"
        f"<ai:fqdn>{name}.example.org</ai:fqdn><ai:hostname>{name}</ai:hostname></ai:computing-device></asset>"
    )


def report(report_id: str, target: str = "", word: str = "fail") -> str:
    """Return a report that holds a TestResult."""
    rule_result = f'<rule-result idref="{RULE}" severity="high"><result>{word}</result></rule-result>'
    name = "xccdf_mil.disa.stig_benchmark_RHEL_7_STIG"
    return (
        f'<report id="{report_id}"><content><TestResult xmlns="{XCCDF}" id="t"'
        ' end-time="2026-03-15T10:00:00Z">'
        f'<benchmark id="{name}" href="#c"/>{target}{rule_result}</TestResult></content></report>'
    )


def collection(assets: str, reports: str, related: str = "") -> str:
    """Return a report collection."""
    relationships = f'<c:relationships xmlns:c="core">{related}</c:relationships>'
    return (
        f'<asset-report-collection xmlns="{ARF}" xmlns:ai="{ASSETS}">{relationships}'
        f"<assets>{assets}</assets><reports>{reports}</reports></asset-report-collection>"
    )


def about(subject: str, asset_id: str) -> str:
    """Relate a report to an asset."""
    reference = f"<c:ref>{asset_id}</c:ref>"
    return f'<c:relationship type="arfvocab:isAbout" subject="{subject}">{reference}</c:relationship>'


def test_several_reports_are_about_their_own_assets(tmp_path: Path) -> None:
    """By relationship or by the result's own reference, even where the result names no target."""
    assets = device("a1", "web") + device("a2", "data")
    referring = '<target-id-ref system="x" name="a2" href=""/>'
    text = collection(assets, report("r1") + report("r2", referring), about("r1", "a1"))
    reading = read_text(tmp_path, text)
    assert [each.asset.name for each in reading.reports] == ["web", "data"]
    assert named(reading.reports[1], IdentifierKind.FQDN) == ["data.example.org"]
    assert [each.coverage[0].scope for each in reading.reports] == ["stig:RHEL_7_STIG"] * 2
    assert reading.problems == []


def test_the_asset_adds_to_what_the_result_says(tmp_path: Path) -> None:
    """A bare host name in the result, the full one and the address beside it."""
    text = collection(device("a1", "web"), report("r1", "<target>WEB</target>"), about("r1", "a1"))
    (host,) = read_text(tmp_path, text).reports
    assert [identifier.value for identifier in host.asset.identifiers] == [
        "web.example.org",
        "web",
        "10.0.0.3",
    ]


def test_what_is_beside_the_results_is_passed_over(tmp_path: Path) -> None:
    """OVAL results, and reports of other kinds."""
    oval = (
        '<report id="oval0"><content><oval_results><results><system><definitions>'
        '<definition definition_id="oval:x:def:1" result="false"/></definitions></system></results>'
        "</oval_results></content></report>"
    )
    text = collection(device("a1", "web"), oval + report("r1") + oval, about("r1", "a1"))
    reading = read_text(tmp_path, text)
    assert (len(reading.findings), reading.problems) == (1, [])


def test_a_report_that_stands_elsewhere_is_said_and_never_opened(tmp_path: Path) -> None:
    """The collection refers to it by an address."""
    remote = '<report id="r2"><remote-resource href="https://example.org/results.xml"/></report>'
    text = collection(device("a1", "web"), report("r1") + remote, about("r1", "a1"))
    reading = read_text(tmp_path, text)
    assert len(reading.findings) == 1
    assert "the report r2 is not in the file" in reading.problems[0].what


def test_a_collection_without_results_is_said(tmp_path: Path) -> None:
    """Assets alone are no scan."""
    reading = read_text(tmp_path, collection(device("a1", "web"), ""))
    assert reading.reports == []
    assert "without any TestResult" in reading.problems[0].what
