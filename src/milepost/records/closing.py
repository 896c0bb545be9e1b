"""How items end: the fixes that were reported, and the record of each closing."""

from typing import ClassVar

from django.db import models

from milepost.records.items import Item
from milepost.records.separation import different


class Fix(models.Model):
    """A fix as it was reported, with its evidence, and what became of it.

    `explanation` says why milestones were left open. `outcome` is empty while nobody has judged it, then
    `verified`, `rejected` or `withdrawn`; `judged_by` says who, and `remark` why or what was seen.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="fixes")
    fixed_by = models.CharField(max_length=200)
    fixed_on = models.DateField()
    reported_by = models.CharField(max_length=200)
    reported_on = models.DateField()
    done = models.TextField(default="")
    evidence = models.TextField()
    evidence_on = models.DateField()
    explanation = models.TextField(default="")
    outcome = models.CharField(max_length=20, default="")
    method = models.CharField(max_length=20, default="")
    judged_by = models.CharField(max_length=200, default="")
    judged_on = models.DateField(null=True)
    remark = models.TextField(default="")

    class Meta:
        """Nobody verifies their own fix, and there is no fix without evidence."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(outcome="verified")
                | (different("judged_by", "fixed_by") & different("judged_by", "reported_by")),
                name="fix_verified_by_another",
            ),
            models.CheckConstraint(condition=~models.Q(evidence=""), name="fix_with_evidence"),
        ]


class ClosingRecord(models.Model):
    """What a closing rests on, written once: who did what and when, and where it left the plan.

    `outcome` is `completed` or `false_positive`; `departures` are sentences and `evidence` names, as JSON
    lists. `version` is the SHA-256 of the item as it was closed.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="closings")
    outcome = models.CharField(max_length=20)
    closed_on = models.DateField()
    closed_by = models.CharField(max_length=200)
    fixed_on = models.DateField(null=True)
    fixed_by = models.CharField(max_length=200)
    done = models.TextField(default="")
    verified_on = models.DateField()
    verified_by = models.CharField(max_length=200)
    method = models.CharField(max_length=20)
    remark = models.TextField(default="")
    departures = models.TextField(default="[]")
    evidence = models.TextField()
    version = models.CharField(max_length=64)

    class Meta:
        """Who fixed it neither verified nor closed it, and there is evidence."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=different("verified_by", "fixed_by"), name="closing_verified_by_another"
            ),
            models.CheckConstraint(condition=different("closed_by", "fixed_by"), name="closing_by_another"),
            models.CheckConstraint(
                condition=~models.Q(verified_by="") & ~models.Q(evidence__in=["", "[]"]),
                name="closing_with_evidence",
            ),
        ]
