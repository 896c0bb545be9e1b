"""BOD 18-02, and the directives that BOD 26-04 revoked."""

from datetime import date, timedelta

import pytest

from milepost.authorities.cisa import bod_18_02, revoked
from milepost.domain.circumstances import Circumstances, DateKind, KnownVulnerability, SetDate
from milepost.domain.deadline import Candidate, Remark
from milepost.domain.rating import Rating

BEFORE = date(2026, 6, 9)


def dates(found: Circumstances) -> list[date]:
    """Return the dates that the revoked directives give."""
    return [each.due for each in revoked.candidates(found) if isinstance(each, Candidate)]


def only(found: Circumstances) -> Candidate:
    """Return the one candidate of the revoked directives."""
    (candidate,) = revoked.candidates(found)
    assert isinstance(candidate, Candidate)
    return candidate


@pytest.mark.parametrize(
    ("cve", "start", "days"),
    [("CVE-2020-1", date(2022, 1, 31), 181), ("CVE-2021-1", date(2022, 1, 31), 14)],
)
def test_a_window_of_22_01_tells_its_sum(cve: str, start: date, days: int) -> None:
    """Counted from the entry in the catalog, in calendar days, for the CVE, with the directive as source."""
    found = only(Circumstances(detected_on=BEFORE, vulnerabilities=(KnownVulnerability(cve, start),)))
    assert (found.start, found.days, found.concerning) == (start, days, cve)
    assert found.due == start + timedelta(days=days)
    assert "22-01" in found.citation.document


def test_each_rule_of_the_revoked_directives_names_its_source() -> None:
    """The date of the catalog is BOD 22-01's, those of internet-accessible systems are BOD 19-02's."""
    known = KnownVulnerability("CVE-2021-1", None, date(2022, 5, 1))
    dated = only(Circumstances(detected_on=BEFORE, vulnerabilities=(known,)))
    assert "22-01" in dated.citation.document
    assert (dated.start, dated.concerning) == (None, "CVE-2021-1")
    for critical, word in ((True, "critical"), (False, "high")):
        exposed = only(Circumstances(detected_on=BEFORE, rating=Rating.HIGH, critical=critical, exposed=True))
        assert "19-02" in exposed.citation.document
        assert word in exposed.rule.words


def test_catalog_date_holds_under_22_01() -> None:
    """The date in CISA's catalog is the due date, even where it lies before the entry."""
    known = KnownVulnerability("CVE-2021-1", date(2021, 11, 3), date(2021, 11, 1))
    assert dates(Circumstances(detected_on=BEFORE, vulnerabilities=(known,))) == [date(2021, 11, 1)]


@pytest.mark.parametrize(
    ("cve", "added", "due"),
    [
        ("CVE-2020-99", date(2022, 8, 31), date(2023, 2, 28)),
        ("CVE-2021-1", date(2022, 8, 31), date(2022, 9, 14)),
        ("CVE-2020-1", date(2023, 8, 31), date(2024, 2, 29)),
        ("CVE-2020-1", date(2022, 3, 15), date(2022, 9, 15)),
        ("CVE-2020-1", date(2022, 6, 30), date(2022, 12, 30)),
    ],
)
def test_default_windows_of_22_01(cve: str, added: date, due: date) -> None:
    """Without a date: six months for CVEs from before 2021, two weeks for later ones."""
    known = KnownVulnerability(cve, added)
    assert dates(Circumstances(detected_on=BEFORE, vulnerabilities=(known,))) == [due]


def test_cve_that_is_not_exploited_has_no_date_under_22_01() -> None:
    """A CVE that the catalog does not have is not the directive's business."""
    assert dates(Circumstances(detected_on=BEFORE, vulnerabilities=(KnownVulnerability("CVE-2021-1"),))) == []


@pytest.mark.parametrize(
    ("critical", "rating", "exposed", "days"),
    [
        (True, Rating.HIGH, True, [15]),
        (False, Rating.HIGH, True, [30]),
        (False, Rating.MODERATE, True, []),
        (True, Rating.HIGH, False, []),
        (False, Rating.HIGH, None, []),
    ],
)
def test_windows_of_19_02(*, critical: bool, rating: Rating, exposed: bool | None, days: list[int]) -> None:
    """Internet-accessible systems: critical 15, high 30 calendar days from detection."""
    found = Circumstances(detected_on=BEFORE, rating=rating, critical=critical, exposed=exposed)
    assert dates(found) == [BEFORE + timedelta(days=each) for each in days]


def test_revoked_directives_say_so_from_the_day_on() -> None:
    """What is detected on 2026-06-10 or later gets a remark and no date."""
    found = Circumstances(detected_on=revoked.REVOKED_ON, rating=Rating.HIGH, exposed=True)
    (only,) = revoked.candidates(found)
    assert isinstance(only, Remark)
    assert "2026-06-10" in only.text
    assert "BOD 26-04" in only.rule.words


@pytest.mark.parametrize(
    ("critical", "rating", "due"),
    [
        (False, Rating.HIGH, True),
        (False, Rating.VERY_HIGH, True),
        (True, Rating.MODERATE, True),
        (False, Rating.MODERATE, False),
    ],
)
def test_high_value_assets_have_thirty_days_from_the_report(
    *, critical: bool, rating: Rating, due: bool
) -> None:
    """Major and critical weaknesses are due 30 days after the report; others need the plan alone."""
    report = SetDate(DateKind.REPORT, date(2026, 3, 1), "assessment report")
    found = Circumstances(detected_on=date(2026, 1, 1), rating=rating, critical=critical, dates=(report,))
    given = list(bod_18_02.candidates(found))
    assert [each.due for each in given if isinstance(each, Candidate)] == ([date(2026, 3, 31)] if due else [])
    assert isinstance(given[-1], Remark)
    assert "Senior Accountable Official" in given[-1].rule.duty
    assert "30 days" in given[-1].text
    assert all("BOD 18-02" in each.rule.citation.document for each in given)


def test_without_a_report_the_directive_asks_nothing() -> None:
    """A weakness that no assessment of a high value asset reported has no date from BOD 18-02."""
    assert list(bod_18_02.candidates(Circumstances(detected_on=BEFORE, rating=Rating.HIGH))) == []


@pytest.mark.parametrize(
    ("cve", "year"),
    [("CVE-2019-0708", 2019), ("CVE-2021", 2021), ("", 0), ("GHSA-x", 0), ("CVE", 0), ("CVE-²-1", 0)],
)
def test_year_of_a_cve(cve: str, year: int) -> None:
    """The year stands in the number; what is no CVE number has none."""
    assert revoked.year_of(cve) == year
