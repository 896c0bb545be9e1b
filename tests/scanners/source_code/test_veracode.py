"""Veracode's detailed reports; no real one is at hand, so all here is made after the documentation."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from milepost.domain.errors import UnknownFormat
from milepost.domain.finding import AssetKind, IdentifierKind
from milepost.domain.severity import Severity
from milepost.scanners.source_code.veracode import instant
from tests.scanners.reading import Reading, named, read_text
from tests.scanners.source_code.made import broken_clauses

NAMESPACE = "https://www.veracode.com/schema/reports/export/1.0"
APPLICATION = {"app_id": "777", "app_name": "Payroll", "version": "12 Feb 2026 Static"}


def attributes(given: dict[str, str]) -> str:
    """Return attributes of an element."""
    return "".join(f' {name}="{value}"' for name, value in given.items())


def flaw(issue: str = "1", within: str = "", **more: str) -> str:
    """Return a flaw."""
    base = {
        "severity": "4",
        "categoryname": "SQL Injection",
        "categoryid": "19",
        "cweid": "89",
        "module": "app.war",
        "type": "query",
        "description": "A query is built from input.",
        "remediation_status": "Open",
        "mitigation_status": "none",
        "sourcefile": "A.java",
        "sourcefilepath": "com/example/",
        "line": "42",
        "date_first_occurrence": "2026-01-05 10:00:00 UTC",
    }
    return f"<flaw{attributes({'issueid': issue} | base | more)}>{within}</flaw>"


def component(vulnerabilities: str, **more: str) -> str:
    """Return a component."""
    base = {"library": "log4j-core-2.14.1.jar", "version": "2.14.1", "vendor": "Apache"}
    paths = '<file_paths><file_path value="app.war#log4j-core-2.14.1.jar"/></file_paths>'
    inner = f"{paths}<vulnerabilities>{vulnerabilities}</vulnerabilities>"
    return f"<component{attributes(base | more)}>{inner}</component>"


def vulnerability(within: str = "", **more: str) -> str:
    """Return a vulnerability of a component."""
    base = {"cve_id": "CVE-2021-44228", "cvss_score": "10.0", "severity": "5", "cwe_id": "CWE-502"}
    base |= {"cve_summary": "Look-ups", "mitigation": "false", "first_found_date": "2026-01-06 10:00:00 UTC"}
    return f"<vulnerability{attributes(base | more)}>{within}</vulnerability>"


def report(*flaws: str, components: str | None = None, **more: str) -> str:
    """Return a report."""
    advice = (
        '<recommendations><para text="Bind variables."><bulletitem text="Always."/></para></recommendations>'
    )
    inner = f"<staticflaws>{''.join(flaws)}</staticflaws>"
    named = attributes({"categoryid": "19", "categoryname": "SQL Injection"})
    category = f'<category{named}>{advice}<cwe cweid="89">{inner}</cwe></category>'
    analysis = '<static-analysis published_date="2026-02-12 08:00:00 UTC"><modules/></static-analysis>'
    composition = (
        ""
        if components is None
        else "<software_composition_analysis><vulnerable_components>"
        f"{components}</vulnerable_components></software_composition_analysis>"
    )
    head = attributes(APPLICATION | {"last_update_time": "2026-02-12 09:00:00 UTC"} | more)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><detailedreport xmlns="{NAMESPACE}"{head}>'
        f'{analysis}<severity level="4">{category}</severity>{composition}</detailedreport>'
    )


def reading(folder: Path, *flaws: str, components: str | None = None, **more: str) -> Reading:
    """Write a report and read it."""
    return read_text(folder, report(*flaws, components=components, **more))


def test_the_contract_is_kept_whatever_is_broken(tmp_path: Path) -> None:
    """Spoiled, hostile and cut-off variants of a report with flaws and components."""
    mitigation = '<mitigations><mitigation action="Mitigate by Design" description="a"/></mitigations>'
    whole = report(
        flaw(),
        flaw("2", mitigation, mitigation_status="accepted"),
        components=component(vulnerability()),
    )
    assert broken_clauses(tmp_path, whole) == []


def test_a_static_flaw_field_by_field(tmp_path: Path) -> None:
    """The application is the asset, the issue the place, the CWE the weakness."""
    found = reading(tmp_path, flaw())
    (finding,) = found.findings
    facts = finding.facts
    assert (facts.source, facts.source_id, facts.title) == ("veracode", "CWE-89", "SQL Injection")
    assert (facts.severity, facts.native_severity, facts.cwes) == (Severity.HIGH, "4", ("CWE-89",))
    assert facts.solution == "Bind variables.\nAlways."
    assert finding.locator == "issue 1"
    assert finding.output.splitlines() == ["com/example/A.java:42", "app.war"]
    assert finding.first_seen == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert (found.only.asset.kind, found.only.asset.version) == (AssetKind.CODE, "12 Feb 2026 Static")
    assert named(found.only, IdentifierKind.RESOURCE) == ["veracode:777"]
    assert found.only.coverage[0].scanned_at == datetime(2026, 2, 12, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("5", Severity.CRITICAL),
        ("3", Severity.MODERATE),
        ("2", Severity.LOW),
        ("1", Severity.LOW),
        ("0", Severity.INFO),
        ("9", Severity.UNRATED),
    ],
)
def test_severities_from_very_high_to_informational(tmp_path: Path, word: str, severity: Severity) -> None:
    """An unknown one is unrated and said."""
    found = reading(tmp_path, flaw(severity=word))
    assert found.findings[0].facts.severity is severity
    assert bool(found.problems) == (word == "9")


def test_components_are_a_scope_of_their_own(tmp_path: Path) -> None:
    """A report without the section says nothing of them; an empty section says that there are none."""
    without = reading(tmp_path, flaw())
    empty = reading(tmp_path, flaw(), components="")
    full = reading(tmp_path, flaw(), components=component(vulnerability()))
    assert [look.scope for look in without.only.coverage] == ["veracode"]
    for found in (empty, full):
        assert [look.scope for look in found.only.coverage] == ["veracode", "veracode:components"]
        assert {look.scanned_at for look in found.only.coverage} == {datetime(2026, 2, 12, 8, tzinfo=UTC)}
    finding = full.findings[1]
    assert (finding.facts.source, finding.facts.source_id) == ("cve", "CVE-2021-44228")
    assert (finding.locator, finding.coverage) == ("log4j-core.jar", 1)
    assert (finding.facts.cvss, finding.facts.version) == (("10.0",), "2.14.1")


def test_a_library_of_maven_goes_by_its_artifact(tmp_path: Path) -> None:
    """So that an upgrade does not make another place of it."""
    found = component(vulnerability(), library_id="maven:org.apache:log4j-core:2.14.1:")
    later = component(vulnerability(), library_id="maven:org.apache:log4j-core:2.17:", version="2.17")
    first, second = reading(tmp_path, components=found), reading(tmp_path, components=later)
    assert first.identities() == second.identities() == {("cve", "CVE-2021-44228", "log4j-core")}


def test_states_of_flaws(tmp_path: Path) -> None:
    """Fixed is gone, what cannot be reproduced is not established, the others are there."""
    found = reading(
        tmp_path,
        flaw("1", remediation_status="Fixed"),
        flaw("2", remediation_status="Cannot Reproduce", cweid="79"),
        flaw("3", remediation_status="New"),
        flaw("4", cweid="79"),
    )
    assert [finding.locator for finding in found.findings] == ["issue 3", "issue 4"]
    assert found.only.coverage[0].unassessed == frozenset({"CWE-79"})


@pytest.mark.parametrize(
    ("status", "actionable"), [("accepted", False), ("proposed", True), ("rejected", True), ("none", True)]
)
def test_an_accepted_mitigation_opens_no_item(tmp_path: Path, status: str, *, actionable: bool) -> None:
    """What was only proposed or was rejected changes nothing."""
    actions = '<mitigation action="Potential False Positive"/><mitigation action="Approve Mitigation"/>'
    found = reading(tmp_path, flaw("1", f"<mitigations>{actions}</mitigations>", mitigation_status=status))
    facts = found.findings[0].facts
    assert facts.actionable is actionable
    assert facts.vendor_status == ("" if actionable else "suppressed: Potential False Positive")
    assert bool(found.problems) is not actionable


def test_a_mitigated_component_opens_no_item(tmp_path: Path) -> None:
    """The attribute says so."""
    set_aside = vulnerability(mitigation="true", mitigation_type="Mitigate by Design")
    (finding,) = reading(tmp_path, components=component(set_aside)).findings
    assert (finding.facts.actionable, finding.facts.vendor_status) == (
        False,
        "suppressed: Mitigate by Design",
    )


def test_the_place_does_not_move_with_lines_versions_and_words(tmp_path: Path) -> None:
    """The issue's number stays."""
    later = flaw(line="99", severity="2", description="Otherwise", categoryname="Otherwise")
    before, after = reading(tmp_path, flaw()), reading(tmp_path, later, version="13")
    assert before.identities() == after.identities()
    assert before.only.asset.identifiers == after.only.asset.identifiers


