"""`milepost references`: what others publish: CISA's catalog and decision points, FIRST's EPSS."""

from pathlib import Path

import click

from milepost.cli.asking import Asked, asked, register_ready


@click.group()
def references() -> None:
    """Add publications that dates and priorities follow from, and list them."""


@references.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what it would do, and change nothing.")
@click.option("--person", default="", help="Who adds it.")
@asked
def add(asked_for: Asked, /, file: Path, dry_run: bool, person: str) -> None:  # noqa: FBT001 - a flag of the command
    """Add FILE: CISA's KEV catalog (JSON), CVE records of Vulnrichment (JSON or zip), or EPSS (CSV)."""
    register_ready()
    from milepost.work.add_reference import add_reference

    added = add_reference(file, person=person, as_of=asked_for.as_of, dry_run=dry_run)
    document = {
        "reference": added.publication.kind,
        "version": added.publication.version,
        "entries": added.publication.entries,
        "cves_changed": added.changed,
        "items_looked_at": added.items.items,
        "items_with_another_date": added.items.changed,
        "again": added.again,
        "dry_run": dry_run,
    }
    asked_for.answer(document, lambda: _words(document))


def _words(document: dict[str, object]) -> str:
    head = f"{document['reference']} {document['version']}, {document['entries']} entries"
    if document["again"]:
        return f"{head}: it is on the shelf already; nothing changed."
    tense = "would have" if document["dry_run"] else "have"
    return (
        f"{head}: something else is known of {document['cves_changed']} CVEs;"
        f" {document['items_with_another_date']} of {document['items_looked_at']} open items"
        f" {tense} another due date."
    )


@references.command("list")
@asked
def list_references(asked_for: Asked) -> None:
    """List the publications on the shelf, the newest first."""
    register_ready()
    from milepost.records.queries.references import reference_rows

    rows = reference_rows()
    asked_for.answer(
        {"references": [row._asdict() for row in rows]},
        lambda: (
            "\n".join(
                f"{row.kind} {row.version}: {row.entries} entries, {row.name}, added {row.added_on:%Y-%m-%d}"
                for row in rows
            )
            or "Nothing on the shelf yet: milepost references add FILE."
        ),
    )
