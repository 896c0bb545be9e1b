"""Trivy reports."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import DamagedInput
from milepost.domain.finding import AssetKind, IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text

FILES = (
    "trivy/all_statuses.json",
    "trivy/misconfigurations_and_secrets.json",
    "trivy/kubernetes.json",
    "trivy/issue_9333.json",
    "series_trivy/openrmfpro-api-artifact-2.11.03.json",
    "series_trivy/openrmfpro-api-artifact-2.11.04.json",
    "series_trivy/openrmfpro-api-artifact-2.13.03.json",
)
KINDS = {"vuln": "vulnerability", "misconf_FAIL": "configuration", "secret": "secret"}


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]
    kinds: dict[str, int]


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """Every record is one finding, with its kind and native severity."""
    raw = msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)
    reading = read(sample(f"scans/{name}"))
    assert len(reading.findings) == raw.records
    assert Counter(f.facts.native_severity for f in reading.findings) == raw.severity
    assert Counter(str(f.facts.kind) for f in reading.findings) == {
        KINDS[kind]: count for kind, count in raw.kinds.items()
    }


@pytest.mark.samples
def test_a_series_of_releases_is_one_image() -> None:
    """The tag is the version; vulnerabilities go and come by release, none twice."""
    names = [
        f"scans/series_trivy/openrmfpro-api-artifact-{v}.json" for v in ("2.11.03", "2.11.04", "2.13.03")
    ]
    readings = [read(sample(name)) for name in names]
    assert len({reading.only.asset.identifiers for reading in readings}) == 1
    assert [reading.only.asset.version for reading in readings] == ["2.11.03", "2.11.04", "2.13.10"]
    assert [len(reading.identities()) for reading in readings] == [20, 0, 1]
    assert [[c.scope for c in reading.only.coverage] for reading in readings] == [["trivy:vulnerability"]] * 3


@pytest.mark.samples
def test_a_cluster_gives_each_resource_once() -> None:
    """What the lists say of a resource comes together; images in it are told apart without their tag."""
    reading = read(sample("scans/trivy/kubernetes.json"))
    assert [len(report.findings) for report in reading.reports] == [10, 10, 0, 0]
    assert {report.asset.kind for report in reading.reports} == {AssetKind.RESOURCE}
    assert [c.scope for c in reading.reports[0].coverage] == ["trivy:vulnerability", "trivy:configuration"]
    assert "apt gcr.io/google_samples/gb-redis-follower" in {f.locator for f in reading.findings}


def vulnerability(**more: object) -> dict[str, object]:
    """Return a record as Trivy writes it."""
    return {"VulnerabilityID": "CVE-2024-0001", "PkgName": "libx", "Severity": "HIGH"} | more


def result(*records: dict[str, object], **more: object) -> dict[str, object]:
    """Return a result of packages of the operating system."""
    return {
        "Target": "app:1 (alpine 3)",
        "Class": "os-pkgs",
        "Type": "alpine",
        "Vulnerabilities": records,
    } | more


def report(*results: dict[str, object], **more: object) -> str:
    """Return a report of an image."""
    whole: dict[str, object] = {
        "SchemaVersion": 2,
        "CreatedAt": "2026-01-05T10:00:00.123456789Z",
        "ArtifactName": "registry.example:5000/team/App:1.2@sha256:00",
        "ArtifactType": "container_image",
        "Results": results,
    }
    return msgspec.json.encode(whole | more).decode()


def one(folder: Path, text: str) -> Reading:
    """Read a report in which there is nothing to complain of."""
    reading = read_text(folder, text)
    assert not reading.problems
    return reading


def test_an_image_is_known_by_its_repository(tmp_path: Path) -> None:
    """Without tag and digest; the tag is its version."""
    found = one(tmp_path, report(result())).only
    assert named(found, IdentifierKind.IMAGE) == ["registry.example:5000/team/app"]
    assert found.asset.version == "1.2"
    assert found.coverage[0].scanned_at == datetime(2026, 1, 5, 10, 0, 0, 123456, UTC)


def test_a_vulnerability_with_all_that_trivy_says(tmp_path: Path) -> None:
    """Versions, fix, scores of the rating source first, references, dates."""
    record = vulnerability(
        InstalledVersion="1.0",
        FixedVersion="1.1",
        Status="fixed",
        SeveritySource="vendor",
        Title="A flaw",
        CweIDs=["CWE-79"],
        CVSS={"nvd": {"V3Vector": "N3", "V2Vector": "N2"}, "vendor": {"V3Vector": "V3"}},
        PrimaryURL="https://a.example",
        References=["https://a.example", "https://b.example"],
        PublishedDate="2024-02-01T00:00:00Z",
    )
    (finding,) = one(tmp_path, report(result(record))).findings
    facts = finding.facts
    assert (facts.source, facts.source_id, facts.cves) == ("cve", "CVE-2024-0001", ("CVE-2024-0001",))
    assert (facts.package, facts.version, facts.fixed_version) == ("libx", "1.0", "1.1")
    assert facts.cvss == ("V3", "N3", "N2")
    assert facts.references == ("https://a.example", "https://b.example")
    assert (facts.published, facts.vendor_status, facts.actionable) == ("2024-02-01", "fixed", True)
    assert (facts.severity, facts.native_severity, finding.locator) == (Severity.HIGH, "HIGH", "libx")


def test_what_the_vendor_calls_not_affected_needs_no_action(tmp_path: Path) -> None:
    """It stays a finding: a person sees it and why."""
    (finding,) = one(tmp_path, report(result(vulnerability(Status="not_affected")))).findings
    assert not finding.facts.actionable


@pytest.mark.parametrize(
    ("native", "others", "source", "source_id", "aliases"),
    [
        ("CVE-2024-0001", ["DSA-1"], "cve", "CVE-2024-0001", ()),
        ("CVE-2024-0001", ["GHSA-aaaa-bbbb-cccc"], "cve", "CVE-2024-0001", ("GHSA-aaaa-bbbb-cccc",)),
        ("GHSA-aaaa-bbbb-cccc", ["CVE-2024-1111"], "cve", "CVE-2024-1111", ("GHSA-aaaa-bbbb-cccc",)),
        ("GHSA-aaaa-bbbb-cccc", ["CVE-2024-1111", "CVE-2024-2222"], "ghsa", "GHSA-aaaa-bbbb-cccc", ()),
        ("GHSA-aaaa-bbbb-cccc", [], "ghsa", "GHSA-aaaa-bbbb-cccc", ()),
        ("TEMP-0841856-B18BAF", [], "trivy", "TEMP-0841856-B18BAF", ()),
    ],
)
def test_a_weakness_goes_by_its_one_cve(
    tmp_path: Path, native: str, others: list[str], source: str, source_id: str, aliases: tuple[str, ...]
) -> None:
    """Never by an advisory that may stand for several."""
    record = vulnerability(VulnerabilityID=native, VendorIDs=others)
    facts = one(tmp_path, report(result(record))).findings[0].facts
    assert (facts.source, facts.source_id, facts.aliases) == (source, source_id, aliases)


@pytest.mark.parametrize(
    ("version", "path", "locator"),
    [
        ("5.3.1", "app/lib/spring-core-5.3.1.jar", "libx app/lib/spring-core-.jar"),
        ("1.2", "opt/1.2.5/x-1.2/a", "libx opt/1.2.5/x-/a"),
        ("1", "lib/v1/x-1.jar", "libx lib/v1/x-.jar"),
        ("1.0", "", "libx package-lock.json"),
    ],
)
def test_the_place_of_a_package_survives_an_upgrade(
    tmp_path: Path, version: str, path: str, locator: str
) -> None:
    """Name and path, without the version wherever it stands by itself."""
    record = vulnerability(InstalledVersion=version, PkgPath=path)
    text = report(result(record, Target="package-lock.json", Class="lang-pkgs", Type="npm"))
    assert one(tmp_path, text).findings[0].locator == locator


def test_a_scope_is_covered_only_where_something_shows_it(tmp_path: Path) -> None:
    """A result without findings shows it; no result shows nothing."""
    config: dict[str, object] = {"Target": "Dockerfile", "Class": "config", "Type": "dockerfile"}
    reading = one(tmp_path, report({"Target": "a", "Class": "lang-pkgs"}, config))
    assert [c.scope for c in reading.only.coverage] == ["trivy:vulnerability", "trivy:configuration"]


@pytest.mark.parametrize("results", [{"Results": None}, {"Results": []}])
def test_a_report_without_results_is_no_error_and_no_proof(
    tmp_path: Path, results: dict[str, object]
) -> None:
    """The asset was seen; nothing counts as looked for, and a problem says so."""
    reading = read_text(tmp_path, report(**results))
    assert not reading.findings
    assert reading.only.coverage[0].assessed == frozenset()
    assert "nothing shows what was looked for" in reading.problems[0].what


def test_of_misconfigurations_only_failures_are_findings(tmp_path: Path) -> None:
    """Target and resource are the place; lines are not, they move."""
    cause = {"Resource": "aws_s3_bucket.logs", "StartLine": 5}
    records = [
        {"ID": "DS002", "AVDID": "AVD-DS-0002", "Severity": "LOW", "Status": "FAIL", "CauseMetadata": cause},
        {"ID": "DS003", "Severity": "LOW", "Status": "PASS"},
    ]
    config: dict[str, object] = {"Target": "main.tf", "Class": "config", "Misconfigurations": records}
    (finding,) = one(tmp_path, report(config)).findings
    assert (finding.facts.source, finding.facts.source_id) == ("trivy", "DS002")
    assert (finding.facts.kind, finding.facts.aliases) == (WeaknessKind.CONFIGURATION, ("AVD-DS-0002",))
    assert finding.locator == "main.tf aws_s3_bucket.logs"


def test_the_text_of_a_secret_is_never_kept(tmp_path: Path) -> None:
    """Whatever the report shows of it."""
    record = {"RuleID": "github-pat", "Severity": "CRITICAL", "StartLine": 3, "Match": "token=canary-4711"}
    secret: dict[str, object] = {"Target": ".env", "Class": "secret", "Secrets": [record]}
    reading = one(tmp_path, report(secret))
    assert reading.findings[0].facts.kind is WeaknessKind.SECRET
    assert "canary-4711" not in repr(reading)


def test_what_a_scan_was_told_to_leave_out_is_not_assessed(tmp_path: Path) -> None:
    """A suppressed vulnerability may still be there."""
    suppressed = {"Type": "vulnerability", "Status": "ignored", "Finding": vulnerability()}
    reading = one(tmp_path, report(result(ExperimentalModifiedFindings=[suppressed])))
    assert reading.only.coverage[0].unassessed == frozenset({"CVE-2024-0001"})


def test_a_broken_record_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """With its JSON path; an unknown severity is unrated and said."""
    unknown = vulnerability(Severity="UNKNOWN", PkgName="liby")
    records = [vulnerability(PkgName=5), vulnerability(Severity="AWFUL"), unknown]
    reading = read_text(tmp_path, report(result(*records)))
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED] * 2
    assert [problem.where for problem in reading.problems] == [
        "report, Results[0].Vulnerabilities[0].PkgName",
        "report, Results[0].Vulnerabilities[1]",
    ]


@pytest.mark.parametrize(
    ("name", "kind", "identifier"),
    [
        ("https://git.example.org/team/app", "repository", "resource:https://git.example.org/team/app"),
        ("services/App/", "filesystem", "name:services/app"),
        (".", "filesystem", "name:report"),
    ],
)
def test_code_is_known_by_address_or_path(tmp_path: Path, name: str, kind: str, identifier: str) -> None:
    """A scan of the current directory goes by the report's file name."""
    found = read_text(tmp_path, report(result(), ArtifactName=name, ArtifactType=kind)).only
    assert found.asset.kind is AssetKind.CODE
    assert [f"{kind}:{value}" for kind, value in found.asset.identifiers] == [identifier]


