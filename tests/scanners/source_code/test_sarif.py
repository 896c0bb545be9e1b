"""SARIF logs."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import DamagedInput, UnknownFormat
from milepost.domain.finding import AssetKind, Facts, IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text
from tests.scanners.source_code.made import Json, broken_clauses, json, read_json

FILES = ("appendix_k.sarif", "flawfinder.sarif", "mobsfscan.json", "taint-python-report.sarif")
DIGEST = "0" * 64


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]
    kind_not_fail: dict[str, int]
    suppressed: int


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """Every result is a finding or, of another kind than “fail”, none; none is merged."""
    raw = msgspec.convert(expected("scans/expected.json")[f"sarif/{name}"]["raw"], Raw)
    reading = read(sample(f"scans/sarif/{name}"))
    others = sum(raw.kind_not_fail.values())
    assert (reading.scanner, len(reading.findings) + others) == ("sarif", raw.records)
    assert len(reading.identities()) == len(reading.findings)
    words = Counter(f.facts.native_severity for f in reading.findings)
    # The one result of flawfinder that passed has the level “note”.
    assert words + Counter({"note": others}) == raw.severity
    assert sum(not f.facts.actionable for f in reading.findings) == raw.suppressed


@pytest.mark.samples
def test_the_example_of_the_standard_field_by_field() -> None:
    """As it stands in appendix K: message by id, base of the address, first detection, broken rule."""
    reading = read(sample("scans/sarif/appendix_k.sarif"))
    (finding,) = reading.findings
    assert (finding.facts.source, finding.facts.source_id) == ("codescanner", "C2001")
    assert finding.facts.title == "A variable was used without being initialized."
    assert finding.locator.startswith("src/collections/list.h ")
    assert finding.output.startswith('Variable "ptr" was used without being initialized.')
    assert "src/collections/list.h:15" in finding.output
    assert finding.first_seen == datetime(2016, 7, 15, 14, 20, 42, tzinfo=UTC)
    assert finding.facts.vendor_status == "suppressed: external"
    assert named(reading.only, IdentifierKind.RESOURCE) == ["https://github.com/example-corp/browser"]
    (look,) = reading.only.coverage
    assert (look.tool, look.scanned_at) == (
        "CodeScanner 2.1",
        datetime(2016, 7, 16, 14, 19, 1, tzinfo=UTC),
    )


@pytest.mark.samples
def test_what_a_build_machine_has_in_its_paths_is_no_part_of_the_place() -> None:
    """The working directory is cut off, and the fingerprint of the line tells the places apart."""
    reading = read(sample("scans/sarif/taint-python-report.sarif"))
    assert reading.findings[0].locator == "dojo/tools/veracode/parser.py be794d27997ab3ce"


def result(**more: object) -> Json:
    """Return a result."""
    base: Json = {"ruleId": "R1", "message": {"text": "Something is wrong"}, "locations": [location()]}
    return base | more


def location(uri: str = "src/a.py", line: int = 3, snippet: str = "", **more: object) -> Json:
    """Return a location."""
    region: Json = {"startLine": line, "startColumn": 1}
    if snippet:
        region["snippet"] = {"text": snippet}
    return {"physicalLocation": {"artifactLocation": {"uri": uri} | more, "region": region}}


def run(*results: Json, name: str = "Tool", rules: list[Json] | None = None, **more: object) -> Json:
    """Return a run."""
    driver: Json = {"name": name, "version": "1.0", "rules": rules or []}
    base: Json = {"tool": {"driver": driver}, "results": list(results)}
    return base | {"versionControlProvenance": [{"repositoryUri": "https://git.example/A/b.git"}]} | more


def log(*runs: Json) -> Json:
    """Return a log."""
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": runs}


def facts_of(folder: Path, *results: Json, **more: object) -> Facts:
    """Return the facts of the first finding of a run."""
    rules = msgspec.convert(more.pop("rules", []), list[Json])
    name = msgspec.convert(more.pop("name", "Tool"), str)
    return read_json(folder, log(run(*results, name=name, rules=rules, **more))).findings[0].facts


def test_the_contract_is_kept_whatever_is_broken(tmp_path: Path) -> None:
    """Wrong types, hostile and cut-off variants of a log that uses every member that is read."""
    rules: list[Json] = [
        {
            "id": "R1",
            "name": "Rule",
            "shortDescription": {"text": "A rule"},
            "fullDescription": {"text": "A rule that says more"},
            "help": {"text": "Do otherwise"},
            "helpUri": "https://a.example",
            "defaultConfiguration": {"level": "error"},
            "properties": {"tags": ["external/cwe/cwe-079"], "security-severity": "7.5"},
            "relationships": [{"target": {"id": "CWE-80", "toolComponent": {"name": "CWE"}}}],
        }
    ]
    whole = run(
        result(ruleIndex=0, suppressions=[{"kind": "inSource"}], partialFingerprints={"lineHash": "abc"}),
        result(locations=[location(snippet="x = 1", uriBaseId="SRC")], taxa=[{"id": "CWE-1"}]),
        result(ruleId="R2", kind="pass"),
        rules=rules,
        invocations=[{"executionSuccessful": True, "endTimeUtc": "2026-01-05T10:00:00Z"}],
        originalUriBaseIds={"SRC": {"uri": "lib/"}},
        artifacts=[{"location": {"uri": "a"}}],
        automationDetails={"id": "category/1"},
        properties={"imageName": "team/app:1"},
    )
    assert broken_clauses(tmp_path, json(log(whole))) == []


@pytest.mark.parametrize(
    ("own", "rule", "level", "severity"),
    [
        ({"level": "error"}, {}, "error", Severity.HIGH),
        ({"level": "note"}, {"defaultConfiguration": {"level": "error"}}, "note", Severity.LOW),
        ({"level": "none"}, {}, "none", Severity.INFO),
        ({}, {"defaultConfiguration": {"level": "error"}}, "error", Severity.HIGH),
        ({}, {}, "warning", Severity.MODERATE),
        ({}, {"properties": {"security-severity": "9.0"}}, "warning", Severity.CRITICAL),
        ({}, {"properties": {"security-severity": 8.9}}, "warning", Severity.HIGH),
        ({}, {"properties": {"security-severity": "4.0"}}, "warning", Severity.MODERATE),
        ({}, {"properties": {"security-severity": "3.9"}}, "warning", Severity.LOW),
        ({}, {"properties": {"security-severity": "0.0"}}, "warning", Severity.INFO),
        ({}, {"properties": {"security-severity": "HIGH"}}, "warning", Severity.HIGH),
        ({"properties": {"security-severity": "2.0"}}, {"properties": {}}, "warning", Severity.LOW),
    ],
)
def test_severity_by_security_severity_else_by_level(
    tmp_path: Path, own: Json, rule: Json, level: str, severity: Severity
) -> None:
    """Section 3.27.10 for the level, GitHub's documentation for the bands of the number."""
    facts = facts_of(tmp_path, result(**own), rules=[{"id": "R1"} | rule])
    assert (facts.native_severity, facts.severity) == (level, severity)


