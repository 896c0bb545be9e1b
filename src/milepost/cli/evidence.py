"""`milepost evidence`: files that prove something: add, list, get, link, hold, remove, verify, hand over."""

import shutil
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.item_steps.planning import DAY, PERSON, SYSTEM
from milepost.cli.reading import problem_lines
from milepost.domain.errors import StateConflict, WrongUse
from milepost.domain.item import DeviationKind

if TYPE_CHECKING:
    from milepost.records.evidence import EvidenceVersion
    from milepost.records.queries.evidence import EvidenceView
    from milepost.vault.vault import Vault
    from milepost.work.evidence.sweep_vault import Swept

_FILE = click.Path(path_type=Path)
_REASON = click.option("--reason", required=True, help="Why.")


@click.group()
def evidence() -> None:
    """Keep evidence in the vault: every file under its SHA-256, checked whenever it is read."""


def _now() -> datetime:
    return datetime.now(UTC)


def _vault() -> "Vault":
    """Start Django, and return the vault of this installation."""
    register_ready()
    from milepost.settings import variables
    from milepost.vault.opening import opened

    return opened(variables.vault(), most_bytes=variables.evidence_bytes(), clock=_now)


@evidence.command("add")
@click.argument("item")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--title", default="", help="How people call it; the file's name if not given.")
@click.option("--version-of", default="", help="The evidence that FILE is a newer version of, such as E-7.")
@click.option("--since", type=DAY, help="From when retention counts, such as the CMMC status date.")
@click.option("--keep-until", type=DAY, help="A later last day than the rule's.")
@click.option("--remark", default="", help="What changed in a newer version.")
@SYSTEM
@PERSON
@asked
def add(asked_for: Asked, /, item: str, files: tuple[Path, ...], **given: object) -> None:
    """Add FILES as evidence of ITEM, one piece of evidence each."""
    vault = _vault()
    from milepost.work.evidence.add_evidence import NewEvidence, NewVersion, add_evidence, add_version

    renewed, remark, title = (str(given.pop(name)) for name in ("version_of", "remark", "title"))
    since, until = (_day(given.pop(name)) for name in ("since", "keep_until"))
    who = {name: str(value) for name, value in given.items()}
    if renewed and len(files) > 1:
        raise WrongUse("a version is one file", where="--version-of", fix="give one file")
    if renewed:
        new = NewVersion(renewed, files[0], remark=remark, **who)
        added = [add_version(new, vault, as_of=asked_for.as_of)]
    else:
        several = [
            NewEvidence(item, file, title=title, since=since, keep_until=until, **who) for file in files
        ]
        added = [add_evidence(each, vault, as_of=asked_for.as_of) for each in several]
    asked_for.answer(
        {"item": item, "evidence": [_added(each) for each in added]},
        lambda: "\n".join(_added_text(each) for each in added),
    )


def _day(given: object) -> date | None:
    return given.date() if isinstance(given, datetime) else None


def _added(version: "EvidenceVersion") -> dict[str, object]:
    held = version.evidence
    return {
        "evidence": str(held),
        "version": version.number,
        "name": version.name,
        "media_type": version.media_type,
        "size": version.size,
        "sha256": version.sha256,
        "retention": held.retention,
        "keep_until": held.keep_until,
    }


def _added_text(version: "EvidenceVersion") -> str:
    until = version.evidence.keep_until
    kept = f"; kept until {until} ({version.evidence.retention})" if until else ""
    return (
        f"{version.evidence} version {version.number}: {version.name}, {version.size:,} bytes,"
        f" {version.media_type}{kept}\n  SHA-256 {version.sha256}"
    )


