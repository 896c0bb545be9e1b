"""`milepost import`, `imports`, `undo`: scans into the register and out of it again."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.errors import refusal
from milepost.cli.reading import problem_lines
from milepost.domain.errors import MilepostError
from milepost.scanners.isolation import reading

if TYPE_CHECKING:
    from milepost.work.import_report import ImportReport
    from milepost.work.import_scan import Order, Parts

_LINES_SHOWN = 40


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--system", required=True, help="The system that was scanned.")
@click.option(
    "--scanned-on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the scan, over what the file says."
)
@click.option("--asset", default="", help="The asset that was scanned, over what the file says.")
@click.option("--yes", is_flag=True, help="Take a file without findings as a clean scan.")
@click.option("--dry-run", is_flag=True, help="Show exactly what would happen, and change nothing.")
@asked
def import_files(
    asked_for: Asked,
    files: tuple[Path, ...],
    system: str,
    scanned_on: datetime | None,
    asset: str,
    *,
    yes: bool,
    dry_run: bool,
) -> int:
    """Import FILES into a system, each all or nothing; the others go on when one is refused."""

    def orders() -> "list[Order]":
        register_ready()
        from milepost.work.import_scan import Order

        day = scanned_on.date() if scanned_on else None
        return [
            Order(
                file,
                system,
                asked_for.as_of,
                scanned_on=day,
                asset=asset,
                clean=yes,
                dry_run=dry_run,
                progress=_progress,
            )
            for file in files
        ]

    if len(files) == 1:
        with reading(files[0]) as parts:  # its reader works while Django starts
            (order,) = orders()
            report = _imported(order, parts, ask=not yes and not asked_for.as_json)
        asked_for.answer(report.as_json(), lambda: _text(order, report))
        return 0
    documents = [_document(order, asked_for) for order in orders()]
    if asked_for.as_json:
        asked_for.answer({"imports": documents}, str)
    return int(any("error" in document for document in documents))


def _document(order: "Order", asked_for: Asked) -> dict[str, object]:
    """Import one of several files; a refusal becomes part of the answer."""
    try:
        report = _imported(order, None, ask=False)
    except MilepostError as error:
        click.echo(f"Refused: {error}", err=True)
        return {"file": order.path.name, "error": refusal(error)}
    if not asked_for.as_json:
        click.echo(_text(order, report))
    return {"file": order.path.name, **report.as_json()}


def _imported(order: "Order", parts: "Parts | None", *, ask: bool) -> "ImportReport":
    """Import a file; where a person sits at the terminal, put the import's question to them."""
    from dataclasses import replace

    from milepost.work.import_scan import import_scan

    report = import_scan(order, parts)
    _end_progress()
    if report.question and ask and sys.stdin.isatty() and click.confirm(report.question, err=True):
        return import_scan(replace(order, clean=True))
    return report


def _progress(findings: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{findings:,} findings taken", nl=False, err=True)


def _end_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


def _text(order: "Order", report: "ImportReport") -> str:
    if report.already_imported:
        return f"{order.path.name} is import {report.number} already: nothing changes."
    head = f"Preview of {order.path.name}" if order.dry_run else f"Import {report.number}: {order.path.name}"
    shown = [
        f"{head} ({report.format})",
        f"  occurrences: {_counts(report.occurrences)}",
        f"  weaknesses:  {_counts(report.weaknesses)}",
        f"  items: {report.items['opened']} opened, {report.items['closure_candidates']} closure candidates",
        *_lines(report),
        *problem_lines(report.problems),
    ]
    return "\n".join(shown)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())


def _lines(report: "ImportReport") -> list[str]:
    """Say what changed, weakness by weakness; what merely persists is in the counts."""
    told = [line for line in report.lines if line.outcome != "persisting"]
    shown = []
    for line in told[:_LINES_SHOWN]:
        shown.append(f"    {line.outcome.replace('_', ' ')}: {line.name} {line.title}")
        shown.extend(
            f"      {name}: {before or '(none)'} -> {after or '(none)'}"
            for name, before, after in line.changes
        )
    if len(told) > _LINES_SHOWN:
        shown.append(f"    … and {len(told) - _LINES_SHOWN} more")
    return shown


@click.command("imports")
@click.option("--system", required=True, help="The system.")
@asked
def list_imports(asked_for: Asked, system: str) -> None:
    """List the imports of a system, the newest scan first."""
    register_ready()
    from milepost.records.queries.imports import import_rows

    rows = import_rows(system)
    asked_for.answer(
        {"imports": [row._asdict() for row in rows]},
        lambda: (
            "\n".join(f"{row.number}  {row.scanned_on}  {row.format}  {row.file_name}" for row in rows)
            or "No imports yet."
        ),
    )


@click.command()
@click.argument("number", type=int, metavar="IMPORT")
@asked
def undo(asked_for: Asked, number: int) -> None:
    """Take IMPORT back: the register is then as if the file had never come."""
    register_ready()
    from milepost.work.undo_import import undo_import

    undone = undo_import(number)
    removed = ", ".join(undone.items) or "none"
    asked_for.answer(
        undone.as_json(),
        lambda: (
            f"Import {undone.number} ({undone.file_name}) is taken back; items removed with it: {removed}."
        ),
    )
