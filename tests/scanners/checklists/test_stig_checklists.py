"""STIG checklists: CKL and CKLB, in the dialects of the tools that write them."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.errors import MilepostError
from milepost.domain.finding import AssetKind, IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.checklists.stig_names import group_of_rule
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text

CKL = (
    "evalstig_XO1_WebSRG_20260315-060608.ckl",
    "heimdall_invalid_metadata.ckl",
    "heimdall_multiple_ip_addresses_metadata.ckl",
    "saf_converted-rhel7_overrides.ckl",
    "saf_small_ckl_overrides.ckl",
    "saf_vSphere8_report.ckl",
)
CKLB = (
    "evalstig_XO1_WebSRG_20260314-171532.cklb",
    "evalstig_XO1_WebSRG_20260315-060609.cklb",
    "scc_onedrive_3stigs.cklb",
)
CATEGORIES = {Severity.HIGH: "CAT I", Severity.MODERATE: "CAT II", Severity.LOW: "CAT III"}


class ExpectedStig(msgspec.Struct):
    """The independent counts of one STIG in a checklist."""

    status: dict[str, int]
    by_cat: dict[str, int]
    stigid: str = ""
    stig_id: str = ""
    by_effective_cat: dict[str, int] | None = None


def of_status(counts: dict[str, int], *words: str) -> int:
    """Add up the rules of a status, in the words of both formats."""
    return sum(counts.get(word, 0) for word in words)


def open_by_category(stig: ExpectedStig) -> dict[str, int]:
    """Return how many rules are open in each category, overrides applied."""
    counts = stig.by_effective_cat or stig.by_cat
    split = {tuple(key.split("/")): count for key, count in counts.items()}
    return {category: count for (status, category), count in split.items() if status.lower() == "open"}


@pytest.mark.samples
@pytest.mark.parametrize("name", [f"ckl/{name}" for name in CKL] + [f"cklb/{name}" for name in CKLB])
def test_real_checklists_give_the_counts_that_were_made_apart(name: str) -> None:
    """For each STIG: what was tested, what not reviewed, and the open rules by effective category."""
    counts = expected("dod/expected_counts.json")[name]
    stigs = msgspec.convert(counts["stigs"], list[ExpectedStig])
    report = read(sample(f"dod/{name}")).only
    assert [c.scope for c in report.coverage] == [f"stig:{s.stigid or s.stig_id}" for s in stigs]
    for number, (coverage, stig) in enumerate(zip(report.coverage, stigs, strict=True)):
        not_reviewed = of_status(stig.status, "Not_Reviewed", "not_reviewed")
        found = [finding for finding in report.findings if finding.coverage == number]
        assert len(coverage.unassessed) == not_reviewed
        assert len(coverage.assessed or ()) == sum(stig.status.values()) - not_reviewed
        categories = Counter(CATEGORIES[finding.facts.severity] for finding in found)
        assert categories == open_by_category(stig)


@pytest.mark.samples
def test_both_formats_of_one_checklist_say_the_same() -> None:
    """The CKL and the CKLB that Evaluate-STIG wrote in one run give equal assets, looks and findings."""
    ckl = read(sample("dod/ckl/evalstig_XO1_WebSRG_20260315-060608.ckl")).only
    cklb = read(sample("dod/cklb/evalstig_XO1_WebSRG_20260315-060609.cklb")).only
    assert (ckl.asset, ckl.coverage) == (cklb.asset, cklb.coverage)
    assert ckl.coverage[0].scanned_at == datetime(2026, 3, 15, 10, 3, 40, 445371, UTC)
    assert [f.facts.source_id for f in ckl.findings] == [f.facts.source_id for f in cklb.findings]
    assert [f.facts.severity for f in ckl.findings] == [f.facts.severity for f in cklb.findings]
    assert [set(f.facts.ccis) for f in ckl.findings] == [set(f.facts.ccis) for f in cklb.findings]


@pytest.mark.samples
def test_a_second_scan_of_a_real_checklist_only_adds() -> None:
    """64 rules stay open and 8 open anew; finding details differ everywhere and mean nothing."""
    first = read(sample("dod/cklb/evalstig_XO1_WebSRG_20260314-171532.cklb"))
    second = read(sample("dod/cklb/evalstig_XO1_WebSRG_20260315-060609.cklb"))
    assert len(first.identities() & second.identities()) == 64
    assert len(second.identities() - first.identities()) == 8


def ckl(*rules: str, target: str = "<HOST_NAME>Web1</HOST_NAME>", stig: str = "Example_STIG") -> str:
    """Return a CKL file."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<CHECKLIST>\n'
        f"<ASSET>{target}</ASSET>\n<STIGS><iSTIG><STIG_INFO>"
        f"<SI_DATA><SID_NAME>stigid</SID_NAME><SID_DATA>{stig}</SID_DATA></SI_DATA>"
        "<SI_DATA><SID_NAME>title</SID_NAME><SID_DATA>Example</SID_DATA></SI_DATA>"
        "<SI_DATA><SID_NAME>version</SID_NAME><SID_DATA>2</SID_DATA></SI_DATA>"
        "<SI_DATA><SID_NAME>releaseinfo</SID_NAME><SID_DATA>Release: 3</SID_DATA></SI_DATA>"
        f"</STIG_INFO>\n{''.join(rules)}</iSTIG></STIGS>\n</CHECKLIST>\n"
    )


