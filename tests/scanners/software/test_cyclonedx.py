"""CycloneDX documents in JSON and XML: findings of components, and what their analysis states."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.finding import AssetKind, AssetReport, IdentifierKind
from milepost.domain.severity import Severity
from milepost.domain.statement import Statement, StatementStatus
from milepost.scanners.opening import head_of, open_report, read_report
from milepost.scanners.software.cyclonedx_json import SCANNER as JSON
from milepost.scanners.software.cyclonedx_parts import without_version
from milepost.scanners.software.cyclonedx_xml import SCANNER as XML
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text, written

FINDINGS = ("jake2.json", "log4j.json", "log4j.xml", "valid-vulnerability-1.4.json")


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


def statements(path: Path) -> list[Statement]:
    """Return what a document states."""
    scanner, source = open_report(path)
    return [part for part in read_report(source, scanner) if isinstance(part, Statement)]


@pytest.mark.samples
@pytest.mark.parametrize("name", FINDINGS)
def test_real_files_give_the_counts_that_were_made_apart(name: str) -> None:
    """Every vulnerability affects one component there: as many findings, with the first rating's severity."""
    raw = msgspec.convert(expected("scans/expected.json")[f"cyclonedx/{name}"]["raw"], Raw)
    reading = read(sample(f"scans/cyclonedx/{name}"))
    assert len(reading.findings) == len(reading.identities()) == raw.records
    assert Counter(f.facts.native_severity for f in reading.findings) == raw.severity


@pytest.mark.samples
def test_json_and_xml_of_one_scan_say_the_same() -> None:
    """Grype wrote both within ten seconds."""
    json, xml = (read(sample(f"scans/cyclonedx/log4j.{kind}")) for kind in ("json", "xml"))
    assert (json.only.asset, json.identities()) == (xml.only.asset, xml.identities())
    assert [f.facts for f in json.findings] == [f.facts for f in xml.findings]
    assert [(c.scope, c.tool) for c in xml.only.coverage] == [("cyclonedx:grype", "grype 0.41.0")]
    assert xml.only.coverage[0].scanned_at == datetime(2022, 7, 22, 8, 45, 22, tzinfo=UTC)


@pytest.mark.samples
def test_a_real_finding_says_what_the_file_says() -> None:
    """The one of the specification's example, read by eye."""
    path = sample("scans/cyclonedx/valid-vulnerability-1.4.json")
    (finding,) = read(path).findings
    facts = finding.facts
    assert facts.source_id == "SNYK-JAVA-COMFASTERXMLJACKSONCORE-32111"
    assert (facts.aliases, facts.title) == (
        ("CVE-2018-7489",),
        "CVE-2018-7489 in com.fasterxml.jackson.core/jackson-databind",
    )
    assert facts.cvss == ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",)
    assert (facts.cwes, facts.published) == (("CWE-184", "CWE-502"), "2021-01-01")
    assert (facts.vendor_status, facts.actionable) == ("not_affected", False)
    assert finding.locator == "pkg:maven/com.fasterxml.jackson.core/jackson-databind"
    (statement,) = statements(path)
    assert (statement.status, statement.justification) == (StatementStatus.NOT_AFFECTED, "code_not_reachable")


@pytest.mark.samples
def test_a_real_vex_document_only_states() -> None:
    """No asset and no finding; the product is the component of another document."""
    path = sample("scans/cyclonedx/vex.json")
    reading = read(path)
    assert (reading.reports, reading.problems) == ([], [])
    (statement,) = statements(path)
    assert statement.names == ("CVE-2020-25649", "SNYK-JAVA-COMFASTERXMLJACKSONCORE-1048302")
    assert statement.product == "pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.10.0?type=jar"
    assert statement.stated_at == datetime(2021, 10, 26, tzinfo=UTC)


def component(name: str = "libx", version: str = "1.0", **more: object) -> dict[str, object]:
    """Return a component."""
    purl = f"pkg:npm/{name}@{version}"
    return {
        "type": "library",
        "bom-ref": f"{name}-ref",
        "name": name,
        "version": version,
        "purl": purl,
    } | more


def vulnerability(*refs: str, **more: object) -> dict[str, object]:
    """Return a vulnerability of components."""
    rating = {"severity": "high", "score": 7.5, "method": "CVSSv31", "vector": "AV:N"}
    affects = [{"ref": ref} for ref in refs or ("libx-ref",)]
    return {"id": "CVE-2024-0001", "ratings": [rating], "affects": affects} | more


