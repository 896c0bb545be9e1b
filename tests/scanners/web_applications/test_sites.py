"""Places on a site, and the times that its scanners write."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.severity import Severity
from milepost.scanners.scanner import Source
from milepost.scanners.times import (
    day_comes_first,
    java_instant,
    numbered_instant,
    offset_instant,
    worded_instant,
)
from milepost.scanners.web_applications.sites import Sites, addresses, path_of, place, weaknesses

TEN = datetime(2026, 1, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://shop.example/cart/7?id=1#top", "/cart/7"),
        ("https://shop.example", "/"),
        ("https://shop.example?q=1", "/"),
        ("/search.php?q=1", "/search.php"),
        ("search.php", "/search.php"),
        ("", "/"),
        ("/a;jsessionid=AB12/b;v=1", "/a/b;v=1"),
        ("/a;JSESSIONID=AB12?x=1", "/a"),
        ("/(S(lit3py55t21z5v55vlm25s55))/orders", "/orders"),
        ("/go?next=http://other.example/x", "/go"),
        ("/redirect/http://other.example/x", "/redirect/http://other.example/x"),
        ("/a b\n/c", "/a b /c"),
        ("/Users/42/Orders", "/Users/42/Orders"),
    ],
)
def test_a_path_has_no_query_fragment_or_session(address: str, path: str) -> None:
    """Ids in it stay as they are."""
    assert path_of(address) == path


def test_a_place_is_method_path_and_parameter() -> None:
    """As far as they are named."""
    assert place("get", "https://shop.example/a?x=1", " q ") == "GET /a q"
    assert (place("", "/a", "[q  cookie]"), place("POST", "")) == ("/a [q cookie]", "POST /")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("79", ("CWE-79",)),
        ("16, 200", ("CWE-16", "CWE-200")),
        ("CWE-079 cwe-79", ("CWE-79",)),
        ("-1", ()),
        ("0", ()),
        ("n/a", ()),
    ],
)
def test_weaknesses_are_named_in_one_way(text: str, found: tuple[str, ...]) -> None:
    """Each once; minus one and nought are none."""
    assert weaknesses(text) == found


def test_addresses_end_where_their_sentence_goes_on() -> None:
    """A bracket belongs to one only where it was opened in it."""
    text = "(see https://a.example/x). <a href='https://b.example/y_(z)'>https://b.example/y_(z)</a>, https://a.example/x"
    assert addresses(text) == ("https://a.example/x", "https://b.example/y_(z)")


@pytest.mark.parametrize(
    ("read", "text", "instant"),
    [
        (java_instant, "Mon Jan 05 10:00:00 UTC 2026", TEN),
        (java_instant, "Mon Jan 05 05:00:00 EST 2026", TEN),
        (java_instant, "Mon Jan 05 11:00:00 CET 2026", TEN),
        (java_instant, "Mon Jan 05 10:00:00 IST 2026", None),
        (java_instant, "Mon Jan 35 10:00:00 UTC 2026", None),
        (java_instant, "Fri Dec 31 23:00:00 PST 9999", None),
        (worded_instant, "Mon, 5 Jan 2026 10:00:00", TEN),
        (worded_instant, "5 Jan 2026 10:00:00", TEN),
        (worded_instant, "Monday, 05 jan 2026 10:00:00", TEN),
        (worded_instant, "5 Januar 2026 10:00:00", None),
        (worded_instant, "30 Feb 2026 10:00:00", None),
        (offset_instant, "05 Jan 2026 10:00AM GMT", TEN),
        (offset_instant, "05 Jan 2026 05:00AM GMT-0500", TEN),
        (offset_instant, "05 Jan 2026 12:00PM GMT+0200", TEN),
        (offset_instant, "05 Jan 2026 12:00AM", datetime(2026, 1, 5, tzinfo=UTC)),
        (offset_instant, "05 Jan 2026 10:61AM GMT", None),
        (offset_instant, "2026", None),
    ],
)
def test_an_instant_is_read_as_utc_or_not_at_all(
    read: Callable[[str], datetime | None], text: str, instant: datetime | None
) -> None:
    """Nothing is guessed."""
    assert read(text) == instant


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["01/02/2026 10:00", "25/06/2026 10:00"], True),
        (["01/02/2026 10:00", "06/25/2026 10:00"], False),
        (["01/02/2026 10:00", ""], None),
        (["13/01/2026 10:00", "01/13/2026 10:00"], True),
    ],
)
def test_the_dates_of_a_file_together_show_their_order(texts: list[str], *, first: bool | None) -> None:
    """A number beyond twelve is a day."""
    assert day_comes_first(texts) == first


@pytest.mark.parametrize(
    ("text", "day_first", "instant"),
    [
        ("05/01/2026, 10:00:00", True, TEN),
        ("01/05/2026 10:00 AM", False, TEN),
        ("01/05/2026 10:00 PM", False, TEN.replace(hour=22)),
        ("05/13/2026 10:00", True, None),
        ("05/01/2026", True, None),
        ("05/01/2026 25:00", True, None),
    ],
)
def test_numbers_are_read_in_the_order_that_the_file_has(
    text: str, instant: datetime | None, *, day_first: bool
) -> None:
    """Twelve or twenty-four hours."""
    assert numbered_instant(text, day_first=day_first) == instant


@given(text=st.text() | st.from_regex(r"[\w :/+.,?#;()-]{0,40}"))
def test_no_text_breaks_them(text: str) -> None:
    """Reports hold anything; a path begins with a slash and has no query."""
    for read in (java_instant, worded_instant, offset_instant):
        read(text)
    numbered_instant(text, day_first=True)
    day_comes_first([text])
    weaknesses(text)
    addresses(text)
    assert path_of(text).startswith("/")
    assert "?" not in path_of(text)


def test_of_two_records_at_one_place_the_one_to_act_on_stays() -> None:
    """Then the worse one; it was first seen when either was."""
    live = Facts("tool", "1", "Live", Severity.LOW)
    worse = Facts("tool", "1", "Worse", Severity.HIGH)
    suppressed = Facts("tool", "1", "Set aside", Severity.CRITICAL, actionable=False)
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    sites = Sites(Source(Path("x"), "x", 1), {}, "tool", "Tool")
    site = sites.site("https://shop.example")
    for facts, seen in ((suppressed, late), (live, None), (worse, early), (live, late)):
        sites.found(site, facts, "/a", first_seen=seen)
    (report,) = [part for part in sites.parts() if isinstance(part, AssetReport)]
    assert [(each.facts.title, each.first_seen) for each in report.findings] == [("Worse", early)]