def test_a_sandbox_is_an_application_of_its_own(tmp_path: Path) -> None:
    """It is scanned apart from the application's policy scan."""
    found = reading(tmp_path, flaw(), sandbox_id="5", sandbox_name="dev")
    assert named(found.only, IdentifierKind.RESOURCE) == ["veracode:777/5"]
    assert found.only.asset.name == "Payroll (dev)"


def test_flaws_without_number_are_named_and_lose_no_other(tmp_path: Path) -> None:
    """And so are vulnerabilities without id."""
    found = reading(tmp_path, flaw(""), flaw("2"), components=component(vulnerability(cve_id="")))
    assert len(found.findings) == 1
    assert ["no issueid" in p.what or "no cve_id" in p.what for p in found.problems] == [True, True]


def test_dynamic_flaws_have_an_address(tmp_path: Path) -> None:
    """Instead of a file."""
    dynamic = flaw(sourcefile="", sourcefilepath="", line="", url="https://a.example/x", vuln_parameter="q")
    (finding,) = reading(tmp_path, dynamic).findings
    assert finding.output.splitlines() == ["app.war", "https://a.example/x", "q"]


def test_an_empty_report_is_a_clean_scan(tmp_path: Path) -> None:
    """The application is there, and nothing is wrong with it."""
    found = reading(tmp_path)
    assert (found.findings, found.problems, found.only.coverage[0].assessed) == ([], [], None)


def test_a_report_without_application_is_named_after_the_file(tmp_path: Path) -> None:
    """And that is said."""
    found = reading(tmp_path, flaw(), app_id="", app_name="")
    assert named(found.only, IdentifierKind.NAME) == ["report"]
    assert len(found.problems) == 1


@pytest.mark.parametrize("text", ["2026-13-40 00:00:00 UTC", "yesterday", ""])
def test_what_is_no_time_is_none(text: str) -> None:
    """The finding stays."""
    assert instant(text) is None


def test_other_reports_are_not_taken_for_it(tmp_path: Path) -> None:
    """The namespace must be Veracode's."""
    with pytest.raises(UnknownFormat):
        read_text(tmp_path, "<detailedreport><severity/></detailedreport>")
