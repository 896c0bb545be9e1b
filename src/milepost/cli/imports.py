"""`milepost import`, `imports`, `undo`: scans into the register and out of it again."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.bundles import import_together
from milepost.cli.documents import take_plan
from milepost.cli.import_words import end_progress, report_text, show_progress
from milepost.cli.reading import is_plan
from milepost.domain.item import SourceKind
from milepost.scanners.archives import CONTAINERS, kind_of
from milepost.scanners.isolation import reading
from milepost.scanners.opening import digest, open_report
from milepost.scanners.sheets.columns import TABLE

if TYPE_CHECKING:
    from milepost.records.queries.imports import ImportRow
    from milepost.work.import_report import ImportReport
    from milepost.work.import_scan import Begun, Order
    from milepost.work.undo_import import Undone


class _Wishes(TypedDict):
    """The options of an import."""

    system: str
    scanned_on: datetime | None
    asset: str
    source_kind: str
    detector: str
    columns: str
    person: str
    yes: bool
    dry_run: bool


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--system", required=True, help="The system that was scanned.")
@click.option(
    "--scanned-on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the scan, over what the file says."
)
@click.option("--asset", default="", help="The asset that was scanned, over what the file says.")
@click.option(
    "--from",
    "source_kind",
    type=click.Choice([kind.replace("_", "-") for kind in SourceKind]),
    default="scan",
    help="The activity that the findings come from.",
)
@click.option("--detector", default="", help="Who or what found them; for tables only.")
@click.option("--columns", default="", metavar="NAME", help="The saved mapping of columns; for tables only.")
@click.option("--person", default="", envvar="MILEPOST_PERSON", help="Who brings it; for plans only.")
@click.option("--yes", is_flag=True, help="Take a file without findings as a clean scan.")
@click.option("--dry-run", is_flag=True, help="Show exactly what would happen, and change nothing.")
@asked
def import_files(asked_for: Asked, /, files: tuple[Path, ...], **wishes: Unpack[_Wishes]) -> int:
    """Import FILES into a system, archives and folders too; each file all or nothing, the others go on.

    A plan (a FedRAMP or eMASS workbook, OSCAL, a CMMC log) opens what is new and is compared with the rest.
    """
    columns, dry_run = wishes["columns"], wishes["dry_run"]
    ask = not wishes["yes"] and not asked_for.as_json

    def order() -> "Order":
        register_ready()
        from milepost.work.import_scan import Order

        day = wishes["scanned_on"]
        return Order(
            files[0],
            wishes["system"],
            asked_for.as_of,
            scanned_on=day.date() if day else None,
            asset=wishes["asset"],
            clean=wishes["yes"],
            dry_run=dry_run,
            source_kind=SourceKind(wishes["source_kind"].replace("-", "_")),
            detector=wishes["detector"],
            columns=columns,
            progress=show_progress,
        )

    if len(files) > 1 or kind_of(files[0]) in CONTAINERS:
        return import_together(asked_for, files, order())
    if _is_for_plans(files[0], wishes):
        take_plan(asked_for, files[0], wishes["system"], wishes["person"], dry_run=dry_run)
        return 0
    if columns or wishes["detector"] or open_report(files[0])[0].name == TABLE:
        wanted = order()
        report = _imported(wanted, None, ask=ask)
    else:
        wanted, report = _begun(files[0], order, ask=ask)
    asked_for.answer(report.as_json(), lambda: report_text(wanted.path.name, report, dry_run=dry_run))
    return 0


def _is_for_plans(path: Path, wishes: _Wishes) -> bool:
    """Tell whether a file is a plan, unless something is asked that only findings have."""
    of_findings = wishes["columns"], wishes["detector"], wishes["asset"], wishes["scanned_on"]
    return not any(of_findings) and wishes["source_kind"] == SourceKind.SCAN and is_plan(path)


def _begun(path: Path, order: Callable[[], "Order"], *, ask: bool) -> "tuple[Order, ImportReport]":
    """Import a file that is read, and whose digest is worked out, while Django starts."""
    with ThreadPoolExecutor(1) as beside, reading(path) as parts:
        sha256 = beside.submit(lambda: digest(path).hex())
        wanted = order()
        from milepost.work.import_scan import Begun

        return wanted, _imported(wanted, Begun(parts, sha256.result), ask=ask)


def _imported(order: "Order", begun: "Begun | None", *, ask: bool) -> "ImportReport":
    """Import a file; where a person sits at the terminal, put the import's question to them."""
    from dataclasses import replace

    from milepost.work.import_scan import import_scan

    report = import_scan(order, begun)
    end_progress()
    if report.question and ask and sys.stdin.isatty() and click.confirm(report.question, err=True):
        return import_scan(replace(order, clean=True))
    return report


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
        lambda: "\n".join(map(_line, rows)) or "No imports yet.",
    )


def _line(row: "ImportRow") -> str:
    together = f"  (bundle {row.bundle}: {row.bundle_name})" if row.bundle else ""
    return f"{row.number}  {row.scanned_on}  {row.format}  {row.file_name}{together}"


@click.command()
@click.argument("number", type=int, metavar="NUMBER")
@click.option("--bundle", is_flag=True, help="NUMBER is that of a bundle: take back all that came with it.")
@asked
def undo(asked_for: Asked, number: int, *, bundle: bool) -> None:
    """Take an import (or a bundle) back: the register is then as if the file had never come."""
    register_ready()
    from milepost.work.undo_import import undo_bundle, undo_import

    undone = undo_bundle(number) if bundle else (undo_import(number),)
    documents = [each.as_json() for each in undone]
    answer = {"bundle": number, "imports": documents} if bundle else documents[0]
    asked_for.answer(answer, lambda: "\n".join(map(_undone, undone)))


def _undone(undone: "Undone") -> str:
    removed = ", ".join(undone.items) or "none"
    return f"Import {undone.number} ({undone.file_name}) is taken back; items removed with it: {removed}."