@pytest.mark.parametrize("word", ["11", "-1", "awful", "nan"])
def test_an_unknown_rating_is_unrated_and_said(tmp_path: Path, word: str) -> None:
    """A number beyond ten is no score."""
    rated = result(properties={"security-severity": word})
    reading = read_json(tmp_path, log(run(rated)))
    assert reading.findings[0].facts.severity is Severity.UNRATED
    assert any(word in problem.what for problem in reading.problems)


def test_a_level_that_the_invocation_sets_comes_before_the_rules_own(tmp_path: Path) -> None:
    """Section 3.20.5, ruleConfigurationOverrides."""
    override = {"descriptor": {"id": "R1"}, "configuration": {"level": "error"}}
    facts = facts_of(
        tmp_path,
        result(),
        rules=[{"id": "R1", "defaultConfiguration": {"level": "note"}}],
        invocations=[{"ruleConfigurationOverrides": [override]}],
    )
    assert facts.native_severity == "error"


@pytest.mark.parametrize(
    ("named", "title"),
    [
        ({"ruleId": "R2"}, "Second"),
        ({"ruleId": None, "ruleIndex": 1}, "Second"),
        ({"ruleId": "R2/sub"}, "Second"),
        ({"ruleId": "R2", "ruleIndex": 0}, "Second"),
        ({"ruleId": None, "rule": {"id": "R2"}}, "Second"),
        ({"ruleId": "E1"}, "Of an extension"),
        ({"ruleId": "E1", "rule": {"index": 0, "toolComponent": {"index": 0}}}, "Of an extension"),
        ({"ruleId": None, "rule": {"index": 0, "toolComponent": {"name": "Pack"}}}, "Of an extension"),
        ({"ruleId": "R9"}, "R9"),
    ],
)
def test_a_rule_is_found_by_id_place_or_extension(tmp_path: Path, named: Json, title: str) -> None:
    """Sections 3.27.5 to 3.27.7; a place that names another rule does not count."""
    rules = [{"id": "R1", "name": "First"}, {"id": "R2", "shortDescription": {"text": "Second"}}]
    pack = {"name": "Pack", "rules": [{"id": "E1", "shortDescription": {"text": "Of an extension"}}]}
    tool = {"driver": {"name": "Tool", "rules": rules}, "extensions": [pack]}
    reading = read_json(tmp_path, log(run(result(**named), tool=tool)))
    assert reading.findings[0].facts.title == title


