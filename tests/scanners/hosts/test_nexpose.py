"""Nexpose and InsightVM: XML Export 2.0, well-formed or not."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.domain.errors import DamagedInput, HostileInput, InputRefused
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import expected, read, read_text


def ran(name: str = "flaw", status: str = "vulnerable-version", inside: str = "seen", more: str = "") -> str:
    """Return a test."""
    return (
        f'<test id="{name}" status="{status}" scan-id="1" vulnerable-since="20260101T100000000" {more}>'
        f"<Paragraph>{inside}</Paragraph></test>"
    )


def node(
    *tests: str, endpoint: str = "", address: str = "10.0.0.1", status: str = "alive", name: str = "web1"
) -> str:
    """Return a node: tests of its own, and those of an endpoint."""
    there = (
        '<endpoint protocol="tcp" port="443"><services><service><tests>'
        f"{endpoint}</tests></service></services></endpoint>"
    )
    return (
        f'<node address="{address}" status="{status}" device-id="1"><names><name>{name}</name></names>\n'
        f"<tests>{''.join(tests)}</tests>\n<endpoints>{there if endpoint else ''}</endpoints></node>\n"
    )


def definition(name: str = "flaw", severity: str = "7", inside: str = "") -> str:
    """Return what is known of a vulnerability."""
    return (
        f'<vulnerability id="{name}" title="Flaw" severity="{severity}" cvssScore="7.5" '
        f'cvssVector="(AV:N/AC:L)" published="20200101T000000000">{inside}</vulnerability>'
    )


def report(*nodes: str, known: str = "", status: str = "finished") -> str:
    """Return a report; like many real ones it has no XML declaration."""
    return (
        '<NexposeReport version="2.0">\n<scans><scan id="1" endTime="20260105T100000000" '
        f'status="{status}"/></scans>\n'
        f"<nodes>\n{''.join(nodes)}</nodes>\n<VulnerabilityDefinitions>\n{known or definition()}\n"
        "</VulnerabilityDefinitions>\n</NexposeReport>\n"
    )


@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "merged"),
    [
        # A test that Nexpose ran for several users of a node comes several times with one id and no key: 12
        # of them beside the first, each with its own output.
        ("report_auth.xml", 12),
        ("dns.xml", 0),
    ],
)
def test_real_files_give_the_counts_that_were_made_apart(name: str, merged: int) -> None:
    """Every vulnerable test is a finding, or is merged with one of the same place; no output is lost."""
    raw = expected("scans/expected.json")[f"nexpose/{name}"]["raw"]
    assert isinstance(raw, dict)
    reading = read(sample(f"scans/nexpose/{name}"))
    assert len(reading.findings) + merged == raw["records"]
    assert len(reading.reports) == raw["nodes"]
    assert len({finding.facts.source_id for finding in reading.findings}) == raw["vulnerable_ids"]
    outputs = [part for finding in reading.findings for part in finding.output.split("\n\n")]
    assert len(outputs) == raw["records"]
    assert not Counter(each.facts.native_severity for each in reading.findings) - Counter(raw["severity"])
    assert not reading.problems


@pytest.mark.samples
def test_a_test_of_a_real_file_field_by_field() -> None:
    """As the file says it, read by eye."""
    report_of = read(sample("scans/nexpose/dns.xml")).only
    finding = next(each for each in report_of.findings if each.facts.source_id == "dns-amplification")
    assert (finding.facts.title, finding.locator) == ("DNS Traffic Amplification", "53/udp")
    assert (finding.facts.severity, finding.facts.native_severity) == (Severity.LOW, "1")
    assert finding.facts.references == ("CERT:TA13-088A", "CERT:TA14-017A")
    assert finding.facts.cvss == ("AV:N/AC:L/Au:N/C:N/I:N/A:N",)
    assert finding.facts.published == "2013-03-29"
    assert finding.output == "Running DNS over UDP"
    assert finding.first_seen == datetime(2021, 2, 11, 16, 45, 6, 81000, tzinfo=UTC)
    assert report_of.coverage[0].scanned_at == datetime(2021, 2, 28, 22, 54, 29, 678000, tzinfo=UTC)
    assert "trusted assets" in finding.facts.solution


@pytest.mark.parametrize(
    ("status", "found", "assessed"),
    [
        ("vulnerable-exploited", True, True),
        ("vulnerable-potential", True, True),
        ("vulnerable-version-with-exception", True, True),
        ("not-vulnerable", False, True),
        ("not-vulnerable-version", False, True),
        ("skipped-dos", False, False),
        ("error", False, False),
        ("unknown", False, False),
        ("strange", True, True),
    ],
)
def test_only_vulnerable_is_a_finding(tmp_path: Path, *, status: str, found: bool, assessed: bool) -> None:
    """What was skipped or failed says nothing; an unknown status counts as found and is said."""
    reading = read_text(tmp_path, report(node(ran(status=status))))
    look = reading.only.coverage[0]
    assert bool(reading.findings) == found
    assert ("flaw" in look.unassessed) != assessed
    assert any("strange" in problem.what for problem in reading.problems) == (status == "strange")


def test_an_exception_asks_for_nothing_and_a_potential_is_marked(tmp_path: Path) -> None:
    """They are findings; one problem counts the exceptions."""
    tests = (ran("a", "vulnerable-exploited-with-exception"), ran("b", "vulnerable-potential"))
    known = definition("a") + definition("b")
    reading = read_text(tmp_path, report(node(*tests), known=known))
    assert [(each.facts.actionable, each.facts.vendor_status) for each in reading.findings] == [
        (False, "suppressed: vulnerable-exploited-with-exception"),
        (True, "potential"),
    ]
    assert [problem.what[:10] for problem in reading.problems] == ["1 findings"]


def test_what_changes_next_month_leaves_identities_as_they_are(tmp_path: Path) -> None:
    """Title, severity, output, order, scan, and the version in a key."""
    first = node(ran(), ran(more='key="openssl-1.1.1k-2.el8"'), endpoint=ran())
    second = node(ran(more='key="openssl-1.1.1w-9.el8"', inside="2"), ran(inside="3"), endpoint=ran())
    before = read_text(tmp_path, report(first), "a")
    after = read_text(tmp_path, report(second, known=definition(severity="2").replace("Flaw", "Flew")), "b")
    assert before.identities() == after.identities()
    assert {locator for _, _, locator in before.identities()} == {"", "openssl-", "443/tcp"}


def test_an_address_in_a_key_is_no_version(tmp_path: Path) -> None:
    """It stays, and tells places apart."""
    reading = read_text(tmp_path, report(node(ran(more='key="10.0.0.7 /etc/x"'))))
    assert reading.findings[0].locator == "10.0.0.7 /etc/x"


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ("0", Severity.INFO),
        ("3", Severity.LOW),
        ("6", Severity.MODERATE),
        ("8", Severity.HIGH),
        ("10", Severity.CRITICAL),
    ],
)
def test_levels_lie_on_the_scale_of_cvss(tmp_path: Path, level: str, severity: Severity) -> None:
    """The number is kept."""
    facts = read_text(tmp_path, report(node(ran()), known=definition(severity=level))).findings[0].facts
    assert (facts.severity, facts.native_severity) == (severity, level)


def test_a_definition_with_all_that_nexpose_says(tmp_path: Path) -> None:
    """Texts without markup, references by kind, an IAVM notice, known exploits."""
    inside = (
        "<exploits><exploit id='1'/></exploits><description><ContainerBlockElement><Paragraph>One\n  line"
        '</Paragraph><UnorderedList><ListItem>Two <URLLink LinkURL="https://a.example">here</URLLink></ListItem>'
        "</UnorderedList></ContainerBlockElement></description><solution><Paragraph>Upgrade</Paragraph></solution>"
        '<references><reference source="CVE">CVE-2024-0001</reference><reference source="URL">https://b.example'
        '</reference><reference source="IAVM">2024-A-0001</reference><reference source="CWE">79</reference>'
        "</references><tags><tag>Web</tag></tags>"
    )
    facts = read_text(tmp_path, report(node(ran()), known=definition(inside=inside))).findings[0].facts
    assert facts.description == "One line\nTwo here (https://a.example)"
    assert (facts.solution, facts.family, facts.exploit_known) == ("Upgrade", "Web", True)
    assert (facts.cves, facts.cwes) == (("CVE-2024-0001",), ("CWE-79",))
    assert facts.references == ("https://b.example", "IAVA:2024-A-0001")
    assert facts.cvss == ("AV:N/AC:L",)


def test_a_dead_node_and_an_unfinished_scan_close_nothing(tmp_path: Path) -> None:
    """Nothing but what they name counts as tested."""
    dead = read_text(tmp_path, report(node(status="dead")), "a")
    assert dead.only.coverage[0].assessed == frozenset()
    stopped = read_text(tmp_path, report(node(ran()), status="stopped"), "b")
    assert stopped.only.coverage[0].assessed == frozenset({"flaw"})
    assert "not finished" in stopped.problems[0].what
    assert read_text(tmp_path, report(node(ran())), "c").only.coverage[0].assessed is None


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (("seen", "a & b"), "bare “&”"),
        (("seen", "a < b"), "bare “<”"),
        (("seen", "x\x01"), "not allowed"),
        (("seen</Paragraph>", "seen"), "never closed"),
        (("seen</Paragraph>", "seen</Paragraph></Row>"), "closes nothing"),
        (('scan-id="1"', "scan-id=1"), "tag <test> was mended"),
        (('scan-id="1"', 'scan-id="1" scan-id="2"'), "given twice"),
        (("seen", "a&nbsp;b"), "HTML"),
    ],
)
def test_a_file_that_is_not_well_formed_is_mended_and_every_mend_is_said(
    tmp_path: Path, fault: tuple[str, str], said: str
) -> None:
    """With its line; neither the findings after the fault nor those of other nodes are lost."""
    whole = report(node(ran()), node(ran(), address="10.0.0.2", name="web2"), known=definition())
    broken = whole.replace(*fault, 1)
    reading = read_text(tmp_path, broken)
    assert [each.facts.title for each in reading.findings] == ["Flaw", "Flaw"]
    assert bool(reading.problems) == (broken != whole)
    if said:
        assert all("line 5" in problem.where for problem in reading.problems)
        assert said in reading.problems[0].what


def test_definitions_after_a_fault_still_explain(tmp_path: Path) -> None:
    """A fault in the definitions, which are read first, is mended there too."""
    inside = "<description>a & b</description>"
    reading = read_text(tmp_path, report(node(ran()), known=definition(inside=inside)))
    assert reading.findings[0].facts.description == "a & b"
    assert len(reading.problems) == 1


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, keep: float) -> None:
    """Nobody knows what is missing."""
    text = report(node(ran()), node(ran(), address="10.0.0.2"))
    with pytest.raises(DamagedInput, match="cut off"):
        read_text(tmp_path, text[: int(len(text) * keep)])


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE NexposeReport [<!ENTITY x "y">]>' + report(node(ran())),
        '<!DOCTYPE NexposeReport [<!ENTITY x "y">]>' + report(node(ran(inside="&x; & y"))),
    ],
)
def test_an_entity_is_refused_whether_or_not_the_rest_is_sound(tmp_path: Path, text: str) -> None:
    """Mending never opens a door."""
    with pytest.raises(HostileInput):
        read_text(tmp_path, text)


def test_what_is_not_explained_is_unrated_and_said_once(tmp_path: Path) -> None:
    """However many nodes have it."""
    nodes = [node(ran("other"), address=f"10.0.0.{number}", name=f"web{number}") for number in (1, 2)]
    reading = read_text(tmp_path, report(*nodes))
    assert reading.severities == {Severity.UNRATED: 2}
    assert [problem.what for problem in reading.problems] == [
        "the report does not explain other; it is unrated"
    ]


def test_a_node_without_a_name_is_a_problem_and_loses_no_other(tmp_path: Path) -> None:
    """A test without an id is none."""
    reading = read_text(tmp_path, report(node(ran(), address="", name=""), node(ran(), ran(""))))
    assert len(reading.findings) == 1
    assert "neither name nor address" in reading.problems[0].what


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(place=st.integers(0, 10_000), rubbish=st.text(max_size=6))
def test_rubbish_anywhere_is_mended_or_refused(tmp_path: Path, place: int, rubbish: str) -> None:
    """Nothing but the product's own errors leaves the reader."""
    text = report(node(ran(), endpoint=ran("b")), known=definition() + definition("b"))
    where = place % len(text)
    try:
        read_text(tmp_path, (text[:where] + rubbish + text[where:]).encode(errors="replace").decode())
    except InputRefused:
        return
