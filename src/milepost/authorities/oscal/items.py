"""An item and its objects: every field read from its place, and only those written that say something new."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Final, NamedTuple

from milepost.authorities.oscal import decisions, ratings, remediation, risk_log, sources, wording
from milepost.authorities.oscal.facts import FACTS
from milepost.authorities.oscal.own_properties import learn_own, read_own, set_unsaid, write_own
from milepost.authorities.oscal.records import Record
from milepost.domain.plan_item import PlanItem, State


class _Place(NamedTuple):
    """Fields that stand together, and what writes them; `always` also where a new item says none of them."""

    fields: frozenset[str]
    write: Callable[[Record, PlanItem], None]
    always: bool = False


_READERS: Final = (
    wording.read_wording,
    wording.read_controls,
    wording.read_remarks,
    sources.read_source,
    sources.read_reference,
    sources.read_assets,
    ratings.read_ratings,
    remediation.read_dates,
    remediation.read_responses,
    remediation.read_mitigations,
    remediation.read_milestones,
    risk_log.read_log,
    decisions.read_deviations,
    decisions.read_vendor,
    decisions.read_exploited,
    decisions.read_status,
    decisions.read_documents,
)
_DECIDED: Final = frozenset({*decisions.DEVIATIONS, "deviation_rationale"})
_RATINGS: Final = frozenset(
    {"raw_severity", "adjusted_severity", "likelihood", "impact", "cves", "source_ref"}
)
_PLACES: Final = (
    _Place(frozenset({"id"}), wording.write_identifier, always=True),
    _Place(frozenset({"title", "description", "impact_description"}), wording.write_wording, always=True),
    _Place(frozenset({"controls"}), wording.write_controls),
    _Place(frozenset({"comments"}), wording.write_remarks),
    _Place(frozenset({"identified_date"}), remediation.write_detected, always=True),
    _Place(frozenset({"source_text"}), sources.write_source),
    _Place(frozenset({"assets"}), sources.write_assets),
    _Place(_DECIDED, decisions.write_deviations),
    _Place(frozenset({"vendor_dependency", "vendor_product"}), decisions.write_vendor),
    _Place(frozenset({"kev_tracking", "kev_due"}), decisions.write_exploited),
    _Place(frozenset({"status", *_DECIDED}), decisions.write_status, always=True),
    _Place(_RATINGS, ratings.write_ratings),
    _Place(frozenset({"mitigations"}), remediation.write_mitigations),
    _Place(frozenset({"scheduled_date"}), remediation.write_deadline),
    _Place(frozenset({"recommendations"}), remediation.write_recommendations, always=True),
    _Place(frozenset({"remediation_plan"}), remediation.write_plan, always=True),
    _Place(frozenset({"owner"}), remediation.write_owner),
    _Place(frozenset({"resources_text"}), remediation.write_resources),
    _Place(frozenset({"milestones"}), remediation.write_milestones),
    _Place(frozenset({"milestone_changes"}), risk_log.write_changes),
    _Place(frozenset({"vendor_last_checkin"}), risk_log.write_check_in),
    _Place(frozenset({"closed_date", "closing_reason"}), risk_log.write_closing),
    _Place(frozenset({"supporting_documents"}), decisions.write_documents),
)
_HOW_READ: Final = frozenset(
    {"sheet", "row", "texts", "notes", "finding_key", "last_update", "poc", "status_label", "source_type"}
)
CARRIED: Final = frozenset(each.name for each in fields(PlanItem)) - _HOW_READ
_STANDARD: Final = frozenset(name for place in _PLACES for name in place.fields)
_OWN: Final = CARRIED - _STANDARD
_PARTLY: Final = _DECIDED | {"comments", "vendor_dependency", "kev_tracking", "closing_reason", "closed_date"}
_DEMANDED: Final = ("title", "description", "identified_date", "status", "status_date")
"""Fields in whose place the document says something even where the plan does not."""
_LOGGED: Final = ("milestone_changes", "vendor_last_checkin", "closed_date")
_TELLING: Final = frozenset({*_DEMANDED, *_LOGGED})
_BLANK: Final = PlanItem()
_NAMES: Final = tuple(sorted(CARRIED))
_values: Final = attrgetter(*_NAMES)


def read_item(record: Record) -> PlanItem:
    """Return the item that a record says."""
    item = PlanItem(id=record.id)
    groups = learn_own(record)
    for read in _READERS:
        read(record, item)
    remarks = item.comments
    read_own(record, item, CARRIED, groups)
    if remarks and item.comments is not remarks:
        item.comments = [*remarks, *item.comments]
    return item


def write_item(record: Record, item: PlanItem, before: PlanItem | None = None) -> bool:
    """Write what an item says otherwise than `before` (None: it is new); tell whether there was anything."""
    changed = changed_fields(before or _BLANK, item)
    if before is not None and not changed:
        return False
    for place in _PLACES:
        if place.fields & changed or (before is None and place.always):
            place.write(record, item)
    own = {name: getattr(item, name) for name in sorted(_OWN & changed)}
    if _PARTLY & changed:
        own |= _partly_own(record, item)
    write_own(record, own)
    if before is None or changed & _TELLING:
        set_unsaid(record, [name for name in _DEMANDED if _is_missing(record, item, name)])
    return True


def _is_missing(record: Record, item: PlanItem, name: str) -> bool:
    """Tell whether a field is empty while the document says something in its place."""
    empty = getattr(item, name) in ("", None, State.UNKNOWN)
    return empty and (name != "status_date" or bool(record.entries()))


def changed_fields(before: PlanItem, after: PlanItem) -> frozenset[str]:
    """Return the fields in which two items differ; a list is the same whatever holds its values."""
    pairs = zip(_NAMES, _values(before), _values(after), strict=True)
    return frozenset(name for name, old, new in pairs if old != new and not _same(old, new))


def _same(old: object, new: object) -> bool:
    return isinstance(old, list | tuple) and isinstance(new, list | tuple) and tuple(old) == tuple(new)


def _partly_own(record: Record, item: PlanItem) -> dict[str, object]:
    """Return what fields with a place of their own say beyond what it can hold; nothing for the rest."""
    beyond = decisions.own_deviations(item)
    found: dict[str, object] = {
        name: getattr(item, name) if name in beyond else "" for name in sorted(_DECIDED)
    }
    comments: Sequence[object] = item.comments
    found["comments"] = comments[1:] if item.comments and wording.is_plain(item.comments[0]) else comments
    told = record.told("vendor-dependency")
    refused = item.vendor_dependency is False and told not in FACTS.vendor.no
    found["vendor_dependency"] = False if refused else None
    found["kev_tracking"] = "" if item.kev_tracking in {"Yes", "No"} else item.kev_tracking
    found["closing_reason"] = "" if item.closed_date else item.closing_reason
    return found
