"""By when, under everything that a system answers to: the strictest wins, and every candidate is told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.authorities import authorities, authority_of, newest_profile
from milepost.authorities.by_profile import levels_of
from milepost.authorities.deadlines import Terms, deadline
from milepost.authorities.fedramp import deadlines as fedramp_days
from milepost.authorities.profiles import profile_at, profile_of
from milepost.authorities.remediation import days_for
from milepost.domain.circumstances import (
    Circumstances,
    DateKind,
    Evaluation,
    KnownVulnerability,
    SetDate,
    TechnicalImpact,
)
from milepost.domain.errors import MilepostError
from milepost.domain.finding import WeaknessKind
from milepost.domain.rating import Rating
from milepost.domain.severity import Severity

DETECTED = date(2026, 12, 8)


def under(*names: str, level: str = "moderate", on: date = DETECTED) -> list[Terms]:
    """Return the terms of profiles as they hold on a day."""
    profiles = [profile_of(name, on=on) for name in names]
    return [Terms(profile=each, lineage=each.lineage, level=level) for each in profiles]


def due(found: Circumstances, *names: str, level: str = "moderate") -> date | None:
    """Return the date that holds."""
    return deadline(found, under(*names, level=level)).due


def after(days: int) -> date:
    """Return the day so many days after detection."""
    return DETECTED + timedelta(days=days)


@pytest.mark.parametrize(
    ("profile", "rating", "critical", "days"),
    [
        ("fedramp-rev5", Rating.HIGH, False, 30),
        ("fedramp-rev5", Rating.HIGH, True, 30),
        ("fedramp-rev5", Rating.MODERATE, False, 90),
        ("fedramp-rev5", Rating.LOW, False, 180),
        ("hhs", Rating.CRITICAL, False, 15),
        ("hhs", Rating.HIGH, True, 15),
        ("hhs", Rating.HIGH, False, 30),
        ("hhs", Rating.MODERATE, True, 90),
        ("hhs", Rating.LOW, False, 365),
        ("cms", Rating.CRITICAL, False, 15),
        ("govramp", Rating.CRITICAL, False, 0),
        ("govramp", Rating.LOW, False, 180),
    ],
)
def test_days_of_each_rating(profile: str, rating: Rating, *, critical: bool, days: int) -> None:
    """FedRAMP 30/90/180; HHS and CMS 15/30/90/365; GovRAMP at once, 30, 90, 180."""
    assert due(Circumstances(detected_on=DETECTED, rating=rating, critical=critical), profile) == after(days)


@pytest.mark.parametrize(("exposed", "days"), [(True, 15), (None, 15), (False, 30)])
def test_exposed_systems_have_fewer_days_at_gsa(*, exposed: bool | None, days: int) -> None:
    """A Critical on an exposed asset, or on one of unknown exposure, has 15 days; on an internal one 30."""
    found = Circumstances(detected_on=DETECTED, rating=Rating.CRITICAL, exposed=exposed)
    result = deadline(found, under("gsa"))
    assert result.due == after(days)
    assert not result.candidates[0].rule.verified


@pytest.mark.parametrize(("rating", "days"), [(Rating.HIGH, 60), (Rating.MODERATE, 90)])
def test_penetration_tests_have_their_own_days_at_va(rating: Rating, days: int) -> None:
    """What a penetration test found is due as VA's projects do it: High 60, Moderate 90."""
    found = Circumstances(detected_on=DETECTED, rating=rating, penetration_test=True)
    row = days_for(profile_of("va", on=DETECTED), found)
    assert row is not None
    assert (row.days, row.when) == (days, "penetration_test")


def test_strictest_authority_wins_and_the_others_are_told() -> None:
    """A system under HHS and FedRAMP: HHS's 15 days for a Critical hold, FedRAMP's 30 are told beside it."""
    found = Circumstances(detected_on=DETECTED, rating=Rating.HIGH, critical=True)
    result = deadline(found, under("fedramp-rev5", "hhs"))
    assert [each.due for each in result.candidates] == [after(15), after(30)]
    assert result.candidates[0].rule.name.startswith("hhs@")
    assert "15" in result.reason


