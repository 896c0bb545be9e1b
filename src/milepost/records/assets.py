"""What the scans look at: assets with every name they were ever given, and when they were last assessed."""

from typing import ClassVar

from django.db import models

from milepost.records.systems import System


class Asset(models.Model):
    """A host, image, code base or resource of one system.

    `exposed` tells whether people outside can reach it over a public network; None where nobody said.
    """

    system = models.ForeignKey(System, on_delete=models.CASCADE)
    name = models.CharField(max_length=500)
    kind = models.CharField(max_length=20)
    version = models.CharField(max_length=200, default="")
    exposed = models.BooleanField(null=True)

    def __str__(self) -> str:
        """Return the name with the version, as an image is named with its tag."""
        return f"{self.name}:{self.version}" if self.version else self.name


class AssetIdentifier(models.Model):
    """One name of an asset, as a report gave it."""

    system = models.ForeignKey(System, on_delete=models.CASCADE, db_index=False)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE)
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=500)

    class Meta:
        """Found by value within a system; one asset carries a name once."""

        indexes: ClassVar = [models.Index(fields=["system", "value"], name="asset_identifier_value")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asset", "kind", "value"], name="asset_identifier_once")
        ]


class AssessedScope(models.Model):
    """How one asset stands within one scope of assessment (`nessus`, `stig:…`) after its latest look.

    From here follows when an occurrence was "last seen", without touching a row for each occurrence.
    Instants are seconds since 1970 UTC.
    """

    system = models.ForeignKey(System, on_delete=models.CASCADE, db_index=False)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE)
    scope = models.CharField(max_length=200)
    last_look = models.BigIntegerField()
    last_tie = models.CharField(max_length=64)
    tool = models.CharField(max_length=300, default="")
    version = models.CharField(max_length=200, default="")
    credentialed_once = models.BooleanField(default=False)
    open_count = models.IntegerField(default=0)

    class Meta:
        """One row for an asset and scope."""

        indexes: ClassVar = [models.Index(fields=["system", "scope"], name="assessed_scope_system")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asset", "scope"], name="assessed_scope_once")
        ]
