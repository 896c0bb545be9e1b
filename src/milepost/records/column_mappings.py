"""Which column of a table means what, saved once for every table with the same headings."""

from typing import ClassVar

from django.db import models


class ColumnMapping(models.Model):
    """A mapping for the whole register; `body` is `scanners.sheets.columns.Columns` as JSON.

    `fingerprint` is the SHA-256 of the headings without what people change in them (capitals, blanks,
    punctuation), in their order.
    """

    name = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    body = models.TextField()
    saved_on = models.DateField()

    class Meta:
        """Headings have one mapping, and a mapping one name."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="column_mapping_name"),
            models.UniqueConstraint(fields=["fingerprint"], name="column_mapping_headings"),
        ]
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Return its name."""
        return self.name
