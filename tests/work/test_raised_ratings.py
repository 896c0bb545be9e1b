"""A scanner that raises its own rating: the rating that counts follows, and goes again with the import."""

from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from milepost.domain.item import DeviationKind
from milepost.domain.rating import Rating
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.deviate import decide_deviation, request_deviation
from milepost.work.explaining.explain_item import explain_item
from milepost.work.export_poam import export_poam
from milepost.work.import_scan import Order, import_scan
from milepost.work.undo_import import undo_import
from tests.work.conftest import TODAY, Importing
from tests.work.register_content import content
from tests.work.reports import DAY, START, Found, Host, nessus
from tests.work.test_export import rows

HOST = Host("10.0.0.1", (Found(100, severity=2, title="Weak key exchange"),))


def at(folder: Path, severity: int, day: int) -> Path:
    """Write a report of a day in which Nessus gives the one weakness a severity from 0 to 4."""
    found = replace(HOST.found[0], severity=severity)
    host = replace(HOST, found=(found,), scanned=START + day * DAY)
    return nessus(folder / f"{day}-{severity}.nessus", host)


def only_item() -> Item:
    """Return the one item of the register."""
    return Item.objects.get()


def test_a_raised_rating_counts_at_once(importing: Importing, tmp_path: Path) -> None:
    """Guide 2.2, table 2, T and U: Moderate becomes High without a request; the due date follows, 30 days."""
    importing(at(tmp_path, 2, 0))
    report = importing(at(tmp_path, 3, 30))
    item = only_item()
    assert (item.original_risk, item.adjusted_risk, item.rating) == ("Moderate", "High", "High")
    assert (item.detected_on, item.due_order) == (date(2026, 1, 5), date(2026, 2, 4))
    assert (item.scheduled_on, item.original_scheduled_on) == (date(2026, 4, 5), date(2026, 4, 5))
    entry = item.itemchange_set.get(field="adjusted_risk")
    assert (entry.before, entry.after, entry.person) == ("", "High", "")
    assert entry.reason == "the scanner raised its own rating to High"
    assert entry.source_import == report.number
    (said,) = [
        part
        for part in explain_item(item.identifier, as_of=TODAY).parts
        if part.name == "adjusted risk rating"
    ]
    assert "the scanner itself raised the rating" in said.reason
    assert said.source == "FedRAMP POA&M Template Completion Guide 2.2, table 2, columns T and U"


@pytest.mark.parametrize("severity", [1, 2, 0])
def test_what_is_not_raised_stays(importing: Importing, tmp_path: Path, severity: int) -> None:
    """A scanner that lowers its rating, or keeps it, changes nothing: lowering is requested."""
    importing(at(tmp_path, 2, 0))
    importing(at(tmp_path, severity, 30))
    item = only_item()
    assert (item.rating, item.adjusted_risk) == ("Moderate", "")
    assert not item.itemchange_set.filter(field="adjusted_risk").exists()


def test_critical_is_no_raise_of_high(importing: Importing, tmp_path: Path) -> None:
    """FedRAMP counts critical as High: nothing changes."""
    importing(at(tmp_path, 3, 0))
    importing(at(tmp_path, 4, 30))
    assert only_item().adjusted_risk == ""


def test_an_import_taken_back_takes_the_rating_with_it(
    importing: Importing, system: System, tmp_path: Path
) -> None:
    """After the undo everything is as before, dates and history included."""
    importing(at(tmp_path, 1, 0))
    before = content(system, numbers=True)
    raised = importing(at(tmp_path, 3, 30))
    assert only_item().rating == "High"
    assert raised.number is not None
    undo_import(raised.number)
    assert content(system, numbers=True) == before
    item = only_item()
    assert (item.rating, item.due_order) == ("Low", date(2026, 7, 4))
    assert not item.itemchange_set.exists()


def test_a_rating_that_falls_again_is_the_first_one(importing: Importing, tmp_path: Path) -> None:
    """What only the scanner had raised goes when no scan says so any more; the history keeps both."""
    for place, severity in enumerate((2, 3, 2)):
        importing(at(tmp_path, severity, place * 10))
    item = only_item()
    assert (item.adjusted_risk, item.rating) == ("", "Moderate")
    changes = item.itemchange_set.filter(field="adjusted_risk").order_by("id")
    assert [each.after for each in changes] == ["High", ""]


def test_what_a_person_decided_stays(importing: Importing, tmp_path: Path) -> None:
    """An approved adjustment holds against every later scan."""
    importing(at(tmp_path, 2, 0))
    asked = request_deviation(
        only_item(),
        DeviationKind.RISK_ADJUSTMENT,
        "Isolated",
        person="Ines",
        as_of=TODAY,
        adjusted_risk=Rating.LOW,
    )
    decide_deviation(asked, approve=True, person="Olga", as_of=TODAY, reason="Seen")
    importing(at(tmp_path, 4, 30))
    assert only_item().rating == "Low"


def test_other_authorities_ask_for_a_decision(db: None, tmp_path: Path) -> None:
    """The rule is FedRAMP's: under another authority the rating stays until somebody changes it."""
    del db
    navy = add_system(NewSystem("Navy", "emass", "moderate"), as_of=TODAY)
    for path in (at(tmp_path, 2, 0), at(tmp_path, 3, 30)):
        import_scan(Order(path, navy.name, TODAY))
    assert only_item().adjusted_risk == ""


def test_the_order_of_scans_makes_no_difference(db: None, tmp_path: Path) -> None:
    """Scans that say Low, Moderate, High in any order: Low is the first rating, High the one that counts."""
    del db
    paths = [at(tmp_path, severity, day) for severity, day in ((1, 0), (2, 10), (3, 20))]
    contents = []
    for place, order in enumerate(permutations(paths)):
        each = add_system(NewSystem(f"Harbor {place}", "fedramp-rev5", "moderate"), as_of=TODAY)
        for path in order:
            import_scan(Order(path, each.name, TODAY))
        contents.append(content(each))
        item = Item.objects.get(system=each)
        assert (item.original_risk, item.rating, item.due_order) == ("Low", "High", date(2026, 2, 4))
    assert all(each == contents[0] for each in contents)


def test_the_workbook_says_yes(importing: Importing, system: System, tmp_path: Path) -> None:
    """The adjusted rating stands in its column, with Risk Adjustment Yes though nobody asked for one."""
    importing(at(tmp_path, 2, 0))
    importing(at(tmp_path, 3, 30))
    export_poam(system.name, tmp_path / "p.xlsx", as_of=TODAY)
    row = rows(tmp_path / "p.xlsx", "Open POA&M Items")["V-1"]
    assert (row["Original Risk Rating"], row["Adjusted Risk Rating"]) == ("Moderate", "High")
    assert row["Risk Adjustment"] == "Yes"
    assert str(row["Scheduled Completion Date"]).startswith("=IF(")
