"""`milepost aging`: how long past their dates the overdue items are."""

import click

from milepost.cli.asking import Asked, asked, register_ready


@click.command()
@asked
def aging(asked_for: Asked) -> None:
    """Count overdue items by days past their date, in the classes of OMB, FedRAMP and the overdue report."""
    register_ready()
    from milepost.work.report_aging import report_aging

    report = report_aging(as_of=asked_for.as_of)
    asked_for.answer(report.as_json(), report.as_text)
