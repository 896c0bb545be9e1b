"""The days of a profile's table: which row fits, what it is counted from, and how the rule tells it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from milepost.authorities.by_profile import ProfileAuthority
from milepost.authorities.profile_reading import read_profiles
from milepost.authorities.profiles import profile_of
from milepost.authorities.remediation import candidates, days_for
from milepost.domain.circumstances import Circumstances, DateKind, SetDate
from milepost.domain.profile import Fact, Profile, RemediationDays
from milepost.domain.rating import Rating
from milepost.domain.ruling import Citation
from milepost.domain.severity import Severity

DETECTED = date(2026, 12, 8)
POLICY = Citation("House policy", "table 1")
PLAIN = profile_of("cmmc-l1", on=DETECTED)


def giving(*rows: tuple[str, int] | tuple[str, int, str]) -> Profile:
    """Return a profile with a table of days: severity, days, and when."""
    stated = Fact(tuple(RemediationDays(*row) for row in rows), verified=False, citation=POLICY)
    return replace(PLAIN, name="house", version="3", remediation_days=stated)


def found(
    rating: Rating,
    *,
    critical: bool = False,
    exposed: bool | None = None,
    penetration_test: bool = False,
    dates: tuple[SetDate, ...] = (),
) -> Circumstances:
    """Return what is known of an item detected on the day of these tests."""
    return Circumstances(
        detected_on=DETECTED,
        rating=rating,
        critical=critical,
        exposed=exposed,
        penetration_test=penetration_test,
        dates=dates,
    )


def days(profile: Profile, item: Circumstances) -> int | None:
    """Return the days that a profile gives; None for none."""
    row = days_for(profile, item)
    return None if row is None else row.days


@pytest.mark.parametrize(
    ("rating", "words", "expected"),
    [
        (Rating.VERY_HIGH, ("High", "Critical", "Very High"), 3),
        (Rating.VERY_HIGH, ("High", "Critical"), 2),
        (Rating.VERY_HIGH, ("Moderate", "High"), 2),
        (Rating.CRITICAL, ("High", "Very High", "Critical"), 3),
        (Rating.CRITICAL, ("High", "Very High"), 2),
        (Rating.CRITICAL, ("Moderate", "High"), 2),
        (Rating.VERY_LOW, ("Low", "Very Low"), 2),
        (Rating.VERY_LOW, ("Moderate", "Low"), 2),
        (Rating.HIGH, ("Critical", "Very High", "Moderate"), None),
        (Rating.LOW, ("Very Low", "Moderate"), None),
        (Rating.NONE, ("High", "Low"), None),
    ],
)
def test_a_rating_falls_back_to_the_next_that_the_authority_knows(
    rating: Rating, words: tuple[str, ...], expected: int | None
) -> None:
    """Very High and Critical are equals, and High where neither is known; never the other way round."""
    profile = giving(*((word, number) for number, word in enumerate(words, 1)))
    assert days(profile, found(rating)) == expected


@pytest.mark.parametrize(
    ("rating", "critical", "words", "expected"),
    [
        (Rating.HIGH, True, ("High", "Very High", "Critical"), 3),
        (Rating.HIGH, True, ("High", "Very High"), 2),
        (Rating.HIGH, True, ("Moderate", "High"), 2),
        (Rating.HIGH, False, ("High", "Very High", "Critical"), 1),
        (Rating.MODERATE, True, ("Critical", "Moderate"), 2),
    ],
)
def test_what_the_tool_called_critical_is_critical_while_it_is_high(
    rating: Rating, *, critical: bool, words: tuple[str, ...], expected: int
) -> None:
    """It has the days for Critical where there are some; adjusted below High it has those of its rating."""
    profile = giving(*((word, number) for number, word in enumerate(words, 1)))
    assert days(profile, found(rating, critical=critical)) == expected


@pytest.mark.parametrize(
    ("exposed", "penetration_test", "expected"),
    [
        (True, False, 10),
        (None, False, 10),
        (False, False, 20),
        (False, True, 15),
        (True, True, 10),
        (None, True, 10),
    ],
)
def test_the_narrower_row_goes_before_the_general(
    *, exposed: bool | None, penetration_test: bool, expected: int
) -> None:
    """Unknown exposure counts as exposed; of two rows that fit the shorter holds."""
    profile = giving(
        ("High", 5), ("High", 20, "internal"), ("High", 15, "penetration_test"), ("High", 10, "exposed")
    )
    item = found(Rating.HIGH, exposed=exposed, penetration_test=penetration_test)
    assert days(profile, item) == expected


def test_the_general_row_holds_where_no_narrower_one_fits() -> None:
    """Days for penetration tests alone say nothing of what a scan found."""
    profile = giving(("High", 40), ("High", 15, "penetration_test"))
    assert days(profile, found(Rating.HIGH)) == 40
    assert days(giving(("High", 15, "penetration_test")), found(Rating.HIGH)) is None
    assert days(PLAIN, found(Rating.HIGH)) is None


def test_the_rule_tells_its_row_and_its_source() -> None:
    """Counted from detection, with the profile's version, its standing, and the row in words."""
    (only,) = candidates(found(Rating.HIGH), giving(("High", 30, "exposed")))
    assert (only.due, only.start, only.days) == (DETECTED + timedelta(days=30), DETECTED, 30)
    assert only.concerning == ""
    assert (only.rule.name, only.rule.citation, only.rule.verified) == ("house@3:high", POLICY, False)
    assert "30" in only.rule.words
    assert "exposed" in only.rule.words
    assert list(candidates(found(Rating.LOW), giving(("High", 30)))) == []


