"""ZAP reports, in XML and in JSON."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import DamagedInput
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import Reading, expected, read, read_text

Fields = dict[str, object]
Write = Callable[..., str]

WORDS = {"0": "Informational", "1": "Low", "2": "Medium", "3": "High"}


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    instances: int
    sites: int


def instance(**fields: object) -> Fields:
    """Return an instance."""
    return {"uri": "https://shop.example/search?q=1", "method": "GET", "param": "q"} | fields


def alert(*instances: Fields, **fields: object) -> Fields:
    """Return an alert with its instances."""
    found = list(instances or (instance(),))
    return {
        "pluginid": "40012",
        "alertRef": "40012-1",
        "name": "Cross Site Scripting (Reflected)",
        "riskcode": "3",
        "confidence": "2",
        "desc": "<p>What it is</p>",
        "instances": found,
        "count": str(len(found)),
        "solution": "<p>Encode</p><p>output</p>",
        "reference": "<p>https://a.example/x</p><p>https://b.example</p>",
        "cweid": "79",
    } | fields


def site(*alerts: Fields, name: str = "https://shop.example") -> Fields:
    """Return a site with its alerts."""
    return {"@name": name, "@host": "shop.example", "@port": "443", "@ssl": "true", "alerts": list(alerts)}


def in_json(*sites: Fields, **fields: object) -> str:
    """Write a report in JSON."""
    whole = {"@programName": "ZAP", "@version": "2.16.0", "@generated": "Mon, 5 Jan 2026 10:00:00"}
    return msgspec.json.encode(whole | {"site": list(sites)} | fields).decode()


def in_xml(*sites: Fields, **fields: object) -> str:
    """Write the same report in XML."""
    named = {"programName": "ZAP", "version": "2.16.0", "generated": "Mon, 5 Jan 2026 10:00:00"} | {
        name.removeprefix("@"): str(value) for name, value in fields.items()
    }
    attributes = " ".join(f'{name}="{escape(value)}"' for name, value in named.items())
    return f'<?xml version="1.0"?><OWASPZAPReport {attributes}>{"".join(map(_site, sites))}</OWASPZAPReport>'


def _site(fields: Fields) -> str:
    attributes = " ".join(
        f'{name[1:]}="{escape(str(value))}"' for name, value in fields.items() if name.startswith("@")
    )
    alerts = fields["alerts"]
    assert isinstance(alerts, list)
    return f"<site {attributes}><alerts>{''.join(map(_alert, alerts))}</alerts></site>"


def _alert(fields: Fields) -> str:
    return f"<alertitem>{''.join(_element(name, value) for name, value in fields.items())}</alertitem>"


def _element(name: str, value: object) -> str:
    if name == "instances" and isinstance(value, list):
        each = "".join(
            f"<instance>{''.join(_element(*field) for field in found.items())}</instance>\n"
            for found in value
        )
        return f"<instances>{each}</instances>"
    if name == "tags" and isinstance(value, list):
        return "<tags>" + "".join(f"<tag><tag>{tag['tag']}</tag></tag>" for tag in value) + "</tags>"
    return f"<{name}>{escape(str(value))}</{name}>"


SHAPES = pytest.mark.parametrize("write", [in_xml, in_json])


@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "merged", "found"),
    [
        # Instances that differ in query or evidence only: 28 + 96, 15 + 71, 3 + 14.
        ("zap/dvwa_baseline_dojo.xml", 28, 96),
        ("zap/juicy2.xml", 15, 71),
        ("zap/some_2.9.0.xml", 3, 14),
        ("zap/zero.webappsecurity.json", 18, 149),
    ],
)
def test_every_instance_of_a_real_file_is_found_or_merged(name: str, merged: int, found: int) -> None:
    """Their sum is what was counted apart; the problem says how many were merged."""
    raw = msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)
    reading = read(sample(f"scans/{name}"))
    assert (len(reading.findings), len(reading.reports)) == (found, raw.sites)
    assert found + merged == raw.instances
    assert len(reading.identities()) == found
    assert reading.problems[0].what.startswith(f"{merged} records repeat")


@pytest.mark.samples
def test_ratings_of_a_real_file_are_those_of_its_alerts() -> None:
    """Nineteen alerts, of which two informational ones of plugin 10027 are the same weakness."""
    reading = read(sample("scans/zap/dvwa_baseline_dojo.xml"))
    rated = {
        (each.facts.title, each.facts.source_id, each.facts.native_severity) for each in reading.findings
    }
    raw = expected("scans/expected.json")["zap/dvwa_baseline_dojo.xml"]["raw"]
    counted = msgspec.convert(raw, dict[str, object])["severity"]
    apart = {WORDS[code]: number for code, number in msgspec.convert(counted, dict[str, int]).items()}
    assert Counter(word for _, _, word in rated) == Counter(apart) - Counter(["Informational"])


@pytest.mark.samples
def test_a_real_alert_is_read_field_by_field() -> None:
    """As it stands in the file of ZAP 2.9: the first instance of the first alert."""
    reading = read(sample("scans/zap/some_2.9.0.xml"))
    found = reading.findings[0]
    facts = found.facts
    assert (facts.source, facts.source_id, facts.title) == ("zap", "10011", "Cookie Without Secure Flag")
    assert (found.locator, found.output) == ("GET / opvc", "Confidence: Medium\nEvidence: Set-Cookie: opvc")
    assert (facts.severity, facts.native_severity, facts.cwes) == (Severity.LOW, "Low", ("CWE-614",))
    assert facts.description.startswith("A cookie has been set without the secure flag")
    assert facts.solution.startswith("Whenever a cookie contains sensitive information")
    assert facts.references == (
        "http://www.owasp.org/index.php/Testing_for_cookies_attributes_(OWASP-SM-002)",
    )
    (coverage,) = reading.only.coverage
    assert (reading.only.asset.name, coverage.tool) == ("https://mainsite.com", "ZAP 2.9.0")
    assert coverage.scanned_at == datetime(2020, 5, 12, 20, 57, 30, tzinfo=UTC)


@pytest.mark.samples
def test_what_a_real_alert_counts_but_does_not_list_is_not_covered() -> None:
    """Three alerts count 78, 170 and 98 instances and list 20 each."""
    (report,) = read(sample("scans/zap/juicy2.xml")).reports
    assert report.coverage[0].unassessed == {"10015", "10017", "10098"}


@pytest.mark.samples
def test_a_real_site_without_alerts_counts_as_seen_alone() -> None:
    """It may have been down: nothing on it is taken as gone."""
    silent, spoken = read(sample("scans/zap/zero.webappsecurity.json")).reports
    assert (silent.asset.name, silent.coverage[0].assessed) == (
        "https://zero.webappsecurity.com",
        frozenset(),
    )
    assert (spoken.asset.name, spoken.coverage[0].assessed) == ("http://zero.webappsecurity.com", None)


def test_both_shapes_say_the_same(tmp_path: Path) -> None:
    """Asset, identity, facts, output, coverage: so that one may follow the other."""
    tags = [{"tag": "CVE-2020-11022", "link": ""}, {"tag": "OWASP_2021_A03", "link": ""}]
    sites = (
        site(
            alert(
                instance(attack="<script>", evidence="x", otherinfo="more"), instance(param="", method="POST")
            ),
            alert(pluginid="10003", alertRef="10003", tags=tags, riskcode="2", confidence="4"),
            alert(confidence="0", alertRef="40012-2"),
        ),
        site(alert(count="9", alertRef="1"), name="http://other.example:8080"),
    )
    one, other = (read_text(tmp_path, write(*sites)) for write in (in_xml, in_json))
    assert (one.reports, one.problems) == (other.reports, other.problems)
    assert (one.scanner, other.scanner) == ("zap-xml", "zap-json")
    assert [finding.facts.cves for finding in one.findings][2] == ("CVE-2020-11022",)


@SHAPES
def test_next_month_the_occurrence_is_the_same(tmp_path: Path, write: Write) -> None:
    """Other title, rating, texts, query values, evidence, order and version change nothing."""
    second = instance(uri="https://shop.example/cart/7", param="")
    before = read_text(tmp_path, write(site(alert(instance(), second))))
    changed = alert(
        second,
        instance(uri="https://shop.example/search?q=2#top", attack="a", evidence="e", id="77"),
        name="XSS",
        riskcode="1",
        confidence="3",
        desc="other",
    )
    after = read_text(tmp_path, write(site(changed), **{"@version": "2.17.0"}))
    assert before.identities() == after.identities()
    assert after.identities() == {
        ("zap", "40012-1", "GET /search q"),
        ("zap", "40012-1", "GET /cart/7"),
    }


@SHAPES
def test_a_false_positive_opens_no_item(tmp_path: Path, write: Write) -> None:
    """Confidence 0 is ZAP's word for it; where the place is named by a live alert, too, that one stays."""
    reading = read_text(
        tmp_path, write(site(alert(confidence="0"), alert(confidence="0", alertRef="9"), alert()))
    )
    assert [(each.facts.actionable, each.facts.vendor_status) for each in reading.findings] == [
        (True, ""),
        (False, "suppressed: False Positive"),
    ]
    assert "1 finding is suppressed in the tool; it opens" in " ".join(each.what for each in reading.problems)


