"""Evidence as it is kept: its name, versions and bytes, what it is about, how long it stays."""

from typing import ClassVar, Final

from django.db import models

from milepost.records.closing import Fix
from milepost.records.items import Item
from milepost.records.planning import Deviation, Milestone
from milepost.records.systems import System

PREFIX: Final = "E-"
"""Evidence of a system is called E-1, E-2 and so on; no number is given twice."""


class Content(models.Model):
    """Bytes that the vault has to hold, by their SHA-256, and how they were when last looked at."""

    organisation = models.CharField(max_length=63)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    checked_at = models.DateTimeField(null=True)
    condition = models.CharField(max_length=20, default="")

    class Meta:
        """An organisation holds the same bytes once; that row decides between adding and sweeping."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "sha256"], name="content_once")
        ]


class Evidence(models.Model):
    """One piece of evidence of a system; removed, its row stays and says what it was.

    `retention` names the rule by which it is kept, `retention_source` where that stands, `keep_until` its
    last day; None where no rule sets one. `held` while a legal hold stands.
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    added_on = models.DateField()
    added_by = models.CharField(max_length=200)
    retention = models.CharField(max_length=200, default="")
    retention_source = models.CharField(max_length=300, default="")
    keep_until = models.DateField(null=True)
    held = models.BooleanField(default=False)
    removed_on = models.DateField(null=True)
    removed_by = models.CharField(max_length=200, default="")
    removal_reason = models.TextField(default="")

    class Meta:
        """Numbers are given once, and nothing goes that is held or kept."""

        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "number"], name="evidence_number_once"),
            models.CheckConstraint(
                condition=models.Q(removed_on=None)
                | (
                    models.Q(held=False)
                    & (models.Q(keep_until=None) | models.Q(removed_on__gt=models.F("keep_until")))
                ),
                name="evidence_kept_and_held",
            ),
        ]

    def __str__(self) -> str:
        """Return what people call it."""
        return f"{PREFIX}{self.number}"


class EvidenceVersion(models.Model):
    """One version of a piece of evidence: the file's name as given, and what its bytes were.

    `content` is None once the evidence is removed; hash, size and type stay.
    """

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    content = models.ForeignKey(Content, on_delete=models.PROTECT, null=True, related_name="versions")
    added_on = models.DateField()
    added_by = models.CharField(max_length=200)
    remark = models.TextField(default="")

    class Meta:
        """Versions are numbered within their evidence."""

        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evidence", "number"], name="evidence_version_once")
        ]


class EvidenceLink(models.Model):
    """What a piece of evidence is about: an item, or more closely a part of it; or an objective of CMMC.

    `item` is the item of the milestone, deviation or fix, too; it is None for an objective.
    """

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="links")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, related_name="evidence_links")
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, null=True)
    deviation = models.ForeignKey(Deviation, on_delete=models.CASCADE, null=True)
    fix = models.ForeignKey(Fix, on_delete=models.CASCADE, null=True)
    objective = models.CharField(max_length=60, default="")
    linked_on = models.DateField()
    linked_by = models.CharField(max_length=200)

    class Meta:
        """A link leads somewhere."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(item=None) | ~models.Q(objective=""), name="evidence_link_leads"
            )
        ]


class EvidenceHold(models.Model):
    """A legal hold on a piece of evidence: why, by whom, and how it ended."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="holds")
    reason = models.TextField()
    placed_on = models.DateField()
    placed_by = models.CharField(max_length=200)
    released_on = models.DateField(null=True)
    released_by = models.CharField(max_length=200, default="")
    release_reason = models.TextField(default="")

    class Meta:
        """In the order in which they were placed."""

        ordering: ClassVar = ["id"]
