"""Vulnerability lists of Invicti, Netsparker and Acunetix 360, in XML and in JSON."""

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
from tests.scanners.reading import expected, read, read_text

Fields = dict[str, object]
Write = Callable[..., str]


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


def found(**fields: object) -> Fields:
    """Return a vulnerability, by the names of the JSON."""
    return {
        "Url": "https://shop.example/search?q=1",
        "Type": "Xss",
        "Name": "Cross-site Scripting",
        "Severity": "High",
        "State": "Present",
        "Certainty": "100",
        "FirstSeenDate": "25/12/2025 01:30 PM",
        "LookupId": "1",
        "Description": "<p>What</p>",
        "Impact": "<p>So what</p>",
        "RemedialProcedure": "<p>Do this</p>",
        "RemedialActions": "",
        "ExternalReferences": "<a href='https://a.example'>A</a>",
        "RemedyReferences": "<a href='https://b.example'>B</a>",
        "Classification": {
            "Cwe": "79, 80",
            "Cvss": {"Vector": "CVSS:3.0/X"},
            "Cvss31": {"Vector": "CVSS:3.1/X"},
        },
        "HttpRequest": {
            "Method": "GET",
            "Parameters": [{"Name": "q", "Value": "SECRET"}],
            "Content": "SECRET",
        },
        "ExtraInformation": [{"Name": "Source", "Value": "Header"}],
    } | fields


def in_json(*records: Fields, target: str = "https://shop.example/", **fields: object) -> str:
    """Write a list in JSON."""
    whole: Fields = {
        "Generated": "06/01/2026 09:59 AM",
        "Target": {"Url": target, "Initiated": "05/01/2026 10:00 AM", "ScanId": "1"},
        "Vulnerabilities": list(records),
    }
    return msgspec.json.encode(whole | fields).decode()


def in_xml(*records: Fields, target: str = "https://shop.example/", root: str = "invicti-enterprise") -> str:
    """Write the same list in XML."""
    scanned = f"<url>{target}</url><initiated>05/01/2026 10:00 AM</initiated>"
    inner = "".join(map(_vulnerability, records))
    return (
        f'<{root} generated="06/01/2026 09:59 AM"><target>{scanned}</target>'
        f"<vulnerabilities>{inner}</vulnerabilities></{root}>"
    )


_TAGS = {
    "Url": "url",
    "Type": "type",
    "Name": "name",
    "Severity": "severity",
    "State": "state",
    "Certainty": "certainty",
    "FirstSeenDate": "FirstSeenDate",
    "LookupId": "LookupId",
    "Description": "description",
    "Impact": "impact",
    "RemedialProcedure": "remedial-procedure",
    "RemedialActions": "remedial-actions",
    "ExternalReferences": "external-references",
    "RemedyReferences": "remedy-references",
}


class Score(msgspec.Struct):
    """A score of the JSON."""

    Vector: str = ""


class Classified(msgspec.Struct):
    """The classification of the JSON."""

    Cwe: str = ""
    Cvss: Score | None = None
    Cvss31: Score | None = None


class Pair(msgspec.Struct):
    """A name with a value in the JSON."""

    Name: str = ""
    Value: str = ""


class Request(msgspec.Struct):
    """The request of the JSON."""

    Method: str = ""
    Parameters: list[Pair] = []


def _vulnerability(fields: Fields) -> str:
    plain = "".join(f"<{tag}>{escape(str(fields[name]))}</{tag}>" for name, tag in _TAGS.items())
    classified = msgspec.convert(fields["Classification"], Classified)
    request = msgspec.convert(fields["HttpRequest"], Request)
    scores = {"cvss": classified.Cvss, "cvss31": classified.Cvss31}
    vectors = "".join(
        f"<{tag}><vector>{score.Vector}</vector></{tag}>" for tag, score in scores.items() if score
    )
    parameters = "".join(f'<parameter name="{each.Name}" value="SECRET"/>' for each in request.Parameters)
    information = msgspec.convert(fields["ExtraInformation"], list[Pair])
    extra = "".join(f'<info name="{each.Name}" value="{each.Value}"/>' for each in information)
    return (
        f"<vulnerability>{plain}<classification><cwe>{classified.Cwe}</cwe>{vectors}</classification>"
        f"<http-request><method>{request.Method}</method><content>SECRET</content>"
        f"<parameters>{parameters}</parameters></http-request>"
        f"<http-response><content>SECRET</content></http-response>"
        f"<extra-information>{extra}</extra-information></vulnerability>\n"
    )