def vuln(number: str, status: str, severity: str = "medium", more: str = "") -> str:
    """Return one rule of a CKL file."""
    attributes = {"Vuln_Num": number, "Severity": severity, "Rule_Title": "Title", "CCI_REF": "CCI-000366"}
    data = "".join(
        f"<STIG_DATA><VULN_ATTRIBUTE>{name}</VULN_ATTRIBUTE><ATTRIBUTE_DATA>{value}</ATTRIBUTE_DATA></STIG_DATA>"
        for name, value in attributes.items()
    )
    return f"<VULN>{data}<STATUS>{status}</STATUS>{more}</VULN>\n"


def cklb(*rules: dict[str, object], **target: str) -> str:
    """Return a CKLB file."""
    stig = {"stig_id": "Example_STIG", "stig_name": "Example", "version": 2, "rules": list(rules)}
    return msgspec.json.encode({"target_data": target, "stigs": [stig]}).decode()


def test_an_open_rule_is_a_finding_with_all_that_the_checklist_says(tmp_path: Path) -> None:
    """The V number names the weakness; CCIs, texts and finding details go with it."""
    reading = read_text(tmp_path, ckl(vuln("V-1", "Open", more="<FINDING_DETAILS>seen</FINDING_DETAILS>")))
    (finding,) = reading.findings
    facts = finding.facts
    assert (facts.source, facts.source_id, facts.kind) == ("stig", "V-1", WeaknessKind.CONFIGURATION)
    assert (facts.severity, facts.native_severity) == (Severity.MODERATE, "medium")
    assert (facts.ccis, finding.locator, finding.output) == (("CCI-000366",), "", "seen")
    assert reading.only.coverage[0].tool == "Example :: Version 2, Release: 3"


def test_an_override_replaces_the_severity_and_gives_its_reason(tmp_path: Path) -> None:
    """The native word stays what the STIG says."""
    more = (
        "<SEVERITY_OVERRIDE>CAT III</SEVERITY_OVERRIDE>"
        "<SEVERITY_JUSTIFICATION>isolated network</SEVERITY_JUSTIFICATION>"
    )
    facts = read_text(tmp_path, ckl(vuln("V-1", "Open", "high", more))).findings[0].facts
    assert (facts.severity, facts.native_severity) == (Severity.LOW, "high")
    assert facts.severity_reason == "isolated network"


