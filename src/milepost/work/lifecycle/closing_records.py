"""Writing the record of a closing, and freezing into the item what scanners said of it."""

from datetime import date

import msgspec

from milepost.domain.closing import Step, departures
from milepost.domain.item import VerificationMethod
from milepost.records.closing import ClosingRecord, Fix
from milepost.records.items import Item
from milepost.records.planning import Deviation
from milepost.work.describing_items import ScannerView, scanner_views
from milepost.work.lifecycle.versions import item_version


def freeze(item: Item) -> None:
    """Keep with the item what scanners said of it: the weakness may come back under another item."""
    view = scanner_views([item.pk]).get(item.pk) or ScannerView()
    worst = view.worst(item.source_id)
    item.name = item.name or item.title
    item.description = item.description or (worst.description if worst else "")
    item.remediation_plan = item.remediation_plan or (worst.solution if worst else "")
    item.source_name = item.source_name or ", ".join(sorted(filter(None, view.tools)))
    item.cves = item.cves or ", ".join(view.cves)
    item.affected_assets = "\n".join(dict.fromkeys([*item.affected_assets.splitlines(), *view.assets]))


def record_completed(item: Item, fix: Fix, *, person: str, as_of: date) -> ClosingRecord:
    """Write down that a fix was verified and the item closed, and where it left the plan."""
    steps = [
        Step(each.number, each.original_due_on, each.due_on, each.completed_on)
        for each in item.milestones.order_by("number")
    ]
    left = departures(item.original_scheduled_on, item.scheduled_on, fix.fixed_on, steps)
    told = [str(each) for each in left]
    if fix.explanation:
        told.append(f"milestones left open: {fix.explanation}")
    return ClosingRecord.objects.create(
        item=item,
        outcome="completed",
        closed_on=as_of,
        closed_by=person,
        fixed_on=fix.fixed_on,
        fixed_by=fix.fixed_by,
        done=fix.done or item.remediation_plan,
        verified_on=fix.judged_on or as_of,
        verified_by=fix.judged_by,
        method=fix.method,
        remark=fix.remark,
        departures=_json(told),
        evidence=_json([fix.evidence]),
        version=item_version(item),
    )


def record_false_positive(
    item: Item, deviation: Deviation | None, evidence: str, *, person: str, as_of: date
) -> ClosingRecord:
    """Write down that there was nothing to fix, who showed that and who agreed."""
    return ClosingRecord.objects.create(
        item=item,
        outcome="false_positive",
        closed_on=as_of,
        closed_by=person,
        fixed_by="",
        done=deviation.rationale if deviation else "",
        verified_on=(deviation.decided_on if deviation else None) or as_of,
        verified_by=deviation.decided_by if deviation else person,
        method=VerificationMethod.EXAMINE,
        remark=deviation.decision_reason if deviation else "",
        evidence=_json([evidence]),
        version=item_version(item),
    )


def _json(texts: list[str]) -> str:
    return msgspec.json.encode(texts).decode()
