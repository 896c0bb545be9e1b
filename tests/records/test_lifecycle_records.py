"""The database itself keeps duties apart and evidence required, and a filled one survives the upgrade."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from milepost.records.closing import ClosingRecord, Fix
from milepost.records.items import Item
from milepost.records.people import SystemRole
from milepost.records.planning import Deviation
from milepost.records.requests import Acceptance, Extension, PlanSubmission, Signature, Transfer
from milepost.records.systems import System

TODAY = date(2026, 6, 1)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def item(db: None) -> Item:
    """Return an item, written past every verb."""
    del db
    system = System.objects.create(
        name="Harbor", authority="fedramp-rev5", impact="moderate", created_on=TODAY
    )
    return Item.objects.create(
        system=system, number=1, identifier="V-1", detected_on=TODAY, opened_on=TODAY, status_on=TODAY
    )


def request(decider: str) -> dict[str, object]:
    """Return the columns of a request by Ines that somebody decided."""
    return {"requested_on": TODAY, "requested_by": "Ines", "decided_by": decider, "decided_on": TODAY}


def plan(item: Item, person: str) -> None:
    """Write a plan submission that a person decided."""
    PlanSubmission.objects.create(item=item, version="0", **request(person))


def extension(item: Item, person: str) -> None:
    """Write an extension that a person decided."""
    Extension.objects.create(item=item, new_on=TODAY, mitigations="", **request(person))


def acceptance(item: Item, person: str) -> None:
    """Write an acceptance that a person decided."""
    Acceptance.objects.create(item=item, expires_on=TODAY, **request(person))


def transfer(item: Item, person: str) -> None:
    """Write a transfer that a person decided."""
    Transfer.objects.create(item=item, receiver=item.system, **request(person))


def deviation(item: Item, person: str) -> None:
    """Write a deviation that a person decided."""
    Deviation.objects.create(item=item, kind="false_positive", **request(person))


@pytest.mark.parametrize("write", [plan, extension, acceptance, transfer, deviation])
@pytest.mark.parametrize("decider", ["Ines", "INES", " ines "])
def test_database_refuses_a_decision_of_ones_own(
    item: Item, write: Callable[[Item, str], None], decider: str
) -> None:
    """Past every verb, the database refuses that a person decides what they asked for, however spelled."""
    with pytest.raises(IntegrityError, match="decided_by_another"), transaction.atomic():
        write(item, decider)
    write(item, "Omar")


def fix(item: Item, **values: object) -> None:
    """Write a fix by Sam, verified by Vera, with other values where a test gives them."""
    whole: dict[str, object] = {
        "fixed_by": "Sam",
        "fixed_on": TODAY,
        "reported_by": "Sam",
        "reported_on": TODAY,
        "evidence": "change.pdf",
        "evidence_on": TODAY,
        "outcome": "verified",
        "judged_by": "Vera",
    }
    Fix.objects.create(item=item, **(whole | values))


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"judged_by": "sam"}, "fix_verified_by_another"),
        ({"reported_by": "Vera"}, "fix_verified_by_another"),
        ({"evidence": ""}, "fix_with_evidence"),
    ],
)
def test_database_refuses_a_fix_verified_by_its_fixer(
    item: Item, wrong: dict[str, object], constraint: str
) -> None:
    """Who fixed or reported it does not verify it, and a fix has evidence."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        fix(item, **wrong)
    fix(item)


