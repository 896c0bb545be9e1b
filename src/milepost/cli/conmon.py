"""`milepost conmon`: the monthly package of continuous monitoring."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.reading import problem_lines

if TYPE_CHECKING:
    from milepost.work.conmon.package import ConmonPackage

_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--system", required=True, help="The system.")
@click.option("--month", required=True, metavar="YYYY-MM", help="The month.")
@click.option("-o", "--output", required=True, type=_FILE, help="The folder to make.")
@click.option("--layout", type=click.Choice(["3.0", "2.1"]), default="3.0", show_default=True)
@click.option("--poam-template", type=_FILE, help="An official POA&M workbook to fill.")
@click.option("--inventory", type=_FILE, help="Your inventory workbook, or the empty official one.")
@click.option("--deviation-form", type=_FILE, help="Your Deviation Request form, or the empty official one.")
@click.option("--summary-template", type=_FILE, help="The official monthly executive summary to fill.")
@click.option("--previous", type=_FILE, help="Last month's package, or its POA&M workbook.")
@click.option("--annual-assessment", default="", help="How the annual assessment stands, for the summary.")
@asked
def conmon(asked_for: Asked, /, output: Path, **given: object) -> None:
    """Write the FedRAMP package of a month: POA&M, inventory, requests, summary, matrix, hashes."""
    register_ready()
    from milepost.work.conmon.package import ConmonOrder, write_package

    order = ConmonOrder(out=output, as_of=asked_for.as_of, **given)  # type: ignore[arg-type] # as the options say
    package = write_package(order)
    asked_for.answer(_document(package), lambda: _text(package))


def _document(package: "ConmonPackage") -> dict[str, object]:
    found = package.reconciled
    return {
        "folder": str(package.folder),
        "month": package.month,
        "files": [each._asdict() for each in package.files],
        "missing": [each._asdict() for each in package.missing],
        "problems": [each._asdict() for each in package.problems],
        "inventory": {
            "matched": found.matched,
            "unscanned": found.unscanned,
            "unlisted": found.unlisted,
            "repeated": found.repeated,
        },
        "opened": package.difference.opened,
        "ended": package.difference.ended,
    }


def _text(package: "ConmonPackage") -> str:
    lines = [f"Wrote the package of {package.month} to {package.folder}:"]
    lines += [f"  {each.name} ({each.title}), {each.sha256[:12]}" for each in package.files]
    lines += ["  manifest.json and SHA256SUMS, the hashes of all files"]
    found = package.reconciled
    if not found.agrees:
        lines.append(
            f"Inventory and scans differ: {len(found.unscanned)} listed and not scanned,"
            f" {len(found.unlisted)} scanned and not listed, {len(found.disagreements)} said differently."
        )
    lines.append("Missing:")
    lines += [f"  {each.part}: {each.why}; {each.fix}." for each in package.missing]
    return "\n".join([*lines, *problem_lines(package.problems)])
