"""Severity, presence, deadlines, separation: the small rules that everything rests on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.authorities.fedramp import deadlines
from milepost.authorities.fedramp.severity import rate
from milepost.domain import presence
from milepost.domain.deadline import is_overdue
from milepost.domain.errors import MilepostError
from milepost.domain.matching import Outcome, Tally, weakness_outcome
from milepost.domain.presence import EVERYTHING, Look, fold
from milepost.domain.rating import Rating
from milepost.domain.separation import may_decide, may_verify
from milepost.domain.severity import Severity

DETECTED = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("severity", "rating", "due"),
    [
        (Severity.CRITICAL, Rating.HIGH, date(2026, 2, 14)),
        (Severity.HIGH, Rating.HIGH, date(2026, 2, 14)),
        (Severity.MODERATE, Rating.MODERATE, date(2026, 4, 15)),
        (Severity.LOW, Rating.LOW, date(2026, 7, 14)),
        (Severity.INFO, Rating.NONE, None),
        (Severity.UNRATED, Rating.NONE, None),
    ],
)
def test_rev5_rates_and_dates(severity: Severity, rating: Rating, due: date | None) -> None:
    """Critical and High 30, Moderate 90, Low 180 calendar days from discovery; unrated has no date."""
    rated = rate(severity)
    assert rated.rating is rating
    assert str(severity) in rated.reason
    assert deadlines.scheduled(DETECTED, rated.rating) == due
    assert rated.citation.document


def test_overdue_begins_the_day_after() -> None:
    """On its due date an item is not late; the day after it is, unless completed."""
    assert not is_overdue(DETECTED, completed=None, as_of=DETECTED)
    assert is_overdue(DETECTED, completed=None, as_of=DETECTED + timedelta(days=1))
    assert not is_overdue(DETECTED, completed=DETECTED, as_of=date(2027, 1, 1))
    assert not is_overdue(None, completed=None, as_of=date(2027, 1, 1))


def look(at: int, *seen: int, credentialed: bool | None = None, tested: presence.Tested = EVERYTHING) -> Look:
    """Return a look that saw some occurrences."""
    return Look(at, "", credentialed, tested, {each: each * 10 + at for each in seen})


def test_absence_counts_only_where_it_was_looked_for() -> None:
    """Seen, then not tested, then absent: gone since the third look, first seen at the first."""
    partial = look(2, tested=presence.Tested(unassessed=frozenset({"a"})))
    found = fold([look(3), partial, look(1, 7)], {7: "a"})[7]
    assert (found.open, found.first_seen, found.gone_at, found.sighting) == (False, 1, 3, 71)


def test_scan_with_less_credentials_proves_no_absence() -> None:
    """Once a look was credentialed, one that was not leaves what it does not see open."""
    assert fold([look(1, 7, credentialed=True), look(2, credentialed=False)], {7: "a"})[7].open
    assert not fold([look(1, 7, credentialed=None), look(2, credentialed=None)], {7: "a"})[7].open


@given(some.permutations([look(1, 1, 2), look(2, 1), look(3, 2, 3), look(4)]))
def test_fold_does_not_depend_on_the_order(looks: list[Look]) -> None:
    """The same looks in any order add up to the same."""
    assert fold(looks, {1: "a", 2: "b", 3: "c"}) == fold(sorted(looks), {1: "a", 2: "b", 3: "c"})


@pytest.mark.parametrize(
    ("tally", "outcome"),
    [
        (Tally(0, 0, {Outcome.NEW: 2}), Outcome.NEW),
        (Tally(0, 2, {Outcome.REAPPEARED: 1}), Outcome.REAPPEARED),
        (Tally(2, 2, {Outcome.PERSISTING: 1, Outcome.CHANGED: 1}), Outcome.CHANGED),
        (Tally(2, 2, {Outcome.PERSISTING: 1, Outcome.MISSING: 1}), Outcome.PERSISTING),
        (Tally(2, 2, {Outcome.MISSING: 2}), Outcome.MISSING),
        (Tally(2, 2, {Outcome.MISSING: 1, Outcome.NOT_RETESTED: 1}), Outcome.NOT_RETESTED),
        (Tally(2, 2, {}), None),
    ],
)
def test_weakness_outcome_says_most_about_its_occurrences(tally: Tally, outcome: Outcome | None) -> None:
    """A weakness is missing only when nothing of it stays open."""
    assert weakness_outcome(tally) is outcome


def test_nobody_judges_their_own_work() -> None:
    """However the name is spelled, the person who did it does not verify or decide it."""
    refused = may_verify(" SAM ", frozenset({"Sam", "Ines"}))
    assert not refused.allowed
    assert (refused.way_out, refused.citation.document) == (
        "let someone else verify it",
        "NIST SP 800-53 rev. 5",
    )
    assert may_verify("Vera", frozenset({"Sam"})).allowed
    assert not may_decide("Ines", "ines").allowed


def test_errors_say_what_where_and_how_to_fix() -> None:
    """An error reads as one sentence, with the parts that it has."""
    assert str(MilepostError("it is cut off", where="a.xml, line 3", fix="export it again")) == (
        "a.xml, line 3: it is cut off; export it again."
    )
    assert str(MilepostError("it is empty")) == "it is empty."
