"""How tools write an instant or a day."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.scanners.times import american_day, ctime_instant, iso_day, iso_instant, unix_instant

TEN = datetime(2026, 1, 5, 10, tzinfo=UTC)
READERS = (american_day, ctime_instant, iso_instant, unix_instant)


@pytest.mark.parametrize(
    ("read", "text", "instant"),
    [
        (iso_instant, "2026-01-05T10:00:00Z", TEN),
        (iso_instant, "2026-01-05T05:00:00-05:00", TEN),
        (iso_instant, "2026-01-05T10:00:00", TEN),
        (iso_instant, "0001-01-01T00:00:00+14:00", None),
        (iso_instant, "yesterday", None),
        (unix_instant, "1767607200", TEN),
        (unix_instant, "-1", None),
        (unix_instant, "99999999999999", None),
        (unix_instant, "\u0661", None),
        (ctime_instant, "Mon Jan  5 10:00:00 2026", TEN),
        (ctime_instant, "Mon Feb 30 10:00:00 2026", None),
        (ctime_instant, "Mon Okt  5 10:00:00 2026", None),
        (ctime_instant, "5 Jan 2026", None),
        (american_day, "01/05/2026", datetime(2026, 1, 5, tzinfo=UTC)),
        (american_day, "13/05/2026", None),
        (american_day, "1/5/26", None),
    ],
)
def test_an_instant_is_read_as_utc_or_not_at_all(
    read: Callable[[str], datetime | None], text: str, instant: datetime | None
) -> None:
    """Nothing is guessed."""
    assert read(text) == instant


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021/03/12", "2021-03-12"),
        ("2021-03-12T10:00:00Z", "2021-03-12"),
        ("March 2021", ""),
        ("2021-03-123", ""),
    ],
)
def test_a_day_is_read_from_either_way_of_writing(text: str, day: str) -> None:
    """With slashes or dashes, a time after it or not."""
    assert iso_day(text) == day


@given(text=st.text() | st.from_regex(r"[\w :/+.-]{0,40}"))
def test_no_text_breaks_them(text: str) -> None:
    """Reports hold anything."""
    for read in READERS:
        assert (found := read(text)) is None or found.tzinfo is UTC
    iso_day(text)