def test_item_keeps_the_version_it_was_opened_under() -> None:
    """HHS gave High 90 days before 2019-06-06 and 30 since; each version still gives its own."""
    old = profile_of("hhs", on=date(2019, 6, 5))
    new = profile_of("hhs", on=date(2019, 6, 6))
    found = Circumstances(detected_on=DETECTED, rating=Rating.HIGH)
    rows = [days_for(profile, found) for profile in (old, new)]
    assert [row.days if row else None for row in rows] == [90, 30]
    assert profile_at(old.key) == old


def test_catalog_date_counts_where_the_authority_takes_it_over() -> None:
    """FedRAMP and the civilian agencies take CISA's date over; CMMC and GovRAMP do not."""
    known = (KnownVulnerability("CVE-2026-1", date(2026, 12, 7), date(2026, 12, 10)),)
    found = Circumstances(detected_on=DETECTED, rating=Rating.HIGH, vulnerabilities=known)
    assert due(found, "fedramp-rev5") == date(2026, 12, 10)
    assert due(found, "cms") == date(2026, 12, 10)
    assert due(found, "govramp") == after(30)
    assert due(found, "cmmc-l2") is None
    assert "CVE-2026-1" in deadline(found, under("cms")).reason


@pytest.mark.parametrize(("detected", "expected"), [(date(2026, 6, 9), 14), (date(2026, 6, 10), None)])
def test_revoked_directives_hold_for_what_was_detected_before(detected: date, expected: int | None) -> None:
    """BOD 22-01's two weeks from the entry, until BOD 26-04 revoked it on 2026-06-10."""
    known = (KnownVulnerability("CVE-2026-1", date(2026, 6, 1)),)
    result = deadline(Circumstances(detected_on=detected, vulnerabilities=known), under("cisa-legacy"))
    assert result.due == (None if expected is None else date(2026, 6, 1) + timedelta(days=expected))


def test_directive_holds_beside_an_authority() -> None:
    """BOD 26-04 beside FedRAMP: three days with a forensic triage beat the thirty."""
    known = KnownVulnerability(
        "CVE-2026-1", DETECTED, None, automatable=True, technical_impact=TechnicalImpact.TOTAL
    )
    found = Circumstances(detected_on=DETECTED, rating=Rating.HIGH, exposed=True, vulnerabilities=(known,))
    result = deadline(found, under("fedramp-rev5", "cisa-bod-26-04"))
    assert result.due == after(3)
    assert "forensic" in result.candidates[0].rule.duty
    assert result.candidates[-1].due == after(30)


def test_remarks_are_kept_beside_the_date() -> None:
    """What a rule says without a date is told too: fix it at the next upgrade."""
    known = KnownVulnerability("CVE-1", automatable=False, technical_impact=TechnicalImpact.PARTIAL)
    found = Circumstances(detected_on=DETECTED, rating=Rating.LOW, exposed=False, vulnerabilities=(known,))
    result = deadline(found, under("fedramp-rev5", "cisa-bod-26-04"))
    assert result.due == after(180)
    assert [each.rule.name for each in result.remarks] == ["bod-26-04:FSU"]


@pytest.mark.parametrize(("released", "start"), [(after(10), after(10)), (after(-10), DETECTED)])
def test_vendor_release_starts_fedramp_s_days(released: date, start: date) -> None:
    """FedRAMP counts from a vendor's release after discovery; other authorities do not."""
    release = (SetDate(DateKind.VENDOR_RELEASE, released, "vendor notice"),)
    found = Circumstances(detected_on=DETECTED, rating=Rating.MODERATE, dates=release)
    assert due(found, "fedramp-rev5") == start + timedelta(days=90)
    assert due(found, "hhs") == after(90)