@SHAPES
def test_requests_responses_and_secrets_are_not_kept(tmp_path: Path, write: Write) -> None:
    """Bodies are not read, a session's id in the evidence is masked, and so is what is a secret by itself."""
    loud = instance(
        requestheader="Authorization: Basic SECRET1",
        responsebody="SECRET2",
        evidence="Set-Cookie: JSESSIONID=SECRET3456",
        otherinfo="token=SECRET4",
        **{"request-header": "Cookie: SECRET5=1"},
    )
    card = alert(instance(evidence="4111111111111111"), pluginid="10062", alertRef="10062")
    reading = read_text(tmp_path, write(site(alert(loud), card)))
    kept = repr(reading.reports)
    assert "SECRET" not in kept
    assert "4111111111111111" not in kept
    assert "Evidence: [masked]" in reading.findings[1].output


@SHAPES
def test_an_alert_of_an_old_report_is_its_own_instance(tmp_path: Path, write: Write) -> None:
    """Without alertRef the plugin's number names it; without any instance it stands at the site."""
    fields = alert(alertRef="", instances=[])
    if write is in_xml:
        fields |= {"uri": "https://shop.example/login", "method": "", "param": "user"}
    reading = read_text(tmp_path, write(site(fields)))
    place = "/login user" if write is in_xml else ""
    assert reading.identities() == {("zap", "40012", place)}


