"""Adding a file as evidence of an item, and newer versions of it: the bytes first, then the rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from milepost.domain.errors import InputRefused, StateConflict, WrongUse
from milepost.records.evidence import Content, Evidence, EvidenceLink, EvidenceVersion
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.vault.names import shown_name
from milepost.vault.vault import Kept, Vault
from milepost.work import finding_items, finding_systems, item_history
from milepost.work.evidence import finding_evidence
from milepost.work.evidence.retention import retention_of
from milepost.work.recording import Told, recorded

_CHUNK: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """A file as evidence of an item: how people call it (default: its name), by whom, and how long it stays.

    The years of a retention count from `since`; `keep_until` is a later day than the rule's.
    """

    item: str
    file: Path
    person: str
    name: str = ""
    title: str = ""
    since: date | None = None
    keep_until: date | None = None
    system: str = ""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A newer file of a piece of evidence; the earlier ones stay."""

    evidence: str
    file: Path
    person: str
    name: str = ""
    remark: str = ""
    system: str = ""


def add_evidence(new: NewEvidence, vault: Vault, *, as_of: date) -> EvidenceVersion:
    """Put a file into the vault and beside an item.

    Raises:
        RecordMissing: there is no such item.
        InputRefused: the file is empty, too large or cannot be read.
        WrongUse: nobody is named, or the day to keep it until is before the rule's.
        StorageFailed: the vault cannot take it; nothing was changed.
    """
    _check_person(new.person)
    system = finding_items.by_identifier(new.item, new.system).system
    name = shown_name(new.name or new.file.name)
    kept = vault.put(_chunks(new.file), name)
    with recorded("add_evidence", person=new.person, as_of=as_of, system=system) as told:
        locked = finding_systems.locked(system.name)
        item = finding_items.by_identifier(new.item, system.name, lock=True)
        evidence = _evidence(new, locked, name, as_of)
        version = _version(evidence, 1, kept, vault, _Brought(name, new.person, "", as_of))
        EvidenceLink.objects.create(evidence=evidence, item=item, linked_on=as_of, linked_by=new.person)
        _note(item, version, as_of)
        _tell(told, version)
    return version


def add_version(new: NewVersion, vault: Vault, *, as_of: date) -> EvidenceVersion:
    """Put a newer file beside the earlier versions of a piece of evidence.

    Raises:
        RecordMissing: there is no such evidence.
        InputRefused: the file is empty, too large or cannot be read.
        StateConflict: the evidence was removed, or the file is the newest version already.
        StorageFailed: the vault cannot take it; nothing was changed.
    """
    _check_person(new.person)
    found = finding_evidence.by_identifier(new.evidence, new.system)
    name = shown_name(new.name or new.file.name)
    kept = vault.put(_chunks(new.file), name)
    with recorded("add_version", person=new.person, as_of=as_of, system=found.system) as told:
        evidence = finding_evidence.by_identifier(new.evidence, found.system.name, lock=True)
        last = finding_evidence.version_of(evidence)
        if last.sha256 == kept.sha256:
            what = f"version {last.number} of {evidence} has the same bytes"
            raise StateConflict(what, where=name, fix="nothing has to be added")
        brought = _Brought(name, new.person, new.remark, as_of)
        version = _version(evidence, last.number + 1, kept, vault, brought)
        for item in Item.objects.filter(evidence_links__evidence=evidence).distinct():
            _note(item, version, as_of)
        _tell(told, version)
    return version


@dataclass(frozen=True, slots=True)
class _Brought:
    """How a version came: under which name, by whom, with which remark, when."""

    name: str
    person: str
    remark: str
    on: date


def _evidence(new: NewEvidence, system: System, name: str, as_of: date) -> Evidence:
    retention = retention_of(system, since=new.since, as_of=as_of)
    until = new.keep_until or retention.until
    if until is not None and retention.until is not None and until < retention.until:
        raise WrongUse(
            f"{until} is before {retention.until}: {retention.name} ({retention.citation})",
            where="keep until",
            fix="give a later day, or none",
        )
    last = Evidence.objects.filter(system=system).order_by("number").last()
    return Evidence.objects.create(
        system=system,
        number=last.number + 1 if last else 1,
        title=(new.title.strip() or name)[:300],
        added_on=as_of,
        added_by=new.person,
        retention=("stated when it was added" if new.keep_until else retention.name)[:200],
        retention_source=str(retention.citation),
        keep_until=until,
    )


def _version(evidence: Evidence, number: int, kept: Kept, vault: Vault, brought: _Brought) -> EvidenceVersion:
    """Write a version; its bytes have to be there still, since a sweep may have taken what was nobody's."""
    content, _ = Content.objects.get_or_create(
        organisation=vault.organisation, sha256=kept.sha256, defaults={"size": kept.size}
    )
    if not vault.has(kept.sha256):
        raise StateConflict("a sweep of the vault went on meanwhile", where=brought.name, fix="add it again")
    return EvidenceVersion.objects.create(
        evidence=evidence,
        number=number,
        name=brought.name,
        sha256=kept.sha256,
        size=kept.size,
        media_type=kept.media_type,
        content=content,
        added_on=brought.on,
        added_by=brought.person,
        remark=brought.remark,
    )


def _note(item: Item, version: EvidenceVersion, as_of: date) -> None:
    after = f"{version.evidence} version {version.number}: {version.name} (SHA-256 {version.sha256})"
    change = {"evidence": ("", after)}
    item_history.record(item, change, person=version.added_by, reason=version.remark, as_of=as_of)


def _check_person(person: str) -> None:
    if not person.strip():
        raise WrongUse("it is not said who adds it", fix="name the person with --by")


def _chunks(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as opened:
            while chunk := opened.read(_CHUNK):
                yield chunk
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise InputRefused(what, where=file.name, fix="check the name and that you may read it") from error


def _tell(told: Told, version: EvidenceVersion) -> None:
    told.tell(evidence=f"{version.evidence}", version=version.number, name=version.name)
    told.tell(sha256=version.sha256, size=version.size)
