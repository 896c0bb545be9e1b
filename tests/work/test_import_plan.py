"""Plan documents taken into the register: identifiers and dates as they stand there, nothing overwritten."""

from datetime import date
from pathlib import Path

import pytest

from milepost.authorities.documents import read_document
from milepost.domain.errors import StateConflict
from milepost.domain.item import ItemStatus
from milepost.records.imports import Import
from milepost.records.items import Item
from milepost.records.planning import Milestone
from milepost.records.systems import System
from milepost.work.checking.check_system import plan_of
from milepost.work.comment_item import comment_item
from milepost.work.documents.import_plan import PlanImport, PlanTaken, import_plan
from milepost.work.export_poam import export_poam
from milepost.work.undo_import import undo_import
from tests.samples import sample
from tests.work.conftest import TODAY
from tests.work.register_content import content

HEADINGS = (
    "POAM ID,Controls,Weakness Name,Weakness Description,Weakness Detector Source,Weakness Source Identifier,"
    "Asset Identifier,Point of Contact,Original Detection Date,Scheduled Completion Date,Planned Milestones,"
    "Status Date,Original Risk Rating,False Positive,Comments"
)
OLD_TLS = (
    "V-7,SC-8,Old TLS,It accepts TLS 1.0.,Nessus,104743,10.0.0.1 (443/TCP),A. Lee,2026-01-05,2026-04-05,"
    "(01) 2026-03-01: Upgrade,2026-01-06,Moderate,No,Waits for the window"
)
WEAK_KEYS = (
    "V-9,SC-12,Weak keys,Keys of 1024 bits.,Audit,,vault,B. Ray,2026-01-07,2026-02-06,,2026-01-07,High,No,"
)


def document(path: Path, *rows: str) -> Path:
    """Write a plan as CSV in FedRAMP's headings."""
    path.write_text("\n".join((HEADINGS, *rows)) + "\n", encoding="utf-8")
    return path


def taken(path: Path, system: System, **wishes: bool) -> PlanTaken:
    """Take a document into a system."""
    return import_plan(PlanImport(path, system.name, TODAY, "Kim", **wishes))


def test_items_are_opened_as_the_document_says(system: System, tmp_path: Path) -> None:
    """With their own identifiers, dates, ratings, milestones and remarks; new numbers come after them."""
    done = taken(document(tmp_path / "plan.csv", OLD_TLS, WEAK_KEYS), system)
    assert (done.opened, done.problems) == (("V-7", "V-9"), ())
    item = Item.objects.get(identifier="V-7")
    assert (item.detected_on, item.scheduled_on, item.original_risk) == (
        date(2026, 1, 5),
        date(2026, 4, 5),
        "Moderate",
    )
    assert (item.source_id, item.controls, item.affected_assets) == ("104743", "SC-8", "10.0.0.1 (443/TCP)")
    assert [(step.text, step.due_on) for step in item.milestones.all()] == [("Upgrade", date(2026, 3, 1))]
    assert [remark.text for remark in item.comments.all()] == ["Waits for the window"]
    system.refresh_from_db()
    assert system.last_number == 9


def test_the_same_document_changes_nothing_the_second_time(system: System, tmp_path: Path) -> None:
    """It is known by its bytes."""
    path = document(tmp_path / "plan.csv", OLD_TLS)
    first = taken(path, system)
    before = content(system, numbers=True)
    again = taken(path, system)
    assert (again.already, again.number, again.opened) == (True, first.number, ())
    assert content(system, numbers=True) == before


def test_known_items_are_compared_and_not_overwritten(system: System, tmp_path: Path) -> None:
    """The next month's document opens what is new and tells what it says otherwise."""
    taken(document(tmp_path / "one.csv", OLD_TLS), system)
    done = taken(document(tmp_path / "two.csv", OLD_TLS.replace("A. Lee", "C. Poe"), WEAK_KEYS), system)
    assert done.opened == ("V-9",)
    (changed,) = done.compared.changed
    assert ("owner", "A. Lee", "C. Poe") in [
        (each.field, each.before, each.after) for each in changed.differences
    ]
    assert Item.objects.get(identifier="V-7").point_of_contact == "A. Lee"