@pytest.mark.parametrize(
    "override",
    [
        {"overrides": {"severity": {"severity": "low", "reason": "isolated"}}},
        {"severity_override": "low", "severity_justification": "isolated"},
    ],
)
def test_overrides_of_both_cklb_dialects_count(tmp_path: Path, override: dict[str, object]) -> None:
    """STIG Viewer nests them, STIGQter does not."""
    rule: dict[str, object] = {"group_id": "V-1", "status": "open", "severity": "high"}
    facts = read_text(tmp_path, cklb(rule | override, host_name="web1")).findings[0].facts
    assert (facts.severity, facts.severity_reason) == (Severity.LOW, "isolated")


def test_an_unknown_status_is_said_and_counts_as_not_assessed(tmp_path: Path) -> None:
    """It is neither open nor repaired."""
    reading = read_text(tmp_path, ckl(vuln("V-1", "Ongoing"), vuln("V-2", "NotAFinding")))
    (coverage,) = reading.only.coverage
    assert (coverage.assessed, coverage.unassessed) == (frozenset({"V-2"}), frozenset({"V-1"}))
    assert "“Ongoing”" in reading.problems[0].what
    assert reading.problems[0].where == "report, line 5"


def test_unknown_severities_are_said(tmp_path: Path) -> None:
    """An unknown severity is unrated; an unknown override is left out."""
    odd = "<SEVERITY_OVERRIDE>severe</SEVERITY_OVERRIDE>"
    reading = read_text(tmp_path, ckl(vuln("V-1", "Open", "bad"), vuln("V-2", "Open", "low", odd)))
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED, Severity.LOW]
    assert ["“bad”" in reading.problems[0].what, "“severe”" in reading.problems[1].what] == [True, True]


def test_a_rule_that_cannot_be_read_loses_no_other(tmp_path: Path) -> None:
    """A rule of the wrong shape and one without a number are problems with their JSON path."""
    rules: list[dict[str, object]] = [
        {"group_id": 5, "status": "open"},
        {"status": "open", "severity": "low"},
        {"group_id": "V-3", "status": "open", "severity": "low"},
    ]
    reading = read_text(tmp_path, cklb(*rules, host_name="web1"))
    assert [f.facts.source_id for f in reading.findings] == ["V-3"]
    assert [problem.where for problem in reading.problems] == [
        "report, stigs[0].rules[0].group_id",
        "report, stigs[0].rules[1]",
    ]


def test_site_and_instance_make_an_asset_of_their_own(tmp_path: Path) -> None:
    """Two sites on one web server are two assets; the bare host is a third."""
    rule: dict[str, object] = {"group_id": "V-1", "status": "open", "severity": "low"}
    reports = [
        read_text(tmp_path, cklb(rule, host_name="Web1", web_db_site=site)).only for site in ("", "a", "b")
    ]
    assert [report.asset.kind for report in reports] == [
        AssetKind.HOST,
        AssetKind.APPLICATION,
        AssetKind.APPLICATION,
    ]
    assert named(reports[1], IdentifierKind.RESOURCE) == ["web1|a|"]
    assert len({report.asset.identifiers for report in reports}) == 3


@pytest.mark.parametrize("blank", ["", "=", "  "])
def test_a_checklist_without_a_host_goes_by_its_file_name(tmp_path: Path, blank: str) -> None:
    """And says so, and how to name the asset."""
    text = ckl(vuln("V-1", "Open"), target=f"<HOST_NAME>{blank}</HOST_NAME>")
    reading = read_text(tmp_path, text, "Web Server.ckl")
    assert named(reading.only, IdentifierKind.NAME) == ["web server"]
    assert "--asset" in reading.problems[0].fix


