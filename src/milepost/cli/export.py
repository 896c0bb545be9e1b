"""`milepost export`: the documents that authorities accept."""

from pathlib import Path
from typing import Literal

import click

from milepost.cli.asking import Asked, asked, register_ready, sealed
from milepost.cli.reading import problem_lines


@click.group()
def export() -> None:
    """Write the documents that authorities accept."""


@export.command("fedramp-poam")
@click.option("--system", required=True, help="The system.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The workbook to write.")
@click.option("--layout", type=click.Choice(["3.0", "2.1"]), default="3.0", show_default=True)
@click.option("--template", type=click.Path(path_type=Path), help="An official template to fill.")
@asked
def fedramp_poam(
    asked_for: Asked, system: str, output: Path, layout: Literal["3.0", "2.1"], template: Path | None
) -> None:
    """Write the FedRAMP POA&M workbook of a system."""
    register_ready()
    from milepost.work.export_poam import export_poam

    receipt = export_poam(system, output, layout=layout, template=template, as_of=asked_for.as_of)
    document: dict[str, object] = {
        "file": str(output),
        "layout": receipt.layout,
        "rows": receipt.rows,
        "problems": [problem._asdict() for problem in receipt.problems],
    }
    counts = ", ".join(f"{count} on {sheet}" for sheet, count in receipt.rows.items())
    said = sealed(
        document, output, system, f"Wrote {output} in layout {receipt.layout}: {counts}.", base=template
    )
    asked_for.answer(document, lambda: "\n".join([said, *problem_lines(receipt.problems)]))


@export.command("fedramp-inventory")
@click.option("--system", required=True, help="The system.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The workbook to write.")
@click.option(
    "--template", type=click.Path(path_type=Path), help="Your inventory, or the empty official one."
)
@asked
def fedramp_inventory(asked_for: Asked, system: str, output: Path, template: Path | None) -> None:
    """Write FedRAMP's inventory workbook with the assets of the scans, and tell where the two differ."""
    register_ready()
    from milepost.authorities.fedramp.inventory_workbook import reconciliation_text
    from milepost.work import finding_systems
    from milepost.work.conmon.export_forms import Days, export_inventory

    days = Days(asked_for.as_of.replace(day=1), asked_for.as_of, asked_for.as_of)
    done = export_inventory(finding_systems.by_name(system), output, template, days)
    found = done.reconciled
    document: dict[str, object] = {
        "file": str(output),
        "assets": done.assets,
        "unscanned": found.unscanned,
        "unlisted": found.unlisted,
        "repeated": found.repeated,
        "disagreements": [f"{each.asset}: {each.what}" for each in found.disagreements],
        "problems": [problem._asdict() for problem in done.problems],
    }
    head = sealed(document, output, system, f"Wrote {output} with {done.assets} assets.", base=template)
    words = [head, "", reconciliation_text(found)]
    asked_for.answer(document, lambda: "\n".join([*words, *problem_lines(done.problems)]))


@export.command("fedramp-dr")
@click.option("--system", required=True, help="The system.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The form to write.")
@click.option("--template", type=click.Path(path_type=Path), help="Your form, or the empty official one.")
@asked
def fedramp_dr(asked_for: Asked, system: str, output: Path, template: Path | None) -> None:
    """Write FedRAMP's Deviation Request form: a row for each request of this month, or pending still."""
    register_ready()
    from milepost.work import finding_systems
    from milepost.work.conmon.export_forms import Days, export_requests

    days = Days(asked_for.as_of.replace(day=1), asked_for.as_of, asked_for.as_of)
    done = export_requests(finding_systems.by_name(system), output, template, days)
    document: dict[str, object] = {
        "file": str(output) if done.requests else None,
        "requests": [each.row["number"] for each in done.requests],
        "problems": [problem._asdict() for problem in done.problems],
    }
    said = "No requests."
    if done.requests:
        said = sealed(
            document, output, system, f"Wrote {output} with {len(done.requests)} requests.", base=template
        )
    asked_for.answer(document, lambda: "\n".join([said, *problem_lines(done.problems)]))
