"""Dates, milestones and words in cells mean what people mean by them."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.authorities.intake.headings import field_of
from milepost.authorities.intake.milestones import changes_in, milestones_in, split
from milepost.authorities.intake.words import rating_of, source_type_of, state_of
from milepost.domain.plan_document import column_letters
from milepost.domain.plan_item import NoteKind
from milepost.workbooks.dates import ReadDate, read_date

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-04-01", ReadDate(date(2026, 4, 1))),
        ("2026-04-01T10:00:00Z", ReadDate(date(2026, 4, 1))),
        ("2026/4/1", ReadDate(date(2026, 4, 1))),
        ("4/25/2026", ReadDate(date(2026, 4, 25))),
        ("4/25/26", ReadDate(date(2026, 4, 25))),
        ("04/05/2026", ReadDate(date(2026, 4, 5), doubt=NoteKind.TEXT_DATE)),
        ("05/05/2026", ReadDate(date(2026, 5, 5))),
        ("13/07/2024", ReadDate(date(2024, 7, 13), doubt=NoteKind.TEXT_DATE)),
        ("13-Jul-2024", ReadDate(date(2024, 7, 13))),
        ("July 13, 2024", ReadDate(date(2024, 7, 13))),
        ("Sep 2025", ReadDate(date(2025, 9, 30), "month")),
        ("Q3 2025", ReadDate(date(2025, 9, 30), "quarter")),
        ("FY26 Q1", ReadDate(date(2025, 12, 31), "quarter")),
        ("FY26 Q2", ReadDate(date(2026, 3, 31), "quarter")),
        ("30 Days", ReadDate(None, doubt=NoteKind.RELATIVE_DATE)),
        ("within 6 weeks", ReadDate(None, doubt=NoteKind.RELATIVE_DATE)),
        ("soon", ReadDate(None, doubt=NoteKind.UNREADABLE_DATE)),
        ("2026-02-30", ReadDate(None, doubt=NoteKind.UNREADABLE_DATE)),
        (46113.0, ReadDate(date(2026, 4, 1))),
        (7.0, ReadDate(None, doubt=NoteKind.UNREADABLE_DATE)),
        (True, ReadDate(None, doubt=NoteKind.UNREADABLE_DATE)),
        (datetime(2026, 4, 1, 13, 0), ReadDate(date(2026, 4, 1))),  # noqa: DTZ001 - cells have no zone
    ],
)
def test_dates(written: str | float | datetime, meant: ReadDate) -> None:
    """Each way of writing a date is read as it is meant, and what is doubtful is said."""
    assert read_date(written) == meant


@given(DAYS)
def test_every_day_survives_its_usual_spellings(day: date) -> None:
    """ISO, day-month-year with a name, and the spreadsheet's number name the same day."""
    number = (day - date(1899, 12, 30)).days
    for written in (day.isoformat(), f"{day:%d-%b-%Y}", f"{day:%B %d, %Y}", float(number)):
        assert read_date(written).day == day


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    """Any text is a date or none; nothing raises."""
    read = read_date(text)
    assert read.day is None or read.doubt in {None, NoteKind.TEXT_DATE}


def test_numbered_milestones_are_taken_apart() -> None:
    """`(1) date: text` with blank lines between gives a milestone each."""
    parts = split("(1) 2026-04-01: Order it\n\n(02) 2026/05/01 : Install it")
    found = list(milestones_in(parts.pieces, 9))
    assert parts.packed
    assert [(each.number, each.due, each.text) for each in found] == [
        (1, date(2026, 4, 1), "Order it"),
        (2, date(2026, 5, 1), "Install it"),
    ]


def test_words_before_the_first_number_are_not_lost() -> None:
    """What stands before the list is kept as the rest."""
    assert split("Two steps:\n1. Order it\n2. Install it").rest == "Two steps:"


def test_one_sentence_is_one_milestone() -> None:
    """A cell without list or lines of dates is one milestone, dated or not."""
    parts = split("System admins will remove the account")
    assert [(each.text, each.due) for each in milestones_in(parts.pieces, 1)] == [
        ("System admins will remove the account", None)
    ]


def test_lines_with_a_date_each_are_milestones() -> None:
    """Several lines, each with a date, are several milestones."""
    assert len(split("Order it 4/1/2026\nInstall it 5/1/2026").pieces) == 2


def test_changes_have_kind_and_date() -> None:
    """`Update 2026-05-28 : why` is a change of that kind with the new date."""
    change = next(changes_in(split("(02) Update 2026-05-28 : The vendor is late").pieces, 1))
    assert (change.number, change.kind, change.new_date) == (2, "update", date(2026, 5, 28))
    assert change.reason == "The vendor is late"


@given(st.lists(DAYS, min_size=1, max_size=6))
def test_milestones_written_our_way_are_read_back(days: list[date]) -> None:
    """As many milestones come out as went in, with their dates."""
    text = "\n\n".join(f"({number}) {day:%Y-%m-%d}: Step {number}" for number, day in enumerate(days, 1))
    assert [each.due for each in milestones_in(split(text).pieces, 1)] == days


@pytest.mark.parametrize(
    ("label", "state", "alias"),
    [
        ("Ongoing", "in_progress", False),
        ("On-going", "in_progress", True),
        ("✅ Completed", "closed_completed", False),
        ("CLOSED - Risk Accepted", "risk_accepted", True),
        ("Not Started", "planned", True),
        ("banana", "", False),
    ],
)
def test_states(label: str, state: str, *, alias: bool) -> None:
    """A status is read by its list; other words for it are told apart."""
    assert (state_of(label).value, state_of(label).alias) == (state, alias)


@pytest.mark.parametrize(
    ("label", "rating", "alias"),
    [
        ("Moderate", "Moderate", False),
        ("medium", "Moderate", True),
        ("II", "CAT II", False),
        ("?", "", False),
    ],
)
def test_ratings(label: str, rating: str, *, alias: bool) -> None:
    """A rating is read by its list; Medium is another word for Moderate."""
    assert (rating_of(label).value, rating_of(label).alias) == (rating, alias)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Tenable Nessus", "scan"),
        ("Penetration test 2026", "pentest"),
        ("OIG audit", "audit"),
        ("3PAO assessment", "assessment"),
        ("A letter", "other"),
        ("", ""),
    ],
)
def test_sources(words: str, kind: str) -> None:
    """The kind of source follows from the words."""
    assert source_type_of(words) == kind


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Severity Level\nCritical /High/Moderate/Low", "raw_severity"),
        ("Cost\n($)", "cost_estimate"),
        ("POA&M  item ID", "id"),
        ("Schedule \nCompletion Date", "scheduled_date"),
        ("Favourite colour", ""),
        ("x" * 500, ""),
    ],
)
def test_headings(heading: str, field: str) -> None:
    """Capitals, line breaks and lists of choices in a heading make no difference."""
    assert field_of(heading) == field


@given(st.integers(0, 20_000))
def test_letters_of_columns_are_in_order(column: int) -> None:
    """Letters get no shorter to the right, and no two columns have the same."""
    here, right = column_letters(column), column_letters(column + 1)
    assert (len(here), here) < (len(right), right)