@evidence.command("list")
@click.argument("item", default="")
@SYSTEM
@asked
def list_evidence(asked_for: Asked, item: str, system: str) -> None:
    """List the evidence of ITEM, or with --system alone all evidence of the system."""
    register_ready()
    import msgspec

    from milepost.records.queries.evidence import evidence_of_item, evidence_of_system
    from milepost.work import finding_items, finding_systems

    if item:
        row = finding_items.by_identifier(item, system)
        found = evidence_of_item(row.system_id, row.identifier)
    else:
        found = evidence_of_system(finding_systems.by_name(system))
    document = {"evidence": msgspec.to_builtins(found), "count": len(found)}
    asked_for.answer(document, lambda: "\n".join([f"{len(found)} pieces of evidence", *map(_line, found)]))


def _line(view: "EvidenceView") -> str:
    newest = view.newest
    state = f", removed {view.removed_on} by {view.removed_by}" if view.removed_on else ""
    state += "".join(f", on hold: {reason}" for reason in view.holds)
    state += f", kept until {view.keep_until}" if view.keep_until else ""
    state += f", {newest.condition}" if newest.condition not in {"", "sound"} else ""
    return (
        f"  {view.identifier} {view.title}: version {newest.number} of {newest.added_on} by"
        f" {newest.added_by}, {newest.size:,} bytes, {newest.sha256[:12]}; {', '.join(view.about)}{state}"
    )


@evidence.command("get")
@click.argument("identifier")
@click.option("-o", "--output", type=_FILE, help="The file to write; `-` for standard output.")
@click.option("--version", "number", type=int, help="Which version; the newest if not given.")
@SYSTEM
@asked
def get(asked_for: Asked, identifier: str, output: Path | None, number: int | None, system: str) -> None:
    """Write a piece of evidence to a file, after checking that it is what was put there."""
    vault = _vault()
    from milepost.vault.names import portable_name
    from milepost.work.evidence import finding_evidence

    version = finding_evidence.version_of(finding_evidence.by_identifier(identifier, system), number)
    out = output or Path(portable_name(version.name))
    with vault.read(version.sha256) as source:
        if str(out) == "-":
            shutil.copyfileobj(source, sys.stdout.buffer)
            return
        if out.exists():
            raise StateConflict("the file is there already", where=str(out), fix="name another with -o")
        from milepost.authorities.sheets.saving import saved

        with saved(out) as target:
            shutil.copyfileobj(source, target)
    asked_for.answer(
        {"evidence": identifier, "file": str(out), "sha256": version.sha256},
        lambda: f"Wrote {out}, SHA-256 {version.sha256}.",
    )


@evidence.command("link")
@click.argument("identifier")
@click.argument("item", default="")
@click.option("--milestone", type=int, help="The number of a milestone of the item.")
@click.option("--deviation", type=click.Choice([each.value for each in DeviationKind]), help="Its last one.")
@click.option("--fix", is_flag=True, help="The fix that is reported for the item.")
@click.option("--objective", default="", help="An objective of CMMC instead, such as 3.1.1[a].")
@SYSTEM
@PERSON
@asked
def link(
    asked_for: Asked, /, identifier: str, item: str, *, fix: bool, system: str, person: str, **part: object
) -> None:
    """Say what else the evidence IDENTIFIER is about."""
    register_ready()
    from milepost.work.evidence.link_evidence import About, link_evidence

    number = part["milestone"]
    about = About(
        item,
        number if isinstance(number, int) else None,
        str(part["deviation"] or ""),
        fix,
        str(part["objective"]),
    )
    made = link_evidence(identifier, about, person=person, as_of=asked_for.as_of, system=system)
    asked_for.answer(
        {"evidence": identifier, "links": len(made)},
        lambda: f"{identifier} is evidence of {item or part['objective']}.",
    )


@evidence.command("hold")
@click.argument("identifier")
@_REASON
@SYSTEM
@PERSON
@asked
def hold(asked_for: Asked, identifier: str, reason: str, system: str, person: str) -> None:
    """Put evidence on legal hold: nobody can remove it."""
    register_ready()
    from milepost.work.evidence.hold_evidence import hold_evidence

    hold_evidence(identifier, person=person, reason=reason, as_of=asked_for.as_of, system=system)
    asked_for.answer({"evidence": identifier, "held": True}, lambda: f"{identifier} is on legal hold.")


