"""Candidates in words, and which of them holds."""

from datetime import UTC, date, datetime

from milepost.domain.deadline import Candidate, DateRule, Remark, after, earliest
from milepost.domain.ruling import Citation

DAY = date(2026, 6, 1)
SOURCE = Citation("A law", "section 1")
RULE = DateRule("law:30", "everything is due in 30 days", SOURCE)
DOUBTFUL = DateRule("tale:30", "they say it is due in 30 days", SOURCE, verified=False)


def test_rule_is_marked_where_nobody_confirmed_it() -> None:
    """An unconfirmed default says so wherever it is told."""
    assert str(RULE) == "everything is due in 30 days"
    assert str(DOUBTFUL) == "they say it is due in 30 days (unconfirmed default)"


def test_working_shows_the_sum() -> None:
    """Counted days show the sum; a day is one day; a stated date shows itself; each names its CVE."""
    assert after(DAY, 30, RULE).working == "2026-06-01 + 30 days = 2026-07-01"
    assert after(DAY, 1, RULE, "CVE-1").working == "2026-06-01 + 1 day = 2026-06-02 for CVE-1"
    assert after(DAY, 30, RULE).due == date(2026, 7, 1)
    assert Candidate(DAY, RULE).working == "2026-06-01"
    assert Candidate(DAY, RULE, concerning="CVE-1").working == "2026-06-01 for CVE-1"
    at = datetime(2026, 6, 1, 6, 30, tzinfo=UTC)
    assert Candidate(DAY, RULE, at=at, concerning="CVE-1").working == "2026-06-01 06:30 UTC for CVE-1"
    assert after(DAY, 1, RULE).citation == SOURCE


def test_of_two_on_one_day_the_more_certain_holds() -> None:
    """The one with an hour comes first, then the confirmed rule, then the one given first."""
    plain, doubtful = Candidate(DAY, RULE), Candidate(DAY, DOUBTFUL)
    timed = Candidate(DAY, DOUBTFUL, at=datetime(2026, 6, 1, 6, tzinfo=UTC))
    assert earliest([doubtful, plain, timed], otherwise="").candidates == (timed, plain, doubtful)
    other = Candidate(DAY, DateRule("another", "another", SOURCE))
    assert earliest([plain, other], otherwise="").candidates == (plain, other)
    assert earliest([other, plain], otherwise="").candidates == (other, plain)


def test_remarks_are_no_candidates() -> None:
    """What a rule says without a date is kept beside, and without any date the reason is the one given."""
    said = Remark(RULE, "at the next upgrade")
    found = earliest([said], otherwise="nothing gives a date")
    assert (found.due, found.reason, found.remarks) == (None, "nothing gives a date", (said,))
    dated = earliest([said, after(DAY, 30, RULE)], otherwise="nothing gives a date")
    assert dated.due == date(2026, 7, 1)
    assert dated.reason == "everything is due in 30 days: 2026-06-01 + 30 days = 2026-07-01"
    assert dated.remarks == (said,)