def test_a_result_without_any_rule_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """With its place in the file."""
    reading = read_json(tmp_path, log(run(result(ruleId=None), result())))
    assert [problem.where for problem in reading.problems] == ["report, runs[0].results[0]"]
    assert len(reading.findings) == 1


@pytest.mark.parametrize("kind", ["review", "open", "informational", "notApplicable"])
def test_other_kinds_establish_nothing(tmp_path: Path, kind: str) -> None:
    """They are no findings, and their rule is not assessed."""
    reading = read_json(tmp_path, log(run(result(kind=kind), result(ruleId="R2", kind="pass"))))
    assert reading.findings == []
    assert reading.only.coverage[0].unassessed == frozenset({"R1"})


def test_what_is_absent_from_the_baseline_is_no_finding(tmp_path: Path) -> None:
    """It was there in the run before (section 3.27.24)."""
    states = ("absent", "new", "unchanged", "updated")
    results = [result(baselineState=state, ruleId=state) for state in states]
    found = read_json(tmp_path, log(run(*results))).findings
    assert [finding.facts.source_id for finding in found] == ["new", "unchanged", "updated"]


@pytest.mark.parametrize(
    ("suppressions", "status"),
    [
        ([], ""),
        ([{"kind": "inSource"}], "suppressed: inSource"),
        ([{"kind": "external", "status": "accepted", "justification": "no"}], "suppressed: external: no"),
        ([{"kind": "external", "status": "underReview"}], ""),
        ([{"kind": "external"}, {"kind": "external", "status": "rejected"}], ""),
    ],
)
def test_suppressed_results_stay_and_open_no_item(
    tmp_path: Path, suppressions: list[Json], status: str
) -> None:
    """Section 3.27.23: under review or rejected is not suppressed; one problem says how many are."""
    reading = read_json(tmp_path, log(run(result(suppressions=suppressions))))
    facts = reading.findings[0].facts
    assert (facts.vendor_status, facts.actionable) == (status, not status)
    assert [p.what for p in reading.problems] == (
        ["1 findings are suppressed in the tool; they open no item"] if status else []
    )