@pytest.mark.parametrize("kind", [DateKind.ADVISORY, DateKind.CONTRACT])
def test_dates_from_outside_are_candidates(kind: DateKind) -> None:
    """An advisory's comply-by date and a contract's date count under every authority, with their source."""
    stated = SetDate(kind, after(5), "notice 2026-A-0001")
    found = Circumstances(detected_on=DETECTED, rating=Rating.HIGH, dates=(stated,))
    result = deadline(found, under("emass"))
    assert result.due == after(5)
    assert "notice 2026-A-0001" in result.reason


def test_a_report_s_date_is_no_due_date() -> None:
    """The day a report came starts BOD 18-02's days and is no deadline itself."""
    report = (SetDate(DateKind.REPORT, after(-20), "assessment"),)
    found = Circumstances(detected_on=DETECTED, rating=Rating.HIGH, dates=report)
    assert due(found, "fedramp-rev5") == after(30)
    assert due(found, "fedramp-rev5", "bod-18-02-hva") == after(10)


def test_plan_s_own_date_is_a_candidate() -> None:
    """A plan that promises earlier than the rule is held to its promise; a later one changes nothing."""
    assert due(
        Circumstances(detected_on=DETECTED, rating=Rating.LOW, planned_on=after(20)), "fedramp-rev5"
    ) == after(20)
    assert due(
        Circumstances(detected_on=DETECTED, rating=Rating.HIGH, planned_on=after(99)), "fedramp-rev5"
    ) == after(30)


def test_approved_extension_holds_instead_of_the_days() -> None:
    """An extension moves the days for the rating, and not the date of CISA's catalog."""
    found = Circumstances(detected_on=DETECTED, rating=Rating.HIGH, extended_to=after(60))
    assert due(found, "hhs") == after(60)
    known = (KnownVulnerability("CVE-1", None, after(7)),)
    exploited = Circumstances(
        detected_on=DETECTED, rating=Rating.HIGH, extended_to=after(60), vulnerabilities=known
    )
    assert due(exploited, "hhs") == after(7)


@pytest.mark.parametrize(("profile", "days"), [("cmmc-l2", 180), ("cmmc-l3", 180), ("fedramp-rev5", None)])
def test_conditional_status_closes_out_in_180_days(profile: str, days: int | None) -> None:
    """The plan of a conditional CMMC status is due 180 days after the status date, whatever the rating."""
    found = Circumstances(detected_on=DETECTED, conditional_since=DETECTED)
    assert due(found, profile) == (None if days is None else after(days))


def test_vulnerability_rules_use_the_class() -> None:
    """Under FedRAMP's rules of 2026 the class decides, in either case of letter."""
    at = datetime(2026, 12, 8, 10, tzinfo=UTC)
    found = Circumstances(
        detected_on=DETECTED, evaluation=Evaluation(at, 4, internet_reachable=True, likely_exploitable=True)
    )
    assert due(found, "fedramp-vdr", level="C") == after(4)
    assert due(found, "fedramp-vdr", level="b") == after(8)


def test_no_date_says_why() -> None:
    """Without a rating no day follows; with one, an authority that names no days says so."""
    assert "no rating yet" in deadline(Circumstances(detected_on=DETECTED), under("hhs")).reason
    rated = Circumstances(detected_on=DETECTED, rating=Rating.HIGH)
    assert "no rule" in deadline(rated, under("cmmc-l1")).reason


@given(
    some.dates(date(2019, 7, 1), date(2090, 1, 1)),
    some.sampled_from(list(Rating)),
    some.none() | some.dates(date(2019, 7, 1), date(2090, 1, 1)),
    some.sets(some.sampled_from(["fedramp-rev5", "hhs", "govramp", "emass", "gsa"]), min_size=1),
)
def test_holding_date_is_the_earliest_candidate_with_its_source(
    detected: date, rating: Rating, kev_due: date | None, names: set[str]
) -> None:
    """Whatever the input, the date that holds is a candidate, none is earlier, and each names its source."""
    known = () if kev_due is None else (KnownVulnerability("CVE-1", None, kev_due),)
    found = Circumstances(detected_on=detected, rating=rating, vulnerabilities=known)
    result = deadline(found, under(*sorted(names), on=date(2026, 12, 8)))
    assert all(result.due is not None and result.due <= each.due for each in result.candidates)
    assert (result.due is None) == (not result.candidates)
    assert all(each.citation.document and str(each.rule) and each.working for each in result.candidates)


