"""The items of the POA&M: what people decide about weaknesses, apart from what scanners say."""

from datetime import date
from typing import ClassVar, Final

from django.db import models
from django.db.models.functions import Coalesce, Least, NullIf

from milepost.domain.item import ItemKind, ItemStatus, SourceKind
from milepost.records.assets import Asset
from milepost.records.findings import Weakness
from milepost.records.systems import System

UNDATED: Final = date(9999, 12, 31)
"""Stands in `Item.due_order` for "no date": such items come last."""

_DUE_ORDER = Least(
    Coalesce("scheduled_on", models.Value(UNDATED)),
    Coalesce("kev_due_on", models.Value(UNDATED)),
    Coalesce("rule_due_on", models.Value(UNDATED)),
)
_RATING = Coalesce(NullIf("adjusted_risk", models.Value("")), "original_risk")
_LINE: Final = ("system", "status", "rating", "kind")
_COUNTED: Final = (
    *("system", "status", "kind", "adjusted_risk", "original_risk"),
    *("scheduled_on", "kev_due_on", "rule_due_on", "excused_until", "open_count", "known_count"),
)


class Item(models.Model):
    """A line of the POA&M.

    `opened_by` is the import that opened it. `first_seen` (seconds since 1970 UTC) is the sight that
    `detected_on` and the original rating come from.

    The first block is frozen when the item opens (an earlier sight moves the detection date earlier, never
    later). Empty text in a human field means: nobody has decided, show what the scanner says.
    `plan` is the plan that the item belongs to, empty for the system's own; `opened_under` names the versions
    of the profiles that held when it was opened. `rule_due_on` is the earliest date that any rule gives, by
    the rule named in `rule_due_by`; `excused_until` the last day on which it is not late all the same.
    `lapses_on` is the last day of an accepted risk or operational requirement, `resumes` the status after it.
    `severity`, `open_count`, `asset_count` follow from the occurrences and are kept for lists; the database
    itself computes `rating` (the one that counts) and `due_order` (the earlier of its dates).
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
    recurrence_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="recurrences"
    )
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="children")

    status = models.CharField(max_length=30, default=ItemStatus.OPEN)
    status_on = models.DateField()
    lapses_on = models.DateField(null=True)
    resumes = models.CharField(max_length=30, default="", db_default="")
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
    plan = models.CharField(max_length=20, default="")
    opened_under = models.CharField(max_length=300, default="")
    rule_due_on = models.DateField(null=True)
    rule_due_by = models.CharField(max_length=120, default="")
    excused_until = models.DateField(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="merged")

    title = models.CharField(max_length=1000, default="")
    severity = models.SmallIntegerField(default=0)
    open_count = models.IntegerField(default=0)
    known_count = models.IntegerField(default=0)
    asset_count = models.IntegerField(default=0)
    rating = models.GeneratedField(
        expression=_RATING, output_field=models.CharField(max_length=20), db_persist=True
    )
    due_order = models.GeneratedField(expression=_DUE_ORDER, output_field=models.DateField(), db_persist=True)

    class Meta:
        """Identifiers are unique in a system; lists run by due date, number or severity at any depth.

        Each order begins with the columns that lists filter by, so that a page costs the same at any depth
        whatever is filtered. Counts come from `item_counts` alone, without a look at the rows.
        """

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "identifier"], name="item_identifier_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["system", "number"], name="item_number"),
            models.Index(fields=_COUNTED, name="item_counts"),
            models.Index(fields=[*_LINE, "due_order", "id"], name="item_line_due"),
            models.Index(fields=[*_LINE, "number", "id"], name="item_line_number"),
            models.Index(fields=[*_LINE, "severity", "id"], name="item_line_severity"),
            models.Index(fields=[*_LINE, "detected_on", "id"], name="item_line_detected"),
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
    """One change of an item: who, when, which field, from what to what, and why.

    `decides` marks a decision about other people's work: who decides has not worked on the item by that.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE)
    at = models.DateTimeField()
    person = models.CharField(max_length=200)
    field = models.CharField(max_length=60)
    before = models.TextField(default="")
    after = models.TextField(default="")
    reason = models.TextField(default="")
    source_import = models.BigIntegerField(null=True)
    decides = models.BooleanField(default=False, db_default=False)

    class Meta:
        """The newest change comes first."""

        ordering: ClassVar = ["-at", "-id"]
