"""The story of the demonstration: a payments service under FedRAMP, its scans and what its people do about them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from milepost.demo import plans
from milepost.demo.plans import DANA, INES, OMAR, SAM, Closing
from milepost.demo.scans import write_scans
from milepost.demo.stage import Stage
from milepost.domain.item import DeviationKind, SourceKind
from milepost.domain.rating import Rating
from milepost.records.imports import Import
from milepost.records.items import Item
from milepost.records.planning import Deviation
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.deviate import decide_deviation
from milepost.work.merge_items import merge_items
from milepost.work.open_item import NewItem, open_item
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
    with transaction.atomic():
        if not System.objects.filter(name=SYSTEM).exists():
            _tell(Stage(SYSTEM, as_of))
    items, imports = (model.objects.filter(system__name=SYSTEM).count() for model in (Item, Import))
    return Made(SYSTEM, items, imports)


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
    months: dict[int, Callable[[Stage], None]] = {1: _first, 2: _second, 3: _third, 4: _fourth}
    with TemporaryDirectory() as folder:
        scans = write_scans(Path(folder), stage.as_of)
        for month, happens in months.items():
            for scan in scans:
                if scan.month == month:
                    stage.scan(scan.path, scan.day)
            happens(stage)


def _first(stage: Stage) -> None:
    """Triage after the first scan, and what a penetration test found besides."""
    stage.plan(plans.FIRST_MONTH)
    stage.assign(92)
    stage.complete("156860", 1, 91)
    stage.edit("156860", 91, person=SAM, status="in_progress", vendor_checked_on=f"{stage.day(91)}")
    stage.comment("156860", 91, SAM, "The classes are gone; settlement runs as before.")
    _penetration_test(stage)
    why = (
        "The scanner goes by the banner. Ubuntu brought the fix to its own 8.9p1 (USN-6859-1), and package lists of "
        "both hosts show it installed."
    )
    _approved(stage, stage.request("201194", DeviationKind.FALSE_POSITIVE, 84, why), 79)


def _penetration_test(stage: Stage) -> None:
    source = "Penetration test by Larkfield Assurance"
    open_item(
        NewItem(
            SYSTEM,
            "Session stays valid after signing out",
            stage.day(86),
            INES,
            description="After signing out of the merchant portal, the old session cookie still opens every page "
            "until it expires by itself after eight hours.",
            source_kind=SourceKind.PENETRATION_TEST,
            source_name=source,
            source_id="LA-03",
            controls="AC-12, SC-23",
            risk=Rating.MODERATE,
            likelihood="Moderate",
            impact="Moderate",
            affected_assets="merchant portal (web-01, web-02)",
            remediation_plan="End the session on the server when the user signs out; test it in every release.",
            responsible=DANA,
        ),
        as_of=stage.day(85),
    )
    open_item(
        NewItem(
            SYSTEM,
            "Passwords known from breaches are accepted",
            stage.day(86),
            INES,
            description="The merchant portal accepts passwords that stand in public lists of breached ones.",
            source_kind=SourceKind.PENETRATION_TEST,
            source_name=source,
            source_id="LA-07",
            controls="IA-5(1)",
            risk=Rating.LOW,
            affected_assets="merchant portal (web-01, web-02)",
            responsible=DANA,
        ),
        as_of=stage.day(85),
    )


def _second(stage: Stage) -> None:
    """First closures; two items turn out to be one; the bank needs an old protocol for a while."""
    stage.close(plans.CLOSED_AFTER_SECOND_SCAN)
    stage.plan(plans.SECOND_MONTH)
    stage.assign(61)
    _reported(stage)
    stage.edit("156860", 64, vendor_checked_on=f"{stage.day(64)}")
    merge_items(
        stage.item("51192").identifier,
        stage.item("57582").identifier,
        person=INES,
        reason="One and the same certificate on each host: new ones from the internal authority end both.",
        as_of=stage.day(60),
        system=SYSTEM,
    )
    why = (
        "The settlement bank speaks TLS 1.1 until it has moved to its new gateway. The listener takes connections from "
        "the bank's two addresses only and carries messages that are signed and encrypted in themselves."
    )
    _approved(stage, stage.request("157288", DeviationKind.OPERATIONAL_REQUIREMENT, 58, why), 52)
    stage.move("156860", 2, -8, 47, "The vendor found a fault in its own acceptance test and delivers later.")
    stage.move("156860", 3, -22, 47, "Follows from the vendor's later delivery.")


def _reported(stage: Stage) -> None:
    """A user and Ines herself find what no scanner does."""
    open_item(
        NewItem(
            SYSTEM,
            "Statement of another merchant is shown after a double click",
            stage.day(58),
            INES,
            description="Two quick clicks on “statement” can show that of the merchant who asked just before.",
            source_kind=SourceKind.USER_REPORT,
            source_name="Support ticket of a merchant",
            source_id="SUP-5120",
            controls="AC-3, SI-10",
            risk=Rating.HIGH,
            likelihood="Moderate",
            impact="High",
            affected_assets="merchant portal (app-01, app-02)",
            remediation_plan="Bind the cached statement to the session; add a test with two sessions at a time.",
            responsible=SAM,
        ),
        as_of=stage.day(57),
    )
    open_item(
        NewItem(
            SYSTEM,
            "Accounts of leavers are disabled up to a week late",
            stage.day(55),
            INES,
            description="Of eight leavers in the quarter, three still had an account after five working days.",
            source_kind=SourceKind.SELF_ASSESSMENT,
            source_name="Quarterly access review",
            source_id="AR-2",
            controls="AC-2(3), PS-4",
            risk=Rating.MODERATE,
            affected_assets="identity provider",
            remediation_plan="Let the personnel system disable accounts on the last day.",
            responsible=INES,
        ),
        as_of=stage.day(55),
    )


def _third(stage: Stage) -> None:
    """More closures; the bastion goes its own way; a cache host is behind its plan."""
    stage.close(plans.CLOSED_AFTER_THIRD_SCAN)
    stage.plan(plans.THIRD_MONTH)
    stage.assign(35)
    stage.close(
        [Closing(34, "SUP-5120", "Pull request 812, test with two sessions", "Not seen in 500 attempts.")]
    )
    split_item(
        stage.item("187315").identifier,
        ["bastion-01.harborpayments.example"],
        person=INES,
        reason="The network team runs the bastion and updates it in a window of its own.",
        as_of=stage.day(33),
        system=SYSTEM,
    )
    why = "Debian builds zlib without MiniZip, where the flaw is, and will not change the package for it."
    _approved(stage, stage.request("CVE-2023-45853", DeviationKind.FALSE_POSITIVE, 33, why), 30)
    stage.close(
        [Closing(29, "CVE-2023-45853", "List of files in zlib1g", "No file of the package holds MiniZip.")]
    )
    stage.edit("156860", 34, vendor_checked_on=f"{stage.day(34)}")
    stage.complete("51192", 1, 31)
    stage.complete("33850", 1, 24)
    stage.edit("33850", 24, person=SAM, status="in_progress")
    stage.move("33850", 2, -6, 13, "No change to production during the quarter's settlement.")
    stage.move("33850", 3, -9, 13, "Follows from the later move.")


def _fourth(stage: Stage) -> None:
    """A weakness is back, an exploited one is found, and a request waits for Omar."""
    stage.close(plans.CLOSED_AFTER_FOURTH_SCAN)
    stage.plan(plans.FOURTH_MONTH)
    stage.complete("CVE-2025-24813", 1, 9)
    stage.edit("CVE-2025-24813", 9, person=SAM, status="in_progress")
    stage.edit("104743", 9, "triage with the owners", responsible=SAM)
    stage.comment("104743", 9, INES, "The old listener came back with a machine image of last spring.")
    stage.edit("156860", 6, vendor_checked_on=f"{stage.day(6)}")
    stage.comment("156860", 6, SAM, "The vendor confirms delivery for testing next week.")
    why = (
        "Signing is negotiated by every other client; only the backup appliance in the same rack, on a network of its "
        "own, goes without. Somebody would have to stand in that rack."
    )
    stage.request("57608", DeviationKind.RISK_ADJUSTMENT, 5, why, Rating.LOW)
    stage.comment("CVE-2025-22869", 4, DANA, "The handshake test fails once in twenty runs; being looked at.")


def _approved(stage: Stage, request: Deviation, before: int) -> None:
    """Let Omar approve a request."""
    decide_deviation(request, approve=True, person=OMAR, as_of=stage.day(before))