def closing(item: Item, **values: object) -> None:
    """Write a closing record with other values where a test gives them."""
    whole: dict[str, object] = {
        "outcome": "completed",
        "closed_on": TODAY,
        "closed_by": "Vera",
        "fixed_by": "Sam",
        "verified_on": TODAY,
        "verified_by": "Vera",
        "method": "test",
        "evidence": '["change.pdf"]',
        "version": "0",
    }
    ClosingRecord.objects.create(item=item, **(whole | values))


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"verified_by": "SAM"}, "closing_verified_by_another"),
        ({"closed_by": " sam"}, "closing_by_another"),
        ({"verified_by": ""}, "closing_with_evidence"),
        ({"evidence": "[]"}, "closing_with_evidence"),
    ],
)
def test_database_refuses_a_closing_without_another_or_evidence(
    item: Item, wrong: dict[str, object], constraint: str
) -> None:
    """A closing names somebody else who verified it and closed it, and its evidence."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        closing(item, **wrong)
    closing(item)


def test_database_refuses_a_second_signature_of_one_person(item: Item) -> None:
    """Two signatures to one decision are those of two people."""
    signed = {"item": item, "decision": "close_item", "subject": 1, "on": TODAY}
    Signature.objects.create(person="Vera", **signed)
    with pytest.raises(IntegrityError, match="signature_once"), transaction.atomic():
        Signature.objects.create(person="VERA ", **signed)
    Signature.objects.create(person="Omar", **signed)


def test_database_refuses_roles_that_nobody_knows_or_that_end_too_early(item: Item) -> None:
    """A role is one of the list, and does not end before it begins."""
    held = {"system": item.system, "person": "Omar", "since": TODAY, "assigned_by": "Adam"}
    for wrong in ({"role": "king"}, {"role": "ao", "until": date(2026, 5, 31)}):
        with pytest.raises(IntegrityError, match="role_"), transaction.atomic():
            SystemRole.objects.create(**held, **wrong)
    SystemRole.objects.create(**held, role="ao", until=TODAY)


FILL = """
import json
import django
django.setup()
from datetime import date
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

call_command("migrate", "records", "0003", verbosity=0)
executor = MigrationExecutor(connection)
old = executor.loader.project_state([("records", "0003_own_profiles")]).apps
today = date(2026, 6, 1)
system = old.get_model("records", "System").objects.create(
    name="Harbor", authority="fedramp-rev5", impact="moderate", created_on=today
)
Item = old.get_model("records", "Item")
Change = old.get_model("records", "ItemChange")
Deviation = old.get_model("records", "Deviation")
for number, status in enumerate(["draft", "open", "in_progress", "closed", "risk_accepted", "merged"], 1):
    item = Item.objects.create(
        system=system, number=number, identifier=f"V-{number}", status=status, detected_on=today,
        opened_on=today, status_on=today, original_risk="High", scheduled_on=date(2026, 7, 1),
    )
    Change.objects.create(item=item, at="2026-06-01T00:00:00Z", person="Ines", field="status", after=status)
    Deviation.objects.create(
        item=item, kind="false_positive", state="approved", rationale="why", requested_on=today,
        requested_by="Ines", decided_on=today, decided_by="Omar",
    )
call_command("migrate", verbosity=0)
from milepost.records.items import Item, ItemChange
from milepost.records.planning import Deviation
from milepost.work.lifecycle.next_steps import next_steps
print(json.dumps({
    "items": list(Item.objects.order_by("number").values_list("status", "lapses_on", "resumes", "rating")),
    "due": [str(item.due_order) for item in Item.objects.all()],
    "decides": list(ItemChange.objects.values_list("decides", flat=True)),
    "deviations": Deviation.objects.filter(evidence="", decided_by="Omar").count(),
    "standing": [next_steps(f"V-{each}", as_of=today).status for each in range(1, 7)],
}))
"""


def test_filled_database_survives_the_upgrade(tmp_path: Path) -> None:
    """Items of every former status, their history and deviations are as they were, and can go on."""
    environment = os.environ | {
        "MILEPOST_HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "milepost.settings",
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", FILL], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    statuses = ["draft", "open", "in_progress", "closed", "risk_accepted", "merged"]
    assert found["items"] == [[status, None, "", "High"] for status in statuses]
    assert set(found["due"]) == {"2026-07-01"}
    assert found["decides"] == [False] * 6
    assert found["deviations"] == 6
    assert found["standing"] == statuses