def document(*vulnerabilities: object, **more: object) -> str:
    """Return a document about an application."""
    whole: dict[str, object] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "urn:uuid:1",
        "metadata": {
            "timestamp": "2026-01-05T10:00:00Z",
            "tools": {"components": [{"type": "application", "name": "Scout", "version": "3"}]},
            "component": {"type": "application", "bom-ref": "main", "name": "Shop", "version": "2.0"},
        },
        "components": [component()],
        "vulnerabilities": vulnerabilities,
    }
    return msgspec.json.encode(whole | more).decode()


def one(folder: Path, text: str) -> Reading:
    """Read a document in which there is nothing to complain of."""
    reading = read_text(folder, text)
    assert not reading.problems
    return reading


def test_a_vulnerability_is_an_occurrence_in_each_component(tmp_path: Path) -> None:
    """Nested components count, by bom-ref or by package URL; the application itself is a place too."""
    inner = component("inner")
    text = document(
        vulnerability("libx-ref", "inner-ref", "pkg:npm/inner@1.0", "main"),
        components=[component(components=[inner])],
    )
    reading = one(tmp_path, text)
    assert sorted(f.locator for f in reading.findings) == ["", "pkg:npm/inner", "pkg:npm/libx"]
    asset = reading.only.asset
    assert (asset.kind, asset.version, named(reading.only, IdentifierKind.NAME)) == (
        AssetKind.CODE,
        "2.0",
        ["shop"],
    )
    assert [(c.scope, c.tool) for c in reading.only.coverage] == [("cyclonedx:scout", "Scout 3")]


def test_a_container_is_an_image(tmp_path: Path) -> None:
    """Without its tag or digest."""
    about = {"component": {"type": "container", "name": "reg.example/team/App:1.2", "version": "sha256:00"}}
    report = one(tmp_path, document(vulnerability(), metadata=about)).only
    assert (named(report, IdentifierKind.IMAGE), report.asset.version) == (["reg.example/team/app"], "1.2")
    assert report.coverage[0].scope == "cyclonedx"


def test_the_first_rating_with_a_severity_counts_and_scores_are_ranked(tmp_path: Path) -> None:
    """The document's own order; vectors get the prefix of their method, other methods are no scores."""
    ratings = [
        {"method": "OWASP", "vector": "SL:1", "score": 3},
        {"severity": "medium", "method": "CVSSv2", "vector": "(AV:L)"},
        {"severity": "critical", "method": "CVSSv3", "vector": "AV:N"},
        {"method": "CVSSv31", "score": 9.8},
    ]
    facts = one(tmp_path, document(vulnerability(ratings=ratings))).findings[0].facts
    assert (facts.severity, facts.native_severity) == (Severity.MODERATE, "medium")
    assert facts.cvss == ("9.8", "CVSS:3.0/AV:N", "AV:L")


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("none", Severity.INFO),
        ("info", Severity.INFO),
        ("unknown", Severity.UNRATED),
        (None, Severity.UNRATED),
    ],
)
def test_every_word_of_the_format_has_its_severity(
    tmp_path: Path, word: str | None, severity: Severity
) -> None:
    """No rating is computed where there is no word."""
    text = document(vulnerability(ratings=[{"severity": word, "score": 9.8, "method": "CVSSv3"}]))
    assert one(tmp_path, text).findings[0].facts.severity is severity


@pytest.mark.parametrize(
    ("state", "status", "found"),
    [
        ("resolved", StatementStatus.FIXED, []),
        ("resolved_with_pedigree", StatementStatus.FIXED, []),
        ("exploitable", StatementStatus.AFFECTED, [True]),
        ("in_triage", StatementStatus.UNDER_INVESTIGATION, [True]),
        ("false_positive", StatementStatus.FALSE_POSITIVE, [False]),
        ("not_affected", StatementStatus.NOT_AFFECTED, [False]),
    ],
)
def test_an_analysis_annotates_and_is_stated(
    tmp_path: Path, state: str, status: StatementStatus, found: list[bool]
) -> None:
    """What is resolved is gone; a false positive and what is not affected need no action."""
    analysis = {"state": state, "justification": "code_not_present", "detail": "Why", "response": ["update"]}
    path = written(tmp_path, document(vulnerability(analysis=analysis)))
    reading = read(path)
    assert [f.facts.actionable for f in reading.findings] == found
    assert ["suppressed" in problem.what for problem in reading.problems] == [True] * (
        state == "false_positive"
    )
    (statement,) = statements(path)
    assert (statement.status, statement.native_status, statement.product) == (status, state, "Shop")
    assert (statement.component, statement.action) == ("pkg:npm/libx@1.0", "update")
    assert (statement.text, statement.document, statement.author) == ("Why", "urn:uuid:1", "Scout")


