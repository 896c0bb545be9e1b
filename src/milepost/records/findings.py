"""What the scans found: weaknesses, their occurrences, and what the tools said of them and when.

Instants are seconds since 1970 UTC: these tables are written and read in bulk.
"""

from typing import ClassVar

from django.db import models

from milepost.records.assets import Asset
from milepost.records.systems import System


class Facts(models.Model):
    """What a tool says of a weakness (`domain.finding.Facts` as JSON), kept once for all occurrences.

    `severity` is the rank that counts: 0 for informational and for what the tool says needs no action.
    """

    system = models.ForeignKey(System, on_delete=models.CASCADE, db_index=False)
    digest = models.BigIntegerField()
    severity = models.SmallIntegerField()
    body = models.TextField()

    class Meta:
        """The same text is kept once in a system."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "digest"], name="facts_once")]


class Weakness(models.Model):
    """What the occurrences of one source id in one system have in common; counts follow from them."""

    system = models.ForeignKey(System, on_delete=models.CASCADE, db_index=False)
    name = models.CharField(max_length=300)
    source_id = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=1000, default="")
    severity = models.SmallIntegerField(default=0)
    facts = models.ForeignKey(Facts, on_delete=models.SET_NULL, null=True, db_index=False)
    first_seen = models.BigIntegerField(null=True)
    known_count = models.IntegerField(default=0)
    open_count = models.IntegerField(default=0)

    class Meta:
        """A name means one weakness in a system."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "name"], name="weakness_once")]


class WeaknessName(models.Model):
    """A name under which a weakness is known: `cve:…`, `ghsa:…`, `nessus:…`."""

    system = models.ForeignKey(System, on_delete=models.CASCADE, db_index=False)
    weakness = models.ForeignKey(Weakness, on_delete=models.CASCADE)
    name = models.CharField(max_length=300)

    class Meta:
        """A name leads to one weakness of the system."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "name"], name="weakness_name_once")
        ]


class Occurrence(models.Model):
    """One weakness at one place on one asset within one scope; only what changes is ever written.

    The bulk statements of an import write these rows and what they refer to in one transaction; the database
    does not check each reference again (a fifth of the time of an import).
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    weakness = models.ForeignKey(Weakness, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    scope = models.CharField(max_length=200)
    locator = models.CharField(max_length=500)
    open = models.BooleanField()
    first_seen = models.BigIntegerField()
    gone_at = models.BigIntegerField(null=True)
    facts = models.ForeignKey(Facts, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    output_digest = models.BigIntegerField()
    sighting_id = models.BigIntegerField()

    class Meta:
        """The identity of an occurrence, and the ways to it."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asset", "scope", "weakness", "locator"], name="occurrence_once")
        ]
        indexes: ClassVar = [models.Index(fields=["weakness", "open"], name="occurrence_weakness")]


class Sighting(models.Model):
    """One wording in which a tool reported an occurrence: a new row only when the wording changes.

    `first_seen` only where the report itself says since when.
    """

    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, db_constraint=False)
    facts = models.ForeignKey(Facts, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    output_digest = models.BigIntegerField()
    output = models.TextField()
    asset_version = models.CharField(max_length=200, default="")
    first_seen = models.BigIntegerField(null=True)
