"""What all readers of web applications' reports have in common: none takes what is another's, none breaks."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.errors import InputRefused
from milepost.scanners.opening import head_of, read_report
from milepost.scanners.scanner import Scanner, Source
from milepost.scanners.web_applications import (
    acunetix,
    burp,
    invicti_json,
    invicti_xml,
    qualys_was,
    webinspect,
    zap_json,
    zap_xml,
)
from tests.samples import sample
from tests.scanners.reading import read, read_text

SCANNERS: tuple[Scanner, ...] = (
    acunetix.SCANNER,
    burp.SCANNER,
    invicti_json.SCANNER,
    invicti_xml.SCANNER,
    qualys_was.SCANNER,
    webinspect.SCANNER,
    zap_json.SCANNER,
    zap_xml.SCANNER,
)

IN_XML = {
    "acunetix": (
        "ScanGroup",
        ("Scan", "ReportItems", "ReportItem", "Name", "StartURL", "Severity", "Crawler"),
    ),
    "burp": ("issues", ("issue", "type", "host", "path", "location", "issueDetailItems", "issueDetailItem")),
    "invicti-xml": (
        "netsparker",
        ("target", "url", "vulnerability", "type", "classification", "cwe", "info"),
    ),
    "qualys-was": (
        "WAS_SCAN_REPORT",
        (
            "VULNERABILITY_LIST",
            "VULNERABILITY",
            "QID",
            "URL",
            "QID_LIST",
            "SCAN_LIST",
            "SCAN",
            "WEBAPP",
            "DATA",
        ),
    ),
    "webinspect": ("Sessions", ("Session", "URL", "Issues", "Issue", "Name", "ReportSection", "Request")),
    "zap-xml": (
        "OWASPZAPReport",
        ("site", "alerts", "alertitem", "pluginid", "instances", "instance", "tags"),
    ),
}

LOOK_ALIKES = (
    "<issues><issue/></issues>",
    "<Sessions/>",
    "<Issues burpVersion='1'/>",
    '{"site": "x", "version": "1"}',
    '{"@version": "1"}',
    '{"@context": "https://openvex.dev", "@version": "1"}',
    '[{"Target": "alpine", "Vulnerabilities": [], "Type": "alpine"}]',
    '{"Vulnerabilities": []}',
    '{"Target": "x", "Vulnerabilities": [{"VulnerabilityID": "CVE-2024-1111"}]}',
    "<ASSET_DATA_REPORT/>",
    "<html><body>WAS_SCAN_REPORT</body></html>",
    "ScanGroup,Scan\n1,2\n",
)


@pytest.mark.samples
def test_every_real_file_is_recognised_by_its_own_reader_alone() -> None:
    """Whatever lies beside it: all 38 folders of real reports."""
    own = {"acunetix", "burp", "netsparker_invicti", "qualys_was", "webinspect", "zap"}
    for path in sorted(sample("scans").glob("*/*")):
        with path.open("rb") as file:
            head = head_of(file.read(64 << 10))
        count = sum(scanner.recognises(head) for scanner in SCANNERS)
        assert count == (path.parent.name in own), path


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_looks_alike_is_left_to_others(text: str) -> None:
    """A name in common is not enough."""
    head = head_of(text.encode())
    assert [scanner.name for scanner in SCANNERS if scanner.recognises(head)] == []


def test_keys_of_json_may_come_in_any_order(tmp_path: Path) -> None:
    """Also where a long first list hides those behind it."""
    many = [{"LookupId": "1", "Type": "Xss", "Url": "https://shop.example/x" * 50}] * 200
    hidden = msgspec.json.encode({"Vulnerabilities": many, "Generated": "", "Target": {}}).decode()
    assert read_text(tmp_path, hidden).scanner == "invicti-json"
    sites = [{"@name": "https://shop.example", "alerts": [{"pluginid": "1", "desc": "x" * 70_000}]}]
    turned = msgspec.json.encode({"site": sites, "@version": "1", "@generated": ""}).decode()
    first = msgspec.json.encode(
        {"@version": "1", "@generated": "", "insights": ["x" * 70_000], "site": sites}
    ).decode()
    assert read_text(tmp_path, first).scanner == "zap-json"
    assert '"@name"' in turned


def _element(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    texts = st.sampled_from(["", "1", "High", "https://a.example/x?y=1", "&lt;b&gt;", "NaN", "9" * 30])
    tags = st.sampled_from(names)
    leaves = st.builds(lambda tag, text: f"<{tag} name='x' host='a'>{text}</{tag}>", tags, texts)
    return st.recursive(
        leaves,
        lambda inner: st.builds(
            lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", tags, st.lists(inner, max_size=4)
        ),
        max_leaves=12,
    )


def _reads(folder: Path, scanner: Scanner, text: str) -> None:
    """Read a text with one reader; nothing but the product's own refusal may come out."""
    path = folder / "report"
    path.write_bytes(text.encode(errors="replace"))
    try:
        list(read_report(Source(path, "report", path.stat().st_size), scanner))
    except InputRefused:
        return