def test_host_fields_with_several_or_odd_values(tmp_path: Path) -> None:
    """Several addresses are kept, loopback says nothing, an odd one is a problem."""
    target = (
        "<HOST_NAME>=</HOST_NAME><HOST_IP>10.0.0.1\n10.0.0.2, 127.0.0.1 here</HOST_IP>"
        "<HOST_FQDN>web1.example.org.</HOST_FQDN>"
    )
    reading = read_text(tmp_path, ckl(vuln("V-1", "Open"), target=target))
    assert named(reading.only, IdentifierKind.IP) == ["10.0.0.1", "10.0.0.2"]
    assert named(reading.only, IdentifierKind.FQDN) == ["web1.example.org"]
    assert "“here”" in reading.problems[0].what


@pytest.mark.parametrize(
    ("details", "time"),
    [
        (
            "Evaluate-STIG 1.2 (Scan) found this to be OPEN on 03/15/2026\nResultHash: A",
            datetime(2026, 3, 15, tzinfo=UTC),
        ),
        (
            "Tool: cpe:/a:niwc:scc:5.11\nTime         : 2025-09-02T20:38:17",
            datetime(2025, 9, 2, 20, 38, 17, 0, UTC),
        ),
        ("looked at it on 03/15/2026", None),
    ],
)
def test_the_time_of_the_look_comes_from_the_tools_details(
    tmp_path: Path, details: str, time: datetime | None
) -> None:
    """Only where a tool says so in its known words; never guessed from other text."""
    reading = read_text(
        tmp_path, ckl(vuln("V-1", "Open", more=f"<FINDING_DETAILS>{details}</FINDING_DETAILS>"))
    )
    assert reading.only.coverage[0].scanned_at == time


def same(first: Reading, second: Reading) -> bool:
    """Tell whether two readings say the same."""
    return first.reports == second.reports


def test_a_cklb_with_a_byte_order_mark_or_in_utf_16_is_read(tmp_path: Path) -> None:
    """Evaluate-STIG and PowerShell write such files."""
    text = cklb({"group_id": "V-1", "status": "open", "severity": "low"}, host_name="web1")
    plain = read_text(tmp_path, text, "plain")
    for encoding in ("utf-8-sig", "utf-16"):
        path = tmp_path / encoding
        path.write_bytes(text.encode(encoding))
        assert same(read(path), plain)


def test_next_month_s_release_keeps_every_identity(tmp_path: Path) -> None:
    """Another revision, title, severity and order: the same rules on the same asset in the same scope."""
    first = ckl(vuln("V-1", "Open"), vuln("V-2", "Open"))
    second = ckl(vuln("V-2", "Open", "high"), vuln("V-1", "Open", "low")).replace("Release: 3", "Release: 4")
    readings = [read_text(tmp_path, text) for text in (first, second.replace("Title", "Other"))]
    assert readings[0].identities() == readings[1].identities()
    assert len({(r.only.asset.identifiers, r.only.coverage[0].scope) for r in readings}) == 1


def test_a_rule_that_comes_twice_counts_by_its_worst_answer(tmp_path: Path) -> None:
    """Open beside anything is open once; Not Reviewed beside a pass is not reviewed."""
    rules = [vuln("V-1", "NotAFinding"), vuln("V-1", "Open"), vuln("V-1", "Open")]
    reading = read_text(tmp_path, ckl(*rules, vuln("V-2", "NotAFinding"), vuln("V-2", "Not_Reviewed")))
    (coverage,) = reading.only.coverage
    assert (coverage.assessed, coverage.unassessed) == (frozenset({"V-1"}), frozenset({"V-2"}))
    assert len(reading.findings) == 1
    assert "1 open rules" in reading.problems[0].what


def test_the_asset_may_stand_behind_the_rules(tmp_path: Path) -> None:
    """No answer is lost by the order of the file."""
    text = ckl(vuln("V-1", "Open"))
    start, end = text.index("<ASSET>"), text.index("</ASSET>") + len("</ASSET>")
    moved = (text[:start] + text[end:]).replace("</CHECKLIST>", f"{text[start:end]}</CHECKLIST>")
    reading = read_text(tmp_path, moved)
    assert (named(reading.only, IdentifierKind.HOSTNAME), len(reading.findings)) == (["web1"], 1)


