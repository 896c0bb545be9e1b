"""What people ask for and somebody else decides: plans, later dates, accepted risks, transfers."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower, Trim

from milepost.domain.item import DeviationState
from milepost.records.items import Item
from milepost.records.separation import different
from milepost.records.systems import System


class Request(models.Model):
    """What all requests have in common; nobody decides their own."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE)
    state = models.CharField(max_length=20, default=DeviationState.PENDING)
    reason = models.TextField(default="")
    evidence = models.TextField(default="")
    requested_on = models.DateField()
    requested_by = models.CharField(max_length=200)
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=200, default="")
    decision_reason = models.TextField(default="")

    class Meta:
        """In the order of the requests; a person's request is decided by another."""

        abstract = True
        ordering: ClassVar = ["requested_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=different("decided_by", "requested_by"), name="%(class)s_decided_by_another"
            )
        ]


class PlanSubmission(Request):
    """A plan that was submitted: `version` is the SHA-256 of what was planned (`work.lifecycle.versions`)."""

    version = models.CharField(max_length=64)

    class Meta(Request.Meta):
        """As every request."""


class Extension(Request):
    """A later date that is asked for.

    `before_on` is the scheduled date at that time, `milestones` the milestones that move with it, as JSON
    pairs of number and date; `mitigations` protect the system meanwhile.
    """

    new_on = models.DateField()
    before_on = models.DateField(null=True)
    mitigations = models.TextField()
    milestones = models.TextField(default="[]")

    class Meta(Request.Meta):
        """As every request."""


class Acceptance(Request):
    """A risk that is to be carried up to and with `expires_on`; `returned_on` is the day it came back."""

    threat = models.TextField()
    mitigations = models.TextField()
    residual_risk = models.TextField()
    expires_on = models.DateField()
    returned_on = models.DateField(null=True)

    class Meta(Request.Meta):
        """As every request."""


class Transfer(Request):
    """An item that another system is to take over; `taken_as` is the item that goes on there."""

    receiver = models.ForeignKey(System, on_delete=models.CASCADE, related_name="transfers_in")
    taken_as = models.OneToOneField(Item, on_delete=models.SET_NULL, null=True, related_name="came_by")

    class Meta(Request.Meta):
        """As every request."""


class Signature(models.Model):
    """One person's yes to a decision, with the roles held on that day, separated by commas.

    `decision` is the step of the lifecycle; `subject` the row of the request or of the reported fix.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="signatures")
    decision = models.CharField(max_length=40)
    subject = models.BigIntegerField()
    person = models.CharField(max_length=200)
    roles = models.CharField(max_length=200, default="")
    on = models.DateField()
    version = models.CharField(max_length=64, default="")

    class Meta:
        """Nobody signs the same decision twice."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower(Trim("person")),
                "decision",
                "subject",
                "item",
                name="signature_once",
            )
        ]
