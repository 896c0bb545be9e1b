"""Writing a system's POA&M as the workbook that FedRAMP accepts."""

from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from milepost.authorities.fedramp.fields import Poam
from milepost.authorities.fedramp.workbook import Receipt, Version, write_workbook
from milepost.domain.errors import StateConflict
from milepost.domain.item import CLOSED_STATUSES, OPEN_STATUSES, ItemKind
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work import finding_systems
from milepost.work.history.carrying import carry
from milepost.work.poam_rows import rows

_IMPACTS = {"li-saas": "LI-SaaS", "low": "Low", "moderate": "Moderate", "high": "High"}


def export_poam(
    system_name: str, out: Path, *, layout: Version = "3.0", template: Path | None = None, as_of: date
) -> Receipt:
    """Write the POA&M of a system; from then on none of its numbers is ever given again.

    Raises:
        RecordMissing: there is no such system.
        InputRefused: the template is no FedRAMP POA&M workbook.
        StateConflict: the system has no impact level of FedRAMP's.
    """
    with transaction.atomic():
        system = finding_systems.locked(system_name)
        receipt = write_workbook(_poam(system, as_of), out, layout=layout, template=template)
        carry(out, system, base=template)
        system.exported_number = system.last_number
        system.save(update_fields=["exported_number"])
    return receipt


def _poam(system: System, as_of: date) -> Poam:
    """Gather the three lists: configuration findings stand apart, under one CM-6 item on the open list."""
    items = Item.objects.filter(system=system).order_by("number")
    opened = items.filter(status__in=OPEN_STATUSES)
    return Poam(
        provider=system.provider or system.name,
        system_name=system.name,
        impact_level=_impact_level(system),
        as_of=as_of,
        open=rows(_ids(opened.exclude(kind=ItemKind.CONFIGURATION))),
        closed=rows(_ids(items.filter(status__in=CLOSED_STATUSES))),
        configuration=rows(_ids(opened.filter(kind=ItemKind.CONFIGURATION))),
    )


def _impact_level(system: System) -> str:
    """Return the impact level in FedRAMP's words; under the rules of 2026 there is a class instead."""
    if system.impact not in _IMPACTS:
        what = f"{system.authority} knows no POA&M workbook of FedRAMP ({system.impact} is no impact level)"
        raise StateConflict(what, where=system.name, fix="write its own documents: milepost vdr report")
    return _IMPACTS[system.impact]


def _ids(items: QuerySet[Item]) -> list[int]:
    return list(items.values_list("pk", flat=True))
