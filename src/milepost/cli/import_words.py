"""What an import tells at the terminal: how far it is, and what came of it."""

import sys
from typing import TYPE_CHECKING

import click

from milepost.cli.reading import problem_lines

if TYPE_CHECKING:
    from milepost.work.import_report import ImportReport

_LINES_SHOWN = 40


def show_progress(findings: int) -> None:
    """Tell a person at a terminal how far an import is."""
    if sys.stderr.isatty():
        click.echo(f"\r{findings:,} findings taken", nl=False, err=True)


def end_progress() -> None:
    """Take the line away that told how far it is."""
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


def report_text(name: str, report: "ImportReport", *, dry_run: bool) -> str:
    """Return the outcome of an import as lines for people."""
    if report.already_imported:
        return f"{name} is import {report.number} already: nothing changes."
    head = f"Preview of {name}" if dry_run else f"Import {report.number}: {name}"
    shown = [
        f"{head} ({report.format})",
        f"  occurrences: {counts_text(report.occurrences)}",
        f"  weaknesses:  {counts_text(report.weaknesses)}",
        f"  items: {report.items['opened']} opened, {report.items['closure_candidates']} closure candidates",
        *_stated(report),
        *_lines(report),
        *problem_lines(report.problems),
    ]
    return "\n".join(shown)


def _stated(report: "ImportReport") -> list[str]:
    read, named = report.statements["read"], report.statements["items_named"]
    return [f"  statements: {read} read, about {named} items"] if read else []


def counts_text(counts: dict[str, int]) -> str:
    """Return counts by outcome as words."""
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