@pytest.mark.parametrize(
    ("given", "cwes"),
    [
        ({"properties": {"tags": ["external/cwe/cwe-079"]}}, ("CWE-79",)),
        ({"properties": {"tags": ["CWE-89: SQL Injection"]}}, ("CWE-89",)),
        ({"properties": {"cwe": "CWE-919 - Weaknesses in Mobile Applications"}}, ("CWE-919",)),
        ({"properties": {"cwe": ["22", "CWE-23"]}}, ("CWE-22", "CWE-23")),
        ({"relationships": [{"target": {"id": "327", "toolComponent": {"name": "CWE"}}}]}, ("CWE-327",)),
        ({"relationships": [{"target": {"id": "1", "toolComponent": {"name": "OWASP"}}}]}, ()),
    ],
)
def test_weaknesses_are_taken_from_tags_properties_and_taxa(
    tmp_path: Path, given: Json, cwes: tuple[str, ...]
) -> None:
    """As CodeQL, Semgrep, mobsfscan and flawfinder write them."""
    assert facts_of(tmp_path, result(), rules=[{"id": "R1"} | given]).cwes == cwes


def locators(reading: Reading) -> list[str]:
    """Return the places of all findings."""
    return [finding.locator for finding in reading.findings]


def test_the_place_does_not_move_with_lines_levels_and_words(tmp_path: Path) -> None:
    """A month later: other lines, indents, order, levels, versions, titles; the same occurrences."""
    first = log(
        run(
            result(locations=[location(snippet="call(x)")]),
            result(partialFingerprints={"primaryLocationLineHash": "ab:1", "startColumnFingerprint": "4"}),
            result(locations=[location(uri="b.py")]),
        )
    )
    second = log(
        run(
            result(
                locations=[location(uri="b.py", line=90)],
                level="error",
                properties={"security-severity": "1.0"},
            ),
            result(
                partialFingerprints={"primaryLocationLineHash": "ab:1", "startColumnFingerprint": "9"},
                message={"text": "In other words"},
            ),
            result(locations=[location(line=80, snippet="    call(x)\n")]),
            rules=[{"id": "R1", "shortDescription": {"text": "A new title"}}],
        )
    )
    before, after = read_json(tmp_path, first), read_json(tmp_path, second)
    assert before.identities() == after.identities()
    assert before.only.asset.identifiers == after.only.asset.identifiers


def test_equal_code_twice_in_a_file_is_two_occurrences_and_a_repeated_result_is_one(tmp_path: Path) -> None:
    """The second is numbered; nothing is said of a mere repetition."""
    here, there = location(line=3, snippet="call(x)"), location(line=9, snippet="call(x)")
    results = (result(locations=[here]), result(locations=[there]), result(locations=[here]))
    reading = read_json(tmp_path, log(run(*results)))
    first, second = locators(reading)
    assert second == f"{first} #2"
    assert reading.problems == []


@pytest.mark.parametrize(
    "fingerprints",
    [
        {"fingerprints": {"matchBasedId/v1": "requires login"}},
        {"partialFingerprints": {"commitMessage": "a long story", "author": "someone"}},
        {"partialFingerprints": {"primaryLocationStartColumnFingerprint": "4"}},
        {"fingerprints": "none"},
    ],
)
def test_what_is_no_fingerprint_is_not_taken_for_one(tmp_path: Path, fingerprints: Json) -> None:
    """Withheld ones, messages, columns: the code itself is used instead."""
    with_it = result(locations=[location(snippet="call(x)")], **fingerprints)
    without = result(locations=[location(snippet="call(x)")])
    assert locators(read_json(tmp_path, log(run(with_it)))) == locators(
        read_json(tmp_path, log(run(without)))
    )


