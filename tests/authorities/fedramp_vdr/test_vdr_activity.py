"""The monthly report for people: what it lists, as Markdown and as a page that a screen reader can read."""

from lxml import html

from milepost.authorities.fedramp_vdr.activity_pages import as_html, as_markdown
from milepost.authorities.fedramp_vdr.activity_report import ActivityReport, Subject, activity_report
from tests.authorities.fedramp_vdr.reports import avi, detail, vdt

SUBJECT = Subject("Harbor", "Port & Co", "C", "agency", unchanged=4)
LATE = detail(
    "V-1",
    title="A <script> | pipe",
    currentRating=5,
    isLikelyExploitable=True,
    overdueStatus={"isOverdue": True, "explanation": "The vendor is late."},
    painReductions=[{"reducedAt": "2026-07-10T09:00:00Z", "rating": 5}],
    projectedNextReduction={"estimatedAt": "2026-08-09T00:00:00Z", "targetRating": 2},
)
DONE = detail("V-2", finalDisposition="Fully Mitigated", isRemediated=True)


def report() -> ActivityReport:
    """Return a report with one vulnerability of each sort."""
    return activity_report(SUBJECT, vdt(LATE, DONE), avi(detail("V-3")))


def rows(found: ActivityReport, heading: str) -> list[list[str]]:
    """Return the rows under a heading."""
    (section,) = [each for each in found.sections if each.heading == heading]
    return [list(row) for row in section.table.rows] if section.table else []


def test_it_lists_what_happened() -> None:
    """Counts by rating, delays with reasons, reductions, ends, accepted ones with reasons, incidents."""
    found = report()
    assert rows(found, "Overview")[0] == ["N5", "1", "1", "0", "0"]
    assert rows(found, "Overview")[2] == ["N3", "0", "0", "1", "1"]
    assert rows(found, "Overdue or likely to become so") == [["V-1", "N5", "yes", "The vendor is late."]]
    assert rows(found, "Active vulnerabilities")[0][-1] == "N2 by 2026-08-09 00:00 UTC"
    assert rows(found, "Reductions") == [["V-1", "2026-07-10 09:00 UTC", "N5"]]
    assert rows(found, "Ended")[0][2] == "Remediated"
    assert rows(found, "Accepted vulnerabilities")[0][-1] == "Isolated by design."
    assert rows(found, "Treated as incidents") == [["V-1", "N5"]]
    assert found.sections[0].sentences == (
        [
            "Worked on: 1. Ended: 1. Accepted: 1.",
            "Without activity in the period, and so in the history alone: 4.",
        ]
    )


def test_a_quiet_month_says_so() -> None:
    """Sections without rows have a sentence instead of an empty table."""
    found = activity_report(SUBJECT, vdt(), avi())
    texts = [section.sentences for section in found.sections if section.table is None]
    assert ["None in this period."] in texts
    assert "Treated as incidents" not in [section.heading for section in found.sections]


def test_the_page_can_be_read_out() -> None:
    """It names its language; each table has a caption, headings of columns, and one heading for each row."""
    page = html.fromstring(as_html(report()))
    assert page.get("lang") == "en"
    tables = page.xpath("//table")
    assert len(tables) >= 6
    for table in tables:
        assert table.findtext("caption")
        columns = table.xpath("thead/tr/th[@scope='col']")
        for row in table.xpath("tbody/tr"):
            assert len(row.xpath("th[@scope='row']")) == 1
            assert len(row) == len(columns)
    assert [each.get("aria-labelledby") for each in page.xpath("//section")] == page.xpath("//h2/@id")


def test_foreign_text_stays_text() -> None:
    """Markup and pipes of a title change neither the page nor the table."""
    page, text = as_html(report()), as_markdown(report())
    assert not html.fromstring(page).xpath("//script")
    assert "A &lt;script&gt; | pipe" in page
    assert r"A \<script\> \| pipe" in text
    table = [line for line in text.splitlines() if line.startswith("| V-1 | A")]
    assert table[0].replace(r"\|", "").count("|") == 9
