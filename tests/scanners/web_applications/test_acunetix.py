"""Acunetix reports in XML."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import expected, read, read_text


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    severity: dict[str, int]


def item(extra: str = "", **fields: str) -> str:
    """Return an item."""
    texts = {
        "Name": "Cross site scripting",
        "Affects": "/search.php",
        "Parameter": "q",
        "IsFalsePositive": "False",
        "Severity": "high",
        "Description": "&lt;p&gt;What it is&lt;/p&gt;",
    } | fields
    inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in texts.items())
    return f'<ReportItem id="1">{inner}{extra}</ReportItem>'


def scan(*items: str, **fields: str) -> str:
    """Return a scan."""
    texts = {
        "StartURL": "https://shop.example/",
        "StartTime": "27/02/2026, 12:56:09",
        "FinishTime": "27/02/2026, 14:52:19",
        "Aborted": "False",
        "Responsive": "True",
    } | fields
    inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in texts.items())
    return f"<Scan>{inner}<ReportItems>{''.join(items)}</ReportItems></Scan>"


def report(*scans: str, exported: str = "28/02/2026, 05:13:54") -> str:
    """Return a report."""
    return f'<ScanGroup ExportedOn="{exported}">{"".join(scans)}</ScanGroup>'


@pytest.mark.samples
def test_a_real_file_gives_the_counts_that_were_made_apart() -> None:
    """Every item is one finding with its own word; none is merged, none a problem."""
    raw = msgspec.convert(expected("scans/expected.json")["acunetix/many_findings.xml"]["raw"], Raw)
    reading = read(sample("scans/acunetix/many_findings.xml"))
    assert reading.scanner == "acunetix"
    assert len(reading.findings) == len(reading.identities()) == raw.records
    assert Counter(finding.facts.native_severity for finding in reading.findings) == raw.severity
    assert reading.problems == []


@pytest.mark.samples
def test_a_real_item_is_read_field_by_field() -> None:
    """As it stands in the file: the first item; the site's scheme is the crawler's."""
    reading = read(sample("scans/acunetix/many_findings.xml"))
    found = reading.findings[0]
    facts = found.facts
    assert (facts.source, facts.source_id) == ("acunetix", "Slow HTTP Denial of Service Attack")
    assert (facts.title, found.locator) == ("Slow HTTP Denial of Service Attack", "/")
    assert found.output == "Time difference between connections: 10000 ms"
    assert (facts.severity, facts.family) == (Severity.MODERATE, "denialofservice")
    assert facts.cvss == ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L", "AV:N/AC:L/Au:N/C:N/I:N/A:P")
    assert facts.references[0] == "https://www.funtoo.org/Slowloris_DOS_Mitigation_Guide"
    assert facts.solution.startswith("Consult Web references")
    assert "\n\nA single machine can take down" in facts.description
    assert reading.findings[1].facts.cwes == ("CWE-200",)
    (coverage,) = reading.only.coverage
    assert (reading.only.asset.name, coverage.scope) == ("http://www.itsecgames.com", "acunetix")
    assert coverage.scanned_at == datetime(2020, 2, 27, 14, 52, 19, tzinfo=UTC)


def test_next_month_the_occurrence_is_the_same(tmp_path: Path) -> None:
    """Whether Acunetix verified it, ratings, texts, query values and order change nothing."""
    second = item(Name="CSRF", Affects="/login", Parameter="")
    before = read_text(tmp_path, report(scan(item(), second)))
    changed = item(
        Name="Cross site scripting (verified)", Affects="/search.php?x=1", Severity="low", Details="d"
    )
    after = read_text(tmp_path, report(scan(second, changed)))
    assert before.identities() == after.identities()
    assert after.identities() == {
        ("acunetix", "Cross site scripting", "/search.php q"),
        ("acunetix", "CSRF", "/login"),
    }


def test_cves_are_named_beside_the_name(tmp_path: Path) -> None:
    """The weakness stays Acunetix's own: it may stand for several."""
    cves = "<CVEList><CVE><ID>CVE-2024-1111</ID></CVE><CVE><ID>CVE-2024-2222</ID></CVE></CVEList>"
    facts = read_text(tmp_path, report(scan(item(cves)))).findings[0].facts
    assert (facts.source, facts.cves) == ("acunetix", ("CVE-2024-1111", "CVE-2024-2222"))