def test_a_document_without_components_states_and_names_no_asset(tmp_path: Path) -> None:
    """VEX: the product is what the document is about."""
    text = document(
        vulnerability("urn:cdx:2/1#pkg:npm/a@1", analysis={"state": "exploitable"}), components=None
    )
    path = written(tmp_path, text)
    assert (read(path).reports, read(path).problems) == ([], [])
    assert [(each.product, each.component) for each in statements(path)] == [("Shop", "pkg:npm/a@1")]


def test_neither_components_nor_analysis_states_nothing_and_is_said(tmp_path: Path) -> None:
    """It is no success."""
    reading = read_text(tmp_path, document(vulnerability(), components=[]))
    assert not reading.reports
    assert [problem.what for problem in reading.problems] == [
        "CVE-2024-0001 has no analysis and no component: it states nothing",
        "the report names no asset",
    ]


def test_a_mere_list_of_components_shows_nothing(tmp_path: Path) -> None:
    """The asset is seen; nothing counts as looked for."""
    text = document().replace(',"vulnerabilities":[]', "")
    reading = read_text(tmp_path, text)
    assert reading.only.coverage[0].assessed == frozenset()
    assert "no vulnerabilities: nothing shows" in reading.problems[0].what
    assert one(tmp_path, document()).only.coverage[0].assessed is None


def test_a_component_that_is_not_in_the_document_is_said(tmp_path: Path) -> None:
    """The finding stays, at the place that the reference names."""
    reading = read_text(tmp_path, document(vulnerability("pkg:npm/other@2?a=b#c")))
    assert [f.locator for f in reading.findings] == ["pkg:npm/other"]
    assert "is not in the document" in reading.problems[0].what


def test_an_unknown_state_is_said_and_not_taken(tmp_path: Path) -> None:
    """The finding is as if it had none."""
    reading = read_text(tmp_path, document(vulnerability(analysis={"state": "perhaps"})))
    assert (len(reading.findings), "“perhaps” is unknown" in reading.problems[0].what) == (1, True)


def test_a_broken_record_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """Of the metadata, of components and of vulnerabilities."""
    bad: tuple[object, ...] = (5, vulnerability(id=None), vulnerability(ratings=[{"severity": "awful"}]))
    reading = read_text(tmp_path, document(*bad, components=[5, component()], metadata=[]))
    assert [f.facts.severity for f in reading.findings] == [Severity.UNRATED]
    assert [problem.where for problem in reading.problems][:4] == [
        "report, metadata",
        "report, components[0]",
        "report, vulnerabilities[0]",
        "report, vulnerabilities[1]",
    ]


def test_identity_survives_what_changes_next_month(tmp_path: Path) -> None:
    """Another application and component version, reference, serial, rating and order."""
    before = one(tmp_path, document(vulnerability(), vulnerability(id="CVE-2024-0002")))
    main = {"component": {"type": "application", "name": "Shop", "version": "3.0"}}
    changed = {"ratings": [{"severity": "low"}], "description": "Other"}
    after = one(
        tmp_path,
        document(
            *(vulnerability("x", id=name, **changed) for name in ("CVE-2024-0002", "CVE-2024-0001")),
            components=[component(version="9", **{"bom-ref": "x"})],
            serialNumber="urn:uuid:2",
            metadata=main,
        ),
    )
    assert before.identities() == after.identities()
    assert before.only.asset.identifiers == after.only.asset.identifiers


@pytest.mark.parametrize(
    ("purl", "bare"),
    [
        ("pkg:npm/%40a/b@1.0", "pkg:npm/%40a/b"),
        ("pkg:deb/debian/x@1:2?arch=amd64", "pkg:deb/debian/x"),
        ("pkg:golang/a.b/c#d", "pkg:golang/a.b/c"),
        ("cpe:2.3:a", ""),
    ],
)
def test_a_package_url_goes_without_version(purl: str, bare: str) -> None:
    """And without qualifiers and the path in it."""
    assert without_version(purl) == bare


