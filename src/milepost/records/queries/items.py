"""One item with everything that its page shows: what people decided, what scanners say, where it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import msgspec

from milepost.domain import finding
from milepost.domain.deadline import is_overdue
from milepost.domain.errors import RecordMissing
from milepost.domain.item import OPEN_STATUSES
from milepost.records.findings import Weakness
from milepost.records.items import UNDATED, Item
from milepost.records.planning import Deviation, Milestone, Resource
from milepost.records.queries.item_history import History, history_of
from milepost.records.queries.item_places import Places, places_of
from milepost.records.queries.present_status import present_status

WEAKNESSES_SHOWN = 25
RELATED_SHOWN = 50


class ItemLink(NamedTuple):
    """Another item that this one points to."""

    identifier: str
    title: str
    status: str


class WeaknessView(NamedTuple):
    """A weakness that the item covers, with what the tool says now."""

    name: str
    open_count: int
    known_count: int
    facts: finding.Facts | None


class MilestoneChangeView(NamedTuple):
    """A change of a milestone beside its frozen original."""

    on: date
    kind: str
    text: str
    reason: str
    person: str


class MilestoneView(NamedTuple):
    """A step to the remediation; late where its date has passed without completion."""

    number: int
    text: str
    original_due_on: date
    due_on: date
    status: str
    completed_on: date | None
    late: bool
    depends_on: int | None
    changes: tuple[MilestoneChangeView, ...]


class ResourceView(NamedTuple):
    """What the remediation needs."""

    kind: str
    text: str
    fiscal_year: int | None
    amount: Decimal | None
    hours: Decimal | None


class DeviationView(NamedTuple):
    """A request to deviate from the plain rule, and its decision."""

    kind: str
    state: str
    rationale: str
    adjusted_risk: str
    requested_on: date
    requested_by: str
    decided_on: date | None
    decided_by: str
    decision_reason: str
    evidence: str
    assess_on: date | None


class DocumentView(NamedTuple):
    """A supporting document."""

    kind: str
    name: str
    added_on: date


class CommentView(NamedTuple):
    """A remark."""

    on: date
    person: str
    text: str


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """The item's own fields; empty text means that nobody has decided."""

    identifier: str
    title: str
    kind: str
    status: str
    status_on: date
    source_kind: str
    source_name: str
    source_id: str
    detected_on: date
    opened_on: date
    opened_by: int | None
    original_risk: str
    adjusted_risk: str
    rating: str
    native_severity: str
    original_scheduled_on: date | None
    scheduled_on: date | None
    kev_due_on: date | None
    due_on: date | None
    days_left: int | None
    overdue: bool
    is_open: bool
    completed_on: date | None
    description: str
    controls: str
    likelihood: str
    impact: str
    compensating_controls: str
    remediation_plan: str
    responsible: str
    supporting_parties: str
    point_of_contact: str
    affected_assets: str
    cves: str
    vendor_dependency: bool
    vendor_product: str
    vendor_checked_on: date | None
    closure_candidate: bool


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """Everything that an item's page shows."""

    record: ItemRecord
    weaknesses: list[WeaknessView]
    weakness_count: int
    places: Places
    milestones: list[MilestoneView]
    resources: list[ResourceView]
    deviations: list[DeviationView]
    documents: list[DocumentView]
    comments: list[CommentView]
    recurrence_of: ItemLink | None
    recurrences: list[ItemLink]
    parent: ItemLink | None
    children: list[ItemLink]
    child_count: int
    merged_into: ItemLink | None
    merged: list[ItemLink]
    history: History