SHAPES = pytest.mark.parametrize("write", [in_xml, in_json])


@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "scanner"),
    [
        ("netsparker_invicti/sample-netsparker-invicti.xml", "invicti-xml"),
        ("acunetix/acunetix360_multiple_cwe.json", "invicti-json"),
    ],
)
def test_real_files_give_the_counts_that_were_made_apart(name: str, scanner: str) -> None:
    """Every vulnerability is one finding with its own word; none is merged, none a problem."""
    raw = msgspec.convert(expected("scans/expected.json")[name]["raw"], Raw)
    reading = read(sample(f"scans/{name}"))
    assert reading.scanner == scanner
    assert len(reading.findings) == len(reading.identities()) == raw.records
    assert Counter(each.facts.native_severity for each in reading.findings) == raw.severity
    assert reading.problems == []


@pytest.mark.samples
def test_a_real_vulnerability_in_xml_is_read_field_by_field() -> None:
    """As it stands in the file; 02/20/2023 shows that the month comes first in it."""
    reading = read(sample("scans/netsparker_invicti/sample-netsparker-invicti.xml"))
    (each,) = [each for each in reading.findings if each.facts.source_id == "WeakCiphersDetected"]
    facts = each.facts
    assert (facts.source, facts.title, each.locator) == ("invicti", "Weak Ciphers Enabled", "GET /")
    assert (facts.severity, facts.cwes) == (Severity.MODERATE, ("CWE-327",))
    assert facts.cvss == (
        "CVSS:3.1/AV:A/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N",
        "CVSS:3.0/AV:A/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N",
    )
    assert facts.solution.startswith("Configure your web server to disallow using weak ciphers.")
    assert each.output.startswith(
        "Certainty: 100 %\nList of Supported Weak Ciphers: TLS_RSA_WITH_AES_128_CBC_SHA256 (0x003C)"
    )
    assert each.first_seen == datetime(2023, 2, 20, 17, 3, tzinfo=UTC)
    (coverage,) = reading.only.coverage
    assert (reading.only.asset.name, coverage.tool) == ("https://foo.bar", "Invicti Enterprise")
    assert coverage.scanned_at == datetime(2023, 5, 5, 16, 57, tzinfo=UTC)


@pytest.mark.samples
def test_a_real_vulnerability_in_json_is_read_field_by_field() -> None:
    """As it stands in the file; 25/06/2021 shows that the day comes first in it."""
    reading = read(sample("scans/acunetix/acunetix360_multiple_cwe.json"))
    (each,) = reading.findings
    facts = each.facts
    assert (facts.source_id, each.locator) == ("CookieNotMarkedAsHttpOnly", "GET /auth/login.php")
    assert facts.cwes == ("CWE-16", "CWE-200")
    assert facts.cvss == ("CVSS:3.0/AV:N/AC:L/PR:L/UI:R/S:U/C:H/I:N/A:N/E:H/RL:O/RC:C",)
    assert each.output == (
        "Certainty: 100 %\nIdentified Cookie(s): PHPSESSID\nCookie Source: HTTP Header\nPage Type: Login"
    )
    assert each.first_seen == datetime(2021, 6, 16, 12, 30, tzinfo=UTC)
    assert reading.only.coverage[0].scanned_at == datetime(2021, 6, 25, 9, 53, tzinfo=UTC)
    assert "e52a07f0fe53c0294ae211bc4481332d" not in repr(reading)