@pytest.mark.parametrize("name", sorted(IN_XML))
@given(data=st.data())
def test_no_order_of_elements_breaks_a_reader(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    """Elements where none belong, none where one is needed."""
    root, names = IN_XML[name]
    (scanner,) = [scanner for scanner in SCANNERS if scanner.name == name]
    parts = data.draw(st.lists(_element(names), max_size=4))
    _reads(tmp_path_factory.mktemp("any"), scanner, f"<{root}>{''.join(parts)}</{root}>")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(values=st.dictionaries(st.sampled_from(["@version", "@generated", "created", "site"]), VALUES))
def test_no_values_break_the_reader_of_zap(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]
) -> None:
    """Wrong types everywhere."""
    _reads(tmp_path_factory.mktemp("any"), zap_json.SCANNER, msgspec.json.encode(values).decode())


@pytest.mark.parametrize(
    "field", ["pluginid", "alertRef", "name", "riskcode", "desc", "instances", "count", "tags", "cweid"]
)
@given(value=VALUES)
def test_no_value_of_an_alert_breaks_the_reader_of_zap(
    tmp_path_factory: pytest.TempPathFactory, field: str, value: object
) -> None:
    """Nor loses the alert beside it."""
    whole = {"pluginid": "1", "instances": [{"uri": "/x"}]}
    alerts = [whole | {field: value}, whole | {"pluginid": "other"}]
    document = {"@version": "1", "@generated": "", "site": [{"@name": "https://a.example", "alerts": alerts}]}
    folder = tmp_path_factory.mktemp("any")
    reading = read_text(folder, msgspec.json.encode(document).decode())
    assert "other" in {finding.facts.source_id for finding in reading.findings}


@pytest.mark.parametrize(
    "field",
    [
        "Url",
        "Type",
        "Severity",
        "State",
        "FirstSeenDate",
        "Classification",
        "HttpRequest",
        "ExtraInformation",
        "KnownVulnerabilities",
    ],
)
@given(value=VALUES)
def test_no_value_of_a_vulnerability_breaks_the_reader_of_invicti(
    tmp_path_factory: pytest.TempPathFactory, field: str, value: object
) -> None:
    """Nor loses the vulnerability beside it."""
    whole = {"Url": "https://a.example/x", "Type": "Xss", "LookupId": "1"}
    document = {
        "Generated": "",
        "Target": {},
        "Vulnerabilities": [whole | {field: value}, whole | {"Type": "Other"}],
    }
    folder = tmp_path_factory.mktemp("any")
    reading = read_text(folder, msgspec.json.encode(document).decode())
    assert "Other" in {finding.facts.source_id for finding in reading.findings}


@pytest.mark.samples
@pytest.mark.parametrize(
    "name",
    [
        "acunetix/many_findings.xml",
        "burp/seven_findings.xml",
        "netsparker_invicti/sample-netsparker-invicti.xml",
        "qualys_was/qualys_webapp_one_vuln.xml",
        "webinspect/Webinspect_one_vuln.xml",
        "zap/juicy2.xml",
        "zap/zero.webappsecurity.json",
        "acunetix/acunetix360_multiple_cwe.json",
    ],
)
def test_a_real_file_cut_anywhere_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing of it counts."""
    whole = sample(f"scans/{name}").read_bytes()
    for part in (3, 2):
        path = tmp_path / "cut"
        path.write_bytes(whole[: len(whole) * (part - 1) // part])
        with pytest.raises(InputRefused, match=r"cut off|well-formed"):
            read(path)


@pytest.mark.parametrize("scanner", SCANNERS, ids=lambda scanner: str(scanner.name))
def test_a_reader_says_what_it_reads(scanner: Scanner) -> None:
    """Its key, its coverage, its fields and their sources."""
    about = scanner.about
    assert all((about.versions, about.key, about.coverage, about.fields, about.severities, about.sources))
    assert {"asset", "source_id", "title", "native_severity", "locator"} <= set(about.fields)
