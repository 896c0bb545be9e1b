"""Handing evidence over: a folder or zip with the files, their hashes as CMMC asks, and plain lists."""

import hashlib
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from milepost.authorities.cmmc.evidence_package import Package, write_package
from milepost.authorities.sheets.saving import saved
from milepost.domain.errors import EmptyInput, StateConflict, StorageFailed, WrongUse
from milepost.domain.problem import Problem
from milepost.records.queries.evidence import EvidenceView, evidence_of_item, evidence_of_system
from milepost.vault.names import portable_name
from milepost.vault.vault import Vault
from milepost.work import finding_items, finding_systems

FORMAT: Final = "milepost-evidence-1"
"""The layout of the manifest."""
MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class PackageOrder:
    """What is asked for: the evidence of a system or of some items; `out` ends in .zip or is a folder."""

    system: str
    out: Path
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidencePackage:
    """What was written: where, how many files of evidence, the hash of the list of hashes, what was odd."""

    out: Path
    files: int
    log_hash: str
    problems: tuple[Problem, ...]


def package_evidence(order: PackageOrder, vault: Vault, *, as_of: date) -> EvidencePackage:
    """Write a package whole or not at all: every version of the evidence, checked as it leaves the vault.

    `milepost cmmc evidence verify` checks the folder; `sha256sum -c SHA256SUMS` checks the files in it.

    Raises:
        RecordMissing: there is no such system or item.
        EmptyInput: there is no evidence.
        StateConflict: something is there already under that name.
        EvidenceLost: a file in the vault is missing or damaged.
        WrongUse: the folder around it does not exist.
    """
    if not order.out.parent.is_dir():
        raise WrongUse("the folder does not exist", where=str(order.out.parent), fix="create it first")
    if order.out.exists():
        raise StateConflict("something is there already", where=str(order.out), fix="choose another name")
    wanted = _wanted(order)
    making = order.out.with_name(f".{order.out.name}.{secrets.token_hex(4)}")
    try:
        making.mkdir(mode=0o700)
        _write_files(wanted, vault, making, as_of)
        package = write_package(making, root=order.out.stem)
        _put_in_place(making, order.out, as_of)
    except OSError as error:
        what = f"the package cannot be written ({error.strerror})"
        raise StorageFailed(what, where=str(order.out), fix="make room, then try again") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    files = sum(len(each.versions) for each in wanted)
    return EvidencePackage(order.out, files, package.digest, _problems(package, making, order.out))


def _wanted(order: PackageOrder) -> list[EvidenceView]:
    system = finding_systems.by_name(order.system)
    if order.items:
        items = [finding_items.by_identifier(each, system.name) for each in order.items]
        several = {
            each.identifier: each for item in items for each in evidence_of_item(system.pk, item.identifier)
        }
        found: Iterable[EvidenceView] = several.values()
    else:
        found = evidence_of_system(system)
    wanted = [each for each in found if each.removed_on is None]
    if not wanted:
        raise EmptyInput("there is no evidence", where=order.system, fix="add it: milepost evidence add")
    return wanted


def _write_files(wanted: Iterable[EvidenceView], vault: Vault, folder: Path, as_of: date) -> None:
    listed = []
    for each in wanted:
        for version in each.versions:
            name = f"{each.identifier} v{version.number} {portable_name(version.name)}"
            with vault.read(version.sha256) as source, (folder / name).open("xb") as target:
                shutil.copyfileobj(source, target)
            listed.append((name, version.sha256))
    document = {"format": FORMAT, "as_of": as_of, "evidence": [_described(each) for each in wanted]}
    manifest = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
    (folder / MANIFEST).write_bytes(manifest)
    listed.append((MANIFEST, hashlib.sha256(manifest).hexdigest()))
    sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(listed))
    (folder / SUMS).write_text(sums, encoding="ascii", newline="\n")


def _described(view: EvidenceView) -> dict[str, object]:
    return {
        "system": view.system,
        "evidence": view.identifier,
        "title": view.title,
        "about": view.about,
        "added_on": view.added_on,
        "added_by": view.added_by,
        "retention": view.retention,
        "retention_source": view.retention_source,
        "keep_until": view.keep_until,
        "holds": view.holds,
        "versions": view.versions,
    }


def _put_in_place(making: Path, out: Path, as_of: date) -> None:
    """Let the finished folder be the package, or be packed into it."""
    if out.suffix.lower() != ".zip":
        making.rename(out)
        return
    with saved(out) as file, ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for path in sorted(making.iterdir()):
            entry = ZipInfo(f"{out.stem}/{path.name}", (as_of.year, as_of.month, as_of.day, 0, 0, 0))
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            with path.open("rb") as source, packed.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)


def _problems(package: Package, making: Path, out: Path) -> tuple[Problem, ...]:
    return tuple(each._replace(where=each.where.replace(str(making), str(out))) for each in package.problems)