def test_both_shapes_say_the_same(tmp_path: Path) -> None:
    """But for the name of the product; nothing of requests and responses is kept."""
    records = (found(), found(Type="Csrf", Classification={}, HttpRequest={"Method": "POST"}))
    one, other = (read_text(tmp_path, write(*records)) for write in (in_xml, in_json))
    assert one.findings == other.findings
    assert one.only.asset == other.only.asset
    assert (one.problems, other.problems) == ([], [])
    assert one.only.coverage[0].scanned_at == other.only.coverage[0].scanned_at
    assert "SECRET" not in repr(one) + repr(other)
    assert one.findings[0].facts.references == ("https://a.example", "https://b.example")


def test_an_old_report_of_netsparker_names_the_same_occurrence(tmp_path: Path) -> None:
    """Its tags are others, its types are the engine's."""
    old = (
        '<netsparker generated="06/01/2026 09:59 AM"><target><url>https://shop.example/</url>'
        "<scantime>25/12/2025 10:00 AM</scantime></target>"
        '<vulnerability confirmed="True"><url>https://shop.example/search?q=7</url><type>Xss</type>'
        "<severity>Important</severity><vulnerableparametertype>Querystring</vulnerableparametertype>"
        "<vulnerableparameter>q</vulnerableparameter><rawrequest>GET /search?q=7 HTTP/1.1 SECRET</rawrequest>"
        '<extrainformation><info name="Proof">x</info></extrainformation>'
        "<classification><CWE>79</CWE></classification></vulnerability></netsparker>"
    )
    before = read_text(tmp_path, old)
    after = read_text(tmp_path, in_xml(found()))
    assert before.identities() == after.identities() == {("invicti", "Xss", "GET /search q")}
    facts = before.findings[0].facts
    assert (facts.severity, facts.cwes, facts.title) == (Severity.HIGH, ("CWE-79",), "Xss")
    assert (before.only.coverage[0].tool, before.findings[0].output) == ("Netsparker", "Proof: x")


@SHAPES
def test_next_month_the_occurrence_is_the_same(tmp_path: Path, write: Write) -> None:
    """Other lookup id, name, rating, state, texts, query values and order change nothing."""
    second = found(Type="Csrf")
    before = read_text(tmp_path, write(found(), second))
    changed = found(
        Url="https://shop.example/search?q=2",
        Name="XSS",
        Severity="Low",
        LookupId="2",
        State="Revived",
        Certainty="90",
    )
    after = read_text(tmp_path, write(second, changed))
    assert before.identities() == after.identities()
    assert len(after.identities()) == 2


@SHAPES
@pytest.mark.parametrize(
    "state", ["FalsePositive", "False Positive", "AcceptedRisk", "Present, AcceptedRisk", "Ignored"]
)
def test_what_people_set_aside_opens_no_item(tmp_path: Path, write: Write, state: str) -> None:
    """In the tool's word; one problem counts them."""
    reading = read_text(tmp_path, write(found(State=state)))
    (each,) = reading.findings
    assert (each.facts.actionable, each.facts.vendor_status) == (False, f"suppressed: {state}")
    assert [problem.what for problem in reading.problems] == [
        "1 finding is suppressed in the tool; it opens no item"
    ]


@SHAPES
@pytest.mark.parametrize("state", ["Fixed", "Fixed (Confirmed)"])
def test_what_is_fixed_is_no_finding_and_was_looked_for(tmp_path: Path, write: Write, state: str) -> None:
    """The site is covered, even where nothing else was found."""
    reading = read_text(tmp_path, write(found(State=state)))
    assert (reading.findings, reading.problems) == ([], [])
    assert reading.only.coverage[0].assessed is None


