"""Looking after the vault: all bytes are hashed again, and what is nobody's goes after a day."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from milepost.records.evidence import Content, EvidenceVersion
from milepost.vault.vault import Condition, Vault
from milepost.work.recording import recorded

GRACE: Final = timedelta(hours=24)
"""How long bytes may wait for the row that names them."""
PARTS: Final = 7
"""A part of the vault each day is all of it each week."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Bytes that are not as they should be, and which evidence they are of."""

    sha256: str
    condition: Condition
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Swept:
    """What a look at the vault found: how many were looked at, what is lost, what was taken away."""

    looked_at: int
    bytes: int
    lost: tuple[Lost, ...]
    strays: int
    left_over: int


def sweep_vault(vault: Vault, *, now: datetime, whole: bool = True) -> Swept:
    """Hash everything that the vault has to hold again, or the seventh of it that is due today.

    Raises:
        StorageFailed: the vault cannot be listed.
    """
    due = [each for each in _contents(vault) if whole or _is_due(each.sha256, now)]
    found = {each.pk: vault.condition(each.sha256) for each in due}
    for condition in set(found.values()):
        rows = [row for row, each in found.items() if each is condition]
        for start in range(0, len(rows), 500):
            Content.objects.filter(pk__in=rows[start : start + 500]).update(
                condition=condition, checked_at=now
            )
    lost = [each for each in due if found[each.pk] is not Condition.SOUND]
    swept = Swept(
        looked_at=len(due),
        bytes=sum(each.size for each in due),
        lost=tuple(Lost(each.sha256, found[each.pk], _evidence_of(each)) for each in lost),
        strays=_remove_strays(vault, now - GRACE),
        left_over=vault.clear(now - GRACE),
    )
    with recorded("sweep_vault", as_of=now.date()) as told:
        told.tell(looked_at=swept.looked_at, lost=swept.lost, strays=swept.strays, left_over=swept.left_over)
    return swept


def remove_stray(sha256: str, vault: Vault) -> bool:
    """Remove bytes that no row names; a row that somebody is writing meanwhile goes first.

    The place of that row is taken while the bytes go, so that whoever adds them again has to wait, and then
    finds that they are gone.
    """
    try:
        with transaction.atomic():
            place = Content.objects.create(organisation=vault.organisation, sha256=sha256, size=0)
            vault.remove(sha256)
            place.delete()
    except IntegrityError:
        return False
    return True


def _remove_strays(vault: Vault, before: datetime) -> int:
    known = set(_contents(vault).values_list("sha256", flat=True))
    strays = [name for name in vault.kept_before(before) if name not in known]
    return Counter(remove_stray(name, vault) for name in strays)[True]


def _contents(vault: Vault) -> QuerySet[Content]:
    return Content.objects.filter(organisation=vault.organisation).order_by("pk")


def _is_due(sha256: str, now: datetime) -> bool:
    return int(sha256[:8], 16) % PARTS == now.toordinal() % PARTS


def _evidence_of(content: Content) -> tuple[str, ...]:
    versions = EvidenceVersion.objects.filter(content=content).select_related("evidence__system")
    return tuple(
        f"{each.evidence.system.name} {each.evidence} version {each.number}: {each.name}" for each in versions
    )