def test_an_archive_goes_by_its_tag(tmp_path: Path) -> None:
    """A saved image names its repository in the metadata."""
    text = report(result(), ArtifactName="app.tar", Metadata={"RepoTags": ["team/app:7"]})
    found = one(tmp_path, text).only
    assert (named(found, IdentifierKind.IMAGE), found.asset.version) == (["team/app"], "7")


def test_the_list_of_old_versions_is_read(tmp_path: Path) -> None:
    """Its first target names the image."""
    old = [
        {"Target": "team/app:1 (alpine 3.10)", "Type": "alpine", "Vulnerabilities": [vulnerability()]},
        {"Target": "app/package-lock.json", "Type": "npm", "Vulnerabilities": None},
    ]
    reading = one(tmp_path, msgspec.json.encode(old).decode())
    assert named(reading.only, IdentifierKind.IMAGE) == ["team/app"]
    assert reading.findings[0].locator == "libx"


def test_licences_are_left_out_and_said(tmp_path: Path) -> None:
    """A licence is no weakness, and nothing is left out in silence."""
    reading = read_text(tmp_path, report(result(), {"Target": "a", "Licenses": [{"Name": "GPL-3.0"}]}))
    assert "1 licence findings were left out" in reading.problems[0].what


def test_broken_records_of_every_kind_are_named(tmp_path: Path) -> None:
    """Misconfigurations, secrets and what was suppressed."""
    kinds = ("Misconfigurations", "Secrets", "ExperimentalModifiedFindings")
    results: list[dict[str, object]] = [{"Target": "a", kind: [{}]} for kind in kinds]
    reading = read_text(tmp_path, report(*results))
    assert [problem.where for problem in reading.problems] == [
        f"report, Results[{number}].{kind}[0]" for number, kind in enumerate(kinds)
    ]


