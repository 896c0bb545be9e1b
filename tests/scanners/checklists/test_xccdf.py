"""XCCDF results, of one host and of several, alone and with their benchmark."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.errors import DamagedInput, HostileInput
from milepost.domain.finding import AssetKind, IdentifierKind, WeaknessKind
from milepost.domain.identity import KnownAsset, match_asset
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text

FILES = ("ios-sample-v1.1.3.xccdf.xml", "one_vuln_rhsa.xml", "openscap-rhel7.xml", "scc-rhel7.xml")
ASSESSED = ("pass", "fixed", "notapplicable", "fail")
NOT_STATED = "None"
STIG_RULE = "xccdf_mil.disa.stig_rule_SV-204393r603261_rule"
XCCDF = "http://checklists.nist.gov/xccdf/1.2"


class Expected(msgspec.Struct):
    """The independent counts of one TestResult."""

    results: dict[str, int]
    by_severity: dict[str, int]
    fail_unique_ccis: int


def of_results(reading: Reading) -> tuple[int, int, int]:
    """Return how many rules failed, were assessed, were not."""
    (coverage,) = reading.only.coverage
    return len(reading.findings), len(coverage.assessed or ()), len(coverage.unassessed)


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_results_give_the_counts_that_were_made_apart(name: str) -> None:
    """Every result is a finding, assessed or not; a rule that comes twice (IOS: 1) counts by its worst."""
    counts = expected("dod/expected_counts.json")[f"xccdf/{name}"]
    (result,) = msgspec.convert(counts["test_results"], list[Expected])
    twice = 1 if name.startswith("ios") else 0
    failed, assessed, unassessed = of_results(read(sample(f"dod/xccdf/{name}")))
    assert failed == result.results["fail"]
    assert assessed == sum(result.results.get(word, 0) for word in ASSESSED)
    assert assessed + unassessed + twice == sum(result.results.values())


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_results_keep_the_words_of_their_severities_and_their_ccis(name: str) -> None:
    """The failed rules by severity, and how many CCIs they concern, as counted apart."""
    counts = expected("dod/expected_counts.json")[f"xccdf/{name}"]
    (result,) = msgspec.convert(counts["test_results"], list[Expected])
    reading = read(sample(f"dod/xccdf/{name}"))
    words = Counter(f"fail/{finding.facts.native_severity or NOT_STATED}" for finding in reading.findings)
    assert words == {key: count for key, count in result.by_severity.items() if key.startswith("fail/")}
    assert len({cci for finding in reading.findings for cci in finding.facts.ccis}) == result.fail_unique_ccis


@pytest.mark.samples
def test_a_failed_rule_of_scc_read_by_eye() -> None:
    """V-204509 of the RHEL 7 results, field by field."""
    reading = read(sample("dod/xccdf/scc-rhel7.xml"))
    (coverage,) = reading.only.coverage
    facts = next(f.facts for f in reading.findings if f.facts.source_id == "V-204509")
    assert (facts.source, facts.severity, facts.kind) == (
        "stig",
        Severity.MODERATE,
        WeaknessKind.CONFIGURATION,
    )
    assert facts.title.startswith("The Red Hat Enterprise Linux operating system must off-load audit records")
    assert facts.description.startswith("Information stored in one location is vulnerable")
    assert facts.solution.startswith("Configure the operating system to off-load audit records")
    assert facts.ccis == ("CCI-001851",)
    assert facts.references[:2] == ("SV-204509r603261", "RHEL-07-030300")
    assert coverage.scope == "stig:RHEL_7_STIG"
    assert "Release: 3.2 Benchmark Date: 22 Jan 2021" in coverage.tool
    assert coverage.scanned_at == datetime(2021, 4, 29, 14, 24, 10, tzinfo=UTC)
    assert named(reading.only, IdentifierKind.HOSTNAME) == ["lockdown"]
    assert named(reading.only, IdentifierKind.IP) == ["192.168.0.16"]


@pytest.mark.samples
def test_two_scanners_name_the_same_rules() -> None:
    """SCC and OpenSCAP, six months and three releases apart, mean the same rules by the same scope."""
    scc, openscap = (read(sample(f"dod/xccdf/{name}-rhel7.xml")).only for name in ("scc", "openscap"))
    assert {c.scope for c in scc.coverage} == {c.scope for c in openscap.coverage}
    assert len((scc.coverage[0].assessed or set()) & (openscap.coverage[0].assessed or set())) == 176


@pytest.mark.samples
def test_what_every_machine_is_called_names_none() -> None:
    """`localhost.localdomain`, loopback, link-local and the default bridge say nothing of the host."""
    reading = read(sample("dod/xccdf/openscap-rhel7.xml"))
    assert [str(i.kind) + i.value for i in reading.only.asset.identifiers] == ["ip192.168.158.31"]


@pytest.mark.samples
def test_rules_about_patches_are_vulnerabilities_with_their_cves() -> None:
    """What OVAL definitions of Red Hat became; odd addresses are problems."""
    reading = read(sample("dod/xccdf/one_vuln_rhsa.xml"))
    (finding,) = reading.findings
    assert (finding.facts.kind, finding.facts.cves) == (WeaknessKind.VULNERABILITY, ("CVE-2005-1038",))
    assert finding.facts.source_id == "oval-com.redhat.rhsa-def-20060117"
    assert [problem.where for problem in reading.problems] == ["one_vuln_rhsa.xml, target"] * 2


def rule(rule_id: str = STIG_RULE, group: str = "V-204393", severity: str = "medium", more: str = "") -> str:
    """Return a rule in its group."""
    group_id = f"xccdf_mil.disa.stig_group_{group}"
    described = "&lt;VulnDiscussion&gt;Why it matters.&lt;/VulnDiscussion&gt;&lt;Responsibility&gt;x"
    return (
        f'<Group id="{group_id}"><title>SRG-1</title><Rule id="{rule_id}" severity="{severity}">'
        f"<version>RHEL-07-010030</version><title>Show a banner</title><description>{described}</description>"
        f"{more}<fixtext>Write one.</fixtext></Rule></Group>"
    )


def outcome(word: str = "fail", rule_id: str = STIG_RULE, more: str = "", attributes: str = "") -> str:
    """Return a rule-result."""
    return f'<rule-result idref="{rule_id}" {attributes}><result>{word}</result>{more}</rule-result>\n'


def result(
    *outcomes: str, target: str = "<target>Web1</target>", attributes: str = "", space: str = ""
) -> str:
    """Return a TestResult."""
    declared = f' xmlns="{space}"' if space else ""
    end = "" if "end-time" in attributes else 'end-time="2026-03-15T10:00:00Z"'
    return f"<TestResult{declared} id='t' {end} {attributes}>{target}{''.join(outcomes)}</TestResult>"


def benchmark(
    *parts: str, name: str = "xccdf_mil.disa.stig_benchmark_RHEL_7_STIG", space: str = XCCDF
) -> str:
    """Return a benchmark."""
    head = '<title>RHEL 7</title><plain-text id="release-info">Release: 5</plain-text><version>3</version>'
    return f'<Benchmark xmlns="{space}" id="{name}">{head}{"".join(parts)}</Benchmark>'


@pytest.mark.parametrize(
    ("word", "assessed", "unassessed"),
    [
        ("pass", 1, 0),
        ("fixed", 1, 0),
        ("notapplicable", 1, 0),
        ("error", 0, 1),
        ("unknown", 0, 1),
        ("notchecked", 0, 1),
        ("informational", 0, 1),
        ("notselected", 0, 1),
    ],
)
def test_every_result_but_a_failure_is_assessed_or_not(
    tmp_path: Path, word: str, assessed: int, unassessed: int
) -> None:
    """Only what was decided counts as looked at (NIST IR 7275, table of results)."""
    reading = read_text(tmp_path, benchmark(rule(), result(outcome(word))))
    assert of_results(reading) == (0, assessed, unassessed)
    assert reading.problems == []


def test_an_unknown_result_is_said_and_establishes_nothing(tmp_path: Path) -> None:
    """With its line."""
    reading = read_text(tmp_path, benchmark(rule(), "\n", result(outcome("maybe"))))
    assert of_results(reading) == (0, 0, 1)
    assert (reading.problems[0].where, "“maybe”" in reading.problems[0].what) == ("report, line 2", True)


def test_what_a_result_lacks_is_taken_from_the_rule(tmp_path: Path) -> None:
    """STIG Manager writes neither severity nor CCIs beside the result."""
    more = (
        '<ident system="http://cyber.mil/cci">CCI-000048</ident>'
        '<ident system="http://cyber.mil/legacy">V-71859</ident>'
    )
    facts = read_text(tmp_path, benchmark(rule(more=more), result(outcome()))).findings[0].facts
    assert (facts.native_severity, facts.severity) == ("medium", Severity.MODERATE)
    assert (facts.title, facts.description, facts.solution) == (
        "Show a banner",
        "Why it matters.",
        "Write one.",
    )
    assert (facts.ccis, facts.family) == (("CCI-000048",), "RHEL 7")
    assert facts.references == ("SV-204393r603261", "RHEL-07-010030", "V-71859")


def test_the_result_s_own_severity_comes_before_the_rule_s(tmp_path: Path) -> None:
    """A profile may have refined it; an unknown word is unrated and said."""
    refined = outcome(attributes='severity="high"')
    other = outcome(rule_id="xccdf_mil.disa.stig_rule_SV-204396r1_rule", attributes='severity="severe"')
    reading = read_text(tmp_path, benchmark(rule(), result(refined, other)))
    assert [f.facts.severity for f in reading.findings] == [Severity.HIGH, Severity.UNRATED]
    assert "“severe”" in reading.problems[0].what


@pytest.mark.parametrize(
    ("rule_id", "group", "identity"),
    [
        (STIG_RULE, "V-204393", ("stig", "V-204393")),
        ("SV-86483r3_rule", "V-71859", ("stig", "V-71859")),
        (STIG_RULE, "none", ("stig", "V-204393")),
        ("xccdf_mil.disa.stig_rule_SV-86483r3_rule", "none", ("xccdf", "SV-86483")),
        (
            "xccdf_org.ssgproject.content_rule_banner",
            "none",
            ("xccdf", "xccdf_org.ssgproject.content_rule_banner"),
        ),
    ],
)
def test_a_rule_goes_by_its_group_wherever_that_can_be_known(
    tmp_path: Path, rule_id: str, group: str, identity: tuple[str, str]
) -> None:
    """By the group around it, by the number that group and rule share since 2020, else without revision."""
    text = benchmark(rule(rule_id, group), result(outcome(rule_id=rule_id)))
    facts = read_text(tmp_path, text).findings[0].facts
    assert (facts.source, facts.source_id) == identity


def test_an_old_rule_alone_is_known_by_the_group_beside_it(tmp_path: Path) -> None:
    """The legacy ident of a result without its benchmark."""
    more = '<ident system="http://iase.disa.mil/legacy">V-71859</ident>'
    text = result(outcome(rule_id="SV-86483r3_rule", more=more), space=XCCDF)
    assert read_text(tmp_path, text).findings[0].facts.source_id == "V-71859"


def test_next_month_s_release_keeps_every_identity(tmp_path: Path) -> None:
    """Another revision of the rule, title, severity, order and time: the same occurrences."""
    other = "xccdf_mil.disa.stig_rule_SV-204396r1_rule"
    first = benchmark(rule(), rule(other, "V-204396"), result(outcome(), outcome(rule_id=other)))
    changed = first.replace("r603261", "r999999").replace("medium", "high").replace("banner", "notice")
    second = changed.replace("2026-03", "2026-04").replace("Release: 5", "Release: 6")
    swapped = benchmark(rule(), rule(other, "V-204396"), result(outcome(rule_id=other), outcome()))
    readings = [read_text(tmp_path, text) for text in (first, second, swapped)]
    assert len({frozenset(reading.identities()) for reading in readings}) == 1
    assert len({(r.only.asset.identifiers, r.only.coverage[0].scope) for r in readings}) == 1


def test_results_alone_are_read(tmp_path: Path) -> None:
    """A TestResult without any benchmark, which names its STIG only by the file of DISA."""
    file = "U_RHEL_7_STIG_V3R5_Manual-xccdf.xml"
    named_by = f'<benchmark href="xccdf_mil.disa.stig_testresult_scap_mil.disa_comp_{file}"/>'
    reading = read_text(tmp_path, result(outcome(), target=f"{named_by}<target>Web1</target>", space=XCCDF))
    assert reading.only.coverage[0].scope == "stig:RHEL_7_STIG"
    assert reading.identities() == {("stig", "V-204393", "")}
    assert "RHEL_7_STIG" in reading.problems[0].what


def test_results_of_version_1_1_and_with_prefix_are_read(tmp_path: Path) -> None:
    """The manual STIGs' own benchmarks are named without the prefix of SCAP 1.2."""
    old = benchmark(rule("SV-204393r1_rule"), result(outcome(rule_id="SV-204393r1_rule")), name="RHEL_7_STIG")
    reading = read_text(tmp_path, old.replace("xccdf/1.2", "xccdf/1.1"))
    assert reading.only.coverage[0].scope == "stig:RHEL_7_STIG"