@pytest.mark.parametrize("word", ["1", "True", "true"])
def test_a_false_positive_opens_no_item(tmp_path: Path, word: str) -> None:
    """It stays a finding, and one problem counts them."""
    reading = read_text(tmp_path, report(scan(item(IsFalsePositive=word), item(Name="Other"))))
    assert [each.facts.actionable for each in reading.findings] == [False, True]
    assert reading.findings[0].facts.vendor_status == "suppressed: false positive"
    assert [problem.what for problem in reading.problems] == [
        "1 finding is suppressed in the tool; it opens no item"
    ]


@pytest.mark.parametrize("fields", [{"Aborted": "True"}, {"Responsive": "False"}])
def test_a_scan_that_did_not_come_through_proves_nothing_gone(tmp_path: Path, fields: dict[str, str]) -> None:
    """What it found is there; what it did not find may be."""
    reading = read_text(tmp_path, report(scan(item(), **fields)))
    assert (len(reading.findings), reading.only.coverage[0].assessed) == (1, frozenset())
    assert "was aborted, or the target did not answer" in reading.problems[0].what


def test_every_scan_is_a_site_and_one_without_items_counts_as_seen(tmp_path: Path) -> None:
    """Two scans of one site are one look, dated by the later."""
    text = report(
        scan(item()),
        scan(item(Name="Other"), FinishTime="28/02/2026, 01:00:00"),
        scan(StartURL="http://other.example:8080/app"),
    )
    reading = read_text(tmp_path, text)
    assert [(each.asset.name, len(each.findings)) for each in reading.reports] == [
        ("https://shop.example", 2),
        ("http://other.example:8080", 0),
    ]
    assert [each.coverage[0].assessed for each in reading.reports] == [None, frozenset()]
    assert reading.reports[0].coverage[0].scanned_at == datetime(2026, 2, 28, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "exported", "instant"),
    [
        (
            {"FinishTime": "05/03/2026, 10:00:00"},
            "28/03/2026, 05:00:00",
            datetime(2026, 3, 5, 10, tzinfo=UTC),
        ),
        (
            {"FinishTime": "05/03/2026, 10:00:00"},
            "3/28/2026, 5:00:00 AM",
            datetime(2026, 5, 3, 10, tzinfo=UTC),
        ),
        ({"FinishTime": "2026-03-05T10:00:00Z"}, "", datetime(2026, 3, 5, 10, tzinfo=UTC)),
        ({"FinishTime": "05/05/2026, 10:00:00", "StartTime": ""}, "", datetime(2026, 5, 5, 10, tzinfo=UTC)),
        ({"FinishTime": "05/03/2026, 10:00:00", "StartTime": ""}, "", None),
        ({"FinishTime": "", "StartTime": ""}, "", None),
    ],
)
def test_the_file_itself_shows_whether_day_or_month_comes_first(
    tmp_path: Path, fields: dict[str, str], exported: str, instant: datetime | None
) -> None:
    """Where nothing shows it, the time is not read and that is said."""
    reading = read_text(tmp_path, report(scan(item(), **({"StartTime": ""} | fields)), exported=exported))
    assert reading.only.coverage[0].scanned_at == instant
    assert bool(reading.problems) == (instant is None and bool(fields["FinishTime"]))


def test_a_start_without_a_scheme_is_said(tmp_path: Path) -> None:
    """Unless the crawler knows it."""
    reading = read_text(tmp_path, report(scan(item(), StartURL="shop.example")))
    assert reading.only.asset.name == "http://shop.example"
    assert "http or https" in reading.problems[0].what


def test_a_broken_item_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """One without a name is not read; an unknown rating is unrated."""
    reading = read_text(
        tmp_path, report(scan("<ReportItem/>", "\n" + item(Severity="Awful")), "<ReportItem/>")
    )
    assert [each.facts.severity for each in reading.findings] == [Severity.UNRATED]
    assert [problem.where for problem in reading.problems] == [
        "report, line 1",
        "report, line 2",
        "report, line 2",
    ]


def test_an_empty_report_names_no_asset(tmp_path: Path) -> None:
    """That is a question, not a clean scan."""
    assert [problem.what for problem in read_text(tmp_path, report()).problems] == [
        "the report names no asset"
    ]
