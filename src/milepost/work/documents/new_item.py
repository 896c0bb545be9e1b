"""An item of the register out of an item of a document: its identifier and its dates as they stand there."""

import re
from datetime import date

from milepost.domain.item import (
    DeviationKind,
    DeviationState,
    ItemKind,
    ItemStatus,
    MilestoneStatus,
    SourceKind,
)
from milepost.domain.plan_item import PlanItem, PlanMilestone, State
from milepost.domain.problem import Problem
from milepost.domain.rating import Rating
from milepost.records.imports import Import
from milepost.records.items import Item, ItemChange
from milepost.records.planning import Comment, Deviation, Milestone, SupportingDocument
from milepost.records.systems import System
from milepost.work.terms import authority_for, opened_under

_STATUSES = {
    State.DRAFT: ItemStatus.DRAFT,
    State.PLAN_REVIEW: ItemStatus.PLAN_REVIEW,
    State.PENDING_VERIFICATION: ItemStatus.REMEDIATED,
    State.RISK_ACCEPTED: ItemStatus.RISK_ACCEPTED,
    State.OPERATIONAL_REQUIREMENT: ItemStatus.OPERATIONAL_REQUIREMENT,
    State.CLOSED_COMPLETED: ItemStatus.CLOSED,
    State.CLOSED_FALSE_POSITIVE: ItemStatus.FALSE_POSITIVE,
    State.CANCELLED: ItemStatus.CANCELLED,
    State.TRANSFERRED: ItemStatus.TRANSFERRED,
    State.MERGED_DUPLICATE: ItemStatus.MERGED,
}
_SOURCES = {
    "scan": SourceKind.SCAN,
    "config": SourceKind.SCAN,
    "pentest": SourceKind.PENETRATION_TEST,
    "assessment": SourceKind.ASSESSMENT,
    "audit": SourceKind.AUDIT,
}
_ANSWERS = {"Yes": DeviationState.APPROVED, "Pending": DeviationState.PENDING}
_RATINGS = {rating.value.casefold(): rating for rating in Rating}
_RANKS = {
    Rating.VERY_HIGH: 5,
    Rating.CRITICAL: 5,
    Rating.HIGH: 4,
    Rating.MODERATE: 3,
    Rating.LOW: 2,
    Rating.VERY_LOW: 2,
}
_DIGITS = re.compile(r"(\d{1,9})$")


class NewNumbers:
    """Numbers and identifiers for items that come in: those of the document where it gives any."""

    def __init__(self, system: System) -> None:
        """Begin after the last number of the system."""
        self._system = system

    def identifier(self, given: str) -> tuple[int, str]:
        """Return the next number, and the identifier given or one made of the number."""
        found = _DIGITS.search(given)
        named = int(found[1]) if found and given == f"{self._system.item_prefix}{found[1]}" else 0
        if named > self._system.last_number:
            self._system.last_number = named
            return named, given
        if given:
            return named or self._system.last_number, given
        self._system.last_number += 1
        return self._system.last_number, f"{self._system.item_prefix}{self._system.last_number}"

    def save(self) -> None:
        """Keep the last number that was given."""
        self._system.save(update_fields=["last_number"])


