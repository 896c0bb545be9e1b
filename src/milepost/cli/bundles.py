"""Archives, folders and several files at once: what `milepost import` does with each, and the sum."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked
from milepost.cli.import_words import counts_text, end_progress, report_text
from milepost.cli.reading import problem_lines
from milepost.cli.unpacking import name_of, unpacked
from milepost.domain.problem import Problem

if TYPE_CHECKING:
    from milepost.work.import_scan import Order
    from milepost.work.importing.import_bundle import BundleReport, FileOutcome


def import_together(asked_for: Asked, files: Sequence[Path], wishes: "Order") -> int:
    """Import what came together; 1 if anything was refused."""
    from milepost.work.importing.import_bundle import import_bundle

    with unpacked(files) as found:
        report = import_bundle(name_of(files), found, wishes)
    end_progress()
    for refused in (*report.problems, *(each.refusal for each in report.files if each.refusal)):
        click.echo(f"Refused: {refused.where}: {refused.what}; {refused.fix}.", err=True)
    asked_for.answer(_document(report), lambda: _text(report, dry_run=wishes.dry_run))
    return int(bool(report.refused or found.refusals))


def _document(report: "BundleReport") -> dict[str, object]:
    return {
        "bundle": report.number,
        "name": report.name,
        "imports": [_file(each) for each in report.files],
        "problems": [problem._asdict() for problem in report.problems],
        "total": report.total(),
    }


def _file(outcome: "FileOutcome") -> dict[str, object]:
    if outcome.report is not None:
        return {"file": outcome.name, **outcome.report.as_json()}
    return {"file": outcome.name, "error": outcome.refusal._asdict() if outcome.refusal else None}


def _text(report: "BundleReport", *, dry_run: bool) -> str:
    each = [
        report_text(outcome.name, outcome.report, dry_run=dry_run)
        if outcome.report
        else _refused(outcome.name, outcome.refusal)
        for outcome in report.files
    ]
    head = f"Bundle {report.number}: {report.name}" if report.number else f"Together: {report.name}"
    return "\n".join(
        [
            *each,
            f"{head}: {len(report.files)} files, {report.new} new, {report.refused} refused",
            f"  occurrences: {counts_text(report.occurrences)}",
            f"  items: {counts_text(report.items)}",
            *problem_lines(report.problems),
        ]
    )


def _refused(name: str, refusal: Problem | None) -> str:
    return f"{name}: refused: {refusal.what}" if refusal else f"{name}: refused"