def test_a_stig_named_by_its_benchmark_is_the_same(tmp_path: Path) -> None:
    """SCC writes the benchmark's whole id; SCAP benchmarks of some STIGs go by another one."""
    names = ("MOZ_Firefox_STIG", "xccdf_mil.disa.stig_benchmark_MOZ_Firefox_STIG", "MOZ_Firefox_Linux")
    readings = [read_text(tmp_path, ckl(vuln("V-1", "Open"), stig=name)) for name in names]
    assert {reading.only.coverage[0].scope for reading in readings} == {"stig:MOZ_Firefox_STIG"}


def test_what_is_no_computer_has_a_name_of_several_words(tmp_path: Path) -> None:
    """It is one name; several addresses in the same field are several."""
    target = "<HOST_NAME>Physical Security\nHeadquarters</HOST_NAME>"
    reading = read_text(tmp_path, ckl(vuln("V-1", "Open"), target=target))
    assert named(reading.only, IdentifierKind.HOSTNAME) == ["physical security", "headquarters"]
    target = "<HOST_NAME>10.0.0.1 10.0.0.2</HOST_NAME>"
    reading = read_text(tmp_path, ckl(vuln("V-1", "Open"), target=target))
    assert named(reading.only, IdentifierKind.IP) == ["10.0.0.1", "10.0.0.2"]


def test_several_stigs_in_one_checklist_keep_apart(tmp_path: Path) -> None:
    """As Evaluate-STIG combines them: each its own look, with its own time."""
    head, tail = "<STIGS>", "</STIGS>"
    one = ckl(vuln("V-1", "Open"))
    comment = "<!--<Evaluate-STIG><time>2026-03-15T06:03:40-04:00</time></Evaluate-STIG>-->"
    other = ckl(vuln("V-2", "Open"), stig="Other_STIG").replace("<iSTIG>", f"<iSTIG>{comment}")
    inner = other[other.index(head) + len(head) : other.index(tail)]
    reading = read_text(tmp_path, one.replace(tail, inner + tail))
    assert [coverage.scope for coverage in reading.only.coverage] == ["stig:Example_STIG", "stig:Other_STIG"]
    assert [coverage.scanned_at for coverage in reading.only.coverage] == [
        None,
        datetime(2026, 3, 15, 10, 3, 40, tzinfo=UTC),
    ]
    assert [finding.coverage for finding in reading.findings] == [0, 1]


def test_what_the_tool_found_open_and_somebody_closed_is_said(tmp_path: Path) -> None:
    """The checklist's state counts; the tool's own words stand in the details."""
    details = "Evaluate-STIG 1.2 (Scan) found this to be OPEN on 03/15/2026"
    closed = vuln("V-1", "NotAFinding", more=f"<FINDING_DETAILS>{details}</FINDING_DETAILS>")
    reading = read_text(tmp_path, ckl(closed))
    assert reading.findings == []
    assert "1 rules were found open" in reading.problems[0].what


def test_comments_stand_behind_the_details(tmp_path: Path) -> None:
    """SCC writes its analysis there, answer files their justification."""
    more = "<FINDING_DETAILS>seen</FINDING_DETAILS><COMMENTS>because</COMMENTS>"
    assert read_text(tmp_path, ckl(vuln("V-1", "Open", more=more))).findings[0].output == "seen\n\nbecause"


