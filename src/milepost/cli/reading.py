"""`milepost read`: what a report says, without a register."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click
import msgspec

from milepost.cli.asking import Asked, asked
from milepost.cli.errors import refusal
from milepost.cli.unpacking import unpacked
from milepost.domain.errors import MilepostError, UnknownFormat
from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.domain.statement import Statement
from milepost.scanners import opening
from milepost.scanners.archives import CONTAINERS, kind_of
from milepost.scanners.isolation import reading
from milepost.scanners.sheets.columns import TABLE

_LEVELS: Final = {each.value: each for each in Severity} | {"medium": Severity.MODERATE}


@dataclass(slots=True)
class _Totals:
    """What a report adds up to."""

    format: str
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

    def as_json(self) -> dict[str, object]:
        """Return the document that `milepost read --json` prints."""
        return {
            "format": self.format,
            "findings": self.findings,
            "statements": self.statements,
            "weaknesses": len(self.weaknesses),
            "assets": self.assets,
            "by_severity": {severity.value: self.by_severity[severity] for severity in Severity},
            "problems": [problem._asdict() for problem in self.problems],
        }


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--lines", is_flag=True, help="Print each finding as a line of JSON.")
@asked
def read(asked_for: Asked, file: Path, *, lines: bool) -> int:
    """Parse FILE (a report, a plan, or many in an archive or folder) and say what is in it."""
    if kind_of(file) in CONTAINERS:
        return _read_together(asked_for, file, lines=lines)
    title, totals = _read(file, file.name, lines=lines)
    if not lines:
        asked_for.answer(totals.as_json(), lambda: _text(file.name, title, totals))
    return 0


def _read_together(asked_for: Asked, file: Path, *, lines: bool) -> int:
    """Read what is in an archive or folder one by one; 1 if anything was refused."""
    documents: list[dict[str, object]] = []
    texts: list[str] = []
    with unpacked([file]) as found:
        refusals = [(error.where, error) for error in found.refusals]
        for each in found.files:
            try:
                title, totals = _read(each.path, each.name, lines=lines)
            except MilepostError as error:
                refusals.append((each.name, error))
                continue
            documents.append({"file": each.name, **totals.as_json()})
            texts.append(_text(each.name, title, totals))
    for name, said in refusals:
        click.echo(f"Refused: {said}", err=True)
        documents.append({"file": name, "error": refusal(said)})
    problems = [problem._asdict() for problem in found.problems]
    texts += [f"{len(documents)} files, {len(refusals)} refused", *problem_lines(found.problems)]
    if not lines:
        asked_for.answer({"files": documents, "problems": problems}, lambda: "\n".join(texts))
    return int(bool(refusals))


def _read(path: Path, name: str, *, lines: bool) -> tuple[str, _Totals]:
    """Add up what a report says; print its findings if asked."""
    if is_plan(path):
        return _read_plan(path, name, lines=lines)
    with reading(path, name) as parts:
        scanner, source = opening.open_report(path, name)
        totals = _Totals(scanner.name)
        for each in parts:
            if isinstance(each, Problem):
                totals.problems.append(each)
            elif isinstance(each, Statement):
                totals.statements += 1
            else:
                totals.add(each)
                if lines:
                    _print_lines(each)
    if not totals.findings and not totals.statements:
        totals.problems.append(_no_finding(source.name))
    return scanner.title, totals


def is_plan(path: Path) -> bool:
    """Tell whether a file is a plan of a known layout: no report of a scanner, and not any table."""
    with suppress(UnknownFormat):
        if opening.open_report(path)[0].name != TABLE:
            return False
    from milepost.authorities.documents import known_plan

    return known_plan(path)


def _read_plan(path: Path, name: str, *, lines: bool) -> tuple[str, _Totals]:
    """Add up what a plan says; print its items if asked."""
    from milepost.authorities.documents import read_document

    plan = read_document(path, name)
    totals = _Totals(plan.layout, findings=len(plan.items), problems=list(plan.problems))
    totals.assets = len({asset for item in plan.items for asset in item.assets})
    for item in plan.items:
        totals.weaknesses.add((plan.layout, item.source_ref or item.id))
        totals.by_severity[_LEVELS.get(item.raw_severity.casefold(), Severity.UNRATED)] += 1
        if lines:
            click.echo(msgspec.json.encode(item))
    return plan.title, totals


def _no_finding(name: str) -> Problem:
    return Problem(name, "the file holds no finding", "check that it is the whole report of a finished scan")


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