def test_an_override_counts_and_is_said(tmp_path: Path) -> None:
    """The result is what somebody set it to; how many failures were overridden is a problem."""
    old, new = "<old-result>fail</old-result>", "<new-result>pass</new-result>"
    more = f"<override time='t' authority='a'>{old}{new}</override>"
    reading = read_text(tmp_path, benchmark(rule(), result(outcome("pass", more=more))))
    assert of_results(reading) == (0, 1, 0)
    assert "overrode: 1" in reading.problems[0].what


def test_instances_are_places_and_a_repeated_failure_is_one(tmp_path: Path) -> None:
    """Two lines of a router are two occurrences; a third result about the first line is merged."""
    one, two = (f'<instance context="line">{name}</instance>' for name in ("console", "vty 0"))
    text = benchmark(rule(), result(*(outcome(more=each) for each in (one, two, one))))
    reading = read_text(tmp_path, text)
    assert [finding.locator for finding in reading.findings] == ["line console", "line vty 0"]
    assert "1 failures" in reading.problems[0].what


def test_a_rule_that_fails_and_breaks_closes_nothing_else(tmp_path: Path) -> None:
    """One instance passed, another could not be tested: the rule does not count as looked at."""
    places = ["<instance>a</instance>", "<instance>b</instance>"]
    text = benchmark(rule(), result(outcome("pass", more=places[0]), outcome("error", more=places[1])))
    assert of_results(read_text(tmp_path, text)) == (0, 0, 1)


