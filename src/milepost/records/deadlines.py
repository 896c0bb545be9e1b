"""What dates follow from: what a system answers to, what others publish of CVEs, dates set from outside."""

from typing import ClassVar

from django.db import models

from milepost.records.findings import Weakness
from milepost.records.items import Item
from milepost.records.systems import System


class Obligation(models.Model):
    """A further authority that a system answers to beside its first, such as a directive or a contract's.

    `level` is the class, impact or level of the system there; `settings` what is chosen of the rules, as
    JSON. `since` is the day from which items are opened under it.
    """

    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="obligations")
    profile = models.CharField(max_length=60)
    level = models.CharField(max_length=20, default="")
    settings = models.TextField(default="{}")
    since = models.DateField()

    class Meta:
        """A system answers to a profile once."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "profile"], name="obligation_once")
        ]


class ReferenceFile(models.Model):
    """A publication that Milepost was given: which, in which version, with which bytes."""

    kind = models.CharField(max_length=40)
    version = models.CharField(max_length=100)
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, unique=True)
    entries = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200, default="")

    class Meta:
        """The newest comes first."""

        ordering: ClassVar = ["-id"]


class KnownCve(models.Model):
    """What is published of a CVE: CISA's catalog of exploited ones, CISA's decision points, FIRST's EPSS."""

    cve = models.CharField(max_length=30, unique=True)
    kev_added_on = models.DateField(null=True)
    kev_due_on = models.DateField(null=True)
    ransomware = models.BooleanField(default=False)
    automatable = models.BooleanField(null=True)
    technical_impact = models.CharField(max_length=10, default="")
    epss = models.FloatField(null=True)
    epss_percentile = models.FloatField(null=True)


class WeaknessCve(models.Model):
    """A CVE that a tool names for a weakness."""

    weakness = models.ForeignKey(Weakness, on_delete=models.CASCADE, db_constraint=False)
    cve = models.CharField(max_length=30, db_index=True)

    class Meta:
        """A weakness names a CVE once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["weakness", "cve"], name="weakness_cve_once")
        ]


class ItemDate(models.Model):
    """A date that somebody else set for an item: a vendor's release, an advisory, a contract, a report."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="dates")
    kind = models.CharField(max_length=20)
    on = models.DateField()
    source = models.CharField(max_length=500)
    person = models.CharField(max_length=200)
    set_on = models.DateField()

    class Meta:
        """In the order in which they were set."""

        ordering: ClassVar = ["id"]


class ItemEvaluation(models.Model):
    """An evaluation by FedRAMP's rules of 2026, kept with every later one: the last one counts."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="evaluations")
    evaluated_at = models.DateTimeField()
    impact = models.PositiveSmallIntegerField()
    internet_reachable = models.BooleanField()
    likely_exploitable = models.BooleanField()
    reason = models.TextField(default="")
    person = models.CharField(max_length=200)

    class Meta:
        """In the order of time."""

        ordering: ClassVar = ["evaluated_at", "id"]


class DeadlineResult(models.Model):
    """A due date that held for an item until something changed: kept so that it can be asked for later."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="deadline_results")
    due_on = models.DateField(null=True)
    rule = models.CharField(max_length=120, default="")
    replaced_on = models.DateField()
    cause = models.CharField(max_length=300)
    source_import = models.BigIntegerField(null=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-id"]