def test_bare_scores_stand_in_for_vectors(tmp_path: Path) -> None:
    """As some sources give no vector."""
    record = vulnerability(CVSS={"nvd": {"V3Score": 7.5}})
    assert one(tmp_path, report(result(record))).findings[0].facts.cvss == ("7.5",)


def test_half_a_character_in_a_record_refuses_the_file(tmp_path: Path) -> None:
    """It is no text that a register could keep."""
    text = report(result(vulnerability(Title="TITLE"))).replace("TITLE", "\\ud800 and more")
    with pytest.raises(DamagedInput, match="not well-formed JSON"):
        read_text(tmp_path, text)


def test_a_report_of_nothing_is_refused(tmp_path: Path) -> None:
    """Schema 2 without artifact and results is the shape of no report."""
    with pytest.raises(DamagedInput, match="neither an artifact nor a cluster"):
        read_text(tmp_path, '{"SchemaVersion": 2, "ArtifactType": "filesystem"}')


def cluster(**lists: object) -> str:
    """Return the report of a cluster."""
    return msgspec.json.encode({"ClusterName": "prod", **lists}).decode()


def resource(*results: dict[str, object], **more: object) -> dict[str, object]:
    """Return a resource of a cluster."""
    return {"Namespace": "shop", "Kind": "Deployment", "Name": "web", "Results": results} | more