@given(some.sets(some.sampled_from(["fedramp-rev5", "hhs", "govramp", "gsa"]), min_size=2))
def test_another_authority_never_gives_more_time(names: set[str]) -> None:
    """Answering to more authorities makes a date earlier or leaves it."""
    found = Circumstances(detected_on=DETECTED, rating=Rating.HIGH, critical=True)
    together = due(found, *sorted(names))
    assert together == min(filter(None, (due(found, name) for name in names)))


def test_fedramp_s_workbook_computes_with_the_profile_s_days() -> None:
    """The days in the workbook's formula are those of the profile, and the date is the same."""
    profile = newest_profile("fedramp-rev5")
    for rating, days in fedramp_days.DAYS.items():
        row = days_for(profile, Circumstances(detected_on=DETECTED, rating=rating))
        assert row is not None
        assert row.days == days
        assert fedramp_days.scheduled(DETECTED, rating) == after(days)
    assert fedramp_days.scheduled(DETECTED, Rating.NONE) is None


@pytest.mark.parametrize(
    ("name", "severity", "rating"),
    [
        ("hhs", Severity.CRITICAL, Rating.CRITICAL),
        ("hhs", Severity.HIGH, Rating.HIGH),
        ("fedramp-rev5", Severity.CRITICAL, Rating.HIGH),
        ("emass", Severity.CRITICAL, Rating.VERY_HIGH),
        ("emass", Severity.LOW, Rating.LOW),
        ("govramp", Severity.MODERATE, Rating.MODERATE),
        ("hhs", Severity.INFO, Rating.NONE),
        ("hhs", Severity.UNRATED, Rating.NONE),
    ],
)
def test_authorities_rate_in_their_own_words(name: str, severity: Severity, rating: Rating) -> None:
    """Critical is a rating of its own at HHS, High at FedRAMP, Very High in eMASS; unrated stays unrated."""
    rated = authority_of(name).rate(severity)
    assert rated.rating is rating
    assert rated.reason
    assert rated.citation.document


def test_every_authority_can_be_answered_to() -> None:
    """Each authority has a title, levels, a control for scans and, where it names days, dates."""
    known = authorities()
    assert {"fedramp-rev5", "fedramp-vdr", "hhs", "cms", "gsa", "va", "emass", "cmmc-l2"} <= {
        each.name for each in known
    }
    for each in known:
        assert each.title
        assert each.impacts
        assert each.scan_control(WeaknessKind.CONFIGURATION) == "CM-6"
        assert each.scan_control(WeaknessKind.VULNERABILITY) == "RA-5"
    assert authority_of("hhs").scheduled(DETECTED, Rating.HIGH) == after(30)
    assert authority_of("cmmc-l1").scheduled(DETECTED, Rating.HIGH) is None


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("fedramp-vdr", ("A", "B", "C", "D")),
        ("fedramp-rev5", ("li-saas", "low", "moderate", "high")),
        ("cmmc-l2", ("2",)),
        ("cms", ("low", "moderate", "high")),
    ],
)
def test_levels_of_each_authority(name: str, levels: tuple[str, ...]) -> None:
    """Classes for FedRAMP's rules of 2026, levels for CMMC, FIPS 199 for the rest."""
    assert levels_of(newest_profile(name).lineage) == levels


def test_lineage_names_every_ancestor() -> None:
    """CMS derives from HHS, that from the RMF, that from OMB: rules of each hold."""
    assert {"cms", "hhs", "nist-rmf", "omb-fisma"} <= newest_profile("cms").lineage


@pytest.mark.parametrize("name", ["nowhere", "hhs@1999"])
def test_unknown_authority_is_refused(name: str) -> None:
    """A name or version that does not exist is refused in a sentence that lists what there is."""
    with pytest.raises(MilepostError, match="use one of"):
        authority_of(name)
