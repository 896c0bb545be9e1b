"""Who holds which role in a system, from a day and until a day."""

from typing import ClassVar

from django.db import models

from milepost.domain.roles import Role
from milepost.records.systems import System


class SystemRole(models.Model):
    """A role that a person holds in a system, up to and with the day `until`; None while it is held."""

    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="roles")
    person = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    since = models.DateField()
    until = models.DateField(null=True)
    assigned_by = models.CharField(max_length=200)

    class Meta:
        """Roles are those that Milepost knows, and none ends before it begins."""

        ordering: ClassVar = ["person", "role", "since"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="role_ends_after_it_begins",
            ),
        ]
