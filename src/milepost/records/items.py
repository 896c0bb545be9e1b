"""The items of the POA&M: what people decide about weaknesses, apart from what scanners say."""

from typing import ClassVar

from django.db import models

from milepost.domain.item import ItemKind, ItemStatus, SourceKind
from milepost.records.assets import Asset
from milepost.records.findings import Weakness
from milepost.records.systems import System


class Item(models.Model):
    """A line of the POA&M.

    `opened_by` is the import that opened it. `first_seen` (seconds since 1970 UTC) is the sight that `detected_on` and the original rating come from.

    The first block is frozen when the item opens (an earlier sight moves the detection date earlier, never
    later). Empty text in a human field means: nobody has decided, show what the scanner says.
    `severity`, `open_count`, `asset_count` follow from the occurrences and are kept for lists.
    """

    system = models.ForeignKey(System, on_delete=models.CASCADE, db_index=False)
    number = models.PositiveIntegerField()
    identifier = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, default=ItemKind.WEAKNESS)
    source_kind = models.CharField(max_length=30, default=SourceKind.SCAN)
    source_name = models.CharField(max_length=500, default="")
    source_id = models.CharField(max_length=300, default="")
    first_seen = models.BigIntegerField(null=True)
    detected_on = models.DateField()
    opened_on = models.DateField()
    original_risk = models.CharField(max_length=20, default="")
    native_severity = models.CharField(max_length=60, default="")
    original_scheduled_on = models.DateField(null=True)
    opened_by = models.BigIntegerField(null=True)
    recurrence_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="recurrences")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="children")

    status = models.CharField(max_length=20, default=ItemStatus.OPEN)
    status_on = models.DateField()
    scheduled_on = models.DateField(null=True)
    completed_on = models.DateField(null=True)
    name = models.CharField(max_length=1000, default="")
    description = models.TextField(default="")
    controls = models.CharField(max_length=500, default="")
    adjusted_risk = models.CharField(max_length=20, default="")
    likelihood = models.CharField(max_length=20, default="")
    impact = models.CharField(max_length=20, default="")
    compensating_controls = models.TextField(default="")
    remediation_plan = models.TextField(default="")
    responsible = models.CharField(max_length=300, default="")
    supporting_parties = models.CharField(max_length=500, default="")
    point_of_contact = models.CharField(max_length=300, default="")
    affected_assets = models.TextField(default="")
    cves = models.TextField(default="")
    vendor_dependency = models.BooleanField(default=False)
    vendor_product = models.CharField(max_length=300, default="")
    vendor_checked_on = models.DateField(null=True)
    kev_due_on = models.DateField(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="merged")

    title = models.CharField(max_length=1000, default="")
    severity = models.SmallIntegerField(default=0)
    open_count = models.IntegerField(default=0)
    known_count = models.IntegerField(default=0)
    asset_count = models.IntegerField(default=0)

    class Meta:
        """Identifiers are unique in a system; lists run by due date, number or severity at any depth."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "identifier"], name="item_identifier_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["system", "status", "scheduled_on", "id"], name="item_due"),
            models.Index(fields=["system", "scheduled_on", "id"], name="item_system_due"),
            models.Index(fields=["system", "number"], name="item_number"),
            models.Index(fields=["system", "severity", "id"], name="item_severity"),
            models.Index(fields=["system", "detected_on", "id"], name="item_detected"),
        ]

    def __str__(self) -> str:
        """Return the identifier."""
        return self.identifier


class ItemScope(models.Model):
    """What an item covers: a weakness in the whole system, or on one asset (after a split by asset).

    The scopes carry merges and splits over every later import. An asset's own scope comes first.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE)
    weakness = models.ForeignKey(Weakness, on_delete=models.CASCADE)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, null=True)

    class Meta:
        """A weakness belongs to one item, or on one asset to one item."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["weakness"], condition=models.Q(asset=None), name="item_scope_weakness"
            ),
            models.UniqueConstraint(fields=["weakness", "asset"], name="item_scope_asset"),
        ]


class ItemChange(models.Model):
    """One change of an item: who, when, which field, from what to what, and why."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE)
    at = models.DateTimeField()
    person = models.CharField(max_length=200)
    field = models.CharField(max_length=60)
    before = models.TextField(default="")
    after = models.TextField(default="")
    reason = models.TextField(default="")
    source_import = models.BigIntegerField(null=True)

    class Meta:
        """The newest change comes first."""

        ordering: ClassVar = ["-at", "-id"]
