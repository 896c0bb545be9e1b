"""Adding a publication to the shelf: CISA's catalog, CISA's decision points, FIRST's scores; dates follow."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from django.db import transaction

from milepost.catalogs import epss, kev, vulnrichment
from milepost.domain.errors import DamagedInput, OversizedInput, StateConflict, UnknownFormat
from milepost.records import published
from milepost.records.deadlines import ReferenceFile
from milepost.records.systems import System
from milepost.work.due_dates import Cause, Recomputed, recompute_systems
from milepost.work.recording import recorded

_HEAD = 4096
_LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication that was read: what it is, in which version, how many entries, and how to write it."""

    kind: str
    version: str
    entries: int
    write: Callable[[], int]
    moves_dates: bool = True


@dataclass(frozen=True, slots=True)
class AddedReference:
    """What adding a publication did: CVEs of which something else is known now, and items' dates."""

    publication: Publication
    changed: int
    items: Recomputed
    again: bool = False


def add_reference(
    file: Path, *, name: str = "", person: str = "", as_of: date, dry_run: bool = False
) -> AddedReference:
    """Recognise a publication, keep what it says, and bring every due date in line with it.

    `name` is how people know the file (default: its own). The same file again changes
    nothing. A dry run does everything and takes it back.

    Raises:
        UnknownFormat: it is no publication that Milepost knows.
        StateConflict: a newer version of it is there already.
        DamagedInput: it cannot be read.
    """
    shown = name or file.name
    body = _bytes(file, shown)
    digest = hashlib.sha256(body).hexdigest()
    publication = recognised(_plain(body, shown), shown)
    with recorded("add_reference", person=person, as_of=as_of) as told:
        if ReferenceFile.objects.filter(sha256=digest).exists():
            told.nothing()
            return AddedReference(publication, 0, Recomputed(0, 0), again=True)
        _check_order(publication)
        changed = publication.write()
        ReferenceFile.objects.create(
            kind=publication.kind,
            version=publication.version,
            name=shown,
            sha256=digest,
            entries=publication.entries,
            added_at=datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC),
            added_by=person,
        )
        cause = Cause(f"{publication.kind} {publication.version} was added", as_of)
        systems = System.objects.all() if publication.moves_dates else System.objects.none()
        items = recompute_systems(systems, cause)
        told.subjects.append(publication.kind)
        told.tell(
            version=publication.version,
            file=shown,
            sha256=digest,
            entries=publication.entries,
            changed=changed,
            items=items,
        )
        transaction.set_rollback(dry_run)
    return AddedReference(publication, changed, items)


def recognised(body: bytes, name: str) -> Publication:
    """Return the publication that a file is.

    Raises:
        UnknownFormat: it is none that Milepost knows.
        DamagedInput: it cannot be read.
    """
    head = body[:_HEAD]
    if kev.looks_like_kev(head):
        return _kev(kev.read_kev(body, name))
    if epss.looks_like_epss(head):
        return _epss(epss.read_epss(body, name))
    if vulnrichment.looks_like_vulnrichment(head):
        return _vulnrichment(vulnrichment.read_vulnrichment(body, name), name)
    raise UnknownFormat(
        "this is no publication that Milepost knows",
        where=name,
        fix="give CISA's KEV catalog (JSON), CVE records of Vulnrichment (JSON, zip) or FIRST's EPSS (CSV)",
    )


def _kev(catalog: kev.KevCatalog) -> Publication:
    columns = ("kev_added_on", "kev_due_on", "ransomware")
    rows = {
        each.cve: (each.added_on.isoformat(), each.due_on.isoformat(), each.ransomware)
        for each in catalog.entries
    }

    def write() -> int:
        return published.write(columns, rows) + published.forget(columns, (None, None, False), rows)

    return Publication("CISA KEV catalog", catalog.version, len(catalog.entries), write)


def _epss(scores: epss.EpssScores) -> Publication:
    rows = {each.cve: (each.probability, each.percentile) for each in scores.scores}
    columns = ("epss", "epss_percentile")
    return Publication(
        "EPSS", scores.version, len(rows), lambda: published.write(columns, rows), moves_dates=False
    )


def _vulnrichment(points: tuple[vulnrichment.DecisionPoints, ...], name: str) -> Publication:
    rows = {each.cve: (each.automatable, each.technical_impact or "") for each in points}
    columns = ("automatable", "technical_impact")
    return Publication("CISA Vulnrichment", name, len(rows), lambda: published.write(columns, rows))


def _check_order(publication: Publication) -> None:
    """Refuse a catalog older than the one that is there: dates would go back to what no longer holds."""
    last = ReferenceFile.objects.filter(kind=publication.kind).first()
    dated = publication.kind == "CISA KEV catalog"
    if dated and last is not None and publication.version < last.version:
        raise StateConflict(
            f"{publication.kind} {last.version} is there already, and this is {publication.version}",
            fix="give the newest one",
        )


def _bytes(file: Path, name: str) -> bytes:
    size = file.stat().st_size
    if size > _LARGEST:
        raise OversizedInput(f"the file has {size} bytes", where=name, fix="give one publication")
    return file.read_bytes()


def _plain(body: bytes, name: str) -> bytes:
    """Unpack what FIRST publishes packed, up to the limit."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.open(BytesIO(body)) as packed:
            plain = packed.read(_LARGEST + 1)
    except (OSError, EOFError) as error:
        raise DamagedInput("the file cannot be unpacked", where=name, fix="fetch it again") from error
    if len(plain) > _LARGEST:
        raise OversizedInput("the file is too large when unpacked", where=name, fix="give one publication")
    return plain