@evidence.command("release")
@click.argument("identifier")
@_REASON
@SYSTEM
@PERSON
@asked
def release(asked_for: Asked, identifier: str, reason: str, system: str, person: str) -> None:
    """Release the legal hold on evidence; its retention goes on."""
    register_ready()
    from milepost.work.evidence.hold_evidence import release_evidence

    release_evidence(identifier, person=person, reason=reason, as_of=asked_for.as_of, system=system)
    asked_for.answer({"evidence": identifier, "held": False}, lambda: f"{identifier} is released.")


@evidence.command("remove")
@click.argument("identifier")
@_REASON
@SYSTEM
@PERSON
@asked
def remove(asked_for: Asked, identifier: str, reason: str, system: str, person: str) -> None:
    """Remove evidence whose retention is over; what it was stays on record."""
    vault = _vault()
    from milepost.work.evidence.remove_evidence import remove_evidence

    remove_evidence(identifier, vault, person=person, reason=reason, as_of=asked_for.as_of, system=system)
    asked_for.answer({"evidence": identifier, "removed": True}, lambda: f"{identifier} is removed.")


@evidence.command("verify")
@click.option("--part", is_flag=True, help="Only the seventh of it that is due today.")
@asked
def verify(asked_for: Asked, *, part: bool) -> int:
    """Hash everything in the vault again; the status is 1 if anything is missing or damaged."""
    vault = _vault()
    from milepost.work.evidence.sweep_vault import sweep_vault

    swept = sweep_vault(vault, now=_now(), whole=not part)
    document = {
        "looked_at": swept.looked_at,
        "bytes": swept.bytes,
        "lost": [
            {"sha256": each.sha256, "condition": each.condition.value, "evidence": each.evidence}
            for each in swept.lost
        ],
        "strays_removed": swept.strays,
        "left_over_removed": swept.left_over,
    }
    asked_for.answer(document, lambda: _swept_text(swept))
    return int(bool(swept.lost))


def _swept_text(swept: "Swept") -> str:
    verdict = "all as they were put there" if not swept.lost else f"{len(swept.lost)} lost"
    lines = [f"{swept.looked_at:,} files, {swept.bytes:,} bytes: {verdict}."]
    lines += [
        f"  {each.condition.value}: {each.sha256[:12]} {'; '.join(each.evidence)}" for each in swept.lost
    ]
    if swept.strays or swept.left_over:
        lines.append(f"Removed what belonged to nobody for a day: {swept.strays + swept.left_over} files.")
    return "\n".join(lines)


@evidence.command("package")
@click.option("-o", "--output", required=True, type=_FILE, help="The .zip or the folder to make.")
@click.option("--item", "items", multiple=True, help="Only the evidence of this item; can be repeated.")
@click.option("--system", required=True, help="The system.")
@asked
def package(asked_for: Asked, output: Path, items: tuple[str, ...], system: str) -> None:
    """Hand evidence over: the files, a manifest, SHA256SUMS, and the hash lists that CMMC asks for."""
    vault = _vault()
    from milepost.work.evidence.package_evidence import PackageOrder, package_evidence

    made = package_evidence(PackageOrder(system, output, items), vault, as_of=asked_for.as_of)
    document = {
        "package": str(made.out),
        "files": made.files,
        "hash_algorithm": "SHA256",
        "hash_value": made.log_hash,
        "problems": [problem._asdict() for problem in made.problems],
    }
    lines = [f"Wrote {made.out} with {made.files} files of evidence.", f"Hash of the list: {made.log_hash}"]
    asked_for.answer(document, lambda: "\n".join([*lines, *problem_lines(made.problems)]))
