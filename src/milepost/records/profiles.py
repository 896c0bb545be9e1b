"""The profiles that an organisation derives for itself, each version as it was written."""

from typing import ClassVar

from django.db import models


class OwnProfile(models.Model):
    """One version of an organisation's own profile; `body` is its file, and is never changed."""

    name = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    effective_from = models.DateField()
    body = models.TextField()
    added_on = models.DateField()
    added_by = models.CharField(max_length=200)

    class Meta:
        """A version is written once; the oldest comes first."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "version"], name="own_profile_version_once")
        ]
        ordering: ClassVar = ["name", "effective_from"]

    def __str__(self) -> str:
        """Return the key that items keep."""
        return f"{self.name}@{self.version}"