def test_several_hosts_are_several_assets(tmp_path: Path) -> None:
    """Each with its own look; what is known of a rule is one object."""
    targets = [f"<target>web{number}</target>" for number in range(3)]
    reading = read_text(tmp_path, benchmark(rule(), *(result(outcome(), target=t) for t in targets)))
    assert [report.asset.name for report in reading.reports] == ["web0", "web1", "web2"]
    assert len({id(finding.facts) for finding in reading.findings}) == 1


def test_of_two_results_on_one_host_the_later_counts_rule_by_rule(tmp_path: Path) -> None:
    """In whichever order they stand; what only the earlier says stays."""
    other = "xccdf_mil.disa.stig_rule_SV-204396r1_rule"
    early = result(outcome(), outcome(rule_id=other), attributes='end-time="2026-03-01T00:00:00Z"')
    late = result(outcome("pass"), attributes='end-time="2026-03-02T00:00:00Z"')
    for order in ((early, late), (late, early)):
        reading = read_text(tmp_path, benchmark(rule(), *order))
        assert reading.identities() == {("stig", "V-204396", "")}
        assert of_results(reading) == (1, 2, 0)
        assert "1 rules failed" in reading.problems[0].what


def test_stig_manager_s_facts_and_texts_are_taken(tmp_path: Path) -> None:
    """Site and instance as in the checklist; detail and comment are the output."""
    fact = "tag:stig-manager@users.noreply.github.com,2020:asset"
    facts = {"fqdn": "web1.example.org", "metadata:cklWebDbSite": "shop", "metadata:cklHostName": "web1"}
    written = "".join(f'<fact name="{fact}:{name}">{value}</fact>' for name, value in facts.items())
    target = f"<target>web1-shop</target><target-facts>{written}</target-facts>"
    more = (
        '<check system="x"><check-content xmlns:sm="http://github.com/nuwcdivnpt/stig-manager">'
        "<sm:detail>seen</sm:detail><sm:comment>by me</sm:comment></check-content></check>"
    )
    attributes = 'test-system="cpe:/a:nuwcdivnpt:stig-manager:1.5"'
    text = benchmark(rule(), result(outcome(more=more), target=target, attributes=attributes))
    reading = read_text(tmp_path, text)
    assert reading.only.asset.kind is AssetKind.APPLICATION
    assert named(reading.only, IdentifierKind.RESOURCE) == ["web1.example.org|shop|"]
    assert reading.findings[0].output == "seen\n\nby me"


