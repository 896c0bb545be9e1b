"""`milepost read`: what a report says, without a register."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import click
import msgspec

from milepost.cli.asking import Asked, asked
from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.domain.statement import Statement
from milepost.scanners import opening
from milepost.scanners.isolation import reading


@dataclass(slots=True)
class _Totals:
    """What a report adds up to."""

    findings: int = 0
    statements: int = 0
    weaknesses: set[tuple[str, str]] = field(default_factory=set)
    assets: int = 0
    by_severity: Counter[Severity] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def add(self, report: AssetReport) -> None:
        """Add one asset's part."""
        self.assets += 1
        self.findings += len(report.findings)
        for finding in report.findings:
            self.weaknesses.add((finding.facts.source, finding.facts.source_id))
            self.by_severity[finding.facts.severity] += 1


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--lines", is_flag=True, help="Print each finding as a line of JSON.")
@asked
def read(asked_for: Asked, file: Path, *, lines: bool) -> None:
    """Parse FILE and say what is in it; nothing is kept."""
    totals = _Totals()
    with reading(file) as parts:
        scanner, source = opening.open_report(file)
        for each in parts:
            if isinstance(each, Problem):
                totals.problems.append(each)
                continue
            if isinstance(each, Statement):
                totals.statements += 1
                continue
            totals.add(each)
            if lines:
                _print_lines(each)
    if not totals.findings and not totals.statements:
        totals.problems.append(_no_finding(source.name))
    if not lines:
        document = _document(scanner.name, totals)
        asked_for.answer(document, lambda: _text(source.name, scanner.title, totals))


def _no_finding(name: str) -> Problem:
    return Problem(name, "the file holds no finding", "check that it is the whole report of a finished scan")


def _document(format_name: str, totals: _Totals) -> dict[str, object]:
    return {
        "format": format_name,
        "findings": totals.findings,
        "statements": totals.statements,
        "weaknesses": len(totals.weaknesses),
        "assets": totals.assets,
        "by_severity": {severity.value: totals.by_severity[severity] for severity in Severity},
        "problems": [problem._asdict() for problem in totals.problems],
    }


def _print_lines(report: AssetReport) -> None:
    for finding in report.findings:
        coverage = report.coverage[finding.coverage]
        line = {
            "asset": report.asset.name,
            "asset_version": report.asset.version,
            "scope": coverage.scope,
            "tool": coverage.tool,
            "scanned_at": coverage.scanned_at,
            "credentialed": coverage.credentialed,
            "locator": finding.locator,
            "output": finding.output,
            **msgspec.to_builtins(finding.facts),
        }
        click.echo(msgspec.json.encode(line))


def _text(name: str, title: str, totals: _Totals) -> str:
    severities = ", ".join(
        f"{totals.by_severity[each]} {each}" for each in Severity if totals.by_severity[each]
    )
    summary = (
        f"{name}: {title}\n"
        f"{totals.findings} findings ({severities or 'none'}), {len(totals.weaknesses)} weaknesses,"
        f" {totals.assets} assets"
    )
    return "\n".join([summary, *problem_lines(totals.problems)])


def problem_lines(problems: Iterable[Problem]) -> list[str]:
    """Return problems as lines for people, with a count before them."""
    listed = list(problems)
    if not listed:
        return []
    return [f"{len(listed)} problems:", *(f"  {where}: {what}; {fix}." for where, what, fix in listed)]