@SHAPES
@pytest.mark.parametrize("state", ["Present", "Revived", "Fixed (Unconfirmed)", "Fixed (Can't Retest)", ""])
def test_what_was_not_confirmed_as_fixed_is_there(tmp_path: Path, write: Write, state: str) -> None:
    """A claim is no proof."""
    reading = read_text(tmp_path, write(found(State=state)))
    assert [each.facts.actionable for each in reading.findings] == [True]
    assert reading.problems == []


@SHAPES
def test_an_unknown_state_or_rating_is_said(tmp_path: Path, write: Write) -> None:
    """The finding stays, unrated."""
    reading = read_text(tmp_path, write(found(State="Odd", Severity="Awful")))
    assert [each.facts.severity for each in reading.findings] == [Severity.UNRATED]
    assert ["“Odd”" in reading.problems[0].what, "“Awful”" in reading.problems[1].what] == [True, True]


@SHAPES
@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("Critical", Severity.CRITICAL),
        ("Medium", Severity.MODERATE),
        ("Low", Severity.LOW),
        ("Best Practice", Severity.INFO),
        ("BestPractice", Severity.INFO),
        ("Information", Severity.INFO),
    ],
)
def test_severities_keep_their_native_word(
    tmp_path: Path, write: Write, word: str, severity: Severity
) -> None:
    """Best practices are informational."""
    reading = read_text(tmp_path, write(found(Severity=word)))
    assert [(each.facts.severity, each.facts.native_severity) for each in reading.findings] == [
        (severity, word)
    ]


@SHAPES
def test_a_clean_list_counts_its_target_as_seen_alone(tmp_path: Path, write: Write) -> None:
    """A list of nothing at all may mean that the target was down."""
    reading = read_text(tmp_path, write())
    assert (reading.only.asset.name, reading.only.coverage[0].assessed) == (
        "https://shop.example",
        frozenset(),
    )
    assert any("may have been down" in problem.what for problem in reading.problems)


def test_a_vulnerability_without_an_address_stands_on_the_target(tmp_path: Path) -> None:
    """On the file, where there is no target either."""
    reading = read_text(tmp_path, in_json(found(Url=None)))
    assert [(each.asset.name, len(each.findings)) for each in reading.reports] == [
        ("https://shop.example", 1)
    ]
    nowhere = read_text(tmp_path, in_json(found(Url=None), Target=None))
    assert nowhere.only.asset.name == "report"


def test_days_that_may_be_months_are_not_read(tmp_path: Path) -> None:
    """The person is asked for the day, once."""
    reading = read_text(
        tmp_path, in_json(found(FirstSeenDate="01/02/2026 10:00 AM"), found(Type="B", FirstSeenDate=""))
    )
    assert (reading.only.coverage[0].scanned_at, reading.findings[0].first_seen) == (None, None)
    assert ["whether day or month comes first" in problem.what for problem in reading.problems] == [True]


def test_cves_of_known_vulnerabilities_are_named(tmp_path: Path) -> None:
    """Wherever in them they stand."""
    known = [{"Title": "jQuery CVE-2020-11022", "References": ["CVE-2020-11023"]}]
    facts = read_text(tmp_path, in_json(found(KnownVulnerabilities=known))).findings[0].facts
    assert facts.cves == ("CVE-2020-11022", "CVE-2020-11023")


def test_a_broken_record_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """With its path; numbers count as texts."""
    broken: list[Fields] = [{"Type": {}}, found(Type=None, Name=None), found(HttpRequest=3)]
    reading = read_text(tmp_path, in_json(*broken, found(Type=7, Certainty=1.5)))
    assert [each.facts.source_id for each in reading.findings] == ["7"]
    assert sorted(problem.where for problem in reading.problems) == [
        "report, Vulnerabilities[0].Type",
        "report, Vulnerabilities[1]",
        "report, Vulnerabilities[2].HttpRequest",
    ]


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    """As a whole."""
    with pytest.raises(DamagedInput, match="not the shape"):
        read_text(tmp_path, in_json(Vulnerabilities=3))
