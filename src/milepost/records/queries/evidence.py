"""Evidence as lists show it: what it is called, its newest version, what it is about, how long it stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from milepost.records.evidence import Evidence, EvidenceLink, EvidenceVersion
from milepost.records.systems import System


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version: its number, the file's name, bytes, hash, type, and how it was when last looked at."""

    number: int
    name: str
    size: int
    sha256: str
    media_type: str
    added_on: date
    added_by: str
    remark: str
    condition: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A piece of evidence; `versions` the newest first, `about` what it is linked to, in words."""

    system: str
    number: int
    identifier: str
    title: str
    added_on: date
    added_by: str
    versions: tuple[VersionView, ...]
    about: tuple[str, ...]
    retention: str
    retention_source: str
    keep_until: date | None
    holds: tuple[str, ...]
    removed_on: date | None
    removed_by: str
    removal_reason: str

    @property
    def newest(self) -> VersionView:
        """Return the newest version."""
        return self.versions[0]


def evidence_of_item(system_id: int, identifier: str) -> tuple[EvidenceView, ...]:
    """Return the evidence of an item, removed one included."""
    rows = Evidence.objects.filter(
        links__item__system=system_id, links__item__identifier=identifier
    ).distinct()
    return _views(rows)


def evidence_of_system(system: System) -> tuple[EvidenceView, ...]:
    """Return all evidence of a system, removed one included."""
    return _views(Evidence.objects.filter(system=system))


def _views(rows: QuerySet[Evidence]) -> tuple[EvidenceView, ...]:
    found = rows.select_related("system").prefetch_related(
        "versions__content",
        "holds",
        *(f"links__{part}" for part in ("item", "milestone", "deviation", "fix")),
    )
    return tuple(_view(each) for each in found)


def _view(row: Evidence) -> EvidenceView:
    return EvidenceView(
        row.system.name,
        row.number,
        str(row),
        row.title,
        row.added_on,
        row.added_by,
        tuple(_version(each) for each in reversed(row.versions.all())),
        tuple(dict.fromkeys(_words(row.links.all()))),
        row.retention,
        row.retention_source,
        row.keep_until,
        tuple(each.reason for each in row.holds.all() if each.released_on is None),
        row.removed_on,
        row.removed_by,
        row.removal_reason,
    )


def _version(row: EvidenceVersion) -> VersionView:
    return VersionView(
        row.number,
        row.name,
        row.size,
        row.sha256,
        row.media_type,
        row.added_on,
        row.added_by,
        row.remark,
        row.content.condition if row.content else "",
    )


def _words(links: Iterable[EvidenceLink]) -> Iterable[str]:
    for link in links:
        if link.objective:
            yield f"objective {link.objective}"
        elif link.item is not None:
            yield f"{link.item.identifier}{_part(link)}"


def _part(link: EvidenceLink) -> str:
    if link.milestone is not None:
        return f" milestone {link.milestone.number}"
    if link.deviation is not None:
        return f" {link.deviation.kind.replace('_', ' ')} of {link.deviation.requested_on:%Y-%m-%d}"
    return f" fix of {link.fix.fixed_on:%Y-%m-%d}" if link.fix is not None else ""