class ItemTaker:
    """Opens the items of one document in one system."""

    def __init__(self, record: Import, person: str, as_of: date, problems: list[Problem]) -> None:
        """Look up once what all items have in common."""
        self._record = record
        self._person = person
        self._as_of = as_of
        self._problems = problems
        self._versions = opened_under(record.system, as_of=as_of)
        self._numbers = NewNumbers(record.system)

    def take(self, found: PlanItem, place: str) -> Item:
        """Open an item with its milestones, deviations, documents and remarks."""
        number, identifier = self._numbers.identifier(found.id)
        detected = found.identified_date or found.created_date or self._undated(place)
        item = Item.objects.create(
            **self._said(found, detected, place),
            system=self._record.system,
            number=number,
            identifier=identifier,
            opened_by=self._record.pk,
            opened_under=self._versions,
            opened_on=found.created_date or detected,
        )
        self._plan(item, found, place)
        ItemChange.objects.create(
            item=item,
            at=self._record.imported_at,
            person="",
            field="status",
            after=item.status,
            reason=f"taken from {self._record.file_name}, brought by {self._person}",
            source_import=self._record.pk,
        )
        return item

    def finish(self) -> None:
        """Keep the last number that was given."""
        self._numbers.save()

    def _undated(self, place: str) -> date:
        what = "the item has no detection date; the day on which it was brought stands for it"
        self._problem(place, what, "set the day on which it was found: milepost item edit")
        return self._as_of

    def _said(self, found: PlanItem, detected: date, place: str) -> dict[str, object]:
        rating = _RATINGS.get(found.raw_severity.casefold(), Rating.NONE)
        if found.raw_severity and rating is Rating.NONE:
            self._problem(place, f"the rating “{found.raw_severity}” is unknown; it is not rated", "rate it")
        adjusted = _RATINGS.get(found.adjusted_severity.casefold(), Rating.NONE)
        approved = found.risk_adjustment in {"", "Yes"}
        by_rule = authority_for(self._record.system, self._versions).scheduled(detected, rating)
        scheduled = found.scheduled_date or by_rule
        return {
            "kind": ItemKind.CONFIGURATION if found.source_type == "config" else ItemKind.WEAKNESS,
            "source_kind": _SOURCES.get(found.source_type, SourceKind.ASSESSMENT),
            "source_name": found.source_text[:500],
            "source_id": found.source_ref[:300],
            "detected_on": detected,
            "original_risk": rating,
            "adjusted_risk": adjusted if approved and adjusted != rating else "",
            "severity": _RANKS.get(rating, 1),
            "original_scheduled_on": found.original_scheduled_date or scheduled,
            "scheduled_on": scheduled,
            "status": _STATUSES.get(found.status, ItemStatus.OPEN),
            "status_on": found.status_date or found.closed_date or self._as_of,
            "completed_on": (found.actual_completion_date or found.closed_date) if found.is_closed else None,
            "title": (found.title or found.description or found.id)[:1000],
            "name": found.title[:1000],
            "description": found.description,
            "controls": ", ".join(found.controls)[:500],
            "compensating_controls": found.mitigations,
            "remediation_plan": found.remediation_plan,
            "responsible": found.owner[:300],
            "point_of_contact": (found.poc or found.owner)[:300],
            "supporting_parties": found.responsible_org[:500],
            "affected_assets": "\n".join(found.assets),
            "cves": ", ".join(found.cves),
            "vendor_dependency": bool(found.vendor_dependency),
            "vendor_product": found.vendor_product[:300],
            "vendor_checked_on": found.vendor_last_checkin,
            "kev_due_on": found.kev_due,
            "lapses_on": found.acceptance_expires,
        }

    def _plan(self, item: Item, found: PlanItem, place: str) -> None:
        for number, step in enumerate(found.milestones, 1):
            self._milestone(item, number, step, place)
        Comment.objects.bulk_create(
            Comment(
                item=item,
                on=remark.on or self._as_of,
                person=remark.by or self._person,
                text=remark.text,
            )
            for remark in found.comments
        )
        SupportingDocument.objects.bulk_create(
            SupportingDocument(item=item, kind="Document", name=name[:500], added_on=self._as_of)
            for name in found.supporting_documents
        )
        for kind in DeviationKind:
            state = _ANSWERS.get(getattr(found, kind.value))
            if state is not None:
                self._deviation(item, found, kind, state)

    def _milestone(self, item: Item, number: int, step: PlanMilestone, place: str) -> None:
        due = step.due or item.scheduled_on
        if due is None:
            what = f"milestone {number} has no date and was left out: {step.text}"
            self._problem(place, what, "add it with its date")
            return
        Milestone.objects.create(
            item=item,
            number=number,
            text=step.text,
            original_due_on=step.original_due or due,
            due_on=due,
            status=MilestoneStatus.COMPLETED if step.done else MilestoneStatus.PLANNED,
            completed_on=(step.completed or due) if step.done else None,
        )

    def _deviation(self, item: Item, found: PlanItem, kind: DeviationKind, state: DeviationState) -> None:
        decided = state is DeviationState.APPROVED
        adjusted = found.adjusted_severity if kind is DeviationKind.RISK_ADJUSTMENT else ""
        Deviation.objects.create(
            item=item,
            kind=kind,
            state=state,
            rationale=found.deviation_rationale or "as the document says",
            adjusted_risk=_RATINGS.get(adjusted.casefold(), Rating.NONE),
            requested_on=item.detected_on,
            requested_by=self._person,
            decided_on=item.status_on if decided else None,
            decided_by="the authority, as the document says" if decided else "",
        )

    def _problem(self, place: str, what: str, fix: str) -> None:
        self._problems.append(Problem(place, what, fix))