@SHAPES
@pytest.mark.parametrize(
    ("code", "severity", "word"),
    [
        ("3", Severity.HIGH, "High"),
        ("2", Severity.MODERATE, "Medium"),
        ("1", Severity.LOW, "Low"),
        ("0", Severity.INFO, "Informational"),
        ("", Severity.UNRATED, ""),
    ],
)
def test_severities_are_those_of_the_risk_code(
    tmp_path: Path, write: Write, code: str, severity: Severity, word: str
) -> None:
    """None is recomputed; a missing one is unrated."""
    reading = read_text(tmp_path, write(site(alert(riskcode=code))))
    assert [(each.facts.severity, each.facts.native_severity) for each in reading.findings] == [
        (severity, word)
    ]
    assert reading.problems == []


@SHAPES
@pytest.mark.parametrize(
    ("fields", "instant", "said"),
    [
        (
            {"created": "2026-01-05T10:00:00.123456789Z"},
            datetime(2026, 1, 5, 10, 0, 0, 123456, tzinfo=UTC),
            False,
        ),
        ({"@generated": "5 Jan 2026 10:00:00"}, datetime(2026, 1, 5, 10, tzinfo=UTC), False),
        ({"@generated": "lundi"}, None, True),
        ({"@generated": ""}, None, False),
    ],
)
def test_the_report_dates_the_look(
    tmp_path: Path,
    write: Write,
    fields: Fields,
    instant: datetime | None,
    *,
    said: bool,
) -> None:
    """The precise time counts where there is one; what cannot be read is said."""
    reading = read_text(tmp_path, write(site(alert()), **fields))
    assert reading.only.coverage[0].scanned_at == instant
    assert bool(reading.problems) == said


