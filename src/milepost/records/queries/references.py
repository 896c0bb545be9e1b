"""The publications on the shelf, and what a system answers to."""

from datetime import date
from typing import NamedTuple

from milepost.records.deadlines import Obligation, ReferenceFile


class ReferenceRow(NamedTuple):
    """A publication that Milepost was given."""

    kind: str
    version: str
    name: str
    entries: int
    sha256: str
    added_on: date
    added_by: str


class ObligationRow(NamedTuple):
    """A further profile that a system answers to."""

    profile: str
    level: str
    since: date
    settings: str


def reference_rows() -> list[ReferenceRow]:
    """Return the publications, the newest first."""
    return [
        ReferenceRow(
            row.kind, row.version, row.name, row.entries, row.sha256, row.added_at.date(), row.added_by
        )
        for row in ReferenceFile.objects.all()
    ]


def obligation_rows(system_id: int) -> list[ObligationRow]:
    """Return what a system answers to beside its first authority."""
    rows = Obligation.objects.filter(system=system_id)
    return [ObligationRow(row.profile, row.level, row.since, row.settings) for row in rows]