def test_an_answer_file_s_change_in_evaluate_stig_is_said(tmp_path: Path) -> None:
    """It keeps the old result in STIG Manager's own elements."""
    more = (
        '<message>found</message><check system="Evaluate-STIG"><check-content><s:resultEngine xmlns:s="sm">'
        "<s:overrides><s:newResult>pass</s:newResult><s:oldResult>fail</s:oldResult></s:overrides>"
        "</s:resultEngine></check-content></check>"
    )
    attributes = 'test-system="cpe:2.3:a:navsea:evaluate-stig:1.2507.6"'
    text = benchmark(rule(), result(outcome("pass", more=more), attributes=attributes))
    assert "overrode: 1" in read_text(tmp_path, text).problems[0].what


def test_references_name_ccis_and_controls_where_no_ident_does(tmp_path: Path) -> None:
    """Benchmarks of the SCAP Security Guide refer to both."""
    rule_id = "xccdf_org.ssgproject.content_rule_banner"
    catalog = '<reference href="https://csrc.nist.gov/SP.800-53r4.pdf">AC-8(a), AC-02 (1)</reference>'
    cci = '<reference href="https://public.cyber.mil/stigs/cci/">CCI-000048</reference>'
    for more, ccis, controls in (
        (catalog, (), ("AC-8", "AC-2(1)")),
        (catalog + cci, ("CCI-000048",), ()),
    ):
        text = benchmark(rule(rule_id, "x", more=more), result(outcome(rule_id=rule_id)), name="xccdf_org.x")
        facts = read_text(tmp_path, text).findings[0].facts
        assert (facts.ccis, facts.controls) == (ccis, controls)