@pytest.mark.parametrize("name", ["Resources", "Findings", "Vulnerabilities"])
def test_a_cluster_is_read_whole_and_in_summary(tmp_path: Path, name: str) -> None:
    """`--report all` lists resources, `--report summary` findings, old versions one list for each class."""
    found = one(tmp_path, cluster(**{name: [resource(result(vulnerability()))]}))
    assert named(found.only, IdentifierKind.RESOURCE) == ["prod/shop/deployment/web"]
    assert [f.locator for f in found.findings] == ["libx app"]


def test_a_resource_whose_scan_failed_closes_nothing(tmp_path: Path) -> None:
    """Whatever else is said of it; the failure is named."""
    failed = resource(Error="cannot pull the image")
    reading = read_text(tmp_path, cluster(Resources=[resource(result()), failed]))
    assert [c.assessed for c in reading.only.coverage] == [frozenset()]
    assert "cannot pull the image" in reading.problems[0].what


def test_a_broken_result_or_resource_loses_no_other(tmp_path: Path) -> None:
    """Each is named with its place."""
    text = msgspec.json.encode({"Results": [5, result(vulnerability())], "SchemaVersion": 2}).decode()
    artifact = read_text(tmp_path, text.replace("{", '{"ArtifactName":"team/app:1",', 1))
    assert (len(artifact.findings), artifact.problems[0].where) == (1, "report, Results[0]")
    within = read_text(tmp_path, cluster(Resources=[{"Name": 5}, resource(result(vulnerability()))]))
    assert (len(within.findings), within.problems[0].where) == (1, "report, Resources[0].Name")