@pytest.mark.parametrize(
    ("artifact", "path"),
    [
        ({"uri": "src/a.py"}, "src/a.py"),
        ({"uri": "./src/a.py"}, "src/a.py"),
        ({"uri": "file:///build/7/src/a%20b.py"}, "src/a b.py"),
        ({"uri": "a.py", "uriBaseId": "SRC"}, "src/a.py"),
        ({"uri": "a.py", "uriBaseId": "ROOT"}, "a.py"),
        ({"index": 0}, "lib/c.py"),
        ({"index": 7}, ""),
    ],
)
def test_a_path_is_below_the_root_of_the_code(tmp_path: Path, artifact: Json, path: str) -> None:
    """By the address, its base, or its place in the list of artifacts (sections 3.4 and 3.14.14)."""
    place = {"physicalLocation": {"artifactLocation": artifact}}
    bases = {"ROOT": {"uri": "file:///build/7/"}, "SRC": {"uri": "src/", "uriBaseId": "ROOT"}}
    whole = run(
        result(locations=[place]),
        originalUriBaseIds=bases,
        artifacts=[{"location": {"uri": "lib/c.py"}}],
    )
    assert locators(read_json(tmp_path, log(whole))) == [path]


def test_several_locations_are_one_finding(tmp_path: Path) -> None:
    """All of them stand in the output; the first is the place."""
    both = result(locations=[location(), location(uri="b.py", line=7)])
    (finding,) = read_json(tmp_path, log(run(both))).findings
    assert (finding.locator, finding.output) == ("src/a.py", "Something is wrong\nsrc/a.py:3\nb.py:7")


def test_secrets_in_code_are_masked_and_never_hashed(tmp_path: Path) -> None:
    """The code of a finding of gitleaks is left out; elsewhere what looks like a secret is masked."""
    key = "AKIA" + "A" * 16
    leak = result(locations=[location(snippet=f"key={key}")])
    by_gitleaks = read_json(tmp_path, log(run(leak, name="gitleaks"))).findings[0]
    by_other = read_json(tmp_path, log(run(leak))).findings[0]
    assert (by_gitleaks.facts.kind, by_gitleaks.locator) == (WeaknessKind.SECRET, "src/a.py")
    assert key not in by_gitleaks.output + by_other.output
    assert "[masked]" in by_other.output


def test_an_image_scanned_by_trivy_is_the_asset_and_its_packages_the_places(tmp_path: Path) -> None:
    """Without tag and version; a CVE is the same whichever tool reports it."""
    message = (
        "Package: libssl3\nInstalled Version: 3.0.1\nVulnerability CVE-2024-1\n"
        "Severity: HIGH\nFixed Version: 3.0.2\nLink: [a](b)"
    )
    found = result(
        ruleId="CVE-2024-0001", message={"text": message}, locations=[location(uri="library/alpine")]
    )
    image = {"imageName": "registry.example/Team/App:1.2"}
    reading = read_json(tmp_path, log(run(found, name="Trivy", properties=image)))
    (finding,) = reading.findings
    assert (reading.only.asset.kind, reading.only.asset.version) == (AssetKind.IMAGE, "1.2")
    assert named(reading.only, IdentifierKind.IMAGE) == ["registry.example/team/app"]
    assert (finding.facts.source, finding.locator) == ("cve", "libssl3")
    assert (finding.facts.version, finding.facts.fixed_version) == ("3.0.1", "3.0.2")


def test_a_rule_of_grype_is_a_vulnerability_and_a_package_in_one(tmp_path: Path) -> None:
    """The image stands in the name of the place."""
    place = location(uri="lib/apk/db/installed") | {
        "logicalLocations": [{"fullyQualifiedName": f"team/app:1@sha256:{DIGEST}:/lib/apk/db/installed"}]
    }
    found = result(ruleId="CVE-2024-0001-openssl", locations=[place])
    reading = read_json(tmp_path, log(run(found, name="Grype")))
    (finding,) = reading.findings
    assert (finding.facts.source_id, finding.facts.package) == ("CVE-2024-0001", "openssl")
    assert named(reading.only, IdentifierKind.IMAGE) == ["team/app"]


def test_tools_that_look_at_settings_report_configuration(tmp_path: Path) -> None:
    """By the tool's name, or by what Trivy calls the rule."""
    assert facts_of(tmp_path, result(), name="KICS").kind is WeaknessKind.CONFIGURATION
    rules = [{"id": "R1", "name": "Misconfiguration"}]
    assert facts_of(tmp_path, result(), name="Trivy", rules=rules).kind is WeaknessKind.CONFIGURATION
    assert facts_of(tmp_path, result()).kind is WeaknessKind.VULNERABILITY