@pytest.mark.samples
def test_a_host_met_by_checklist_and_results_is_one(tmp_path: Path) -> None:
    """The results that Evaluate-STIG would write beside a real checklist: same host, scope and rules."""
    checklist = read(sample("dod/ckl/evalstig_XO1_WebSRG_20260315-060608.ckl")).only
    looked = checklist.coverage[0]
    opened = {finding.facts.source_id for finding in checklist.findings}
    outcomes = [
        outcome("fail" if group in opened else "pass", f"xccdf_mil.disa.stig_rule_S{group}r1_rule")
        for group in sorted(looked.assessed or ())
    ]
    target = (
        "<target>XO1</target><target-address>10.0.10.27</target-address><target-facts>"
        '<fact name="fact:asset:identifier:fqdn">xo1.wgsdac.net</fact></target-facts>'
    )
    name = "xccdf_mil.disa.stig_benchmark_Web_Server_SRG"
    results = read_text(tmp_path, benchmark(result(*outcomes, target=target), name=name)).only
    (look,) = results.coverage
    assert (look.scope, look.assessed, look.unassessed) == (looked.scope, looked.assessed, looked.unassessed)
    assert {f.facts.source_id for f in results.findings} == opened
    known = KnownAsset(1, checklist.asset.kind, frozenset(checklist.asset.identifiers))
    assert match_asset(results.asset, [known]).asset_id == 1


def test_a_benchmark_without_results_is_said_to_be_one(tmp_path: Path) -> None:
    """It is what people give by mistake."""
    reading = read_text(tmp_path, benchmark(rule()))
    assert (reading.scanner, reading.reports) == ("xccdf", [])
    assert "without any TestResult" in reading.problems[0].what


def test_a_result_without_a_rule_loses_no_other(tmp_path: Path) -> None:
    """It is a problem with its line."""
    broken = "<rule-result><result>fail</result></rule-result>\n"
    reading = read_text(tmp_path, benchmark(rule(), "\n", result(broken, outcome())))
    assert reading.identities() == {("stig", "V-204393", "")}
    assert reading.problems[0].where == "report, line 2"


def test_results_without_a_target_go_by_the_file_s_name(tmp_path: Path) -> None:
    """And say so."""
    reading = read_text(tmp_path, benchmark(rule(), result(outcome(), target="")), "Web Server.xml")
    assert named(reading.only, IdentifierKind.NAME) == ["web server"]
    assert "--asset" in reading.problems[0].fix


def test_damaged_and_hostile_files_are_refused(tmp_path: Path) -> None:
    """Cut off in the results; with an entity."""
    text = benchmark(rule(), result(outcome()))
    with pytest.raises(DamagedInput):
        read_text(tmp_path, text[:-40])
    with pytest.raises(HostileInput):
        read_text(tmp_path, f'<!DOCTYPE Benchmark [<!ENTITY a "b">]>{text}')


@given(
    words=st.lists(
        st.sampled_from(["pass", "fail", "error", "notselected", "notapplicable", "", "odd"]), max_size=8
    )
)
def test_no_rule_is_both_assessed_and_not(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    """Whatever results a rule has: it is looked at or not, and open if any of them failed."""
    folder = tmp_path_factory.mktemp("xccdf")
    reading = read_text(folder, benchmark(rule(), result(*(outcome(word) for word in words))))
    failed, assessed, unassessed = of_results(reading)
    assert assessed + unassessed == min(1, len(words))
    assert failed == ("fail" in words)
