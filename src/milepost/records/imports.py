"""What was imported: the files, what each covered, and what each found out."""

from typing import ClassVar

from django.db import models

from milepost.domain.item import SourceKind
from milepost.records.assets import Asset
from milepost.records.findings import Weakness
from milepost.records.systems import System


class Bundle(models.Model):
    """Files that came together: an archive, a folder, several at once; each is an import of its own.

    `digest` is the SHA-256 over the sorted digests of all files, so that the same files are the same bundle
    whatever holds them. `problems` are files that were refused and whatever else was not taken.
    """

    system = models.ForeignKey(System, on_delete=models.CASCADE)
    name = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    problems = models.JSONField(default=list)

    class Meta:
        """The same files are one bundle of a system."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "digest"], name="bundle_once")]

    def __str__(self) -> str:
        """Return number and name."""
        return f"{self.pk} {self.name}"


class Import(models.Model):
    """One report taken into one system, all or nothing; `counts` and `problems` as shown to people.

    `source_kind` is the activity that the report comes from; `bundle` the files that it came with.
    """

    system = models.ForeignKey(System, on_delete=models.CASCADE)
    bundle = models.ForeignKey(Bundle, on_delete=models.SET_NULL, null=True, related_name="imports")
    source_kind = models.CharField(max_length=30, default=SourceKind.SCAN, db_default=SourceKind.SCAN.value)
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=500)
    format = models.CharField(max_length=40)
    tool = models.CharField(max_length=300, default="")
    scanned_at = models.BigIntegerField()
    imported_at = models.DateTimeField()
    taken_as_clean = models.BooleanField(default=True)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)

    class Meta:
        """The same bytes are imported once into a system."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "sha256"], name="import_once")]
        ordering: ClassVar = ["-scanned_at", "-id"]

    def __str__(self) -> str:
        """Return number and file name."""
        return f"{self.pk} {self.file_name}"


class TestedIds(models.Model):
    """A set of source ids that a scan tested or left out, kept once for all assets of the scan."""

    system = models.ForeignKey(System, on_delete=models.CASCADE, db_index=False)
    digest = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        """The same set is kept once in a system."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "digest"], name="tested_ids_once")]


class Coverage(models.Model):
    """One import's look at one asset within one scope; the register is the fold of these rows.

    `seen` holds pairs of occurrence and sighting ids (compressed 64-bit integers); `asset_named` is the
    asset as this report named it, so that an undone import takes its names back too.
    """

    source = models.ForeignKey(Import, on_delete=models.CASCADE)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, db_index=False)
    scope = models.CharField(max_length=200)
    at = models.BigIntegerField()
    tie = models.CharField(max_length=64)
    tool = models.CharField(max_length=300)
    credentialed = models.BooleanField(null=True)
    tested = models.ForeignKey(TestedIds, on_delete=models.SET_NULL, null=True, db_index=False)
    asset_named = models.TextField()
    seen = models.BinaryField()

    class Meta:
        """Found by asset and scope, in the order of time."""

        indexes: ClassVar = [models.Index(fields=["asset", "scope", "at"], name="coverage_line")]


class ImportedWeakness(models.Model):
    """What one import found out about one weakness: the explained difference to the register before."""

    source = models.ForeignKey(Import, on_delete=models.CASCADE)
    weakness = models.ForeignKey(Weakness, on_delete=models.CASCADE)
    outcome = models.CharField(max_length=20)
    occurrences = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