def test_another_detection_date_is_refused(system: System, tmp_path: Path) -> None:
    """The first one is kept for life; the refusal names item, rule and way out, and nothing is taken."""
    taken(document(tmp_path / "one.csv", OLD_TLS), system)
    with pytest.raises(StateConflict, match=r"V-7: the original detection date changed .*Completion Guide"):
        taken(document(tmp_path / "two.csv", OLD_TLS.replace("2026-01-05", "2026-02-05"), WEAK_KEYS), system)
    assert not Item.objects.filter(identifier="V-9").exists()


def test_a_preview_keeps_nothing_and_undo_takes_all_back(system: System, tmp_path: Path) -> None:
    """Exactly as before, numbers included."""
    path = document(tmp_path / "plan.csv", OLD_TLS, WEAK_KEYS)
    before = content(system, numbers=True)
    assert taken(path, system, dry_run=True).opened == ("V-7", "V-9")
    assert content(system, numbers=True) == before
    number = taken(path, system).number
    assert undo_import(number or 0).items == ("V-7", "V-9")
    assert content(system, numbers=True) == before
    assert not Import.objects.exists()
    assert not Milestone.objects.exists()


def test_what_people_worked_on_is_not_taken_back(system: System, tmp_path: Path) -> None:
    """A remark is work enough."""
    number = taken(document(tmp_path / "plan.csv", OLD_TLS), system).number
    comment_item("V-7", "Seen", person="Lee", as_of=TODAY)
    with pytest.raises(StateConflict, match="people have worked on V-7"):
        undo_import(number or 0)


def test_what_is_missing_or_odd_is_told(system: System, tmp_path: Path) -> None:
    """No date, an unknown rating, an identifier twice: named with their place, the others are taken."""
    undated = WEAK_KEYS.replace("2026-01-07,2026-02-06", ",").replace("High", "Awful")
    done = taken(document(tmp_path / "plan.csv", undated, OLD_TLS, OLD_TLS.replace("Old", "Oldest")), system)
    assert done.opened == ("V-9", "V-7")
    assert [problem.where.partition(",")[0] for problem in done.problems] == ["line 2", "line 2", "line 4"]
    assert Item.objects.get(identifier="V-9").detected_on == TODAY


def test_a_workbook_written_here_is_taken_by_another_system(system: System, tmp_path: Path) -> None:
    """Closed items stay closed; both registers then say the same."""
    closed = OLD_TLS.replace("V-7", "V-8")
    taken(document(tmp_path / "plan.csv", OLD_TLS, closed, WEAK_KEYS), system)
    Item.objects.filter(identifier="V-8").update(status=ItemStatus.CLOSED, completed_on=TODAY)
    export_poam(system.name, tmp_path / "poam.xlsx", as_of=TODAY)
    other = System.objects.create(
        name="Pier", authority="fedramp-rev5", impact="moderate", created_on=TODAY, time_zone="UTC"
    )
    assert set(taken(tmp_path / "poam.xlsx", other).opened) == {"V-7", "V-8", "V-9"}
    said = [
        {item.id: (item.title, item.identified_date, item.scheduled_date) for item in plan.items}
        for plan in (plan_of(system), plan_of(other))
    ]
    assert said[0] == said[1]
    assert Item.objects.get(system=other, identifier="V-8").status == ItemStatus.CLOSED


@pytest.mark.samples
def test_a_real_agency_sheet_is_taken(system: System) -> None:
    """Every item that the reader finds, with its identifier where it has one."""
    path = sample("agencies/samples/xoreta_academy_poam.xlsx")
    read = read_document(path)
    done = taken(path, system)
    assert len(done.opened) == len(read.items) > 0
