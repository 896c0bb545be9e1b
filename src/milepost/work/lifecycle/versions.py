"""Which version of a plan, or of an item, somebody signed: the SHA-256 of its content in one fixed form."""

from hashlib import sha256
from typing import Final

import msgspec

from milepost.records.items import Item

_PLANNED: Final = (
    *("name", "description", "controls", "responsible", "supporting_parties", "point_of_contact"),
    *("remediation_plan", "compensating_controls", "scheduled_on", "adjusted_risk"),
)
_KEPT: Final = (
    *("identifier", "kind", "source_kind", "source_name", "source_id", "detected_on", "original_risk"),
    *("original_scheduled_on", "affected_assets", "cves", "status", "completed_on"),
)


def plan_version(item: Item) -> str:
    """Return the version of an item's plan: its texts, people, date, milestones and resources."""
    return _digest({**_fields(item, _PLANNED), **_steps(item)})


def item_version(item: Item) -> str:
    """Return the version of a whole item, as a closing record keeps it."""
    return _digest({**_fields(item, _KEPT), **_fields(item, _PLANNED), **_steps(item)})


def _fields(item: Item, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(item, name) for name in names}


def _steps(item: Item) -> dict[str, object]:
    steps = item.milestones.order_by("number").values_list("number", "text", "due_on")
    needs = item.resources.order_by("pk").values_list("kind", "text", "fiscal_year", "amount", "hours")
    return {"milestones": list(steps), "resources": list(needs)}


def _digest(content: dict[str, object]) -> str:
    return sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()