@SHAPES
def test_a_site_goes_by_host_and_port_where_it_has_no_name(tmp_path: Path, write: Write) -> None:
    """By the file where it has neither, and that is said."""
    reading = read_text(tmp_path, write(site(alert(), name=""), {"@name": "", "alerts": [alert()]}))
    assert [each.asset.name for each in reading.reports] == ["https://shop.example", "report"]
    assert ["does not name what was scanned" in problem.what for problem in reading.problems] == [True]


@SHAPES
def test_an_alert_without_a_number_is_named_and_loses_no_other(tmp_path: Path, write: Write) -> None:
    """An unknown risk is unrated and said."""
    broken = alert(pluginid="", alertRef="")
    reading = read_text(tmp_path, write(site(broken, alert(riskcode="9"))))
    assert [each.facts.severity for each in reading.findings] == [Severity.UNRATED]
    places = ["report, site[0].alerts[0]", "report, site[0].alerts[1]"]
    assert [problem.where for problem in reading.problems] == (
        places if write is in_json else ["report, line 1", "report, line 2"]
    )


def problems_of(folder: Path, *sites: object, **fields: object) -> Reading:
    """Read a report whose parts are not what they ought to be."""
    whole: Fields = {"@version": "1", "@generated": "", "site": list(sites)}
    return read_text(folder, msgspec.json.encode(whole | fields).decode())


def test_a_broken_part_of_any_depth_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """Sites, alerts and instances are read one by one."""
    mixed = {"pluginid": 7, "riskcode": 3, "count": "many", "instances": [3, {"uri": ["x"]}, instance()]}
    reading = problems_of(
        tmp_path, 5, {"@name": "https://shop.example", "alerts": ["x", mixed, {"name": {}}]}
    )
    assert [(each.facts.source_id, each.locator) for each in reading.findings] == [("7", "GET /search q")]
    assert [problem.where for problem in reading.problems] == [
        "report, site[0]",
        "report, site[1].alerts[0]",
        "report, site[1].alerts[1].instances[0]",
        "report, site[1].alerts[1].instances[1].uri",
        "report, site[1].alerts[2].name",
    ]


def test_a_site_that_is_no_list_is_the_only_one(tmp_path: Path) -> None:
    """As converters from XML write it; null is none."""
    assert len(problems_of(tmp_path, site=site(alert())).findings) == 1
    assert [problem.what for problem in problems_of(tmp_path, site=None).problems] == [
        "the report names no asset"
    ]


@pytest.mark.parametrize(
    "document", ['{"@version": "1", "@generated": "", "site": 3}', '{"@version": {}, "site": []}']
)
def test_a_document_of_another_shape_is_refused(tmp_path: Path, document: str) -> None:
    """As a whole."""
    with pytest.raises(DamagedInput, match="not the shape"):
        read_text(tmp_path, document)


def test_control_characters_are_refused_with_their_place(tmp_path: Path) -> None:
    """XML does not allow them; nothing is mended unasked."""
    text = in_xml(site(alert(instance(evidence="a\x01b"))))
    with pytest.raises(DamagedInput, match=r"line 1, column \d+: a character that XML does not allow"):
        read_text(tmp_path, text)


def test_a_report_without_sites_names_no_asset(tmp_path: Path) -> None:
    """That is a question, not a clean scan."""
    for write in (in_xml, in_json):
        assert [problem.what for problem in read_text(tmp_path, write()).problems] == [
            "the report names no asset"
        ]
