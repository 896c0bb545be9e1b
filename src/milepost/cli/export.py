"""`milepost export`: the documents that authorities accept."""

from pathlib import Path
from typing import Literal

import click

from milepost.cli.asking import Asked, asked, register_ready
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
    document = {
        "file": str(output),
        "layout": receipt.layout,
        "rows": receipt.rows,
        "problems": [problem._asdict() for problem in receipt.problems],
    }
    counts = ", ".join(f"{count} on {sheet}" for sheet, count in receipt.rows.items())
    asked_for.answer(
        document,
        lambda: "\n".join(
            [f"Wrote {output} in layout {receipt.layout}: {counts}.", *problem_lines(receipt.problems)]
        ),
    )