XML_1_6 = """<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:1">
  <metadata>
    <timestamp>2026-01-05T10:00:00Z</timestamp>
    <tools><components>
      <component type="application"><name>Scout</name><version>3</version></component>
    </components></tools>
    <authors><author><name>Ann</name></author></authors>
    <component type="application" bom-ref="main"><name>Shop</name><version>2.0</version></component>
  </metadata>
  <components>
    <component type="library" bom-ref="outer"><name>outer</name>
      <pedigree><ancestors>
        <component type="library" bom-ref="old"><name>old</name></component>
      </ancestors></pedigree>
      <components>
        <component type="library" bom-ref="libx-ref">
          <name>libx</name><version>1.0</version><purl>pkg:npm/libx@1.0</purl>
        </component>
      </components>
    </component>
  </components>
  <vulnerabilities>
    <vulnerability>
      <id>CVE-2024-0001</id>
      <references><reference><id>GHSA-aaaa-bbbb-cccc</id></reference></references>
      <ratings><rating><score>7.5</score><severity>high</severity><method>CVSSv31</method><vector>AV:N</vector></rating></ratings>
      <cwes><cwe>79</cwe></cwes>
      <description>A flaw</description>
      <recommendation>Upgrade</recommendation>
      <advisories><advisory><url>https://a.example</url></advisory></advisories>
      <published>2025-12-01T00:00:00Z</published>
      <analysis><state>in_triage</state><responses><response>update</response></responses></analysis>
      <affects><target><ref>libx-ref</ref></target></affects>
    </vulnerability>
  </vulnerabilities>
</bom>"""


def test_xml_says_what_json_says(tmp_path: Path) -> None:
    """Tools of 1.5 and newer, nested components, no component of a pedigree."""
    path = written(tmp_path, XML_1_6)
    reading = read(path)
    assert not reading.problems
    (finding,) = reading.findings
    facts = finding.facts
    assert (facts.source_id, facts.aliases, facts.cwes) == (
        "CVE-2024-0001",
        ("GHSA-aaaa-bbbb-cccc",),
        ("CWE-79",),
    )
    assert (facts.cvss, facts.published, facts.solution) == (("CVSS:3.1/AV:N",), "2025-12-01", "Upgrade")
    assert (finding.locator, facts.references) == ("pkg:npm/libx", ("https://a.example",))
    assert [(c.scope, c.tool) for c in reading.only.coverage] == [("cyclonedx:scout", "Scout 3")]
    (statement,) = statements(path)
    assert (statement.author, statement.product, statement.action) == ("Ann", "Shop", "Upgrade")


EXTENSION = """<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.2" xmlns:v="http://cyclonedx.org/schema/ext/vulnerability/1.0">
  <components>
    <component type="library"><name>libx</name><version>1.0</version><purl>pkg:npm/libx@1.0</purl>
      <v:vulnerabilities>
        <v:vulnerability ref="pkg:npm/libx@1.0">
          <v:id>CVE-2024-0001</v:id>
          <v:source name="NVD"><v:url>https://a.example</v:url></v:source>
          <v:ratings><v:rating>
            <v:score><v:base>9.8</v:base></v:score><v:severity>Critical</v:severity><v:method>CVSSv3</v:method>
          </v:rating></v:ratings>
          <v:cwes><v:cwe>79</v:cwe></v:cwes>
          <v:description>A flaw</v:description>
          <v:recommendations><v:recommendation>Upgrade</v:recommendation></v:recommendations>
          <v:advisories><v:advisory>https://b.example</v:advisory></v:advisories>
        </v:vulnerability>
      </v:vulnerabilities>
    </component>
  </components>
  <v:vulnerabilities>
    <v:vulnerability ref="pkg:npm/libx@1.0"><v:id>CVE-2024-0002</v:id></v:vulnerability>
  </v:vulnerabilities>
</bom>"""


def test_the_extension_before_version_1_4_is_read(tmp_path: Path) -> None:
    """In a component, or at the end with a reference to it."""
    reading = read_text(tmp_path, EXTENSION)
    assert reading.identities() == {("cve", f"CVE-2024-000{number}", "pkg:npm/libx") for number in (1, 2)}
    facts = reading.findings[0].facts
    assert (facts.severity, facts.cvss, facts.cwes) == (Severity.CRITICAL, ("9.8",), ("CWE-79",))
    assert (facts.solution, facts.references) == ("Upgrade", ("https://b.example",))


@pytest.mark.parametrize(
    "text",
    [
        '{"specVersion": "1.4", "info": {}}',
        "<bom xmlns='http://example.org/materials'><components/></bom>",
        '{"components": [], "vulnerabilities": []}',
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    """Other bills, other versions of a specification."""
    head = head_of(text.encode())
    assert not JSON.recognises(head)
    assert not XML.recognises(head)


def test_the_parts_of_a_document_are_assets_problems_and_statements(tmp_path: Path) -> None:
    """Nothing else comes out, and the asset comes once."""
    scanner, source = open_report(written(tmp_path, XML_1_6))
    kinds = [type(part) for part in read_report(source, scanner)]
    assert kinds == [AssetReport, Statement]