def item_detail(system_id: int, identifier: str, as_of: date, *, page: int = 1) -> ItemDetail:
    """Return an item; `page` is that of its occurrences.

    Raises:
        RecordMissing: the system has no item of this identifier.
    """
    related = Item.objects.select_related("recurrence_of", "parent", "merged_into")
    item = related.filter(system=system_id, identifier=identifier).first()
    if item is None:
        raise RecordMissing(f"there is no item {identifier}", fix="choose one from the register")
    weaknesses = Weakness.objects.filter(itemscope__item=item).distinct()
    children = item.children.order_by("number")
    return ItemDetail(
        record=_record(item, as_of),
        weaknesses=_weaknesses(
            weaknesses.select_related("facts").order_by("-severity", "name")[:WEAKNESSES_SHOWN]
        ),
        weakness_count=weaknesses.count(),
        places=places_of(item.pk, page),
        milestones=_milestones(item, as_of),
        resources=[_resource(each) for each in item.resources.order_by("id")],
        deviations=[_deviation(each) for each in item.deviations.all()],
        documents=[
            DocumentView(each.kind, each.name, each.added_on) for each in item.documents.order_by("id")
        ],
        comments=[CommentView(each.on, each.person, each.text) for each in item.comments.all()],
        recurrence_of=_link(item.recurrence_of),
        recurrences=_links(item.recurrences.order_by("number")),
        parent=_link(item.parent),
        children=_links(children[:RELATED_SHOWN]),
        child_count=children.count(),
        merged_into=_link(item.merged_into),
        merged=_links(item.merged.order_by("number")),
        history=history_of(item),
    )


def _record(item: Item, as_of: date) -> ItemRecord:
    due = None if item.due_order == UNDATED else item.due_order
    status = present_status(item, as_of)
    is_open = status in OPEN_STATUSES
    same = (name for name in ItemRecord.__dataclass_fields__ if name not in _COMPUTED)
    return ItemRecord(
        title=item.name or item.title,
        status=status.value,
        due_on=due,
        days_left=(due - as_of).days if due and is_open else None,
        overdue=is_open
        and is_overdue(due, completed=item.completed_on, as_of=as_of, excused_until=item.excused_until),
        is_open=is_open,
        closure_candidate=is_open and item.open_count == 0 and item.known_count > 0,
        **{name: getattr(item, name) for name in same},
    )


_COMPUTED = frozenset({"title", "status", "due_on", "days_left", "overdue", "is_open", "closure_candidate"})


def _weaknesses(rows: Iterable[Weakness]) -> list[WeaknessView]:
    return [
        WeaknessView(
            row.name,
            row.open_count,
            row.known_count,
            msgspec.json.decode(row.facts.body, type=finding.Facts) if row.facts else None,
        )
        for row in rows
    ]


def _milestones(item: Item, as_of: date) -> list[MilestoneView]:
    rows = item.milestones.select_related("depends_on").prefetch_related("changes")
    return [_milestone(row, as_of) for row in rows]


def _milestone(row: Milestone, as_of: date) -> MilestoneView:
    changes = tuple(
        MilestoneChangeView(change.on, change.kind, change.text, change.reason, change.person)
        for change in row.changes.all()
    )
    return MilestoneView(
        row.number,
        row.text,
        row.original_due_on,
        row.due_on,
        row.status,
        row.completed_on,
        is_overdue(row.due_on, completed=row.completed_on, as_of=as_of),
        row.depends_on.number if row.depends_on else None,
        changes,
    )


def _resource(row: Resource) -> ResourceView:
    return ResourceView(row.kind, row.text, row.fiscal_year, row.amount, row.hours)


def _deviation(row: Deviation) -> DeviationView:
    return DeviationView(
        row.kind,
        row.state,
        row.rationale,
        row.adjusted_risk,
        row.requested_on,
        row.requested_by,
        row.decided_on,
        row.decided_by,
        row.decision_reason,
        row.evidence,
        row.assess_on,
    )


def _link(item: Item | None) -> ItemLink | None:
    return ItemLink(item.identifier, item.name or item.title, item.status) if item else None


def _links(items: Iterable[Item]) -> list[ItemLink]:
    return [ItemLink(item.identifier, item.name or item.title, item.status) for item in items]
