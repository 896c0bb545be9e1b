"""A register with every kind of thing that pages show, made through the verbs."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from milepost.domain.item import DeviationKind
from milepost.domain.rating import Rating
from milepost.records.imports import Import
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.web.clock import today
from milepost.work.add_system import NewSystem, add_system
from milepost.work.deviate import request_deviation
from milepost.work.edit_item import Edit, edit_item
from milepost.work.import_scan import Order, import_scan
from milepost.work.open_item import NewItem, open_item
from milepost.work.plan_milestones import add_milestone, move_milestone
from tests.work.reports import DAY, START, Found, Host, nessus

SCAN = (
    Found(1001, 443, 4, "Remote code execution", output="Version 1.0 was found."),
    Found(1002, 22, 2, "Weak key exchange"),
)


@dataclass(frozen=True, slots=True)
class Register:
    """A system with two scans and what people did since; `paths` lead to its pages."""

    system: System
    first: int
    second: int
    identifier: str

    @property
    def paths(self) -> tuple[str, ...]:
        """The address of every page that has something to show."""
        home = f"/systems/{self.system.pk}/"
        parts = (
            *("", "register/", "priorities/", f"items/{self.identifier}/", "open-item/"),
            *("imports/", "imports/new/", "findings/add/", "checks/", "checks/file/"),
            *("milestones/", "reports/", "reports/package/", "reports/cmmc/"),
            *("authorities/", "authorities/oblige/", "publications/add/"),
            *(f"imports/{self.second}/", f"imports/{self.second}/undo/", "export/", "ledger/"),
            f"steps/request_acceptance/{self.identifier}/",
            f"evidence/add/{self.identifier}/",
        )
        return (
            "/",
            "/systems/add/",
            "/my-work/",
            "/documents/",
            "/documents/compare/",
            *(f"{home}{part}" for part in parts),
        )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the pages a home of their own, for what is uploaded."""
    monkeypatch.setenv("MILEPOST_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def system(db: None) -> System:
    """Return an empty system under FedRAMP Rev 5."""
    del db
    return add_system(
        NewSystem("Harbor", "fedramp-rev5", "moderate", time_zone="America/New_York"), as_of=today()
    )


@pytest.fixture
def register(system: System, tmp_path: Path) -> Register:
    """Return a register with scans, an item by hand, a plan, a deviation and a vendor dependency."""
    return fill(system, tmp_path)


def fill(system: System, folder: Path) -> Register:
    """Fill a system with everything that pages show."""
    first = imported(system, nessus(folder / "first.nessus", Host("10.0.0.1", SCAN, "web.example")))
    later = Host("10.0.0.1", SCAN[:1], "web.example", scanned=START + 30 * DAY)
    second = imported(system, nessus(folder / "second.nessus", later))
    item = Item.objects.get(system=system, source_id="1001")
    work_on(item)
    reported = NewItem(system.name, "Leavers keep their accounts", date(2026, 1, 5), "Ines", risk=Rating.LOW)
    open_item(reported, as_of=date(2026, 1, 6))
    return Register(system, first, second, item.identifier)


def imported(system: System, path: Path) -> int:
    """Import a file; return the import's number."""
    report = import_scan(Order(path, system.name, date(2026, 3, 1)))
    assert report.number is not None
    assert Import.objects.filter(pk=report.number).exists()
    return report.number


def work_on(item: Item) -> None:
    """Plan an item, request a deviation for it, and let it wait for a vendor."""
    day = date(2026, 3, 2)
    add_milestone(item, "Vendor delivers the patch", day + timedelta(days=20))
    add_milestone(item, "Patch is in production", day + timedelta(days=30), depends_on=1)
    move_milestone(item, 2, day + timedelta(days=40), reason="The vendor is late", person="Sam", as_of=day)
    request_deviation(
        item,
        DeviationKind.RISK_ADJUSTMENT,
        "Not reachable",
        person="Sam",
        as_of=day,
        adjusted_risk=Rating.LOW,
    )
    values = {
        "responsible": "Sam",
        "vendor_dependency": "yes",
        "vendor_product": "Gateway",
        "vendor_checked_on": str(day),
    }
    edit_item(Edit(item.identifier, values, "Sam", "triage", item.system.name), as_of=day)