def test_a_vendor_s_release_starts_the_days_only_where_the_authority_says_so() -> None:
    """The later of release and detection then counts, and the sum says what it was counted from."""
    released = DETECTED + timedelta(days=9)
    item = found(Rating.HIGH, dates=(SetDate(DateKind.VENDOR_RELEASE, released, "notice"),))
    profile = giving(("High", 30))
    (usual,) = candidates(item, profile)
    assert (usual.start, usual.concerning) == (DETECTED, "")
    (again,) = candidates(item, profile, vendor_release_restarts=True)
    assert again.start == released
    assert "release" in again.working
    (none,) = candidates(found(Rating.HIGH), profile, vendor_release_restarts=True)
    assert (none.start, none.concerning) == (DETECTED, "")


def test_an_authority_without_words_of_its_own_rates_by_fips_199() -> None:
    """High, Moderate and Low, and its source is FIPS 199; with words of its own, its own source."""
    plain = ProfileAuthority(replace(PLAIN, severities=None), frozenset())
    assert plain.rate(Severity.CRITICAL).rating is Rating.HIGH
    assert plain.rate(Severity.MODERATE).rating is Rating.MODERATE
    assert plain.rate(Severity.LOW).rating is Rating.LOW
    assert plain.rate(Severity.LOW).citation.document == "FIPS 199"
    words = Fact(("CRITICAL", "Low"), verified=True, citation=POLICY)
    own = ProfileAuthority(replace(PLAIN, severities=words), frozenset())
    assert own.rate(Severity.CRITICAL).rating is Rating.CRITICAL
    assert own.rate(Severity.HIGH).rating is Rating.NONE
    assert {own.rate(severity).citation for severity in Severity} == {POLICY}
    assert "high" in own.rate(Severity.HIGH).reason


def test_lineage_goes_through_an_organisation_s_own_profiles() -> None:
    """A profile of its own that derives from another of its own, and that from HHS: all are ancestors."""
    text = """
    [[profile]]
    name = "{name}"
    title = "{name}"
    applies_to = "all"
    source = "House policy"
    extends = ["{parent}"]
    [[profile.version]]
    version = "1"
    effective_from = 2026-01-01
    """
    chain = (("house", "wing"), ("wing", "base"), ("base", "hhs"))
    file = "".join(text.format(name=name, parent=parent) for name, parent in chain)
    own = read_profiles(file.encode(), "own.toml")
    house = profile_of("house", on=DETECTED, own=own)
    assert house.lineage == {"house", "wing", "base", "hhs", "nist-rmf", "omb-fisma"}