def test_a_check_with_an_exception_was_not_looked_at_and_one_that_passed_was(tmp_path: Path) -> None:
    """Neither is a finding; only the passed one can have gone."""
    records = [{"ID": "DS001", "Status": "PASS"}, {"ID": "DS002", "Status": "EXCEPTION"}]
    config: dict[str, object] = {"Target": "Dockerfile", "Class": "config", "Misconfigurations": records}
    reading = one(tmp_path, report(config))
    (coverage,) = reading.only.coverage
    assert (reading.findings, coverage.assessed, coverage.unassessed) == ([], None, frozenset({"DS002"}))


@pytest.mark.parametrize(
    ("name", "kind", "more", "asset", "identifier"),
    [
        ("/", "filesystem", {}, AssetKind.CODE, "name:report"),
        ("ami:ami-0f", "vm", {}, AssetKind.RESOURCE, "resource:ami:ami-0f"),
        ("bom.json", "cyclonedx", {}, AssetKind.CODE, "name:bom.json"),
        ("bom.json", "spdx", {"Metadata": {"RepoTags": ["team/app:1"]}}, AssetKind.IMAGE, "image:team/app"),
    ],
)
def test_every_kind_of_artifact_has_its_asset(
    tmp_path: Path, name: str, kind: str, more: dict[str, object], asset: AssetKind, identifier: str
) -> None:
    """A root file system without a name, a machine's image, a bill of materials of code or of an image."""
    text = report(result(), ArtifactName=name, ArtifactType=kind, **more)
    found = read_text(tmp_path, text).only.asset
    assert (found.kind, [f"{kind}:{value}" for kind, value in found.identifiers]) == (asset, [identifier])


def test_the_place_in_an_image_has_no_tag(tmp_path: Path) -> None:
    """Where the target is the image itself."""
    name = "registry.example:5000/team/App:1.2@sha256:00"
    config: dict[str, object] = {
        "Target": name,
        "Class": "config",
        "Misconfigurations": [{"ID": "DS002", "Severity": "LOW", "Status": "FAIL"}],
    }
    assert [f.locator for f in one(tmp_path, report(config)).findings] == [""]


def test_identity_survives_what_changes_next_month(tmp_path: Path) -> None:
    """Another tag, version, rating, title and order."""
    other = vulnerability(VulnerabilityID="CVE-2024-0002", PkgName="liby")
    before = one(tmp_path, report(result(vulnerability(), other)))
    changed = {"Severity": "LOW", "Title": "Other words", "InstalledVersion": "9"}
    after = one(
        tmp_path,
        report(
            result(other | changed, vulnerability(**changed), Target="app:2 (alpine 4)"),
            ArtifactName="registry.example:5000/team/app:2",
        ),
    )
    assert before.identities() == after.identities()
    assert before.only.asset.identifiers == after.only.asset.identifiers