def test_runs_of_two_tools_and_of_two_categories_are_scopes_of_one_repository(tmp_path: Path) -> None:
    """So that the run for one language says nothing of another's findings."""
    document = log(
        run(result(), name="CodeQL", automationDetails={"id": "/language:python/"}),
        run(result(), name="CodeQL", automationDetails={"id": "/language:java/"}),
        run(result(), name="Other"),
    )
    reading = read_json(tmp_path, document)
    assert [look.scope for look in reading.only.coverage] == [
        "sarif:codeql:/language:python",
        "sarif:codeql:/language:java",
        "sarif:other",
    ]
    assert [finding.coverage for finding in reading.findings] == [0, 1, 2]


@pytest.mark.parametrize(
    ("more", "assessed"),
    [
        ({}, None),
        ({"invocations": [{"executionSuccessful": True}]}, None),
        ({"invocations": [{"executionSuccessful": False}]}, frozenset()),
        ({"results": None}, frozenset()),
        ({"results": []}, None),
    ],
)
def test_a_run_that_failed_or_did_not_scan_closes_nothing(
    tmp_path: Path, more: Json, assessed: frozenset[str] | None
) -> None:
    """Section 3.14.23: results that are missing or null mean that nothing was scanned."""
    reading = read_json(tmp_path, log(run(result()) | more))
    assert reading.only.coverage[0].assessed == assessed
    assert bool(reading.problems) == (assessed is not None)


def test_a_rule_that_broke_is_not_assessed(tmp_path: Path) -> None:
    """Section 3.20.21: an error notification names it; a note does not count."""
    notifications = [
        {"level": "error", "associatedRule": {"id": "R5"}},
        {"level": "note", "associatedRule": {"id": "R6"}},
    ]
    broken = [{"executionSuccessful": True, "toolExecutionNotifications": notifications}]
    reading = read_json(tmp_path, log(run(invocations=broken)))
    assert reading.only.coverage[0].unassessed == frozenset({"R5"})


def test_an_unnamed_repository_is_named_after_the_file_and_said_once(tmp_path: Path) -> None:
    """Two runs, one problem."""
    bare = run(result(), versionControlProvenance=None)
    reading = read_json(tmp_path, log(bare, run(name="Other", versionControlProvenance=None)))
    assert named(reading.only, IdentifierKind.NAME) == ["report"]
    assert len(reading.problems) == 1


def test_credentials_in_a_repositorys_address_are_left_out(tmp_path: Path) -> None:
    """And so is `.git`; an address for ssh is written as the browser's."""
    for address in ("https://me:pass@git.example/A/b.git", "git@git.example:A/b.git"):
        with_it = run(result(), versionControlProvenance=[{"repositoryUri": address}])
        reading = read_json(tmp_path, log(with_it))
        assert named(reading.only, IdentifierKind.RESOURCE) == ["https://git.example/a/b"]


def test_older_versions_of_the_standard_are_refused(tmp_path: Path) -> None:
    """Their members mean other things."""
    with pytest.raises(DamagedInput, match=r"only 2\.1\.0 is read"):
        read_json(tmp_path, log(run(result())) | {"version": "1.0.0"})


def test_a_log_with_its_runs_first_is_recognised(tmp_path: Path) -> None:
    """Members of JSON come in any order."""
    document = {"runs": [run(result())], "version": "2.1.0"}
    assert read_json(tmp_path, document).scanner == "sarif"


@pytest.mark.parametrize("text", ['{"runs": 5}', '{"runs": [], "total": 3}', '{"results": []}'])
def test_other_json_is_not_taken_for_it(tmp_path: Path, text: str) -> None:
    """A list of runs alone is no log."""
    with pytest.raises(UnknownFormat):
        read_text(tmp_path, text)
