"""`milepost finding add`: one finding that a person made, taken in like a table of one row."""

from datetime import datetime

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.reading import problem_lines
from milepost.domain.item import SourceKind

_KINDS = [kind.replace("_", "-") for kind in SourceKind if kind is not SourceKind.SCAN]


@click.group()
def finding() -> None:
    """What people find: penetration tests, audits, assessments, incidents, user reports."""


@finding.command()
@click.option("--system", required=True, help="The system that it is about.")
@click.option("--title", required=True, help="What is weak, in a few words.")
@click.option(
    "--from", "source_kind", type=click.Choice(_KINDS), required=True, help="The activity that found it."
)
@click.option("--severity", default="", help="critical, high, moderate, low, info; empty: not rated yet.")
@click.option("--asset", "assets", default="", help="The asset, or several separated by commas.")
@click.option("--location", default="", help="The place on the asset: a port, a path.")
@click.option("--detector", default="", help="Who found it, as an assessor would name it.")
@click.option("--id", "identifier", default="", help="Its identifier in their report.")
@click.option("--found-on", type=click.DateTime(["%Y-%m-%d"]), help="The day it was found; else today.")
@click.option("--description", default="", help="What is wrong.")
@click.option("--solution", default="", help="What helps.")
@click.option("--evidence", default="", help="What was seen.")
@click.option("--cves", default="", help="CVE ids, separated by commas.")
@click.option("--controls", default="", help="Controls of SP 800-53, separated by commas.")
@asked
def add(asked_for: Asked, /, found_on: datetime | None, source_kind: str, **details: str) -> None:
    """Take a finding in and open its item; `milepost undo` takes it back."""
    register_ready()
    from milepost.work.importing.report_finding import ReportedFinding, report_finding

    new = ReportedFinding(
        found_on=found_on.date() if found_on else asked_for.as_of,
        source_kind=SourceKind(source_kind.replace("-", "_")),
        **details,
    )
    reported = report_finding(new, as_of=asked_for.as_of)
    report = reported.report
    document = {**report.as_json(), "opened": list(reported.items)}
    opened = f"it opened {', '.join(reported.items)}" if reported.items else "it opened no item"
    asked_for.answer(
        document,
        lambda: "\n".join(
            [
                f"This finding is import {report.number} already: nothing changes."
                if report.already_imported
                else f"The finding is import {report.number}; {opened}.",
                *problem_lines(report.problems),
            ]
        ),
    )
