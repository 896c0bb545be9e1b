"""Evaluate-STIG's summary report of a host."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from milepost.domain.errors import UnknownFormat
from milepost.domain.finding import AssetKind, IdentifierKind
from milepost.domain.identity import KnownAsset, match_asset
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import named, read, read_text

COMPUTER = (
    "<Computer><ScanDate>03/15/2026</ScanDate><EvalSTIGVer>1.2507.6</EvalSTIGVer><Name>XO1</Name>"
    "<NetworkAdapters><Adapter><IPv4Addresses>10.0.10.27</IPv4Addresses>"
    "<IPv6Addresses>fe80::1</IPv6Addresses></Adapter></NetworkAdapters></Computer>"
)


def vuln(number: str, status: str = "Open", **attributes: str) -> str:
    """Return a rule of a summary."""
    more = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return f'<Vuln RuleTitle="Limit sessions" Status="{status}" ID="{number}" {more}/>\n'


def result(high: str = "", medium: str = "", total: int = 0, site: str = "", time: str = "") -> str:
    """Return the result of a STIG."""
    return (
        f'<Result STIG="Web_Server_SRG" Version="4" Release="4" Site="{site}" Instance="" ShortName="WebSRG"'
        f' StartTime="{time}"><CAT_I Total="{total}">{high}</CAT_I><CAT_II Total="0">{medium}</CAT_II>'
        f'<CAT_III Total="0"/></Result>'
    )


def summary(*results: str) -> str:
    """Return a summary."""
    return f"<?xml version='1.0'?>\n<Summary>{COMPUTER}<Results>\n{''.join(results)}</Results></Summary>"


def test_states_and_categories_are_those_of_the_checklists(tmp_path: Path) -> None:
    """Open is a finding, Not_Reviewed was not looked at, the rest is gone."""
    rules = vuln("V-2") + vuln("V-3", "NotAFinding") + vuln("V-4", "Not_Applicable")
    time = "2026-03-15T06:03:40.4453719-04:00"
    text = summary(result(vuln("V-1"), rules + vuln("V-5", "Not_Reviewed"), time=time))
    reading = read_text(tmp_path, text)
    (coverage,) = reading.only.coverage
    assert [(f.facts.source_id, f.facts.severity) for f in reading.findings] == [
        ("V-1", Severity.HIGH),
        ("V-2", Severity.MODERATE),
    ]
    assert coverage.assessed == frozenset({"V-1", "V-2", "V-3", "V-4"})
    assert (coverage.unassessed, coverage.scope) == (frozenset({"V-5"}), "stig:Web_Server_SRG")
    assert coverage.tool == "Web_Server_SRG :: Version 4, Release: 4"
    assert coverage.scanned_at == datetime(2026, 3, 15, 10, 3, 40, 445371, UTC)
    assert reading.findings[0].facts.title == "Limit sessions"


def test_an_override_replaces_the_category(tmp_path: Path) -> None:
    """With its justification."""
    rule = vuln("V-1", Override="CAT_III", Justification="isolated")
    facts = read_text(tmp_path, summary(result(rule))).findings[0].facts
    assert (facts.severity, facts.native_severity, facts.severity_reason) == (
        Severity.LOW,
        "high",
        "isolated",
    )


def test_what_an_answer_file_changed_is_said(tmp_path: Path) -> None:
    """The state after it counts; one problem for all of them, none for changes of another kind."""
    changed = vuln("V-1", "NotAFinding", AFStatusChange="True", PreAFStatus="Open")
    filled = vuln("V-2", "NotAFinding", AFStatusChange="True", PreAFStatus="Not_Reviewed")
    reading = read_text(tmp_path, summary(result(changed + filled)))
    assert reading.findings == []
    assert ["1 rules were found open" in problem.what for problem in reading.problems] == [True]


def test_sites_are_assets_of_their_own(tmp_path: Path) -> None:
    """As in the checklists of the same run."""
    reading = read_text(tmp_path, summary(result(vuln("V-1")), result(vuln("V-1"), site="shop")))
    assert [report.asset.kind for report in reading.reports] == [AssetKind.HOST, AssetKind.APPLICATION]
    assert named(reading.reports[1], IdentifierKind.RESOURCE) == ["xo1|shop|"]


def test_a_summary_without_its_rules_assesses_nothing(tmp_path: Path) -> None:
    """The totals alone cannot be taken; that is said with the line."""
    reading = read_text(tmp_path, summary(result(total=18)))
    (coverage,) = reading.only.coverage
    assert (coverage.assessed, coverage.unassessed) == (frozenset(), frozenset())
    assert (reading.problems[0].where, "18 rules" in reading.problems[0].what) == ("report, line 3", True)


def test_an_unknown_category_and_state_are_said(tmp_path: Path) -> None:
    """With their line; other rules stay."""
    text = summary(result(vuln("V-1", "Perhaps") + vuln("V-2"))).replace("CAT_I ", "CAT_IX ")
    text = text.replace("</CAT_I>", "</CAT_IX>")
    reading = read_text(tmp_path, text)
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED]
    assert ["“Perhaps”" in reading.problems[0].what, "“CAT_IX”" in reading.problems[1].what] == [True, True]


@pytest.mark.samples
def test_the_summary_meets_the_checklist_of_the_same_host(tmp_path: Path) -> None:
    """By the bare host name: the summary knows no full one."""
    checklist = read(sample("dod/ckl/evalstig_XO1_WebSRG_20260315-060608.ckl")).only
    reading = read_text(tmp_path, summary(result(vuln("V-206350"))))
    known = KnownAsset(1, checklist.asset.kind, frozenset(checklist.asset.identifiers))
    assert match_asset(reading.only.asset, [known]).asset_id == 1
    assert reading.only.coverage[0].scope == checklist.coverage[0].scope
    assert reading.identities() <= {(f.facts.source, f.facts.source_id, "") for f in checklist.findings}


def test_another_summary_is_none(tmp_path: Path) -> None:
    """The root element alone says nothing."""
    with pytest.raises(UnknownFormat):
        read_text(tmp_path, "<Summary><Computer><Name>XO1</Name></Computer></Summary>")
