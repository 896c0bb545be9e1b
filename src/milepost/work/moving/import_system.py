"""Taking a whole system in from another installation: identifiers, dates and history as they were."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

import msgspec
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.db.models import Max, Model, QuerySet

from milepost.domain.errors import DamagedInput, StateConflict
from milepost.records import bulk
from milepost.records.evidence import Content, EvidenceVersion
from milepost.records.profiles import OwnProfile
from milepost.records.systems import System
from milepost.vault.vault import Vault
from milepost.work.backup.archive import VAULT, BackupReader, Part
from milepost.work.moving.export_system import FORMAT, PROFILES, TABLES, SystemMoved, applied
from milepost.work.moving.system_rows import Row, Table, moved_tables, shifted
from milepost.work.recording import recorded

_BATCH: Final = 500


def import_system(file: Path, vault: Vault) -> SystemMoved:
    """Take a system in, all of it or nothing; into an empty register its rows keep even their numbers.

    Raises:
        InputRefused: the file is no system of Milepost's, or damaged.
        StateConflict: there is a system of this name, a profile of the same version says something else, or
            the other installation has another release.
        StorageFailed: the vault has no room.
    """
    with closing(BackupReader(file, FORMAT)) as given:
        manifest = given.manifest
        if manifest.migrations != applied():
            what = f"the file was written by another release ({manifest.release[:20]})"
            raise StateConflict(what, where=file.name, fix="bring both installations to the same release")
        parts = {part.name: part for part in manifest.parts}
        evidence = [part for part in manifest.parts if part.name.startswith(VAULT)]
        for part in evidence:
            _put(given, part, vault)
        with _sound(file.name), recorded("import_system") as told:
            bulk.lock(table._meta.db_table for table in moved_tables().values())
            _add_profiles(_rows(given, parts, PROFILES))
            shift = {table: _highest(table) for table in moved_tables().values()}
            counts = {
                title: _add(table, _rows(given, parts, title), shift, vault)
                for title, table in moved_tables().items()
            }
            _check(counts, manifest.tables, file.name)
            told.about(System.objects.get(name=manifest.subject))
            told.tell(sha256=given.sha256, rows=sum(counts.values()), from_checkpoint=manifest.checkpoint)
        rows = sum(counts.values())
        return SystemMoved(manifest.subject, rows, len(evidence), given.sha256, ())


@contextmanager
def _sound(where: str) -> Iterator[None]:
    """Refuse rows that are none of this release, whoever wrote them."""
    try:
        yield
    except (KeyError, TypeError, ValueError, ValidationError, DatabaseError, msgspec.MsgspecError) as error:
        what = f"the file holds rows that do not fit ({type(error).__name__})"
        raise DamagedInput(what, where=where, fix="export it again") from error


def _put(given: BackupReader, part: Part, vault: Vault) -> None:
    kept = vault.put(given.chunks(part), part.name)
    if not part.name.endswith(kept.sha256):
        raise DamagedInput(f"{part.name} is not what it is called", where="file", fix="export it again")


def _rows(given: BackupReader, parts: Mapping[str, Part], title: str) -> Iterator[Row]:
    """Yield the rows of a table, once all of them were found to be what was written."""
    part = parts.get(f"{TABLES}{title}")
    if part is None:
        raise DamagedInput(f"the file has no {title}", where="file", fix="export it again")
    with TemporaryFile() as whole:
        for chunk in given.chunks(part):
            whole.write(chunk)
        whole.seek(0)
        yield from (msgspec.json.decode(line) for line in whole)


def _highest(table: Table) -> int:
    return int(QuerySet[Model](table).aggregate(highest=Max("pk"))["highest"] or 0)


def _add(table: Table, rows: Iterator[Row], shift: Mapping[Table, int], vault: Vault) -> int:
    """Write the rows of a table in batches, and let the next row of it get a number beyond them."""
    count, batch = 0, []
    for row in rows:
        if table is EvidenceVersion and row["content_id"] is not None:
            row["content_id"] = _content(row, vault)
        if table is System:
            _check_name(row["name"])
        batch.append(shifted(table, row, shift))
        if len(batch) == _BATCH:
            count += _write(table, batch)
            batch = []
    count += _write(table, batch)
    bulk.number_on(table._meta.db_table)
    return count


def _write(table: Table, batch: list[Model]) -> int:
    QuerySet[Model](table).bulk_create(batch)
    return len(batch)


def _content(row: Row, vault: Vault) -> int:
    """Return the row of bytes that both installations may have."""
    named = {"organisation": vault.organisation, "sha256": row["sha256"]}
    content, _ = Content.objects.get_or_create(**named, defaults={"size": row["size"]})
    return content.pk


def _check_name(name: str) -> None:
    if System.objects.filter(name=name).exists():
        what = f"there is a system named {name} already"
        raise StateConflict(what, fix="take it into another installation")


def _add_profiles(rows: Iterator[Row]) -> None:
    """Take the organisation's own profiles along; one that is there already has to say the same."""
    for row in rows:
        there = OwnProfile.objects.filter(name=row["name"], version=row["version"]).first()
        if there is None:
            OwnProfile.objects.create(**{name: value for name, value in row.items() if name != "id"})
        elif there.body != row["body"]:
            what = f"the profile {there} says something else here"
            raise StateConflict(what, fix="add the other one as a version of its own, then export again")


def _check(counts: Mapping[str, int], listed: Mapping[str, int], where: str) -> None:
    if counts != {title: count for title, count in listed.items() if title != PROFILES}:
        raise DamagedInput("the file has other rows than it lists", where=where, fix="export it again")
