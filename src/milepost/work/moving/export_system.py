"""Writing a whole system to one file: every row about it, its evidence, and the profiles of its own."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

import msgspec
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from milepost import __version__
from milepost.authorities.sheets.saving import saved
from milepost.domain.errors import EvidenceLost, StateConflict
from milepost.domain.problem import Problem
from milepost.records.evidence import Content
from milepost.records.items import Item
from milepost.records.profiles import OwnProfile
from milepost.records.requests import Transfer
from milepost.records.systems import System
from milepost.vault.vault import Vault
from milepost.work import finding_systems
from milepost.work.backup.archive import VAULT, BackupWriter, Manifest
from milepost.work.history.carrying import checkpoint_for
from milepost.work.moving.system_rows import Row, moved_tables, rows_of
from milepost.work.terms import answering

FORMAT: Final = "milepost-system-1"
"""The layout of the file."""
TABLES: Final = "tables/"
PROFILES: Final = "ownprofile"


@dataclass(frozen=True, slots=True)
class SystemMoved:
    """A system that was written or taken in: rows, files of evidence, the file's seal, what stayed behind."""

    system: str
    rows: int
    evidence: int
    seal: str
    problems: tuple[Problem, ...]


def export_system(name: str, vault: Vault, out: Path, *, now: datetime) -> SystemMoved:
    """Write a system with its history and evidence; nobody changes its items meanwhile.

    Raises:
        RecordMissing: there is no such system.
        StateConflict: there is something at that place.
        WrongUse: the folder does not exist.
    """
    if out.exists():
        raise StateConflict("there is a file already", where=str(out), fix="choose another name")
    with saved(out) as file, closing(BackupWriter(file)) as writer, transaction.atomic():
        system = finding_systems.locked(name)
        list(Item.objects.select_for_update().filter(system=system).values_list("pk"))
        counts = {
            title: _add_rows(writer, title, rows_of(table, system)) for title, table in moved_tables().items()
        }
        counts[PROFILES] = _add_rows(writer, PROFILES, _own_profiles(system))
        problems = (*_add_evidence(writer, system, vault), *_transfers(system))
        manifest = Manifest(
            format=FORMAT,
            made_at=now.isoformat(timespec="seconds"),
            release=__version__,
            engine=connection.vendor,
            subject=system.name,
            migrations=applied(),
            tables=counts,
            parts=tuple(writer.parts),
            checkpoint=checkpoint_for(system),
        )
        seal = writer.finish(manifest)
    evidence = sum(part.name.startswith(VAULT) for part in manifest.parts)
    return SystemMoved(system.name, sum(counts.values()), evidence, seal, problems)


def applied() -> tuple[str, ...]:
    """Return the migrations that the database has."""
    known = MigrationRecorder(connection).applied_migrations()
    return tuple(sorted(name for app, name in known if app == "records"))


def _add_rows(writer: BackupWriter, title: str, rows: Iterator[Row]) -> int:
    count = 0
    with TemporaryFile() as lines:
        for row in rows:
            lines.write(msgspec.json.encode(row) + b"\n")
            count += 1
        lines.seek(0)
        writer.add(f"{TABLES}{title}", lines, packed=True)
    return count


def _own_profiles(system: System) -> Iterator[Row]:
    names = [each.profile for each in answering(system)]
    for row in OwnProfile.objects.filter(name__in=names).order_by("pk").values():
        yield dict(row)


def _add_evidence(writer: BackupWriter, system: System, vault: Vault) -> Iterator[Problem]:
    """Write the bytes of the system's evidence; yield what the vault lost before."""
    for content in Content.objects.filter(versions__evidence__system=system).distinct():
        try:
            with vault.read(content.sha256) as source:
                writer.add(f"{VAULT}{content.organisation}/{content.sha256}", source)
        except EvidenceLost as lost:
            yield Problem(lost.where, lost.what, lost.fix)


def _transfers(system: System) -> Iterator[Problem]:
    """Tell of transfers, which name systems of this installation."""
    for each in Transfer.objects.filter(item__system=system).select_related("item", "receiver"):
        what = f"its transfer to {each.receiver.name} stays behind"
        yield Problem(each.item.identifier, what, "note it as a comment, if it is to be seen there")