def test_dialects_of_cklb_are_read(tmp_path: Path) -> None:
    """Several addresses as a list, a group tree as an object, escaped texts, old ids, a size that lies."""
    rule: dict[str, object] = {
        "group_id_src": "V-1",
        "group_tree": {"id": "V-1", "title": "SRG-1"},
        "status": "open",
        "severity": "CAT_II",
        "rule_title": "",
        "rule_version": "DTOO111",
        "rule_fix_txt": "Set A -&gt; B",
        "rule_id": "SV-1r2",
        "legacy_ids": ["V-9", "SV-9"],
        "ccis": "CCI-000366",
        "overrides": [],
    }
    stig = {"stig_id": "Example_STIG", "size": 12, "version": 2.5, "rules": [rule]}
    text = msgspec.json.encode({"stigs": [stig], "target_data": {"ip_address": ["10.0.0.1", "10.0.0.2"]}})
    reading = read_text(tmp_path, text.decode())
    facts = reading.findings[0].facts
    assert (facts.source_id, facts.title, facts.severity) == ("V-1", "DTOO111", Severity.MODERATE)
    assert (facts.solution, facts.ccis) == ("Set A -> B", ("CCI-000366",))
    assert facts.references == ("SV-1r2", "DTOO111", "SV-9", "V-9")
    assert named(reading.only, IdentifierKind.IP) == ["10.0.0.1", "10.0.0.2"]
    assert reading.problems == []


def test_an_override_of_another_shape_is_left_out_and_said(tmp_path: Path) -> None:
    """The rule itself stays."""
    rule: dict[str, object] = {"group_id": "V-1", "status": "open", "severity": "low", "overrides": "high"}
    reading = read_text(tmp_path, cklb(rule, host_name="web1"))
    assert [f.facts.severity for f in reading.findings] == [Severity.LOW]
    assert reading.problems[0].where == "report, stigs[0].rules[0].overrides"


def test_names_of_every_machine_name_no_host(tmp_path: Path) -> None:
    """The address alone tells which one it is; a full name among the host names is one."""
    target = "<HOST_NAME>localhost</HOST_NAME><HOST_IP>10.0.0.1, 192.168.122.1, fe80::1</HOST_IP>"
    reading = read_text(tmp_path, ckl(vuln("V-1", "Open"), target=target))
    assert [identifier.value for identifier in reading.only.asset.identifiers] == ["10.0.0.1"]
    target = "<HOST_NAME>web1.example.org</HOST_NAME>"
    reading = read_text(tmp_path, ckl(vuln("V-1", "Open"), target=target))
    assert named(reading.only, IdentifierKind.FQDN) == ["web1.example.org"]


@pytest.mark.samples
def test_groups_and_rules_share_their_number_since_they_were_numbered_anew() -> None:
    """In every real checklist each rule from SV-200000 on lies in the group of that number."""
    findings = [
        finding
        for name in (*(f"ckl/{name}" for name in CKL), *(f"cklb/{name}" for name in CKLB))
        for finding in read(sample(f"dod/{name}")).findings
    ]
    told = [(group_of_rule(f.facts.references[0]), f.facts.source_id) for f in findings if f.facts.references]
    known = [(by_rule, group) for by_rule, group in told if by_rule]
    assert len(known) > 200
    assert [pair for pair in known if pair[0] != pair[1]] == []


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
RULE_FIELDS = (
    "group_id",
    "status",
    "severity",
    "ccis",
    "overrides",
    "legacy_ids",
    "finding_details",
    "rule_id",
)


@given(field=st.sampled_from(RULE_FIELDS), value=ODD, above=st.sampled_from(["target_data", "stigs", ""]))
def test_odd_values_anywhere_are_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, field: str, value: object, above: str
) -> None:
    """No error but the product's own; the rule beside a broken one stays."""
    beside: dict[str, object] = {"group_id": "V-2", "status": "open", "severity": "low"}
    rules = [{"group_id": "V-1", "status": "open", "severity": "low"} | {field: value}, beside]
    whole: dict[str, object] = {"cklb_version": "1.0", "stigs": [{"stig_id": "A", "rules": rules}]}
    text = msgspec.json.encode(whole | ({above: value} if above else {})).decode()
    try:
        reading = read_text(tmp_path_factory.mktemp("cklb"), text)
    except MilepostError:
        assert above
    else:
        assert above == "stigs" or ("stig", "V-2", "") in reading.identities()
