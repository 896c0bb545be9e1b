"""How long past their dates items are, as reports ask for it."""

from datetime import date, timedelta

import pytest

from milepost.domain.aging import FEDRAMP, OMB, OPENFISMA
from milepost.domain.rating import Rating
from milepost.work.add_system import NewSystem, add_system
from milepost.work.edit_item import Edit, edit_item
from milepost.work.open_item import NewItem, open_item
from milepost.work.report_aging import report_aging

FOUND = date(2026, 1, 1)

pytestmark = pytest.mark.django_db


def opened(system: str, rating: Rating) -> str:
    """Open an item that was found on the first of January; return its identifier."""
    new = NewItem(system=system, name="Weak", detected_on=FOUND, person="Ines", risk=rating)
    return open_item(new, as_of=FOUND).identifier


@pytest.fixture(autouse=True)
def register() -> None:
    """Make three systems: two with overdue items, one without any."""
    for name, impact in (("Harbor", "moderate"), ("Quay", "high"), ("Pier", "moderate")):
        add_system(NewSystem(name, "fedramp-rev5", impact, item_prefix=f"{name}-"), as_of=FOUND)
    opened("Harbor", Rating.HIGH)
    opened("Harbor", Rating.MODERATE)
    opened("Quay", Rating.MODERATE)


def test_day_120_falls_as_each_report_says() -> None:
    """120 days past the date of the High: OMB's 90 to 120, the overdue report's 120 and more."""
    report = report_aging(as_of=FOUND + timedelta(days=30 + 120))
    assert report.counts(OMB)["Harbor"] == {"90-120": 1, "121+": 0}
    assert report.counts(OPENFISMA)["Harbor"]["120+"] == 1
    assert report.counts(FEDRAMP)["Harbor"] == {"0-30": 0, "31-60": 1, "61-90": 0, "91-120": 1, "121+": 0}
    assert report.counts(FEDRAMP)["Pier"]["0-30"] == 0


def test_quarterly_table_counts_each_system_once() -> None:
    """By impact, a system stands once, in the class of its most overdue item."""
    report = report_aging(as_of=FOUND + timedelta(days=90 + 100))
    assert report.quarterly == {
        "High": {"90-120": 1, "121+": 0},
        "Moderate": {"90-120": 0, "121+": 1},
        "Low": {"90-120": 0, "121+": 0},
        "Not Categorized": {"90-120": 0, "121+": 0},
    }


def test_what_is_excused_does_not_age() -> None:
    """An item whose vendor was asked within thirty days is not among the overdue ones."""
    values = {"vendor_dependency": "yes", "vendor_product": "curl", "vendor_checked_on": "2026-05-01"}
    edit_item(Edit("Quay-1", values, "Ines"), as_of=FOUND)
    assert report_aging(as_of=date(2026, 5, 20)).counts(FEDRAMP)["Quay"]["31-60"] == 0
    assert report_aging(as_of=date(2026, 6, 1)).counts(FEDRAMP)["Quay"]["61-90"] == 1


def test_report_reads_in_words_and_as_a_document() -> None:
    """Both forms name the source of each scale."""
    report = report_aging(as_of=date(2026, 5, 20))
    assert "OMB FISMA quarterly template" in report.as_text()
    assert "Harbor: 90-120 days 1" in report.as_text()
    document = report.as_json()
    assert document["longest"] == {"Harbor": 109, "Pier": 0, "Quay": 49}
