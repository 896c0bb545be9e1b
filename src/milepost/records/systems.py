"""The system whose weaknesses are recorded: the authorization boundary."""

from typing import ClassVar

from django.db import models

from milepost.domain.item import Grouping


class System(models.Model):
    """A system with the authority it answers to and how its items are numbered.

    `last_number` only grows: a number once given away in an export is never given again
    (`exported_number` remembers the highest that left the house).
    """

    name = models.CharField(max_length=200, unique=True)
    authority = models.CharField(max_length=40)
    impact = models.CharField(max_length=20)
    provider = models.CharField(max_length=200, default="", blank=True)
    point_of_contact = models.CharField(max_length=200, default="", blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    grouping = models.CharField(max_length=20, default=Grouping.WEAKNESS)
    item_prefix = models.CharField(max_length=20, default="V-")
    last_number = models.PositiveIntegerField(default=0)
    exported_number = models.PositiveIntegerField(default=0)
    created_on = models.DateField()

    class Meta:
        """Systems are listed by name."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class ItemVersion(models.Model):
    """How often the items of a system changed; kept by triggers of the database (`records.item_versions`)."""

    system_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField(default=0)
