"""The story of the demonstration: a payments service under FedRAMP, its scans and what its people do."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from milepost.demo.estate import DOMAIN
from milepost.demo.plans import INES, SAM, deeds, of_month
from milepost.demo.scans import write_scans
from milepost.demo.stage import Stage
from milepost.domain.errors import RecordMissing
from milepost.ledger.acting import Acting, acting
from milepost.records.queries.imports import import_rows
from milepost.work.add_system import NewSystem, add_system
from milepost.work.finding_systems import by_name
from milepost.work.list_items import list_items
from milepost.work.merge_items import merge_items
from milepost.work.split_item import split_item

SYSTEM = "Harbor Payments"
PROVIDER = "Northwind Cloud Services"


@dataclass(frozen=True, slots=True)
class Made:
    """What the demonstration holds: the system's name, how many items, from how many imports."""

    system: str
    items: int
    imports: int


def make_demo(as_of: date) -> Made:
    """Make the demonstration system as it stands on a day; one that is there already stays as it is."""
    with acting(Acting(via="demo")), transaction.atomic():
        if not _is_there():
            _tell(Stage(SYSTEM, as_of))
    return Made(SYSTEM, len(list_items(SYSTEM, (), as_of=as_of)), len(import_rows(SYSTEM)))


def _is_there() -> bool:
    try:
        by_name(SYSTEM)
    except RecordMissing:
        return False
    return True


def _tell(stage: Stage) -> None:
    new = NewSystem(
        SYSTEM,
        authority="fedramp-rev5",
        impact="moderate",
        provider=PROVIDER,
        point_of_contact=f"{INES} (ISSO)",
        time_zone="America/New_York",
    )
    add_system(new, as_of=stage.day(120))
    with TemporaryDirectory() as folder:
        scans = write_scans(Path(folder), stage.as_of)
        for month, happens in _TURNS.items():
            for scan in scans:
                if scan.month == month:
                    stage.scan(scan.path, scan.day)
            _deeds(stage, month)
            happens(stage)


def _deeds(stage: Stage, month: int) -> None:
    """Do what the table says for a month: plans before closures, so that a fix has an owner."""
    table = deeds()
    for report in of_month(month, table.report):
        stage.report(report)
    for plan in of_month(month, table.plan):
        stage.plan(plan)
    for request in of_month(month, table.request):
        stage.request(request)
    for closing in of_month(month, table.closing):
        stage.close(closing)
    for remark in of_month(month, table.remark):
        stage.remark(remark)


def _first(stage: Stage) -> None:
    """The vendor's library is made harmless, and every item gets an owner."""
    stage.assign(92)
    stage.complete("156860", 1, 91)
    stage.edit("156860", 91, SAM, "the first step is done", status="in_progress")
    stage.vendor_asked("156860", 91)


def _second(stage: Stage) -> None:
    """Two items turn out to be one; the vendor delivers later than promised."""
    stage.assign(61)
    for weakness in ("70658", "153953", "10114"):
        stage.complete(weakness, 1, 62)
    stage.vendor_asked("156860", 64)
    merge_items(
        stage.item("51192").identifier,
        stage.item("57582").identifier,
        person=INES,
        reason="One and the same certificate on each host: new ones from the internal authority end both.",
        as_of=stage.day(60),
        system=SYSTEM,
    )
    stage.move("156860", 2, -8, 47, "The vendor found a fault in its own acceptance test.")
    stage.move("156860", 3, -22, 47, "Follows from the vendor's later delivery.")


def _third(stage: Stage) -> None:
    """The bastion goes its own way; a cache host falls behind its plan."""
    stage.assign(35)
    stage.vendor_asked("156860", 34)
    split_item(
        stage.item("187315").identifier,
        [f"bastion-01.{DOMAIN}"],
        person=INES,
        reason="The network team runs the bastion and updates it in a window of its own.",
        as_of=stage.day(33),
        system=SYSTEM,
    )
    stage.complete("51192", 1, 31)
    stage.complete("142960", 1, 26)
    stage.complete("33850", 1, 24)
    stage.edit("33850", 24, SAM, "the new host is built", status="in_progress")
    stage.move("33850", 2, -6, 13, "No change to production during the quarter's settlement.")
    stage.move("33850", 3, -9, 13, "Follows from the later move.")


def _fourth(stage: Stage) -> None:
    """A weakness that is exploited elsewhere gets all hands; the one that came back has an owner again."""
    stage.complete("CVE-2025-24813", 1, 9)
    stage.edit("CVE-2025-24813", 9, SAM, "the first step is done", status="in_progress")
    stage.edit("104743", 9, INES, "triage", responsible=SAM)
    stage.vendor_asked("156860", 6)


_TURNS = {1: _first, 2: _second, 3: _third, 4: _fourth}
