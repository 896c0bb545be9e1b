"""How an item is dealt with: milestones, resources, deviations, documents, comments."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import models

from milepost.domain.item import DeviationState, MilestoneStatus
from milepost.records.items import Item
from milepost.records.separation import different


class Milestone(models.Model):
    """A step with its own date; `original_due_on` and the first text are frozen."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="milestones")
    number = models.PositiveIntegerField()
    text = models.TextField()
    original_due_on = models.DateField()
    due_on = models.DateField()
    status = models.CharField(max_length=20, default=MilestoneStatus.PLANNED)
    completed_on = models.DateField(null=True)
    depends_on = models.ForeignKey("self", on_delete=models.SET_NULL, null=True)

    class Meta:
        """Milestones are numbered within the item."""

        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "number"], name="milestone_number_once")
        ]


class MilestoneChange(models.Model):
    """A change of a milestone beside the frozen original: what, why, by whom."""

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="changes")
    on = models.DateField()
    kind = models.CharField(max_length=20)
    text = models.TextField()
    reason = models.TextField(default="")
    person = models.CharField(max_length=200)

    class Meta:
        """In the order in which they were made."""

        ordering: ClassVar = ["on", "id"]


class Resource(models.Model):
    """What the remediation needs: funding of a fiscal year, people's hours, technology, other."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="resources")
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=500, default="")
    fiscal_year = models.PositiveSmallIntegerField(null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    hours = models.DecimalField(max_digits=9, decimal_places=1, null=True)


class Deviation(models.Model):
    """A request to deviate from the plain rule, with its rationale and the independent decision.

    `assess_on` is the last day of an approved operational requirement: then it is assessed again.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="deviations")
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=20, default=DeviationState.PENDING)
    rationale = models.TextField()
    adjusted_risk = models.CharField(max_length=20, default="")
    requested_on = models.DateField()
    requested_by = models.CharField(max_length=200)
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=200, default="")
    decision_reason = models.TextField(default="")
    evidence = models.TextField(default="")
    assess_on = models.DateField(null=True)

    class Meta:
        """In the order of the requests; a person's request is decided by another."""

        ordering: ClassVar = ["requested_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=different("decided_by", "requested_by"), name="deviation_decided_by_another"
            )
        ]


class SupportingDocument(models.Model):
    """A document that supports an item, by type and name."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=100)
    name = models.CharField(max_length=500)
    added_on = models.DateField()


class Comment(models.Model):
    """A remark on an item."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="comments")
    on = models.DateField()
    person = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        """In the order of time."""

        ordering: ClassVar = ["on", "id"]


def planned_rows(item_ids: Iterable[int]) -> int:
    """Count the milestones, resources, deviations, documents and remarks of some items."""
    items = list(Item.objects.filter(pk__in=list(item_ids)))
    kinds = ("milestones", "resources", "deviations", "documents", "comments")
    return sum(getattr(item, kind).count() for item in items for kind in kinds)
